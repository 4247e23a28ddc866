"""The list of the runs and of the files of a folder, as ``datacut serve`` shows them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from reports.templating import stylesheet, template_named


def runs_page(manifests: Sequence[Mapping[str, Any]]) -> str:
    """Every complete run, with its outcome and links to its pages, in the order given."""
    return template_named("runs.html.j2").render(css=stylesheet(), manifests=manifests)


def folder_page(folder: Path, root: Path) -> str:
    """The files and folders of ``folder`` (below ``root``) as links; hidden ones are left out."""
    shown = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    entries = [
        {
            "name": path.name + ("/" if path.is_dir() else ""),
            "address": quote(path.name) + ("/" if path.is_dir() else ""),
        }
        for path in shown
    ]
    title = folder.relative_to(root).as_posix()
    return template_named("folder.html.j2").render(css=stylesheet(), title=title, entries=entries)
