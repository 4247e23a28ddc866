"""One run beside an earlier one: what is different in the data, in the results, and why the hazard ratio changed."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from flows import progress
from schemas import ContractError
from studies import Study
from warehouse import Store, WarehouseError
from warehouse.differences import Differences, differences
from warehouse.errors import DamagedManifestError
from warehouse.ledger import day_of
from warehouse.runs import RunFolder, code_version, read_analysis
from warehouse.swapped import checked_anew, derived_anew

if TYPE_CHECKING:
    import pandas as pd

FOLDER = "since_last_cut"
SAME = "the same in both runs"


@dataclass(frozen=True)
class Side:
    """A run that is compared: its database, what its manifest says (or will say), and its statistics if it has any."""

    run_id: str
    database: Path
    manifest: dict[str, Any]
    statistics: "pd.DataFrame"


@dataclass(frozen=True)
class Comparison:
    """The later run beside the earlier; ``results`` as analyses.beside, ``hazard_ratio`` as hazard_ratio_change."""

    earlier: Side
    later: Side
    different: Differences
    results: "pd.DataFrame"
    hazard_ratio: "pd.DataFrame"

    @property
    def frames(self) -> dict[str, "pd.DataFrame"]:
        data = {name: frame.to_pandas() for name, frame in self.different.frames.items()}
        return {**data, "results": self.results, "hazard_ratio": self.hazard_ratio}

    @property
    def summary(self) -> dict[str, str]:
        """Which runs are compared, and as of which days."""
        return {
            "earlier_run": self.earlier.run_id,
            "earlier_data_cut": self.earlier.manifest["data_cut"],
            "run": self.later.run_id,
            "data_cut": self.later.manifest["data_cut"],
        }


def side_of(store: Store, run: RunFolder) -> Side:
    """A published run.

    Raises:
        WarehouseError: its cut was removed or is damaged.
    """
    damage = store.damage(run.run_id)
    if damage:
        raise WarehouseError(f"{damage} So the run cannot be compared.")
    return Side(run.run_id, store.cut_file(run.run_id), run.manifest(), read_statistics(run.path))


def side_before(store: Store, run: RunFolder) -> Side | None:
    """The run that published the cut before; None, with a word where it is damaged, where nobody can say how it was."""
    try:
        return side_of(store, run) if run.is_complete else None
    except DamagedManifestError as error:
        progress.note(f"{error} It is not compared with.")
        return None


def read_statistics(run: Path) -> "pd.DataFrame":
    """results/statistics.csv of a run folder; empty where there is none any more."""
    import pandas as pd

    file = run / "results" / "statistics.csv"
    return pd.read_csv(file, keep_default_na=True) if file.is_file() else pd.DataFrame({"result_id": [], "value": []})


def compare(study: Study, earlier: Side, later: Side) -> Comparison:
    """What became different from ``earlier`` to ``later``.

    Raises:
        WarehouseError: a cut cannot be read.
    """
    from analyses import beside, hazard_ratio_change

    results = beside(later.statistics.fillna(""), earlier.statistics, study.protocol)
    results = results.rename(columns={"value_published": "value", "value_all": "earlier_value"})
    return Comparison(
        earlier,
        later,
        differences(earlier.database, later.database),
        results[["result_id", "paramcd", "group", "statistic", "label", "earlier_value", "value"]],
        hazard_ratio_change(list(_steps(study, earlier, later))),
    )


def write_comparison(comparison: Comparison, folder: Path, mark: str) -> None:
    """One CSV a frame, and summary.json; ``mark`` stands in a column ``data`` of each."""
    folder.mkdir(exist_ok=True)
    for name, frame in comparison.frames.items():
        marked = frame.assign(data=mark) if mark else frame
        marked.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
    text = json.dumps(comparison.summary, indent=1) + "\n"
    (folder / "summary.json").write_text(text, encoding="utf-8")


def _steps(study: Study, earlier: Side, later: Side) -> Iterator[Any]:
    """The hazard ratio of the earlier run, and again as one thing after another is that of the later run.

    The data of the earlier run are in its cut, and so is what its contracts set aside; its code is not. So code is
    swapped by deriving the earlier cut anew with the code of today, contracts by checking it anew. Where the later run
    was made by other code than that of today, its own cut goes the same way, and what is left is its code.
    """
    from analyses import Step, main_ratio_id

    if study.protocol.cox is None:
        return
    formats = study.mapping.date_formats
    is_same = _is_same(earlier, later)
    recorded = {side.run_id: _recorded(side, main_ratio_id(study.protocol)) for side in (earlier, later)}
    yield Step(f"run {earlier.run_id}", recorded[earlier.run_id])
    if is_same:
        yield Step("code", recorded[earlier.run_id], "code", SAME)
        yield Step("contracts", recorded[earlier.run_id], "contracts", f"{SAME}, also protocol and waivers")
        yield Step(f"run {later.run_id}", recorded[later.run_id], "data")
        return
    with _in_words() as why, derived_anew(earlier.database, formats, _tables(study, earlier)) as connection:
        why.hr = _hazard_ratio(connection, study)
    yield Step("code", why.hr, "code", why.note)
    together = "contracts" if why.hr is not None else "code and contracts"
    yield _checked(study, earlier, together, day_of(later.run_id))
    if later.manifest["code_version"] == code_version():
        yield Step(f"run {later.run_id}", recorded[later.run_id], "data")
        return
    yield _checked(study, later, "data", day_of(later.run_id))
    yield Step(
        f"run {later.run_id}",
        recorded[later.run_id],
        "code and contracts of the later run",
        f"made by {later.manifest['code_version']}, which is not installed: these cannot be swapped apart",
    )


def _checked(study: Study, side: Side, swapped: str, day: str) -> Any:
    from analyses import Step

    tables, formats = _tables(study, side), study.mapping.date_formats
    with _in_words() as why, checked_anew(side.database, formats, tables, study.read_waivers(), day) as connection:
        why.hr = _hazard_ratio(connection, study)
    return Step(swapped, why.hr, swapped, why.note)


def _tables(study: Study, side: Side) -> dict[str, list[dict[str, Any]]]:
    """The protocol of today, as of the day of the run."""
    return study.tables(date.fromisoformat(side.manifest["data_cut"]))


def _is_same(earlier: Side, later: Side) -> bool:
    """Whether code, contracts, protocol and waivers of both runs are equal, as far as their manifests say."""
    told = ("code_version", "contracts_sha256", "protocol_sha256", "package_versions", "waivers_in_force")
    return all(earlier.manifest.get(name) == later.manifest.get(name) for name in told)


def _recorded(side: Side, result_id: str) -> float | None:
    found = side.statistics.loc[side.statistics["result_id"] == result_id, "value"]
    return None if found.empty or found.isna().all() else float(found.iloc[0])


def _hazard_ratio(connection: duckdb.DuckDBPyConnection, study: Study) -> float | None:
    from analyses import main_hazard_ratio

    return main_hazard_ratio(read_analysis(connection, "adtte"), read_analysis(connection, "adsl"), study.protocol)


@dataclass
class _Why:
    """A hazard ratio, or a sentence that says why there is none."""

    hr: float | None = None
    note: str = ""


@contextmanager
def _in_words() -> Iterator[_Why]:
    why = _Why()
    try:
        yield why
    except (WarehouseError, ContractError, duckdb.Error):
        # The text is left out: the engine's may quote a value, and ours would call it a fault, which it is not.
        why.note = "cannot be swapped alone: the code of today cannot read what that cut keeps"
