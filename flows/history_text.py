"""What the commands of history print for people."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from flows.comparing import Comparison
from warehouse.retention import Retention

SHOWN = 20


def runs_text(listed: list[dict[str, Any]]) -> str:
    """A line a run; * marks the current cut."""
    lines = [f"  {'run':17} {'ended (UTC)':17} {'data cut':11} {'subjects':>8}  outcome, findings"]
    for run in listed:
        mark = "*" if run["current"] else " "
        findings = ", ".join(f"{count} {severity}" for severity, count in run["findings"].items() if count)
        removed = "; its cut was removed" if run["cut"] == "removed" else ""
        lines.append(
            f"{mark} {run['run']:17} {run['ended'][:16].replace('T', ' '):17} {run['data_cut']:11}"
            f" {run['subjects'] or '–':>8}  {run['outcome']}{': ' + findings if findings else ''}{removed}"
        )
    return "\n".join(lines)


def comparison_text(comparison: Comparison) -> str:
    """What changed, for a terminal: the first of long lists, and how many more there are (--json has all)."""
    said, different = comparison.summary, comparison.different
    lines = [
        f"From run {said['earlier_run']} (data cut {said['earlier_data_cut']})"
        f" to run {said['run']} (data cut {said['data_cut']})",
        "",
        f"Subjects: {_counted(different.subjects['change'].to_list()) or 'the same'}",
        *_some([f"  {row['subject_id']} {row['change']}: {row['reason']}" for row in different.subjects.to_dicts()]),
        "",
        "Records of the extract",
        *(
            f"  {row['table_name']}: {row['added']} added, {row['gone']} gone, {row['changed']} changed"
            for row in different.records.to_dicts()
        ),
        *_some(
            [
                f"  {row['subject_id']} {row['column_name']}: {row['earlier_value'] or '–'} → {row['value'] or '–'}"
                f"  ({row['source_file']}, line {row['source_row']})"
                for row in different.fields.to_dicts()
            ]
        ),
        "",
        f"Endpoints: {_counted(different.endpoints['movement'].to_list()) or 'the same'}",
        *_some([_endpoint(row) for row in different.endpoints.to_dicts() if row["movement"] != "followed for longer"]),
        *_some(
            [
                f"  {row['subject_id']} {row['paramcd']} {row['expectation']}: {row['earlier_avalc']} → {row['avalc']}"
                for row in different.responses.to_dicts()
            ]
        ),
        "",
        "Results",
        *(
            f"  {row['label']}: {_number(row['earlier_value'])} → {_number(row['value'])}"
            for row in comparison.results.to_dict("records")
            if _number(row["earlier_value"]) != _number(row["value"])
        ),
        "",
        "Hazard ratio, one thing swapped at a time",
        *(_step(row) for row in comparison.hazard_ratio.to_dict("records")),
    ]
    return "\n".join(lines)


def retention_text(retention: Retention, is_dry_run: bool) -> str:
    """What went, or would go, and what stays."""
    verb = "Would remove" if is_dry_run else "Removed"
    lines = [f"{verb} run {run.run_id}" for run in retention.runs]
    lines += [f"{verb} cut {cut}" for cut in retention.cuts]
    lines += [f"{verb} the extract {archive.name[:12]}…" for archive in retention.archives]
    freed = f", {retention.bytes / 1e6:.1f} MB" if not retention.is_empty else ""
    return "\n".join([*lines, f"{verb} {_runs(len(retention.runs))}{freed}; {_runs(len(retention.keep))} kept."])


def _runs(number: int) -> str:
    return f"{number} run{'' if number == 1 else 's'}"


def _endpoint(row: dict[str, Any]) -> str:
    return (
        f"  {row['subject_id']} {row['paramcd']} {row['movement']} ({row['expectation']}): {row['earlier_adt']} → "
        f"{row['adt']}, {row['evntdesc']}  ({row['srcfile']}, line {row['srcrow']})"
    )


def _step(row: Mapping[Any, Any]) -> str:
    what = f"  swapped {row['swapped']}: " if row["swapped"] else f"  {row['step']}: "
    part = "" if _is_blank(row["percent_of_change"]) else f", {round(row['percent_of_change'])} % of the change"
    factor = "" if _is_blank(row["factor"]) or not row["swapped"] else f" (× {row['factor']:.4f}{part})"
    note = f"; {row['note']}" if row["note"] else ""
    return f"{what}{_number(row['hr'])}{factor}{note}"


def _is_blank(number: float | None) -> bool:
    """Nothing, as a frame of one row or of many says it: a ratio that did not move has no share to give."""
    return number is None or number != number


def _counted(words: list[str]) -> str:
    return ", ".join(f"{count} {word}" for word, count in sorted(Counter(words).items()))


def _some(lines: list[str]) -> list[str]:
    more = len(lines) - SHOWN
    return [*lines[:SHOWN], *([f"  … {more} more (--json has all)"] if more > 0 else [])]


def _number(value: Any) -> str:
    return "–" if value is None or value != value or value == "" else f"{value:.4g}"
