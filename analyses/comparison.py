"""Every figure of the publication beside ours, with a verdict."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

REPRODUCES, WITHIN = "reproduces", "reproduces within tolerance"
DIFFERS, CONTRADICTS, NOT_COMPUTED = "differs", "paper contradicts itself", "not computed"
VERDICTS = (REPRODUCES, WITHIN, DIFFERS, CONTRADICTS, NOT_COMPUTED)
IN_ERROR_BY_REFERENCE = ("does-not-reproduce", "inconsistent")
FLOOR = Decimal("0.0001")

COLUMNS = ["id", "location", "group", "kind", "value", "result_id", "ours", "ours_printed", "verdict", "note", "reason"]


def compare_published(published: "pd.DataFrame", statistics: "pd.DataFrame") -> "pd.DataFrame":
    """One row a published figure, in the order of ``published`` (columns of text, as read from published.csv).

    A figure whose result this run does not have (a level that nobody has at an early data cut) is not computed.

    ``ours_printed`` is ours rounded half up to the decimals that were printed. ``verdict``: reproduces;
    reproduces within tolerance (stated in published.csv with its reason); differs; paper contradicts itself (the figure
    does not follow from the publication's own counts: ``note`` says how); not computed (``reason`` says why).
    """
    import pandas as pd

    ours = dict(zip(statistics["result_id"], statistics["value"], strict=True))
    rows = [_compared({str(name): text for name, text in row.items()}, ours) for row in published.to_dict("records")]
    return pd.DataFrame(rows, columns=COLUMNS)


def verdict_counts(compared: "pd.DataFrame") -> "pd.DataFrame":
    """How many figures have each verdict, and how many there are; columns verdict, figures, in order of VERDICTS."""
    import pandas as pd

    counts = compared["verdict"].value_counts()
    rows = [(verdict, int(counts[verdict])) for verdict in VERDICTS if verdict in counts]
    return pd.DataFrame([*rows, ("all", len(compared))], columns=["verdict", "figures"])


def _compared(figure: dict[str, str], ours: dict[str, float | None]) -> dict[str, object]:
    if figure["result_id"] not in ours and figure["result_id"]:
        figure = {**figure, "result_id": "", "reason": f"This run has no result {figure['result_id']}."}
    value = ours.get(figure["result_id"])
    value = None if value is None or value != value else float(value)
    printed = _printed(value, figure["value"])
    verdict, reason = _verdict(figure, value, printed)
    kept = {name: figure[name] for name in ("id", "location", "group", "kind", "value", "result_id", "note")}
    return {**kept, "ours": value, "ours_printed": printed, "verdict": verdict, "reason": reason}


def _verdict(figure: dict[str, str], value: float | None, printed: str) -> tuple[str, str]:
    if figure["verdict"] in IN_ERROR_BY_REFERENCE:
        return CONTRADICTS, figure["note"]
    if not figure["result_id"]:
        return NOT_COMPUTED, figure["reason"]
    if value is None:
        return (
            (REPRODUCES, "there is no test here either") if figure["value"] == "NA" else (DIFFERS, "not estimable here")
        )
    try:
        theirs = Decimal(figure["value"])
    except InvalidOperation:
        return DIFFERS, "the publication prints no number"
    if Decimal(printed) == theirs:
        return REPRODUCES, ""
    if figure["kind"] == "p" and theirs == FLOOR and Decimal(str(value)) < FLOOR:
        return REPRODUCES, "printed as a floor: P < .0001"
    if figure["tolerance"] and abs(Decimal(printed) - theirs) <= Decimal(figure["tolerance"]):
        return WITHIN, figure["tolerance_reason"]
    return DIFFERS, figure["reason"]


def _printed(value: float | None, theirs: str) -> str:
    """``value`` with as many decimals as ``theirs`` has, rounded half up; from the decimal digits, not the bits.

    Where they print no number (NA), three significant digits: there are no decimals to follow.
    """
    if value is None:
        return ""
    if not any(character.isdigit() for character in theirs):
        return f"{value:.3g}"
    decimals = len(theirs.partition(".")[2])
    return str(Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))
