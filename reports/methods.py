"""The methods paragraph: composed from the protocol and from the method that each result carries."""

from reports.run_folder import Statistics
from reports.setting import Setting

STARTS = {"first_procedure": "the first procedure", "index_date": "the index date"}
TIES = {
    "spss": "conventions of SPSS (convention “spss”)",
    "sas": "conventions of SAS (convention “sas”)",
    "r": "conventions of R's survival package (convention “r”)",
}


def methods_paragraphs(statistics: Statistics, setting: Setting) -> list[str]:
    """Sentences on arms and time, on response and safety, and on the statistics, a paragraph each."""
    protocol = setting.protocol
    study, response = protocol.study, protocol.response
    starts = "; ".join(f"{arm.label}: from {STARTS[arm.start]}" for arm in protocol.arms)
    windows = "; ".join(
        f"{setting.arm_label(window.arm)} every {_days(window.interval_days.low, window.interval_days.high)} "
        f"(± {window.tolerance_days})"
        for window in protocol.visit_windows
    )
    return [
        f"Time runs from the start of treatment ({starts}), the day of the start being day 1, and is reported in "
        f"{setting.unit}. Recruitment ran from {study.recruitment.first} to {study.recruitment.last}; follow-up ends "
        f"at the data cut of {setting.facts.data_cut}.",
        f"Response is assessed by {response.criteria}, {response.source} from the lesion measurements of reader "
        f"{response.evaluator}; the baseline scan lies within {response.baseline_window_days} days before the start, "
        f"and stable disease counts from day {response.stable_disease_days}. Scans: {windows}. Responses and "
        f"progression of the {response.organ.lower()} are assessed separately. Adverse events are graded by CTCAE "
        f"{study.ctcae_version}.",
        f"Statistics follow the {TIES[protocol.statistics.convention]}. {_methods(statistics)}",
    ]


def _days(low: float, high: float) -> str:
    return f"{low:g} days" if low == high else f"{low:g}–{high:g} days"


def _methods(statistics: Statistics) -> str:
    methods = list(dict.fromkeys(row.method.strip().rstrip(".") for row in statistics if row.method.strip()))
    return f"Methods used: {'; '.join(methods)}." if methods else ""
