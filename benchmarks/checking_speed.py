"""How fast the contract of the lesion measurements is checked, beside the same checks in plain SQL and in Great
Expectations, and beside reading the rows alone. Every number comes from one run on one machine:

    python benchmarks/checking_speed.py 1000000 10000000 > docs/checking_speed.md

Each way runs three times in a process of its own; the best time and the highest peak of memory are printed.
"""

import argparse
import json
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

RELATION = "checks.lesion_measurements"
GREAT_EXPECTATIONS_UP_TO = 1_000_000

# One row in ten thousand is wrong in each of these 13 ways; limits and context are as the view gives them.
ROWS = """
    select
        i as row_id, 'P' || (i // 200) as subject_id, 'Ward ' || (i % 3) as site,
        'lesion_measurements.csv' as source_file, i + 2 as source_row,
        'L' || (i % 9) as lesion_id,
        case when i % 10000 = 1 then null when i % 10000 = 2 then date '2031-01-01' when i % 10000 = 3
            then date '1900-01-01' else date '2009-01-01' + cast(i % 900 as integer) end as scan_date,
        case when i % 10000 = 1 then '2010-13-45' else '2010-01-01' end as scan_date_text,
        case when i % 10000 = 4 then null else 'R' || (1 + i % 2) end as reader, 'R1' as reader_text,
        'CT' as modality, 'CT' as modality_text,
        cast(case when i % 10000 = 5 then 4100 when i % 10000 = 6 then 3 when i % 10000 = 7 then null
            else 10 + i % 120 end as decimal(9, 2)) as diameter_mm, '34' as diameter_text,
        'mm' as diameter_unit, 'mm' as diameter_unit_text,
        cast(case when i % 10000 = 8 then 390 when i % 5 = 0 then 9 end as decimal(9, 2)) as short_axis_mm,
        case when i % 10000 = 8 or i % 5 = 0 then '9' end as short_axis_text,
        'PRESENT' as lesion_status, 'PRESENT' as lesion_status_text,
        cast(null as varchar) as not_evaluable_reason,
        i % 10000 <> 9 as is_known_subject, i % 10000 <> 10 as is_known_lesion,
        case when i % 10000 = 11 then date '2008-01-01' end as death_latest,
        case when i % 10000 = 12 then 2 else 1 end as value_count,
        case when i % 10000 = 13 then 9.5 else 1.1 end as neighbour_ratio,
        30.0 as neighbour_1_mm, 32.0 as neighbour_2_mm,
        8.0 as neighbour_ratio_limit, 0.0 as diameter_low, 400.0 as diameter_high, 5.0 as too_small_mm,
        date '2012-05-31' as latest_plausible_date
    from range({n}) as numbers(i)
"""

# The rules of schemas/lesion_measurements.py that this table can break, by hand; true where a row is in order.
SQL_CHECKS = {
    "DM01": "is_known_subject",
    "DT01": "scan_date is not null",
    "DT02": "scan_date <= latest_plausible_date",
    "DT03": "scan_date not in (date '1900-01-01', date '1970-01-01')",
    "DT04": "case when scan_date not in (date '1900-01-01', date '1970-01-01')"
    " and scan_date <= latest_plausible_date then scan_date end <= death_latest",
    "RF02 reader": "reader is not null or reader_text is null",
    "RF02 modality": "modality is not null or modality_text is null",
    "RF02 diameter_unit": "diameter_unit is not null or diameter_unit_text is null",
    "RF02 lesion_status": "lesion_status is not null or lesion_status_text is null",
    "TR01 diameter": "diameter_mm is not null or diameter_text is null",
    "TR01 short axis": "short_axis_mm is not null or short_axis_text is null",
    "TR01 diameter range": "diameter_mm between diameter_low and diameter_high",
    "TR01 short axis range": "short_axis_mm between diameter_low and diameter_high",
    "TR02": "neighbour_ratio < neighbour_ratio_limit",
    "TR03": "short_axis_mm > diameter_high or short_axis_mm <= diameter_mm",
    "TR05": "diameter_mm >= too_small_mm or diameter_mm = 0",
    "TR09": "value_count = 1",
    "TU13": "is_known_lesion",
}


def make(file: Path, rows: int) -> None:
    """The table in a DuckDB file, as a refresh has it, and as Parquet beside it for pandas.

    It has every column of the contract; those that are not made above are blank.
    """
    import duckdb

    from schemas.lesion_measurements import LesionMeasurements

    types = {"Int64": "bigint", "Int32": "integer", "String": "varchar", "Date": "date", "Boolean": "boolean",
             "Float64": "double"}  # fmt: skip
    with duckdb.connect(str(file)) as connection:
        made = connection.sql(ROWS.format(n=1)).columns
        columns = []
        for name, column in LesionMeasurements.to_schema().columns.items():
            kind = str(column.dtype).split("(")[0]
            wanted = types.get(kind) or str(column.dtype).lower().replace("precision=", "").replace("scale=", "")
            columns.append(f"cast({name if name in made else 'null'} as {wanted}) as {name}")
        connection.execute("create schema study")
        connection.execute("create table study.not_collected (table_name text, column_name text, reason text)")
        connection.execute("create schema checks")
        connection.execute(f"create table {RELATION} as select {', '.join(columns)} from ({ROWS.format(n=rows)})")
        connection.execute(f"copy {RELATION} to '{file.with_suffix('.parquet')}' (format parquet)")


def read(file: Path) -> int:
    """DuckDB reads every column and does nothing with it."""
    import duckdb

    with duckdb.connect(str(file), read_only=True) as connection:
        names = connection.sql(f"select * from {RELATION} limit 0").columns
        counts = ", ".join(f"count({name}), max({name})" for name in names)
        connection.execute(f"select {counts} from {RELATION}").fetchall()
    return 0


def plain_sql(file: Path) -> int:
    """Every check as an expression; the rows that fail one, with which, are kept."""
    import duckdb

    flags = ", ".join(f"coalesce(not ({check}), false) as f{place}" for place, check in enumerate(SQL_CHECKS.values()))
    names = [f"f{place}" for place in range(len(SQL_CHECKS))]
    with duckdb.connect(str(file), read_only=True) as connection:
        connection.execute(
            f"create temporary table failing as select * from (select row_id, subject_id, lesion_id, scan_date, reader,"
            f" source_file, source_row, {flags} from {RELATION}) where {' or '.join(names)}"
        )
        sums = " + ".join(f"sum({name}::integer)" for name in names)
        ((found,),) = connection.execute(f"select {sums} from failing").fetchall()
    return int(found)


def datacut(file: Path) -> int:
    """The contract as a refresh examines it, to findings with their sentences."""
    from schemas.lesion_measurements import LesionMeasurements
    from warehouse.build import opened
    from warehouse.check import examine_relation

    with opened(file, read_only=True) as connection:
        return examine_relation(connection, LesionMeasurements).findings.height


def great_expectations(file: Path) -> int:
    """The checks that Great Expectations has an expectation for, on pandas; the others are not asked of it."""
    import os

    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    import great_expectations.expectations as gxe
    import pandas as pd

    frame = pd.read_parquet(file.with_suffix(".parquet"))
    for name in ("diameter_mm", "short_axis_mm"):
        frame[name] = frame[name].astype("float64")
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = None
    batch = context.data_sources.add_pandas("p").add_dataframe_asset("a").add_batch_definition_whole_dataframe("b")
    first, last = pd.Timestamp("1971-01-01").date(), pd.Timestamp("2012-05-31").date()
    suite = gx.ExpectationSuite(
        "s",
        expectations=[
            gxe.ExpectColumnValuesToBeInSet(column="is_known_subject", value_set=[True]),
            gxe.ExpectColumnValuesToNotBeNull(column="scan_date"),
            gxe.ExpectColumnValuesToBeBetween(column="scan_date", max_value=last),
            gxe.ExpectColumnValuesToBeBetween(column="scan_date", min_value=first),
            gxe.ExpectColumnValuesToNotBeNull(column="reader"),
            gxe.ExpectColumnValuesToNotBeNull(column="modality"),
            gxe.ExpectColumnValuesToNotBeNull(column="diameter_unit"),
            gxe.ExpectColumnValuesToNotBeNull(column="lesion_status"),
            gxe.ExpectColumnValuesToNotBeNull(column="diameter_mm"),
            gxe.ExpectColumnValuesToBeBetween(column="diameter_mm", min_value=0, max_value=400),
            gxe.ExpectColumnValuesToBeBetween(column="short_axis_mm", min_value=0, max_value=400),
            gxe.ExpectColumnValuesToBeBetween(column="neighbour_ratio", max_value=8, strict_max=True),
            gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A="diameter_mm", column_B="short_axis_mm", or_equal=True, ignore_row_if="either_value_is_missing"
            ),
            gxe.ExpectColumnValuesToBeBetween(column="diameter_mm", min_value=5),
            gxe.ExpectColumnValuesToBeInSet(column="value_count", value_set=[1]),
            gxe.ExpectColumnValuesToBeInSet(column="is_known_lesion", value_set=[True]),
        ],
    )
    result = batch.get_batch({"dataframe": frame}).validate(suite, result_format="COMPLETE")
    return sum(outcome.result.get("unexpected_count", 0) for outcome in result.results)


WAYS: dict[str, Callable[[Path], int]] = {
    "read": read,
    "plain_sql": plain_sql,
    "datacut": datacut,
    "great_expectations": great_expectations,
}
TITLES = {
    "read": "DuckDB reads every column",
    "plain_sql": "plain SQL, the same checks, failing rows kept",
    "datacut": "datacut: pandera contract, findings with sentences",
    "great_expectations": "Great Expectations on pandas, 16 of the checks",
}


def measure_here(way: str, file: Path) -> None:
    """Prints time, peak memory in MiB and findings of one way, as JSON. Imports are done before the clock starts."""
    import duckdb
    import polars  # noqa: F401

    duckdb.connect().close()
    if way == "datacut":
        import polars as pl

        import schemas
        from schemas.lesion_measurements import LesionMeasurements

        # pandera builds its schema once a process, whatever the size of the table.
        columns = LesionMeasurements.to_schema().columns
        empty = pl.DataFrame(schema={name: column.dtype.type for name, column in columns.items()})
        schemas.examine(LesionMeasurements, empty)
        import warehouse.check  # noqa: F401
    if way == "great_expectations":
        import great_expectations.expectations  # noqa: F401
    began = time.perf_counter()
    found = WAYS[way](file)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak_mib": peak, "found": found}))


def measured(way: str, file: Path, times: int) -> dict[str, float]:
    runs = []
    for _ in range(times):
        done = subprocess.run(
            [sys.executable, __file__, "--way", way, "--file", str(file)], capture_output=True, text=True, check=True
        )
        runs.append(json.loads(done.stdout.splitlines()[-1]))
    best = min(runs, key=lambda run: run["seconds"])
    return {**best, "peak_mib": max(run["peak_mib"] for run in runs)}


def report(sizes: list[int]) -> None:
    print("# Checking speed\n")
    print("Made by `make checking-speed` (`benchmarks/checking_speed.py`), not by hand. Best of three runs, each in a")
    print(
        f"process of its own, on {platform.machine()} with Python {platform.python_version()}; times without imports.\n"
    )
    for rows in sizes:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "lesion_measurements.duckdb"
            # In a process of its own: a child begins with the peak of memory of its parent.
            subprocess.run([sys.executable, __file__, "--make", str(rows), "--file", str(file)], check=True)
            ways = [way for way in WAYS if way != "great_expectations" or rows <= GREAT_EXPECTATIONS_UP_TO]
            results = {way: measured(way, file, times=3 if rows <= 1_000_000 else 1) for way in ways}
        print(f"## {rows:,} lesion measurements, {rules()} checks\n")
        print("| way | seconds | × plain SQL | peak memory, MiB | findings |\n|---|---:|---:|---:|---:|")
        for way, result in results.items():
            ratio = result["seconds"] / results["plain_sql"]["seconds"]
            found = "" if way == "read" else f"{result['found']:.0f}"
            print(f"| {TITLES[way]} | {result['seconds']:.2f} | {ratio:.1f} | {result['peak_mib']:.0f} | {found} |")
        if "great_expectations" in results:
            times = results["great_expectations"]["seconds"] / results["datacut"]["seconds"]
            print(f"\nGreat Expectations takes {times:.0f} times as long as datacut.")
        print()


def rules() -> int:
    from schemas.lesion_measurements import LesionMeasurements

    return len(LesionMeasurements.rules)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="*", type=int, default=[1_000_000])
    parser.add_argument("--way", choices=WAYS)
    parser.add_argument("--make", type=int)
    parser.add_argument("--file", type=Path)
    asked = parser.parse_args()
    if asked.make:
        make(asked.file, asked.make)
    elif asked.way:
        measure_here(asked.way, asked.file)
    else:
        report(asked.sizes)
