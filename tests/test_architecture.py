"""The house keeps its shape: imports in one direction, names that say something, no study named outside studies/."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = {
    "studies": set(),
    "schemas": set(),
    "transforms": set(),
    "analyses": {"studies"},
    "reports": {"analyses", "studies"},
    "warehouse": {"transforms", "schemas"},
    "simulate": {"studies"},
    "flows": {"studies", "schemas", "transforms", "analyses", "reports", "warehouse", "simulate"},
}
PYTHON_FILES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def imported_rooms(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.split(".")[0])
    return names & ROOMS.keys()


@pytest.mark.parametrize("path", PYTHON_FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_room_imports_only_what_it_may(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    assert imported_rooms(path) - {room} <= ROOMS[room]


def test_no_file_name_says_nothing() -> None:
    assert not [path for path in PYTHON_FILES if re.fullmatch(r"utils?|helpers?|common|misc", path.stem)]


@pytest.mark.parametrize("room", [room for room in ROOMS if room != "studies"])
def test_no_study_is_named_outside_its_folder(room: str) -> None:
    folders = "|".join(path.parent.name for path in (ROOT / "studies").glob("*/protocol.toml"))
    paths = [path for suffix in ("py", "sql", "html", "css") for path in (ROOT / room).rglob(f"*.{suffix}")]
    named = [path for path in paths if re.search(rf"\b(gist|tace)\b|{folders}", path.read_text("utf-8"), re.IGNORECASE)]
    assert not [path.relative_to(ROOT).as_posix() for path in named]


def test_every_sql_model_states_its_grain() -> None:
    models = [path for path in (ROOT / "transforms").rglob("*.sql") if path.parent != ROOT / "transforms"]
    assert models
    assert not [path.name for path in models if not re.search(r"^-- .*grain", path.read_text("utf-8"), re.I | re.M)]


def test_no_index_address_in_the_pins() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert pins
    assert not [line for line in pins if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!_-]+", line)]
