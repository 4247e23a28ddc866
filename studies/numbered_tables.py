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
    """The numbered tables of the report."""

    baseline: BaselineTable
    prognostic: PrognosticTable
    safety: SafetyTable
    procedures: ProcedureTable = ProcedureTable()
    response_by: list[str] = Field(default=[])
