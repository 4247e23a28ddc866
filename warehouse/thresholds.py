"""How much a rule may find, and quarantine may take, before it is too much. The limits are the protocol's."""

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from schemas import EXTRACT_TABLES

EXTRACT_TABLE_NAMES = tuple(table.name for table in EXTRACT_TABLES)
BELOW = "passed with findings below threshold"

Threshold = Mapping[str, Any]
"""rule ("" for every rule of errors), most_count, most_percent (either may be None), per_arm, blocks."""


def judge(connection: duckdb.DuckDBPyConnection, thresholds: Sequence[Threshold]) -> None:
    """Holds what each rule of quality.rules found against its threshold; sets threshold, blocks_beyond and status.

    A rule passes while it finds no more than either limit lets through. One with a threshold of its own is not held
    against that of every error. Waived findings do not count. A percentage is of the rows checked; ``per_arm`` asks
    it of each arm by itself, in the tables of the extract.
    """
    for threshold in thresholds:
        rules = {"rule": threshold["rule"], "own": [entry["rule"] for entry in thresholds]}
        is_meant = "(rule_id = $rule or ($rule = '' and severity = 'error' and not list_contains($own, rule_id)))"
        connection.execute(
            f"update quality.rules set threshold = $text where rows_checked > 0 and {is_meant}",
            {**rules, "text": described(threshold)},
        )
        for rule_id, table, severity, scope, checked in connection.execute(
            f"select rule_id, table_name, severity, scope, rows_checked from quality.rules"
            f" where status in ('findings', $below) and {is_meant} order by all",
            {**rules, "below": BELOW},
        ).fetchall():
            key = {"rule": rule_id, "table": table, "severity": severity, "scope": scope}
            counts = _found(connection, key, checked, threshold["per_arm"])
            beyond = any(_is_beyond(found, of, threshold) for found, of in counts)
            connection.execute(
                f"""
                update quality.rules set status = $status, blocks_beyond = $blocks
                where rule_id = $rule and table_name = $table and severity = $severity and scope = $scope
                    and status in ('findings', '{BELOW}')
                """,
                {**key, "status": "findings" if beyond else BELOW, "blocks": beyond and threshold["blocks"]},
            )


def blocking_rules(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """One sentence for each rule that found more than its threshold lets through."""
    rows = connection.execute(
        """
        select rule_id || ' ' || title || ': ' || rows_failed || ' of ' || rows_checked || ' rows of ' || table_name
            || '; the protocol lets through ' || threshold || '.'
        from quality.rules where blocks_beyond order by 1
        """
    ).fetchall()
    return [str(sentence) for (sentence,) in rows]


def blocking_shares(connection: duckdb.DuckDBPyConnection, most_percent: float, most_difference: float) -> list[str]:
    """One sentence for each arm that quarantine takes too much of, and one if it takes from the arms too unequally.

    Reads coverage.quarantine_shares.
    """
    shares = connection.execute(
        "select arm, subjects, quarantined_subjects, share_percent from coverage.quarantine_shares"
        " where subjects > 0 order by arm"
    ).fetchall()
    sentences = [
        f"Quarantine takes {lost} of {subjects} subjects ({share:.1f} %) of arm {arm}; "
        f"the protocol allows {most_percent:g} %."
        for arm, subjects, lost, share in shares
        if share > most_percent
    ]
    percents = [share for *_, share in shares]
    if percents and max(percents) - min(percents) > most_difference:
        sentences.append(
            f"Quarantine takes {max(percents):.1f} % of one arm and {min(percents):.1f} % of another; "
            f"the protocol allows a difference of {most_difference:g} percentage points."
        )
    return sentences


def described(threshold: Threshold) -> str:
    """``up to 5 rows or 2 % in each arm``."""
    count = None if threshold["most_count"] is None else f"{threshold['most_count']} rows"
    percent = None if threshold["most_percent"] is None else f"{threshold['most_percent']:g} %"
    limits = "up to " + " or ".join(limit for limit in (count, percent) if limit)
    return f"{limits} in each arm" if threshold["per_arm"] else limits


def _is_beyond(found: int, checked: int, threshold: Threshold) -> bool:
    share = 100 * found / checked if checked else 0.0
    within_count = threshold["most_count"] is not None and found <= threshold["most_count"]
    within_percent = threshold["most_percent"] is not None and share <= threshold["most_percent"]
    return not (within_count or within_percent)


def _found(
    connection: duckdb.DuckDBPyConnection, key: Mapping[str, str], checked: int, per_arm: bool
) -> list[tuple[int, int]]:
    """Rows found and rows checked: of the whole table, or of each arm."""
    failing = """
        quality.findings as finding
        where finding.rule_id = $rule and finding.table_name = $table and finding.severity = $severity
            and finding.scope = $scope and finding.is_waived is not true
    """
    if not per_arm or key["table"] not in EXTRACT_TABLE_NAMES:
        ((found,),) = connection.execute(f"select count(distinct finding.row_id) from {failing}", dict(key)).fetchall()
        return [(found, checked)]
    arms = "(select distinct subject_id, arm from typed.patients)"
    found_by_arm = f"""
        select arms.arm, count(distinct finding.row_id)
        from (select finding.* from {failing}) as finding
        inner join {arms} as arms on arms.subject_id = finding.subject_id
        group by arms.arm
    """
    rows_by_arm = f"""
        select arms.arm, count(*) from typed.{key["table"]} as checked
        inner join {arms} as arms on arms.subject_id = checked.subject_id
        group by arms.arm
    """
    rows = dict(connection.execute(rows_by_arm).fetchall())
    return [(found, rows[arm]) for arm, found in connection.execute(found_by_arm, dict(key)).fetchall()]
