"""The convention matrix: the main results as R, SAS and SPSS would give them, and what moves."""

from reports.display_table import Column, DisplayTable, Row
from reports.numbers import MISSING, NOT_REACHED, estimate
from reports.run_folder import Record
from reports.setting import Setting

CONVENTIONS = {"r": "R", "sas": "SAS", "spss": "SPSS"}
MODELS = {"crude": "crude", "multivariate": "multivariate"}
RATIO_DECIMALS = 3


def conventions_table(matrix: list[Record], setting: Setting) -> DisplayTable:
    """A line a median or hazard ratio with its limits: as reported, and under each convention."""
    lines: dict[tuple[str, str, str], dict[str, Record]] = {}
    for record in matrix:
        key = (record["endpoint"], record["level"], record["group"])
        lines.setdefault(key, {})[record["statistic"]] = record
    rows = [_row(key, parts, setting) for key, parts in lines.items()]
    own = setting.protocol.statistics
    return DisplayTable(
        name="conventions",
        title="The main results under each convention",
        stub="Result",
        columns=(
            Column(f"As reported ({setting.confidence})"),
            *(Column(label) for label in CONVENTIONS.values()),
            Column("What moves", numeric=False),
        ),
        rows=tuple(row for row in rows if any(cell != MISSING for cell in row.cells[:-1])),
        notes=(
            "Population: all treated patients.",
            f"As reported: convention {own.convention} with the {own.median_rule} rule for a flat median. R: middle of "
            "a flat median, log limits, Efron ties. SAS: middle, log-log limits, Breslow ties. SPSS: start of a flat "
            "median, symmetric limits, Breslow ties.",
            f"Medians in {setting.unit}. What moves: which packages give another number.",
            *((f"{NOT_REACHED}: not reached or not estimable.",)
              if any(NOT_REACHED in cell for row in rows for cell in row.cells) else ()),
            *setting.closing_notes,
        ),
        mark=setting.mark,
    )  # fmt: skip


def _row(key: tuple[str, str, str], parts: dict[str, Record], setting: Setting) -> Row:
    endpoint, level, group = key
    kind = "median" if "median" in parts else "hr"
    decimals = setting.decimals if kind == "median" else RATIO_DECIMALS
    names = (kind, f"{kind}_lower", f"{kind}_upper")
    cells = [_cell([parts[name][column] for name in names], decimals) for column in ("protocol", *CONVENTIONS)]
    label = setting.protocol.endpoint(endpoint).label
    if kind == "median":
        return Row(f"{label}, median: {setting.arm_label(group)}", (*cells, _moves(parts, names, "median")))
    factor, _, value = level.partition("=")
    covariate = setting.protocol.covariate(factor)
    text = next((each.text for each in covariate.levels if each.value == value), value)
    return Row(
        f"{label}, hazard ratio, {MODELS[group]}: {covariate.label}, {text}",
        (*cells, _moves(parts, names, "hazard ratio")),
    )


def _cell(values: list[float | None], decimals: int) -> str:
    if all(value is None for value in values):
        return MISSING
    return estimate(values[0], values[1], values[2], decimals, (NOT_REACHED,) * 3)


def _moves(parts: dict[str, Record], names: tuple[str, str, str], subject: str) -> str:
    """``median: SPSS; limits: R, SAS``; ``nothing`` where all agree."""
    moved = {name: parts[name]["moves"].split() for name in names}
    of_value = [label for code, label in CONVENTIONS.items() if code in moved[names[0]]]
    of_limits = [label for code, label in CONVENTIONS.items() if code in moved[names[1]] + moved[names[2]]]
    said = [f"{what}: {', '.join(labels)}" for what, labels in ((subject, of_value), ("limits", of_limits)) if labels]
    return "; ".join(said) or "nothing"
