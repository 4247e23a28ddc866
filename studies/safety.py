"""How safety is judged: windows, the syndromes after a procedure, and what is listed as liver injury."""

from typing import Any

from pydantic import Field

from studies.entry import Entry


class Syndrome(Entry):
    """Adverse events that come together after a procedure and are counted as one.

    A procedure was followed by the syndrome when at least ``least_terms`` of the coded ``terms`` began on its day or up
    to ``days_after_procedure`` later.
    """

    code: str
    label: str
    terms: list[str] = Field(min_length=1)
    days_after_procedure: int = Field(gt=0)
    least_terms: int = Field(default=1, gt=0)

    def rows(self) -> list[dict[str, Any]]:
        """Of the table ``study.syndromes``: one row a term."""
        return [
            {
                "syndrome": self.code,
                "label": self.label,
                "term": term,
                "days_after_procedure": self.days_after_procedure,
                "least_terms": self.least_terms,
            }
            for term in self.terms
        ]


class LiverInjury(Entry):
    """Hy's law in multiples of the upper limits of normal (FDA guidance on drug-induced liver injury, 2009).

    Listed is an ALT or AST above ``transaminase_times`` with a bilirubin above ``bilirubin_times`` on the same day or
    up to ``window_days`` later; an alkaline phosphatase below ``alkaline_phosphatase_times`` supports it.
    """

    transaminase_times: float = Field(default=3, gt=0)
    bilirubin_times: float = Field(default=2, gt=0)
    alkaline_phosphatase_times: float = Field(default=2, gt=0)
    window_days: int = Field(default=30, ge=0)


class Reporting(Entry):
    """What is expected of the reporting of adverse events; less is listed, and no result changes.

    A site of at least ``least_procedures`` procedures reports one of ``expected_terms`` within ``days_after_procedure``
    after some of them. At most ``most_percent_without_events`` of a site's subjects have no event at all, of those
    followed for ``least_follow_up_days``; left out, this is not asked. A laboratory value of grade
    ``unreported_from_grade`` or more has an adverse event.
    """

    expected_terms: list[str] = Field(default=[])
    days_after_procedure: int = Field(default=14, gt=0)
    least_procedures: int = Field(default=10, gt=0)
    most_percent_without_events: float | None = Field(default=None, ge=0, le=100)
    least_follow_up_days: int = Field(default=90, gt=0)
    unreported_from_grade: int = Field(default=3, ge=1, le=4)


class Safety(Entry):
    """The windows of the safety analyses, in days.

    The baseline of a laboratory test is its last value on or before the start, at most ``laboratory_baseline_days``
    before. A death up to ``procedure_mortality_days`` after a procedure counts as one of the procedure.
    The share of adverse events that have resolved is stated at each of ``resolution_days``.
    """

    laboratory_baseline_days: int = Field(default=14, gt=0)
    procedure_mortality_days: int = Field(default=30, gt=0)
    resolution_days: list[int] = Field(default=[])
    liver_injury: LiverInjury = LiverInjury()
    reporting: Reporting = Reporting()

    def rows(self) -> list[dict[str, Any]]:
        """The table ``study.safety``: one row."""
        injury, reporting = self.liver_injury, self.reporting
        return [
            {
                "laboratory_baseline_days": self.laboratory_baseline_days,
                "procedure_mortality_days": self.procedure_mortality_days,
                "transaminase_times": injury.transaminase_times,
                "bilirubin_times": injury.bilirubin_times,
                "alkaline_phosphatase_times": injury.alkaline_phosphatase_times,
                "liver_injury_days": injury.window_days,
                "expected_within_days": reporting.days_after_procedure,
                "least_procedures": reporting.least_procedures,
                "most_percent_without_events": reporting.most_percent_without_events,
                "least_follow_up_days": reporting.least_follow_up_days,
                "unreported_from_grade": reporting.unreported_from_grade,
            }
        ]
