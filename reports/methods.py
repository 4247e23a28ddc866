"""The methods paragraph: composed from the protocol and from the method that each result carries."""

from analyses.statistic import is_description
from reports.notes import listed
from reports.run_folder import Statistics
from reports.setting import Setting

STARTS = {
    "first_procedure": "the first procedure",
    "first_treatment": "the first treatment",
    "index_date": "the index date",
}
TIES = {
    "spss": "conventions of SPSS (convention “spss”)",
    "sas": "conventions of SAS (convention “sas”)",
    "r": "conventions of R's survival package (convention “r”)",
}


def methods_paragraphs(statistics: Statistics, setting: Setting) -> list[str]:
    """A paragraph each on arms and time, on response and safety, on the statistics and on each analysis of its own.

    An analysis of its own (groups known only later, weights, intervals) is described where this run has it.
    """
    protocol = setting.protocol
    study, response = protocol.study, protocol.response
    starts = "; ".join(f"{arm.label}: from {STARTS[arm.start]}" for arm in protocol.arms)
    windows = "; ".join(
        f"{setting.arm_label(window.arm)} every {_days(window.interval_days.low, window.interval_days.high)} "
        f"(± {window.tolerance_days})"
        for window in protocol.visit_windows
    )
    organ = (
        f" Responses and progression of the {response.organ.lower()} are assessed separately." if response.organ else ""
    )
    grades = f" Adverse events are graded by CTCAE {study.ctcae_version}." if study.ctcae_version else ""
    cox = protocol.cox
    model = (
        f" Multivariate model: {listed([protocol.covariate(name).label for name in cox.multivariate])}." if cox else ""
    )
    paragraphs = [
        f"Time runs from the start of treatment ({starts}), the day of the start being day 1, and is reported in "
        f"{setting.unit}. Recruitment ran from {study.recruitment.first} to {study.recruitment.last}; follow-up ends "
        f"at the data cut of {setting.facts.data_cut}.",
        f"Response is assessed by {response.criteria}, {setting.response_source}; "
        f"the baseline scan lies within {response.baseline_window_days} days before the start, "
        f"and stable disease counts from day {response.stable_disease_days}."
        f"{f' Scans: {windows}.' if windows else ''}{organ}{grades}",
        f"Statistics follow the {TIES[protocol.statistics.convention]}, with limits at the "
        f"{protocol.statistics.confidence_level * 100:g} % level; the table of conventions shows what moves under "
        "another. In tables of 2 x 2 whose smallest expected count is below "
        f"{protocol.statistics.fisher_below_expected_count:g}, "
        "Fisher's exact test is used, in all others Pearson's chi-square test without continuity correction."
        f"{model}",
        *_later_groups(statistics, setting),
        *_weighting(statistics, setting),
        *_interval_censoring(statistics, setting),
        _methods(statistics),
    ]
    return [paragraph for paragraph in paragraphs if paragraph]


def _later_groups(statistics: Statistics, setting: Setting) -> list[str]:
    names = list(dict.fromkeys(row.variable for row in statistics.of("time_dependent_cox")))
    landmark = setting.protocol.landmark
    if not names or landmark is None:
        return []
    labels = listed([setting.protocol.covariate(name).label for name in names])
    return [
        f"Groups that become known only after the start ({labels}) are in no plain Cox model. The comparison as "
        "published is shown as naive, for who lives longer is more likely to be in such a group (immortal time). "
        "Beside "
        f"it stand a landmark analysis (the groups as known on day {landmark.day}, of the patients alive and "
        f"followed "
        "after it, time from that day on) and a Cox model in which a patient belongs to a group from the day on "
        "which "
        "it is known; until then the patient is at risk in a level of its own."
    ]


def _weighting(statistics: Statistics, setting: Setting) -> list[str]:
    weighting = setting.protocol.weighting
    if weighting is None or not statistics.of("iptw"):
        return []
    continuous = {entry.name: entry.label for entry in setting.protocol.tables.continuous}
    labels = listed([continuous.get(name) or setting.protocol.covariate(name).label for name in weighting.covariates])
    return [
        "Treatment was not drawn by lot. The arms are therefore also compared by stabilised inverse probability of "
        f"treatment, from a logistic regression of the arm on what was known before it ({labels}). Balance is "
        f"judged by "
        "standardised mean differences, hazard ratios have robust limits, and weighted curves the variance of "
        "Xie and "
        "Liu. The E-value of VanderWeele and Ding says how strong an unmeasured confounder would have to be."
    ]


def _interval_censoring(statistics: Statistics, setting: Setting) -> list[str]:
    endpoints = setting.protocol.survival.interval_censored
    if not endpoints or not statistics.of("interval_censored"):
        return []
    labels = listed([setting.protocol.endpoint(name).label for name in endpoints])
    return [
        "An arm that is assessed more often is seen to progress earlier. The intervals between assessments are "
        "compared "
        f"between the arms, and {labels} is analysed once more with each progression between the last assessment "
        f"without "
        "and the first one with it: by arm with Turnbull's estimate, between the arms with a Weibull model for "
        "interval-censored times (lifelines), beside the same model with the recorded dates."
    ]


def _days(low: float, high: float) -> str:
    return f"{low:g} days" if low == high else f"{low:g}–{high:g} days"


def _methods(statistics: Statistics) -> str:
    named = [row.method.strip() for row in statistics if row.method.strip() and not is_description(row.method)]
    methods = list(dict.fromkeys(method.rstrip(".") for method in named))
    return f"Methods, as the results name them: {'; '.join(methods)}." if methods else ""
