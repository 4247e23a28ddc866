"""Without planted defects an extract breaks no rule of the catalogue: a test a rule, on 200 random patients."""

from collections import Counter
from datetime import date, timedelta
from itertools import combinations, pairwise

import pytest

from studies import Study
from tests.simulate.conftest import by_subject
from tests.simulate.extract_reader import Row, millimetres

Tables = dict[str, list[Row]]
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def starts(clean: Tables) -> dict[str, date]:
    return {row["subject_id"]: row["index_date"] for row in clean["patients"]}


@pytest.fixture(scope="module")
def deaths(clean: Tables) -> dict[str, date]:
    return {row["subject_id"]: row["death_date"] for row in clean["follow_up"] if row["vital_status"] == "DEAD"}


def test_all_patients_are_there(clean: Tables) -> None:
    assert len({row["subject_id"] for row in clean["patients"]}) == 200
    assert {row["arm"] for row in clean["patients"]} == {"TACE", "CONTROL"}
    for column in ("record_id", "name_id", "phone_id"):
        assert len({row[column] for row in clean["patients"]}) == 200


def test_every_date_can_be_read(clean: Tables) -> None:
    may_be_blank = {"death_date", "end_date"}
    for table, rows in clean.items():
        for row in rows:
            dates = {name: value for name, value in row.items() if name.endswith("_date") and name not in may_be_blank}
            assert all(isinstance(value, date) for value in dates.values()), (table, row["row"])


def test_progression_is_not_after_death(clean: Tables, deaths: dict[str, date]) -> None:
    progressions: dict[str, date] = {}
    for row in clean["response_assessments"]:
        if row["overall_response"] == "PD":
            progressions.setdefault(row["subject_id"], row["scan_date"])
    assert len(progressions) > 100
    assert all(progressions[subject] <= died for subject, died in deaths.items())


def test_birth_and_age_agree_and_no_birth_date_is_any_other_date(clean: Tables) -> None:
    others = {
        value
        for rows in clean.values()
        for row in rows
        for name, value in row.items()
        if isinstance(value, date) and name != "birth_year"
    }
    for row in clean["patients"]:
        born, index = row["birth_year"], row["index_date"]
        assert index.year - born.year - ((index.month, index.day) < (born.month, born.day)) == int(row["age_years"])
        assert born not in others
        assert born < row["diagnosis_date"] <= row["consent_date"] <= index


def test_eligibility(clean: Tables, study: Study) -> None:
    window = study.protocol.study.recruitment
    scores = {"A": (5, 6), "B": (7, 8, 9)}
    for row in clean["patients"]:
        assert window.first <= row["index_date"] <= window.last
        assert 18 <= int(row["age_years"]) <= 100
        assert row["ecog"] in ("0", "1", "2")
        assert int(row["child_pugh_score"]) in scores[row["child_pugh_class"]]
        assert (row["prior_therapy"], row["cd117"]) == ("Y", "POSITIVE")


def test_reported_covariates_are_those_of_the_details(clean: Tables, starts: dict[str, date]) -> None:
    lesions, courses = by_subject(clean["lesions"]), by_subject(clean["drug_courses"])
    for row in clean["patients"]:
        at_baseline = [lesion for lesion in lesions[row["subject_id"]] if lesion["lesion_class"] != "NEW"]
        count = sum(lesion["organ"] == "LIVER" for lesion in at_baseline)
        assert row["reported_liver_lesion_group"] == ("1" if count == 1 else "2-5" if count <= 5 else ">5")
        assert row["reported_extrahepatic"] == ("Y" if len(at_baseline) > count else "N")
        again = any(course["start_date"] >= row["index_date"] for course in courses[row["subject_id"]])
        assert row["reported_tki_reintroduction"] == ("Y" if again else "N")


def test_the_dead_have_a_cause_and_the_living_a_recent_contact(clean: Tables, study: Study) -> None:
    for contacts in by_subject(clean["follow_up"]).values():
        *earlier, last = sorted(contacts, key=lambda row: row["contact_date"])
        assert all(row["vital_status"] == "ALIVE" and not row["death_date"] for row in earlier)
        if last["vital_status"] == "DEAD":
            assert last["death_date"] == last["contact_date"]
            assert last["death_cause"]
        else:
            assert last["contact_date"] == study.protocol.study.data_cut


def test_nothing_happens_after_death_or_after_the_data_cut(
    clean: Tables, deaths: dict[str, date], study: Study
) -> None:
    by_record = {row["record_id"]: row["subject_id"] for row in clean["patients"]}
    for table, rows in clean.items():
        for row in rows:
            end = deaths.get(row.get("subject_id") or by_record[row["record_id"]], study.protocol.study.data_cut)
            assert all(value <= end for value in row.values() if isinstance(value, date)), (table, row["row"])


def test_sessions_are_in_order_and_never_shortly_before_death(
    clean: Tables, starts: dict[str, date], deaths: dict[str, date]
) -> None:
    sessions = by_subject(clean["procedures"])
    arms = {row["subject_id"]: row["arm"] for row in clean["patients"]}
    assert set(sessions) == {subject for subject, arm in arms.items() if arm == "TACE"}
    for subject, rows in sessions.items():
        dates = [row["procedure_date"] for row in rows]
        assert [row["session_number"] for row in rows] == [str(number + 1) for number in range(len(rows))]
        assert dates[0] == starts[subject]
        assert all(after - before >= 14 * DAY for before, after in pairwise(dates))
        assert dates[-1] + 30 * DAY < deaths.get(subject, date.max)
        assert all(5 <= float(row["iodised_oil_ml"]) <= 20 for row in rows)
        assert all(40 <= float(row["doxorubicin_mg"]) <= 80 for row in rows)


def test_drug_courses_follow_each_other(clean: Tables, starts: dict[str, date]) -> None:
    reasons = {row["subject_id"]: row["prior_therapy_stop_reason"] for row in clean["patients"]}
    for subject, courses in by_subject(clean["drug_courses"]).items():
        ordered = sorted(courses, key=lambda row: row["start_date"])
        before = [row for row in ordered if row["start_date"] < starts[subject]]
        assert [row["drug"] for row in before] in (["IMATINIB"], ["IMATINIB", "SUNITINIB"])
        assert before[0]["stop_reason"] == reasons[subject]
        assert all(row["end_date"] < starts[subject] for row in before)
        assert all(one["end_date"] < two["start_date"] for one, two in pairwise(ordered))
        doses = {"IMATINIB": "400", "SUNITINIB": "37.5"}
        assert all(row["daily_dose_mg"] == doses[row["drug"]] for row in courses)


def test_targets_are_measurable_at_baseline_and_not_too_many(clean: Tables) -> None:
    first: dict[tuple[str, str, str], Row] = {}
    for row in clean["lesion_measurements"]:
        first.setdefault((row["subject_id"], row["lesion_id"], row["reader"]), row)
    for subject, lesions in by_subject(clean["lesions"]).items():
        targets = Counter(row["organ"] for row in lesions if row["lesion_class"] == "TARGET")
        assert 1 <= sum(targets.values()) <= 5
        assert max(targets.values()) <= 2
        assert "BONE" not in targets
        assert "LIVER" in {row["organ"] for row in lesions}
        assert len({row["lesion_id"] for row in lesions}) == len(lesions)
        for lesion in lesions:
            for reader in ("R1", "R2"):
                row = first[subject, lesion["lesion_id"], reader]
                assert row["scan_date"] == lesion["first_seen_date"]
                long, short = millimetres(row, "diameter"), millimetres(row, "short_axis")
                if lesion["lesion_class"] == "TARGET":
                    assert long is not None
                    assert (short or 0) >= 15 if lesion["organ"] == "LYMPH NODE" else long >= 10
                elif lesion["lesion_class"] == "NON-TARGET" and lesion["organ"] == "LYMPH NODE":
                    assert 10 <= (short or 0) < 15
                if short is not None:
                    assert long is not None
                    assert short <= long


def test_every_baseline_lesion_has_one_row_a_scan_and_reader(clean: Tables) -> None:
    lesions = by_subject(clean["lesions"])
    for subject, rows in by_subject(clean["lesion_measurements"]).items():
        measured = Counter((row["lesion_id"], row["scan_date"], row["reader"]) for row in rows)
        assert set(measured.values()) == {1}
        assert {row["lesion_id"] for row in rows} == {row["lesion_id"] for row in lesions[subject]}
        for lesion in lesions[subject]:
            for on in {row["scan_date"] for row in rows if row["scan_date"] >= lesion["first_seen_date"]}:
                assert measured[lesion["lesion_id"], on, "R1"] == measured[lesion["lesion_id"], on, "R2"] == 1


def test_not_evaluable_has_a_reason(clean: Tables) -> None:
    unseen = [row for row in clean["lesion_measurements"] if row["lesion_status"] == "NOT EVALUABLE"]
    assert unseen
    assert all(row["not_evaluable_reason"] and not row["diameter"] for row in unseen)
    parts = ("target_response", "nontarget_response", "overall_response", "liver_response")
    reported = [row for row in clean["response_assessments"] if "NE" in {row[part] for part in parts}]
    assert reported
    assert all(row["not_evaluable_reason"] for row in reported)


def test_measurements_are_possible(clean: Tables) -> None:
    lesions: dict[tuple[str, str, str], list[Row]] = {}
    for row in clean["lesion_measurements"]:
        if millimetres(row, "diameter"):
            lesions.setdefault((row["subject_id"], row["lesion_id"], row["reader"]), []).append(row)
    for rows in lesions.values():
        sizes = [(row["scan_date"], millimetres(row, "diameter") or 0) for row in rows]
        assert all(5 <= size <= 400 for _, size in sizes)
        assert len({row["modality"] for row in rows}) == 1
        for (day, size), (later, size_later) in pairwise(sizes):
            assert size_later / size < 1.6 or later - day > 14 * DAY
            assert size_later / size < 8


def test_no_reader_copies_three_scans_forward(clean: Tables) -> None:
    for rows in by_subject(clean["lesion_measurements"]).values():
        for reader in ("R1", "R2"):
            vectors: dict[date, list[str]] = {}
            for row in rows:
                if row["reader"] == reader and row["diameter"]:
                    vectors.setdefault(row["scan_date"], []).append(
                        f"{row['lesion_id']} {millimetres(row, 'diameter')} {millimetres(row, 'short_axis')}"
                    )
            in_order = [sorted(vectors[on]) for on in sorted(vectors)]
            assert not any(
                one == two == three for one, two, three in zip(in_order, in_order[1:], in_order[2:], strict=False)
            )


def test_scans_are_on_schedule(clean: Tables, starts: dict[str, date]) -> None:
    arms = {row["subject_id"]: row["arm"] for row in clean["patients"]}
    for subject, rows in by_subject(clean["lesion_measurements"]).items():
        dates = sorted({row["scan_date"] for row in rows})
        assert starts[subject] - 28 * DAY <= dates[0] <= starts[subject] < dates[1]
        longest = max(after - before for before, after in pairwise(dates))
        assert longest <= {"TACE": 49, "CONTROL": 63}[arms[subject]] * DAY


def test_progression_stays_progression(clean: Tables) -> None:
    for rows in by_subject(clean["response_assessments"]).values():
        for reader in ("R1", "R2"):
            responses = [row["overall_response"] for row in rows if row["reader"] == reader]
            if "PD" in responses:
                assert set(responses[responses.index("PD") :]) == {"PD"}


def test_every_way_of_progression_occurs(clean: Tables) -> None:
    found = Counter()
    for row in clean["response_assessments"]:
        found["target"] += row["target_response"] == "PD"
        found["nontarget"] += row["nontarget_response"] == "PD"
        found["new"] += row["new_lesion"] == "Y"
        found["all seen, liver not"] += (row["overall_response"], row["liver_response"]) == ("PD", "NE")
    assert all(found[way] for way in ("target", "nontarget", "new", "all seen, liver not")), found
    assert {"LIVER", "LYMPH NODE"} <= {row["organ"] for row in clean["lesions"]}


def test_adverse_events_have_sound_grades_and_do_not_overlap(
    clean: Tables, starts: dict[str, date], study: Study
) -> None:
    for subject, rows in by_subject(clean["adverse_events"]).items():
        assert len({row["ae_number"] for row in rows}) == len(rows)
        for row in rows:
            assert row["grade"] in ("1", "2", "3")
            assert row["ctcae_version"] == study.protocol.study.ctcae_version
            assert starts[subject] <= row["start_date"] <= row["end_date"]
        for one, two in combinations(sorted(rows, key=lambda row: (row["term"], row["start_date"])), 2):
            assert one["term"] != two["term"] or one["end_date"] < two["start_date"]


def test_laboratory_values_have_units_and_agree_with_the_adverse_events(clean: Tables, starts: dict[str, date]) -> None:
    by_record = {row["record_id"]: row["subject_id"] for row in clean["patients"]}
    spells = by_subject(clean["adverse_events"])
    terms = {"ALT": "ALT INCREASED", "HGB": "ANAEMIA", "ANC": "NEUTROPENIA", "PLT": "THROMBOCYTOPENIA"}
    shown = set()
    baseline = set()
    for row in clean["lab_results"]:
        subject = by_record[row["record_id"]]
        assert row["unit"]
        assert float(row["lower_limit"]) < float(row["upper_limit"])
        baseline |= {subject} if timedelta(0) <= starts[subject] - row["sample_date"] <= 14 * DAY else set()
        if term := terms.get(row["test"]):
            active = [
                spell
                for spell in spells[subject]
                if spell["term"] == term and spell["start_date"] <= row["sample_date"] <= spell["end_date"]
            ]
            assert ctcae_grade(row) == max((int(spell["grade"]) for spell in active), default=0)
            shown |= {(subject, spell["row"]) for spell in active}
    assert baseline == set(starts)
    due = {(subject, row["row"]) for subject, rows in spells.items() for row in rows if row["term"] in terms.values()}
    assert shown == due


def ctcae_grade(row: Row) -> int:
    """CTCAE 3.0 by value: grades 1 to 3 of what the test shows."""
    value, lower, upper = float(row["value"]), float(row["lower_limit"]), float(row["upper_limit"])
    if row["test"] == "ALT":
        return sum(value > times * upper for times in (1, 2.5, 5))
    bounds = {"HGB": (lower, 100, 80), "ANC": (lower, 1.5, 1.0), "PLT": (lower, 75, 50)}[row["test"]]
    return sum(value < bound for bound in bounds)
