"""A cohort of a few hand-written rows in clean.* and study.*, and what the models make of it.

Days are counted from the subject's start: day 0 is the start, day 42 six weeks later, day -10 before it.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import duckdb

import transforms
from studies.laboratory import laboratory_tables
from studies.protocol import Protocol
from studies.study import STUDIES_DIR
from studies.toml_file import read_toml

GIST_TACE = STUDIES_DIR / "gist_tace"
START = date(2010, 1, 4)
DATA_CUT = date(2012, 5, 31)

ROW = "row_id bigint, source_file varchar, source_row bigint, is_duplicate boolean"
CLEAN = {
    "patients": "subject_id varchar, record_id varchar, name_id varchar, phone_id varchar, site varchar, arm varchar,"
    " sex varchar, birth_year integer, age_years integer, histology varchar, cd117 varchar, ecog integer,"
    " child_pugh_class varchar, child_pugh_score integer, primary_location varchar,"
    " liver_involvement_pct decimal(12, 3), blood_supply varchar, diagnosis_date date, consent_date date,"
    " index_date date, prior_therapy varchar, prior_therapy_stop_reason varchar, reported_liver_lesion_group varchar,"
    " reported_extrahepatic varchar, reported_tki_reintroduction varchar",
    "procedures": "subject_id varchar, session_number integer, procedure_date date, iodised_oil_ml decimal(12, 3),"
    " doxorubicin_mg decimal(12, 3), embolic_agent varchar",
    "drug_courses": "subject_id varchar, drug varchar, daily_dose_mg decimal(12, 3), start_date date, end_date date,"
    " stop_reason varchar",
    "lesions": "subject_id varchar, lesion_id varchar, organ varchar, location_text varchar, lesion_class varchar,"
    " first_seen_date date",
    "lesion_measurements": "subject_id varchar, lesion_id varchar, scan_date date, reader varchar, modality varchar,"
    " diameter_mm decimal(9, 2), short_axis_mm decimal(9, 2), diameter_text varchar, diameter_unit varchar,"
    " short_axis_text varchar, lesion_status varchar, not_evaluable_reason varchar",
    "response_assessments": "subject_id varchar, scan_date date, reader varchar, target_response varchar,"
    " overall_response varchar, liver_response varchar, adjudicated_response varchar",
    "adverse_events": "subject_id varchar, ae_number integer, reported_term varchar, term varchar, term_text varchar,"
    " grade integer, start_date date, end_date date, serious varchar, outcome varchar, ctcae_version varchar",
    "lab_results": "subject_id varchar, sample_date date, test varchar, value decimal(12, 3), unit varchar,"
    " lower_limit decimal(12, 3), upper_limit decimal(12, 3)",
    "follow_up": "subject_id varchar, contact_date date, contact_type varchar, vital_status varchar, death_date date,"
    " death_date_precision varchar, death_cause varchar",
}
STUDY = {
    "protocol": "study_id varchar, usubjid_prefix varchar, data_cut date, response_source varchar,"
    " responses_adjudicated boolean,"
    " evaluator varchar, response_organ varchar, stable_disease_days integer, disease_control_day integer,"
    " clinical_benefit_days integer, lost_to_follow_up_days integer,"
    " confirmation_days integer, confirmation_accepts_stable boolean, most_not_evaluable_between integer",
    "arms": "arm varchar, arm_order integer, start_from varchar, procedures_expected boolean",
    "visit_windows": "arm varchar, interval_low_days integer, interval_high_days integer, tolerance_days integer",
    "endpoints": "paramcd varchar, param varchar, endpoint_order integer",
    "safety": "laboratory_baseline_days integer, procedure_mortality_days integer, transaminase_times double,"
    " bilirubin_times double, alkaline_phosphatase_times double, liver_injury_days integer",
    "laboratory_tests": "test varchar, label varchar, unit varchar, term varchar, test_order integer",
    "grading_limits": "test varchar, direction varchar, grade integer, basis varchar, limit_value varchar",
    "laboratory_units": "test varchar, unit varchar, factor varchar",
    "syndromes": "syndrome varchar, label varchar, term varchar, days_after_procedure integer, least_terms integer",
    "levels": "covariate varchar, level varchar, level_order integer, low double, high double",
    "drug_lines": "line bigint, drug varchar",
}
"""The columns of SPEC that the derivation may read; <col>_text only where it is read."""


Fact = tuple[str, str | int | None, int | None]
"""A row of ADRS or ADTTE as the tests state it: paramcd, avalc or cnsr, day."""


def day(number: int) -> date:
    """The date ``number`` days after the start."""
    return START + timedelta(days=number)


class TinyCohort:
    """Rows named by a test; ``derive`` runs the models, ``rows`` asks for what came of them."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self._row_ids: dict[str, int] = {}
        self._nodes: set[tuple[str, str]] = set()
        for schema, tables, prefix in (("clean", CLEAN, f"{ROW}, "), ("study", STUDY, "")):
            connection.execute(f"create schema {schema}")
            for name, columns in tables.items():
                connection.execute(f"create table {schema}.{name} ({prefix}{columns})")
        self.protocol()
        self._insert("study.arms", arm="TREATED", arm_order=1, start_from="first_procedure", procedures_expected=True)
        self._insert("study.arms", arm="CONTROL", arm_order=2, start_from="index_date", procedures_expected=False)
        for arm in ("TREATED", "CONTROL"):
            self._insert("study.visit_windows", arm=arm, interval_low_days=42, interval_high_days=56, tolerance_days=7)
        self._insert(
            "study.safety", laboratory_baseline_days=14, procedure_mortality_days=30, transaminase_times=3,
            bilirubin_times=2, alkaline_phosphatase_times=2, liver_injury_days=30,
        )  # fmt: skip
        for order, name in enumerate(("OS", "PFS", "LPFS"), start=1):
            self._insert("study.endpoints", paramcd=name, param=f"label of {name}", endpoint_order=order)
        for line, drug in enumerate(("IMATINIB", "SUNITINIB"), start=1):
            self._insert("study.drug_lines", line=line, drug=drug)
        for name in ("extrahep", "line2pr", "tkire"):
            self._insert("study.levels", covariate=name, level="Y", level_order=1)

    def protocol(self, **entries: Any) -> None:
        """The one row of study.protocol, with ``entries`` in place of what stands here."""
        self.connection.execute("delete from study.protocol")
        usual = {
            "study_id": "STUDY", "usubjid_prefix": "STUDY-",
            "data_cut": DATA_CUT, "response_source": "derived", "responses_adjudicated": False,
            "evaluator": "R1", "response_organ": "LIVER", "stable_disease_days": 42, "disease_control_day": 91,
            "clinical_benefit_days": 42, "lost_to_follow_up_days": 90,
            "confirmation_days": 28, "confirmation_accepts_stable": False, "most_not_evaluable_between": 1,
        }  # fmt: skip
        self._insert("study.protocol", **{**usual, **entries})

    def levels(self, covariate: str, *levels: tuple[str, float, float]) -> None:
        for order, (level, low, high) in enumerate(levels, start=1):
            self._insert("study.levels", covariate=covariate, level=level, level_order=order, low=low, high=high)

    def laboratory(self) -> None:
        """The tests, limits and units of the example study."""
        for name, rows in laboratory_tables(
            GIST_TACE, read_toml(GIST_TACE / "protocol.toml", Protocol).laboratory_tests, "3.0"
        ).items():
            for row in rows:
                self._insert(f"study.{name}", **row)

    def syndrome(self, code: str, *terms: str, days: int, least: int = 1) -> None:
        for term in terms:
            self._insert(
                "study.syndromes", syndrome=code, label=f"label of {code}", term=term, days_after_procedure=days,
                least_terms=least,
            )  # fmt: skip

    def add(self, table: str, subject: str = "S1", **values: Any) -> int:
        """One more row of ``clean.<table>``; gives its row_id. Its line in the file is row_id + 1."""
        row_id = self._row_ids.get(table, 0) + 1
        self._row_ids[table] = row_id
        self._insert(
            f"clean.{table}", row_id=row_id, source_file=f"{table}.csv", source_row=row_id + 1, is_duplicate=False,
            subject_id=subject, **values,
        )  # fmt: skip
        return row_id

    def subject(self, subject: str = "S1", **values: Any) -> int:
        """A control whose index date is day 0, unless ``values`` say otherwise."""
        return self.add("patients", subject, **{"site": "A", "arm": "CONTROL", "index_date": START, **values})

    def lesion(
        self, lesion_id: str, lesion_class: str = "TARGET", organ: str = "LIVER", seen: int | None = -10,
        subject: str = "S1",
    ) -> int:  # fmt: skip
        if organ == "LYMPH NODE":
            self._nodes.add((subject, lesion_id))
        return self.add(
            "lesions", subject, lesion_id=lesion_id, lesion_class=lesion_class, organ=organ,
            first_seen_date=None if seen is None else day(seen),
        )  # fmt: skip

    def scan(self, on: int, readings: dict[str, Any], reader: str = "R1", subject: str = "S1") -> dict[str, int]:
        """What ``reader`` read on day ``on``: a size in mm (short axis for nodes) or a status; gives the row_ids."""
        row_ids = {}
        for lesion_id, reading in readings.items():
            axis = "short_axis_mm" if (subject, lesion_id) in self._nodes else "diameter_mm"
            value = {"lesion_status": reading} if isinstance(reading, str) else {axis: reading}
            row_ids[lesion_id] = self.add(
                "lesion_measurements", subject, lesion_id=lesion_id, scan_date=day(on), reader=reader, **value
            )
        return row_ids

    def report(
        self, course: Mapping[int, str | None], organ: Mapping[int, str] | None = None, reader: str = "R1",
        subject: str = "S1",
    ) -> dict[int, int]:  # fmt: skip
        """The responses that ``reader`` reported, by day: of all lesions, and of the organ; gives the row_ids."""
        organ = organ or {}
        return {
            on: self.add(
                "response_assessments", subject, scan_date=day(on), reader=reader, overall_response=course.get(on),
                liver_response=organ.get(on),
            )
            for on in sorted({*course, *organ})
        }  # fmt: skip

    def dies(self, on: int, subject: str = "S1") -> int:
        return self.add("follow_up", subject, vital_status="DEAD", death_date=day(on))

    def new_therapy(self, on: int, subject: str = "S1") -> int:
        """A drug that is on no list of the protocol."""
        return self.add("drug_courses", subject, drug="OTHER", start_date=day(on))

    def derive(self) -> "TinyCohort":
        for stage in ("recist", "analysis"):
            transforms.run(self.connection, stage)
        return self

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql).fetchall()

    def one(self, sql: str) -> tuple[Any, ...]:
        (row,) = self.rows(sql)
        return row

    def facts(self) -> dict[str, set[Fact]]:
        """Subject to what came of it: (paramcd, value, day) of ADRS, and (paramcd, cnsr, day) of ADTTE.

        Only of the evaluator; the day is that of the assessment, the event or the censoring.
        """
        found: dict[str, set[Fact]] = {}
        for subject, *fact in self.rows(
            f"""
            select adsl.subjid, paramcd, avalc, date_diff('day', date '{START}', adt)
            from analysis.adrs inner join analysis.adsl using (usubjid) where anl01fl = 'Y'
            union all
            select adsl.subjid, paramcd, cast(cnsr as varchar), date_diff('day', date '{START}', adt)
            from analysis.adtte inner join analysis.adsl using (usubjid)
            """
        ):
            paramcd, value, on = fact
            found.setdefault(subject, set()).add((paramcd, int(value) if (value or "").isdigit() else value, on))
        return found

    def responses(self, model: str = "overall_responses", scope: str = "ALL", reader: str = "R1") -> list[str]:
        """The responses of ``recist.<model>`` of S1 in order of date."""
        column = "new_lesion" if model == "new_lesions" else "response"
        found = self.rows(
            f"select {column} from recist.{model}"
            f" where subject_id = 'S1' and scope = '{scope}' and reader = '{reader}' order by scan_date"
        )
        return [response for (response,) in found]

    def _insert(self, table: str, **values: Any) -> None:
        marks = ", ".join("?" * len(values))
        self.connection.execute(f"insert into {table} ({', '.join(values)}) values ({marks})", list(values.values()))
