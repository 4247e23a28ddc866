"""The analysis data sets of a run with what is known of each column: as they leave datacut."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas.analysis_dictionary import (
    AnalysisDataset,
    AnalysisVariable,
    analysis_datasets,
    analysis_variable,
    undescribed,
)
from warehouse.errors import WarehouseError

MARK = "data"
TEXT, INTEGER, NUMBER, DATE = "text", "integer", "number", "date"


@dataclass(frozen=True)
class DescribedColumn:
    """A column of a data set: what the dictionary says of it, its type in the file, and its greatest length in bytes.

    ``key`` is its place among the keys of the data set, or None.
    """

    variable: AnalysisVariable
    type: str
    length: int
    key: int | None

    @property
    def name(self) -> str:
        return self.variable.name


@dataclass(frozen=True)
class DescribedTable:
    """A data set: its rows under the names of the export, and its columns. ``mark`` stands on what is invented."""

    facts: AnalysisDataset
    rows: pa.Table
    columns: tuple[DescribedColumn, ...]
    mark: str

    @property
    def name(self) -> str:
        return self.facts.name

    @property
    def label(self) -> str:
        return f"{self.facts.label} ({self.mark})" if self.mark else self.facts.label

    @cached_property
    def parameters(self) -> list[dict[str, Any]]:
        """The parameters of the data set (paramcd, param, rows), in order of their code; empty where it has none."""
        if not {"PARAMCD", "PARAM"} <= set(self.rows.column_names):
            return []
        counts = self.rows.group_by(["PARAMCD", "PARAM"]).aggregate([([], "count_all")]).sort_by("PARAMCD")
        return [
            {"paramcd": row["PARAMCD"], "param": row["PARAM"], "rows": row["count_all"]} for row in counts.to_pylist()
        ]


def described_tables(run: Path) -> Iterator[DescribedTable]:
    """The data sets in ``analysis/`` of a run folder, in the order of the dictionary.

    Raises:
        WarehouseError: a data set or a column is not in the dictionary of analysis variables.
    """
    known = list(analysis_datasets())
    files = sorted((run / "analysis").glob("*.parquet"))
    for file in sorted(files, key=lambda path: known.index(path.stem) if path.stem in known else len(known)):
        rows = pq.read_table(file)
        if missing := undescribed(file.stem, rows.column_names):
            raise WarehouseError(f"{file}: {missing[0]}")
        yield _described(analysis_datasets()[file.stem], rows)


def _described(facts: AnalysisDataset, rows: pa.Table) -> DescribedTable:
    keys = facts.keys.split()
    columns = []
    for name in rows.column_names:
        variable = analysis_variable(facts.dataset, name)
        assert variable is not None  # described_tables asked
        columns.append(
            DescribedColumn(
                variable=variable,
                type=_type(rows.schema.field(name).type, variable),
                length=_length(rows[name]),
                key=keys.index(name) + 1 if name in keys else None,
            )
        )
    mark = (rows.schema.metadata or {}).get(MARK.encode(), b"").decode()
    renamed = rows.rename_columns([column.name for column in columns]).replace_schema_metadata(None)
    return DescribedTable(facts, renamed, tuple(columns), mark)


def _type(stored: pa.DataType, variable: AnalysisVariable) -> str:
    if pa.types.is_date(stored):
        return DATE
    if pa.types.is_integer(stored):
        return INTEGER
    if pa.types.is_floating(stored) or pa.types.is_decimal(stored):
        return NUMBER
    # A column without any value may have lost its type on the way.
    return variable.type if pa.types.is_null(stored) else TEXT


def _length(column: pa.ChunkedArray) -> int:
    """The bytes of the longest text; of a number the eight of a double."""
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return 8
    return int(pc.max(pc.binary_length(column)).as_py() or 1)
