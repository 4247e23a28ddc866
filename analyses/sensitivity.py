"""The main results beside those that another selection of records gives: with and without what was set aside."""

from typing import TYPE_CHECKING

from studies import Protocol

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ["result_id", "paramcd", "group", "statistic", "label", "value_published", "value_all"]
OF_TIMES = {"n": "subjects", "events": "events", "median": "median"}
OF_RATIOS = {"hr": "hazard ratio", "hr_lower": "hazard ratio, lower limit", "hr_upper": "hazard ratio, upper limit"}
OF_RESPONSES = {"n": "subjects", "percent": "percent"}


def beside(published: "pd.DataFrame", every_record: "pd.DataFrame", protocol: Protocol) -> "pd.DataFrame":
    """The main results of two frames of statistics side by side, in the order of the first; columns COLUMNS.

    Main results are, by arm, the subjects, events and median of each endpoint in time and the best responses that
    count as response or control, and between the arms the log-rank P and the crude hazard ratio of the protocol's
    Cox model. A median is in the study's unit of time.
    """
    import pandas as pd

    other = dict(zip(every_record["result_id"], every_record["value"], strict=True))
    rows = []
    for row in published.to_dict("records"):
        label = _label({str(name): value for name, value in row.items()}, protocol)
        if label:
            rows.append(
                {
                    "result_id": row["result_id"],
                    "paramcd": row["endpoint"],
                    "group": row["group"],
                    "statistic": row["statistic"],
                    "label": label,
                    "value_published": row["value"],
                    "value_all": other.get(row["result_id"]),
                }
            )
    return pd.DataFrame(rows, columns=COLUMNS)


def _label(row: dict[str, str], protocol: Protocol) -> str:
    """What a main result is called; empty for every other."""
    statistic, arms = row["statistic"], {arm.code: arm.label for arm in protocol.arms}
    if row["analysis"] == "survival" and row["group"] in arms and statistic in OF_TIMES:
        unit = f" ({protocol.study.time_unit})" if statistic == "median" else ""
        return f"{protocol.endpoint(row['endpoint']).label}, {arms[row['group']]}: {OF_TIMES[statistic]}{unit}"
    if row["analysis"] == "survival" and statistic == "log_rank_p":
        return f"{protocol.endpoint(row['endpoint']).label}: log-rank P"
    if (
        row["analysis"] == "cox"
        and row["group"] == "crude"
        and row["level"].startswith("arm=")
        and statistic in OF_RATIOS
    ):
        arm = row["level"].removeprefix("arm=")
        return f"{protocol.endpoint(row['endpoint']).label}, {arms.get(arm, arm)}: {OF_RATIOS[statistic]}"
    is_rate = row["analysis"] == "response" and row["level"] in ("ORR", "DCR") and statistic in OF_RESPONSES
    if is_rate and row["group"] in arms:
        label = protocol.endpoint(row["endpoint"]).label
        return f"{label}, {arms[row['group']]}: {row['level']}, {OF_RESPONSES[statistic]}"
    return ""
