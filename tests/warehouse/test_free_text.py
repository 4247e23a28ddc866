"""What people write is shown in pages and workbooks: a long number in it is an identifier until shown otherwise."""

import pytest

from warehouse.free_text import holds_long_number


@pytest.mark.parametrize(
    "text", ["call 18122385545", "tel 181 2238 5545", "MRN450590870001", "id 110101-19900307-1234"]
)
def test_a_record_telephone_or_identity_number_is_seen(text: str) -> None:
    assert holds_long_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "checked against the chart",
        "seen on 2010-03-11 and 11.03.2010",
        "34 mm, was 340",
        "12.5 13.2 14.1 15",
        "query 3 of 1200",
    ],
)
def test_dates_sizes_and_counts_are_no_identifiers(text: str) -> None:
    assert not holds_long_number(text)
