"""Twelve invented patients of two arms that were not drawn by lot; weights, ratio and curve as R makes them.

R 4.2.2, survival 3.5-3: glm(t ~ a + s, binomial); coxph(Surv(time, event) ~ t, weights, robust = TRUE, ties =
"breslow"); survfit(Surv(time, event) ~ t, weights).
"""

import pandas as pd

from studies import DEFAULT_STUDY, Protocol, load_study
from studies.weighting import Weighting

WEIGHTS = (
    0.982377012478, 0.781172290556, 0.837055171957, 1.304914382647, 1.790835437687, 0.671522226372, 0.807829670926,
    1.442305525741, 0.777987032388, 1.078849730366, 0.566246955427, 0.648867925730,
)  # fmt: skip
HAZARD_RATIO = (0.314476725507, 0.0894066443475, 1.10613267736)
P = 0.0714238493879
TREATED_CURVE = {8: 0.708188121383, 12: 0.488503760988, 30: 0.488503760988, 33: 0.291387429461, 45: 0.0}
CONTROL_CURVE = {
    3: 0.800184808478, 5: 0.552084721790, 7: 0.402622238530, 9: 0.309590394806, 11: 0.219697049368, 14: 0.107781343900,
    22: 0.107781343900,
}  # fmt: skip


def protocol() -> Protocol:
    sample = load_study(DEFAULT_STUDY).protocol
    study = sample.study.model_copy(update={"time_unit": "days"})
    weighting = Weighting(covariates=["age", "sex"], endpoints=["OS"])
    return sample.model_copy(update={"weighting": weighting, "study": study})


def adsl() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "usubjid": [f"P{number:02d}" for number in range(12)],
            "arm": ["TACE" if treated else "CONTROL" for treated in (1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 0)],
            "age": [50, 61, 47, 70, 55, 66, 72, 43, 58, 64, 52, 69],
            "sex": ["F" if each else "M" for each in (1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0, 1)],
        }
    )


def adtte() -> pd.DataFrame:
    days = (12, 30, 45, 8, 5, 9, 14, 3, 22, 7, 33, 11)
    events = (1, 0, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1)
    cnsr = [1 - event for event in events]
    return pd.DataFrame({"usubjid": adsl()["usubjid"], "paramcd": "OS", "aval": days, "cnsr": cnsr})
