"""What the contracts see of the sound cohort after some edits, worked out once a process.

One warehouse holds the sound cohort, carried through every stage. An example is worked out in a transaction that is
rolled back: only the tables that its edits reach are made anew, and a table that comes out the same reaches no further.
"""

import datetime
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import duckdb
import polars as pl
from sound_cohort import Edit, Row, cohort

import schemas
import transforms
from schemas import COVERED, DERIVED, EXTRACT, Examination
from studies.mapping import Mapping as StudyMapping
from studies.protocol import Protocol
from studies.study import STUDIES_DIR, Study
from studies.toml_file import read_toml
from warehouse.build import define_functions, write_study
from warehouse.check import note_structure
from warehouse.last_cut import attach_previous
from warehouse.missingness import count_values
from warehouse.quarantine import set_aside

Frames = Mapping[str, pl.DataFrame]
"""The relations of one stage by name."""

CUT = datetime.date(2012, 5, 31)

CODES = {
    "arm": ["TACE", "CONTROL"],
    "sex": ["M", "F"],
    "histology": ["GIST", "OTHER"],
    "cd117": ["POSITIVE", "NEGATIVE"],
    "child_pugh_class": ["A", "B", "C"],
    "primary_location": ["STOMACH", "SMALL INTESTINE", "OTHER"],
    "blood_supply": ["GOOD", "POOR"],
    "yes_no": ["Y", "N"],
    "stop_reason": ["PROGRESSION", "INTOLERANCE", "DEATH", "COMPLETED", "OTHER"],
    "drug": ["IMATINIB", "SUNITINIB", "OTHER"],
    "organ": ["LIVER", "PERITONEUM", "LUNG", "BONE", "LYMPH NODE", "OTHER"],
    "lesion_class": ["TARGET", "NON-TARGET", "NEW"],
    "unit": ["mm", "cm"],
    "reader": ["R1", "R2"],
    "modality": ["CT", "MRI"],
    "lesion_status": ["PRESENT", "ABSENT", "PROGRESSION", "NOT EVALUABLE"],
    "response": ["CR", "PR", "SD", "PD", "NE", "NON-CR/NON-PD"],
    "ae_term": ["FEVER", "FATIGUE", "ALT INCREASED"],
    "outcome": ["RESOLVED", "ONGOING", "FATAL"],
    "lab_test": ["ALT", "AST", "BILI", "ALB", "HGB", "ANC", "PLT"],
    "contact_type": ["VISIT", "PHONE"],
    "vital_status": ["ALIVE", "DEAD"],
    "liver_lesion_group": ["1", "2-5", ">5"],
}


@cache
def study() -> Study:
    """The example study's protocol, with code lists in which every code stands for itself."""
    directory = STUDIES_DIR / "gist_tace"
    mapping = StudyMapping(
        date_formats=["%Y-%m-%d"],
        tables={},
        codes={name: {code: [] for code in codes} for name, codes in CODES.items()},
    )
    return Study("gist_tace", directory, read_toml(directory / "protocol.toml", Protocol), mapping)


def extract_frames(*edits: Edit) -> Frames:
    """The relations of stage ``extract`` for the sound cohort after ``edits``."""
    return _warehouse().frames(EXTRACT, edits)


def derived_frames(*edits: Edit, spoil: Iterable[str] = ()) -> Frames:
    """The relations of stage ``derived``. ``spoil``: statements that damage the analysis data before the audit."""
    return _warehouse().frames(DERIVED, edits, tuple(spoil))


def covered_frames(*edits: Edit, study: Iterable[str] = ()) -> Frames:
    """The relations of stage ``covered``; the sound cohort is the cut before. ``study``: statements on study.*."""
    return _warehouse().frames(COVERED, edits, (), tuple(study))


def examined(frames: Frames) -> Examination:
    """``frames`` held against their contracts; what is as in the sound cohort is held against them once."""
    parts = [_warehouse().examined(contract, frames) for contract in schemas.CONTRACTS if contract.relation in frames]
    return Examination(
        pl.concat(part.findings for part in parts),
        pl.concat(part.rules for part in parts),
        pl.concat(part.checks for part in parts),
    )


@cache
def _warehouse() -> "_Warehouse":
    return _Warehouse()


class _Warehouse:
    """``sound`` holds every table that the sound cohort gives, from the text to the coverage of the cut."""

    def __init__(self) -> None:
        self.directory = tempfile.TemporaryDirectory()
        built, cut = Path(self.directory.name, "built.duckdb"), Path(self.directory.name, "cut.duckdb")
        self.sound: dict[str, pl.DataFrame] = {}
        self.known: dict[str, Frames] = {}
        self.of_sound: dict[str, Examination] = {}
        with duckdb.connect(str(built), config={"threads": 1}) as self.connection:
            define_functions(self.connection, study().mapping.date_formats)
            write_study(self.connection, study().tables(CUT))
            write_raw(self.connection, cohort())
            note_structure(self.connection, [])
            attach_previous(self.connection, None)
            of_a_refresh = [stage for stage in transforms.STAGES if stage not in ("explain", "differences")]
            self.sound = self._made_anew({}, of_a_refresh)
        shutil.copy(built, cut)
        self.connection = duckdb.connect(str(built), config={"threads": 1})
        attach_previous(self.connection, cut)
        of_before = self._changed("previous", {})
        self.sound |= of_before | self._made_anew(of_before, ["coverage"])

    def frames(
        self, stage: str, edits: tuple[Edit, ...], spoil: tuple[str, ...] = (), study: tuple[str, ...] = ()
    ) -> Frames:
        asked = repr((stage, edits, spoil, study))
        if asked not in self.known:
            with self._rolled_back():
                changed = self._after(stage, edits, spoil, study)
            relations = [contract.relation for contract in schemas.CONTRACTS if contract.stage == stage]
            self.known[asked] = {name: changed.get(name, self.sound[name]) for name in relations}
        return self.known[asked]

    def examined(self, contract: type[schemas.Contract], frames: Frames) -> Examination:
        frame = frames[contract.relation]
        if frame is not self.sound[contract.relation]:
            return schemas.examine(contract, frame)
        if contract.relation not in self.of_sound:
            self.of_sound[contract.relation] = schemas.examine(contract, frame)
        return self.of_sound[contract.relation]

    def _after(
        self, stage: str, edits: tuple[Edit, ...], spoil: tuple[str, ...], study: tuple[str, ...]
    ) -> dict[str, pl.DataFrame]:
        for statement in study:
            self.connection.execute(statement)
        tables = cohort(*edits)
        write_raw(self.connection, {edit.table: tables[edit.table] for edit in edits})
        changed = self._changed("study", {}) if study else {}
        for table in {edit.table for edit in edits}:
            changed = self._noted(f"raw.{table}", changed)
        changed = self._made_anew(changed, ["typed", "checks"])
        if stage != EXTRACT:
            changed = self._made_anew(changed, ["recist", "analysis"])
            for statement in spoil:
                self.connection.execute(statement)
            changed = self._changed("analysis", changed) if spoil else changed
            changed = self._made_anew(changed, ["audit"])
        return self._made_anew(changed, ["coverage"]) if stage == COVERED else changed

    def _made_anew(self, changed: Mapping[str, pl.DataFrame], stages: list[str]) -> dict[str, pl.DataFrame]:
        """``changed`` and what changes with it in the tables of ``stages``; a table that is not known is made too."""
        changed = dict(changed)
        for stage in stages:
            if stage == "recist" and (changed or not self.sound):
                changed = self._set_aside(changed)
            if stage == "coverage":
                count_values(self.connection)
                changed = self._changed("coverage", changed)
            self.connection.execute(f"create schema if not exists {stage}")
            for model in transforms.models(stage):
                if model.table not in self.sound or model.reads & changed.keys():
                    self.connection.execute(f"create or replace table {model.table} as\n{model.sql}")
                    changed = self._noted(model.table, changed)
        return changed

    def _set_aside(self, changed: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
        """The findings of the extract stage, and what they set aside. The sound cohort has none."""
        found = [
            schemas.examine(contract, changed[contract.relation]).findings
            for contract in schemas.CONTRACTS
            if contract.stage == EXTRACT and contract.relation in changed and self.sound
        ]
        if found:
            self.connection.register("found", pl.concat(found).to_arrow())
            self.connection.execute("insert into quality.findings by name select *, false as is_waived from found")
            self.connection.unregister("found")
        set_aside(self.connection)
        return self._changed("clean", self._changed("quality", changed))

    def _changed(self, schema: str, changed: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
        """``changed`` and the tables of ``schema`` that are other than those of the sound cohort."""
        tables = self.connection.execute(
            "select table_name from information_schema.tables where table_schema = $schema", {"schema": schema}
        ).fetchall()
        for (name,) in tables:
            changed = self._noted(f"{schema}.{name}", changed)
        return dict(changed)

    def _noted(self, table: str, changed: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
        frame = self.connection.sql(f"select * from {table} order by all").pl()
        before = self.sound.get(table)
        if before is not None and before.schema == frame.schema and before.equals(frame):
            return {name: other for name, other in changed.items() if name != table}
        return {**changed, table: frame}

    @contextmanager
    def _rolled_back(self) -> Iterator[None]:
        self.connection.execute("begin transaction")
        try:
            yield
        finally:
            self.connection.execute("rollback")


def write_raw(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, list[Row]]) -> None:
    """The tables as the loader would have left them: text, with file, line and whether a row is a copy.

    A table that is not named is left as it is, and made without rows where it is not there yet.
    """
    connection.execute("create schema if not exists raw")
    for table in schemas.EXTRACT_TABLES:
        columns = ", ".join(f"{column} varchar" for column in table.columns)
        create = "create or replace table" if table.name in tables else "create table if not exists"
        connection.execute(
            f"{create} raw.{table.name}"
            f" (row_id bigint, source_file varchar, source_row bigint, is_duplicate boolean, {columns})"
        )
        rows = list(_as_loaded(table.name, table.columns, tables.get(table.name, [])))
        if rows:
            marks = ", ".join("(" + ", ".join("?" * len(row)) + ")" for row in rows)
            connection.execute(f"insert into raw.{table.name} values {marks}", [value for row in rows for value in row])


def _as_loaded(name: str, columns: Iterable[str], rows: list[Row]) -> Iterator[list[object]]:
    seen: set[tuple[str | None, ...]] = set()
    for row_id, row in enumerate(rows, start=1):
        texts = tuple(row.get(column) or None for column in columns)
        yield [row_id, f"{name}.csv", row_id + 1, texts in seen, *texts]
        seen.add(texts)
