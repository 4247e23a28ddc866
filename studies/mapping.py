"""How a hospital's extract becomes our tables: ``mapping.toml``, headings and code words as data."""

import codecs
import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from studies.domains import Part

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
    """One of our tables: the file that holds it, and the heading under which each of our columns stands there.

    Or, instead of a file, the ``parts`` of domains (Mapping.domains) whose rows are its rows.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str = ""
    columns: dict[str, str] = {}
    encoding: str | None = None
    parts: list[Part] = []

    @property
    def headings(self) -> dict[str, str]:
        """The heading of each of our columns, of several parts that of the first that has it; empty for a constant."""
        if not self.parts:
            return self.columns
        return {name: heading for part in reversed(self.parts) for name, heading in part.filled.items()}

    @property
    def came_from(self) -> str:
        """The file, or the domains whose rows are those of the table."""
        return self.file or ", ".join(dict.fromkeys(part.domain.upper() for part in self.parts))

    @model_validator(mode="after")
    def _file_or_parts(self) -> Self:
        if bool(self.file) == bool(self.parts):
            raise ValueError("needs a file with its columns, or parts of domains, and not both")
        if self.parts and (self.columns or self.encoding):
            raise ValueError("columns and encoding belong to a file; a part of a domain has columns of its own")
        return self

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

    ``domains`` names the files that hold a domain, without their ending and in any case, the preferred one first.
    ``not_collected`` says of a table (``lab_results``) or a column (``patients.ecog``) that the study does not have it,
    and why. In ``open_lists`` every word is a code of its own (terms that were coded by MedDRA).

    ``subject_id_pattern`` is what a study number must match whole, ``sites`` are the wards: a cell that is neither is
    never loaded, so that swapped headings leak no name. ``never_names`` are words that mean something else although a
    patient is called so.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    date_formats: list[Annotated[str, AfterValidator(_a_date_format)]] = Field(min_length=1)
    subject_id_pattern: Annotated[str, AfterValidator(_a_pattern)] | None = None
    sites: list[str] = []
    never_names: list[str] = []
    domains: dict[str, Annotated[list[str], Field(min_length=1)]] = {}
    tables: dict[str, TableMapping]
    not_collected: dict[str, str] = {}
    open_lists: list[Literal["ae_term"]] = []
    codes: dict[str, dict[str, list[str]]] = {}

    def heading(self, table: str, column: str) -> str:
        """The heading under which our ``column`` stands in the extract; empty where it is not mapped.

        A column that was given its unit on parsing (``diameter_mm``) is found under its name without it.
        """
        if table not in self.tables:
            return ""
        columns = self.tables[table].headings
        return columns.get(column, columns.get(column.removesuffix("_mm"), ""))

    @model_validator(mode="after")
    def _domains_are_defined(self) -> Self:
        for name, table in self.tables.items():
            for part in table.parts:
                for domain in (part.domain, *(lookup.domain for lookup in part.lookups.values())):
                    if domain not in self.domains:
                        known = ", ".join(sorted(self.domains)) or "none"
                        raise ValueError(f"tables.{name} takes rows of the domain {domain!r}; domains has: {known}")
        for name, reason in self.not_collected.items():
            table_name, _, column = name.partition(".")
            mapped = self.tables.get(table_name)
            is_mapped = mapped is not None and (
                not column or column in mapped.columns or any(column in part.filled for part in mapped.parts)
            )
            if is_mapped:
                raise ValueError(f"not_collected.{name}: is mapped all the same; leave one of the two")
            if not reason.strip():
                raise ValueError(f"not_collected.{name}: needs a reason, a sentence for people")
        return self

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
