"""What a person sees of a refresh while it runs: a line a stage at the terminal, a bar in the Prefect UI."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from flows.courtesy import once

STAGES = (
    "Pulling the extracts", "Loading the extracts", "Parsing", "Checking",
    "Deriving endpoints", "Auditing", "Comparing with the last cut", "Monitoring the batch", "Following the queries",
    "Analysing", "Profiling the subjects", "Saying what changed", "Reporting on quality", "Reporting", "Publishing",
    "Completing the run",
)  # fmt: skip
"""In the order in which a flow comes through them; none comes through all, and the bar leaps over the others."""

_shown = False
_bar: "_Bar | None" = None


def percent_at(sentence: str) -> float:
    """How far a flow has come when the stage ``sentence`` begins; a stage that is tried again is where it was."""
    return 100 * STAGES.index(sentence) / len(STAGES)


@dataclass
class _Bar:
    """The progress artifact of the run at work, made with its first stage."""

    key: str
    artifact: UUID | None = None

    def move(self, sentence: str) -> None:
        from prefect.artifacts import create_progress_artifact, update_progress_artifact

        percent = percent_at(sentence)
        if self.artifact is None:
            made = create_progress_artifact(progress=percent, key=self.key, description=sentence)
            assert isinstance(made, UUID)
            self.artifact = made
        else:
            update_progress_artifact(self.artifact, percent, description=sentence)

    def end(self) -> None:
        from prefect.artifacts import update_progress_artifact

        if self.artifact is not None:
            update_progress_artifact(self.artifact, 100.0, description="Done")


@contextmanager
def followed(key: str) -> Iterator[None]:
    """While this lasts, every stage moves the progress artifact ``key`` of the flow run on."""
    global _bar
    _bar = _Bar(key)
    try:
        yield
        once(_bar.end)()
    finally:
        _bar = None


def show() -> None:
    """From now on stages are announced on standard error; without this call a flow is silent (worker, test)."""
    global _shown
    _shown = True


@contextmanager
def stage(sentence: str) -> Iterator[None]:
    """Announces a stage while it runs, and its time when it has ended; a failed one may be tried again below it."""
    start = time.perf_counter()
    if _bar:
        once(_bar.move)(sentence)
    if _shown:
        print(f"  {sentence} …", end="", flush=True, file=sys.stderr)
    end = " failed,"
    try:
        yield
        end = ""
    finally:
        if _shown:
            print(f"{end} {time.perf_counter() - start:.1f} s", file=sys.stderr)


def note(sentence: str) -> None:
    """Says something that a person at the terminal should know; silent where stages are."""
    if _shown:
        print(f"  {sentence}", file=sys.stderr)
