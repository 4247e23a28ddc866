"""The analysis data sets of a run as files for SAS, R and others, with the dictionary that describes them."""

import datetime
import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from schemas.analysis_dictionary import analysis_code_lists
from warehouse.described_tables import DATE, INTEGER, MARK, NUMBER, TEXT, DescribedTable, described_tables
from warehouse.durable import file_sha256
from warehouse.errors import WrongUseError
from warehouse.formula_text import safe_column
from warehouse.runs import RunFolder
from warehouse.store import make_writable
from warehouse.transport_file import write_transport_file

Format = Literal["xpt", "csv", "parquet", "json"]
DATASET_JSON_TYPES = {TEXT: "string", INTEGER: "integer", NUMBER: "double", DATE: "date"}


@dataclass(frozen=True)
class Exported:
    """What an export wrote: the files, their dictionary as plain data (see ``define``), and what could not be kept."""

    files: list[Path]
    define: dict[str, Any]
    remarks: list[str]


def export_run(run: RunFolder, folder: Path, form: Format) -> Exported:
    """Writes each analysis data set of ``run`` as ``<name>.<form>`` into ``folder``. The same run gives the same bytes.

    Raises:
        WrongUseError: ``folder`` lies in the folder of a run.
        WarehouseError: ``folder`` cannot be written, or a column is in no dictionary.
    """
    if any((place / "manifest.json").is_file() for place in (folder.resolve(), *folder.resolve().parents)):
        raise WrongUseError(f"{folder}: lies in the folder of a run, which stays as it is; choose another --out.")
    make_writable(folder, "--out")
    manifest = run.manifest()
    made = datetime.datetime.fromisoformat(manifest["ended"])
    files, remarks, described = [], [], []
    for table in described_tables(run.path):
        path = folder / f"{table.name.lower()}.{form}"
        remarks += _WRITERS[form](table, path, made, manifest)
        files.append(path)
        described.append({**_described(table), "file": path.name, "sha256": file_sha256(path)})
    return Exported(files, _define(manifest, described, remarks), remarks)


def _define(manifest: dict[str, Any], datasets: list[dict[str, Any]], remarks: list[str]) -> dict[str, Any]:
    """The dictionary of an export: the run, its data sets with variables and parameters, the code lists they use."""
    used = {variable["code_list"] for dataset in datasets for variable in dataset["variables"]}
    return {
        "study": manifest["study"],
        "data_cut": manifest["data_cut"],
        "run": manifest["run_id"],
        "code_version": manifest["code_version"],
        "datasets": datasets,
        "code_lists": [
            {"code_list": name, "codes": [{"code": code, "decode": decode} for code, decode in codes.items()]}
            for name, codes in analysis_code_lists().items()
            if name in used
        ],
        "remarks": remarks,
    }


def _described(table: DescribedTable) -> dict[str, Any]:
    return {
        "dataset": table.name,
        "label": table.label,
        "structure": table.facts.structure,
        "description": table.facts.description,
        "rows": table.rows.num_rows,
        "variables": [
            {
                "variable": column.name,
                "label": column.variable.label,
                "type": column.type,
                "length": column.length,
                "format": column.variable.format,
                "key": column.key,
                "code_list": column.variable.code_list,
                "description": column.variable.description,
            }
            for column in table.columns
        ],
        "parameters": table.parameters,
    }


def _write_xpt(table: DescribedTable, path: Path, made: datetime.datetime, manifest: dict[str, Any]) -> list[str]:
    return write_transport_file(table, path, made)


def _write_csv(table: DescribedTable, path: Path, made: datetime.datetime, manifest: dict[str, Any]) -> list[str]:
    """UTF-8, dates in ISO 8601, nothing between two commas where there is no value; the mark as a last column.

    Text that a spreadsheet would run as a formula has an apostrophe before it, and a remark says where.
    """
    rows, remarks = table.rows, []
    for place, column in enumerate(table.columns):
        if column.type == TEXT:
            cells, formulas = safe_column(rows.column(place))
            rows = rows.set_column(place, rows.schema.field(place), cells)
            if formulas:
                remarks.append(_apostrophe(f"{table.name}.{column.name}", formulas))
    if table.mark:
        rows = rows.append_column(MARK.upper(), pa.array([table.mark] * rows.num_rows))
    pa.csv.write_csv(rows, path, pa.csv.WriteOptions(quoting_style="needed"))
    return remarks


def _apostrophe(variable: str, cells: int) -> str:
    values = "1 value begins" if cells == 1 else f"{cells} values begin"
    return (
        f"{variable}: {values} as a formula does; in the CSV an apostrophe stands before it, so that a spreadsheet "
        "does not run it. The other formats have the text alone."
    )


def _write_parquet(table: DescribedTable, path: Path, made: datetime.datetime, manifest: dict[str, Any]) -> list[str]:
    """Label, format and code list are metadata of each column, the label of the data set is that of the file."""
    fields = [
        table.rows.schema.field(column.name).with_metadata(
            {
                "label": column.variable.label,
                "format": column.variable.format,
                "code_list": column.variable.code_list,
            }
        )
        for column in table.columns
    ]
    facts = {"label": table.label, "name": table.name, **({MARK: table.mark} if table.mark else {})}
    pq.write_table(table.rows.cast(pa.schema(fields, facts)), path, compression="zstd")
    return []


def _write_json(table: DescribedTable, path: Path, made: datetime.datetime, manifest: dict[str, Any]) -> list[str]:
    """CDISC Dataset-JSON 1.1: a date is text in ISO 8601 that becomes a SAS date."""
    content = {
        "datasetJSONCreationDateTime": f"{made:%Y-%m-%dT%H:%M:%S}",
        "datasetJSONVersion": "1.1.0",
        "fileOID": f"{manifest['study']}.{manifest['run_id']}.{table.name}",
        "originator": "datacut",
        "sourceSystem": {"name": "datacut", "version": manifest["code_version"]},
        "studyOID": manifest["study"],
        "metaDataVersionOID": manifest["run_id"],
        "itemGroupOID": f"IG.{table.name}",
        "records": table.rows.num_rows,
        "name": table.name,
        "label": table.label,
        "columns": [
            {
                "itemOID": f"IT.{table.name}.{column.name}",
                "name": column.name,
                "label": column.variable.label,
                "dataType": DATASET_JSON_TYPES[column.type],
                **({"length": column.length} if column.type == TEXT else {}),
                **({"targetDataType": "integer"} if column.type == DATE else {}),
                **({"displayFormat": column.variable.format} if column.variable.format else {}),
                **({"keySequence": column.key} if column.key else {}),
            }
            for column in table.columns
        ],
    }
    rows = [[_json_value(value) for value in row.values()] for row in table.rows.to_pylist()]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False, allow_nan=False) for row in rows)
    head = json.dumps(content, ensure_ascii=False, indent=1).removesuffix("\n}")
    path.write_text(f'{head},\n "rows": [\n{lines}\n ]\n}}\n', encoding="utf-8")
    return []


def _json_value(value: Any) -> Any:
    if isinstance(value, datetime.date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


_WRITERS: dict[str, Callable[[DescribedTable, Path, datetime.datetime, dict[str, Any]], list[str]]] = {
    "xpt": _write_xpt,
    "csv": _write_csv,
    "parquet": _write_parquet,
    "json": _write_json,
}
