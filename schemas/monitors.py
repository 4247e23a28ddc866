"""What must be true of a batch? Monitors hold the frames of a cut, and its changes since the last cut, against limits.

The expectations are those of Great Expectations, on pandas frames in memory; no value of a cell leaves this module,
only counts, the names of tables and columns, and limits.
"""

import os
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from schemas.analysis_monitors import ANALYSIS_MONITORS
from schemas.cut_monitors import CUT_MONITORS
from schemas.monitor import Batch, Check, Monitor, MonitorLimits, NotApplicableError
from schemas.monitor_frames import SOURCES, PreparedFrames

if TYPE_CHECKING:
    from great_expectations.expectations import Expectation

__all__ = ["MONITORS", "MONITOR_COLUMNS", "MonitorLimits", "MonitorResults", "run_monitors"]

MONITORS: tuple[Monitor, ...] = (*CUT_MONITORS, *ANALYSIS_MONITORS)
PASSED, FINDINGS, NOT_APPLICABLE, FAILED_TO_RUN = "passed", "findings", "not applicable", "failed to run"
MONITOR_COLUMNS = (
    "monitor_id",
    "title",
    "table_name",
    "status",
    "observed",
    "expected",
    "failed",
    "checked",
    "sentence",
    "fix",
)
RESULT_FORMAT = {"result_format": "BASIC", "partial_unexpected_count": 0, "include_unexpected_rows": False}
"""Great Expectations keeps no unexpected value under this format."""

COUNTS = ("element_count", "missing_count", "unexpected_count")
PERCENTS = ("missing_percent", "unexpected_percent", "unexpected_percent_total", "unexpected_percent_nonmissing")
AGGREGATES = (
    "expect_table_row_count_to_be_between",
    "expect_table_row_count_to_equal",
    "expect_column_sum_to_be_between",
)
"""The expectations whose observed value is a count, not a value of a cell."""


@dataclass(frozen=True)
class MonitorResults:
    """``table`` has one row a monitor and table; ``validations`` one result of Great Expectations a frame.

    What was not applicable is in the table only.
    """

    table: pd.DataFrame
    validations: list[dict[str, Any]]


@dataclass(frozen=True)
class _Planned:
    monitor: Monitor
    check: Check


def run_monitors(frames: Mapping[str, pd.DataFrame], limits: MonitorLimits | None = None) -> MonitorResults:
    """Every monitor on the frames of a cut.

    A missing or empty frame, or one without a case to look at, makes its monitors not applicable: ``observed`` says
    why. An error makes a monitor failed to run: ``observed`` is its kind. ``failed`` of ``checked`` are counts; within
    a limit that allows some, a monitor passes with some failed.
    """
    limits = limits or MonitorLimits()
    prepared = PreparedFrames(frames)
    rows: list[tuple[tuple[int, int], dict[str, Any]]] = []
    planned: dict[str, dict[tuple[int, int], _Planned]] = {}
    for place, monitor in enumerate(MONITORS):
        status, reason, checks = _plan(monitor, prepared, limits)
        if not checks:
            rows.append(((place, 0), _row(monitor, None, status, reason)))
        for number, check in enumerate(checks):
            planned.setdefault(monitor.frame, {})[place, number] = _Planned(monitor, check)
    validations = []
    if planned:
        expectations = _Expectations()
        for name, plan in planned.items():
            kept = []
            for key, result in expectations.validate(name, prepared.frames[name], plan).items():
                cause = prepared.cause(name, plan[key].check.columns)
                if cause:
                    result["exception_info"] = _exception(cause)
                rows.append((key, _judged(plan[key], result)))
                if rows[-1][1]["status"] != NOT_APPLICABLE:
                    kept.append(result)
            if kept:
                validations.append(_validation(name, kept, expectations.version))
    table = pd.DataFrame([row for _, row in sorted(rows, key=lambda row: row[0])], columns=list(MONITOR_COLUMNS))
    return MonitorResults(table.astype({"failed": "Int64", "checked": "Int64"}), validations)


def _plan(monitor: Monitor, prepared: PreparedFrames, limits: MonitorLimits) -> tuple[str, str, Sequence[Check]]:
    name = monitor.frame
    if (name, "") in prepared.broken:
        return FAILED_TO_RUN, prepared.broken[name, ""], ()
    if name not in prepared.frames:
        return NOT_APPLICABLE, f"the frame {SOURCES.get(name, name)} is missing or empty", ()
    if not len(prepared.frames[name]):
        return NOT_APPLICABLE, f"the frame {SOURCES.get(name, name)} has nothing to look at", ()
    try:
        checks = monitor.checks(Batch(prepared.frames[name], prepared.frames, limits))
    except NotApplicableError as reason:
        return NOT_APPLICABLE, str(reason), ()
    except Exception as error:
        return FAILED_TO_RUN, prepared.kind_of(name, error), ()
    return NOT_APPLICABLE, f"the frame {name} names no table", checks


def _row(
    monitor: Monitor,
    check: Check | None,
    status: str,
    observed: str,
    failed: int | None = None,
    checked: int | None = None,
) -> dict[str, Any]:
    return {
        "monitor_id": monitor.monitor_id,
        "title": monitor.title,
        "table_name": (check.table_name if check else "") or monitor.table_name or monitor.frame,
        "status": status,
        "observed": observed,
        "expected": check.expected if check else "",
        "failed": failed,
        "checked": checked,
        "sentence": monitor.sentence,
        "fix": monitor.fix,
    }


def _judged(planned: _Planned, result: dict[str, Any]) -> dict[str, Any]:
    """The row of the table for a result of Great Expectations."""
    monitor, check, counts = planned.monitor, planned.check, result["result"]
    if result["exception_info"]["raised_exception"]:
        return _row(monitor, check, FAILED_TO_RUN, result["exception_info"]["exception_message"])
    status = PASSED if result["success"] else FINDINGS
    if "element_count" in counts:
        failed, checked = counts["unexpected_count"], counts["element_count"] - counts.get("missing_count", 0)
    else:
        number = counts["observed_value"]
        is_sum = result["expectation_config"]["type"] == "expect_column_sum_to_be_between"
        failed, checked = (number if is_sum else int(not result["success"])), check.checked or 0
        if not is_sum:
            return _row(monitor, check, status, f"{number} {check.unit}", failed, checked)
    if not checked:
        return _row(monitor, check, NOT_APPLICABLE, f"no {check.unit}", 0, 0)
    observed = f"{failed} of {checked} {check.unit}"
    if check.observed and (monitor.frame == "rows" or status == FINDINGS):
        observed = check.observed if monitor.frame == "rows" else f"{observed}: {check.observed}"
    return _row(monitor, check, status, observed, failed, checked)


def _exception(kind: str) -> dict[str, Any]:
    return {"raised_exception": bool(kind), "exception_message": kind or None, "exception_traceback": None}


def _validation(name: str, results: list[dict[str, Any]], version: str) -> dict[str, Any]:
    """A validation result of Great Expectations as plain values, without clock, run and place."""
    passed = sum(result["success"] for result in results)
    return {
        "success": passed == len(results),
        "results": results,
        "suite_name": name,
        "suite_parameters": {},
        "statistics": {
            "evaluated_expectations": len(results),
            "successful_expectations": passed,
            "unsuccessful_expectations": len(results) - passed,
            "success_percent": round(100 * passed / len(results), 6),
        },
        "meta": {"great_expectations_version": version},
        "id": None,
    }


class _Expectations:
    """Great Expectations, in memory: no telemetry, no project, no folder of documents."""

    def __init__(self) -> None:
        os.environ["GX_ANALYTICS_ENABLED"] = "false"
        import great_expectations
        from great_expectations.data_context.types.base import DataContextConfig, InMemoryStoreBackendDefaults

        stores = InMemoryStoreBackendDefaults(init_temp_docs_sites=False)
        config = DataContextConfig(store_backend_defaults=stores, analytics_enabled=False)
        context = great_expectations.get_context(mode="ephemeral", project_config=config)
        context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]
        self.version = great_expectations.__version__
        self.source = context.data_sources.add_pandas("cut")

    def validate(
        self, name: str, frame: pd.DataFrame, plan: Mapping[tuple[int, int], _Planned]
    ) -> dict[tuple[int, int], dict[str, Any]]:
        """The result of each check by its key, in order."""
        from great_expectations import ExpectationSuite

        suite = ExpectationSuite(name)
        for (place, number), planned in plan.items():
            suite.add_expectation(self._expectation(planned, place, number))
        asset = self.source.add_dataframe_asset(name)
        batch = asset.add_batch_definition_whole_dataframe("cut").get_batch({"dataframe": frame})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                found = [result.to_json_dict() for result in batch.validate(suite, result_format=RESULT_FORMAT).results]
            except Exception as error:
                kind = type(error).__name__
                configs = [expectation.configuration.to_json_dict() for expectation in suite.expectations]
                found = [
                    {"success": False, "expectation_config": config, "result": {}, "exception_info": _exception(kind)}
                    for config in configs
                ]
        return dict(sorted((self._clean(result) for result in found), key=lambda result: result[0]))

    @staticmethod
    def _expectation(planned: _Planned, place: int, number: int) -> "Expectation":
        from great_expectations import expectations
        from great_expectations.expectations.row_conditions import Column

        operators: dict[str, Callable[[Any, Any], Any]] = {
            "==": lambda column, value: column == value,
            ">": lambda column, value: column > value,
            ">=": lambda column, value: column >= value,
            "known": lambda column, value: column.is_not_null(),
        }
        condition = None
        for name, operator, value in planned.check.where:
            part = operators[operator](Column(name), value)
            condition = part if condition is None else condition & part
        monitor = planned.monitor
        arguments: dict[str, Any] = {
            **planned.check.arguments,
            "meta": {"monitor_id": monitor.monitor_id, "place": place, "number": number},
            "notes": f"{monitor.monitor_id} {monitor.title}: {monitor.sentence}",
            "severity": "warning",
        }
        if condition is not None:
            arguments["row_condition"] = condition
        return getattr(expectations, planned.check.expectation)(**arguments)

    @staticmethod
    def _clean(result: dict[str, Any]) -> tuple[tuple[int, int], dict[str, Any]]:
        """What may be kept of a result: its configuration, counts and the kind of an error."""
        config, meta = result["expectation_config"], result["expectation_config"]["meta"]
        kwargs = {name: value for name, value in sorted(config["kwargs"].items()) if name != "batch_id"}
        raw = result["result"] or {}
        counts: dict[str, Any] = {name: int(raw[name]) for name in COUNTS if raw.get(name) is not None}
        counts |= {name: round(float(raw[name]), 6) for name in PERCENTS if raw.get(name) is not None}
        if config["type"] in AGGREGATES and raw.get("observed_value") is not None:
            counts["observed_value"] = int(raw["observed_value"])
        cleaned = {
            "success": bool(result["success"]),
            "expectation_config": {
                "type": config["type"],
                "kwargs": kwargs,
                "meta": {"monitor_id": meta["monitor_id"]},
                "notes": config.get("notes"),
                "severity": config.get("severity"),
            },
            "result": counts,
            "meta": {},
            "exception_info": _exception(_kind(result["exception_info"] or {})),
        }
        return (meta["place"], meta["number"]), cleaned


def _kind(information: Mapping[str, Any]) -> str:
    """The class of the error that Great Expectations caught, nothing where it caught none."""
    parts = [information] if "raised_exception" in information else list(information.values())
    raised = [part for part in parts if part["raised_exception"]]
    if not raised:
        return ""
    if not raised[0].get("exception_traceback"):
        return str(raised[0].get("exception_message") or "Exception")
    first = re.search(r"^Traceback .*\n(?:[ \t].*\n)+([A-Za-z_][\w.]*)", raised[0]["exception_traceback"], re.MULTILINE)
    return first[1].rsplit(".", 1)[-1] if first else "Exception"
