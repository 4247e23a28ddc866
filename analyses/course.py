"""The course of each patient from the start on: treatment, responses, progression, and how observation ended."""

from typing import TYPE_CHECKING, Any

from analyses.statistic import rounded
from studies import Protocol

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("usubjid", "arm", "place", "element", "detail", "start", "end")
ENDS = {0: "death", 5: "lost to follow-up"}
"""How observation of survival ended, by cnsr; with any other the patient is alive and followed."""
ONGOING = "ongoing"


def course(
    adsl: "pd.DataFrame", adtte: "pd.DataFrame", adrs: "pd.DataFrame", adex: "pd.DataFrame", protocol: Protocol
) -> "pd.DataFrame":
    """One row an element of a patient's course, in the study's unit of time from the start.

    ``element``: ``observation`` (from 0 to death or the last contact; ``detail`` death, lost to follow-up or ongoing),
    ``drug`` (a course; ``detail`` the code of the drug), ``procedure``, ``response`` (the first complete or partial one
    of all lesions; ``detail`` the best response) and ``progression`` (the first one of all lesions). An element of one
    day ends where it starts. A course that began before the start is shown from 0; one without a known end reaches to
    the end of observation. ``place``: within the arm, the longest observation first.
    """
    import pandas as pd

    per_unit = protocol.study.days_per_unit
    times = adtte.loc[adtte["paramcd"] == "OS", ["usubjid", "aval", "cnsr"]]
    survival = times.merge(adsl[["usubjid", "arm", "trtsdt"]], on="usubjid")
    observed: dict[str, dict[str, Any]] = {str(row["usubjid"]): row for row in _records(survival)}
    rows: list[dict[str, Any]] = []

    def add(subject: str, element: str, detail: str, start: float, end: float) -> None:
        last = float(observed[subject]["aval"])
        if start <= last and end > 0:
            times = {"start": rounded(max(0.0, start) / per_unit), "end": rounded(min(end, last) / per_unit)}
            rows.append(
                {"usubjid": subject, "arm": observed[subject]["arm"], "element": element, "detail": detail, **times}
            )

    def morning(row: dict[str, Any], date: str) -> float:
        """Days from the start until this day begins; the day ends one later."""
        return float((pd.Timestamp(row[date]) - pd.Timestamp(observed[row["usubjid"]]["trtsdt"])).days)

    for subject, row in observed.items():
        add(subject, "observation", ENDS.get(int(row["cnsr"]), ONGOING), 0.0, float(row["aval"]))
    for row in _records(adex[adex["usubjid"].isin(observed)]):
        begin, subject = morning(row, "astdt"), str(row["usubjid"])
        if row["excat"] == "PROCEDURE":
            add(subject, "procedure", "", begin + 1, begin + 1)
        else:
            end = float(observed[subject]["aval"]) if pd.isna(row["aendt"]) else morning(row, "aendt") + 1
            add(subject, "drug", "" if pd.isna(row["extrt"]) else str(row["extrt"]), begin, end)
    once = adrs[(adrs["anl01fl"] == "Y") & adrs["usubjid"].isin(observed)]
    best = once[once["paramcd"] == "BOR"].set_index("usubjid")["avalc"].to_dict()
    for paramcd, element in (("RSP", "response"), ("PD", "progression")):
        for row in _records(once[(once["paramcd"] == paramcd) & (once["avalc"] == "Y")]):
            subject, time = str(row["usubjid"]), morning(row, "adt") + 1
            add(subject, element, str(best.get(subject, "")) if element == "response" else "", time, time)
    if not rows:
        return pd.DataFrame(columns=list(COLUMNS))
    made = pd.DataFrame(rows)
    lanes = made[made["element"] == "observation"].sort_values(["end", "usubjid"], ascending=[False, True])
    place = dict(zip(lanes["usubjid"], lanes.groupby("arm").cumcount() + 1, strict=True))
    made = made.assign(place=made["usubjid"].map(place))
    return made.sort_values(["arm", "place", "element", "start", "end", "detail"], kind="stable")[list(COLUMNS)]


def _records(frame: "pd.DataFrame") -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = frame.to_dict("records")  # type: ignore[assignment]
    return rows
