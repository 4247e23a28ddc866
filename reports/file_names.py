"""File names made from words of the data."""

import hashlib
import re


def site_workbook(site: str) -> str:
    """``queries_<site>.xlsx``, safe on every system; a short hash keeps apart sites whose name had to be changed."""
    safe = re.sub(r"[^A-Za-z0-9-]+", "_", site).strip("_")[:40]
    if safe != site:
        safe = f"{safe}_{hashlib.sha256(site.encode()).hexdigest()[:6]}".lstrip("_")
    return f"queries_{safe}.xlsx"
