"""What measurements of a careful reader never look like: the reasons to draw a patient's sizes again."""

from collections.abc import Iterable, Mapping, Sequence

SMALLEST_MM = 6  # below 5 mm a lesion is too small to measure
SOON_DAYS, JUMP = 14, 1.5

Readings = Sequence[tuple[int, Mapping[str, int]]]
"""The scans of one reader in order: study day, and mm by lesion (0: gone)."""


def is_plausible(readers: Iterable[Readings]) -> bool:
    """Nothing too small to measure, nothing copied forward over three scans, no jump within two weeks."""
    return all(_none_too_small(scans) and _none_copied(scans) and _no_jump(scans) for scans in readers)


def _none_too_small(scans: Readings) -> bool:
    return all(size == 0 or size >= SMALLEST_MM for _, sizes in scans for size in sizes.values())


def _none_copied(scans: Readings) -> bool:
    vectors = [dict(sizes) for _, sizes in scans]
    return not any(
        one and one == two == three for one, two, three in zip(vectors, vectors[1:], vectors[2:], strict=False)
    )


def _no_jump(scans: Readings) -> bool:
    last: dict[str, tuple[int, int]] = {}
    for day, sizes in scans:
        for name, size in sizes.items():
            day_before, size_before = last.get(name, (day, size))
            if day - day_before <= SOON_DAYS and size > JUMP * size_before:
                return False
            last[name] = (day, size)
    return True
