"""What people write into answers and waivers: pages and workbooks show it, so it may hold no identifier.

A name cannot be told from any other word here, where no extract is at hand; a long number can.
"""

import re

_DATE = re.compile(r"\b(\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{4})\b")
_LONG_NUMBER = re.compile(r"\d(?:-?\d){6,}|\b\d{3,4}(?: \d{3,4}){2,}\b")

LONG_NUMBER = "holds a long number, which may be a record, telephone or identity number; write it without."


def holds_long_number(text: str) -> bool:
    """Whether ``text`` has a number of seven digits or more that is no date: 18122385545, 181 2238 5545, MRN4505908."""
    return bool(_LONG_NUMBER.search(_DATE.sub(" ", text)))
