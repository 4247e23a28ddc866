"""What the protocol of a study in SDTM chooses is chosen there alone: the same domains, another protocol.toml."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest

from flows.plan import agreed, sources, tables_not_collected
from studies import load_study
from tests.flows.sdtm_subjects import Row, subjects, whole_date
from tests.flows.test_sdtm_study import STUDY, read_domains, write_domains
from warehouse import build, check, quarantine
from warehouse.load import load_extract

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def domains() -> dict[str, pl.DataFrame]:
    return read_domains()


@contextmanager
def derived(
    folder: Path, domains: Mapping[str, pl.DataFrame], *changes: tuple[str, str]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """analysis.* of the domains, with each (old, new) text of the protocol exchanged; nothing is checked."""
    copy = Path(shutil.copytree(load_study(STUDY).directory, folder / "study"))
    protocol = (copy / "protocol.toml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in protocol
        protocol = protocol.replace(old, new)
    (copy / "protocol.toml").write_text(protocol, encoding="utf-8")
    study, extracts = load_study(str(copy)), write_domains(folder / "domains", domains)
    with build.opened(folder / "cut.duckdb") as connection:
        build.define_functions(connection, study.mapping.date_formats)
        build.write_study(connection, study.tables(study.protocol.study.data_cut))
        _, problems = load_extract(
            connection, extracts, sources(study), folder / "text", b"a key that is long enough", agreed(study),
            tables_not_collected(study),
        )  # fmt: skip
        assert not problems
        build.run_stage(connection, "typed")
        check.note_structure(connection, [])
        quarantine.set_aside(connection, study.protocol.quality.quarantine.scopes)
        build.derive(connection)
        yield connection


def records(domains: Mapping[str, pl.DataFrame]) -> dict[str, list[Row]]:
    return {name: frame.to_dicts() for name, frame in domains.items()}


def test_the_evaluator_may_be_the_independent_review(tmp_path: Path, domains: dict[str, pl.DataFrame]) -> None:
    """Of the independent review the responses that RSACPTFL accepts; here those of the second radiologist, turned over.

    The accepted ones are put where the recomputation looks for the investigator's: it knows nothing of evaluators.
    """
    second = pl.col("RSEVALID") == "RADIOLOGIST 2"
    turned = domains["rs"].with_columns(RSACPTFL=pl.when(second).then(pl.lit("Y")))
    accepted = turned.filter((pl.col("RSEVAL") == "INDEPENDENT ASSESSOR") & (pl.col("RSACPTFL") == "Y"))
    judged = {**domains, "rs": accepted.with_columns(RSEVAL=pl.lit("INVESTIGATOR"))}
    expected = subjects(records(judged))
    with derived(
        tmp_path, {**domains, "rs": turned}, ('evaluator = "INVESTIGATOR"', 'evaluator = "INDEPENDENT"')
    ) as cut:
        responses = cut.execute("select usubjid, paramcd, avalc, adt from analysis.adrs where anl01fl = 'Y'").fetchall()
        times = cut.execute("select usubjid, adt, cnsr from analysis.adtte where paramcd = 'PFS'").fetchall()
    for paramcd in ("BOR", "CBOR", "PD", "RSP"):
        made = {usubjid: (avalc, adt) for usubjid, name, avalc, adt in responses if name == paramcd}
        asked = {name: subject.responses[paramcd] for name, subject in expected.items()}
        assert made == {name: (response.avalc, response.adt) for name, response in asked.items()}
    assert {usubjid: (adt, cnsr) for usubjid, adt, cnsr in times} == {
        name: (subject.times["PFS"].adt, subject.times["PFS"].cnsr) for name, subject in expected.items()
    }


def test_the_clock_may_start_with_the_first_dose(tmp_path: Path, domains: dict[str, pl.DataFrame]) -> None:
    """Doses put off by three days: the clock starts with the first one, and an assessment before it is none."""
    later = {
        **domains,
        "ex": domains["ex"].with_columns(
            EXSTDTC=(pl.col("EXSTDTC").str.to_date() + pl.duration(days=3)).cast(pl.String)
        ),
    }
    doses = dict(later["ex"].group_by("USUBJID").agg(pl.col("EXSTDTC").min()).iter_rows())
    with derived(tmp_path, later, ('start = "index_date"', 'start = "first_treatment"')) as cut:
        rows = cut.execute("select usubjid, startdt, adt, aval from analysis.adtte where paramcd = 'PFS'").fetchall()
    assert {usubjid: startdt for usubjid, startdt, _, _ in rows} == {
        usubjid: whole_date(start) for usubjid, start in doses.items()
    }
    assert all(aval == (adt - startdt).days + 1 for _, startdt, adt, aval in rows)


READERS = {
    "INVESTIGATOR": {"EVAL": "INVESTIGATOR"},
    "INDEPENDENT": {"EVAL": "INDEPENDENT ASSESSOR", "ACPTFL": "Y"},
}


@pytest.mark.parametrize("evaluator", READERS)
def test_the_response_may_be_derived_from_the_lesions(
    tmp_path: Path, domains: dict[str, pl.DataFrame], evaluator: str
) -> None:
    """The response of the targets, from the diameters of TR (for a node its short axis), at each scan of everybody.

    The independent review has lesions of its own, of which those count that are accepted.
    """
    expected = {
        (usubjid, day): response
        for usubjid, sizes in sizes_by_subject(domains, READERS[evaluator]).items()
        for day, response in target_responses(sizes, start_of(usubjid, domains)).items()
    }
    changes = (('source = "reported"', 'source = "derived"'), ('= "INVESTIGATOR"', f'= "{evaluator}"'))
    with derived(tmp_path, domains, *changes) as cut:
        made = cut.execute(
            "select usubjid, adt, avalc from analysis.adrs where paramcd = 'TRGRESP' and treval = ?", [evaluator]
        ).fetchall()
        overall = cut.execute(
            "select count(*) from analysis.adrs where paramcd = 'OVRLRESP' and treval = ?", [evaluator]
        ).fetchall()
    assert len(expected) > 600
    assert {(usubjid, adt): avalc for usubjid, adt, avalc in made} == expected
    assert overall == [(len(expected),)]


Sizes = dict[date, dict[str, tuple[Decimal | None, bool]]]
"""By scan and target its size, None where it was not measured, and whether it is a node."""


def sizes_by_subject(domains: Mapping[str, pl.DataFrame], reader: Mapping[str, str]) -> dict[str, Sizes]:
    nodes = {
        (row["USUBJID"], row["TULNKID"]): row["TULOC"] == "LYMPH NODE"
        for row in domains["tu"].to_dicts()
        if is_of(row, "TU", reader) and row["TUSTRESC"] == "TARGET"
    }
    by_subject: dict[str, Sizes] = {}
    for row in domains["tr"].to_dicts():
        key, day = (row["USUBJID"], row["TRLNKID"]), whole_date(row["TRDTC"])
        if not is_of(row, "TR", reader) or key not in nodes or day is None:
            continue
        if row["TRTESTCD"] == ("LPERP" if nodes[key] else "LDIAM"):
            size = Decimal(row["TRSTRESC"]) if row["TRSTRESC"] else None
            size = Decimal(5) if size is not None and 0 < size < 5 else size
            by_subject.setdefault(key[0], {}).setdefault(day, {})[key[1]] = (size, nodes[key])
    return by_subject


def is_of(row: Row, domain: str, reader: Mapping[str, str]) -> bool:
    return all(row[f"{domain}{name}"] == text for name, text in reader.items())


def start_of(usubjid: str, domains: Mapping[str, pl.DataFrame]) -> date:
    rows = domains["ds"].filter((pl.col("USUBJID") == usubjid) & (pl.col("DSDECOD") == "RANDOMIZED"))
    start = whole_date(rows["DSSTDTC"].item())
    assert start is not None
    return start


def target_responses(sizes: Sizes, start: date) -> dict[date, str]:
    """RECIST 1.1 on the targets of one subject, at each scan after the start."""
    targets = {target for scan in sizes.values() for target in scan}
    baseline_day = max((day for day in sizes if day <= start), default=None)
    nadir: Decimal | None = None
    baseline: Decimal | None = None
    responses: dict[date, str] = {}
    for day in sorted(sizes):
        if day <= start and day != baseline_day:
            continue
        read = [sizes[day].get(target, (None, False)) for target in targets]
        measured = [(size, is_node) for size, is_node in read if size is not None]
        total, complete = sum((size for size, _ in measured), Decimal(0)), len(measured) == len(targets)
        if day == baseline_day:
            baseline = total if complete else None
        elif complete and all(size == 0 or (is_node and size < 10) for size, is_node in measured):
            responses[day] = "CR"
        elif nadir is not None and measured and 10 * total >= 12 * nadir and total - nadir >= 5:
            responses[day] = "PD"
        elif not complete or baseline is None:
            responses[day] = "NE"
        else:
            responses[day] = "PR" if 10 * total <= 7 * baseline else "SD"
        if complete:
            nadir = total if nadir is None else min(nadir, total)
    return responses
