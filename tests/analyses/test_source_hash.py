"""Results with equal source hashes came from equal data."""

import pandas as pd
from six_patients import frames

from analyses.source_hash import source_hash


def test_the_order_of_rows_and_columns_is_no_content() -> None:
    shuffled = {name: frame.iloc[::-1, ::-1].reset_index(drop=True) for name, frame in frames().items()}
    assert source_hash(shuffled) == source_hash(frames())


def test_a_value_a_row_or_the_name_of_a_data_set_is() -> None:
    hashes = {source_hash(frames())}
    for changed in (
        {"adsl": frames()["adsl"].replace({"age": {50: 51}})},
        {"adsl": frames()["adsl"].replace({"bloodsup": {"GOOD": None}})},
        {"adae": frames()["adae"].iloc[1:]},
        {"adae": pd.concat([frames()["adae"], frames()["adae"].iloc[:1]])},
    ):
        hashes.add(source_hash({**frames(), **changed}))
    hashes.add(source_hash({f"{name}_": frame for name, frame in frames().items()}))
    assert len(hashes) == 6
