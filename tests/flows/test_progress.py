"""The bar of a run moves with its stages, in their order, and is full at the end alone."""

import ast
from pathlib import Path

from flows import pulling, stages
from flows.progress import STAGES, percent_at


def announced(module: object) -> list[str]:
    """The sentences that ``module`` gives to ``stage``, in the order of its text."""
    tree = ast.parse(Path(str(module.__file__)).read_text("utf-8"))  # type: ignore[attr-defined]
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "stage"]
    texts = [
        constant
        for call in sorted(calls, key=lambda call: call.lineno)
        for constant in ast.walk(call.args[0])
        if isinstance(constant, ast.Constant)
    ]
    return [str(text.value) for text in texts]


def test_every_stage_has_its_place_and_no_place_is_without_a_stage() -> None:
    """A stage that is added or renamed is missing from the bar until it stands in its list, too."""
    assert tuple(announced(pulling) + announced(stages)) == STAGES


def test_the_bar_only_moves_on_and_is_not_full_before_the_end() -> None:
    percents = [percent_at(sentence) for sentence in STAGES]
    assert percents == sorted(set(percents))
    assert (percents[0], percents[-1] < 100) == (0, True)
