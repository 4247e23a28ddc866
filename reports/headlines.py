"""The numbers a physician asks for first: patients, medians, hazard ratio; as tiles of the page or as lines of text."""

from dataclasses import dataclass
from pathlib import Path

from reports import survival_cells
from reports.facts import RunFacts
from reports.numbers import MISSING, count, p_with_sign
from reports.run_folder import Statistics, read_statistics
from reports.setting import Setting
from reports.table_cox import MODELS, hazard_ratio
from studies import Study


@dataclass(frozen=True)
class Tile:
    """One headline: ``lines`` are pairs of a label and a printed number, ``detail`` says what the numbers are."""

    name: str
    lines: tuple[tuple[str, str], ...]
    detail: str = ""


def headlines(run_dir: Path, study: Study) -> list[str]:
    """The headline numbers of the run in ``run_dir``, a line each; none where the run has no results."""
    if not (run_dir / "results" / "statistics.csv").is_file():
        return []
    facts = RunFacts(run_dir.name, "published", "", study.protocol.study.data_cut)
    lines = []
    for tile in headline_tiles(read_statistics(run_dir), Setting(study.protocol, facts)):
        numbers = ", ".join(f"{label} {number}" for label, number in tile.lines)
        detail = f" ({tile.detail})" if tile.detail else ""
        lines.append(f"{tile.name}: {numbers}{detail}")
    return lines


def headline_tiles(statistics: Statistics, setting: Setting) -> list[Tile]:
    """Patients by arm, the median of each endpoint by arm with its log-rank P, and the hazard ratio of each arm."""
    tiles = [_patients(setting), *_medians(statistics, setting), *_hazard_ratios(statistics, setting)]
    return [tile for tile in tiles if tile.lines]


def _patients(setting: Setting) -> Tile:
    n = setting.facts.subjects_by_arm
    return Tile("Patients", tuple((setting.arm_label(code), count(n[code])) for code in setting.arm_codes if code in n))


def _medians(statistics: Statistics, setting: Setting) -> list[Tile]:
    tiles = []
    for endpoint in setting.protocol.endpoints:
        if endpoint.kind != "time_to_event":
            continue
        key = {"endpoint": endpoint.paramcd}
        medians = (
            (setting.arm_label(code), survival_cells.median(statistics, setting, "survival", group=code, **key))
            for code in setting.arm_codes
        )
        p = statistics.value("survival", "log_rank_p", group=setting.arms_compared, **key)
        tested = f"; log-rank {p_with_sign(p)}" if p is not None else ""
        detail = f"Median in {setting.unit} ({setting.confidence}){tested}"
        tiles.append(Tile(endpoint.label, tuple(line for line in medians if line[1] != MISSING), detail))
    return tiles


def _hazard_ratios(statistics: Statistics, setting: Setting) -> list[Tile]:
    cox = setting.protocol.cox
    if cox is None:
        return []
    label = f"Hazard ratio, {setting.protocol.endpoint(cox.endpoint).label.lower()}"
    tiles = []
    for arm in setting.protocol.arms:
        if arm.reference:
            continue
        lines = []
        for model, name in MODELS:
            ratio = hazard_ratio(statistics, endpoint=cox.endpoint, level=f"arm={arm.code}", group=model)
            if ratio != MISSING:
                lines.append((name, ratio))
        detail = f"{arm.label} against {setting.protocol.reference_arm.label} ({setting.confidence})"
        tiles.append(Tile(label, tuple(lines), detail))
    return tiles
