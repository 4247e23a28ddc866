"""The path of one subject as text for a terminal, every line with the file and line of the extract it came from."""

import textwrap
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reports.path_words import (
    EFFECT,
    START,
    STATUS,
    assessment_why,
    best_why,
    course_words,
    endpoint_why,
    reading_words,
    size,
)

Record = Mapping[str, Any]
Paths = Mapping[str, list[dict[str, Any]]]

WIDTH = 118
SCOPES = {"ALL": "all lesions"}


def path_text(paths: Paths, endpoint: str | None = None) -> str:
    """The path of the one subject in ``paths`` (warehouse.subject_paths); ``endpoint`` is what it was narrowed to."""
    (subject,) = paths["subjects"]
    marks = findings_by_row(paths["findings"])
    lines = [*_heading(subject), *_endpoints(paths, endpoint, marks), *_course(paths, marks)]
    lines += _assessments(paths, subject, marks)
    lines += _lesions(paths, marks)
    lines += _findings(paths)
    return "\n".join(lines)


def with_reasons(paths: Paths) -> dict[str, Any]:
    """The path for a script: the tables of ``paths``, each row with ``why`` in words where a rule decided."""
    words = {"assessments": assessment_why, "best_responses": best_why, "endpoints": endpoint_why}
    (subject,) = paths["subjects"]
    tables = {
        name: [{**row, "why": words[name](row)} for row in rows] if name in words else rows
        for name, rows in paths.items()
        if name != "subjects"
    }
    return {"subject": subject, **tables}


def findings_by_row(findings: Iterable[Record]) -> dict[tuple[str, int], list[str]]:
    """The rules that object to a line of a file."""
    marks: dict[tuple[str, int], list[str]] = defaultdict(list)
    for finding in findings:
        marks[finding["source_file"], finding["source_row"]].append(finding["rule_id"])
    return {place: sorted(set(rules)) for place, rules in marks.items()}


def place(row: Record, marks: Mapping[tuple[str, int], list[str]], file: str = "source_file") -> str:
    """``lesions.csv:80``, with the rules that object to that line; empty where no row of the extract decided."""
    if row[file] is None:
        return ""
    line = row[file.replace("file", "row")]
    rules = marks.get((row[file], line))
    return f"{row[file]}:{line}" + (f" [finding {', '.join(rules)}]" if rules else "")


def scope_words(scope: str, subject: Record) -> str:
    """``all lesions``, or the organ."""
    return SCOPES.get(scope) or f"{subject['response_organ'].lower()} lesions"


def _heading(subject: Record) -> Iterator[str]:
    yield f"{subject['usubjid']}: site {subject['site'] or '–'}, arm {subject['arm_label'] or subject['arm'] or '–'}"
    yield f"Data cut {subject['data_cut']}; evaluator {subject['evaluator']}"
    if subject["startdt"]:
        event = START.get(subject["start_event"], subject["start_event"])
        yield f"Start {subject['startdt']}, the {event} ({subject['start_file']}:{subject['start_row']})"
    if STATUS[subject["status"]]:
        yield STATUS[subject["status"]]


def _endpoints(paths: Paths, endpoint: str | None, marks: Mapping[tuple[str, int], list[str]]) -> Iterator[str]:
    ends = paths["endpoints"]
    best = [row for row in paths["best_responses"] if row["is_evaluator"]]
    if ends:
        yield from ("", "Times to event")
    for row in ends:
        state = "event" if row["cnsr"] == 0 else f"censored ({row['cnsr']})" if row["cnsr"] != 6 else "competing event"
        yield f"  {row['paramcd']:<8}{row['startdt']} to {row['adt']}: {row['aval']} days, {state}  {place(row, marks)}"
        yield from _wrapped(f"why: {endpoint_why(row)}", 10)
    if best:
        yield from ("", "Best response")
    for row in best:
        day = f" on {row['response_date']} (day {row['ady']})" if row["response_date"] else ""
        yield f"  {row['paramcd']:<8}{row['best_response']}{day}  {place(row, marks)}"
        yield from _wrapped(f"why: {best_why(row)}", 10)
    if endpoint and not ends and not best:
        yield from ("", f"{endpoint}: this subject has none (a duration of response is of responders only).")


def _course(paths: Paths, marks: Mapping[tuple[str, int], list[str]]) -> Iterator[str]:
    if paths["course"]:
        yield from ("", "Course")
    for row in paths["course"]:
        yield f"  {row['start_date']}  day {row['ady']:>5}  {course_words(row)}  {place(row, marks)}".rstrip()


def _assessments(paths: Paths, subject: Record, marks: Mapping[tuple[str, int], list[str]]) -> Iterator[str]:
    shown: set[tuple[str, str]] = set()
    for reader, scope in dict.fromkeys((row["reader"], row["scope"]) for row in paths["assessments"]):
        rows = [row for row in paths["assessments"] if (row["reader"], row["scope"]) == (reader, scope)]
        role = ", the evaluator" if rows[0]["is_evaluator"] else ""
        yield from ("", f"Assessments of {scope_words(scope, subject)} by {reader}{role}")
        for row in rows:
            yield from _assessment(row, marks)
            if (reader, row["scan_date"]) not in shown:
                shown.add((reader, row["scan_date"]))
                yield from _readings(paths["readings"], reader, row["scan_date"], marks)


def _assessment(row: Record, marks: Mapping[tuple[str, int], list[str]]) -> Iterator[str]:
    cells = [f"  {row['scan_date']}  day {row['ady']:>5}"]
    if row["targets"]:
        part = "" if row["is_sum_complete"] else f" of {row['targets_measured']} of {row['targets']} targets"
        cells.append(f"sum {size(row['sum_mm'])} mm{part}")
    if row["is_baseline"]:
        cells.append("baseline")
    else:
        parts = [row["target_response"], row["nontarget_response"]]
        cells += [f"{name} {part}" for name, part in zip(("target", "non-target"), parts, strict=True) if part]
        cells += ["new lesion"] if row["new_lesion"] == "Y" else []
        cells.append(f"overall {row['response'] or '–'}")
    yield f"{', '.join(cells).replace(', sum', '  sum', 1)}  {place(row, marks)}"
    if why := assessment_why(row):
        yield from _wrapped(f"why: {why}", 14)


def _readings(
    readings: list[dict[str, Any]], reader: str, scan_date: str, marks: Mapping[tuple[str, int], list[str]]
) -> Iterator[str]:
    of_scan = [row for row in readings if row["reader"] == reader and row["scan_date"] == scan_date]
    for file in dict.fromkeys(row["source_file"] for row in of_scan):
        said = [
            f"{reading_words(row)} {place(row, marks).removeprefix(file)}"
            for row in of_scan
            if row["source_file"] == file
        ]
        yield from _wrapped(f"{file}: {'; '.join(said)}", 14)


def _lesions(paths: Paths, marks: Mapping[tuple[str, int], list[str]]) -> Iterator[str]:
    if paths["lesions"]:
        yield from ("", "Lesions")
    for row in paths["lesions"]:
        new = f", counts from {row['counts_from']}" if row["counts_from"] else ""
        words = f"{row['organ'] or '–'}, {row['lesion_class'] or '–'}{new}"
        yield f"  {row['lesion_id']:<6}{words}  {place(row, marks)}"


def _findings(paths: Paths) -> Iterator[str]:
    yield from ("", f"Findings on these records: {len(paths['findings']) or 'none'}")
    for row in paths["findings"]:
        where = f"{row['source_file']}:{row['source_row']}" if row["source_file"] else row["source_table"]
        yield f"  {row['rule_id']}  {row['severity']}, {EFFECT[row['effect']]}  {where}"
        yield from _wrapped(row["sentence"], 8)


def _wrapped(text: str, indent: int) -> list[str]:
    margin = " " * indent
    return textwrap.wrap(text, WIDTH, initial_indent=margin, subsequent_indent=margin, break_long_words=False)
