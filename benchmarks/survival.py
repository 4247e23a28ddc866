"""How fast the survival routines are, beside lifelines, scikit-survival, R where it is installed, and beside DuckDB's
GROUP BY of the same rows alone. Every number comes from one run on one machine:

    python benchmarks/survival.py 10000 100000 1000000 > docs/survival_speed.md

Each way runs in a process of its own, several times; the best time is printed, without imports and without reading the
rows. On a machine that does other work read the ratios, not the seconds.
"""

import argparse
import importlib.util
import json
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

COVARIATES = ("a", "b", "c", "d", "e")
SLOW_UP_TO = 100_000  # lifelines and scikit-survival fit a Cox model of a million rows in the better part of a minute

# Days of follow-up, so that times are tied; two groups; five covariates, of which two are continuous.
ROWS = """
    with drawn as (
        select
            i, (hash(i * 16 + 1) % 1000000) / 1e6 as u, (hash(i * 16 + 2) % 1000000) / 1e6 as v,
            sqrt(-2 * ln((hash(i * 16 + 3) % 1000000 + 1) / 1e6))
                * cos(2 * pi() * (hash(i * 16 + 4) % 1000000) / 1e6) as a,
            hash(i * 16 + 5) % 2 as b, hash(i * 16 + 6) % 4 as c,
            round(60 + 10 * sqrt(-2 * ln((hash(i * 16 + 7) % 1000000 + 1) / 1e6))
                * cos(2 * pi() * (hash(i * 16 + 8) % 1000000) / 1e6), 1) as d,
            hash(i * 16 + 9) % 2 as e
        from range({n}) as numbers(i)
    ), times as (
        select
            *, ceil(-ln(1 - u) * 400 / exp(0.3 * a - 0.5 * b + 0.1 * c + 0.01 * d + 0.2 * e)) + 1 as dies,
            1 + floor(v * 1500) as leaves
        from drawn
    )
    select
        cast(least(dies, leaves) as double) as time, dies <= leaves as event, cast(b as integer) as grp,
        round(a, 6) as a, cast(b as double) as b, cast(c as double) as c, d, cast(e as double) as e
    from times
    order by i
"""
COUNTS = "select grp, time, count(*) filter (event) as events, count(*) as leaving from subjects group by grp, time"


def make(file: Path, rows: int) -> None:
    """The table in a DuckDB file, and as CSV beside it for R."""
    import duckdb

    with duckdb.connect(str(file)) as connection:
        connection.execute(f"create table subjects as {ROWS.format(n=rows)}")
        connection.execute(
            f"copy (select * replace (cast(event as integer) as event) from subjects) "
            f"to '{file.with_suffix('.csv')}' (header)"
        )


class Table:
    """The rows of one file, read before the clock starts."""

    def __init__(self, file: Path) -> None:
        import duckdb

        self.connection = duckdb.connect(str(file), read_only=True)
        self.frame = self.connection.sql("select * from subjects").df()
        self.time = self.frame["time"].to_numpy()
        self.event = self.frame["event"].to_numpy()
        self.group = self.frame["grp"].to_numpy()
        self.design = self.frame[list(COVARIATES)].to_numpy()


def group_by(table: Table) -> list[float]:
    table.connection.execute(COUNTS).fetchnumpy()
    return []


def counts_of(table: Table) -> tuple[Any, Any]:
    """Distinct times, and the counts of each group at each of them, from one GROUP BY."""
    import numpy as np

    from analyses.logrank import GroupCounts

    rows = table.connection.execute(COUNTS).fetchnumpy()
    distinct, place = np.unique(rows["time"], return_inverse=True)
    n_event, n_leaving = np.zeros((len(distinct), 2)), np.zeros((len(distinct), 2))
    n_event[place, rows["grp"]] = rows["events"]
    n_leaving[place, rows["grp"]] = rows["leaving"]
    return distinct, GroupCounts(n_event, n_leaving)


def km_datacut(table: Table) -> list[float]:
    from analyses.kaplan_meier import curve_of_counts, median

    distinct, counts = counts_of(table)
    values = []
    for group in (0, 1):
        kept = counts.n_leaving[:, group] > 0
        events, leaving = counts.n_event[kept, group], counts.n_leaving[kept, group]
        values.append(median(curve_of_counts(distinct[kept], events, leaving - events), "r", "midpoint", 0.95).value)
    return [value or 0.0 for value in values]


def km_lifelines(table: Table) -> list[float]:
    from lifelines import KaplanMeierFitter

    chosen = [table.group == group for group in (0, 1)]
    return [
        float(KaplanMeierFitter().fit(table.time[rows], table.event[rows]).median_survival_time_) for rows in chosen
    ]


def km_sksurv(table: Table) -> list[float]:
    from sksurv.nonparametric import kaplan_meier_estimator

    values = []
    for group in (0, 1):
        rows = table.group == group
        times, survival = kaplan_meier_estimator(table.event[rows], table.time[rows])
        values.append(float(times[survival <= 0.5][0]))
    return values


def logrank_datacut(table: Table) -> list[float]:
    from analyses.logrank import log_rank_of_counts

    return [log_rank_of_counts([counts_of(table)[1]]).chi2 or 0.0]


def logrank_lifelines(table: Table) -> list[float]:
    from lifelines.statistics import multivariate_logrank_test

    return [float(multivariate_logrank_test(table.time, table.group, table.event).test_statistic)]


def logrank_sksurv(table: Table) -> list[float]:
    from sksurv.compare import compare_survival
    from sksurv.util import Surv

    return [float(compare_survival(Surv.from_arrays(table.event, table.time), table.group)[0])]


def cox_datacut(table: Table) -> list[float]:
    from analyses.cox_regression import fit_cox

    return [float(value) for value in fit_cox(table.time, table.event, table.design, COVARIATES).coefficients]


def cox_lifelines(table: Table) -> list[float]:
    from lifelines import CoxPHFitter

    fit = CoxPHFitter().fit(table.frame[["time", "event", *COVARIATES]], "time", "event")
    return [float(fit.params_[name]) for name in COVARIATES]


def cox_sksurv(table: Table) -> list[float]:
    from sksurv.linear_model import CoxPHSurvivalAnalysis
    from sksurv.util import Surv

    fit = CoxPHSurvivalAnalysis(ties="efron").fit(table.design, Surv.from_arrays(table.event, table.time))
    return [float(value) for value in fit.coef_]


def ph_datacut(table: Table) -> Callable[[], list[float]]:
    from analyses.cox_regression import fit_cox
    from analyses.proportional_hazards import proportional_hazards

    fit = fit_cox(table.time, table.event, table.design, COVARIATES)
    return lambda: [test.chi2 or 0.0 for test in proportional_hazards(fit, table.time, table.event)]


def ph_lifelines(table: Table) -> Callable[[], list[float]]:
    from lifelines import CoxPHFitter
    from lifelines.statistics import proportional_hazard_test

    frame = table.frame[["time", "event", *COVARIATES]]
    fit = CoxPHFitter().fit(frame, "time", "event")
    return lambda: [float(value) for value in proportional_hazard_test(fit, frame, time_transform="km").test_statistic]


WAYS: dict[str, dict[str, Callable[[Table], Any]]] = {
    "Kaplan-Meier": {"group by": group_by, "datacut": km_datacut, "lifelines": km_lifelines, "sksurv": km_sksurv},
    "log-rank": {
        "group by": group_by,
        "datacut": logrank_datacut,
        "lifelines": logrank_lifelines,
        "sksurv": logrank_sksurv,
    },
    "Cox (Efron)": {"datacut": cox_datacut, "lifelines": cox_lifelines, "sksurv": cox_sksurv},
    "proportional hazards": {"datacut": ph_datacut, "lifelines": ph_lifelines},
}
TITLES = {
    "group by": "DuckDB, GROUP BY group and time alone",
    "datacut": "datacut",
    "lifelines": "lifelines",
    "sksurv": "scikit-survival",
    "R": "R survival",
}
R = """
suppressMessages(library(survival)); options(digits = 17)
d <- read.csv("{csv}"); best <- function(f) min(sapply(1:{times}, function(i) system.time(f())[["elapsed"]]))
out <- function(name, seconds, values) cat(name, seconds, values, "\\n", sep = "\\t")
s <- survfit(Surv(time, event) ~ grp, d)
out("Kaplan-Meier", best(function() survfit(Surv(time, event) ~ grp, d)), summary(s)$table[, "median"])
out("log-rank", best(function() survdiff(Surv(time, event) ~ grp, d)), survdiff(Surv(time, event) ~ grp, d)$chisq)
fit <- coxph(Surv(time, event) ~ a + b + c + d + e, d)
out("Cox (Efron)", best(function() coxph(Surv(time, event) ~ a + b + c + d + e, d)), coef(fit))
out("proportional hazards", best(function() cox.zph(fit)), cox.zph(fit)$table[, 1])
"""


def measure_here(what: str, way: str, file: Path, times: int) -> None:
    """Prints the best time and the numbers of one way, as JSON. A first run does the imports."""
    table = Table(file)
    run: Callable[[], list[float]]
    if what == "proportional hazards":
        run = WAYS[what][way](table)
    else:
        function = WAYS[what][way]

        def run() -> list[float]:
            return list(function(table))

    values = run()  # imports, and caches warm for every way alike
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - began)
    print(json.dumps({"seconds": min(seconds), "values": values}))


def is_installed(way: str) -> bool:
    """scikit-survival is no dependency of ours."""
    return way != "sksurv" or importlib.util.find_spec("sksurv") is not None


def measured(what: str, way: str, file: Path, times: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, __file__, "--what", what, "--way", way, "--file", str(file), "--times", str(times)],
        capture_output=True,
        text=True,
        check=True,
    )
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def in_r(file: Path, times: int) -> dict[str, dict[str, Any]]:
    """What R takes and gives; empty where R or its survival package is not installed."""
    if not shutil.which("Rscript"):
        return {}
    script = R.format(csv=file.with_suffix(".csv"), times=times)
    done = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True, check=False)
    rows = [line.split("\t") for line in done.stdout.splitlines() if "\t" in line]
    return {
        row[0]: {"seconds": float(row[1]), "values": [float(value) for value in row[2:] if value.strip()]}
        for row in rows
    }


def report(sizes: list[int], every: bool) -> None:
    print("# Survival speed\n")
    print(
        "Made by `make survival-speed` (`benchmarks/survival.py`), not by hand: tied days, two groups, five covariates."
    )
    print("Best of several runs, each way in a process of its own, without imports and without reading the rows, on")
    print(f"{platform.machine()} with Python {platform.python_version()}. The last column is the largest relative")
    print("difference of the numbers (medians, chi-squares, coefficients) from R's.\n")
    for rows in sizes:
        times = 3 if rows <= 100_000 else 2
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "subjects.duckdb"
            make(file, rows)
            theirs = in_r(file, times)
            print(f"## {rows:,} subjects\n")
            print("| analysis | way | seconds | × datacut | differs from R by |\n|---|---|---:|---:|---:|")
            for what, ways in WAYS.items():
                slow = what in ("Cox (Efron)", "proportional hazards") and rows > SLOW_UP_TO and not every
                chosen = [way for way in ways if not slow or way in ("datacut", "group by")]
                results = {way: measured(what, way, file, times) for way in chosen if is_installed(way)}
                if what in theirs:
                    results["R"] = theirs[what]
                for way, result in results.items():
                    ratio = result["seconds"] / results["datacut"]["seconds"]
                    apart = "" if way in ("R", "group by") else difference(result["values"], theirs.get(what))
                    print(f"| {what} | {TITLES[way]} | {result['seconds']:.3f} | {ratio:.1f} | {apart} |", flush=True)
        print()


def difference(values: list[float], theirs: dict[str, Any] | None) -> str:
    if theirs is None:
        return ""
    return f"{max(abs(one - other) / abs(other) for one, other in zip(values, theirs['values'], strict=False)):.0e}"


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="*", type=int, default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--all", action="store_true", help="the slow ways at every size too")
    parser.add_argument("--what", choices=WAYS)
    parser.add_argument("--way")
    parser.add_argument("--file", type=Path)
    parser.add_argument("--times", type=int, default=3)
    asked = parser.parse_args()
    if asked.what:
        measure_here(asked.what, asked.way, asked.file, asked.times)
    else:
        report(asked.sizes, asked.all)
