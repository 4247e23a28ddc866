"""The refresh of the sample study from end to end: what it makes, and that it makes it again byte by byte."""

import csv
import hashlib
import json
import shutil
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from studies import Study
from tests.flows.conftest import Refreshed, refreshed

pytestmark = pytest.mark.slow

REPRODUCIBLE = ("analysis", "results", "tables", "figures")


def hashes(run: Path, parts: tuple[str, ...] = REPRODUCIBLE) -> dict[str, str]:
    return {
        path.relative_to(run).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for part in parts
        for path in sorted((run / part).rglob("*"))
        if path.is_file()
    }


def test_it_publishes_and_sets_aside_what_is_in_doubt(sample: Refreshed) -> None:
    assert sample.state == "Published with quarantine"


def test_the_run_folder_is_complete_and_the_latest(sample: Refreshed) -> None:
    assert (sample.runs / "latest").resolve() == sample.run.resolve()
    present = {path.relative_to(sample.run).as_posix() for path in sample.run.rglob("*") if path.is_file()}
    assert {
        "manifest.json",
        "report.html",
        "reproduction.html",
        "quality/report.html",
        "quality/queries.xlsx",
        "quality/queries.csv",
        "quality/findings.parquet",
        "analysis/adsl.parquet",
        "analysis/adtr.parquet",
        "analysis/adrs.parquet",
        "analysis/adtte.parquet",
        "analysis/adae.parquet",
        "analysis/adpr.parquet",
        "analysis/adsyn.parquet",
        "analysis/adlb.parquet",
        "analysis/adaette.parquet",
        "analysis/adhy.parquet",
        "results/statistics.csv",
        "results/curves.csv",
        "results/published.csv",
        "results/liver_injury.csv",
    } <= present
    sites = [name for name in present if name.startswith("quality/queries_")]
    assert sorted(Path(name).suffix for name in sites) == [".csv", ".csv", ".xlsx", ".xlsx"]  # two sites


def test_the_manifest_accounts_for_files_rows_and_outputs(sample: Refreshed) -> None:
    manifest = json.loads((sample.run / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["status"] == "published with quarantine"
    assert manifest["synthetic"] is True
    assert manifest["subjects_by_arm"] == {"TACE": 22, "CONTROL": 38}
    assert len(manifest["extract_files"]) == len(manifest["rows"]) == 9
    for row in manifest["rows"]:
        assert row["received"] == row["published"] + row["quarantined"] + row["duplicates"], row["table_name"]
    for output in manifest["outputs"]:
        assert hashlib.sha256((sample.run / output["file"]).read_bytes()).hexdigest() == output["sha256"]


def test_the_pointer_names_the_cut_of_the_run(sample: Refreshed) -> None:
    pointer = json.loads((sample.data / "CURRENT.json").read_text(encoding="utf-8"))
    assert pointer["cut_id"] == sample.run.name
    assert not any((sample.data / "build").iterdir())


def test_the_same_extract_makes_no_new_cut_and_forced_the_same_bytes(sample: Refreshed, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(sample.data.parent, tmp_path / "again", symlinks=True))
    again = refreshed(folder)
    assert again.state == "No change"
    assert again.run.name == sample.run.name
    forced = refreshed(folder, force=True)
    assert forced.run.name > sample.run.name
    assert hashes(forced.run) == hashes(sample.run)


def test_a_refresh_into_an_empty_folder_gives_the_same_bytes(sample: Refreshed, tmp_path: Path) -> None:
    other = refreshed(tmp_path)
    assert hashes(other.run) == hashes(sample.run)
    assert len(hashes(other.run)) > 20


def test_without_paper_and_calibrated_cohort_every_result_is_the_same(
    sample: Refreshed, study_copy: Path, tmp_path: Path
) -> None:
    (study_copy / "published.csv").unlink()
    (study_copy / "calibrated_cohort.csv").unlink()
    (study_copy / "defects.csv").unlink()
    blind = refreshed(tmp_path / "blind", study=str(study_copy))
    assert blind.state == sample.state
    made, expected = hashes(blind.run), hashes(sample.run)
    about_the_paper = {name for name in expected if "published" in name or name == "tables/all_tables.docx"}
    assert about_the_paper
    del made["tables/all_tables.docx"]  # holds the table of published figures as well
    assert made == {name: digest for name, digest in expected.items() if name not in about_the_paper}


def test_a_hospital_with_other_headings_and_words_changes_its_mapping_alone(
    sample: Refreshed, study_copy: Path, tmp_path: Path
) -> None:
    sessions = study_copy / "extracts" / "tace_sessions.csv"
    text = sessions.read_text("utf-8").replace("Study No,Session,Date of TACE", "编号,次数,手术日期", 1)
    sessions.write_bytes(text.replace(",", ";").encode("gb18030"))
    lesions = study_copy / "extracts" / "lesions.csv"
    lesions.write_text(lesions.read_text("utf-8").replace("LIVER", "肝").replace("Liver", "肝"), "utf-8")
    mapping = study_copy / "mapping.toml"
    before = mapping.read_text("utf-8")
    head, procedures, rest = before.partition("[tables.procedures.columns]\n")
    renamed = (
        rest.replace("Study No", "编号", 1).replace('"Session"', '"次数"', 1).replace("Date of TACE", "手术日期", 1)
    )
    mapping.write_text((head + procedures + renamed).replace('LIVER = ["Liver"]', 'LIVER = ["肝"]'), "utf-8")
    other = refreshed(tmp_path / "other", study=str(study_copy))
    assert hashes(other.run, ("results", "tables", "figures")) == hashes(sample.run, ("results", "tables", "figures"))


def test_the_planted_defects_are_found_with_the_right_rule_and_nothing_else(sample: Refreshed, study: Study) -> None:
    with (study.directory / "defects.csv").open(encoding="utf-8", newline="") as file:
        planted = sorted((row["rule_id"], row["table"], row["file"], int(row["row"])) for row in csv.DictReader(file))
    findings = pd.read_parquet(sample.run / "quality" / "findings.parquet")
    found = sorted(
        (row.rule_id, row.table_name, row.source_file, int(row.source_row)) for row in findings.itertuples(index=False)
    )
    assert len(planted) >= 12
    assert found == planted


def test_no_rule_failed_to_run(sample: Refreshed) -> None:
    rules = pd.read_csv(sample.run / "quality" / "rules.csv")
    assert rules["rule_id"].nunique() >= 30
    assert set(rules["status"]) <= {"passed", "passed with findings below threshold", "findings", "not applicable"}


def test_every_endpoint_row_names_the_row_of_the_extract_it_came_from(sample: Refreshed, study: Study) -> None:
    adtte = pd.read_parquet(sample.run / "analysis" / "adtte.parquet")
    assert adtte[["srcdom", "srcvar", "srcseq", "srcfile", "srcrow"]].notna().all().all()
    for row in adtte.itertuples(index=False):
        encoding = "gb18030" if row.srcfile == "patients.csv" else "utf-8-sig"
        lines = (study.extracts_dir / row.srcfile).read_text(encoding).splitlines()
        assert row.usubjid.rsplit("-", 1)[-1] in lines[int(row.srcrow) - 1]


def test_every_file_of_numbers_says_that_it_is_synthetic(sample: Refreshed) -> None:
    csv_files, data_sets = list(sample.run.rglob("*.csv")), list(sample.run.rglob("*.parquet"))
    assert (len(csv_files) > 10, len(data_sets)) == (True, 14)
    for path in csv_files:
        rows = pd.read_csv(path)
        assert "data" in rows.columns, path.name
        assert set(rows["data"]) <= {"SYNTHETIC"}, path.name
    for path in data_sets:
        assert pq.read_metadata(path).metadata[b"data"] == b"SYNTHETIC", path.name


def test_the_synthetic_mark_is_in_every_table_figure_and_page(sample: Refreshed) -> None:
    shown = [path for suffix in ("*.html", "*.svg") for path in sample.run.rglob(suffix)]
    assert len(shown) > 10
    assert not [path.name for path in shown if "synthetic" not in path.read_text(encoding="utf-8").lower()]
