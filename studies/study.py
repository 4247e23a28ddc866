"""A study folder, read: protocol, mapping, published figures, and the tables that the SQL joins to."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studies.agreement import check_agreement
from studies.errors import StudyError
from studies.laboratory import LIMITS_FILE, UNITS_FILE, laboratory_tables
from studies.mapping import Mapping
from studies.protocol import Interval, Protocol
from studies.sources import Sources
from studies.toml_file import read_toml
from studies.waivers import read_waivers

if TYPE_CHECKING:
    import pandas as pd

STUDIES_DIR = Path(__file__).parent


@dataclass(frozen=True)
class Study:
    """One study. ``name`` is the folder's name, ``directory`` where it lies."""

    name: str
    directory: Path
    protocol: Protocol
    mapping: Mapping

    @property
    def extracts_dir(self) -> Path:
        return self.directory / "extracts"

    @property
    def protocol_files(self) -> list[Path]:
        """The files that decide what a result is: protocol, mapping, and the limits and units of the laboratory."""
        files = (self.directory / name for name in ("protocol.toml", "mapping.toml", LIMITS_FILE, UNITS_FILE))
        return [file for file in files if file.is_file()]

    @property
    def published_file(self) -> Path:
        return self.directory / "published.csv"

    def read_published(self) -> "pd.DataFrame | None":
        """The figures of the publication, all columns as text; None where the study has none."""
        if not self.published_file.is_file():
            return None
        import pandas as pd

        return pd.read_csv(self.published_file, dtype=str, keep_default_na=False)

    def read_sources(self) -> Sources | None:
        """Where the extracts are pulled from (sources.toml); None where they come as files.

        Raises:
            StudyError: an entry is wrong, or a query is of a table that the mapping does not know.
        """
        file = self.directory / "sources.toml"
        if not file.is_file():
            return None
        sources = read_toml(file, Sources)
        if unknown := sorted(sources.replica.queries.keys() - self.mapping.tables.keys()):
            raise StudyError(f"{file}: replica.queries.{unknown[0]}: mapping.toml has no table of this name.")
        return sources

    @property
    def waivers_file(self) -> Path:
        return self.directory / "waivers.csv"

    def read_waivers(self) -> list[dict[str, str]]:
        """The lines of waivers.csv: query_id, stamp, reason, who, date, expires.

        Raises:
            StudyError: the file is not as it must be.
        """
        return read_waivers(self.waivers_file)

    def thresholds(self) -> list[dict[str, Any]]:
        """What a rule may find: rule, most_count, most_percent, per_arm, blocks; rule "" is every rule of errors."""
        quality = self.protocol.quality
        entries = [*([quality.every_error] if quality.every_error else []), *quality.thresholds]
        return [entry.model_dump() for entry in entries]

    def tables(self, data_cut: date) -> dict[str, list[dict[str, Any]]]:
        """The protocol and the code lists as plain rows, one list a table of the schema ``study``.

        ``protocol`` has one row. ``data_cut`` ends follow-up; a record may be younger (the extract was made later
        than the cut), but not younger than the protocol's own cut, which is when the extract was made.
        ``codes.source_text`` is in lower case and trimmed, as the SQL compares it.
        """
        protocol = self.protocol
        facts, response, cohort = protocol.study, protocol.response, protocol.cohort
        return {
            "protocol": [
                {
                    "study_id": facts.id,
                    "usubjid_prefix": "" if facts.subject_ids_are_unique else f"{facts.id}-",
                    "data_cut": data_cut,
                    "latest_plausible_date": max(data_cut, facts.data_cut),
                    "ctcae_version": facts.ctcae_version,
                    "recruitment_first": facts.recruitment.first,
                    "recruitment_last": facts.recruitment.last,
                    "response_source": response.source,
                    "responses_adjudicated": response.adjudicated,
                    "evaluator": response.evaluator,
                    "response_organ": response.organ,
                    "baseline_window_days": response.baseline_window_days,
                    "stable_disease_days": response.stable_disease_days,
                    "disease_control_day": response.disease_control_day,
                    "clinical_benefit_days": response.clinical_benefit_days or response.stable_disease_days,
                    "lost_to_follow_up_days": facts.lost_to_follow_up_days,
                    "confirmation_days": response.confirmation_days,
                    "confirmation_accepts_stable": response.confirmation_accepts_stable,
                    "most_not_evaluable_between": response.most_not_evaluable_between,
                    **_limits("age", cohort.age_years),
                    **_limits("ecog", cohort.ecog),
                    **_limits("child_pugh_score", cohort.child_pugh_score),
                    "organ_required": cohort.organ_required,
                }
            ],
            "eligible_codes": [
                {"variable": variable, "code": code}
                for variable, codes in (
                    ("histology", cohort.histology),
                    ("cd117", cohort.cd117),
                    ("child_pugh_class", cohort.child_pugh_class),
                )
                for code in codes
            ],
            "arms": [
                {
                    "arm": arm.code,
                    "label": arm.label,
                    "arm_order": order,
                    "start_from": arm.start,
                    "procedures_expected": arm.procedures_expected,
                    "expected_subjects": arm.expected_subjects,
                }
                for order, arm in enumerate(protocol.arms, start=1)
            ],
            "visit_windows": [
                {
                    "arm": window.arm,
                    "interval_low_days": int(window.interval_days.low),
                    "interval_high_days": int(window.interval_days.high),
                    "tolerance_days": window.tolerance_days,
                }
                for window in protocol.visit_windows
            ],
            "endpoints": [
                {"paramcd": endpoint.paramcd, "param": endpoint.label, "endpoint_order": order}
                for order, endpoint in enumerate(protocol.endpoints, start=1)
            ],
            "levels": [
                {
                    "covariate": covariate.name,
                    "level": level.value,
                    "level_order": order,
                    "low": level.low,
                    "high": level.high,
                }
                for covariate in protocol.covariates
                for order, level in enumerate(covariate.levels, start=1)
            ],
            "ae_terms": [
                {
                    "term": term.term,
                    "label": term.label,
                    "term_order": order,
                    "highest_grade": term.highest_grade,
                }
                for order, term in enumerate(protocol.ae_terms, start=1)
            ],
            "ranges": [
                {"variable": entry.variable, "code": entry.code, "low": entry.low, "high": entry.high}
                for entry in protocol.ranges
            ],
            "safety": protocol.safety.rows(),
            "expected_terms": [{"term": term} for term in protocol.safety.reporting.expected_terms],
            "syndromes": [row for syndrome in protocol.syndromes for row in syndrome.rows()],
            "drug_lines": [{"line": line, "drug": drug} for line, drug in enumerate(cohort.drug_lines, start=1)],
            "not_in_cohort": [{"arm": code} for code in cohort.not_in_cohort],
            "open_lists": [{"code_list": name} for name in self.mapping.open_lists],
            "not_collected": [
                {"table_name": name.partition(".")[0], "column_name": name.partition(".")[2], "reason": reason}
                for name, reason in self.mapping.not_collected.items()
            ],
            **laboratory_tables(self.directory, protocol.laboratory_tests, facts.ctcae_version),
            "reading_limits": protocol.quality.readings.rows(),
            "unmeasurable": protocol.quality.unmeasurable.rows(),
            "codes": [
                {"code_list": code_list, "source_text": word.strip().lower(), "code": code}
                for code_list, meanings in self.mapping.codes.items()
                for code, words in meanings.items()
                for word in {w.strip().lower(): w for w in [code, *words]}.values()
            ],
        }


def _limits(name: str, interval: Interval | None) -> dict[str, float | None]:
    return {f"{name}_low": interval.low if interval else None, f"{name}_high": interval.high if interval else None}


def _is_study(directory: Path) -> bool:
    try:
        return (directory / "protocol.toml").is_file()
    except OSError:  # a name that is none, or a folder that may not be read
        return False


def load_study(name_or_directory: str) -> Study:
    """The study called ``name_or_directory``, or the one in the folder of that path.

    Raises:
        StudyError: no such study, or one of its files is wrong.
    """
    places = (STUDIES_DIR / name_or_directory, Path(name_or_directory))
    directory = next((place for place in places if _is_study(place)), None)
    if directory is None:
        known = ", ".join(sorted(path.parent.name for path in STUDIES_DIR.glob("*/protocol.toml")))
        raise StudyError(
            f"{name_or_directory}: no study of this name and no folder with a protocol.toml (known: {known})."
        )
    protocol = read_toml(directory / "protocol.toml", Protocol)
    mapping = read_toml(directory / "mapping.toml", Mapping)
    check_agreement(directory, protocol, mapping)
    laboratory_tables(directory, protocol.laboratory_tests, protocol.study.ctcae_version)  # a wrong line is told now
    return Study(name=directory.resolve().name, directory=directory, protocol=protocol, mapping=mapping)
