"""Run folders: ``runs/<run id>/``, the manifest that completes one, and the pointer ``runs/latest``."""

import hashlib
import importlib.metadata
import json
import os
import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from warehouse.errors import WarehouseError
from warehouse.store import make_writable, write_bytes_durably

ANALYSIS_TABLES = ("adsl", "adtr", "adrs", "adtte", "adae", "adpr", "adsyn", "covariate_changes")
SOURCE_ROOT = Path(__file__).parent.parent
CHECKED = "checked"
RUN_ID = re.compile(r"\d{8}T\d{6}Z[b-z]?")
CODE_FOLDERS = ("analyses", "flows", "reports", "schemas", "studies", "transforms", "warehouse")
CODE_SUFFIXES = (".py", ".sql", ".html", ".css")
REPORTED_PACKAGES = (
    "duckdb", "great-tables", "lifelines", "matplotlib", "numpy", "pandas", "pandera", "polars", "prefect", "pyarrow",
    "scipy", "sqlglot", "statsmodels",
)  # fmt: skip


@dataclass(frozen=True)
class RunFolder:
    """The folder of one run. It is complete, and a run in the eyes of every reader, once it has its manifest."""

    root: Path
    run_id: str

    @property
    def path(self) -> Path:
        return self.root / self.run_id

    @property
    def manifest_file(self) -> Path:
        return self.path / "manifest.json"

    @property
    def is_complete(self) -> bool:
        return self.manifest_file.is_file()

    def create(self) -> None:
        for part in ("quality", "analysis", "results", "tables", "figures"):
            (self.path / part).mkdir(parents=True, exist_ok=True)

    def manifest(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.manifest_file.read_text(encoding="utf-8"))
        return content

    def complete(self, manifest: dict[str, Any]) -> None:
        """Removes parts that stayed empty, writes the manifest with a hash for each output, and moves ``latest``.

        ``latest`` is the newest refresh; ``latest-quality`` the newest run of any kind, for they all check.
        """
        for part in sorted(self.path.iterdir()):
            if part.is_dir() and not any(part.iterdir()):
                part.rmdir()
        outputs = [
            {"file": path.relative_to(self.path).as_posix(), "sha256": file_sha256(path), "bytes": path.stat().st_size}
            for path in sorted(self.path.rglob("*"))
            if path.is_file()
        ]
        content = json.dumps({**manifest, "outputs": outputs}, indent=2, ensure_ascii=False, default=str) + "\n"
        write_bytes_durably(self.manifest_file, content.encode())
        self._point("latest-quality")
        if manifest["status"] != CHECKED:
            self._point("latest")

    def _point(self, name: str) -> None:
        link = self.root / f".{name}.{os.getpid()}"
        link.unlink(missing_ok=True)
        link.symlink_to(self.run_id, target_is_directory=True)
        os.replace(link, self.root / name)


def new_run_id(runs: Path, now: datetime | None = None) -> str:
    """An id that sorts by time and is not yet taken: the second of the start, in UTC, and a letter if need be."""
    stamp = (now or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ")
    taken = {path.name for path in runs.glob(f"{stamp}*")}
    return next(name for name in (stamp + suffix for suffix in ("", *"bcdefghijklmnopqrstuvwxyz")) if name not in taken)


def prepare_runs(runs: Path) -> None:
    """Makes the folder of the runs, if need be.

    Raises:
        WarehouseError: runs cannot be written to it.
    """
    make_writable(runs, "--runs")
    for link in (runs / "latest", runs / "latest-quality"):
        if link.exists() and not link.is_symlink():
            raise WarehouseError(
                f"{link}: stands where a link to the newest run is to be; move it away, or choose another --runs."
            )


def sweep_runs(runs: Path) -> None:
    """Removes folders of runs that never completed. Call it under the lock: no run is being made then."""
    if not runs.is_dir():
        return
    for folder in runs.iterdir():
        is_run = RUN_ID.fullmatch(folder.name) and not folder.is_symlink() and (folder / "quality").is_dir()
        if is_run and not (folder / "manifest.json").is_file():
            shutil.rmtree(folder)
    for link in runs.glob(".latest*"):
        link.unlink()


def export_analysis(connection: duckdb.DuckDBPyConnection, folder: Path, mark: str) -> None:
    """Writes the analysis data sets as Parquet, sorted by all their columns: equal content, equal bytes.

    ``mark`` (SYNTHETIC, or empty) stands in the metadata of each file under the key ``data``.
    """
    for table in ANALYSIS_TABLES:
        connection.execute(
            f"copy (select * from analysis.{table} order by all) to '{sql_path(folder / f'{table}.parquet')}'"
            f" (format parquet, compression zstd{parquet_metadata(mark)})"
        )


def read_analysis(connection: duckdb.DuckDBPyConnection, table: str) -> pd.DataFrame:
    """An analysis data set as the statistics read it, sorted by all its columns."""
    return connection.execute(f"select * from analysis.{table} order by all").df()


def rows_by_table(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Rows received, duplicate, quarantined and published of each table; empty where the load was blocked."""
    if not is_made(connection, "quality", "rows"):
        return []
    cursor = connection.execute("select * exclude (table_order) from quality.rows order by table_order")
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def subjects_by_arm(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Subjects of the published cohort by arm; empty where nothing was derived."""
    if not is_made(connection, "analysis", "adsl"):
        return {}
    return dict(
        connection.execute("select arm, count(*) from analysis.adsl group by arm, armn order by armn").fetchall()
    )


def data_cut_of(connection: duckdb.DuckDBPyConnection) -> date:
    """The last day of follow-up of a cut."""
    ((day,),) = connection.execute("select data_cut from study.protocol").fetchall()
    assert isinstance(day, date)
    return day


def findings_by_severity(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Findings of each severity, the gravest first."""
    counts = dict(connection.execute("select severity, count(*) from quality.findings group by severity").fetchall())
    return {severity: counts.get(severity, 0) for severity in ("block", "error", "warning", "info")}


def is_made(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    """Whether the run came as far as making this table."""
    made = connection.execute(
        "select 1 from information_schema.tables where table_schema = ? and table_name = ?", [schema, table]
    ).fetchall()
    return bool(made)


def parquet_metadata(mark: str) -> str:
    """The option of ``copy`` that writes ``mark`` into a Parquet file; nothing for a real study."""
    return f", kv_metadata {{data: '{mark}'}}" if mark else ""


def code_version() -> str:
    """The version of datacut and a hash over its own source: two runs with equal ones ran the same code."""
    return f"{importlib.metadata.version('datacut')}+{files_sha256(_sources(*CODE_FOLDERS))[:12]}"


def contracts_sha256() -> str:
    """A hash over the contracts and the views they read."""
    return files_sha256(_sources("schemas", "transforms"))


def files_sha256(paths: Iterable[Path]) -> str:
    """One hash over names and contents of ``paths``."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _sources(*folders: str) -> list[Path]:
    return [path for folder in folders for path in (SOURCE_ROOT / folder).rglob("*") if path.suffix in CODE_SUFFIXES]


def package_versions(names: Sequence[str] = REPORTED_PACKAGES) -> dict[str, str]:
    """The installed versions of the packages that numbers and figures depend on."""
    return {name: importlib.metadata.version(name) for name in names}


def file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sql_path(path: Path) -> str:
    """``path`` between the quotes of a statement."""
    return str(path).replace("'", "''")
