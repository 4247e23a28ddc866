"""How fast the endpoints are derived, beside DuckDB reading the extracts and a careful pandas implementation. Every
number comes from one run on one machine:

    python benchmarks/endpoints.py 1000 10000 100000 > docs/endpoint_speed.md

Each way runs in a process of its own, three times where it is quick; the best time and the highest peak of memory are
printed. The pandas answers are compared with those of the SQL, row by row, and a difference stops the benchmark.
"""

import argparse
import json
import math
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

STUDY = "gist_tace"
SEED = 1
GROWN_FROM = 100_000
"""Larger cohorts are this one many times over, under new subject ids: the derivation alone is measured on them."""

PANDAS_UP_TO = 100_000
PREPARED, WORKING = "prepared.duckdb", "working.duckdb"
DERIVED = ("recist", "analysis")
ENDPOINT_DATA = ("adsl", "adtr", "adrs", "adtte", "adae")
"""What is measured of the stage ``analysis``: not the laboratory, exposure and procedure data beside the endpoints."""
KEYS = {
    "adtr": ["usubjid", "paramcd", "trlnkid", "treval", "adt"],
    "adrs": ["usubjid", "paramcd", "treval", "adt"],
    "adtte": ["usubjid", "paramcd"],
}
COMPARED = {
    "adtr": ["ady", "aval", "base", "nadir", "chg", "pchg", "chgnadir", "pchgnad"],
    "adrs": ["ady", "aval", "avalc"],
    "adtte": ["adt", "aval", "cnsr"],
}


def make(folder: Path, patients: int) -> None:
    """The extracts of a random cohort, a DuckDB file as a refresh has it after parsing, and Parquet for pandas."""
    if patients > GROWN_FROM:
        make(folder, GROWN_FROM)
        _grow(folder, math.ceil(patients / GROWN_FROM))
        return
    from simulate import simulate_extracts
    from studies import load_study

    simulate_extracts(folder / "extracts", patients=patients, seed=SEED, study=load_study(STUDY))
    _load(folder)
    _write_parquet(folder)


def _load(folder: Path) -> None:
    """The extracts as text in ``raw``, and parsed; without the search for identifiers, which is no part of this."""
    from schemas.extract_tables import EXTRACT_TABLES
    from studies import load_study
    from warehouse import build

    study = load_study(STUDY)
    with build.opened(folder / PREPARED) as connection:
        build.define_functions(connection, study.mapping.date_formats)
        build.write_study(connection, study.tables(study.protocol.study.data_cut))
        connection.execute("create schema raw")
        for table in EXTRACT_TABLES:
            mapped = study.mapping.tables[table.name]
            _load_table(connection, table.name, table.columns, folder / "extracts" / mapped.file, mapped.columns)
        build.run_stage(connection, "typed")
        _clean(connection)


def _load_table(
    connection: "duckdb.DuckDBPyConnection", table: str, columns: Sequence[str], file: Path, headings: Mapping[str, str]
) -> None:
    if table == "patients":  # the one in GBK: a refresh turns it into UTF-8 before DuckDB reads it
        file.write_text(file.read_text(encoding="gb18030"), encoding="utf-8", newline="")
    cells = {name: f'file."{headings[name]}"' if name in headings else "cast(null as varchar)" for name in columns}
    source = f"{_csv(file)} as file"
    if "subject_id" not in headings:  # the laboratory knows record numbers only
        cells["subject_id"] = "patients.subject_id"
        record = f'clean_text(file."{headings["record_id"]}")'
        source += f" left join raw.patients as patients on clean_text(patients.record_id) = {record}"
    connection.execute(
        f"""
        create table raw.{table} as
        select
            row_number() over () as row_id, '{file.name}' as source_file, row_number() over () + 1 as source_row,
            false as is_duplicate, {", ".join(f"{cell} as {name}" for name, cell in cells.items())}
        from {source}
        """
    )


def _csv(file: Path) -> str:
    return f"read_csv('{file}', all_varchar = true, header = true, delim = ',', quote = '\"')"


def _clean(connection: "duckdb.DuckDBPyConnection") -> None:
    """clean.* as it is when nothing is in doubt: typed rows without exact copies."""
    connection.execute("create schema if not exists clean")
    tables = connection.execute("select table_name from duckdb_tables() where schema_name = 'typed'").fetchall()
    for (table,) in tables:
        connection.execute(
            f"create or replace table clean.{table} as select * from typed.{table} where not is_duplicate"
        )


def _write_parquet(folder: Path) -> None:
    """What pandas reads: the columns that it needs, sizes as whole hundredths of a millimetre."""
    import duckdb

    from benchmarks.endpoints_in_pandas import COLUMNS

    with duckdb.connect(str(folder / PREPARED), read_only=True) as connection:
        for table, columns in COLUMNS.items():
            read = ", ".join(
                f"cast(100 * {name} as double) as {name}" if name.endswith("_mm") else name for name in columns
            )
            connection.execute(
                f"copy (select {read} from clean.{table}) to '{folder / table}.parquet' (format parquet)"
            )


def _grow(folder: Path, times: int) -> None:
    """The parsed tables of the cohort so many times, under new subject ids."""
    import duckdb

    small = folder / "small.duckdb"
    (folder / PREPARED).rename(small)
    with duckdb.connect(str(folder / PREPARED)) as connection:
        connection.execute(f"attach '{small}' as small (read_only)")
        connection.execute("create schema study; create schema clean")
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables()"
            " where database_name = 'small' and schema_name in ('study', 'clean')"
        ).fetchall()
        for schema, table in tables:
            source = f"small.{schema}.{table}"
            if schema == "clean":
                keys = "row_id + 1000000000 * copy as row_id, subject_id || '.' || copy as subject_id"
                copies = f"(select * from {source} cross join range({times}) as copies(copy))"
                source = f"(select * exclude (copy) replace ({keys}) from {copies})"
            connection.execute(f"create table {schema}.{table} as select * from {source}")
    small.unlink()


def read(folder: Path) -> int:
    """DuckDB reads every cell of the extracts as text and does nothing with it."""
    import duckdb

    rows = 0
    with duckdb.connect() as connection:
        for file in sorted((folder / "extracts").glob("*.csv")):
            table = _csv(file)
            names = [f'"{name}"' for name in connection.sql(f"select * from {table} limit 0").columns]
            cells = ", ".join(f"max({name})" for name in names)
            rows += connection.execute(f"select count(*), {cells} from {table}").fetchall()[0][0]
    return rows


def parse(folder: Path) -> int:
    """The stage ``typed``: text to dates, numbers and codes."""
    return _run(folder, ("typed",))


def derive(folder: Path) -> int:
    """The stages ``recist`` and ``analysis``: all five analysis data sets, from parsed tables."""
    return _run(folder, DERIVED)


def everything(folder: Path) -> int:
    """From text to all five analysis data sets."""
    return _run(folder, ("typed", *DERIVED))


def _run(folder: Path, stages: tuple[str, ...]) -> int:
    from studies import load_study
    from warehouse import build

    with build.opened(folder / WORKING) as connection:
        build.define_functions(connection, load_study(STUDY).mapping.date_formats)
        for stage in stages:
            if stage == "analysis":
                _make_endpoint_data(connection)
            else:
                build.run_stage(connection, stage)
            if stage == "typed":
                _clean(connection)
        made = stages[-1]
        tables = connection.execute(f"select table_name from duckdb_tables() where schema_name = '{made}'").fetchall()
        return sum(connection.execute(f"select count(*) from {made}.{table}").fetchall()[0][0] for (table,) in tables)


def _make_endpoint_data(connection: "duckdb.DuckDBPyConnection") -> None:
    import transforms

    connection.execute("create schema if not exists analysis")
    for model in transforms.models("analysis"):
        if model.name in ENDPOINT_DATA:
            connection.execute(f"create or replace table {model.table} as\n{model.sql}")


def pandas(folder: Path) -> int:
    """ADTR, ADRS and ADTTE in pandas, from parsed tables."""
    return sum(len(frame) for frame in _in_pandas(folder).values())


def _in_pandas(folder: Path) -> dict[str, Any]:
    import pandas as pd

    from benchmarks.endpoints_in_pandas import COLUMNS, Rules, derive
    from studies import load_study

    study = load_study(STUDY)
    tables = {table: pd.read_parquet(folder / f"{table}.parquet") for table in COLUMNS}
    for frame in tables.values():
        for name in frame.columns:
            if name.endswith("_date"):
                frame[name] = pd.to_datetime(frame[name])
    return derive(tables, Rules.of(study.tables(study.protocol.study.data_cut)))


def compare(folder: Path) -> int:
    """Holds the pandas answers against those of the SQL; gives the number of rows compared.

    Raises:
        AssertionError: a row is missing in one of them, or a value differs.
    """
    import duckdb
    import pandas as pd

    derive(folder)
    compared = 0
    with duckdb.connect(str(folder / WORKING), read_only=True) as connection:
        for name, ours in _in_pandas(folder).items():
            keys, values = KEYS[name], COMPARED[name]
            theirs = connection.execute(f"select {', '.join(dict.fromkeys(keys + values))} from analysis.{name}").df()
            theirs = theirs[theirs["paramcd"].isin(ours["paramcd"].unique())]
            ordered = []
            for frame in (ours, theirs):
                frame = frame[list(dict.fromkeys(keys + values))].copy()
                for column in frame.columns:
                    if column == "adt":
                        frame[column] = pd.to_datetime(frame[column]).astype("datetime64[s]")
                    elif column in values and column != "avalc":
                        frame[column] = frame[column].astype("float64")
                    else:
                        frame[column] = frame[column].astype("object").where(frame[column].notna(), None)
                ordered.append(frame.sort_values(keys, ignore_index=True))
            pd.testing.assert_frame_equal(*ordered, check_exact=False, rtol=1e-12)
            compared += len(theirs)
    return compared


WAYS: dict[str, Callable[[Path], int]] = {
    "read": read,
    "parse": parse,
    "derive": derive,
    "everything": everything,
    "pandas": pandas,
    "compare": compare,
}
TITLES = {
    "read": "DuckDB reads the extracts, every cell as text",
    "parse": "datacut parses them (typed)",
    "derive": "datacut derives ADSL, ADTR, ADRS, ADTTE, ADAE, every row with its source (recist, analysis)",
    "everything": "datacut, all of it (typed, recist, analysis)",
    "pandas": "pandas, ADTR, ADRS and ADTTE (OS, PFS, LPFS) without sources, from parsed tables",
}
STARTS_FROM_A_COPY = ("parse", "derive", "everything", "compare")


def measure_here(way: str, folder: Path) -> None:
    """Prints time, peak memory in MiB and rows of one way, as JSON. Imports are done before the clock starts."""
    import duckdb

    duckdb.connect().close()
    if way in ("pandas", "compare"):
        import pyarrow.parquet  # noqa: F401

        import benchmarks.endpoints_in_pandas  # noqa: F401
    import studies
    import transforms
    import warehouse.build  # noqa: F401

    studies.load_study(STUDY)
    for stage in ("typed", *DERIVED):
        transforms.models(stage)
    began = time.perf_counter()
    rows = WAYS[way](folder)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak_mib": peak, "rows": rows}))


def measured(way: str, folder: Path, times: int = 1) -> dict[str, float]:
    """The best time and the highest peak of so many runs, each in a process of its own."""
    runs = []
    for _ in range(times):
        if way in STARTS_FROM_A_COPY:
            shutil.copyfile(folder / PREPARED, folder / WORKING)
        done = subprocess.run(
            [sys.executable, __file__, "--way", way, "--folder", str(folder)],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        runs.append(json.loads(done.stdout.splitlines()[-1]))
    best = min(runs, key=lambda run: run["seconds"])
    return {**best, "peak_mib": max(run["peak_mib"] for run in runs)}


def report(sizes: list[int]) -> None:
    print("# Endpoint speed\n")
    print("Made by `make endpoint-speed` (`benchmarks/endpoints.py`), not by hand. The best of three runs up to 10,000")
    print("patients, else one run, each in a process of its own, on")
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, with Python {platform.python_version()}; times without imports."
    )
    print(
        "Before it is measured, the pandas implementation is held against the SQL: every row and every value agree.\n"
    )
    results: dict[int, dict[str, dict[str, float]]] = {}
    for patients in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            # In a process of its own: a child begins with the peak of memory of its parent.
            subprocess.run([sys.executable, __file__, "--make", str(patients), "--folder", name], check=True)
            is_grown = patients > GROWN_FROM
            ways = ["derive"] if is_grown else list(TITLES)
            times = 3 if patients <= 10_000 else 1
            compared = None if patients > PANDAS_UP_TO else measured("compare", folder)
            results[patients] = {way: measured(way, folder, times) for way in ways}
        print_size(patients, results[patients], compared)
    print_growth(results)


def print_size(patients: int, result: dict[str, dict[str, float]], compared: dict[str, float] | None) -> None:
    print(f"## {patients:,} patients\n")
    print("| way | seconds | × pandas | peak memory, MiB | rows |\n|---|---:|---:|---:|---:|")
    for way, run in result.items():
        ratio = f"{run['seconds'] / result['pandas']['seconds']:.2f}" if "pandas" in result else ""
        print(f"| {TITLES[way]} | {run['seconds']:.2f} | {ratio} | {run['peak_mib']:.0f} | {run['rows']:,.0f} |")
    if compared and "pandas" in result:
        times = result["pandas"]["seconds"] / result["derive"]["seconds"]
        print(
            f"\n{compared['rows']:,.0f} rows compared, all equal. datacut derives {times:.1f} times as fast as pandas."
        )
    print(flush=True)


def print_growth(results: dict[int, dict[str, dict[str, float]]]) -> None:
    """The exponent b of seconds = a * patients^b between two sizes; 1 is linear."""
    sizes = sorted(results)
    if len(sizes) < 2:
        return
    print("## Growth\n\nThe exponent of time in patients; 1 is linear, below 1 is better.\n")
    print("| from | to | datacut derives | pandas |\n|---:|---:|---:|---:|")
    for few, many in dict.fromkeys([*pairwise(sizes), (sizes[0], sizes[-1])]):
        cells = []
        for way in ("derive", "pandas"):
            if way in results[few] and way in results[many]:
                growth = math.log(results[many][way]["seconds"] / results[few][way]["seconds"]) / math.log(many / few)
                cells.append(f"{growth:.2f}")
            else:
                cells.append("")
        print(f"| {few:,} | {many:,} | {' | '.join(cells)} |")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="*", type=int, default=[1000, 10_000])
    parser.add_argument("--way", choices=WAYS)
    parser.add_argument("--make", type=int)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    if asked.make:
        make(asked.folder, asked.make)
    elif asked.way:
        measure_here(asked.way, asked.folder)
    else:
        report(asked.sizes)
