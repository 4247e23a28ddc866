"""What the data reach, on the quality page: endpoints lost, results with and without quarantine, contact, forms."""

from typing import Any

from reports.numbers import count, fixed, p_value
from reports.quality_verdict import is_low
from reports.run_folder import Quality, Record
from reports.setting import Setting

BANDS: tuple[tuple[str, float], ...] = (
    ("0–30 days", 30),
    ("31–90 days", 90),
    ("91–180 days", 180),
    ("over 180 days", float("inf")),
)
"""Days since the last contact: what a band is called, and its last day."""

NEVER = "no contact"
SHOWN_SUBJECTS = 30
"""Subjects listed by their last contact; all are in follow_up.csv."""


def impact(quality: Quality, setting: Setting) -> dict[str, Any]:
    """Who left which endpoint by which rule, and the main results without and with what was set aside."""
    results = [_result(row, setting) for row in quality.sensitivity]
    return {
        "losses": [
            {
                "endpoint": _endpoint(row["paramcd"], setting),
                "arm": setting.arm_label(row["arm"]),
                "subjects": row["subjects"],
                "lost": row["lost"],
                "percent": fixed(row["percent"], 1),
                "touched": int(row.get("touched") or 0),
                "who": [who.strip() for who in row["lost_subjects"].split(";") if who.strip()],
            }
            for row in sorted(quality.losses, key=lambda row: _endpoint_order(row, setting))
        ],
        "results": results,
        "differing": sum(result["differs"] for result in results),
    }


def _endpoint(paramcd: str, setting: Setting) -> str:
    label = next((endpoint.label for endpoint in setting.protocol.endpoints if endpoint.paramcd == paramcd), "")
    return f"{label} ({paramcd})" if label else paramcd


def _endpoint_order(row: Record, setting: Setting) -> tuple[int, str, int]:
    codes, arms = [endpoint.paramcd for endpoint in setting.protocol.endpoints], setting.arm_codes
    return (
        codes.index(row["paramcd"]) if row["paramcd"] in codes else len(codes),
        row["paramcd"],
        arms.index(row["arm"]) if row["arm"] in arms else len(arms),
    )


def _result(row: Record, setting: Setting) -> dict[str, Any]:
    published, everything = (
        _printed(row["statistic"], row[name], setting) for name in ("value_published", "value_all")
    )
    return {"label": row["label"], "published": published, "all": everything, "differs": published != everything}


def _printed(statistic: str, value: float | None, setting: Setting) -> str:
    """The value in the digits of the tables of the report."""
    if statistic in ("n", "events"):
        return count(value)
    if statistic == "percent":
        return fixed(value, 1)
    if statistic.startswith("median"):
        return fixed(value, setting.decimals)
    return p_value(value) if statistic == "p" or statistic.endswith("_p") else fixed(value, 3)


def follow_up(quality: Quality, setting: Setting) -> dict[str, Any]:
    """Subjects alive by the time since their last contact, those overdue first, and how many of each arm."""
    subjects = sorted(
        quality.follow_up,
        key=lambda subject: (
            subject["is_overdue"] != "true",
            -_days(subject),
            subject["subject_id"] or "",
        ),
    )
    arms = [arm for arm in setting.arm_codes if any(subject["arm"] == arm for subject in subjects)]
    arms += sorted({subject["arm"] for subject in subjects} - set(arms))
    bands = [name for name, _ in BANDS]
    if any(subject["days_since_contact"] is None for subject in subjects):
        bands.append(NEVER)
    return {
        "total": len(subjects),
        "overdue": sum(subject["is_overdue"] == "true" for subject in subjects),
        "bands": bands,
        "arms": [
            {
                "label": setting.arm_label(arm) or "no arm named",
                "counts": [
                    sum(subject["arm"] == arm and band_of(subject) == name for subject in subjects) for name in bands
                ],
                "total": sum(subject["arm"] == arm for subject in subjects),
            }
            for arm in arms
        ],
        "subjects": [
            {**subject, "arm": setting.arm_label(subject["arm"]), "band": band_of(subject)}
            for subject in subjects[:SHOWN_SUBJECTS]
        ],
        "hidden": max(0, len(subjects) - SHOWN_SUBJECTS),
        "hidden_overdue": sum(subject["is_overdue"] == "true" for subject in subjects[SHOWN_SUBJECTS:]),
    }


def _days(subject: Record) -> float:
    days = subject["days_since_contact"]
    return float("inf") if days is None else float(days)


def band_of(subject: Record) -> str:
    """The band in which the days since the last contact fall."""
    if subject["days_since_contact"] is None:
        return NEVER
    return next(name for name, last in BANDS if subject["days_since_contact"] <= last)


def forms(quality: Quality) -> dict[str, Any]:
    """Forms received of those expected: by site and form, the visits in their order; low ones by name."""
    by_site: dict[str, dict[str, list[dict[str, Any]]]] = {}
    lines = sorted(
        quality.completeness,
        key=lambda line: (line["site"], line["form"], line["visit_order"] or 0, line["visit"]),
    )
    for line in lines:
        visit = {
            "visit": line["visit"],
            "received": count(line["received"]),
            "expected": count(line["expected"]),
            "percent": fixed(line["percent"], 0),
            "is_low": is_low(line),
        }
        by_site.setdefault(line["site"], {}).setdefault(line["form"], []).append(visit)
    return {
        "total": len(lines),
        "low": sum(is_low(line) for line in lines),
        "sites": [(site, list(of_site.items())) for site, of_site in by_site.items()],
    }
