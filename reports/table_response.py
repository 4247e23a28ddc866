"""Best response by arm, for all lesions and for the organ of interest, with response and disease control rates."""

from reports.display_table import Column, DisplayTable, Row
from reports.notes import methods_note, population_note
from reports.numbers import count_percent, interval, p_value
from reports.run_folder import Statistics
from reports.setting import Setting

ANALYSIS = "response"
LEVELS: tuple[tuple[str, str], ...] = (
    ("CR", "Complete response"),
    ("PR", "Partial response"),
    ("SD", "Stable disease"),
    ("NON-CR/NON-PD", "Non-CR/non-PD"),
    ("PD", "Progressive disease"),
    ("NE", "Not evaluable"),
    ("MISSING", "No assessment after baseline"),
)
RATES: tuple[tuple[str, str], ...] = (("ORR", "Response rate (CR + PR)"), ("DCR", "Disease control rate"))


def response_table(statistics: Statistics, setting: Setting) -> DisplayTable:
    """A heading line an endpoint; below it the levels as n (%) and the rates as n (%) with their interval."""
    rows: list[Row] = []
    for endpoint in setting.protocol.endpoints:
        if endpoint.kind != "response" or not statistics.of(ANALYSIS, endpoint=endpoint.paramcd):
            continue
        rows.append(Row(endpoint.label, tuple("" for _ in range(len(setting.arm_codes) + 1))))
        rows += [_level(endpoint.paramcd, code, label, statistics, setting) for code, label in LEVELS]
        rows += [_rate(endpoint.paramcd, code, label, statistics, setting) for code, label in RATES]
    rows = [row for row in rows if not row.indent or any(cell not in ("", "–") for cell in row.cells)]
    used = statistics.of(ANALYSIS)
    return DisplayTable(
        name="response",
        title="Best response by arm",
        stub="Response",
        columns=(*(Column(f"{setting.arm_heading(code)}, n (%)") for code in setting.arm_codes), Column("P")),
        rows=tuple(rows),
        notes=(
            *population_note(used),
            f"{setting.protocol.response.criteria}, {setting.response_source}; rates with {setting.confidence}.",
            *methods_note([row for row in used if row.statistic == "lower"], "Interval"),
            *methods_note([row for row in used if row.statistic == "p"]),
            *setting.closing_notes,
        ),
        mark=setting.mark,
    )


def _level(endpoint: str, level: str, label: str, statistics: Statistics, setting: Setting) -> Row:
    cells = []
    for code in setting.arm_codes:
        n, percent = (
            statistics.value(ANALYSIS, statistic, endpoint=endpoint, level=level, group=code)
            for statistic in ("n", "percent")
        )
        cells.append(count_percent(n, percent))
    return Row(label, (*cells, ""), indent=True)


def _rate(endpoint: str, level: str, label: str, statistics: Statistics, setting: Setting) -> Row:
    cells = []
    for code in setting.arm_codes:
        n, percent, low, high = (
            statistics.value(ANALYSIS, statistic, endpoint=endpoint, level=level, group=code)
            for statistic in ("n", "percent", "lower", "upper")
        )
        cells.append(f"{count_percent(n, percent)} [{interval(low, high, 1)}]" if n is not None else "–")
    p = statistics.value(ANALYSIS, "p", endpoint=endpoint, level=level, group=setting.arms_compared)
    return Row(label, (*cells, p_value(p) if p is not None else ""), indent=True)
