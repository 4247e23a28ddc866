"""``results/profiles.json``: the path of every subject of a cut, as the profiles show it."""

import json
from pathlib import Path

from warehouse.subject_paths import Paths, read_paths

MOST_SUBJECTS = 500
"""Beyond so many subjects one page is too large to open; ``datacut explain`` tells of each."""


def write_profiles(cut: Path, file: Path, mark: str) -> bool:
    """Writes the paths of all subjects of ``cut`` to ``file``: a list of columns and one row a line, for each table.

    What differs from the cut before is left out: the same extract has the same profiles. Gives whether it was written;
    a cohort of more than MOST_SUBJECTS has no profiles.

    Raises:
        WarehouseError: the cut cannot be read.
    """
    paths = read_paths(cut)
    if len(paths["subjects"]) > MOST_SUBJECTS:
        return False
    paths["findings"] = [finding for finding in paths["findings"] if not finding["is_comparison"]]
    file.write_text(_as_json(paths, mark), encoding="utf-8")
    return True


def _as_json(paths: Paths, mark: str) -> str:
    parts = [f'"data": {json.dumps(mark)}']
    for name, records in paths.items():
        columns = list(records[0]) if records else []
        rows = ",\n".join(json.dumps(list(record.values()), ensure_ascii=False) for record in records)
        parts.append(f'"{name}": {{"columns": {json.dumps(columns)}, "rows": [\n{rows}\n]}}')
    return "{\n" + ",\n".join(parts) + "\n}\n"
