"""Run folders: ``runs/<run id>/``, the manifest that completes one, and the pointer ``runs/latest``."""

import hashlib
import importlib.metadata
import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from warehouse.durable import file_sha256, sync, write_bytes_durably
from warehouse.errors import DamagedManifestError, WarehouseError
from warehouse.failpoints import failpoint
from warehouse.locks import held
from warehouse.manifest import read_manifest
from warehouse.store import make_writable

ANALYSIS_TABLES = (
    "adsl", "adtr", "adrs", "adtte", "adae", "adpr", "adsyn", "adex", "adlb", "adaette", "adhy", "covariate_changes",
)  # fmt: skip
SOURCE_ROOT = Path(__file__).parent.parent
CHECKED = "checked"
STAMP = "%Y%m%dT%H%M%SZ"
RUN_ID = re.compile(r"\d{8}T\d{6}Z[b-z]?")
CODE_FOLDERS = ("analyses", "flows", "reports", "schemas", "studies", "transforms", "warehouse")
CODE_SUFFIXES = (".py", ".sql", ".html", ".css", ".j2")
WORDS_OF_CONTRACTS = (".toml", ".csv")  # in schemas: what rules say, which are asked, how variables are called
REPORTED_PACKAGES = (
    "duckdb", "great-tables", "lifelines", "matplotlib", "numpy", "pandas", "pandera", "polars", "prefect", "pyarrow",
    "python-docx", "scipy", "sqlglot", "statsmodels",
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
        """Makes the folder and the folders in it."""
        for part in ("quality", "analysis", "results", "tables", "figures"):
            (self.path / part).mkdir(parents=True, exist_ok=True)
        failpoint("run-begun")

    def manifest(self) -> dict[str, Any]:
        """What the run says of itself.

        Raises:
            DamagedManifestError: the file was damaged.
        """
        return read_manifest(self.manifest_file)

    def seal(self, manifest: dict[str, Any]) -> None:
        """Removes parts that stayed empty and writes the manifest, with a hash for each output, all on the disk.

        The run is complete and nobody is led to it yet: that is for the pointer, and then for ``point``.
        """
        for part in sorted(self.path.iterdir()):
            if part.is_dir() and not any(part.iterdir()):
                part.rmdir()
        files = [path for path in sorted(self.path.rglob("*")) if path.is_file()]
        outputs = [
            {"file": path.relative_to(self.path).as_posix(), "sha256": file_sha256(path), "bytes": path.stat().st_size}
            for path in files
        ]
        for path in (*files, *{path.parent for path in files}):
            sync(path)
        failpoint("outputs-hashed")
        content = json.dumps({**manifest, "outputs": outputs}, indent=2, ensure_ascii=False, default=str) + "\n"
        write_bytes_durably(self.manifest_file, content.encode(), "manifest-part")
        sync(self.root)
        failpoint("manifest-written")

    def point(self) -> None:
        """Lets ``latest`` lead here if the run is a refresh, and ``latest-quality`` in any case: all runs check."""
        self.lead_here("latest-quality")
        failpoint("quality-link-moved")
        if self.manifest()["status"] != CHECKED:
            self.lead_here("latest")
        failpoint("links-moved")

    def remove(self) -> None:
        """Removes the folder; without its manifest, which goes first, it is no run any more."""
        self.manifest_file.unlink(missing_ok=True)
        shutil.rmtree(self.path)

    def lead_here(self, name: str) -> None:
        """Makes the link ``name`` lead to this run, in one move."""
        link = self.root / f".{name}.{os.getpid()}"
        link.unlink(missing_ok=True)
        link.symlink_to(self.run_id, target_is_directory=True)
        failpoint("link-part")
        os.replace(link, self.root / name)
        sync(self.root)


def current_stamp() -> str:
    """The second that it is now, as a run id says it."""
    return datetime.now(UTC).strftime(STAMP)


def new_run_id(runs: Path, known: Iterable[str] = ()) -> str:
    """An id that sorts after every run in ``runs`` and every id in ``known``: the second of the start, in UTC.

    Where the clock has gone backwards, or the last run began in this very second, it is the second after the last run.
    """
    stamp = current_stamp()
    names = [*known, *(path.name for path in runs.glob("*Z*"))]
    last = max((name for name in names if RUN_ID.fullmatch(name)), default="")
    if stamp > last:
        return stamp
    return (datetime.strptime(last[:16], STAMP) + timedelta(seconds=1)).strftime(STAMP)


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


@contextmanager
def making_runs(runs: Path, waiting: Callable[[], None] | None = None) -> Iterator[None]:
    """Holds the lock of the folder of the runs, after that of the store: what is not complete then is nobody's."""
    prepare_runs(runs)
    with held(runs / ".refresh.lock", "--runs", waiting):
        yield


def complete_runs(runs: Path) -> list[RunFolder]:
    """The runs in ``runs``, the oldest first."""
    names = sorted(path.name for path in runs.glob("*Z*") if RUN_ID.fullmatch(path.name) and not path.is_symlink())
    return [folder for folder in (RunFolder(runs, name) for name in names) if folder.is_complete]


def sweep_runs(runs: Path) -> None:
    """Removes folders of runs that never completed. Call it under the lock: no run is being made then."""
    if not runs.is_dir():
        return
    for folder in runs.iterdir():
        is_run = RUN_ID.fullmatch(folder.name) and folder.is_dir() and not folder.is_symlink()
        if is_run and not (folder / "manifest.json").is_file() and _is_ours(folder):
            shutil.rmtree(folder)
    for link in runs.glob(".latest*"):
        link.unlink()


def _is_ours(folder: Path) -> bool:
    return (folder / "quality").is_dir() or not any(folder.iterdir())


def point_to_newest(runs: Path) -> None:
    """Lets ``latest`` and ``latest-quality`` lead to the newest runs, where a killed run did not come to it.

    A run whose manifest is damaged keeps ``latest`` if it has it: what it was can no longer be asked.
    """
    complete = complete_runs(runs)
    refreshed = next((run for run in reversed(complete) if _is_refresh(run)), None)
    for name, run in (("latest-quality", complete[-1] if complete else None), ("latest", refreshed)):
        link = runs / name
        if run is None:
            link.unlink(missing_ok=True)
        elif not link.is_symlink() or os.readlink(link) != run.run_id:
            run.lead_here(name)


def _is_refresh(run: RunFolder) -> bool:
    link = run.root / "latest"
    try:
        return bool(run.manifest()["status"] != CHECKED)
    except DamagedManifestError:
        return link.is_symlink() and os.readlink(link) == run.run_id


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


def read_flow(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """The way of the subjects into each analysis (coverage.subject_flow), in its order."""
    return connection.execute("select * from coverage.subject_flow order by all").df()


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
    return [
        path
        for folder in folders
        for path in (SOURCE_ROOT / folder).rglob("*")
        if path.suffix in CODE_SUFFIXES or (folder == "schemas" and path.suffix in WORDS_OF_CONTRACTS)
    ]


def package_versions(names: Sequence[str] = REPORTED_PACKAGES) -> dict[str, str]:
    """The installed versions of the packages that numbers and figures depend on."""
    return {name: importlib.metadata.version(name) for name in names}


def sql_path(path: Path) -> str:
    """``path`` between the quotes of a statement."""
    return str(path).replace("'", "''")
