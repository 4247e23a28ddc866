"""The rules of a subject's path in words: what the codes of transforms/explain mean, and the numbers they saw."""

from collections.abc import Mapping
from typing import Any

from reports.numbers import fixed

Record = Mapping[str, Any]

STATUS = {
    "IN THE CUT": "",
    "SET ASIDE": "Not in the cut: every row of the subject in the patients file was set aside by a finding.",
    "NO ARM": "Not in the cut: the arm is none of the protocol's.",
    "NO START": "Not in the cut: the event that starts the clock is not known.",
    "AFTER THE CUT": "Not in the cut: the subject starts after the data cut.",
}
START = {"first_procedure": "first procedure", "first_treatment": "first treatment", "index_date": "index date"}
TARGET = {
    "ALL GONE": "every target is gone, or a node below 10 mm",
    "GROWN": "{sum} mm is {nadir_change_pct} and {nadir_change_mm} mm above the nadir of {nadir} mm "
    "(at least 20 % and 5 mm)",
    "GROWN IN PART": "{targets_measured} of {targets} targets alone, {sum} mm, are {nadir_change_pct} and "
    "{nadir_change_mm} mm above the nadir of {nadir} mm (at least 20 % and 5 mm)",
    "BACK FROM ZERO": "targets of {sum} mm are back after a nadir of 0",
    "NOT ALL MEASURED": "only {targets_measured} of {targets} targets were measured",
    "NO BASELINE": "the sum at baseline is not known",
    "SHRUNK": "{sum} mm is {change_pct} from the baseline of {baseline} mm (at least 30 % less)",
    "BETWEEN": "{sum} mm is {change_pct} from the baseline of {baseline} mm and {nadir_change_pct} "
    "({nadir_change_mm} mm) from the nadir of {nadir} mm: neither 30 % less nor 20 % and 5 mm more",
}
OVERALL = {
    "TARGET PD": "progression of the targets",
    "NONTARGET PD": "unequivocal progression of a non-target lesion",
    "NEW LESION": "a new lesion",
    "NONTARGET REMAINS": "the targets are gone and the non-targets are not: PR instead of CR",
    "AS TARGET": "as the targets",
    "AS NONTARGET": "as the non-targets, there being no targets",
    "NO LESION": "there is no lesion that could respond",
    "REPORTED": "as the reader reported it",
    "ADJUDICATED": "adjudicated",
}
CONSIDERED = {
    "COUNTS": "",
    "AFTER PROGRESSION": "after the first progression, so it counts for nothing more",
    "AFTER NEW THERAPY": "after new anticancer therapy, so it is no part of the best response",
}
READING = {
    "AS MEASURED": "",
    "TOO SMALL": "too small to measure, counts as 5 mm",
    "NORMAL NODE": "normal node",
    "GONE": "gone",
    "STATUS": "",
}
BEST = {
    "NO ASSESSMENT": "no assessment after the start",
    "NONE CONSIDERED": "all {assessment_count} assessments came after new anticancer therapy",
    "CONFIRMED": "confirmed on {confirmation_date}, at least {confirmation_days} days later",
    "NOT CONFIRMED": "CR or PR at {response_count} of {considered}, none of them confirmed at least "
    "{confirmation_days} days later",
    "TOO EARLY": "no progression yet at {early_count} of {considered}, but earlier than "
    "{stable_disease_days} days after the start",
    "NONE EVALUABLE": "none of {considered} could be evaluated",
    "BEST": "the best of {considered}",
}
ENDPOINT = {
    "PROGRESSION": "the first progression, {shown}",
    "DEATH": "death",
    "COMPETING DEATH": "death before a progression: it competes with the event and is no censoring",
    "RESPONSE": "the first CR or PR",
    "LAST ADEQUATE": "no progression and no death up to the data cut: censored at the last assessment that could be "
    "evaluated",
    "LAST ASSESSMENT": "no event up to the data cut: censored at the last assessment",
    "NO ADEQUATE": "no event, and no assessment after the start that could be evaluated: censored at the start",
    "NO ASSESSMENT": "no event and no assessment after the start: censored at the start",
    "NEW THERAPY": "new anticancer therapy on {new_therapy_date}: censored at the last assessment before it that could "
    "be evaluated",
    "NONE BEFORE THERAPY": "no assessment that could be evaluated before the new anticancer therapy on "
    "{new_therapy_date}: censored at the start",
    "GAP": "the event came {gap_days} days after the last assessment that could be evaluated, more than "
    "{gap_limit_days}: two or more were missed, and it is censored there",
    "GAP FROM THE START": "the event came {gap_days} days after the start without an assessment that could be "
    "evaluated, more than {gap_limit_days}: two or more were missed, and it is censored at the start",
    "ALIVE": "no death up to the data cut: censored at the last day known alive",
    "LOST": "last known alive {days_before_cut} days before the data cut, more than {lost_to_follow_up_days}: lost to "
    "follow-up",
    "DIED LATER": "the death came after the data cut: alive at it",
    "NOT HEARD OF": "no record shows the subject alive after the start: censored at the start",
    "AS STATED": "{stated}",
}
SHOWN = {
    "target": "of the targets",
    "nontarget": "of a non-target lesion",
    "new lesion": "by a new lesion",
    "reported": "as the reader reported it",
    "adjudicated": "as it was adjudicated",
}
COURSE = {
    "START": "start",
    "PROCEDURE": "procedure {detail}",
    "DRUG": "{detail}",
    "NEW LESION": "new lesion {detail}",
    "NEW THERAPY": "new anticancer therapy",
    "LAST ALIVE": "last known alive",
    "DEATH": "death",
}
EFFECT = {
    "SUBJECT SET ASIDE": "subject set aside",
    "ROW SET ASIDE": "row set aside",
    "CELL SET ASIDE": "value set aside",
    "WAIVED": "waived",
    "KEPT": "kept",
}
CHANGE_LIMITS = (20, 30)


def assessment_why(row: Record) -> str:
    """Why the assessment has its target and its overall response, and whether it counts; empty at the baseline."""
    parts = []
    if row["target_rule"]:
        parts.append(f"targets {row['target_response']}: {TARGET[row['target_rule']].format_map(_sizes(row))}")
    if row["response_rule"]:
        said = OVERALL[row["response_rule"]]
        if row["response_rule"] == "ADJUDICATED" and row["own_response"]:
            said += f", the reader had {row['own_response']}"
        parts.append(f"overall {row['response']}: {said}")
    if row["reported_response"] and row["response"] and row["reported_response"] != row["response"]:
        parts.append(f"reported was {row['reported_response']} (line {row['reported_row']} of {row['reported_file']})")
    parts.append(CONSIDERED.get(row["considered_rule"], ""))
    return "; ".join(filter(None, parts))


def best_why(row: Record) -> str:
    """Why the best response is this one."""
    counted = row["considered_count"]
    considered = f"{counted} assessment" if counted == 1 else f"{counted} assessments"
    return BEST[row["rule"]].format_map({**row, "considered": considered})


def endpoint_why(row: Record) -> str:
    """Why the time ends where it does."""
    stated = ", ".join(filter(None, (row["evntdesc"], row["cnsdtdsc"]))) or "no reason is stated"
    said = ENDPOINT[row["rule"]].format_map({**row, "stated": stated, "shown": SHOWN.get(row["progression_by"], "")})
    if row["rule"] == "PROGRESSION":
        if row["death_date"] == row["adt"]:
            said += "; death of the same day comes second"
        elif row["death_date"]:
            said += f", before the death of {row['death_date']}"
    if row["rule"] == "DEATH" and row["paramcd"] != "OS":
        said += " without a progression before it"
    if row["death_imputation"]:
        said += "; of its date only the month is known, the day is imputed"
    if row["not_evaluable_count"]:
        said += f"; {row['not_evaluable_count']} later NE do not count"
    return said


def reading_words(row: Record) -> str:
    """What was read of a lesion: ``L01 62 mm``, ``L03 PROGRESSION``; in brackets how it counts, if not as it stands."""
    seen = f"{size(row['size_mm'])} mm" if row["size_mm"] is not None else row["presence"]
    note = READING[row["reading_rule"]]
    return f"{row['lesion_id']} {seen}" + (f" ({note})" if note else "")


def course_words(row: Record) -> str:
    """What happened on the day: ``procedure 2``, ``DRUG until 2010-05-01``."""
    said = COURSE[row["kind"]].format_map({"detail": row["detail"] or ""}).strip()
    if row["kind"] == "START":
        said += f" ({START.get(row['detail'], row['detail'])})"
    if row["kind"] == "DRUG":
        said += f" until {row['end_date']}" if row["end_date"] else ", ongoing"
    if row["kind"] == "DEATH" and row["detail"]:
        said += " (day imputed)"
    return said


def size(value: float | None) -> str:
    """A size in mm: ``62``, ``12.5``."""
    return "–" if value is None else f"{value:g}"


def percent_change(value: float | None) -> str:
    """``+24.0 %``; with more decimals where one would hide on which side of 20 or 30 % it lies."""
    if value is None:
        return "–"
    text = fixed(value, 1)
    rounded = float(text.replace("−", "-"))
    if abs(rounded) in CHANGE_LIMITS and rounded != value:
        text = fixed(value, 3)
    return f"{'+' if value > 0 else ''}{text} %"


def _sizes(row: Record) -> dict[str, Any]:
    return {
        **row,
        "sum": size(row["sum_mm"]),
        "baseline": size(row["baseline_mm"]),
        "nadir": size(row["nadir_mm"]),
        "nadir_change_mm": _signed(row["nadir_change_mm"]),
        "change_pct": percent_change(row["change_pct"]),
        "nadir_change_pct": percent_change(row["nadir_change_pct"]),
    }


def _signed(value: float | None) -> str:
    return "–" if value is None else f"{value:+g}".replace("-", "−").replace("+0", "0")
