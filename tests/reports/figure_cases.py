"""Results of every kind of figure, written by hand: few numbers, so that each is found again in the picture."""

from typing import Any

from analyses import Statistic
from analyses.statistic import statistics_frame
from reports.drawing import DrawnFigure
from reports.figures import all_figures
from reports.run_folder import Results, Statistics
from reports.setting import Setting
from studies import Protocol
from studies.protocol import Figure
from tests.reports.tiny_run import ARMS, BOTH, PROTOCOL, facts, statistic

FIGURES = [
    Figure(number="1", kind="survival", endpoint="OS", title="Survival"),
    Figure(number="2", kind="subgroups", endpoint="OS", title="Subgroups", covariates=["sex"]),
    Figure(number="3", kind="waterfall", title="Waterfall"),
    Figure(number="4", kind="spider", title="Spider"),
    Figure(number="5", kind="swimmer", title="Swimmer"),
    Figure(number="6", kind="adverse_events", title="Adverse events"),
    Figure(number="7", kind="cumulative_incidence", endpoint="TTLP", title="Incidence"),
    Figure(number="8", kind="flow", title="Flow"),
    Figure(number="9", kind="balance", title="Balance", covariates=["sex"]),
    Figure(number="10", kind="log_log", endpoint="OS", title="Log-log"),
    Figure(number="11", kind="schoenfeld", endpoint="OS", title="Residuals", covariates=["arm"]),
]
STUDY: Protocol = PROTOCOL.model_copy(update={"figures": FIGURES})


def drawn(results: Results) -> dict[str, DrawnFigure]:
    """By kind, those that are drawn."""
    made = all_figures(results, Setting(STUDY, facts()))
    return {figure.kind: each for figure, each in zip(FIGURES, made, strict=True) if isinstance(each, DrawnFigure)}


def hand_written() -> Results:
    return Results(
        statistics=Statistics([*_frame(_statistics())]),
        curves=[row for arm, shift in zip(ARMS, (0, 4), strict=True) for row in _curve(arm, shift)],
        at_risk=[
            {"endpoint": "OS", "group": arm, "time": time, "n_risk": n, "n_event": events}
            for arm in ARMS
            for time, n, events in ((0.0, 9, 0), (20.0, 7, 2), (40.0, 3, 5))
        ],
        published=[],
        tumour_change=_changes(),
        course=_course(),
        cumulative_incidence=[
            {
                "endpoint": "TTLP",
                "group": arm,
                "cause": cause,
                "time": time,
                "share": share * size,
                "lower": low,
                "upper": high,
            }
            for arm in ARMS
            for cause, size in (("event", 1.0 if arm == "TACE" else 0.7), ("competing", 0.3))
            for time, share, low, high in ((0.0, 0.0, None, None), (10.0, 0.3, 0.1, 0.6), (30.0, 0.5, 0.2, 0.8))
        ],
        incidence_at_risk=[
            {
                "endpoint": "TTLP",
                "group": arm,
                "time": time,
                "n_risk": 9 - time / 10,
                "n_event": 1.0,
                "n_competing": 2.0,
            }
            for arm in ARMS
            for time in (0.0, 20.0)
        ],
        balance=[
            {"covariate": "sex", "level": "F", "smd": -0.35, "weighted_smd": 0.02},
            {"covariate": "age", "level": "", "smd": 0.21, "weighted_smd": -0.04},
            {"covariate": "ecoggr1", "level": "2", "smd": None, "weighted_smd": None},
        ],
        log_log=[
            {"endpoint": "OS", "group": arm, "time": time, "log_minus_log": height + shift}
            for arm, shift in zip(ARMS, (0.0, 1.0), strict=True)
            for time, height in ((5.0, -2.0), (12.0, -1.0), (30.0, 0.5))
        ],
        schoenfeld=[
            {"figure": "11", "term": "arm=TACE", "time": float(time), "residual": (-1) ** time * 2.0 - 1}
            for time in range(1, 9)
        ],
        schoenfeld_smooth=[
            {"figure": "11", "term": "arm=TACE", "time": float(time), "estimate": -1.2, "lower": -2.0, "upper": -0.4}
            for time in range(1, 9)
        ],
        flow=_flow(),
    )


def _frame(statistics: list[Statistic]) -> list[Statistic]:
    statistics_frame(statistics, "spss")  # refuses two numbers of one id
    return statistics


def _statistics() -> list[Statistic]:
    made = [statistic("description", "n", 18, variable="arm")]
    for arm, n in zip(ARMS, (11, 7), strict=True):
        made.append(statistic("description", "n", n, variable="arm", group=arm))
        for name, value in (("median", 31.5), ("median_lower", 22.4), ("median_upper", None)):
            made.append(statistic("survival", name, value, endpoint="OS", group=arm, note="not reached"))
        for name, value in (("n", n), ("events", 5), ("competing", 2)):
            made.append(statistic("cumulative_incidence", name, value, endpoint="TTLP", group=arm))
        for level in ("", "M", "F"):
            key = {"endpoint": "OS", "variable": "sex" if level else "", "level": level, "group": arm}
            made += [statistic("subgroup_effects", "n", n, **key), statistic("subgroup_effects", "events", 3, **key)]
        for term, any_grade in (("ANY", 6), ("FEVER", 4), ("NAUSEA", 2)):
            for grade, count in (("any grade", any_grade), ("grade 3-4", 1)):
                row = {"variable": term, "level": grade, "group": arm, "denominator": n}
                made.append(Statistic(analysis="table3", statistic="n", value=count, **row))  # type: ignore[arg-type]
                made.append(Statistic(analysis="table3", statistic="percent", value=100 * count / n, **row))  # type: ignore[arg-type]
    for level, hr in (("", 0.5), ("M", 0.25), ("F", None)):
        key = {"endpoint": "OS", "variable": "sex" if level else "", "level": level, "group": BOTH}
        note = "" if hr else "not estimable: no events"
        for name, value in (("hr", hr), ("hr_lower", hr and hr / 2), ("hr_upper", hr and hr * 3)):
            made.append(statistic("subgroup_effects", name, value, method="Cox regression", note=note, **key))
    made += [
        statistic("subgroup_effects", "interaction_p", 0.043, endpoint="OS", variable="sex", group=BOTH),
        statistic("survival", "log_rank_p", 0.0213, endpoint="OS", group=BOTH),
        statistic("cumulative_incidence", "gray_p", 0.31, endpoint="TTLP", group=BOTH),
        statistic("cox", "ph_p", 0.62, endpoint="OS", level="arm=TACE", group="crude"),
        statistic("schoenfeld", "ph_p", 0.77, endpoint="OS", level="arm=TACE", group="figure 11"),
        statistic(
            "schoenfeld", "coefficient", -1.2, "Cox regression", endpoint="OS", level="arm=TACE", group="figure 11"
        ),
    ]
    return made


def _curve(arm: str, shift: int) -> list[dict[str, Any]]:
    steps = ((0.0, 1.0, 1.0, 1.0, 0), (10.0, 0.8, 0.6, 0.95, 0), (25.0, 0.6, 0.4, 0.8, 1), (50.0, 0.3, 0.1, 0.5, 1))
    return [
        {
            "endpoint": "OS", "group": arm, "time": time + (shift if time else 0), "survival": survival,
            "lower": lower, "upper": upper, "n_censored": censored,
        }
        for time, survival, lower, upper, censored in steps
    ]  # fmt: skip


def _changes() -> list[dict[str, Any]]:
    best = {
        "TACE": (("P1", 130.0, "PD"), ("P2", 12.0, "SD"), ("P3", -45.0, "PR"), ("P4", -100.0, "CR")),
        "CONTROL": (("P5", 24.0, "PD"), ("P6", 0.0, "SD"), ("P7", -8.0, "PD")),
    }
    rows = []
    for arm, subjects in best.items():
        for place, (subject, change, response) in enumerate(subjects, start=1):
            key = {"lesions": "all", "usubjid": f"GIST-TACE-{subject}", "arm": arm, "response": response}
            rows += [
                {**key, "time": 6.0, "change_percent": change / 2, "counts": 1.0, "is_best": 0.0, "place": None},
                {**key, "time": 12.0, "change_percent": change, "counts": 1.0, "is_best": 1.0, "place": float(place)},
                {**key, "time": 18.0, "change_percent": change + 30, "counts": 0.0, "is_best": 0.0, "place": None},
            ]
    return rows


def _course() -> list[dict[str, Any]]:
    elements = [
        ("P1", "TACE", 1, "observation", "death", 0.0, 60.0), ("P1", "TACE", 1, "drug", "IMATINIB", 5.0, 20.0),
        ("P1", "TACE", 1, "procedure", "", 0.1, 0.1), ("P1", "TACE", 1, "response", "CR", 12.0, 12.0),
        ("P1", "TACE", 1, "progression", "", 40.0, 40.0), ("P2", "TACE", 2, "observation", "ongoing", 0.0, 30.0),
        ("P2", "TACE", 2, "drug", "", 0.0, 30.0), ("P5", "CONTROL", 1, "observation", "lost to follow-up", 0.0, 20.0),
        ("P5", "CONTROL", 1, "drug", "SUNITINIB", 0.0, 10.0), ("P5", "CONTROL", 1, "response", "PR", 8.0, 8.0),
    ]  # fmt: skip
    names = ("usubjid", "arm", "place", "element", "detail", "start", "end")
    rows = [dict(zip(names, element, strict=True)) for element in elements]
    return [{**row, "usubjid": f"GIST-TACE-{row['usubjid']}"} for row in rows]


def _flow() -> list[dict[str, Any]]:
    def row(step: str, subjects: int, **more: Any) -> dict[str, Any]:
        empty = {"arm": "", "rule_id": "", "reason": "", "paramcd": "", "with_doubts": None}
        return {**empty, "step": step, "subjects": float(subjects), **more}

    return [
        row("received", 27), row("duplicate", 1), row("screened out", 4), row("not started", 2),
        row("ineligible", 1, rule_id="DM07", reason="Not the disease of the study"),
        row("set aside", 1, rule_id="DT01", reason="Date that cannot be read"),
        row("analysed", 11, arm="TACE"), row("analysed", 7, arm="CONTROL"),
        row("endpoint", 11, arm="TACE", paramcd="OS", with_doubts=3.0),
        row("endpoint", 6, arm="CONTROL", paramcd="OS", with_doubts=0.0),
    ]  # fmt: skip
