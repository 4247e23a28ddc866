"""How a hospital's extract becomes our tables: ``mapping.toml``, headings and code words as data."""

import codecs
import re
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

DATE_PARTS = {
    "year": ("%Y", "%y"),
    "month": ("%m", "%-m", "%b", "%B"),
    "day": ("%d", "%-d"),
    "time of day": ("%H", "%-H", "%I", "%-I", "%M", "%-M", "%S", "%-S", "%f", "%p"),
}
"""What may stand in a date format. A format without a day is made from each (a month alone is no whole date)."""


def _a_date_format(form: str) -> str:
    known = {directive for directives in DATE_PARTS.values() for directive in directives}
    present = re.findall(r"%-?.?", form.replace("%%", ""))
    for directive in present:
        if directive not in known:
            raise ValueError(f"{form!r}: {directive} is no part of a date; an example is %Y-%m-%d")
    for part in ("year", "month", "day"):
        if not set(DATE_PARTS[part]) & set(present):
            raise ValueError(f"{form!r} has no {part} ({DATE_PARTS[part][0]}); a whole date needs one")
    return form


def _a_pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is no regular expression ({error}); an example is P\\d{{3,}}") from None
    return pattern


class TableMapping(BaseModel):
    """One of our tables: the file that holds it, and the heading under which each of our columns stands there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str
    columns: dict[str, str]
    encoding: str | None = None

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, name: str | None) -> str | None:
        try:
            return name and codecs.lookup(name).name
        except LookupError:
            raise ValueError(f"{name!r} is no encoding; examples: utf-8, gb18030, cp1252") from None

    @model_validator(mode="after")
    def _no_heading_twice(self) -> Self:
        headings = list(self.columns.values())
        twice = sorted({heading for heading in headings if headings.count(heading) > 1})
        if twice:
            raise ValueError(f"the heading {twice[0]!r} is mapped to two columns")
        return self


class Mapping(BaseModel):
    """A whole mapping: date formats, tables, and for each code list the words that stand for each code.

    ``subject_id_pattern`` is what a study number must match whole, ``sites`` are the wards: a cell that is neither is
    never loaded, so that swapped headings leak no name. ``never_names`` are words that mean something else although a
    patient is called so.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    date_formats: list[Annotated[str, AfterValidator(_a_date_format)]] = Field(min_length=1)
    subject_id_pattern: Annotated[str, AfterValidator(_a_pattern)] | None = None
    sites: list[str] = []
    never_names: list[str] = []
    tables: dict[str, TableMapping]
    codes: dict[str, dict[str, list[str]]] = {}

    def heading(self, table: str, column: str) -> str:
        """The heading under which our ``column`` stands in the extract; empty where it is not mapped.

        A column that was given its unit on parsing (``diameter_mm``) is found under its name without it.
        """
        columns = self.tables[table].columns if table in self.tables else {}
        return columns.get(column, columns.get(column.removesuffix("_mm"), ""))

    @model_validator(mode="after")
    def _no_word_with_two_meanings(self) -> Self:
        for code_list, meanings in self.codes.items():
            seen: dict[str, str] = {}
            for code, words in meanings.items():
                for word in words:
                    known = seen.setdefault(word.strip().casefold(), code)
                    if known != code:
                        raise ValueError(f"codes.{code_list}: the word {word!r} stands for both {known!r} and {code!r}")
        return self
