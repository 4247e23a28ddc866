"""The settings that datacut gives Prefect are those of [tool.prefect], and nothing is sent anywhere."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flows.prefect_settings import SETTINGS, apply_settings

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"


def flattened(entry: dict[str, Any], prefix: str = "PREFECT") -> Iterator[tuple[str, str]]:
    for key, value in entry.items():
        name = f"{prefix}_{key.upper()}"
        if isinstance(value, dict):
            yield from flattened(value, name)
        else:
            yield name, str(value).lower() if isinstance(value, bool) else str(value)


def test_both_places_say_the_same() -> None:
    in_pyproject = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["tool"]["prefect"]
    assert dict(flattened(in_pyproject)) == SETTINGS


def test_prefect_knows_each_of_them(monkeypatch: Any) -> None:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    from prefect.settings import Settings

    settings = Settings()
    assert settings.server.analytics_enabled is False
    assert settings.server.ephemeral.startup_timeout_seconds == 120
    assert settings.results.persist_by_default is False
    assert settings.logging.level == "INFO"
    assert settings.logging.to_api.when_missing_flow == "ignore"


def test_the_client_of_prefect_counts_nobody(monkeypatch: Any) -> None:
    monkeypatch.delenv("DO_NOT_TRACK", raising=False)
    monkeypatch.delenv("CI", raising=False)
    apply_settings(quiet=True)
    from prefect._internal.analytics.enabled import is_telemetry_enabled

    assert not is_telemetry_enabled()
