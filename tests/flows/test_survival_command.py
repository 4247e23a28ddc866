"""``datacut survival``: JSON for scripts, a table for people, and one sentence where the data cannot be used."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from flows.command_line import application

GROUPED = ("--group", "g", "--covariates", "x")
KM = {"group", "n", "events", "median", "lower", "upper"}
COX = {"covariate", "coef", "se", "hr", "lower", "upper", "z", "p"}
TWELVE = "t,e,g,x\n" + "".join(
    f"{time},{event},{'ab'[x]},{x}\n"
    for time, event, x in zip(
        [1, 2, 2, 3, 3, 3, 4, 5, 6, 7, 8, 9],
        [1] * 10 + [0, 0],
        [1, 1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0],
        strict=True,
    )
)


def call(folder: Path, rows: str, *options: str) -> Result:
    file = folder / "rows.csv"
    file.write_text(rows, encoding="utf-8")
    return CliRunner().invoke(application, ["survival", str(file), "--time", "t", "--event", "e", *options])


def answer(folder: Path, rows: str, *options: str) -> dict[str, Any]:
    result = call(folder, rows, *options, "--json")
    assert result.exit_code == 0, result.output
    made: dict[str, Any] = json.loads(result.stdout)
    return made


def sentence(folder: Path, rows: str, *options: str) -> str:
    result = call(folder, rows, *options, "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.stderr
    return result.stderr


def test_the_shape_of_the_answer(tmp_path: Path) -> None:
    made = answer(tmp_path, TWELVE, *GROUPED)
    assert list(made) == ["n", "events", "dropped", "convention", "km", "logrank", "cox", "ph", "notes"]
    assert (made["n"], made["events"], made["dropped"], made["convention"]) == (12, 10, 0, "r")
    assert [(row["group"], row["n"], row["events"]) for row in made["km"]] == [("a", 7, 5), ("b", 5, 5)]
    assert all(row.keys() >= KM for row in made["km"])
    assert made["logrank"].keys() == {"chisq", "df", "p"}
    assert made["cox"].keys() >= {"ties", "loglik", "covariates"}
    assert made["cox"]["covariates"][0].keys() == COX
    assert [row["covariate"] for row in made["ph"]] == ["x", "GLOBAL"]


@pytest.mark.parametrize(
    ("options", "ties", "hr"),
    [
        ((), "efron", 4.2079),
        (("--convention", "sas"), "breslow", 3.8325),
        (("--convention", "spss"), "breslow", 3.8325),
        (("--convention", "spss", "--ties", "efron"), "efron", 4.2079),
        (("--ties", "breslow"), "breslow", 3.8325),
    ],
)
def test_the_convention_decides_ties_and_ties_override_it(
    tmp_path: Path, options: tuple[str, ...], ties: str, hr: float
) -> None:
    """R's coxph of these twelve: exp(coef) 4.2079 with Efron's, 3.8325 with Breslow's ties."""
    made = answer(tmp_path, TWELVE, *GROUPED, *options)["cox"]
    assert made["ties"] == ties
    assert made["covariates"][0]["hr"] == pytest.approx(hr, abs=5e-5)


TEN = "t,e\n5,1\n8,1\n12,1\n16,1\n23,0\n27,1\n30,0\n33,1\n43,0\n45,1\n"


@pytest.mark.parametrize(
    ("convention", "median", "lower", "upper"),
    [("r", 27, 12, None), ("sas", 27, 5, None), ("spss", 27, 27 - 1.959964 * 9.95419, 27 + 1.959964 * 9.95419)],
)
def test_the_convention_decides_limits(
    tmp_path: Path, convention: str, median: float, lower: float, upper: float | None
) -> None:
    """R: 12-NA with log, 5-NA with log-log limits; SPSS symmetric, by hand in test_kaplan_meier."""
    (row,) = answer(tmp_path, TEN, "--convention", convention)["km"]
    assert (row["group"], row["median"]) == (None, median)
    assert row["lower"] == pytest.approx(lower, rel=1e-4)
    assert row["upper"] == (None if upper is None else pytest.approx(upper, rel=1e-4))


@pytest.mark.parametrize(("convention", "median"), [("r", 2.5), ("sas", 2.5), ("spss", 2)])
def test_a_flat_median_is_that_of_the_package(tmp_path: Path, convention: str, median: float) -> None:
    (row,) = answer(tmp_path, "t,e\n1,1\n2,1\n3,1\n4,1\n", "--convention", convention)["km"]
    assert row["median"] == median


def test_without_group_and_covariates_there_are_one_curve_and_nulls(tmp_path: Path) -> None:
    made = answer(tmp_path, TWELVE)
    assert [row["group"] for row in made["km"]] == [None]
    assert made["logrank"] is made["cox"] is made["ph"] is None
    only_group = answer(tmp_path, TWELVE, "--group", "g")
    assert only_group["logrank"]["df"] == 1
    assert only_group["cox"] is only_group["ph"] is None


def test_rows_with_a_missing_value_in_a_used_column_are_left_out_and_counted(tmp_path: Path) -> None:
    rows = TWELVE + "10,1,,1\n,1,a,0\n11,NA,b,1\n12,1,b,NaN\n"
    made = answer(tmp_path, rows, *GROUPED)
    assert (made["n"], made["dropped"]) == (12, 4)
    assert made["cox"] == answer(tmp_path, TWELVE, *GROUPED)["cox"]
    (note,) = (note for note in made["notes"] if note.startswith("missing values"))
    assert note == (
        "missing values: t in 1, e in 1, g in 1, x in 1 of 16 rows; every analysis is of the 12 complete ones"
    )
    assert answer(tmp_path, rows)["dropped"] == 2  # no group, no covariate: their gaps do not matter


def test_a_text_is_a_row_a_level_against_the_first(tmp_path: Path) -> None:
    text, number = answer(tmp_path, TWELVE, "--covariates", "g"), answer(tmp_path, TWELVE, "--covariates", "x")
    (row,) = text["cox"]["covariates"]
    assert row["covariate"] == "g=b"
    assert row["coef"] == pytest.approx(number["cox"]["covariates"][0]["coef"])
    assert text["notes"][0] == "g: a category, each level against 'a'"


def test_truth_values_are_events_and_zero_is_a_time(tmp_path: Path) -> None:
    made = answer(tmp_path, "t,e\n0,TRUE\n0,FALSE\n2,TRUE\n3,false\n")
    assert (made["n"], made["events"]) == (4, 2)


# Where there is no number


def nulls(row: dict[str, Any], *names: str) -> bool:
    return all(row[name] is None for name in names) and bool(row["note"])


def test_no_events(tmp_path: Path) -> None:
    made = answer(tmp_path, "t,e,g,x\n1,0,a,0\n2,0,b,1\n3,0,a,0\n4,0,b,1\n", *GROUPED)
    assert all(nulls(row, "median", "lower", "upper") for row in made["km"])
    assert nulls(made["logrank"], "chisq", "df", "p")
    assert nulls(made["cox"]["covariates"][0], "coef", "hr", "p")
    assert all(nulls(row, "chisq", "p") for row in made["ph"])
    assert made["cox"]["loglik"] is None


@pytest.mark.parametrize(
    ("rows", "note"),
    [
        ("1,1,a,0\n2,1,a,1\n3,0,a,0\n4,1,a,1\n", "fewer than two groups"),
        ("3,1,a,0\n3,1,b,1\n3,1,a,0\n3,1,b,1\n", "all have the event at the same time"),
        ("3,1,a,0\n", "fewer than two groups"),
    ],
)
def test_no_log_rank_test(tmp_path: Path, rows: str, note: str) -> None:
    test = answer(tmp_path, "t,e,g,x\n" + rows, *GROUPED)["logrank"]
    assert nulls(test, "chisq", "df", "p")
    assert note in test["note"]


@pytest.mark.parametrize(
    ("rows", "note"),
    [
        ("3,1,a,0\n3,1,b,1\n3,1,a,0\n3,1,b,1\n", "all have the event at the same time"),
        ("3,1,a,0\n", "nobody else is at risk"),
        ("1,1,a,2\n2,1,b,2\n3,0,a,2\n4,1,b,2\n", "constant"),
        ("1,1,a,1\n2,1,a,1\n3,1,a,1\n4,1,b,0\n5,1,b,0\n6,0,b,0\n", "the groups are separated"),
    ],
)
def test_no_hazard_ratio_and_no_test_of_it(tmp_path: Path, rows: str, note: str) -> None:
    made = answer(tmp_path, "t,e,g,x\n" + rows, *GROUPED)
    (row,) = made["cox"]["covariates"]
    assert nulls(row, "coef", "se", "hr", "lower", "upper", "z", "p")
    assert note in row["note"]
    assert all(nulls(test, "chisq", "p") for test in made["ph"])


def test_separated_groups_have_firths_estimate_beside_and_a_warning(tmp_path: Path) -> None:
    rows = "t,e,g,x\n1,1,a,1\n2,1,a,1\n3,1,a,1\n4,1,b,0\n5,1,b,0\n6,0,b,0\n"
    made = answer(tmp_path, rows, *GROUPED)
    assert 1 < made["cox"]["covariates"][0]["penalised"]["hr"] < 100
    assert made["notes"][0].startswith("separation: ")
    printed = call(tmp_path, rows, *GROUPED).stdout
    assert "Firth's penalised likelihood" in printed


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("1,1,a,1\n-2,1,a,1\n", "column 't' has a negative time (the first in line 3)"),
        ("1,1,a,1\ninf,1,a,1\n", "column 't' has an infinite time (the first in line 3)"),
        ("1,1,a,1\n2010-01-01,1,a,1\n", "column 't' holds more than numbers (the first in line 3)"),
        ("1,1,a,inf\n2,1,a,1\n", "column 'x' has an infinite value (the first in line 2)"),
        ("1,1,a,1\n2,2,a,1\n", "holds 1 and 2; write 0 for censored and 1 for the event"),
        ("1,1,a,1\n2,2,a,1\n3,0,b,1\n", "holds more than 0 and 1 (the first in line 3)"),
        ("1,1,a,1\n2,2,a,1\n3,0,b,1\n", "with several kinds of event, make a column for the one that is meant"),
        ("1,yes,a,1\n2,no,a,1\n", "is not 0 and 1 (or true and false) alone (the first in line 2)"),
        ("1,true,a,1\n2,no,a,1\n", "is not 0 and 1 (or true and false) alone (the first in line 3)"),
        (
            "1,1,a,1\n2,0,a,1,9\n",
            "a line has more cells than there are headings, or a quote is not closed (see line 3)",
        ),
        ('1,1,a,1\n2,0,"a\nb",1\n', "or a text runs over several lines (see line 3)"),
        ("", "no row has a value in every column that is used"),
        (",,,\n,1,a,0\n", "no row has a value in every column that is used"),
        ("".join(f"{i + 1},1,a,text{i}\n" for i in range(60)), "column 'x' holds 60 different texts"),
        ("".join(f"{i + 1},1,a,text{i}\n" for i in range(21)), "column 'x' holds 21 different texts"),
        (
            "".join(f"{i + 1},1,a,{i}\n" for i in range(12)) + "13,1,a,unknown\n",
            "column 'x' holds numbers and what is none (the first in line 14)",
        ),
        (
            "".join(f'{i + 1},1,a,"{i},5"\n' for i in range(12)),
            "(the first in line 2); leave a missing value blank, and write numbers with a decimal point",
        ),
        ("".join(f"{i + 1},1,{i},0\n" for i in range(101)), "column 'g' makes 101 groups"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(tmp_path: Path, rows: str, said: str) -> None:
    assert said in sentence(tmp_path, "t,e,g,x\n" + rows, *GROUPED)


@pytest.mark.parametrize(
    "rows",
    [
        "\ufefft,e\n1,1\n2,1\n-1,1\n",  # with a byte order mark, as Excel writes it
        "t,e\n\n1,1\n-1,1\n",  # a blank line is no row, and a line all the same
        "t;e\n1,5;1\n2,5;0\nlong;1\n",  # with decimal commas 1,5 is a number
        "t,e\n1,1\n,1\n-1,1\n",  # neither is a row skipped that has a missing value
    ],
)
def test_a_value_that_cannot_be_used_is_named_by_the_line_that_a_person_sees(tmp_path: Path, rows: str) -> None:
    """The headings stand in line 1; all these have the bad value in line 4."""
    assert "(the first in line 4)" in sentence(tmp_path, rows)


def test_in_a_parquet_file_there_are_no_lines_but_rows(tmp_path: Path) -> None:
    file = tmp_path / "rows.parquet"
    pl.DataFrame({"t": [1.0, -1.0], "e": [1, 0]}).write_parquet(file)
    result = CliRunner().invoke(application, ["survival", str(file), "--time", "t", "--event", "e"])
    assert (result.exit_code, "a negative time (the first in row 2)" in result.stderr) == (2, True)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--group", "t"), "column 't' is the time"),
        (("--covariates", "x,e"), "column 'e' is the event"),
        (("--covariates", "x,x"), "a covariate is named twice"),
        (("--group", "arm"), "has no column 'arm' (it has: t, e, g, x)"),
    ],
)
def test_a_column_in_the_wrong_place_is_one_sentence(tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    assert said in sentence(tmp_path, TWELVE, *options)


def test_no_value_of_a_subject_is_in_a_sentence(tmp_path: Path) -> None:
    assert "4711" not in sentence(tmp_path, "t,e,g,x\n-4711,1,a,1\n2,1,b,0\n", *GROUPED)


def test_people_read_a_table_that_names_its_convention(tmp_path: Path) -> None:
    printed = call(tmp_path, TWELVE, *GROUPED, "--convention", "sas").stdout
    assert "Convention sas (SAS: log-log limits)." in printed
    assert "Cox model, Breslow ties" in printed
    for heading in ("Kaplan-Meier", "Log-rank test", "Proportional hazards"):
        assert heading in printed


def test_with_a_study_named_a_covariate_known_only_later_is_refused(tmp_path: Path) -> None:
    """Who has a second session has lived for it: such a column has no place in a plain Cox model."""
    rows = "t,e,nprocgr1,sex\n1,1,1,M\n2,1,>1,F\n3,0,1,M\n4,1,>1,M\n"
    refused = sentence(tmp_path, rows, "--covariates", "sex,nprocgr1", "--study", "gist_tace")
    assert refused.startswith("datacut: --covariates: nprocgr1 is known only after the start")
    assert answer(tmp_path, rows, "--covariates", "sex", "--study", "gist_tace")["n"] == 4
    assert "no study of this name" in sentence(tmp_path, rows, "--study", "nowhere")
