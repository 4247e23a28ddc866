"""``profiles.html``: a profile of each subject, the same path as ``datacut explain``, with its drawing."""

from collections.abc import Mapping
from typing import Any

from reports.path_text import findings_by_row, place, scope_words
from reports.path_words import (
    EFFECT,
    START,
    STATUS,
    assessment_why,
    best_why,
    course_words,
    endpoint_why,
    percent_change,
    reading_words,
    size,
)
from reports.profile_drawing import legend, profile_drawing
from reports.setting import Setting
from reports.templating import render

Paths = Mapping[str, list[dict[str, Any]]]
PAGE = "profiles.html"


def profiles_page(paths: Paths, setting: Setting) -> str:
    """One self-contained page with a profile of every subject of ``paths`` (warehouse.subject_paths)."""
    subjects = [_of_subject(paths, subject["subject_id"]) for subject in paths["subjects"]]
    return render(
        "profiles.html.j2",
        title=f"Patient profiles, {setting.protocol.study.id}",
        setting=setting,
        profiles=[_profile(path, setting) for path in subjects],
        arms=[*setting.arm_codes, None],
    )


def _of_subject(paths: Paths, subject_id: str) -> dict[str, list[dict[str, Any]]]:
    return {name: [row for row in rows if row["subject_id"] == subject_id] for name, rows in paths.items()}


def _profile(path: dict[str, list[dict[str, Any]]], setting: Setting) -> dict[str, Any]:
    """What the template shows of one subject, in words."""
    (subject,) = path["subjects"]
    marks = findings_by_row(path["findings"])

    def told(rows: list[dict[str, Any]], why: Any) -> list[dict[str, Any]]:
        return [{**row, "why": why(row), "place": place(row, marks)} for row in rows]

    is_in = subject["status"] == "IN THE CUT"
    return {
        "id": subject["subject_id"],
        "arm": subject["arm"] if subject["arm"] in setting.arm_codes else None,
        "arm_label": subject["arm_label"] or subject["arm"] or "no arm",
        "site": subject["site"] or "–",
        "start": f"{subject['startdt']}, the {START.get(subject['start_event'], subject['start_event'])}"
        if subject["startdt"]
        else "not known",
        "start_place": place(subject, marks, "start_file"),
        "status": STATUS[subject["status"]],
        "drawing": profile_drawing(path, setting) if is_in else "",
        "legend": legend(path),
        "ends": told([row for row in path["endpoints"] if row["is_reported"]], endpoint_why),
        "other_ends": told([row for row in path["endpoints"] if not row["is_reported"]], endpoint_why),
        "best": told([row for row in path["best_responses"] if row["is_evaluator"]], best_why),
        "blocks": _blocks(path, subject, marks),
        "readings": _readings(path, marks),
        "course": told(path["course"], course_words),
        "lesions": told(path["lesions"], lambda row: ""),
        "findings": [{**row, "effect_words": EFFECT[row["effect"]]} for row in path["findings"]],
    }


def _blocks(
    path: Paths, subject: Mapping[str, Any], marks: Mapping[tuple[str, int], list[str]]
) -> list[dict[str, Any]]:
    """The assessments of each reader and scope; the evaluator's of all lesions first."""
    keys = dict.fromkeys((row["reader"], row["scope"]) for row in path["assessments"])
    blocks = []
    for reader, scope in keys:
        rows = [row for row in path["assessments"] if (row["reader"], row["scope"]) == (reader, scope)]
        words, role = scope_words(scope, subject), ", the evaluator" if rows[0]["is_evaluator"] else ""
        blocks.append(
            {
                "title": f"{words[0].upper()}{words[1:]}, {reader}{role}",
                "rows": [
                    {
                        **row,
                        "sum": size(row["sum_mm"]),
                        "part": ""
                        if row["is_sum_complete"] or not row["targets"]
                        else f"{row['targets_measured']} of {row['targets']} measured",
                        "change": percent_change(row["change_pct"]) if row["is_sum_complete"] else "–",
                        "nadir": size(row["nadir_mm"]),
                        "why": "baseline" if row["is_baseline"] else assessment_why(row),
                        "place": place(row, marks),
                    }
                    for row in rows
                ],
            }
        )
    return blocks


def _readings(path: Paths, marks: Mapping[tuple[str, int], list[str]]) -> list[dict[str, Any]]:
    """A line a scan and reader: what was read of each lesion, and on which lines of the file that stands."""
    scans = dict.fromkeys((row["scan_date"], row["reader"]) for row in path["readings"])
    return [
        {
            "scan_date": scan_date,
            "reader": reader,
            "lesions": [
                {"words": reading_words(row), "place": place(row, marks)}
                for row in path["readings"]
                if (row["scan_date"], row["reader"]) == (scan_date, reader)
            ],
        }
        for scan_date, reader in sorted(scans)
    ]
