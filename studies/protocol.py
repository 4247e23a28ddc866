"""The study protocol as typed data: ``protocol.toml``, read and cross-checked."""

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from studies.entry import Entry
from studies.figure import COMPETING_ENDPOINTS, Figure, FigureKind, check_figures
from studies.laboratory import LaboratoryTest
from studies.monitoring import Monitoring
from studies.numbered_tables import Tables
from studies.quality_limits import Quality
from studies.response import Response
from studies.safety import Safety, Syndrome
from studies.survival_times import SurvivalTimes
from studies.time_zero import Landmark, misplaced_covariate
from studies.weighting import Weighting, wrong_weighting


class Interval(Entry):
    """Inclusive bounds, in the unit that the name of the entry states."""

    low: float
    high: float

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low > self.high:
            raise ValueError(f"low ({self.low:g}) is above high ({self.high:g})")
        return self


class Recruitment(Entry):
    """First and last day on which an index event may lie."""

    first: date
    last: date

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.first > self.last:
            raise ValueError(f"first ({self.first}) is after last ({self.last})")
        return self


class StudyFacts(Entry):
    """What the study is, and where its follow-up ends.

    Who was last known alive more than ``lost_to_follow_up_days`` before the data cut is lost to follow-up.
    ``subject_ids_are_unique``: the subject numbers of the extract are unique over all studies (USUBJID of CDISC) and
    stay as they are; else the study's id stands before them.
    """

    id: str
    title: str
    synthetic: bool = False
    notice: str = ""
    data_cut: date
    lost_to_follow_up_days: int = Field(default=90, gt=0)
    time_unit: Literal["days", "weeks", "months"]
    ctcae_version: str | None = None
    subject_ids_are_unique: bool = False
    recruitment: Recruitment

    @model_validator(mode="after")
    def _cut_after_the_first_patient(self) -> Self:
        if self.data_cut < self.recruitment.first:
            raise ValueError(f"data_cut ({self.data_cut}) is before recruitment.first ({self.recruitment.first})")
        return self

    @property
    def days_per_unit(self) -> float:
        """Days in one unit of the reported time; a month is a twelfth of 365.25 days."""
        return {"days": 1.0, "weeks": 7.0, "months": 30.4375}[self.time_unit]


class Arm(Entry):
    """A treatment arm and the event that starts its clock.

    ``first_procedure``: the first session; ``first_treatment``: the first session or the first day of a drug course,
    whichever is earlier; ``index_date``: that of the patients file (of randomisation, of the first supportive care).
    """

    code: str
    label: str
    start: Literal["first_procedure", "first_treatment", "index_date"]
    procedures_expected: bool
    reference: bool = False
    expected_subjects: int | None = Field(default=None, ge=0)


class Cohort(Entry):
    """Who belongs to the study; what is left out is not asked.

    ``not_in_cohort`` are codes of ``arm`` whose subjects were never in it: screen failures.
    ``drug_lines`` are codes of ``drug`` in the order of the lines of therapy: the drug of a later line is begun after
    the failure of the one before it.
    """

    not_in_cohort: list[str] = Field(default=[])
    age_years: Interval | None = None
    ecog: Interval | None = None
    histology: list[str] = Field(default=[])
    cd117: list[str] = Field(default=[])
    child_pugh_class: list[str] = Field(default=[])
    child_pugh_score: Interval | None = None
    organ_required: str | None = None
    drug_lines: list[str] = Field(default=[])


class VisitWindow(Entry):
    """How often an arm is scanned."""

    arm: str
    interval_days: Interval
    tolerance_days: int = Field(ge=0)


class Endpoint(Entry):
    """An endpoint the study reports."""

    paramcd: str
    label: str
    kind: Literal["time_to_event", "response"]
    control_paramcd: str | None = None


class Level(Entry):
    """One level of a covariate; ``low`` and ``high`` cut a numeric source into levels."""

    value: str
    label: str = ""
    low: float | None = None
    high: float | None = None

    @property
    def text(self) -> str:
        return self.label or self.value


class Covariate(Entry):
    """A factor of the tables and models."""

    name: str
    label: str
    levels: list[Level] = Field(min_length=2)
    reference: str
    source: str | None = None
    known: Literal["baseline", "after start"] = "baseline"

    @model_validator(mode="after")
    def _reference_is_a_level(self) -> Self:
        if self.reference not in {level.value for level in self.levels}:
            raise ValueError(f"reference {self.reference!r} of covariate {self.name!r} is not one of its levels")
        return self


class AeTerm(Entry):
    """An adverse event that the study counts, and the highest grade that CTCAE has for it."""

    term: str
    label: str
    highest_grade: int = Field(default=5, ge=1, le=5)


class Cox(Entry):
    """The multivariate model."""

    endpoint: str
    multivariate: list[str]


class Subgroup(Entry):
    """One factor compared within one arm."""

    arm: str
    endpoint: str
    factor: str


class Range(Entry):
    """Plausible values of ``table.column``; outside, the record is kept and a query opens."""

    variable: str
    low: float
    high: float
    code: str | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low > self.high:
            raise ValueError(f"low ({self.low:g}) of {self.variable} is above high ({self.high:g})")
        return self


class Statistics(Entry):
    """The conventions that every result is labelled with (statistics_conventions)."""

    convention: Literal["r", "sas", "spss"]
    median_rule: Literal["first", "midpoint"]
    confidence_level: float = Field(gt=0, lt=1)
    fisher_below_expected_count: float = Field(ge=0)


class Protocol(Entry):
    """A whole study protocol. Names used in one entry and defined in another are checked here."""

    study: StudyFacts
    arms: list[Arm] = Field(min_length=2)
    cohort: Cohort = Cohort()
    response: Response
    visit_windows: list[VisitWindow] = Field(default=[])
    endpoints: list[Endpoint]
    covariates: list[Covariate] = Field(default=[])
    tables: Tables = Tables()
    ae_terms: list[AeTerm] = Field(default=[])
    figures: list[Figure] = Field(default=[])
    cox: Cox | None = None
    subgroups: list[Subgroup] = Field(default=[])
    ranges: list[Range] = Field(default=[])
    statistics: Statistics
    survival: SurvivalTimes = SurvivalTimes()
    safety: Safety = Safety()
    syndromes: list[Syndrome] = Field(default=[])
    landmark: Landmark | None = None
    weighting: Weighting | None = None
    laboratory_tests: list[LaboratoryTest] = Field(default=[])
    quality: Quality = Quality()
    monitoring: Monitoring = Monitoring()

    @model_validator(mode="after")
    def _names_are_defined(self) -> Self:
        arms = {arm.code for arm in self.arms}
        factors = {covariate.name for covariate in self.covariates} | {"arm"}
        times = {endpoint.paramcd for endpoint in self.endpoints if endpoint.kind == "time_to_event"}
        baseline, prognostic, cox = self.tables.baseline, self.tables.prognostic, self.cox
        used = [
            *(("visit_windows.arm", window.arm, arms) for window in self.visit_windows),
            *(("tables.baseline.covariates", name, factors) for name in (baseline.covariates if baseline else [])),
            *(
                ("tables.prognostic.covariates", name, factors)
                for name in (prognostic.covariates if prognostic else [])
            ),
            *([("tables.prognostic.endpoint", prognostic.endpoint, times)] if prognostic else []),
            *(("tables.response_by", name, factors) for name in self.tables.response_by),
            *(
                ("figures.endpoint", figure.endpoint, times | {*COMPETING_ENDPOINTS})
                for figure in self.figures
                if figure.endpoint
            ),
            *(("figures.covariates", name, factors) for figure in self.figures for name in figure.covariates),
            *(("cox.multivariate", name, factors) for name in (cox.multivariate if cox else [])),
            *([("cox.endpoint", cox.endpoint, times)] if cox else []),
            *(("monitoring.planned_events", name, times) for name in self.monitoring.planned_events),
            *(("subgroups.arm", subgroup.arm, arms) for subgroup in self.subgroups),
            *(("subgroups.factor", subgroup.factor, factors) for subgroup in self.subgroups),
            *(("survival.interval_censored", name, times) for name in self.survival.interval_censored),
            *(("subgroups.endpoint", subgroup.endpoint, times) for subgroup in self.subgroups),
        ]
        for entry, name, known in used:
            if name not in known:
                raise ValueError(f"{entry} names {name!r}, which is not defined (known: {', '.join(sorted(known))})")
        windows = [window.arm for window in self.visit_windows]
        if len(windows) != len(set(windows)):
            raise ValueError("visit_windows names an arm twice")
        if [arm.reference for arm in self.arms].count(True) != 1:
            raise ValueError("exactly one of the arms needs reference = true")
        if wrong := misplaced_covariate(self) or wrong_weighting(self):
            raise ValueError(wrong)
        if both := arms & set(self.cohort.not_in_cohort):
            raise ValueError(f"cohort.not_in_cohort names {sorted(both)[0]!r}, which is an arm")
        late = {covariate.name for covariate in self.covariates if covariate.known != "baseline"}
        check_figures(self.figures, late)
        return self

    def covariate(self, name: str) -> Covariate:
        """The covariate called ``name``; ``arm`` is one too, with the arms as levels."""
        if name == "arm":
            levels = [Level(value=arm.code, label=arm.label) for arm in self.arms]
            return Covariate(name="arm", label="Treatment", levels=levels, reference=self.reference_arm.code)
        return next(covariate for covariate in self.covariates if covariate.name == name)

    def figures_of(self, kind: FigureKind) -> list[Figure]:
        """The figures of one kind, in the order of the protocol."""
        return [figure for figure in self.figures if figure.kind == kind]

    def covariates_of(self, figure: Figure) -> list[Covariate]:
        """The covariates that a figure names, or every one that is known at the start."""
        named = [self.covariate(name) for name in figure.covariates]
        return named or [covariate for covariate in self.covariates if covariate.known == "baseline"]

    def endpoint(self, paramcd: str) -> Endpoint:
        """The endpoint with this parameter code."""
        return next(endpoint for endpoint in self.endpoints if endpoint.paramcd == paramcd)

    @property
    def mark(self) -> str:
        """The word that stands on everything made from invented data; empty for a real study."""
        return self.quality.synthetic_marker if self.study.synthetic else ""

    @property
    def reference_arm(self) -> Arm:
        return next(arm for arm in self.arms if arm.reference)
