"""Which figures a study has: one entry a figure, its kind and what it shows."""

from collections.abc import Sequence
from typing import Literal, Self

from pydantic import Field, model_validator

from studies.entry import Entry

FigureKind = Literal[
    "survival",
    "subgroups",
    "waterfall",
    "spider",
    "swimmer",
    "adverse_events",
    "cumulative_incidence",
    "balance",
    "log_log",
    "schoenfeld",
    "flow",
]
OF_AN_ENDPOINT = ("survival", "subgroups", "cumulative_incidence", "log_log", "schoenfeld")
OF_COVARIATES = ("subgroups", "balance", "schoenfeld")
OF_LESIONS = ("waterfall", "spider")
COMPETING_ENDPOINTS = ("TTLP",)
"""Endpoints with which death competes: they are derived of every study, reported as cumulative incidence alone."""


class Figure(Entry):
    """One figure of the report.

    ``endpoint``: of the kinds that show a time to event. ``covariates``: of the kinds that compare levels known at the
    start; left out, every covariate of the protocol that is known then. ``lesions``: whether the sums of diameters are
    those of all target lesions or of the protocol's organ.
    """

    number: str
    title: str
    kind: FigureKind = "survival"
    endpoint: str = ""
    covariates: list[str] = Field(default=[])
    lesions: Literal["all", "organ"] = "all"

    @model_validator(mode="after")
    def _kind_has_what_it_needs(self) -> Self:
        if (self.kind in OF_AN_ENDPOINT) != bool(self.endpoint):
            needs = "needs an endpoint" if not self.endpoint else "has no endpoint"
            raise ValueError(f"figure {self.number!r} is of kind {self.kind!r}, which {needs}")
        if self.covariates and self.kind not in OF_COVARIATES:
            raise ValueError(f"figure {self.number!r} is of kind {self.kind!r}, which has no covariates")
        if self.lesions != "all" and self.kind not in OF_LESIONS:
            raise ValueError(f"figure {self.number!r} is of kind {self.kind!r}, which has no lesions")
        return self


def check_figures(figures: Sequence[Figure], known_late: set[str]) -> None:
    """Raises ValueError where figures contradict each other or use a covariate that is known only after start."""
    numbers = [figure.number for figure in figures]
    if twice := sorted({number for number in numbers if numbers.count(number) > 1}):
        raise ValueError(f"two figures have the number {twice[0]!r}")
    for figure in figures:
        if late := [name for name in figure.covariates if name in known_late]:
            raise ValueError(f"figures.covariates names {late[0]!r}, which is known only after start")
        if "arm" in figure.covariates and figure.kind != "schoenfeld":
            raise ValueError(f"figure {figure.number!r} compares the arms: 'arm' is not one of its covariates")
        if figure.endpoint in COMPETING_ENDPOINTS and figure.kind != "cumulative_incidence":
            raise ValueError(
                f"figure {figure.number!r} shows {figure.endpoint}, with which death competes: its kind can only be "
                "'cumulative_incidence'"
            )
