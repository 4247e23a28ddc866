"""The dictionary of an export: ``define.html`` for people, ``define.csv`` and ``define.json`` for programs."""

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reports.templating import stylesheet, template_named
from studies import Study

VARIABLE_COLUMNS = (
    "dataset", "dataset_label", "order", "variable", "label", "type", "length", "format", "key", "code_list",
    "description",
)  # fmt: skip


def write_define(folder: Path, study: Study, define: Mapping[str, Any]) -> list[Path]:
    """Writes the dictionary ``define`` (warehouse.export) of an export into ``folder``; gives the files.

    Raises:
        OSError: the folder cannot be written.
    """
    contents = {
        "define.html": define_page(study, define),
        "define.csv": define_csv(define),
        "define.json": json.dumps({**define, "data": study.protocol.mark}, ensure_ascii=False, indent=1) + "\n",
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content.encode("utf-8"))
    return [folder / name for name in contents]


def define_page(study: Study, define: Mapping[str, Any]) -> str:
    """One self-contained page: every data set with its variables and parameters, and the code lists."""
    return template_named("define.html.j2").render(
        study=study.protocol.study, mark=study.protocol.mark, css=stylesheet(), define=define
    )


def define_csv(define: Mapping[str, Any]) -> str:
    """One line a variable, in the order of the files."""
    out = io.StringIO()
    writer = csv.DictWriter(out, VARIABLE_COLUMNS, lineterminator="\n", restval="")
    writer.writeheader()
    for dataset in define["datasets"]:
        for order, variable in enumerate(dataset["variables"], start=1):
            writer.writerow(
                {"dataset": dataset["dataset"], "dataset_label": dataset["label"], "order": order, **variable}
            )
    return out.getvalue()
