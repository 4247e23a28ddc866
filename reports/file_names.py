"""File names made from words of the data."""

import hashlib
import re

PLAIN = re.compile(r"[A-Za-z0-9-]{1,20}( [A-Za-z0-9-]{1,20}){0,2}")


def site_workbook(site: str) -> str:
    """``queries_<site>.xlsx``, safe on every system: ``Ward 3`` is ``queries_Ward_3.xlsx``.

    A name that is not plain words is reduced to them, and a short hash keeps it apart from others like it.
    """
    if PLAIN.fullmatch(site):
        return f"queries_{site.replace(' ', '_')}.xlsx"
    words = re.sub(r"[^A-Za-z0-9-]+", "_", site).strip("_")[:40]
    return f"queries_{words}_{hashlib.sha256(site.encode()).hexdigest()[:6]}.xlsx".replace("__", "_")
