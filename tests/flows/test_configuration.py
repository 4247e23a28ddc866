"""Where a run that is told nothing finds its study and folders: what it is told goes before the environment."""

import pytest

from flows.configuration import DEFAULTS, Places, configured, places


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in DEFAULTS:
        monkeypatch.delenv(f"DATACUT_{name.upper()}", raising=False)
    monkeypatch.setattr("flows.configuration._variable", {"datacut_runs": "/of/a/variable"}.get)


def test_what_is_given_goes_before_the_environment_and_that_before_the_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert configured("data") == "data"
    assert configured("runs") == "/of/a/variable"
    monkeypatch.setenv("DATACUT_RUNS", "/of/the/environment")
    assert configured("runs") == "/of/the/environment"
    assert configured("runs", "/given") == "/given"


def test_the_configured_extracts_are_those_of_the_configured_study_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATACUT_STUDY", "one")
    monkeypatch.setenv("DATACUT_EXTRACTS", "/extracts/of/one")
    assert places(None, None, None, None) == Places("one", "/extracts/of/one", "data", "/of/a/variable")
    assert places("other", None, None, None).extracts is None
    assert places("other", "/extracts/of/other", None, None).extracts == "/extracts/of/other"
