"""What the numbered tables of a report hold: the entry ``[tables]`` of a protocol."""

from pydantic import Field

from studies.entry import Entry


class Continuous(Entry):
    """A continuous baseline characteristic."""

    name: str
    label: str


class BaselineTable(Entry):
    number: str
    title: str
    covariates: list[str]
    continuous: list[Continuous]


class PrognosticTable(Entry):
    number: str
    title: str
    endpoint: str
    covariates: list[str]


class SafetyTable(Entry):
    number: str
    title: str
    severe_grades: list[int]


class ProcedureTable(Entry):
    """What the table of procedures sums up of each: columns of the data set of procedures."""

    title: str = "Procedures"
    continuous: list[Continuous] = Field(default=[])


class Tables(Entry):
    """The numbered tables of the report; one that is left out is not made."""

    baseline: BaselineTable | None = None
    prognostic: PrognosticTable | None = None
    safety: SafetyTable | None = None
    procedures: ProcedureTable = ProcedureTable()
    response_by: list[str] = Field(default=[])

    @property
    def severe_grades(self) -> list[int]:
        """The grades that are counted as severe: those of Table 3, else 3 and 4."""
        return self.safety.severe_grades if self.safety else [3, 4]

    @property
    def continuous(self) -> list[Continuous]:
        """The continuous characteristics of Table 1; none where there is no Table 1."""
        return self.baseline.continuous if self.baseline else []
