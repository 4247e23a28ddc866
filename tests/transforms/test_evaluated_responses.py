"""Which overall responses make the endpoints: derived, reported, adjudicated."""

from typing import Any

import pytest
from tiny_cohort import TinyCohort, day


def report(cohort: TinyCohort, on: int, overall: str | None, reader: str = "R1", **values: Any) -> int:
    return cohort.add("response_assessments", scan_date=day(on), reader=reader, overall_response=overall, **values)


def evaluated(cohort: TinyCohort, columns: str, scope: str = "ALL") -> list[tuple[Any, ...]]:
    cohort.derive()
    return cohort.rows(
        f"select {columns} from recist.evaluated_responses where scope = '{scope}' order by scan_date, reader"
    )


def test_derived_responses_are_those_of_the_lesions(cohort: TinyCohort) -> None:
    cohort.lesion("L1")
    cohort.scan(-10, {"L1": 100})
    row_id = cohort.scan(42, {"L1": 60})["L1"]
    report(cohort, 42, "CR")
    columns = "response, decided_by, source_table, source_row_id"
    assert evaluated(cohort, columns) == [("PR", "target", "lesion_measurements", row_id)]


def test_reported_responses_take_the_place_of_the_derived(cohort: TinyCohort) -> None:
    cohort.protocol(response_source="reported")
    cohort.lesion("L1")
    cohort.scan(-10, {"L1": 100})
    cohort.scan(42, {"L1": 60})
    row_id = report(cohort, 42, "SD", liver_response="PD")
    columns = "response, decided_by, source_table, source_column, source_row_id, source_file, source_row"
    record = (row_id, "response_assessments.csv", row_id + 1)
    assert evaluated(cohort, columns) == [
        ("SD", "reported", "response_assessments", "overall_response", *record)
    ]  # fmt: skip
    assert evaluated(cohort, columns, scope="ORGAN") == [
        ("PD", "reported", "response_assessments", "liver_response", *record)
    ]  # fmt: skip
    assert cohort.rows("select paramcd, avalc from analysis.adrs where paramcd in ('BOR', 'OVRLRESP') order by 1") == [
        ("BOR", "SD"), ("OVRLRESP", "SD"),
    ]  # fmt: skip
    assert cohort.rows("select paramcd, cnsr, adt from analysis.adtte where paramcd in ('LPFS', 'PFS') order by 1") == [
        ("LPFS", 0, day(42)), ("PFS", 1, day(42)),
    ]  # fmt: skip


def test_reported_responses_count_from_the_start_to_the_cut(cohort: TinyCohort) -> None:
    cohort.protocol(response_source="reported", data_cut=day(42))
    for on in (-1, 0, 42, 43):
        report(cohort, on, "SD")
    assert evaluated(cohort, "scan_date") == [(day(0),), (day(42),)]


def test_without_a_reported_response_there_was_no_assessment(cohort: TinyCohort) -> None:
    cohort.protocol(response_source="reported")
    report(cohort, 42, None, liver_response="SD")
    assert evaluated(cohort, "response") == []
    assert evaluated(cohort, "response", scope="ORGAN") == [("SD",)]


@pytest.mark.parametrize(
    ("one", "other", "worst"),
    [
        ("PD", "NON-CR/NON-PD", "PD"),
        ("NON-CR/NON-PD", "SD", "NON-CR/NON-PD"),
        ("SD", "PR", "SD"),
        ("PR", "CR", "PR"),
        ("CR", "NE", "CR"),
    ],
)
def test_of_two_reports_of_one_day_the_worst_counts(cohort: TinyCohort, one: str, other: str, worst: str) -> None:
    cohort.protocol(response_source="reported")
    for on, responses in ((42, (one, other)), (84, (other, one))):
        for response in responses:
            report(cohort, on, response)
    assert evaluated(cohort, "response") == [(worst,), (worst,)]


@pytest.mark.parametrize("reported_on_row_of", ["R1", "R2"])
def test_where_readers_differ_the_adjudicated_response_is_the_evaluators(
    cohort: TinyCohort, reported_on_row_of: str
) -> None:
    cohort.protocol(response_source="reported", responses_adjudicated=True)
    for reader, response in (("R1", "SD"), ("R2", "PD")):
        adjudicated = {"adjudicated_response": "PD"} if reader == reported_on_row_of else {}
        report(cohort, 42, response, reader, **adjudicated)
    assert evaluated(cohort, "reader, response, decided_by, source_column") == [
        ("R1", "PD", "adjudicated", "adjudicated_response"),
        ("R2", "PD", "reported", "overall_response"),
    ]
    assert cohort.one("select cnsr, adt from analysis.adtte where paramcd = 'PFS'") == (0, day(42))
    responses = (
        "select paramcd, treval, avalc from analysis.adrs where paramcd in ('OVRLRESP', 'RDRRESP') order by 1, 2"
    )
    assert cohort.rows(responses) == [("OVRLRESP", "R1", "PD"), ("OVRLRESP", "R2", "PD"), ("RDRRESP", "R1", "SD")]


def test_adjudication_is_of_derived_responses_too(cohort: TinyCohort) -> None:
    cohort.protocol(responses_adjudicated=True)
    cohort.lesion("L1")
    for reader, later in (("R1", 100), ("R2", 60)):
        cohort.scan(-10, {"L1": 100}, reader=reader)
        cohort.scan(42, {"L1": later}, reader=reader)
        cohort.scan(84, {"L1": later}, reader=reader)
    report(cohort, 42, "SD", adjudicated_response="PR")
    assert evaluated(cohort, "reader, response, decided_by") == [
        ("R1", "PR", "adjudicated"),
        ("R2", "PR", "target"),
        ("R1", "SD", "target"),  # nobody has adjudicated yet: the evaluator's own stands
        ("R2", "PR", "target"),
    ]


@pytest.mark.parametrize(
    ("adjudicates", "second"),
    [
        (True, "SD"),  # the readers agree
        (False, "PD"),  # the protocol names no adjudication
    ],
)
def test_an_adjudicated_response_counts_only_where_it_is_asked_for(
    cohort: TinyCohort, adjudicates: bool, second: str
) -> None:
    cohort.protocol(response_source="reported", responses_adjudicated=adjudicates)
    report(cohort, 42, "SD", adjudicated_response="PR")
    report(cohort, 42, second, "R2")
    assert evaluated(cohort, "response") == [("SD",), (second,)]
