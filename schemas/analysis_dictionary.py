"""What each analysis data set and variable is called and means: the one source of labels, formats and code lists."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
DATASETS_FILE = FOLDER / "analysis_datasets.csv"
VARIABLES_FILE = FOLDER / "analysis_variables.csv"
CODE_LISTS_FILE = FOLDER / "analysis_code_lists.csv"
ANY = "*"
TYPES = ("text", "integer", "number", "date")
HOW_TO_DESCRIBE = (
    f"label at most 40 characters; type one of {', '.join(TYPES)}; a date has the format DATE9.; export_name where the "
    f"name is longer than 8 characters; dataset {ANY} where the variable means the same in every data set"
)


@dataclass(frozen=True)
class AnalysisDataset:
    """A line of analysis_datasets.csv; ``keys`` are variables with blanks between, ``export_name`` as of a variable."""

    dataset: str
    export_name: str
    label: str
    structure: str
    keys: str
    description: str

    @property
    def name(self) -> str:
        """The name outside datacut, in capitals."""
        return self.export_name or self.dataset.upper()


@dataclass(frozen=True)
class AnalysisVariable:
    """A line of analysis_variables.csv.

    ``dataset`` ``*`` is any that has no line of its own for the variable. ``export_name`` stands where the name of the
    column is no SAS name (at most eight characters). ``type``: one of TYPES. ``format``: the SAS format.
    """

    dataset: str
    variable: str
    export_name: str
    label: str
    type: str
    format: str
    code_list: str
    description: str

    @property
    def name(self) -> str:
        """The name outside datacut, as CDISC writes it: in capitals."""
        return self.export_name or self.variable.upper()


@cache
def analysis_datasets() -> dict[str, AnalysisDataset]:
    """Every data set by its name, in the order of the file."""
    return {row["dataset"]: AnalysisDataset(**row) for row in _rows(DATASETS_FILE)}


def analysis_variable(dataset: str, variable: str) -> AnalysisVariable | None:
    """What the column ``variable`` of ``dataset`` is; None where no line of analysis_variables.csv says it."""
    known = _variables()
    return known.get((dataset, variable)) or known.get((ANY, variable))


def undescribed(dataset: str, columns: Iterable[str]) -> list[str]:
    """What is missing for ``columns`` of ``dataset`` to be exported, a sentence each that says what to add where."""
    missing = []
    if dataset not in analysis_datasets():
        missing.append(
            f"{dataset} has no label: add a line 'dataset,export_name,label,structure,keys,description' to "
            f"schemas/{DATASETS_FILE.name}."
        )
    return missing + [
        f"{dataset}.{column} has no label: add a line 'dataset,variable,export_name,label,type,format,code_list,"
        f"description' to schemas/{VARIABLES_FILE.name} ({HOW_TO_DESCRIBE})."
        for column in columns
        if analysis_variable(dataset, column) is None
    ]


@cache
def analysis_code_lists() -> dict[str, dict[str, str]]:
    """The meaning of each code, by code list."""
    lists: dict[str, dict[str, str]] = {}
    for row in _rows(CODE_LISTS_FILE):
        lists.setdefault(row["code_list"], {})[row["code"]] = row["decode"]
    return lists


@cache
def _variables() -> dict[tuple[str, str], AnalysisVariable]:
    return {(row["dataset"], row["variable"]): AnalysisVariable(**row) for row in _rows(VARIABLES_FILE)}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
