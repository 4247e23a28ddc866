"""The survival analyses of a table as text for a terminal; rounds, and computes nothing."""

from collections.abc import Iterator
from typing import Any

from reports.numbers import p_value

CONVENTIONS = {
    "r": "R survival: log limits",
    "sas": "SAS: log-log limits",
    "spss": "SPSS: symmetric limits of the median",
}
NOTHING = "–"


def survival_text(result: dict[str, Any]) -> str:
    """A heading, a table for each analysis that was asked for, and what there is to say about them."""
    lines = [
        f"{result['n']} subjects, {result['events']} events; {result['dropped']} rows left out for a missing value.",
        f"Convention {result['convention']} ({CONVENTIONS[result['convention']]}).",
    ]
    km = [[_group(row), row["n"], row["events"], *_three(row, "median", "lower", "upper")] for row in result["km"]]
    lines += _block("Kaplan-Meier", ["group", "n", "events", "median", "95 % limits", ""], km)
    if (test := result["logrank"]) is not None:
        lines += _block("Log-rank test", ["chi-square", "df", "P"], [_test(test)])
    if (cox := result["cox"]) is not None:
        ratios = [
            [row["covariate"], *_three(row, "hr", "lower", "upper"), _number(row["coef"]), _number(row["se"]),
             _number(row["z"]), p_value(row["p"])]
            for row in cox["covariates"]
        ]  # fmt: skip
        headings = ["covariate", "hazard ratio", "95 % limits", "", "coef", "se", "z", "P"]
        lines += _block(f"Cox model, {cox['ties'].capitalize()} ties", headings, ratios)
        lines += _penalised(cox["covariates"])
        lines.append(f"Log likelihood {_number(cox['loglik'])}")
    if (ph := result["ph"]) is not None:
        tests = [[row["covariate"], *_test(row)] for row in ph]
        lines += _block("Proportional hazards (Kaplan-Meier scale)", ["covariate", "chi-square", "df", "P"], tests)
    notes = [*_notes(result), *(note if note.endswith(".") else f"{note}." for note in result["notes"])]
    return "\n".join([*lines, *([""] if notes else []), *dict.fromkeys(notes)])


def _penalised(rows: list[dict[str, Any]]) -> list[str]:
    made = [(row["covariate"], row["penalised"]) for row in rows if "penalised" in row]
    if not made:
        return []
    cells = [[name, *_three(row, "hr", "lower", "upper"), p_value(row["p"])] for name, row in made]
    return _block(made[0][1]["method"], ["covariate", "hazard ratio", "95 % limits", "", "P"], cells)


def _notes(result: dict[str, Any]) -> Iterator[str]:
    """The notes of the rows, each with what it is about."""
    for row in result["km"]:
        if "note" in row:
            yield f"{'All' if row['group'] is None else 'Group ' + row['group']}: {row['note']}."
    if (test := result["logrank"]) and "note" in test:
        yield f"Log-rank test: {test['note']}."
    yield from _by_note((result["cox"] or {}).get("covariates", []))
    yield from _by_note(result["ph"] or [], "Proportional hazards, ")


def _by_note(rows: list[dict[str, Any]], heading: str = "") -> Iterator[str]:
    """A sentence a note, with all the covariates that have it."""
    for note in dict.fromkeys(row["note"] for row in rows if "note" in row):
        names = [row["covariate"] for row in rows if row.get("note") == note]
        yield f"{heading}{', '.join(names)}: {note}."


def _group(row: dict[str, Any]) -> str:
    return "all" if row["group"] is None else row["group"]


def _three(row: dict[str, Any], value: str, lower: str, upper: str) -> list[str]:
    return [_number(row[value]), _number(row[lower]), _number(row[upper])]


def _test(row: dict[str, Any]) -> list[str]:
    return [_number(row["chisq"]), NOTHING if row["df"] is None else str(row["df"]), p_value(row["p"])]


def _number(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.5g}"


def _block(title: str, headings: list[str], rows: list[list[Any]]) -> list[str]:
    """A title and a table whose first column is on the left and whose numbers are on the right."""
    table = [headings, *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[place]) for row in table) for place in range(len(headings))]
    lines = [
        "  ".join(
            cell.ljust(width) if not place and not headings[0].startswith("chi") else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]
    return ["", title, *(f"  {line}" for line in lines)]
