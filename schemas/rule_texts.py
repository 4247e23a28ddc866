"""What the rules say to people, read from texts/<language>.toml; the language is chosen by DATACUT_LANGUAGE."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

TEXTS_DIR = Path(__file__).parent / "texts"
LANGUAGE_VARIABLE, DEFAULT_LANGUAGE = "DATACUT_LANGUAGE", "en"


class TextError(Exception):
    """A language was asked for that is not there, or a rule has no text in it."""


@dataclass(frozen=True)
class RuleText:
    """What one check of a rule says: ``sentence`` has the columns of the failing record as placeholders.

    ``faults`` are the sentence and fix for an entry with a fault that has a name (schemas.entry_faults).
    """

    title: str
    sentence: str
    why: str
    fix: str
    faults: Mapping[str, "RuleText"] = field(default_factory=dict)


def rule_text(rule_id: str, check: str, heading: str = "", entry: str = "") -> RuleText:
    """The text of one check of a rule, in the language of this process.

    ``heading`` and ``entry`` (the heading of a column, and the column that holds what was entered) take the places
    of the same names in the sentence of a check that many columns share.

    Raises:
        TextError: the language or the text is missing.
    """
    language = os.environ.get(LANGUAGE_VARIABLE) or DEFAULT_LANGUAGE
    texts = read_texts(language)
    try:
        of_rule = texts[rule_id]
        of_check = {**of_rule, **of_rule[check]}
        faults = {
            name: _filled({**of_check, **text}, heading, entry)
            for name, text in of_rule[check].items()
            if isinstance(text, dict)
        }
        return replace(_filled(of_check, heading, entry), faults=faults)
    except KeyError as missing:
        raise TextError(f"schemas/texts/{language}.toml: rule {rule_id}, check {check} lacks {missing}.") from None


def _filled(text: Mapping[str, str], heading: str, entry: str) -> RuleText:
    sentence = text["sentence"].replace("{heading}", heading).replace("{entry}", f"{{{entry}}}")
    return RuleText(text["title"], sentence, text["why"], text["fix"])


@cache
def read_texts(language: str) -> dict[str, dict[str, Any]]:
    """Every text of one language, by rule id.

    Raises:
        TextError: there is no such language.
    """
    file = TEXTS_DIR / f"{language}.toml"
    if not file.is_file():
        known = ", ".join(sorted(path.stem for path in TEXTS_DIR.glob("*.toml")))
        raise TextError(f"{LANGUAGE_VARIABLE} is {language}; there are texts in: {known}.")
    return tomllib.loads(file.read_text(encoding="utf-8"))
