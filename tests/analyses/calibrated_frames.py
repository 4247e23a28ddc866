"""The calibrated cohort of the sample study as analysis data sets, without going through the derivation."""

from pathlib import Path

import pandas as pd

LOCATIONS = {"Stomach": "STOMACH", "Small intestinal": "SMALL INTESTINE", "Other": "OTHER"}
TERMS = {
    "fever": "FEVER", "fatigue": "FATIGUE", "alt": "ALT INCREASED", "nausea": "NAUSEA", "ascites": "ASCITES",
    "diarrhoea": "DIARRHOEA", "hemorrhage": "HAEMORRHAGE", "neutropenia": "NEUTROPENIA", "anemia": "ANAEMIA",
    "thrombocytopenia": "THROMBOCYTOPENIA",
}  # fmt: skip


def calibrated_frames(path: Path, disease_control_day: int) -> dict[str, pd.DataFrame]:
    """The analysis data sets with the columns that the analyses read; one subject a row of the file."""
    cohort = pd.read_csv(path)
    cohort["usubjid"] = cohort["patient_id"].map("P{:02d}".format)
    return {"adsl": _adsl(cohort, disease_control_day), "adtte": _adtte(cohort), "adrs": _adrs(cohort)} | {
        "adae": _adae(cohort),
        "covariate_changes": _changes(cohort, disease_control_day),
    }


def _adsl(cohort: pd.DataFrame, disease_control_day: int) -> pd.DataFrame:
    sessions, liver_days = cohort["tace_sessions"], cohort["liver_pfs_days"]
    beyond = pd.Series(None, index=cohort.index, dtype=object)
    beyond[(liver_days <= disease_control_day) & (cohort["liver_pfs_event"] == 1)] = "N"
    beyond[liver_days > disease_control_day] = "Y"
    return pd.DataFrame(
        {
            "usubjid": cohort["usubjid"],
            "arm": cohort["arm"].str.upper(),
            "age": cohort["age"],
            "sex": cohort["sex"],
            "ecoggr1": cohort["ecog_group"],
            "primloc": cohort["primary_location"].map(LOCATIONS),
            "nlivgr1": cohort["n_liver_lesions_group"],
            "extrahep": cohort["extrahepatic_mets"],
            "line2pr": cohort["second_line_before"],
            "tkire": cohort["tki_reintroduction"],
            "tkidrug": cohort["tki_drug"].where(cohort["tki_reintroduction"] == "Y").str.split().str[0].str.upper(),
            "livpctg1": cohort["liver_extent_pct"],
            "bloodsup": cohort["blood_supply"].str.upper(),
            "nproc": sessions,
            "nprocgr1": sessions.map(lambda count: None if count == 0 else "1" if count == 1 else ">1"),
            "dcr3mfl": beyond,
        }
    )


def _adtte(cohort: pd.DataFrame) -> pd.DataFrame:
    parts = []
    for paramcd, name in (("OS", "os"), ("PFS", "pfs"), ("LPFS", "liver_pfs")):
        known = cohort[cohort[f"{name}_days"].notna()]
        columns = {"usubjid": known["usubjid"], "paramcd": paramcd, "aval": known[f"{name}_days"].astype(int)}
        columns |= {"cnsr": 1 - known[f"{name}_event"].astype(int)}
        parts.append(pd.DataFrame(columns | {"evntdesc": "Death" if paramcd == "OS" else "Disease progression"}))
    return pd.concat(parts, ignore_index=True)


def _adrs(cohort: pd.DataFrame) -> pd.DataFrame:
    parts = []
    for paramcd, name in (("BOR", "best_overall_response"), ("LBOR", "best_liver_response")):
        known = cohort[cohort[name].notna()]
        columns = {"usubjid": known["usubjid"], "paramcd": paramcd, "treval": "R1", "adt": None, "ady": None}
        parts.append(pd.DataFrame(columns | {"avalc": known[name], "anl01fl": "Y"}))
    return pd.concat(parts, ignore_index=True)


def _adae(cohort: pd.DataFrame) -> pd.DataFrame:
    long = cohort.melt("usubjid", [f"ae_{name}" for name in TERMS], "aedecod", "aetoxgr")
    long = long[long["aetoxgr"] > 0]
    return long.assign(aedecod=long["aedecod"].str.removeprefix("ae_").map(TERMS), trtemfl="Y", aoccpifl="Y")


def _changes(cohort: pd.DataFrame, disease_control_day: int) -> pd.DataFrame:
    """The file has no dates of sessions: the second is put on day 57 here."""
    once, again = cohort[cohort["tace_sessions"] > 0], cohort[cohort["tace_sessions"] > 1]
    days, events = cohort["liver_pfs_days"], cohort["liver_pfs_event"]
    progressed = cohort[(days <= disease_control_day) & (events == 1)]
    parts = [
        ("nprocgr1", "1", once["usubjid"], 1),
        ("nprocgr1", ">1", again["usubjid"], 57),
        ("dcr3mfl", "N", progressed["usubjid"], progressed["liver_pfs_days"].astype(int)),
        ("dcr3mfl", "Y", cohort.loc[days > disease_control_day, "usubjid"], disease_control_day),
    ]
    made = [
        pd.DataFrame({"usubjid": who, "covariate": covariate, "level": level, "startdy": day})
        for covariate, level, who, day in parts
    ]
    return pd.concat(made, ignore_index=True)
