"""When a covariate that is known only after the start takes which level."""

import pytest
from tiny_cohort import TinyCohort, day


def changes(cohort: TinyCohort, covariate: str) -> list[tuple[str, int]]:
    cohort.derive()
    return cohort.rows(
        "select level, startdy from analysis.covariate_changes"
        f" where usubjid = 'STUDY-S1' and covariate = '{covariate}' order by startdy"
    )


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([], []),
        ([0], [("1", 1)]),
        ([0, 49, 98], [("1", 1), (">1", 50)]),  # the third changes no level
        ([0, 0], [(">1", 1)]),  # two on one day
        ([-20, 30], [("1", 1), (">1", 31)]),  # one before the start is known at the start
        ([0, 1000], [("1", 1)]),  # after the cut
    ],
)
def test_a_level_of_the_number_of_procedures_holds_from_the_day_it_is_reached(
    cohort: TinyCohort, days: list[int], expected: list[tuple[str, int]]
) -> None:
    cohort.levels("nprocgr1", ("1", 1, 1), (">1", 2, 999))
    for on in days:
        cohort.add("procedures", procedure_date=day(on))
    assert changes(cohort, "nprocgr1") == expected


@pytest.mark.parametrize(
    ("last_scan", "size", "expected"),
    [
        (60, 150, [("N", 61)]),  # known on the day of the progression
        (120, 150, [("Y", 91)]),  # known on day 91, not on day 121
        (120, 100, [("Y", 91)]),
        (60, 100, []),  # censored before day 91: never known
    ],
)
def test_disease_control_is_known_at_the_progression_or_on_the_day_of_the_protocol(
    cohort: TinyCohort, last_scan: int, size: int, expected: list[tuple[str, int]]
) -> None:
    cohort.lesion("L1")
    cohort.scan(-10, {"L1": 100})
    cohort.scan(last_scan, {"L1": size})
    assert changes(cohort, "dcr3mfl") == expected


def test_the_last_level_is_that_of_adsl(cohort: TinyCohort) -> None:
    """Told from the dates and told from the counts, it must be the same level."""
    cohort.levels("nprocgr1", ("1", 1, 1), ("2-3", 2, 3), (">3", 4, 999))
    cohort.lesion("L1")
    cohort.scan(-10, {"L1": 100})
    cohort.scan(150, {"L1": 100})
    for on in (0, 40, 80, 80, 200):
        cohort.add("procedures", procedure_date=day(on))
    last = [changes(cohort, name)[-1][0] for name in ("nprocgr1", "dcr3mfl")]
    assert cohort.one("select nprocgr1, dcr3mfl from analysis.adsl") == tuple(last) == (">3", "Y")
