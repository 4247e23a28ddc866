"""What holds of every contract whatever the rows: they are drawn from the contract itself (contract_rows)."""

import polars as pl
import pytest
from cohort_frames import CODES
from contract_rows import rows_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import schemas
from schemas import Contract, Examination, examine, examine_suspects, together
from schemas.contract import TABLE

OF_EVERY_CONTRACT = pytest.mark.parametrize("contract", schemas.CONTRACTS, ids=lambda contract: contract.__name__)
FEW = settings(max_examples=5, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
BY = ["rule_id", "row_id", "column_name", "sentence"]


@OF_EVERY_CONTRACT
@FEW
@given(data=st.data())
def test_a_finding_is_a_row_on_which_the_condition_of_its_rule_is_false(
    contract: type[Contract], data: st.DataObject
) -> None:
    frame = data.draw(rows_of(contract, CODES))
    examined = examine(contract, frame)
    blank = {name for name in frame.columns if frame[name].is_null().all()}
    expected = {
        (rule.id, row_id)
        for rule in contract.rules
        if not blank.intersection(rule.needs)
        for row_id in frame.filter(~rule.condition(contract).fill_null(True))["row_id"]
    }
    whole_tables = {rule.id for rule in contract.rules if rule.scope == TABLE}
    found = {
        (rule_id, row_id) for rule_id, row_id in examined.findings.select("rule_id", "row_id").iter_rows() if row_id
    }
    assert found == {(rule_id, row_id) for rule_id, row_id in expected if rule_id not in whole_tables}
    assert {rule_id for rule_id, _ in expected} == set(examined.findings["rule_id"])


@OF_EVERY_CONTRACT
@FEW
@given(data=st.data())
def test_the_suspects_alone_and_in_parts_give_what_the_whole_gives(
    contract: type[Contract], data: st.DataObject
) -> None:
    frame = data.draw(rows_of(contract, CODES))
    cut = data.draw(st.integers(0, frame.height))
    whole = examine(contract, frame)
    in_order = pl.all_horizontal([rule.condition(contract).fill_null(True) for rule in contract.rules])
    blank = {name for name in frame.columns if frame[name].is_null().all()}
    parts = [
        examine_suspects(contract, part.filter(~in_order), frame.height, blank, {})
        for part in (frame.head(cut), frame.tail(frame.height - cut))
    ]
    assert _said(together(parts)) == _said(whole)
    assert (
        together(parts)
        .rules.sort("rule_id", "severity", "scope")
        .equals(whole.rules.sort("rule_id", "severity", "scope"))
    )


@OF_EVERY_CONTRACT
@FEW
@given(data=st.data())
def test_the_order_of_the_rows_changes_no_finding(contract: type[Contract], data: st.DataObject) -> None:
    frame = data.draw(rows_of(contract, CODES))
    assert _said(examine(contract, frame)) == _said(examine(contract, frame.reverse()))


def _said(examined: Examination) -> list[tuple[object, ...]]:
    return sorted(map(tuple, examined.findings.select(BY).rows()), key=str)
