"""A contract: what must be true of one relation, written as a pandera model whose dataframe checks are its rules.

A rule is a method that gives a polars expression, true where a record is in order; a null passes. Every limit it
compares with is a column of the relation, so that a study changes a rule in its protocol and never here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pandera.polars as pa
import polars as pl
from pandera.api.base.model import MetaModel

from schemas.catalogue import catalogue
from schemas.entry_faults import fault_of
from schemas.rule_texts import RuleText, rule_text

BLOCK, ERROR, WARNING, INFO = "block", "error", "warning", "info"
CELL, ROW, SUBJECT, TABLE = "cell", "row", "subject", "table"
EXTRACT, DERIVED, COVERED = "extract", "derived", "covered"

Condition = Callable[[Any], pl.Expr]


@dataclass(frozen=True)
class Rule:
    """One rule of one contract.

    ``id`` is stable and stands in catalogue.csv; ``category`` is Kahn's; ``sentence`` is filled from the columns of
    the failing record; ``column`` is where it is to be corrected; ``endpoints`` are the endpoints it can change;
    ``needs`` are optional columns, and ``tables`` other tables, without which it is not applicable; ``since`` is the
    version of datacut that first asked it; ``check`` names its pandera check, which asks ``condition`` of every row.
    What a rule says to people stands in texts/; where ``entry``, the column of what was entered, has one of the
    ``faults``, it says that instead.
    """

    id: str
    severity: str
    scope: str
    title: str
    sentence: str
    why: str
    fix: str
    category: str
    column: str | None
    endpoints: tuple[str, ...]
    needs: tuple[str, ...]
    tables: tuple[str, ...]
    since: str
    check: str
    condition: Condition = field(repr=False, compare=False)
    entry: str = ""
    faults: Mapping[str, RuleText] = field(default_factory=dict, repr=False, compare=False)

    def said_of(self, entry: str | None) -> tuple[str, str]:
        """The sentence, its placeholders not yet filled, and the advice for a record with this entry."""
        fault = fault_of(entry, tuple(self.faults))
        return (self.faults[fault].sentence, self.faults[fault].fix) if fault else (self.sentence, self.fix)


def rule(
    id: str,
    severity: str,
    scope: str,
    *,
    column: str | None = None,
    endpoints: tuple[str, ...] = (),
    needs: tuple[str, ...] = (),
    tables: tuple[str, ...] = (),
    since: str = "0.1.0",
    says: str = "",
    heading: str = "",
    entry: str = "",
    text: RuleText | None = None,
) -> Callable[[Condition], Any]:
    """Makes the decorated method a rule of its contract, and a pandera check of the same name.

    The text of the check is that of its method's name, or of ``says`` where many columns share one; ``heading`` and
    ``entry`` then name the column, and a fault is looked for in ``entry``. ``text`` is for a contract that stands
    outside of catalogue and texts.
    """

    def decorate(condition: Condition) -> Any:
        method_name = getattr(condition, "__name__", "")
        said = text or rule_text(id, says or method_name, heading, entry)
        stated = Rule(
            id=id,
            severity=severity,
            scope=scope,
            title=said.title,
            sentence=said.sentence,
            why=said.why,
            fix=said.fix,
            category="" if text else catalogue()[id].category,
            column=column,
            endpoints=endpoints,
            needs=needs,
            tables=tables,
            since=since,
            check=f"{id} {method_name}",
            condition=condition,
            entry=entry,
            faults=said.faults,
        )

        def in_order(cls: Any, data: Any) -> pl.LazyFrame:
            return data.lazyframe.select(condition(cls))

        # pandera forgets the name of an inherited check and then takes that of the function.
        in_order.__name__ = stated.check
        method = pa.dataframe_check(name=stated.check, title=stated.title)(in_order)
        # pandera keeps its own facts on the method in the same way.
        setattr(method, _RULE, stated)
        return method

    return decorate


_RULE = "__datacut_rule__"


class _ContractFacts(MetaModel):
    """Gives a contract its facts as attributes; pandera takes every plain attribute of a model for a column."""

    _relation: str
    _table: str
    _stage: str
    _key: tuple[str, ...]

    @property
    def relation(cls) -> str:
        """The SQL relation it is checked on."""
        return cls._relation

    @property
    def table(cls) -> str:
        """The table that its findings belong to."""
        return cls._table

    @property
    def stage(cls) -> str:
        """``extract``: before the derivation; ``derived``: after it; ``covered``: against the cut before."""
        return cls._stage

    @property
    def key(cls) -> tuple[str, ...]:
        """The columns that tell the coordinator which record is meant, beside the subject."""
        return cls._key

    @property
    def rules(cls) -> tuple[Rule, ...]:
        """Its rules by id, and for one id in the order in which they are written."""
        stated: dict[str, Rule] = {}
        for base in reversed(cls.__mro__):
            for name, attribute in vars(base).items():
                if hasattr(attribute, _RULE):
                    stated[name] = getattr(attribute, _RULE)
        return tuple(sorted(stated.values(), key=lambda stated_rule: stated_rule.id))


class Contract(pa.DataFrameModel, metaclass=_ContractFacts):
    """What must be true of ``relation``. Every checked relation says where a record came from."""

    _relation: ClassVar[str] = ""
    _table: ClassVar[str] = ""
    _stage: ClassVar[str] = EXTRACT
    _key: ClassVar[tuple[str, ...]] = ()

    row_id: pl.Int64 = pa.Field(nullable=True, title="Row of the table")
    subject_id: str = pa.Field(nullable=True, title="Subject")
    site: str = pa.Field(nullable=True, title="Site")
    source_file: str = pa.Field(nullable=True, title="File")
    source_row: pl.Int64 = pa.Field(nullable=True, title="Line of the file")

    @classmethod
    def __init_subclass__(
        cls, relation: str = "", table: str = "", stage: str = EXTRACT, key: tuple[str, ...] = (), **kwargs: Any
    ) -> None:
        if relation:
            cls._relation, cls._table, cls._stage, cls._key = relation, table, stage, key
        for name, column in list(vars(cls).items()):
            facts = getattr(column, "metadata", None)
            if isinstance(facts, dict) and "on_parse" in facts:
                text = facts["text"] or f"{name}_text"
                if text not in cls.__annotations__:
                    _add_text_column(cls, text)
                for made in facts["on_parse"]:
                    method = made(name, column.title, text)
                    setattr(cls, f"{name}_{getattr(method, _RULE).id.lower()}", method)
        super().__init_subclass__(**kwargs)


def _add_text_column(cls: type[Contract], name: str) -> None:
    """A parsed column stands beside the text it came from (typed.*)."""
    field: Any = pa.Field(nullable=True)
    field.__set_name__(cls, name)
    setattr(cls, name, field)
    cls.__annotations__[name] = str
