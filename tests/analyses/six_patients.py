"""Six invented patients, three an arm, as the analysis data sets hold them; small enough to count on the fingers."""

from collections.abc import Mapping

import pandas as pd

ADSL_COLUMNS = [
    "usubjid", "arm", "age", "sex", "ecoggr1", "primloc", "nlivgr1", "extrahep", "line2pr", "tkire", "tkidrug",
    "livpctg1", "bloodsup", "nproc", "nprocgr1", "dcr3mfl",
]  # fmt: skip
ADSL = [
    ("P1", "TACE", 50, "M", "0-1", "STOMACH", "1", "N", "N", "Y", "IMATINIB", "<=50", "GOOD", 2, ">1", "Y"),
    ("P2", "TACE", 60, "F", "2", "OTHER", "2-5", "Y", "Y", "N", None, "50-70", "POOR", 1, "1", "N"),
    ("P3", "TACE", 40, "M", "0-1", "SMALL INTESTINE", ">5", "N", "N", "N", None, "<=50", "GOOD", 3, ">1", None),
    ("P4", "CONTROL", 70, "M", "2", "STOMACH", "1", "Y", "N", "Y", "SUNITINIB", None, None, 0, None, None),
    ("P5", "CONTROL", 30, "F", "0-1", "STOMACH", "2-5", "N", "Y", "N", None, None, None, 0, None, None),
    ("P6", "CONTROL", 65, "M", "0-1", None, "2-5", "N", "N", "N", None, None, None, 0, None, None),
]

# Days from start and whether the event came; nobody has liver progression, and controls have no LPFS.
OS = {"P1": (700, 0), "P2": (140, 1), "P3": (350, 1), "P4": (70, 1), "P5": (210, 1), "P6": (105, 1)}
PFS = {"P1": (350, 1), "P2": (42, 1), "P3": (84, 1), "P4": (42, 1), "P5": (42, 1), "P6": (84, 0)}
LPFS = {"P1": (350, 0), "P2": (140, 0), "P3": (84, 0)}

# Best response by reader R1 (anl01fl Y) and, of P5, by R2, which does not count; P6 was never assessed.
BOR = [("P1", "PR", "Y"), ("P2", "PD", "Y"), ("P3", "SD", "Y"), ("P4", "PD", "Y"), ("P5", "NE", "Y"), ("P5", "CR", "N")]

# Assessments by reader R1: subject, day, overall response. PFS ends on the day of the PD.
SCANS = [
    ("P1", 43, "PR"), ("P1", 85, "PR"), ("P1", 350, "PD"), ("P2", 42, "PD"), ("P3", 42, "SD"), ("P3", 84, "PD"),
    ("P4", 42, "PD"), ("P5", 42, "PD"), ("P6", 42, "SD"), ("P6", 84, "SD"),
]  # fmt: skip

# Subject, term, grade, treatment-emergent, worst of the term. P4's fever began before treatment; P3, P5, P6 had none.
ADAE = [
    ("P1", "FEVER", 1, "Y", None),
    ("P1", "FEVER", 2, "Y", "Y"),
    ("P2", "FEVER", 3, "Y", "Y"),
    ("P2", "ANAEMIA", 4, "Y", "Y"),
    ("P4", "FEVER", 3, None, "Y"),
]

# Of the treated: when a level became known (day). P1 and P3 have their second session on days 50 and 120; liver
# control of P3 was never known.
CHANGES = [
    ("P1", "nprocgr1", "1", 1),
    ("P1", "nprocgr1", ">1", 50),
    ("P2", "nprocgr1", "1", 1),
    ("P3", "nprocgr1", "1", 1),
    ("P3", "nprocgr1", ">1", 120),
    ("P1", "dcr3mfl", "Y", 91),
    ("P2", "dcr3mfl", "N", 60),
]


def frames(
    arms: tuple[str, ...] = ("TACE", "CONTROL"), os: Mapping[str, tuple[int, int]] | None = None
) -> dict[str, pd.DataFrame]:
    """adsl, adtte, adrs, adae and covariate_changes of the patients of ``arms``; ``os`` in place of their survival."""
    adsl = pd.DataFrame(ADSL, columns=ADSL_COLUMNS)
    times = {"OS": OS if os is None else os, "PFS": PFS, "LPFS": LPFS}
    adtte = pd.DataFrame(
        [(subject, name, days, 1 - event) for name, of in times.items() for subject, (days, event) in of.items()],
        columns=["usubjid", "paramcd", "aval", "cnsr"],
    )
    adtte["evntdesc"] = adtte["paramcd"].map({"OS": "Death"}).fillna("Disease progression").where(adtte["cnsr"] == 0)
    adrs = pd.DataFrame(
        [
            (subject, name, "R1" if counts == "Y" else "R2", "2020-01-06", response, counts)
            for name in ("BOR", "LBOR")
            for subject, response, counts in BOR
        ],
        columns=["usubjid", "paramcd", "treval", "adt", "avalc", "anl01fl"],
    )
    scans = [(subject, "OVRLRESP", "R1", None, day, response, "Y") for subject, day, response in SCANS]
    adrs = pd.concat([adrs, pd.DataFrame(scans, columns=[*adrs.columns[:4], "ady", *adrs.columns[4:]])])
    adae = pd.DataFrame(ADAE, columns=["usubjid", "aedecod", "aetoxgr", "trtemfl", "aoccpifl"])
    adsl = adsl[adsl["arm"].isin(arms)]
    changes = pd.DataFrame(CHANGES, columns=["usubjid", "covariate", "level", "startdy"])
    kept = {"adtte": adtte, "adrs": adrs, "adae": adae, "covariate_changes": changes}
    return {"adsl": adsl, **{name: rows[rows["usubjid"].isin(adsl["usubjid"])] for name, rows in kept.items()}}
