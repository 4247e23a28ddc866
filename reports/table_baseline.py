"""Table 1: baseline characteristics by arm, with the test between the arms."""

from reports.display_table import Column, DisplayTable, Row
from reports.notes import methods_note, untested_note
from reports.numbers import MISSING, count_percent, estimate, fixed, p_value
from reports.run_folder import Statistics
from reports.setting import Setting
from studies import stated

ANALYSIS = "table1"
TEST_VALUES = (("chi2", "χ² = {}", 3), ("u", "U = {}", 1))
"""The test value printed, first that the run has; Fisher's exact test has none."""

SMD_DECIMALS = 3


def baseline_table(statistics: Statistics, setting: Setting) -> DisplayTable:
    """Factor by factor, n and percent of each level by arm; continuous characteristics as median (quartiles)."""
    table = stated(setting.protocol.tables.baseline)
    rows: list[Row] = []
    for characteristic in table.continuous:
        rows += _continuous(characteristic.name, characteristic.label, statistics, setting)
    for name in table.covariates:
        rows += _factor(name, statistics, setting)
    return DisplayTable(
        name=f"table_{table.number}_baseline",
        title=f"Table {table.number}. {table.title}",
        stub="Characteristic",
        columns=(
            *(Column(setting.arm_heading(code)) for code in setting.arm_codes),
            Column("Test statistic"),
            Column("P"),
            Column("SMD"),
        ),
        rows=tuple(rows),
        notes=(
            "Population: all treated patients; percentages of the patients of the arm.",
            *methods_note(statistics.of(ANALYSIS, statistic="p")),
            *methods_note(statistics.of(ANALYSIS, statistic="smd"), "SMD"),
            *untested_note(statistics.of(ANALYSIS, statistic="p")),
            *setting.closing_notes,
        ),
        mark=setting.mark,
    )


def _compared(name: str, statistics: Statistics, setting: Setting) -> tuple[str, str, str]:
    """Test statistic, P and the standardised mean difference."""
    difference = statistics.value(ANALYSIS, "smd", variable=name, group=setting.arms_compared)
    return (*_test(name, statistics, setting), fixed(difference, SMD_DECIMALS))


def _test(name: str, statistics: Statistics, setting: Setting) -> tuple[str, str]:
    group = setting.arms_compared
    test = statistics.find(ANALYSIS, "p", variable=name, group=group)
    for statistic, pattern, decimals in TEST_VALUES:
        value = statistics.value(ANALYSIS, statistic, variable=name, group=group)
        if value is not None:
            return pattern.format(fixed(value, decimals)), p_value(test.value if test else None)
    words = "Fisher" if test and "fisher" in test.method.lower() else MISSING
    return words, p_value(test.value if test else None)


def _factor(name: str, statistics: Statistics, setting: Setting) -> list[Row]:
    if not statistics.of(ANALYSIS, variable=name):
        return []
    covariate = setting.protocol.covariate(name)
    rows = [Row(f"{covariate.label}, n (%)", (*("" for _ in setting.arm_codes), *_compared(name, statistics, setting)))]
    for level in covariate.levels:
        cells = (
            count_percent(
                statistics.value(ANALYSIS, "n", variable=name, level=level.value, group=code),
                statistics.value(ANALYSIS, "percent", variable=name, level=level.value, group=code),
            )
            for code in setting.arm_codes
        )
        rows.append(Row(level.text, (*cells, "", "", ""), indent=True))
    return rows


def _continuous(name: str, label: str, statistics: Statistics, setting: Setting) -> list[Row]:
    if not statistics.of(ANALYSIS, variable=name):
        return []
    cells = []
    for code in setting.arm_codes:
        median, low, high = (
            statistics.value(ANALYSIS, statistic, variable=name, group=code) for statistic in ("median", "q1", "q3")
        )
        cells.append(estimate(median, low, high, 1))
    return [Row(f"{label}, median (quartiles)", (*cells, *_compared(name, statistics, setting)))]
