"""A rule asked of one row: blanks beside values, bounds, and dates that another rule already doubts."""

import pytest
from cases_rows import CASES, RowCase
from row_frames import CHECKS, failing, row_frame


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.check} {case.why}")
def test_a_rule_judges_a_row(case: RowCase) -> None:
    assert failing(row_frame(case), CHECKS[case.check].condition) == case.breaks


def test_a_row_holds_just_what_the_rule_reads() -> None:
    for case in CASES:
        assert case.row.keys() == set(CHECKS[case.check].condition.meta.root_names()), case
