"""The data dictionary as one page and as CSV files, from rows alone."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from reports.templating import stylesheet, template_named
from studies import Study

Row = Mapping[str, str]


def write_dictionary(folder: Path, study: Study, parts: Mapping[str, Sequence[Row]]) -> list[Path]:
    """Writes ``dictionary.html`` and a CSV a part (tables, columns, codes, rules) into ``folder``; gives the files.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "dictionary.html"
    page.write_text(dictionary_page(study, parts), encoding="utf-8")
    written = [page]
    for name, rows in parts.items():
        out = io.StringIO()
        writer = csv.DictWriter(out, list(rows[0]), lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)
        path = folder / f"{name}.csv"
        path.write_bytes(out.getvalue().encode("utf-8-sig"))  # so that Excel reads the headings of any language
        written.append(path)
    return written


def dictionary_page(study: Study, parts: Mapping[str, Sequence[Row]]) -> str:
    """One self-contained page: every table with its columns, the code lists, and every rule."""
    tables = [
        {**table, "columns": [column for column in parts["columns"] if column["table"] == table["table"]]}
        for table in parts["tables"]
    ]
    lists: dict[str, list[Row]] = {}
    for code in parts["codes"]:
        lists.setdefault(code["code_list"], []).append(code)
    return template_named("dictionary.html.j2").render(
        study=study.protocol.study, css=stylesheet(), tables=tables, lists=lists, rules=parts["rules"]
    )
