"""How the responses of RECIST look in every figure: a colour with a hatching for areas, a line with a marker."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ResponseStyle:
    """``face`` and ``hatch`` of an area; ``line``, ``dashes`` and ``marker`` of a course."""

    label: str
    face: str
    hatch: str
    line: str
    dashes: Any
    marker: str


RESPONSE_STYLES = {
    "CR": ResponseStyle("Complete response", "#003B5C", "", "#003B5C", "-", "*"),
    "PR": ResponseStyle("Partial response", "#56B4E9", "////", "#0072B2", "-", "o"),
    "SD": ResponseStyle("Stable disease", "#E6E6E6", "", "#777777", (0, (5, 2)), "^"),
    "NON-CR/NON-PD": ResponseStyle("Non-CR/non-PD", "#CC79A7", "....", "#CC79A7", (0, (6, 2, 1, 2)), "v"),
    "PD": ResponseStyle("Progressive disease", "#E69F00", "xxxx", "#D55E00", (0, (1, 1.2)), "s"),
    "NE": ResponseStyle("Not evaluable", "#FFFFFF", "", "#000000", (0, (1, 3)), "D"),
    "MISSING": ResponseStyle("Not assessed", "#FFFFFF", "....", "#000000", (0, (1, 3)), "d"),
}
