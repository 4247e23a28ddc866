"""The current published cut, analysed again: part of the numbers, their tables and figures, in a folder of its own.

Reads only what is published, so it needs no lock and can disturb no refresh. Beside the numbers stands whether they are
those of the run that published the cut: they must be, unless code or packages have changed since.
"""

import json
import os
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from flows import stages
from flows.configuration import Places, take_key
from flows.outcome import now
from flows.progress import stage
from reports.facts import RunFacts
from studies import Study, load_study
from warehouse import Store, WrongUseError, build, runs
from warehouse.durable import file_sha256, write_bytes_durably
from warehouse.pseudonyms import key_from_environment, key_mark

if TYPE_CHECKING:
    import pandas as pd

Word = Literal["reproduced", "results differ", "analysed"]


@dataclass(frozen=True)
class Analysed:
    """What became of it. ``differing`` are ids of results that are not as the run that published the cut has them."""

    word: Word
    topic: str
    folder: str
    cut_id: str
    numbers: int
    differing: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What a person reads beside the state."""
        of_cut = f"{self.numbers} numbers of {self.topic}, cut {self.cut_id}"
        if self.word == "analysed":
            return f"{of_cut}; the run that published it is no longer there to compare with."
        if self.word == "reproduced":
            return f"{of_cut}: each as the run that published it has it."
        return f"{of_cut}; {len(self.differing)} are not as the run that published it has them: see differences.csv."


def analyse_again(place: Places, topic: str, analyses: Sequence[str], with_curves: bool) -> Analysed:
    """Runs the analyses on the current cut and keeps those that ``analyses`` names in ``runs/<topic>/<cut>-<code>/``.

    The folder appears whole or not at all; an earlier one of the same cut and code is replaced by an equal one.

    Raises:
        WrongUseError: nothing is published yet, or the data folder belongs to another study or key.
        StudyError, WarehouseError: as any flow.
    """
    study = load_study(place.study)
    take_key()
    store = Store(Path(place.data), study=study.protocol.study.id, key=key_mark(key_from_environment()))
    store.check_owner()
    current = store.current()
    if current is None:
        raise WrongUseError(f"{place.data}: no cut is published there yet; run datacut refresh first.")
    cut_id = str(current["cut_id"])
    code = runs.code_version().rpartition("+")[2]
    parent = Path(place.runs) / topic
    runs.prepare_runs(Path(place.runs))
    made, folder = parent / f".{cut_id}-{code}.{os.getpid()}", parent / f"{cut_id}-{code}"
    _sweep(parent)
    with stage(f"Analysing {topic}"):
        (made / "results").mkdir(parents=True)
        try:
            statistics = _write(made, study, store.cut_file(cut_id), analyses, with_curves)
            differing = _compare(made, statistics, Path(place.runs) / cut_id, analyses)
            _complete(made, topic, cut_id, study)
            shutil.rmtree(folder, ignore_errors=True)
            os.replace(made, folder)
        finally:
            shutil.rmtree(made, ignore_errors=True)
    word: Word = "analysed" if differing is None else "results differ" if differing else "reproduced"
    return Analysed(word, topic, str(folder), cut_id, len(statistics), tuple(differing or ()))


def _sweep(parent: Path) -> None:
    """Removes what runs that were killed left here a day ago or earlier."""
    for left in parent.glob(".*"):
        if left.stat().st_mtime < time.time() - 86_400:
            shutil.rmtree(left)


def _write(folder: Path, study: Study, cut_file: Path, analyses: Sequence[str], with_curves: bool) -> "pd.DataFrame":
    """Writes results, tables and figures; gives the statistics."""
    from analyses import run_analyses
    from reports.drawing import DrawnFigure
    from reports.figures import all_figures
    from reports.run_folder import Results, read_results, read_statistics
    from reports.setting import Setting
    from reports.tables import all_tables

    with build.opened(cut_file, read_only=True) as connection:
        numbers = run_analyses(**stages.analysed(connection), protocol=study.protocol)
        n_by_arm = runs.subjects_by_arm(connection)
        data_cut = runs.data_cut_of(connection)
    statistics = numbers["statistics"]
    kept = statistics[statistics["analysis"].isin(list(analyses))]
    frames = {"statistics": kept} | ({name: numbers[name] for name in ("curves", "at_risk")} if with_curves else {})
    stages.write_results(frames, folder / "results", study.protocol.mark)
    setting = Setting(study.protocol, RunFacts(folder.name, "published", "", data_cut, subjects_by_arm=n_by_arm))
    results = read_results(folder) if with_curves else Results(read_statistics(folder), [], [], [])
    for name in ("tables", "figures"):
        (folder / name).mkdir()
    for table in (table for table in all_tables(results, setting) if table.rows):
        (folder / "tables" / f"{table.name}.html").write_text(table.html_page(), encoding="utf-8")
        (folder / "tables" / f"{table.name}.csv").write_text(table.csv(), encoding="utf-8")
    figures = all_figures(results, setting) if with_curves else []
    for figure in (figure for figure in figures if isinstance(figure, DrawnFigure)):
        (folder / "figures" / f"{figure.name}.png").write_bytes(figure.png)
    return kept


def _compare(folder: Path, made: "pd.DataFrame", run: Path, analyses: Sequence[str]) -> list[str] | None:
    """The ids of numbers that are not as the run of the cut has them, also written; None where there is no such run."""
    import pandas as pd

    earlier_file = run / "results" / "statistics.csv"
    if not earlier_file.is_file():
        return None
    columns = ["result_id", "analysis", "value"]
    earlier = pd.read_csv(earlier_file, dtype=str, keep_default_na=False)[columns]
    earlier = earlier[earlier["analysis"].isin(list(analyses))]
    now_made = pd.read_csv(folder / "results" / "statistics.csv", dtype=str, keep_default_na=False)[columns]
    both = earlier.merge(now_made, on="result_id", how="outer", suffixes=("_of_the_run", "_now")).fillna("absent")
    differing = both[both["value_of_the_run"] != both["value_now"]]
    differing[["result_id", "value_of_the_run", "value_now"]].to_csv(
        folder / "results" / "differences.csv", index=False, lineterminator="\n"
    )
    return list(differing["result_id"])


def _complete(folder: Path, topic: str, cut_id: str, study: Study) -> None:
    outputs = [
        {"file": path.relative_to(folder).as_posix(), "sha256": file_sha256(path)}
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
    manifest: dict[str, Any] = {
        "topic": topic,
        "cut": cut_id,
        "study": study.protocol.study.id,
        "synthetic": study.protocol.study.synthetic,
        "made": now(),
        "code_version": runs.code_version(),
        "package_versions": runs.package_versions(),
        "outputs": outputs,
    }
    write_bytes_durably(folder / "manifest.json", (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode())
