"""A pseudonym is the same for the same person and key, and tells nothing without the key."""

import pytest

from warehouse.errors import WarehouseError
from warehouse.pseudonyms import key_from_environment, pseudonym

KEY = b"a key that is long enough"


def test_the_same_number_has_the_same_pseudonym_however_it_is_typed() -> None:
    assert pseudonym(KEY, "record_id", "MRN 0017") == pseudonym(KEY, "record_id", " ＭＲＮ　００１７ ")


def test_key_and_kind_change_the_pseudonym() -> None:
    made = {pseudonym(KEY, "record_id", "17"), pseudonym(KEY, "phone_id", "17"), pseudonym(KEY * 2, "record_id", "17")}
    assert len(made) == 3
    assert all(text is not None and len(text) == 32 for text in made)


def test_a_blank_has_none() -> None:
    assert pseudonym(KEY, "record_id", " 　") is None


@pytest.mark.parametrize("environment", [{}, {"DATACUT_KEY": ""}, {"DATACUT_KEY": "short"}])
def test_without_a_good_key_nothing_is_loaded(environment: dict[str, str]) -> None:
    with pytest.raises(WarehouseError, match="DATACUT_KEY"):
        key_from_environment(environment)
