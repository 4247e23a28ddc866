"""Arms that were not drawn by lot: how far apart they are before and after weighting, and what the weights change."""

from reports.display_table import Column, DisplayTable, Row
from reports.notes import absence_notes, listed, methods_note, population_note
from reports.numbers import MISSING, count, fixed, p_value
from reports.run_folder import Record, Statistics
from reports.setting import Setting
from reports.survival_cells import printed_estimate
from studies.protocol import Protocol

ANALYSIS = "iptw"
MODELS = (("unweighted", "Unweighted"), ("weighted", "Weighted"))
SMD_DECIMALS = 3
APART = "A difference beyond 0.1 is usually called an imbalance."


def balance_table(balance: list[Record], statistics: Statistics, setting: Setting) -> DisplayTable:
    """A line a covariate as a whole and, below it, one a level: standardised mean difference before and after."""
    has_weights = any(row["weighted_smd"] is not None for row in balance)
    rows = [_difference(row, setting.protocol) for row in balance] if has_weights else []
    outside = [_label(row["covariate"], setting.protocol) for row in balance if _is_outside(row)]
    methods = [row for row in statistics.of("table1") if row.statistic == "smd"]
    return DisplayTable(
        name="balance",
        title="Balance of the arms before and after weighting",
        stub="Covariate",
        columns=tuple(Column(label, "Standardised mean difference") for _, label in MODELS),
        rows=tuple(rows),
        notes=(
            *population_note(methods),
            *methods_note(methods, "Difference"),
            f"{_first_arm(setting)} less {setting.protocol.reference_arm.label}; of a covariate of several levels as a "
            f"whole never negative. {APART}",
            *((f"Not among the covariates of the weights: {', '.join(outside)}.",) if outside else ()),
            *setting.closing_notes,
        ),
        mark=setting.mark,
    )


def _first_arm(setting: Setting) -> str:
    return next(arm.label for arm in setting.protocol.arms if not arm.reference)


def _is_outside(row: Record) -> bool:
    return not row["level"] and row["weighted_on"] == "N"


def _label(name: str, protocol: Protocol) -> str:
    continuous = {entry.name: entry.label for entry in protocol.tables.continuous}
    return continuous.get(name) or protocol.covariate(name).label


def _difference(row: Record, protocol: Protocol) -> Row:
    label = _label(row["covariate"], protocol)
    if row["level"]:
        levels = protocol.covariate(row["covariate"]).levels
        label = next((level.text for level in levels if level.value == row["level"]), row["level"])
    cells = tuple(fixed(row[column], SMD_DECIMALS) for column in ("smd", "weighted_smd"))
    return Row(label, cells, indent=bool(row["level"]))


def weighted_table(statistics: Statistics, setting: Setting) -> DisplayTable:
    """A heading line an endpoint; below it the hazard ratio without and with weights, and the medians by weight."""
    rows: list[Row] = []
    weighting = setting.protocol.weighting
    for endpoint in weighting.endpoints if weighting else []:
        found = statistics.of(ANALYSIS, endpoint=endpoint, statistic="hr")
        if found:
            rows.append(Row(setting.protocol.endpoint(endpoint).label, ("",) * 4))
            rows += [_model(endpoint, found[0].level, code, label, statistics) for code, label in MODELS]
            rows += _medians(endpoint, statistics, setting)
    used = statistics.of(ANALYSIS)
    ratios = [row for row in used if row.statistic in ("hr", "e_value")]
    return DisplayTable(
        name="weighted_comparison",
        title="The arms compared by inverse probability of treatment",
        stub="Endpoint",
        columns=(
            Column(f"Hazard ratio or median, {setting.unit} ({setting.confidence})"),
            Column("P"),
            Column("Of the estimate", "E-value"),
            Column("Of the limit", "E-value"),
        ),
        rows=tuple(rows),
        notes=(
            *population_note(used),
            *(_weights(arm, statistics, setting) for arm in setting.arm_codes if _has_weights(arm, statistics)),
            *_covariates(setting),
            *methods_note([row for row in ratios if row.statistic == "hr"], "Hazard ratio"),
            *methods_note([row for row in used if row.statistic == "median"], "Median"),
            *methods_note([row for row in ratios if row.statistic == "e_value"], "E-value"),
            "An E-value says how strongly an unmeasured confounder would have to be associated, as a risk ratio, with "
            "treatment and endpoint to explain the estimate, or its limit, away.",
            *absence_notes(used, [cell for row in rows for cell in row.cells]),
            *setting.closing_notes,
        ),
        mark=setting.mark,
    )


def _model(endpoint: str, level: str, group: str, label: str, statistics: Statistics) -> Row:
    key = {"endpoint": endpoint, "level": level, "group": group}
    ratio = printed_estimate(statistics, ANALYSIS, ("hr", "hr_lower", "hr_upper"), 3, **key)
    values = [statistics.value(ANALYSIS, name, **key) for name in ("e_value", "e_value_limit")]
    p = p_value(statistics.value(ANALYSIS, "p", **key))
    return Row(f"{label} hazard ratio", (ratio, p, *(fixed(value, 2) for value in values)), indent=True)


def _medians(endpoint: str, statistics: Statistics, setting: Setting) -> list[Row]:
    rows = []
    names = ("median", "median_lower", "median_upper")
    for arm in setting.arm_codes:
        cell = printed_estimate(statistics, ANALYSIS, names, setting.decimals, endpoint=endpoint, group=arm)
        if cell != MISSING:
            rows.append(Row(f"Weighted median, {setting.arm_label(arm)}", (cell, "", "", ""), indent=True))
    return rows


def _has_weights(arm: str, statistics: Statistics) -> bool:
    return statistics.value(ANALYSIS, "effective_n", group=arm) is not None


def _weights(arm: str, statistics: Statistics, setting: Setting) -> str:
    names = ("weighted_n", "effective_n", "weight_max")
    n, effective, largest = (statistics.value(ANALYSIS, name, group=arm) for name in names)
    label = setting.arm_label(arm)
    return f"{label}: {count(n)} patients weigh as {fixed(effective, 1)}; largest weight {fixed(largest, 2)}."


def _covariates(setting: Setting) -> tuple[str, ...]:
    weighting = setting.protocol.weighting
    if weighting is None:
        return ()
    return (f"Weights from: {listed([_label(name, setting.protocol) for name in weighting.covariates])}.",)
