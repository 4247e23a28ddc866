"""Two tiny cuts side by side: who came and went, and which endpoint moved in which way."""

import duckdb
import pytest

import transforms

ADTTE = (
    "usubjid varchar, arm varchar, paramcd varchar, startdt date, adt date, aval integer, cnsr integer,"
    " evntdesc varchar, anl01fl varchar, srcdom varchar, srcvar varchar, srcfile varchar, srcrow integer"
)
TABLES = {
    "patients": "subject_id varchar",
    "adsl": "usubjid varchar, subjid varchar, arm varchar",
    "adtte": ADTTE,
    "adrs": "usubjid varchar, paramcd varchar, treval varchar, avalc varchar, aval integer, adt date,"
    " srcdom varchar, srcfile varchar, srcrow integer",
    "endpoints": "paramcd varchar",
}


@pytest.fixture
def cuts() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    for side in ("earlier", "later"):
        connection.execute(f"create schema {side}")
        for name, columns in TABLES.items():
            connection.execute(f"create table {side}.{name} ({columns})")
        connection.execute(f"insert into {side}.endpoints values ('BOR')")
    return connection


def subject(cuts: duckdb.DuckDBPyConnection, side: str, name: str, is_analysed: bool = True) -> None:
    cuts.execute(f"insert into {side}.patients values (?)", [name])
    if is_analysed:
        cuts.execute(f"insert into {side}.adsl values (?, ?, 'A')", [f"S-{name}", name])


def time_to_event(cuts: duckdb.DuckDBPyConnection, side: str, end: str, cnsr: int, start: str = "2026-01-01") -> None:
    days = "date_diff('day', cast($start as date), cast($end as date)) + 1"
    cuts.execute(
        f"insert into {side}.adtte select 'S-P1', 'A', 'OS', $start, $end, {days}, $cnsr, 'x', 'Y', 'd', 'v',"
        " 'f.csv', 9",
        {"start": start, "end": end, "cnsr": cnsr},
    )


@pytest.mark.parametrize(
    ("before", "now", "movement", "expectation"),
    [
        (("2026-03-01", 1), ("2026-04-01", 0), "censored to event", "expected"),
        (("2026-03-01", 0), ("2026-04-01", 1), "event to censored", "suspect"),
        (("2026-03-01", 0), ("2026-03-02", 0), "event on another day", "suspect"),
        (("2026-03-01", 1), ("2026-04-01", 1), "followed for longer", "expected"),
        (("2026-03-01", 1), ("2026-02-01", 1), "followed for less", "suspect"),
        (("2026-03-01", 1), ("2026-03-01", 5), "censored for another reason", "expected"),
        (("2026-03-01", 1), ("2026-03-01", 1, "2026-01-02"), "start on another day", "suspect"),
    ],
)
def test_how_a_time_to_event_moves(
    cuts: duckdb.DuckDBPyConnection, before: tuple[str, int], now: tuple[str, int], movement: str, expectation: str
) -> None:
    for side, values in (("earlier", before), ("later", now)):
        subject(cuts, side, "P1")
        time_to_event(cuts, side, *values)
    transforms.run(cuts, "differences")
    told = cuts.execute(
        "select subject_id, movement, expectation, srcfile, srcrow from differences.endpoints"
    ).fetchall()
    assert told == [("P1", movement, expectation, "f.csv", 9)]


def test_what_is_the_same_did_not_move(cuts: duckdb.DuckDBPyConnection) -> None:
    for side in ("earlier", "later"):
        subject(cuts, side, "P1")
        time_to_event(cuts, side, "2026-03-01", 0)
    transforms.run(cuts, "differences")
    assert cuts.execute("select * from differences.endpoints").fetchall() == []


def test_who_came_and_went_and_where_they_are_in_the_other_cut(cuts: duckdb.DuckDBPyConnection) -> None:
    subject(cuts, "earlier", "stays")
    subject(cuts, "later", "stays")
    subject(cuts, "later", "new")
    subject(cuts, "earlier", "let in", is_analysed=False)
    subject(cuts, "later", "let in")
    subject(cuts, "earlier", "lost")
    subject(cuts, "earlier", "set aside")
    subject(cuts, "later", "set aside", is_analysed=False)
    transforms.run(cuts, "differences")
    told = cuts.execute("select subject_id, change, reason from differences.subjects order by subject_id").fetchall()
    assert told == [
        ("let in", "added", "was in the extract and not analysed"),
        ("lost", "gone", "is not in the extract"),
        ("new", "added", "was not in the extract"),
        ("set aside", "gone", "is in the extract and not analysed"),
    ]


@pytest.mark.parametrize(
    ("before", "now", "expectation"),
    [(("SD", 3), ("PR", 2), "expected"), (("NE", 6), ("PD", 5), "expected"), (("PR", 2), ("SD", 3), "suspect")],
)
def test_a_best_response_that_gets_worse_is_suspect(
    cuts: duckdb.DuckDBPyConnection, before: tuple[str, int], now: tuple[str, int], expectation: str
) -> None:
    for side, (code, value) in (("earlier", before), ("later", now)):
        subject(cuts, side, "P1")
        cuts.execute(
            f"insert into {side}.adrs values ('S-P1', 'BOR', 'R1', ?, ?, null, 'd', 'f.csv', 4)", [code, value]
        )
    transforms.run(cuts, "differences")
    told = cuts.execute("select earlier_avalc, avalc, expectation, srcrow from differences.responses").fetchall()
    assert told == [(before[0], now[0], expectation, 4)]
