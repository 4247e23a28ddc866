"""A batch in which every monitor passes: twenty subjects, two arms, ten of them dead, one with a new event."""

import datetime

import pandas as pd

SUBJECTS = [f"S{number:02d}" for number in range(1, 21)]
START = datetime.date(2020, 1, 6)
DEATH = datetime.date(2021, 3, 4)
ARMS = ["ARM-ONE", "ARM-TWO"]
DEAD = [number < 10 for number in range(20)]


def sound_batch() -> dict[str, pd.DataFrame]:
    """All frames, anew at each call."""
    arm = [ARMS[number % 2] for number in range(20)]
    sex = ["F" if number % 3 else "M" for number in range(20)]
    death = [DEATH if dead else None for dead in DEAD]
    adsl = pd.DataFrame(
        {
            "usubjid": SUBJECTS,
            "arm": arm,
            "sex": sex,
            "age": [50 + number for number in range(20)],
            "trtsdt": [START] * 20,
            "dthfl": ["Y" if dead else None for dead in DEAD],
            "dthdt": death,
        }
    )
    return {
        "adsl": adsl,
        "adtte": pd.DataFrame(
            [
                {
                    "usubjid": subject,
                    "paramcd": code,
                    "aval": 424 if dead else 731,
                    "cnsr": 0 if dead else 1,
                    "anl01fl": "Y",
                }
                for subject, dead in zip(SUBJECTS, DEAD, strict=True)
                for code in ("OS", "PFS", "LPFS")
            ]
        ),
        "adrs": pd.DataFrame(
            [
                {"usubjid": subject, "paramcd": code, "treval": "R1", "adt": START, "avalc": "SD", "aval": 3}
                for subject in SUBJECTS
                for code in ("BOR", "OVRLRESP")
            ]
        ),
        "adae": pd.DataFrame(
            {
                "usubjid": SUBJECTS,
                "aeseq": [1] * 20,
                "aedecod": ["FATIGUE"] * 20,
                "aetoxgr": [2] * 20,
                "aestdt": [START] * 20,
                "aeendt": [DEATH] * 10 + [None] * 10,
                "aoccpifl": ["Y"] * 20,
            }
        ),
        "adtr": pd.DataFrame(
            {
                "usubjid": SUBJECTS,
                "paramcd": ["SUMDIAM"] * 20,
                "trlnkid": [None] * 20,
                "treval": ["R1"] * 20,
                "adt": [START] * 20,
                "aval": [61.5] * 20,
            }
        ),
        "rows": pd.DataFrame(
            {"table_name": ["labs", "patients"], "received": [1000, 20], "previous_received": [1000, 20]}
        ),
        "missingness": pd.DataFrame(
            {
                "table_name": ["labs", "labs", "patients"],
                "column_name": ["value", "unit", "sex"],
                "missing_percent": [10.0, 0.0, 0.0],
                "previous_missing_percent": [10.0, 0.0, 0.0],
            }
        ),
        "code_words": pd.DataFrame(
            {
                "table_name": ["labs"] * 3,
                "column_name": ["unit"] * 3,
                "code": ["MG/DL", "UMOL/L", "G/L"],
                "n": [450, 450, 100],
                "previous_n": [450, 450, 100],
            }
        ),
        "since_last_cut": pd.DataFrame(
            {
                "subject_id": SUBJECTS,
                "in_previous": [True] * 20,
                "in_current": [True] * 20,
                "previous_sex": sex,
                "sex": sex,
                "previous_birth_year": [1950] * 20,
                "birth_year": [1950] * 20,
                "previous_arm": arm,
                "arm": arm,
                "previous_startdt": [START] * 20,
                "startdt": [START] * 20,
                "previous_is_dead": DEAD,
                "is_dead": DEAD,
                "previous_dthdt": death,
                "dthdt": death,
            }
        ),
        "endpoints_since_last_cut": pd.DataFrame(
            {
                "subject_id": SUBJECTS,
                "paramcd": ["OS"] * 20,
                "previous_aval": [424 if dead else 600 for dead in DEAD],
                "aval": [424 if dead else 731 for dead in DEAD],
                "previous_cnsr": [0 if dead else 1 for dead in DEAD],
                "cnsr": [0 if dead else 1 for dead in DEAD[:-1]] + [0],
            }
        ),
        "follow_up": pd.DataFrame(
            {"subject_id": SUBJECTS, "arm": arm, "days_since_contact": [30] * 20, "window_days": [90] * 20}
        ),
    }
