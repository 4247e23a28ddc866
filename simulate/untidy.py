"""What makes an extract look like one: mixed date formats, blanks, full-width digits, centimetres, many code words."""

import random
from datetime import date

from simulate.defects import SPOILT
from simulate.records import Record
from studies import Mapping

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
DATE_COLUMNS = frozenset({
    "birth_year", "diagnosis_date", "consent_date", "index_date", "procedure_date", "start_date", "end_date",
    "first_seen_date", "scan_date", "sample_date", "contact_date", "death_date",
})  # fmt: skip
NUMBER_COLUMNS = frozenset({
    "age_years", "ecog", "session_number", "iodised_oil_ml", "doxorubicin_mg", "daily_dose_mg", "value",
})  # fmt: skip
CODE_LISTS = {
    "prior_therapy": "yes_no", "reported_extrahepatic": "yes_no", "reported_tki_reintroduction": "yes_no",
    "new_lesion": "yes_no", "serious": "yes_no", "prior_therapy_stop_reason": "stop_reason", "test": "lab_test",
    "reported_liver_lesion_group": "liver_lesion_group", "target_response": "response",
    "nontarget_response": "response", "overall_response": "response", "liver_response": "response",
    "diameter_unit": "unit", "term": "ae_term",
}  # fmt: skip
"""The code list of a column that is not called like it."""


def make_untidy(record: Record, mapping: Mapping, rng: random.Random) -> Record:
    """A copy of ``record`` as somebody typed it; every value still means the same."""
    spoilt = SPOILT in record
    typed = {name: value for name, value in record.items() if name != SPOILT}
    if typed.get("diameter") and not spoilt and rng.random() < 0.2:
        typed["diameter_unit"] = "cm"
        for name in ("diameter", "short_axis"):
            typed[name] = typed[name] and f"{int(typed[name]) / 10:g}"
    for name, value in typed.items():
        if value:
            typed[name] = _typed(name, value, mapping, rng)
    return typed


def _typed(name: str, value: str, mapping: Mapping, rng: random.Random) -> str:
    if name in DATE_COLUMNS:
        value = _typed_date(value, mapping, rng)
    elif words := mapping.codes.get(CODE_LISTS.get(name, name), {}).get(value):
        value = rng.choice((value, *words)) if rng.random() < 0.5 else value
    elif name in NUMBER_COLUMNS and rng.random() < 0.03:
        value = value.translate(FULL_WIDTH)
    if rng.random() < 0.02:
        value += rng.choice((" ", "  ", "\u3000"))
    return value


def _typed_date(value: str, mapping: Mapping, rng: random.Random) -> str:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return value
    form = rng.choices(mapping.date_formats, [6, *[1] * (len(mapping.date_formats) - 1)])[0]
    return form.replace("%Y", f"{day.year}").replace("%m", f"{day.month:02d}").replace("%d", f"{day.day:02d}")
