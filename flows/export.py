"""The analysis data sets of a run, exported with their dictionary."""

from dataclasses import replace
from pathlib import Path

from reports.define_page import write_define
from studies import load_study
from warehouse import WrongUseError
from warehouse.export import Exported, Format, export_run
from warehouse.history import find_published

EXPORTS = Path("exports")


def exported(run: str, form: Format, out: Path | None, study_name: str, runs: Path) -> Exported:
    """Writes the data sets and ``define.*`` into ``out`` (default: exports/<run id>/<form>); gives all the files.

    Raises:
        WrongUseError: no such run, or it is of another study.
        StudyError, WarehouseError: as any command.
    """
    study = load_study(study_name)
    chosen = find_published(runs, run)
    if (owner := chosen.manifest()["study"]) != study.protocol.study.id:
        raise WrongUseError(
            f"{run}: is a run of the study {owner}, not of {study.protocol.study.id}; name its --study."
        )
    folder = out or EXPORTS / chosen.run_id / form
    made = export_run(chosen, folder, form)
    return replace(made, files=[*made.files, *write_define(folder, study, made.define)])
