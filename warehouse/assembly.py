"""A table put together from domains: rows chosen, results beside each other, values looked up, parts below each other.

What comes out has the form of a file of that table, so that it is loaded, masked and checked as any other; each row
keeps the file and the row it came from.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.domain_files import ROW, Domain, DomainRows
from warehouse.errors import ExtractError
from warehouse.extract_files import ExtractFile, Source
from warehouse.text_files import ORIGIN, TextFile

if TYPE_CHECKING:
    import polars as pl

Condition = Mapping[str, Sequence[str]]
"""The texts that may stand in a column; an empty one is a blank."""


@dataclass(frozen=True)
class Wide:
    """Results below each other become columns: studies.domains.Wide says how."""

    by: Sequence[str]
    test: str
    value: str
    tests: Sequence[str]


@dataclass(frozen=True)
class Lookup:
    """A value from another row or domain: studies.domains.Lookup says how."""

    domain: str
    column: str
    match: Mapping[str, str]
    where: Condition
    where_not: Condition
    take: str


@dataclass(frozen=True)
class Part:
    """Rows of a domain that become rows of the table: studies.domains.Part says how."""

    domain: str
    where: Condition
    where_not: Condition
    columns: Mapping[str, str]
    constants: Mapping[str, str] = field(default_factory=dict)
    lookups: Mapping[str, Lookup] = field(default_factory=dict)
    wide: Wide | None = None

    def headings(self) -> Iterator[tuple[str, str]]:
        """Every domain and heading that is needed."""
        wide = [*self.wide.by, self.wide.test, self.wide.value] if self.wide else []
        made = {test.upper() for test in self.wide.tests} if self.wide else set()
        own = [*self.where, *self.where_not, *wide, *self.columns.values()]
        own += [heading for lookup in self.lookups.values() for heading in lookup.match.values()]
        for heading in own:
            if heading.upper() not in made:
                yield self.domain, heading
        for lookup in self.lookups.values():
            for heading in (lookup.column, *lookup.match, *lookup.where, *lookup.where_not):
                yield lookup.domain, heading


@dataclass(frozen=True)
class Assembly:
    """One of our tables, from the parts of ``domains``; ``not_collected`` are columns that the study does not have."""

    table: str
    parts: Sequence[Part]
    domains: Mapping[str, Domain]
    not_collected: frozenset[str] = frozenset()

    def used(self) -> list[str]:
        """The domains that it reads, in the order of the parts."""
        return list(dict.fromkeys(domain for part in self.parts for domain, _ in part.headings()))


@dataclass(frozen=True)
class Assembled:
    """A table in the form of a file; ``rows_by_file`` counts what each file gave, 0 where it was only looked up in."""

    file: ExtractFile
    text: TextFile
    rows_by_file: Mapping[str, int]
    ambiguous: Sequence[ExtractError]


def assemble(assembly: Assembly, domains: Mapping[str, DomainRows], workspace: Path) -> Assembled:
    """Writes the table to ``workspace`` as a CSV whose headings are our columns and ORIGIN.

    Raises:
        ExtractError: no row of the domains is one of the table.
    """
    import polars as pl

    frames, ambiguous = [], list[ExtractError]()
    columns = list(dict.fromkeys(name for part in assembly.parts for name in _filled(part)))
    for part in assembly.parts:
        rows = _chosen(domains[part.domain].rows, part.where, part.where_not)
        rows = _wide(rows, part.wide) if part.wide else rows
        values = [_column(rows, heading).alias(name) for name, heading in part.columns.items()]
        for name, text in part.constants.items():
            values.append(pl.repeat(text, rows.height, dtype=pl.String, eager=True).alias(name))
        for name, lookup in part.lookups.items():
            found, doubtful = _looked_up(rows, domains[lookup.domain].rows, lookup)
            values.append(found.alias(name))
            if doubtful.any():
                ambiguous.append(_ambiguous(assembly.table, name, domains[lookup.domain], lookup, int(doubtful.sum())))
        file = domains[part.domain].file.source.file
        origin = [
            pl.repeat(file, rows.height, dtype=pl.String, eager=True).alias(ORIGIN[0]),
            rows[ROW].alias(ORIGIN[1]),
        ]
        frames.append(pl.DataFrame([*values, *origin]))
    table = pl.concat(frames, how="diagonal").select(*columns, *ORIGIN)
    names = list(dict.fromkeys(domains[domain].file.source.file for domain in assembly.used()))
    if table.height == 0:
        raise ExtractError(
            assembly.table,
            ", ".join(names),
            f"no row fits tables.{assembly.table} of mapping.toml; correct the export or the conditions there.",
        )
    workspace.mkdir(parents=True, exist_ok=True)
    path = workspace / f"{assembly.table}.csv"
    table.write_csv(path)
    source = Source(
        assembly.table, ", ".join(names), {name: name for name in columns}, not_collected=assembly.not_collected
    )
    counts = dict(table.group_by(ORIGIN[0]).len().iter_rows())
    return Assembled(
        ExtractFile(source, path, ""),
        TextFile(path, "utf-8", ",", (*columns, *ORIGIN), has_origin=True),
        {name: counts.get(name, 0) for name in names},
        ambiguous,
    )


def _filled(part: Part) -> list[str]:
    return [*part.columns, *part.constants, *part.lookups]


def _column(rows: "pl.DataFrame", heading: str) -> "pl.Series":
    return rows[heading.upper()]


def _said(heading: str) -> "pl.Expr":
    """What stands in a column, blanks around it aside; a blank is an empty text."""
    import polars as pl

    return pl.col(heading.upper()).str.strip_chars().fill_null("")


def _chosen(rows: "pl.DataFrame", where: Condition, where_not: Condition) -> "pl.DataFrame":
    for heading, texts in where.items():
        rows = rows.filter(_said(heading).is_in(list(texts)))
    for heading, texts in where_not.items():
        rows = rows.filter(~_said(heading).is_in(list(texts)))
    return rows


def _wide(rows: "pl.DataFrame", wide: Wide) -> "pl.DataFrame":
    """One row a key of ``by``; a test that stands there twice makes a second row, so that nothing is lost unseen."""
    import polars as pl

    test, value = wide.test.upper(), wide.value.upper()
    by = [heading.upper() for heading in wide.by]
    named = rows.filter(_said(test).is_in(list(wide.tests))).with_columns(_said(test).alias(test))
    numbered = named.with_columns(pl.int_range(pl.len()).over([*by, test]).alias("#time"))
    others = [name for name in rows.columns if name not in (*by, test, value, ROW)]
    return numbered.group_by([*by, "#time"], maintain_order=True).agg(
        pl.col(ROW).first(),
        *(pl.col(value).filter(pl.col(test) == name).first().alias(name.upper()) for name in wide.tests),
        *(pl.col(name).filter(_said(name) != "").first() for name in others),
    )


def _looked_up(rows: "pl.DataFrame", other: "pl.DataFrame", lookup: Lookup) -> "tuple[pl.Series, pl.Series]":
    """The value for each of ``rows``, and whether several differ there of which none was taken."""
    import polars as pl

    keys = {f"#{place}": (theirs, ours) for place, (theirs, ours) in enumerate(lookup.match.items())}
    given = _chosen(other, lookup.where, lookup.where_not).select(
        *(_said(theirs).alias(key) for key, (theirs, _) in keys.items()), _said(lookup.column).alias("value")
    )
    found = (
        given.filter(pl.col("value") != "")
        .group_by(list(keys))
        .agg(pl.col("value").min().alias("first"), pl.col("value").max().alias("last"))
    )
    asked = rows.select(_said(ours).alias(key) for key, (_, ours) in keys.items())
    beside = asked.join(found, on=list(keys), how="left", maintain_order="left")
    differ = (beside["first"] != beside["last"]).fill_null(False)
    if lookup.take != "only":
        return beside[lookup.take], pl.repeat(False, beside.height, eager=True)
    return beside.select(pl.when(~differ).then(pl.col("first"))).to_series(), differ


def _ambiguous(table: str, column: str, other: DomainRows, lookup: Lookup, count: int) -> ExtractError:
    rows = "1 row" if count == 1 else f"{count} rows"
    return ExtractError(
        table,
        other.file.source.file,
        f"{lookup.column} for {table}.{column} has several values for {rows}, and none of them was taken; "
        'correct the export, or say take = "first" or "last" in mapping.toml.',
        blocks=False,
        field=column,
    )
