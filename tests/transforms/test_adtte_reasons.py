"""Every row of ADTTE says what happened, where its date comes from, and which record shows it."""

import pytest
from tiny_cohort import TinyCohort, day

CUT = 500
DATES = {
    "lesion_measurements": "scan_date",
    "response_assessments": "scan_date",
    "lesions": "first_seen_date",
    "follow_up": "coalesce(death_date, contact_date)",
}
"""The day that a record shows."""


@pytest.fixture
def everything(cohort: TinyCohort) -> TinyCohort:
    """Subjects with every event and every reason for censoring, from lesions and from a cut on day 500."""
    cohort.protocol(data_cut=day(CUT))
    courses: dict[str, dict[int, int | str]] = {
        "responded and progressed": {42: 60, 84: 60, 126: 100},
        "died": {42: 100},
        "died long after the last scan": {42: 100},
        "ongoing": {42: 100, 450: 100},
        "not evaluable": {42: "NOT EVALUABLE"},
        "treated otherwise": {42: 60, 84: 60, 126: 100},
        "new lesion": {42: 100},
        "died after the cut": {42: 60},
    }
    for subject, scans in courses.items():
        cohort.subject(subject)
        cohort.lesion("L1", subject=subject)
        for on, reading in {-10: 100, **scans}.items():
            cohort.scan(on, {"L1": reading}, subject=subject)
    cohort.dies(60, "died")
    cohort.dies(300, "died long after the last scan")
    cohort.dies(CUT + 1, "died after the cut")
    cohort.new_therapy(100, "treated otherwise")
    cohort.lesion("X1", "NEW", seen=42, subject="new lesion")
    return cohort.derive()


def test_the_reason_is_that_of_the_code(everything: TinyCohort) -> None:
    events = ["Death", "Disease progression", "Disease progression (liver)", "Response"]
    assert everything.rows("select distinct cnsr, evntdesc from analysis.adtte order by all") == [
        *((0, event) for event in events),
        (1, "Ongoing at data cut"),
        (2, "No adequate post-baseline assessment"),
        (3, "New anticancer therapy"),
        (4, "Two or more missed assessments"),
        (5, "Lost to follow-up"),
        (6, "Death (competing)"),
    ]


def test_a_censoring_says_where_its_date_comes_from_and_an_event_does_not(everything: TinyCohort) -> None:
    assert everything.rows(
        "select distinct cnsr, cnsdtdsc from analysis.adtte where cnsr > 0 or cnsdtdsc is not null order by all"
    ) == [
        (1, "Last adequate assessment"),
        (1, "Last adequate assessment (liver)"),
        (1, "Last assessment"),
        (1, "Last assessment (liver)"),
        (1, "Last date known alive"),
        (2, "Start of follow-up"),
        (3, "Last adequate assessment before the new therapy"),
        (4, "Last adequate assessment before the gap"),
        (5, "Last date known alive"),
        (5, "Start of follow-up"),
        (6, "Date of death"),
    ]


def test_the_source_is_a_record_of_the_subject_and_of_the_day(everything: TinyCohort) -> None:
    (unnamed,) = everything.one(
        "select count(*) from analysis.adtte"
        " where srcdom is null or srcvar is null or srcseq is null or srcfile is null or srcrow is null"
    )
    assert unnamed == 0
    domains = {domain for (domain,) in everything.rows("select distinct srcdom from analysis.adtte")}
    assert domains == {"patients", "lesion_measurements", "lesions", "follow_up"}
    for domain in sorted(domains):
        records = f"clean.{domain}"
        shown = DATES.get(domain, "adt")  # the row of `patients` stands for the start
        wrong = everything.rows(
            f"""
            select adtte.usubjid, adtte.paramcd from analysis.adtte as adtte left join {records} as records
            on records.row_id = adtte.srcseq and adtte.usubjid = 'STUDY-' || records.subject_id
                and records.source_file = adtte.srcfile and records.source_row = adtte.srcrow
            where adtte.srcdom = '{domain}' and coalesce(adtte.adt <> least({shown}, date '{day(CUT)}'), true)
            """
        )
        assert wrong == []
        for (column,) in everything.rows(f"select distinct srcvar from analysis.adtte where srcdom = '{domain}'"):
            everything.rows(f"select {column} from {records}")  # the column is there
