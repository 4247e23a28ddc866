"""One subject's path out of a published cut, or a sentence that says why there is none."""

from pathlib import Path

from studies import load_study
from warehouse import Store, WrongUseError
from warehouse.history import find_published
from warehouse.subject_paths import Paths, known_endpoints, known_subject, narrowed, read_paths, similar_subjects

LATEST = "latest"
WHERE_IDS_STAND = (
    "Ids are the study's own, as in the column “subject” of the workbooks of queries; "
    "profiles.html of the run lists them."
)


def explained(subject: str, endpoint: str | None, run: str, study_name: str, data: Path, runs: Path) -> Paths:
    """The path of ``subject`` in the cut of ``run``, narrowed to ``endpoint`` if one is named.

    Raises:
        WrongUseError: no cut, no such subject, no such endpoint, or the data folder is another study's.
        StudyError, WarehouseError: as any command.
    """
    cut = published_cut(run, study_name, data, runs)
    known = known_subject(cut, subject)
    if known is None:
        nearest = similar_subjects(cut, subject)
        # What was typed is not said again: it may be a record number or a name.
        meant = f"Did you mean {', '.join(nearest)}?" if nearest else WHERE_IDS_STAND
        raise WrongUseError(f"No subject of this cut has the id that was given. {meant}")
    wanted = endpoint.strip().upper() if endpoint else None
    if wanted and wanted not in (endpoints := known_endpoints(cut)):
        raise WrongUseError(f"{endpoint}: no endpoint of this cut; there are {', '.join(endpoints)}.")
    path = read_paths(cut, known)
    return narrowed(path, wanted) if wanted else path


def published_cut(run: str, study_name: str, data: Path, runs: Path) -> Path:
    """The file of the cut that ``run`` published, of ``latest`` the current one.

    Raises:
        WrongUseError: there is none.
    """
    store = Store(data, study=load_study(study_name).protocol.study.id)
    store.check_owner()
    current = store.current()
    if current is None:
        raise WrongUseError(f"{data}: no cut was published here; run datacut refresh first, or name another --data.")
    cut_id = current["cut_id"] if run == LATEST else run
    if cut_id not in (current["cut_id"], *current.get("published", [])):
        cut_id = find_published(runs, run).run_id
    if not (cut := store.cut_file(cut_id)).is_file():
        raise WrongUseError(f"{run}: its cut is not in {data} (any more); name another run or another --data.")
    return cut
