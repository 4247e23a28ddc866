"""The paper beside this run: every published figure, what this run gives, and the verdict of the comparison."""

from analyses.comparison import VERDICTS
from reports.display_table import Column, DisplayTable, Row
from reports.numbers import MISSING
from reports.run_folder import Record
from reports.setting import Setting


def published_table(published: list[Record], setting: Setting) -> DisplayTable:
    """A heading line a verdict with the number of figures; below it the figures, in the order of the paper."""
    rows: list[Row] = []
    for verdict, figures in by_verdict(published).items():
        rows.append(Row(f"{verdict} ({len(figures)})", ("",) * 5))
        rows += [
            Row(
                figure["location"],
                (
                    figure["group"],
                    figure["kind"],
                    figure["value"],
                    figure["ours_printed"] or MISSING,
                    explanation(figure),
                ),
                indent=True,
            )
            for figure in figures
        ]
    return DisplayTable(
        name="published_comparison",
        title="The published figures and this run",
        stub="Place in the paper",
        columns=(
            Column("Group", numeric=False),
            Column("Kind", numeric=False),
            Column("Paper"),
            Column("This run"),
            Column("Why", numeric=False),
        ),
        rows=tuple(rows),
        notes=setting.closing_notes,
        mark=setting.mark,
    )


def by_verdict(published: list[Record]) -> dict[str, list[Record]]:
    """The figures by verdict, in the order of ``VERDICTS``; a verdict without figures is left out."""
    found = {figure["verdict"] for figure in published}
    order = [*(verdict for verdict in VERDICTS if verdict in found), *sorted(found - set(VERDICTS))]
    return {verdict: [figure for figure in published if figure["verdict"] == verdict] for verdict in order}


def explanation(figure: Record) -> str:
    """The reason of the verdict; the note of the comparison where no reason is given."""
    return figure.get("reason") or figure.get("note") or ""
