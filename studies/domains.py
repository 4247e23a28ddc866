"""How a table of ours is put together from the domains of an extract (SDTM: DM, DS, RS, …), as data."""

from typing import Literal, Self

from pydantic import Field, model_validator

from studies.entry import Entry

Condition = dict[str, str | list[str]]
"""What must stand in a column of the domain: a text, or one of several; an empty text is a blank."""


class Wide(Entry):
    """Rows that hold one result each become one row for each ``by``.

    ``tests`` are the values of the column ``test`` that become columns of their name, filled from the column ``value``;
    rows of other tests are left out. Of every other column the first value that is not blank is kept.
    """

    by: list[str] = Field(min_length=1)
    test: str
    value: str
    tests: list[str] = Field(min_length=1)


class Lookup(Entry):
    """A value from a domain for each row of a part.

    ``match``: the column of that domain, and the column of the part's own that must be equal. ``take``: where several
    values fit, the ``first`` or ``last`` in the order of their text; ``only``: none is taken, and a warning says so.
    """

    domain: str
    column: str
    match: dict[str, str] = Field(min_length=1)
    where: Condition = Field(default={})
    where_not: Condition = Field(default={})
    take: Literal["only", "first", "last"] = "only"


class Part(Entry):
    """Rows of one domain that become rows of a table: which of them, and where each of our columns comes from.

    ``where`` must hold, all of it; of ``where_not`` nothing may. ``columns`` stand in the domain (or are a test of
    ``wide``), ``constants`` are the same in every row, ``lookups`` stand in another row or domain. ``for_evaluator``:
    the part is taken only where the protocol names this evaluator, as each reader marks lesions of their own.
    """

    domain: str
    for_evaluator: str | None = None
    where: Condition = Field(default={})
    where_not: Condition = Field(default={})
    wide: Wide | None = None
    columns: dict[str, str] = Field(min_length=1)
    constants: dict[str, str] = Field(default={})
    lookups: dict[str, Lookup] = Field(default={})

    @property
    def filled(self) -> dict[str, str]:
        """Each of our columns and, for people, where it comes from; empty for a constant."""
        looked_up = {name: f"{lookup.domain.upper()}.{lookup.column}" for name, lookup in self.lookups.items()}
        return {**self.columns, **dict.fromkeys(self.constants, ""), **looked_up}

    @model_validator(mode="after")
    def _one_origin_a_column(self) -> Self:
        for column in self.columns:
            if column in self.constants or column in self.lookups:
                raise ValueError(f"{column} has two origins (columns, constants, lookups); leave one")
        for column in self.constants:
            if column in self.lookups:
                raise ValueError(f"{column} has two origins (constants, lookups); leave one")
        return self
