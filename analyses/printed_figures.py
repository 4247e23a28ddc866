"""Our own results in the shape of published figures, so that the audit of the paper runs on our tables as well."""

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from analyses.number_audit_figures import COLUMNS
from analyses.statistic import OF_EPISODES, OF_PROCEDURES

if TYPE_CHECKING:
    import pandas as pd

KINDS = {
    "n": ("n", 0), "events": ("n", 0), "competing": ("n", 0), "censored": ("n", 0), "percent": ("percent", 1),
    "events_percent": ("percent", 1), "risk_reduction": ("percent", 1), "lower": ("ci_low", 1), "upper": ("ci_high", 1),
    "median": ("median", 1), "median_lower": ("ci_low", 1), "median_upper": ("ci_high", 1),
    "follow_up": ("median", 1), "follow_up_lower": ("ci_low", 1), "follow_up_upper": ("ci_high", 1),
    "q1": ("q1", 1), "q3": ("q3", 1), "hr": ("hr", 3), "hr_lower": ("ci_low", 3), "hr_upper": ("ci_high", 3),
    "p": ("p", 3), "log_rank_p": ("p", 3), "chi2": ("chi2", 3), "log_rank_chi2": ("chi2", 3), "u": ("u", 1),
}  # fmt: skip
OUTCOMES = ("events", "competing", "censored")
NO_NUMBER = "NA"
SMALLEST_P = Decimal("0.001")
HEADER = "header"
Key = tuple[str, str, str, str]


def printed_figures(statistics: "pd.DataFrame", confidence_level: float = 0.95) -> "pd.DataFrame":
    """One row a printed result of ``statistics`` (the rows of statistics.csv), rounded half up as the tables print it.

    Columns id (the result id), location, group, kind, value, denominator, test, all text. A mean comes with the total
    that it is made of, the hazard ratio's risk reduction and chi-square with how they follow. Means without a
    total, standard deviations and degrees of freedom are in no table. ``confidence_level`` is the protocol's.
    """
    import pandas as pd

    texts: list[dict[str, Any]] = statistics.astype(object).where(statistics.notna(), "").to_dict("records")  # type: ignore[assignment]
    rows = [{name: str(value) for name, value in row.items()} for row in texts]
    return pd.DataFrame(_Printing(rows, confidence_level).rows(), columns=list(COLUMNS))


class _Printing:
    """What a row needs to know of the others: the arms, and the tests of a variable."""

    def __init__(self, results: list[dict[str, str]], confidence_level: float) -> None:
        self.results, self.level = results, f"{100 * confidence_level:g} %"
        self.value = {row["result_id"]: row["value"] for row in results}
        groups = dict.fromkeys(row["group"] for row in results if row["group"])
        self.pairs = {f"{one}-{other}": f"{one} vs {other}" for one in groups for other in groups if one != other}
        tests = [row for row in results if row["statistic"] == "log_rank_p" and not row["level"]]
        self.tested = {_key(row)[:3]: row["denominator"] for row in tests}
        self.everybody = next((row["value"] for row in results if _is_header(row) and not row["group"]), "")

    def rows(self) -> list[tuple[str, ...]]:
        kept = [row for row in self.results if row["statistic"] in KINDS or self._total(row)]
        return [self._row(row) for row in kept if not (_is_header(row) and not row["group"])]

    def _row(self, row: dict[str, str]) -> tuple[str, ...]:
        kind, decimals = KINDS.get(row["statistic"], ("mean", 2))
        group = self.pairs.get(row["group"], row["group"] or "all")
        if row["population"] in (OF_PROCEDURES, OF_EPISODES):
            group = f"{group}, {row['population']}"  # not held against the number of patients
        location, value = self._location(row, kind, group), _printed(row["value"], kind, decimals)
        return (row["result_id"], location, group, kind, value, self._denominator(row), self._test(row))

    def _location(self, row: dict[str, str], kind: str, group: str) -> str:
        analysis, endpoint, variable, level = _key(row)
        named = " ".join(part for part in (endpoint, variable) if part)
        if _is_header(row):
            return f"{analysis} / {HEADER}"
        parts = [analysis, named, level]
        if row["statistic"].removesuffix("_percent") in OUTCOMES:
            parts = [analysis, " ".join(part for part in (named, level) if part), row["statistic"].split("_")[0]]
        last = "P value" if kind == "p" else "Statistical test" if kind in ("chi2", "u") else group
        return " / ".join([*(part for part in parts if part), last])

    def _denominator(self, row: dict[str, str]) -> str:
        """The stated one; of a stratum's size, how many were in the test of the strata."""
        if _is_header(row):
            return _whole(self.everybody)
        strata = row["statistic"] == "n" and row["level"] and _whole(row["value"]) == _whole(row["denominator"])
        return _whole(self.tested.get(_key(row)[:3], "") if strata else row["denominator"])

    def _test(self, row: dict[str, str]) -> str:
        if row["statistic"] == "risk_reduction":
            return "100*(1-HR)"
        if row["statistic"] == "mean":
            return f"{_whole(self._total(row))}/{_whole(row['denominator'])}"
        if KINDS[row["statistic"]][0] in ("ci_low", "ci_high"):
            return f"{row['method']}, {self.level}"
        stem = re.sub(r"(chi2|p)$", "", row["result_id"])
        degrees = self.value.get(f"{stem}df", "") if stem != row["result_id"] else ""
        return f"{row['method']}, df={_whole(degrees)}" if degrees else row["method"]

    def _total(self, row: dict[str, str]) -> str:
        return self.value.get(row["result_id"].removesuffix("mean") + "total", "") if row["statistic"] == "mean" else ""


def _key(row: dict[str, str]) -> Key:
    return (row["analysis"], row["endpoint"], row["variable"], row["level"])


def _is_header(row: dict[str, str]) -> bool:
    return row["statistic"] == "n" and row["variable"] == "arm" and not row["level"]


def _whole(number: str) -> str:
    return str(int(float(number))) if number else ""


def _printed(value: str, kind: str, decimals: int) -> str:
    """The number as the tables print it; a P below the floor as ``<0.001``, one that only rounds to 1 as ``>0.999``."""
    if not value:
        return NO_NUMBER
    number = Decimal(value)
    rounded = number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    if kind == "p" and number < SMALLEST_P:
        return f"<{SMALLEST_P}"
    return ">0.999" if kind == "p" and rounded == 1 and number < 1 else str(rounded)
