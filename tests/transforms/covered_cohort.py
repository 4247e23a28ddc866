"""Hand-written rows of what the stage ``coverage`` reads: a few subjects, what came of them and what was set aside.

Days are counted from the subject's start, which is 2010-01-04 for all; the data cut is day 878 (2012-05-31).
TREATED is seen every 42 days (7 more are tolerated), CONTROL every 42 to 56. A contact is expected every 90 days.
"""

from typing import Any

import duckdb
from tiny_cohort import DATA_CUT, START, day

import transforms
from warehouse.last_cut import attach_previous

TABLES = {
    "study.protocol": "data_cut date, evaluator varchar, response_source varchar",
    "study.arms": "arm varchar, arm_order integer, expected_subjects integer",
    "study.endpoints": "paramcd varchar, endpoint_order integer",
    "study.not_in_cohort": "arm varchar",
    "study.visit_windows": "arm varchar, interval_low_days integer, interval_high_days integer, tolerance_days integer",
    "checks.subjects": "subject_id varchar, site varchar, arm varchar, start_from varchar, startdt date,"
    " is_dead boolean, death_date date",
    "checks.subject_totals": "subject_id varchar, startdt date, procedures_expected boolean, procedure_count bigint,"
    " baseline_lesion_count bigint, days_scan_to_start bigint, baseline_window_days integer,"
    " days_sample_to_start bigint, baseline_sample_window_days integer, last_contact_date date,"
    " days_contact_to_cut bigint, contact_window_days integer",
    "typed.patients": "row_id bigint, is_duplicate boolean, subject_id varchar, sex varchar, birth_year integer,"
    " arm varchar, site varchar, source_file varchar, source_row bigint",
    "typed.lesion_measurements": "is_duplicate boolean, subject_id varchar, scan_date date",
    "typed.response_assessments": "is_duplicate boolean, subject_id varchar, scan_date date, reader varchar,"
    " overall_response varchar",
    "typed.follow_up": "is_duplicate boolean, subject_id varchar, contact_date date",
    "analysis.adsl": "usubjid varchar, subjid varchar, arm varchar, trtsdt date, dthfl varchar, dthdt date",
    "analysis.adtte": "usubjid varchar, paramcd varchar, adt date, aval bigint, cnsr integer",
    "analysis.adrs": "usubjid varchar, paramcd varchar, avalc varchar",
    "quality.findings": "rule_id varchar, severity varchar, scope varchar, table_name varchar, row_id bigint,"
    " subject_id varchar, column_name varchar, endpoints varchar, title varchar",
    "quality.quarantine": "table_name varchar, row_id bigint, column_name varchar, scope varchar, rule_id varchar,"
    " subject_id varchar",
    "quality.rows": "table_name varchar, received bigint",
}
"""The columns that the models of ``coverage`` read, and no others."""

ENDPOINTS = ("OS", "PFS", "BOR")


class CoveredCohort:
    """Rows named by a test; ``cover`` runs the models, ``rows`` asks for what came of them."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        for table, columns in TABLES.items():
            connection.execute(f"create schema if not exists {table.split('.')[0]}")
            connection.execute(f"create table {table} ({columns})")
        attach_previous(connection, None)

    def protocol(self) -> "CoveredCohort":
        self.add("study.protocol", data_cut=DATA_CUT, evaluator="R1", response_source="derived")
        self.add("study.arms", arm="TREATED", arm_order=1)
        self.add("study.arms", arm="CONTROL", arm_order=2)
        for order, name in enumerate(ENDPOINTS, start=1):
            self.add("study.endpoints", paramcd=name, endpoint_order=order)
        for arm, high in (("TREATED", 42), ("CONTROL", 56)):
            self.add(
                "study.visit_windows", arm=arm, interval_low_days=42, interval_high_days=high, tolerance_days=7
            )  # fmt: skip
        return self

    def subject(
        self, subject: str = "S1", arm: str = "TREATED", site: str = "A", last_contact: int | None = 0,
        death: int | None = None, sex: str = "F", birth_year: int = 1950, analysed: bool = True, **totals: Any,
    ) -> None:  # fmt: skip
        """A subject whose baseline is complete; ``analysed``: it is in ADSL and has every endpoint, all censored."""
        number = len(self.rows("select 1 from typed.patients")) + 1
        self.add(
            "typed.patients", row_id=number, is_duplicate=False, subject_id=subject, sex=sex, birth_year=birth_year,
            arm=arm,
        )  # fmt: skip
        self.add(
            "checks.subjects", subject_id=subject, site=site, arm=arm, startdt=START, is_dead=death is not None,
            start_from="first_procedure" if arm == "TREATED" else "index_date",
            death_date=None if death is None else day(death),
        )  # fmt: skip
        contact = None if last_contact is None else day(last_contact)
        self.add("checks.subject_totals", **{
            "subject_id": subject, "startdt": START, "procedures_expected": arm == "TREATED",
            "procedure_count": int(arm == "TREATED"), "baseline_lesion_count": 1, "days_scan_to_start": 10,
            "baseline_window_days": 28, "days_sample_to_start": 3, "baseline_sample_window_days": 14,
            "last_contact_date": contact, "days_contact_to_cut": None if contact is None else (DATA_CUT - contact).days,
            "contact_window_days": 90, **totals,
        })  # fmt: skip
        if analysed:
            died = death is not None
            self.add(
                "analysis.adsl", usubjid=f"STUDY-{subject}", subjid=subject, arm=arm, trtsdt=START,
                dthfl="Y" if died else None, dthdt=day(death) if died else None,
            )  # fmt: skip
            for name in ("OS", "PFS"):
                self.add("analysis.adtte", usubjid=f"STUDY-{subject}", paramcd=name, adt=START, aval=1, cnsr=1)
            self.add("analysis.adrs", usubjid=f"STUDY-{subject}", paramcd="BOR", avalc="SD")

    def progresses(self, on: int, subject: str = "S1") -> None:
        self.connection.execute(
            "update analysis.adtte set cnsr = 0, adt = ?, aval = ? where usubjid = ? and paramcd = 'PFS'",
            [day(on), on + 1, f"STUDY-{subject}"],
        )

    def scans(self, *days: int, subject: str = "S1") -> None:
        for on in days:
            self.add("typed.lesion_measurements", is_duplicate=False, subject_id=subject, scan_date=day(on))

    def contacts(self, *days: int, subject: str = "S1") -> None:
        for on in days:
            self.add("typed.follow_up", is_duplicate=False, subject_id=subject, contact_date=day(on))

    def find(
        self, rule_id: str, table: str, subject: str = "S1", scope: str = "row", row_id: int = 1, endpoints: str = "",
        column: str | None = None,
    ) -> None:  # fmt: skip
        """An error, and what it sets aside: a row, a cell, or the row of each table of the subject."""
        self.add(
            "quality.findings", rule_id=rule_id, severity="error", scope=scope, table_name=table, row_id=row_id,
            subject_id=subject, column_name=column, endpoints=endpoints, title=f"title of {rule_id}",
        )  # fmt: skip
        for name in ("patients", "procedures", "follow_up") if scope == "subject" else (table,):
            self.add(
                "quality.quarantine", table_name=name, row_id=row_id, scope=scope, rule_id=rule_id, subject_id=subject,
                column_name=column,
            )  # fmt: skip

    def leaves(self, *endpoints: str, subject: str = "S1") -> None:
        """The analysis has no record of these endpoints for the subject; of none named: the subject is not in it."""
        for table in ("adtte", "adrs"):
            for name in endpoints or ENDPOINTS:
                self.connection.execute(
                    f"delete from analysis.{table} where usubjid = ? and paramcd = ?", [f"STUDY-{subject}", name]
                )
        if not endpoints:
            self.connection.execute("delete from analysis.adsl where subjid = ?", [subject])

    def cover(self) -> "CoveredCohort":
        transforms.run(self.connection, "coverage")
        return self

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql).fetchall()

    def add(self, table: str, **values: Any) -> None:
        marks = ", ".join("?" * len(values))
        self.connection.execute(f"insert into {table} ({', '.join(values)}) values ({marks})", list(values.values()))
