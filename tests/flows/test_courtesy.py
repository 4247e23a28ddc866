"""A server that is away for a moment is waited for, one that is gone is done without; a fault of ours stays a fault."""

import httpx
import pytest

from flows import courtesy


class Server:
    """Answers, but for the next ``away`` calls."""

    def __init__(self, away: int) -> None:
        self.away, self.asked = away, 0

    def ask(self) -> str:
        self.asked += 1
        if self.asked <= self.away:
            raise httpx.ConnectError("nobody there")
        return "answer"


@pytest.fixture(autouse=True)
def waited(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    seconds: list[float] = []
    monkeypatch.setattr(courtesy.time, "sleep", seconds.append)
    monkeypatch.setattr(courtesy, "_is_given_up", False)
    return seconds


def test_a_server_that_comes_back_is_waited_for(waited: list[float]) -> None:
    server = Server(away=3)
    assert courtesy.patiently(server.ask)() == "answer"
    assert waited == [1, 2, 4]


def test_a_server_that_is_gone_is_waited_for_once_and_then_no_more(waited: list[float]) -> None:
    server = Server(away=100)
    assert courtesy.patiently(server.ask)() is None
    assert sum(waited) == 60
    assert courtesy.patiently(server.ask)() is None
    assert (sum(waited), server.asked) == (60, 8)


def test_progress_is_not_waited_for(waited: list[float]) -> None:
    assert courtesy.once(Server(away=1).ask)() is None
    assert waited == []


def test_what_is_no_network_comes_through() -> None:
    def broken() -> None:
        raise ValueError("a fault")

    with pytest.raises(ValueError, match="a fault"):
        courtesy.patiently(broken)()
