"""How a subject's path is explained: which rule made each response, best response and time to event."""

import duckdb
import pytest
from tiny_cohort import DATA_CUT, TinyCohort, day

import transforms

BASELINE = {"L1": 50}
SIGHT_ONLY = {
    "clean.lesion_measurements": ("diameter_unit_text", "lesion_status_text"),
    "clean.drug_courses": ("drug_text",),
    "study.arms": ("label",),
}
"""Columns that the derivation does not read and an explanation shows."""


@pytest.fixture(autouse=True)
def _with_what_is_shown(cohort: TinyCohort) -> None:
    for table, columns in SIGHT_ONLY.items():
        for column in columns:
            cohort.connection.execute(f"alter table {table} add column {column} varchar")
    cohort.connection.execute("create schema quality")
    cohort.connection.execute(
        "create table quality.findings (rule_id varchar, title varchar, severity varchar, sentence varchar,"
        " endpoints varchar, is_waived boolean, relation varchar, query_id varchar, column_name varchar,"
        " table_name varchar, row_id bigint, subject_id varchar, source_file varchar, source_row bigint)"
    )
    cohort.connection.execute(
        "create table quality.quarantine (table_name varchar, row_id bigint, rule_id varchar, scope varchar)"
    )


def explained(cohort: TinyCohort, received: str = "select * from clean.patients") -> TinyCohort:
    """The models of explain over the derived cohort; ``received`` is what the patients file held."""
    cohort.derive()
    cohort.connection.execute("create schema typed")
    cohort.connection.execute(f"create table typed.patients as {received}")
    transforms.run(cohort.connection, "explain")
    return cohort


def assessment_of_day(cohort: TinyCohort, number: int, columns: str, scope: str = "ALL") -> tuple[object, ...]:
    return cohort.one(
        f"select {columns} from explain.assessments"
        f" where reader = 'R1' and scope = '{scope}' and scan_date = date '{day(number)}'"
    )


def end_of(cohort: TinyCohort, paramcd: str) -> tuple[object, ...]:
    """The rule of an endpoint and the day, counted from the start, on which its time ends."""
    rule, adt = cohort.one(f"select rule, adt from explain.endpoints where paramcd = '{paramcd}'")
    return rule, (adt - day(0)).days


def best(cohort: TinyCohort, paramcd: str) -> tuple[object, ...]:
    return cohort.one(f"select best_response, rule from explain.best_responses where paramcd = '{paramcd}'")


# --- the target response


@pytest.mark.parametrize(
    ("sizes", "response", "rule"),
    [
        ((50, 60), "PD", "GROWN"),  # 20 % and 10 mm above the nadir of 50
        ((50, 59.9), "SD", "BETWEEN"),  # 19.8 %
        ((50, 35), "PR", "SHRUNK"),  # 30 % below the baseline
        ((50, 0), "CR", "ALL GONE"),
        ((50, 0, 7), "PD", "BACK FROM ZERO"),  # no percentage of a nadir of 0
        ((50, "NOT EVALUABLE"), "NE", "NOT ALL MEASURED"),
        (("NOT EVALUABLE", 50), "NE", "NO BASELINE"),
    ],
)
def test_the_rule_of_a_target_response(cohort: TinyCohort, sizes: tuple[object, ...], response: str, rule: str) -> None:
    cohort.lesion("L1")
    for place, size in enumerate(sizes):
        cohort.scan(-5 if place == 0 else 42 * place, {"L1": size})
    explained(cohort)
    last = 42 * (len(sizes) - 1)
    assert assessment_of_day(cohort, last, "target_response, target_rule") == (response, rule)


def test_what_was_measured_may_prove_growth_alone(cohort: TinyCohort) -> None:
    cohort.lesion("L1")
    cohort.lesion("L2")
    cohort.scan(-5, {"L1": 20, "L2": 20})
    cohort.scan(42, {"L1": 60, "L2": "NOT EVALUABLE"})
    explained(cohort)
    columns = "target_rule, targets_measured, targets, sum_mm, nadir_mm, nadir_change_mm"
    assert assessment_of_day(cohort, 42, columns) == ("GROWN IN PART", 1, 2, 60, 40, 20)


def test_the_changes_stand_beside_the_sum_they_are_of(cohort: TinyCohort) -> None:
    cohort.lesion("L1")
    for on, size in ((-5, 50), (42, 40), (84, 44)):
        cohort.scan(on, {"L1": size})
    explained(cohort)
    columns = "ady, sum_mm, baseline_mm, nadir_mm, change_mm, change_pct, nadir_change_mm, nadir_change_pct"
    assert assessment_of_day(cohort, 84, columns) == (85, 44, 50, 40, -6, -12, 4, 10)
    assert assessment_of_day(cohort, -5, "ady, is_baseline, change_pct, response") == (-5, True, None, None)


# --- the overall response


@pytest.mark.parametrize(
    ("lesions", "readings", "response", "rule"),
    [
        ({"L1": "TARGET"}, {"L1": 60}, "PD", "TARGET PD"),
        ({"L1": "TARGET", "N1": "NON-TARGET"}, {"L1": 50, "N1": "PROGRESSION"}, "PD", "NONTARGET PD"),
        ({"L1": "TARGET", "N1": "NON-TARGET"}, {"L1": 0, "N1": "PRESENT"}, "PR", "NONTARGET REMAINS"),
        ({"L1": "TARGET", "N1": "NON-TARGET"}, {"L1": 0, "N1": "ABSENT"}, "CR", "AS TARGET"),
        ({"N1": "NON-TARGET"}, {"N1": "PRESENT"}, "NON-CR/NON-PD", "AS NONTARGET"),
    ],
)
def test_the_rule_of_an_overall_response(
    cohort: TinyCohort, lesions: dict[str, str], readings: dict[str, object], response: str, rule: str
) -> None:
    for lesion_id, lesion_class in lesions.items():
        cohort.lesion(lesion_id, lesion_class)
    cohort.scan(-5, {name: 50 if kind == "TARGET" else "PRESENT" for name, kind in lesions.items()})
    cohort.scan(42, readings)
    explained(cohort)
    assert assessment_of_day(cohort, 42, "response, response_rule") == (response, rule)


def test_a_new_lesion_is_progression_and_names_its_own_row(cohort: TinyCohort) -> None:
    cohort.lesion("L1")
    cohort.scan(-5, BASELINE)
    cohort.scan(42, BASELINE)
    cohort.lesion("X1", "NEW", organ="LUNG", seen=42)
    explained(cohort)
    columns = "response, response_rule, source_file, source_row"
    assert assessment_of_day(cohort, 42, columns) == ("PD", "NEW LESION", "lesions.csv", 3)
    assert assessment_of_day(cohort, 42, "response, response_rule", scope="ORGAN") == ("SD", "AS TARGET")


def test_where_the_organ_has_no_lesion_there_is_nothing_to_respond(cohort: TinyCohort) -> None:
    cohort.lesion("L1", organ="LUNG")
    cohort.scan(-5, BASELINE)
    cohort.scan(42, BASELINE)
    explained(cohort)
    assert assessment_of_day(cohort, 42, "response, response_rule", scope="ORGAN") == ("NE", "NO LESION")


def test_an_adjudicated_response_shows_what_the_reader_had(cohort: TinyCohort) -> None:
    cohort.protocol(responses_adjudicated=True)
    cohort.lesion("L1")
    for reader, size in (("R1", 50), ("R2", 60)):
        cohort.scan(-5, BASELINE, reader)
        cohort.scan(42, {"L1": size}, reader)
    cohort.add("response_assessments", scan_date=day(42), reader="R2", adjudicated_response="PD")
    explained(cohort)
    assert assessment_of_day(cohort, 42, "response, response_rule, own_response") == ("PD", "ADJUDICATED", "SD")


def test_where_the_protocol_takes_what_is_reported_the_rule_says_so(cohort: TinyCohort) -> None:
    cohort.protocol(response_source="reported")
    cohort.add("response_assessments", scan_date=day(42), reader="R1", overall_response="PR", liver_response="SD")
    explained(cohort)
    columns = "response, response_rule, reported_response, source_file, source_row"
    assert assessment_of_day(cohort, 42, columns) == ("PR", "REPORTED", "PR", "response_assessments.csv", 2)
    assert assessment_of_day(cohort, 42, "response, reported_response", scope="ORGAN") == ("SD", "SD")


def test_what_counts_for_nothing_more_says_why(cohort: TinyCohort) -> None:
    cohort.lesion("L1")
    for on, size in ((-5, 50), (42, 50), (84, 50), (126, 70), (168, 70)):
        cohort.scan(on, {"L1": size})
    cohort.add("drug_courses", drug="OTHER", start_date=day(84))
    explained(cohort)
    considered = [assessment_of_day(cohort, on, "considered_rule")[0] for on in (-5, 42, 84, 126, 168)]
    assert considered == [None, "COUNTS", "AFTER NEW THERAPY", "AFTER NEW THERAPY", "AFTER PROGRESSION"]


# --- the readings


def test_how_a_reading_counts(cohort: TinyCohort) -> None:
    for lesion_id in ("L1", "L2", "L3"):
        cohort.lesion(lesion_id)
    cohort.lesion("K1", organ="LYMPH NODE")
    cohort.lesion("N1", "NON-TARGET")
    cohort.scan(-5, {"L1": 12, "L2": 3, "L3": 0, "K1": 9, "N1": "PRESENT"})
    explained(cohort)
    found = cohort.rows("select lesion_id, size_mm, reading_rule, is_used from explain.readings order by lesion_id")
    assert found == [
        ("K1", 9, "NORMAL NODE", True),  # below 10 mm in its short axis
        ("L1", 12, "AS MEASURED", True),
        ("L2", 5, "TOO SMALL", True),  # RECIST 1.1: seen, too small to measure, counts as 5 mm
        ("L3", 0, "GONE", True),
        ("N1", None, "STATUS", True),
    ]


# --- the best response


@pytest.mark.parametrize(
    ("sizes", "unconfirmed", "confirmed"),
    [
        ({42: 35, 84: 35}, ("PR", "BEST"), ("PR", "CONFIRMED")),
        ({42: 35, 60: 50}, ("PR", "BEST"), ("SD", "NOT CONFIRMED")),
        ({41: 50}, ("NE", "TOO EARLY"), ("NE", "TOO EARLY")),  # SD counts from day 42 on
        ({41: 50, 84: 70}, ("PD", "TOO EARLY"), ("PD", "TOO EARLY")),
        ({42: 50}, ("SD", "BEST"), ("SD", "BEST")),
        ({42: "NOT EVALUABLE"}, ("NE", "NONE EVALUABLE"), ("NE", "NONE EVALUABLE")),
        ({}, ("MISSING", "NO ASSESSMENT"), ("MISSING", "NO ASSESSMENT")),
    ],
)
def test_the_rule_of_a_best_response(
    cohort: TinyCohort, sizes: dict[int, object], unconfirmed: tuple[str, str], confirmed: tuple[str, str]
) -> None:
    cohort.lesion("L1")
    cohort.scan(-5, BASELINE)
    for on, size in sizes.items():
        cohort.scan(on, {"L1": size})
    explained(cohort)
    assert best(cohort, "BOR") == unconfirmed
    assert best(cohort, "CBOR") == confirmed


def test_assessments_that_all_follow_a_new_therapy_make_no_best_response(cohort: TinyCohort) -> None:
    cohort.lesion("L1")
    cohort.scan(-5, BASELINE)
    cohort.scan(42, {"L1": 35})
    cohort.add("drug_courses", drug="OTHER", start_date=day(20))
    explained(cohort)
    assert best(cohort, "BOR") == ("MISSING", "NONE CONSIDERED")


# --- the times to event


def scanned(cohort: TinyCohort, sizes: dict[int, object]) -> None:
    cohort.lesion("L1")
    cohort.scan(-5, BASELINE)
    for on, size in sizes.items():
        cohort.scan(on, {"L1": size})


def died(cohort: TinyCohort, on: int) -> None:
    cohort.add("follow_up", contact_date=day(on), vital_status="DEAD", death_date=day(on))


def test_progression_before_death(cohort: TinyCohort) -> None:
    scanned(cohort, {42: 60})
    died(cohort, 100)
    explained(cohort)
    assert end_of(cohort, "PFS") == ("PROGRESSION", 42)
    assert end_of(cohort, "OS") == ("DEATH", 100)
    assert cohort.one("select progression_by, death_date from explain.endpoints where paramcd = 'PFS'") == (
        "target",
        day(100),
    )


def test_death_without_progression(cohort: TinyCohort) -> None:
    scanned(cohort, {42: 50})
    died(cohort, 100)
    explained(cohort)
    assert end_of(cohort, "PFS") == ("DEATH", 100)
    assert end_of(cohort, "TTLP") == ("COMPETING DEATH", 100)


def test_without_an_event_the_last_assessment_that_could_be_evaluated(cohort: TinyCohort) -> None:
    scanned(cohort, {42: 50, 84: "NOT EVALUABLE"})
    explained(cohort)
    assert end_of(cohort, "PFS") == ("LAST ADEQUATE", 42)
    assert end_of(cohort, "TTLP") == ("LAST ASSESSMENT", 84)
    assert end_of(cohort, "TTR") == ("LAST ASSESSMENT", 84)
    assert cohort.one("select not_evaluable_count from explain.endpoints where paramcd = 'PFS'") == (1,)


def test_without_any_assessment_the_start(cohort: TinyCohort) -> None:
    explained(cohort)
    assert end_of(cohort, "PFS") == ("NO ADEQUATE", 0)
    assert end_of(cohort, "TTLP") == ("NO ASSESSMENT", 0)
    assert end_of(cohort, "OS") == ("NOT HEARD OF", 0)


def test_the_first_response_and_how_long_it_lasts(cohort: TinyCohort) -> None:
    scanned(cohort, {42: 35, 84: 60})
    explained(cohort)
    assert end_of(cohort, "TTR") == ("RESPONSE", 42)
    assert end_of(cohort, "RSD") == ("PROGRESSION", 84)


def test_what_follows_a_new_therapy_is_not_seen(cohort: TinyCohort) -> None:
    scanned(cohort, {42: 50, 84: 70})
    cohort.add("drug_courses", drug="OTHER", start_date=day(60))
    explained(cohort)
    assert end_of(cohort, "PFSNACT") == ("NEW THERAPY", 42)
    assert end_of(cohort, "PFS") == ("PROGRESSION", 84)


def test_a_new_therapy_before_the_first_assessment(cohort: TinyCohort) -> None:
    scanned(cohort, {42: 50})
    cohort.add("drug_courses", drug="OTHER", start_date=day(20))
    explained(cohort)
    assert end_of(cohort, "PFSNACT") == ("NONE BEFORE THERAPY", 0)


def test_an_event_after_missed_assessments(cohort: TinyCohort) -> None:
    """Scans are due every 42 to 56 days, with 7 of tolerance: more than 2 x 56 + 2 x 7 = 126 days are a gap."""
    scanned(cohort, {42: 50, 169: 70})
    explained(cohort)
    assert end_of(cohort, "PFSFDA") == ("GAP", 42)
    assert cohort.one("select gap_days, gap_limit_days from explain.endpoints where paramcd = 'PFSFDA'") == (127, 126)


def test_an_event_without_any_assessment_before_it(cohort: TinyCohort) -> None:
    scanned(cohort, {127: 70})
    explained(cohort)
    assert end_of(cohort, "PFSFDA") == ("GAP FROM THE START", 0)


@pytest.mark.parametrize(
    ("last_contact", "rule", "ends"),
    [(DATA_CUT, "ALIVE", (DATA_CUT - day(0)).days), (day(100), "LOST", 100)],
)
def test_overall_survival_without_a_death(cohort: TinyCohort, last_contact: object, rule: str, ends: int) -> None:
    cohort.add("follow_up", contact_date=last_contact, vital_status="ALIVE")
    explained(cohort)
    assert end_of(cohort, "OS") == (rule, ends)


def test_a_death_after_the_cut_shows_that_the_subject_was_alive_at_it(cohort: TinyCohort) -> None:
    died(cohort, (DATA_CUT - day(0)).days + 1)
    explained(cohort)
    assert end_of(cohort, "OS") == ("DIED LATER", (DATA_CUT - day(0)).days)
    assert cohort.rows("select kind from explain.course order by kind") == [("LAST ALIVE",), ("START",)]


# --- the subject, the course, the findings


def test_every_subject_of_the_patients_file_has_a_status(cohort: TinyCohort) -> None:
    cohort.subject("S2", index_date=None)
    cohort.subject("S3", index_date=DATA_CUT.replace(year=DATA_CUT.year + 1))
    cohort.subject("S4", arm=None)
    set_aside = "select * replace ('S5' as subject_id, 99 as row_id) from clean.patients where subject_id = 'S1'"
    explained(cohort, f"select * from clean.patients union all {set_aside}")
    assert cohort.rows("select subject_id, status from explain.subjects order by subject_id") == [
        ("S1", "IN THE CUT"),
        ("S2", "NO START"),
        ("S3", "AFTER THE CUT"),
        ("S4", "NO ARM"),
        ("S5", "SET ASIDE"),
    ]


def test_the_start_names_the_row_that_has_it(cohort: TinyCohort) -> None:
    cohort.subject("S2", arm="TREATED", index_date=day(-3))
    cohort.add("procedures", "S2", session_number=1, procedure_date=day(3))
    explained(cohort)
    columns = "startdt, start_event, start_file, start_row"
    assert cohort.rows(f"select {columns} from explain.subjects order by subject_id") == [
        (day(0), "index_date", "patients.csv", 2),
        (day(3), "first_procedure", "procedures.csv", 2),
    ]


def test_a_start_at_the_first_treatment_is_that_of_the_earlier_record(cohort: TinyCohort) -> None:
    cohort.connection.execute("update study.arms set start_from = 'first_treatment'")
    cohort.add("procedures", session_number=1, procedure_date=day(7))
    cohort.add("drug_courses", drug="IMATINIB", start_date=day(5))
    explained(cohort)
    assert cohort.rows("select start_event, start_table, start_row from explain.subjects") == [
        ("first_treatment", "drug_courses", 2)
    ]


def test_the_course_names_what_happened_and_from_which_line(cohort: TinyCohort) -> None:
    cohort.add("drug_courses", drug="IMATINIB", start_date=day(-100), end_date=day(-10))
    cohort.add("drug_courses", drug="OTHER", drug_text="a trial drug", start_date=day(30), end_date=day(5000))
    died(cohort, 50)
    explained(cohort)
    found = cohort.rows(
        "select kind, ady, detail, end_date, source_file, source_row from explain.course order by start_date, kind"
    )
    assert found == [
        ("DRUG", -100, "IMATINIB", day(-10), "drug_courses.csv", 2),
        ("START", 1, "index_date", None, "patients.csv", 2),
        ("DRUG", 31, "a trial drug", None, "drug_courses.csv", 3),  # what ends after the cut goes on at it
        ("LAST ALIVE", 31, "start_date", None, "drug_courses.csv", 3),
        ("NEW THERAPY", 31, None, None, None, None),
        ("DEATH", 51, None, None, "follow_up.csv", 2),
    ]


def test_a_finding_says_what_became_of_its_record(cohort: TinyCohort) -> None:
    for row_id, scope, waived in (
        (1, "subject", False),
        (2, "row", False),
        (3, "cell", False),
        (4, None, True),
        (5, None, False),
    ):
        cohort.connection.execute(
            "insert into quality.findings (rule_id, subject_id, table_name, row_id, is_waived) values"
            " ('TR01', 'S1', 'lesion_measurements', ?, ?)",
            [row_id, waived],
        )
        if scope:
            cohort.connection.execute(
                "insert into quality.quarantine values ('lesion_measurements', ?, 'TR01', ?)", [row_id, scope]
            )
    explained(cohort)
    assert cohort.rows("select effect from explain.findings order by source_row_id") == [
        ("SUBJECT SET ASIDE",), ("ROW SET ASIDE",), ("CELL SET ASIDE",), ("WAIVED",), ("KEPT",),
    ]  # fmt: skip


def test_permuted_subjects_explain_alike(connection: duckdb.DuckDBPyConnection, cohort: TinyCohort) -> None:
    """Sets, never a loop over patients: what is said of a subject does not depend on who else is there."""
    scanned(cohort, {42: 50})
    alone = explained(cohort).rows("select * from explain.endpoints where subject_id = 'S1' order by paramcd")
    connection.execute("drop schema typed cascade")
    cohort.subject("S0")
    cohort.lesion("L1", subject="S0")
    cohort.scan(-5, {"L1": 20}, subject="S0")
    assert explained(cohort).rows("select * from explain.endpoints where subject_id = 'S1' order by paramcd") == alone
