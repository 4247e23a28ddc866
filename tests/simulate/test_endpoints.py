"""The calibrated endpoints follow, patient by patient, from the files that were written."""

import csv
from datetime import timedelta

import pytest

from simulate.recist import Report, best_response, first_progression, last_adequate
from studies import Study
from tests.simulate.conftest import by_subject
from tests.simulate.extract_reader import Row, read_table, responses

Reports = dict[str, list[tuple[int, Report]]]
"""For each subject, (study day, report)."""


@pytest.fixture(scope="module")
def tables(study: Study) -> dict[str, list[Row]]:
    return {table: read_table(study.extracts_dir, table, study) for table in study.mapping.tables}


@pytest.fixture(scope="module")
def cohort(study: Study) -> dict[str, dict[str, str]]:
    with (study.directory / "calibrated_cohort.csv").open(encoding="utf-8", newline="") as file:
        return {f"P{int(row['patient_id']):03d}": row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def reports(tables: dict[str, list[Row]]) -> Reports:
    """The reports that follow from the measurements of R1, whose rows hold no planted defect."""
    lesions, measurements = by_subject(tables["lesions"]), by_subject(tables["lesion_measurements"])
    starts = {row["subject_id"]: row["index_date"] for row in tables["patients"]}
    return {
        subject: responses(lesions[subject], [row for row in measurements[subject] if row["reader"] == "R1"], start)
        for subject, start in starts.items()
    }


SUBJECTS = [f"P{number:03d}" for number in range(1, 61)]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_responses_of_the_first_reader(
    subject: str,
    reports: Reports,
    tables: dict[str, list[Row]],
    cohort: dict[str, dict[str, str]],
) -> None:
    patient = cohort[subject]
    died = patient["os_days"] if patient["os_event"] == "1" else None
    assessed = reports[subject]
    overall = [(day, report.overall) for day, report in assessed]
    liver = [(day, report.liver) for day, report in assessed]

    assert time_to_event(overall, died) == (int(patient["pfs_days"]), patient["pfs_event"] == "1")
    assert best_response(overall) == patient["best_overall_response"]
    if patient["liver_pfs_days"]:
        assert time_to_event(liver, died) == (int(patient["liver_pfs_days"]), patient["liver_pfs_event"] == "1")
        assert best_response(liver) == patient["best_liver_response"]
    else:
        days, _ = time_to_event(liver, died)
        assert int(patient["pfs_days"]) <= days <= int(patient["os_days"])


def time_to_event(assessed: list[tuple[int, str]], died: str | None) -> tuple[int, bool]:
    """Days to the earlier of progression and death, or to the last adequate assessment."""
    events = [day for day in (first_progression(assessed), int(died) if died else None) if day is not None]
    return (min(events), True) if events else (last_adequate(assessed) or 1, False)


def test_survival_follows_from_the_contacts(
    tables: dict[str, list[Row]], cohort: dict[str, dict[str, str]], study: Study
) -> None:
    contacts = by_subject(tables["follow_up"])
    for patient in tables["patients"]:
        subject, expected = patient["subject_id"], cohort[patient["subject_id"]]
        last = max(contacts[subject], key=lambda row: row["contact_date"])
        assert (last["contact_date"] - patient["index_date"]).days + 1 == int(expected["os_days"])
        assert (last["vital_status"] == "DEAD") == (expected["os_event"] == "1")
        if last["vital_status"] == "DEAD":
            assert last["death_date"] == last["contact_date"]
            assert last["death_cause"]
        else:
            # The file's days of the censored end one day before the data cut when counted as AVAL.
            assert study.protocol.study.data_cut - last["contact_date"] == timedelta(days=1)


def test_what_is_reported_is_what_the_measurements_of_the_first_reader_give(
    reports: Reports, tables: dict[str, list[Row]]
) -> None:
    starts = {row["subject_id"]: row["index_date"] for row in tables["patients"]}
    for row in tables["response_assessments"]:
        if row["reader"] == "R1":
            day = (row["scan_date"] - starts[row["subject_id"]]).days + 1
            report = dict(reports[row["subject_id"]])[day]
            reported = (row["sum_mm"], row["target_response"], row["nontarget_response"], row["new_lesion"])
            assert reported == (
                "" if report.sum_mm is None else str(report.sum_mm),
                report.target or "",
                report.nontarget or "",
                "Y" if report.new_lesion else "N",
            )
            assert (row["overall_response"], row["liver_response"]) == (report.overall, report.liver)


def test_both_readers_report_the_same_overall_response(tables: dict[str, list[Row]], study: Study) -> None:
    planted = {
        int(row["row"])
        for row in csv.DictReader((study.directory / "defects.csv").open(encoding="utf-8", newline=""))
        if row["table"] == "response_assessments"
    }
    reported = {
        (row["subject_id"], row["scan_date"], row["reader"]): (row["overall_response"], row["liver_response"])
        for row in tables["response_assessments"]
        if row["row"] not in planted
    }
    for (subject, on, reader), response in reported.items():
        assert reported.get((subject, on, "R2" if reader == "R1" else "R1"), response) == response


def test_covariates_are_those_of_the_cohort(tables: dict[str, list[Row]], cohort: dict[str, dict[str, str]]) -> None:
    sessions, courses = by_subject(tables["procedures"]), by_subject(tables["drug_courses"])
    lesions = by_subject(tables["lesions"])
    groups = {"1": range(1, 2), "2-5": range(2, 6), ">5": range(6, 100)}
    extents = {"<=50": range(0, 51), "50-70": range(51, 71), ">70": range(71, 101), "": range(0, 101)}
    for patient in tables["patients"]:
        subject, expected = patient["subject_id"], cohort[patient["subject_id"]]
        start = patient["index_date"]
        assert patient["arm"] == expected["arm"].upper()
        assert (patient["sex"], patient["age_years"]) == (expected["sex"], expected["age"])
        assert patient["ecog"] in ("0", "1") if expected["ecog_group"] == "0-1" else patient["ecog"] == "2"
        assert int(patient["liver_involvement_pct"]) in extents[expected["liver_extent_pct"]]
        assert len(sessions[subject]) == int(expected["tace_sessions"])
        at_baseline = [row for row in lesions[subject] if row["lesion_class"] != "NEW"]
        assert sum(row["organ"] == "LIVER" for row in at_baseline) in groups[expected["n_liver_lesions_group"]]
        assert any(row["organ"] != "LIVER" for row in at_baseline) == (expected["extrahepatic_mets"] == "Y")
        before = {row["drug"] for row in courses[subject] if row["start_date"] < start}
        assert ("SUNITINIB" in before) == (expected["second_line_before"] == "Y")
        again = [row for row in courses[subject] if row["start_date"] >= start]
        assert bool(again) == (expected["tki_reintroduction"] == "Y")
        assert all(row["drug"] == expected["tki_drug"].split()[0].upper() for row in again)
        if again and expected["arm"] == "TACE":
            assert again[0]["start_date"] == start + timedelta(days=14)


def test_worst_grades_are_those_of_the_cohort(
    tables: dict[str, list[Row]], cohort: dict[str, dict[str, str]], study: Study
) -> None:
    terms = [term.term for term in study.protocol.ae_terms]
    for subject, expected in cohort.items():
        grades = [int(expected[name]) for name in expected if name.startswith("ae_")]
        for term, grade in zip(terms, grades, strict=True):
            reported = [
                int(row["grade"])
                for row in tables["adverse_events"]
                if row["subject_id"] == subject and row["term"] == term and int(row["grade"]) <= 5
            ]
            assert max(reported, default=0) == grade
