"""Cumulative incidence figures: the event by arm with its limits, and the competing death as a thin line."""

from reports.drawing import (
    ARM_STYLES,
    MARGIN,
    WIDTH,
    ArmStyle,
    DrawnFigure,
    NotDrawn,
    Sheet,
    Words,
    draw,
    not_drawn,
    population,
)
from reports.figures_survival import (
    LINE,
    PLOT_HEIGHT,
    draw_band,
    left_margin,
    time_axis,
    write_at_risk,
    write_key,
)
from reports.numbers import count, p_with_sign
from reports.run_folder import Record, Results
from reports.setting import Setting
from studies.protocol import Figure


def incidence_figure(figure: Figure, results: Results, setting: Setting) -> DrawnFigure | NotDrawn:
    """One endpoint with which death competes, by arm; not drawn where the run has no curve of it."""
    curves = [row for row in results.cumulative_incidence if row["endpoint"] == figure.endpoint]
    if not curves:
        return not_drawn(figure, "no subject has a time to this event")
    arms = {
        code: ARM_STYLES[place % len(ARM_STYLES)]
        for place, code in enumerate(setting.arm_codes)
        if any(row["group"] == code for row in curves)
    }
    key = {"endpoint": figure.endpoint}
    p = results.statistics.value("cumulative_incidence", "gray_p", group=setting.arms_compared, **key)
    tested = f"Gray's test {p_with_sign(p)}" if p is not None else ""

    def counted(code: str) -> str:
        n, events, competing = (
            count(results.statistics.value("cumulative_incidence", name, group=code, **key))
            for name in ("n", "events", "competing")
        )
        return f"{setting.arm_label(code)}: events {events}, competing deaths {competing}, patients {n}"

    method = (
        f"Aalen-Johansen estimate with pointwise {setting.confidence} (log limits); thick: the event, thin without "
        "limits: death before it, which competes. Below the axis: patients at risk just before the time and, in "
        "brackets, events and competing deaths until then."
    )
    result = f"Cumulative incidence by arm. {'; '.join(counted(code) for code in arms)}."
    return draw(
        figure,
        f"figure_{figure.number.lower()}_incidence_{figure.endpoint.lower()}",
        Words(population(results, setting), method, f"{result} {tested}." if tested else result),
        PLOT_HEIGHT + LINE * (2 * len(arms) + 2) + 0.7,
        setting,
        lambda sheet: _fill(
            sheet,
            figure,
            curves,
            arms,
            [(style, counted(code)) for code, style in arms.items()],
            tested,
            results,
            setting,
        ),
    )


def _fill(
    sheet: Sheet,
    figure: Figure,
    curves: list[Record],
    arms: dict[str, ArmStyle],
    key: list[tuple[ArmStyle, str]],
    tested: str,
    results: Results,
    setting: Setting,
) -> None:
    left = left_margin([setting.arm_label(code) for code in arms])
    at_risk = [row for row in results.incidence_at_risk if row["endpoint"] == figure.endpoint]
    axes = sheet.axes(left, LINE * (len(arms) + 1) + 0.55, WIDTH - MARGIN - 0.1 - left, PLOT_HEIGHT)
    for code, style in arms.items():
        for cause, width in (("event", 1.7), ("competing", 0.8)):
            rows = [row for row in curves if row["group"] == code and row["cause"] == cause]
            if cause == "event":
                draw_band(axes, rows, style)
            axes.step(
                [row["time"] for row in rows],
                [row["share"] for row in rows],
                where="post",
                color=style.color,
                linestyle=style.line,
                linewidth=width,
            )
    ticks = time_axis(axes, max(row["time"] for row in curves), [row["time"] for row in at_risk], setting)
    axes.set_ylim(0, 1.03)
    axes.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1.0])
    axes.set_ylabel("Cumulative incidence")
    write_key(sheet, left, key, "Events and competing deaths", [tested] if tested else [])
    lines = [
        (setting.arm_label(code), style, [row for row in at_risk if row["group"] == code and row["time"] in ticks])
        for code, style in arms.items()
    ]
    heading = "Number at risk (events, competing deaths)"
    write_at_risk(sheet, axes, lines, ("n_event", "n_competing"), heading)
