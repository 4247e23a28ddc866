"""Several processes at one store, as forks of this one; prints what each of them saw as JSON.

python -m tests.warehouse.crowd FOLDER refreshes 8 [--wait]    eight refreshes at once, of the same extract
python -m tests.warehouse.crowd FOLDER readers 100             a reader in a loop during a hundred publishes
"""

import argparse
import json
import os
from pathlib import Path

from tests.warehouse.small_refresh import faults_after_a_start, faults_for_a_reader, published, small_refresh
from warehouse import WarehouseError


def refreshes(folder: Path, number: int, wait: bool) -> dict[str, object]:
    """The word with which each ended: the id of the run it made, ``no change``, or the sentence of its refusal."""
    (folder / "said").mkdir(parents=True)
    gate_read, gate_write = os.pipe()
    children = []
    for one in range(number):
        child = os.fork()
        if child == 0:
            os.close(gate_write)
            os.read(gate_read, 1)  # all begin when the gate is closed
            said = folder / "said" / str(one)
            try:
                said.write_text(small_refresh(folder, "same", waiting=(lambda: None) if wait else None))
            except WarehouseError as error:
                said.write_text(str(error))
            os._exit(0)
        children.append(child)
    os.close(gate_write)
    for child in children:
        os.waitpid(child, 0)
    words = [file.read_text() for file in sorted((folder / "said").iterdir())]
    return {"said": words, "published": published(folder), "faults": faults_after_a_start(folder)}


def readers(folder: Path, publishes: int) -> dict[str, object]:
    """What a reader saw that looked as often as it could while cuts were published."""
    writer = os.fork()
    if writer == 0:
        for number in range(publishes):
            small_refresh(folder, str(number))
        os._exit(0)
    cuts: list[str] = []
    latest: list[str] = []
    faults: list[str] = []
    looks, done = 0, False
    while not done:
        done = os.waitpid(writer, os.WNOHANG) != (0, 0)
        looks += 1
        faults += faults_for_a_reader(folder)
        seen = published(folder)
        cuts += [cut for cut in seen[-1:] if cut not in cuts[-1:]]
        link = folder / "runs" / "latest"
        leads_to = [link.readlink().name] if link.is_symlink() else []
        latest += [run for run in leads_to if run not in latest[-1:]]
    return {"looks": looks, "cuts": cuts, "latest": latest, "published": published(folder), "faults": faults}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("what", choices=("refreshes", "readers"))
    parser.add_argument("number", type=int)
    parser.add_argument("--wait", action="store_true")
    options = parser.parse_args()
    if options.what == "refreshes":
        print(json.dumps(refreshes(options.folder, options.number, options.wait)))
    else:
        print(json.dumps(readers(options.folder, options.number)))


if __name__ == "__main__":
    main()
