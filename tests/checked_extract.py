"""An extract taken through load, checks, derivation and audit without Prefect, as a flow would: what was found."""

from datetime import date
from pathlib import Path

import polars as pl

from flows import stages
from flows.plan import Plan
from studies import DEFAULT_STUDY, load_study
from warehouse import build


def check(extracts: Path, folder: Path, study: str = DEFAULT_STUDY, data_cut: date | None = None) -> pl.DataFrame:
    """The findings of the extract; rules that failed to run are findings too, of severity ``failed to run``."""
    plan = planned(extracts, folder, study, data_cut)
    plan.folder.create()
    plan.build_file.parent.mkdir(parents=True, exist_ok=True)
    plan.store.raw.mkdir(parents=True, exist_ok=True)
    stages.load.fn(plan)
    if not stages.gate.fn(plan):
        stages.parse.fn(plan)
        stages.check_extract.fn(plan)
    if not stages.gate.fn(plan):
        stages.derive.fn(plan)
        stages.audit.fn(plan)
        stages.cover.fn(plan)
    with build.opened(plan.build_file, read_only=True) as connection:
        return connection.sql(
            """
            select rule_id, severity, table_name, subject_id, key, column_name, sentence, record, stamp
            from quality.findings
            union all
            select rule_id, status, table_name, null, '', null, coalesce(reason, ''), '', ''
            from quality.rules where status = 'failed to run'
            order by all
            """
        ).pl()


def planned(extracts: Path, folder: Path, study: str = DEFAULT_STUDY, data_cut: date | None = None) -> Plan:
    return Plan(
        study=study,
        extracts=str(extracts),
        data_cut=data_cut or load_study(study).protocol.study.data_cut,
        data=str(folder / "data"),
        runs=str(folder / "runs"),
        run_id="20260101T060000Z",
    )
