"""Keyed pseudonyms: names, record numbers and telephone numbers are replaced by these before they reach a table.

HMAC-SHA256 (RFC 2104) over the folded text, cut to 128 bits. Without the key a pseudonym can be neither undone nor
guessed by trying all record numbers; with the same key the same person has the same pseudonym in every extract.
"""

import hashlib
import hmac
import os
import unicodedata
from collections.abc import Mapping

from warehouse.errors import WrongUseError

KEY_VARIABLE = "DATACUT_KEY"
SHORTEST_KEY = 16


def key_from_environment(environment: Mapping[str, str] = os.environ) -> bytes:
    """The pseudonym key.

    Raises:
        WrongUseError: the variable is missing or too short to protect anyone.
    """
    key = environment.get(KEY_VARIABLE, "")
    if not key:
        raise WrongUseError(
            f"{KEY_VARIABLE}: the environment has no pseudonym key, and no extract is loaded without one; "
            f"set it to a secret of at least {SHORTEST_KEY} characters, "
            f'for example export {KEY_VARIABLE}="$(openssl rand -hex 32)".'
        )
    if len(key) < SHORTEST_KEY:
        raise WrongUseError(
            f"{KEY_VARIABLE}: the pseudonym key is shorter than {SHORTEST_KEY} characters; use a longer one."
        )
    return key.encode()


def key_mark(key: bytes) -> str:
    """12 hexadecimal digits that tell one key from another and say nothing about any pseudonym."""
    return hmac.new(key, b"which key of datacut this is", hashlib.sha256).hexdigest()[:12]


def pseudonym(key: bytes, kind: str, text: str) -> str | None:
    """32 hexadecimal digits, or None for a blank. ``kind`` keeps a name and a number of equal text apart."""
    folded = " ".join(unicodedata.normalize("NFKC", text).split()).casefold()
    if not folded:
        return None
    return hmac.new(key, f"{kind}:{folded}".encode(), hashlib.sha256).hexdigest()[:32]
