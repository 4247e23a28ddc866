"""Change of the sum of diameters from baseline, of each patient and assessment (waterfall and spider plots)."""

from typing import TYPE_CHECKING

from analyses.statistic import rounded
from studies import Protocol

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("lesions", "usubjid", "arm", "response", "time", "change_percent", "counts", "is_best", "place")
SCOPES = {"all": ("SUMDIAM", "BOR"), "organ": ("LSUMDIAM", "LBOR")}
"""Which sum and which best response belong to the lesions that a figure shows."""


def tumour_change(
    adtr: "pd.DataFrame", adrs: "pd.DataFrame", adsl: "pd.DataFrame", protocol: Protocol
) -> "pd.DataFrame":
    """One row a patient and complete assessment after baseline by the evaluator, of all targets and of the organ's.

    ``time``: from the start, in the study's unit. ``change_percent``: of the sum of diameters from baseline.
    ``response``: the best response of the patient, of the same lesions. ``counts``: the assessment counts for it, being
    not after the first progression nor after a new therapy (anl02fl). ``is_best``: the lowest of those that count, the
    first of equal ones; with ``place`` among the best of the arm, from the largest increase to the largest decrease
    (ties in the order of patients).
    """
    import pandas as pd

    parts = [_of_scope(adtr, adrs, adsl, scope, protocol) for scope in SCOPES]
    made = pd.concat(parts, ignore_index=True)
    return made[list(COLUMNS)]


def _of_scope(
    adtr: "pd.DataFrame", adrs: "pd.DataFrame", adsl: "pd.DataFrame", scope: str, protocol: Protocol
) -> "pd.DataFrame":
    sums, best_response = SCOPES[scope]
    after = adtr[(adtr["paramcd"] == sums) & (adtr["anl01fl"] == "Y") & adtr["pchg"].notna()]
    responses = adrs.loc[(adrs["paramcd"] == best_response) & (adrs["anl01fl"] == "Y"), ["usubjid", "avalc"]]
    rows = after.merge(adsl[["usubjid", "arm"]], on="usubjid", validate="many_to_one")
    rows = rows.merge(responses, on="usubjid", how="left", validate="many_to_one")
    rows = rows.assign(
        lesions=scope,
        response=rows["avalc"].fillna("MISSING"),
        time=(rows["ady"].astype(float) / protocol.study.days_per_unit).map(rounded),
        change_percent=rows["pchg"].astype(float).map(rounded),
        counts=(rows["anl02fl"] == "Y").astype(int),
    ).sort_values(["arm", "usubjid", "ady"], kind="stable")
    best = rows[rows["counts"] == 1].sort_values(["change_percent", "time"], kind="stable").drop_duplicates("usubjid")
    ordered = best.sort_values(["change_percent", "usubjid"], ascending=[False, True], kind="stable")
    places = ordered.groupby("arm").cumcount() + 1
    return rows.assign(is_best=rows.index.isin(best.index).astype(int), place=places.astype("Int64"))
