"""Reads a TOML file into a typed model; whatever is wrong with it becomes one sentence with file and key."""

import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from studies.errors import StudyError

Model = TypeVar("Model", bound=BaseModel)


def read_toml(path: Path, model: type[Model]) -> Model:
    """The content of ``path`` as ``model``.

    Raises:
        StudyError: the file is missing, is not TOML, or an entry is wrong or missing.
    """
    if not path.is_file():
        raise StudyError(f"{path}: the file is missing; a study folder needs it.")
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise StudyError(f"{path}: the file is not UTF-8 text; save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise StudyError(f"{path}: not valid TOML: {error}.") from None
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise StudyError(_sentence(path, error)) from None


def _sentence(path: Path, error: ValidationError) -> str:
    # A misspelt entry is both unknown and missing; what stands in the file is what the reader can find there.
    errors = sorted(error.errors(include_url=False), key=lambda each: each["type"] != "extra_forbidden")
    first = errors[0]
    key = ".".join(str(part) for part in first["loc"]) or "(the whole file)"
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "missing":
        message = "this entry is missing"
    elif first["type"] == "extra_forbidden":
        siblings = [
            str(each["loc"][-1])
            for each in errors
            if each["type"] == "missing" and each["loc"][:-1] == first["loc"][:-1]
        ]
        meant = get_close_matches(str(first["loc"][-1]), siblings, n=1)
        message = "no entry of this name is known; " + (
            f"{meant[0]} is missing, is it meant?" if meant else "check the spelling"
        )
    more = error.error_count() - 1
    tail = f" ({more} more after it.)" if more else ""
    return f"{path}: {key}: {message.rstrip('?.')}{'?' if message.endswith('?') else '.'}{tail}"
