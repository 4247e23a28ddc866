"""Text that a spreadsheet would run as a formula when it opens a CSV file, made safe by an apostrophe and read back."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What a formula begins with, in East Asian versions of a spreadsheet too."""


def safe_text(text: str) -> str:
    """``text`` for a cell of a CSV file that people open: with an apostrophe where it begins as a formula does."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def plain_text(text: str) -> str:
    """``text`` of such a cell as it was meant: without the apostrophe that ``safe_text`` gives it."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_STARTS) else text
