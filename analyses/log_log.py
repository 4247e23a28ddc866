"""log(-log S(t)) of each arm: parallel curves are proportional hazards."""

from typing import TYPE_CHECKING, Any

import numpy as np

from analyses.kaplan_meier import FLAT, fit_curve
from analyses.statistic import rounded
from analyses.survival import times_of
from studies import Protocol

if TYPE_CHECKING:
    import pandas as pd


def log_log_curves(adtte: "pd.DataFrame", adsl: "pd.DataFrame", protocol: Protocol) -> "pd.DataFrame":
    """One row an arm and time of an event at which 0 < S < 1, of each endpoint that has such a figure.

    Columns: endpoint, group, time (the study's unit), log_minus_log.
    """
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for endpoint in dict.fromkeys(figure.endpoint for figure in protocol.figures_of("log_log")):
        times = times_of(adtte, adsl, endpoint, protocol)
        for arm in protocol.arms:
            of_arm = times[times["arm"] == arm.code]
            curve = fit_curve(of_arm["time"].to_numpy(float), of_arm["event"].to_numpy(bool))
            drawn = (curve.n_event > 0) & (curve.survival > FLAT) & (curve.time > 0)
            height = np.log(-np.log(curve.survival[drawn]))
            rows += [
                {"endpoint": endpoint, "group": arm.code, "time": rounded(at), "log_minus_log": rounded(value)}
                for at, value in zip(curve.time[drawn].tolist(), height.tolist(), strict=True)
            ]
    return pd.DataFrame(rows, columns=["endpoint", "group", "time", "log_minus_log"])
