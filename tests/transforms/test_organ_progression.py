"""Time to progression of the organ (TTLP): its own progression, with death as a competing event."""

from typing import Any

from tiny_cohort import TinyCohort, day


def row(cohort: TinyCohort, columns: str) -> tuple[Any, ...]:
    return cohort.one(f"select {columns} from analysis.adtte where usubjid = 'STUDY-S1' and paramcd = 'TTLP'")


def test_every_end_of_the_time(cohort: TinyCohort) -> None:
    cohort.protocol(response_source="reported")
    cases: dict[str, tuple[dict[int, str], int | None, tuple[int, int, str | None]]] = {
        # responses of the organ, death: CNSR, day, whether it competes
        "progressed": ({42: "SD", 84: "PD"}, None, (0, 84, None)),
        "progressed, then died": ({42: "SD", 84: "PD"}, 100, (0, 84, None)),
        "progressed on the day of death": ({42: "SD", 84: "PD"}, 84, (0, 84, None)),
        "died without progression": ({42: "SD"}, 100, (6, 100, "Y")),
        "died unassessed": ({}, 100, (6, 100, "Y")),
        "ongoing": ({42: "SD", 84: "SD"}, None, (1, 84, None)),
        "last imaging not evaluable": ({42: "SD", 84: "NE"}, None, (1, 84, None)),  # LPFS ends on day 42
        "never imaged": ({}, None, (2, 0, None)),
    }
    for subject, (organ, death, _) in cases.items():
        cohort.subject(subject)
        cohort.report({}, organ, subject=subject)
        if death is not None:
            cohort.dies(death, subject)
    cohort.derive()
    found = cohort.rows(
        "select substr(usubjid, 7), cnsr, aval - 1, cmpevfl from analysis.adtte where paramcd = 'TTLP'"
        " and usubjid <> 'STUDY-S1'"
    )
    assert {subject: tuple(rest) for subject, *rest in found} == {name: end for name, (_, _, end) in cases.items()}


def test_progression_elsewhere_is_none_of_the_organ(cohort: TinyCohort) -> None:
    cohort.protocol(response_source="reported")
    cohort.report({42: "SD", 84: "PD"}, {42: "SD", 84: "SD", 126: "SD"})
    facts = cohort.derive().facts()["S1"]
    assert {("TTLP", 1, 126), ("LPFS", 1, 126), ("PFS", 0, 84)} <= facts


def test_a_competing_death_says_so_and_names_its_record(cohort: TinyCohort) -> None:
    row_id = cohort.add("follow_up", vital_status="DEAD", death_date=day(100), death_date_precision="D")
    cohort.derive()
    assert row(cohort, "cnsr, evntdesc, cnsdtdsc, cmpevfl, adtf, srcdom, srcvar, srcseq") == (
        6, "Death (competing)", "Date of death", "Y", "D", "follow_up", "death_date", row_id,
    )  # fmt: skip


def test_a_progression_names_the_record_of_the_organ(cohort: TinyCohort) -> None:
    cohort.lesion("L1")
    cohort.lesion("P1", organ="PERITONEUM")
    cohort.scan(-10, {"P1": 50, "L1": 50})
    row_id = cohort.scan(42, {"P1": 50, "L1": 80})["L1"]
    cohort.derive()
    assert row(cohort, "cnsr, adt, evntdesc, srcdom, srcvar, srcseq") == (
        0, day(42), "Disease progression (liver)", "lesion_measurements", "diameter_mm", row_id,
    )  # fmt: skip


def test_censoring_is_at_imaging_of_the_organ(cohort: TinyCohort) -> None:
    cohort.lesion("L1")
    cohort.scan(-10, {"L1": 50})
    row_id = cohort.scan(42, {"L1": "NOT EVALUABLE"})["L1"]
    cohort.derive()
    assert row(cohort, "cnsr, adt, cnsdtdsc, srcseq") == (1, day(42), "Last assessment (liver)", row_id)


def test_a_scan_that_did_not_image_the_organ_does_not_prolong_its_time(cohort: TinyCohort) -> None:
    cohort.lesion("L1")
    cohort.lesion("P1", organ="LUNG")
    cohort.scan(-10, {"L1": 50, "P1": 50})
    cohort.scan(42, {"L1": 50, "P1": 50})
    cohort.scan(84, {"P1": 50})
    cohort.lesion("X1", "NEW", organ="LUNG", seen=126)
    facts = cohort.derive().facts()["S1"]
    assert {("TTLP", 1, 42), ("LTTR", 1, 42), ("LPFS", 1, 42), ("TTR", 1, 126), ("PFS", 0, 126)} <= facts
