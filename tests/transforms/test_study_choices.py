"""What a protocol chooses, and what it may leave out. The control S1 has index date day 0."""

from tiny_cohort import TinyCohort, day


def starts(cohort: TinyCohort) -> list[tuple[object, ...]]:
    return cohort.derive().rows("select usubjid, startdt from recist.subjects order by usubjid")


def paramcds(cohort: TinyCohort) -> set[str]:
    cohort.derive()
    return {
        name for (name,) in cohort.rows("select paramcd from analysis.adrs union select paramcd from analysis.adtte")
    }


def start_with_treatment(cohort: TinyCohort) -> None:
    cohort.connection.execute("update study.arms set start_from = 'first_treatment'")


def test_the_clock_may_start_with_the_first_treatment(cohort: TinyCohort) -> None:
    """Randomised on day 0, first dose on day 3, a procedure on day 5: the clock starts on day 3."""
    start_with_treatment(cohort)
    cohort.add("drug_courses", start_date=day(10))
    cohort.add("drug_courses", start_date=day(3))
    cohort.add("procedures", procedure_date=day(5))
    assert starts(cohort) == [("STUDY-S1", day(3))]


def test_who_was_never_treated_has_no_such_start(cohort: TinyCohort) -> None:
    start_with_treatment(cohort)
    assert starts(cohort) == []


def test_a_subject_of_no_arm_is_no_subject(cohort: TinyCohort) -> None:
    """The arm of a screen failure is none of the protocol's."""
    cohort.subject("S2", arm="SCREEN FAILURE")
    assert starts(cohort) == [("STUDY-S1", day(0))]


def test_a_subject_number_that_is_unique_stays_as_it_is(cohort: TinyCohort) -> None:
    cohort.protocol(usubjid_prefix="")
    cohort.subject("01-701-1015")
    assert starts(cohort)[0] == ("01-701-1015", day(0))


def test_without_an_organ_there_are_responses_of_all_lesions_alone(cohort: TinyCohort) -> None:
    cohort.protocol(response_source="reported", response_organ=None)
    cohort.report({42: "PR", 84: "PD"})
    made = paramcds(cohort)
    assert {"BOR", "CBOR", "PD", "PFS", "RSD"} <= made
    assert not {"LBOR", "LVRRESP", "LPFS", "TTLP", "LTTR"} & made
    assert cohort.one("select nliver from analysis.adsl") == (None,)


def test_without_a_day_there_is_no_disease_control_at_it(cohort: TinyCohort) -> None:
    cohort.protocol(response_source="reported", disease_control_day=None)
    cohort.report({42: "PR"})
    assert not {"DCDAY", "LDCDAY"} & paramcds(cohort)


def test_a_covariate_that_is_none_of_the_study_is_not_filled_in(cohort: TinyCohort) -> None:
    cohort.connection.execute("delete from study.levels")
    cohort.add("drug_courses", drug="SUNITINIB", start_date=day(-10))
    cohort.derive()
    assert cohort.one("select extrahep, line2pr, tkire, tkidrug from analysis.adsl") == (None, None, None, None)


def test_procedures_are_counted_where_an_arm_has_them(cohort: TinyCohort) -> None:
    """A control of a study with procedures had none of them; in a study without, nobody counted."""
    assert cohort.derive().one("select nproc from analysis.adsl") == (0,)
    cohort.connection.execute("update study.arms set procedures_expected = false")
    assert cohort.derive().one("select nproc from analysis.adsl") == (None,)
