"""Who is at risk at each time of an event, and the weighted sums over them that a Cox model is made of.

Row by row a sum over all who are at risk would cost the square of the number of rows. Here every sum is made from the
rows of each event time once and added up from the last time to the first, so that a million rows cost a few passes.
What a sum of squares over risk sets is multiplied with depends on the time alone, so it too becomes one product of the
design with itself: sum over t of a(t) S2(t) = sum over rows of r x x' A(row), A being what a(t) adds up to while the
row is at risk.
"""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Places = NDArray[np.intp]


@dataclass(frozen=True)
class RiskSets:
    """Rows and event times in order of stratum and time.

    ``design`` is centred on ``centre``. ``size`` is what a row counts for in every sum: case weight times number of
    subjects. A row is at risk at the event times ``first`` to ``last``; ``of_event`` holds the rows that have an event,
    which is at the event time ``last``. ``deaths`` is the number of events at each time, ``mean_weight`` their mean
    case weight. ``strata`` are the slices of event times that belong to one stratum. ``row`` leads back to the rows as
    given; rows that are at risk of no event are left out.
    """

    design: Array
    centre: Array
    size: Array
    last: Places
    first: Places
    of_event: Places
    event_time: Array
    deaths: NDArray[np.int64]
    mean_weight: Array
    strata: tuple[slice, ...]
    row: Places
    has_entry: bool
    ties: str
    event_design: Array = field(repr=False)

    @property
    def is_one_moment(self) -> bool:
        """Whether all who are at risk of an event have it at once: no order, nothing to compare."""
        return len(self.event_time) == len(self.strata) and len(self.of_event) == len(self.row)

    def from_the_end(self, values: Array) -> Array:
        """At each event time the sum of ``values`` from it to the last of its stratum."""
        total = np.empty_like(values)
        for part in self.strata:
            total[part] = np.cumsum(values[part][::-1], axis=0)[::-1]
        return total

    def while_at_risk(self, values: Array) -> Array:
        """For each row the sum of ``values`` (one an event time) over the event times that it is at risk of."""
        total = np.empty_like(values)
        for part in self.strata:
            total[part] = np.cumsum(values[part], axis=0)
        if not self.has_entry:
            summed: Array = total[self.last]
            return summed
        begun = np.concatenate((np.zeros_like(total[:1]), total))
        starts = np.zeros(len(total) + 1, dtype=bool)
        starts[[part.start for part in self.strata]] = True
        begun[starts] = 0.0  # ``first`` at the first event time of a stratum: nothing has gone before
        late: Array = total[self.last] - begun[self.first]
        return late

    def at_each_time(self, values: Array) -> Array:
        """At each event time the sum of ``values`` (one a row) over who is at risk."""
        n_times = len(self.event_time)
        total = self.from_the_end(np.bincount(self.last, values, n_times))
        if self.has_entry:
            not_yet = np.bincount(self.first, values, n_times + 1)[1:]  # at the time before they enter, and earlier
            not_yet[[part.stop - 1 for part in self.strata]] = 0.0  # those begin the next stratum
            total = total - self.from_the_end(not_yet)
        return total

    def moments(self, coefficients: Array) -> "Moments":
        """The sums at these coefficients (of the centred design)."""
        predictor = self.design @ coefficients if len(coefficients) else np.zeros(len(self.size))
        if len(predictor) and (highest := predictor.max()) > 300:
            predictor = predictor - highest  # the likelihood does not change, and exp does not overflow
        risk = self.size * np.exp(predictor)
        n_times, n_columns = len(self.event_time), self.design.shape[1]
        s0 = self.at_each_time(risk)
        s1 = np.empty((n_times, n_columns))
        for column in range(n_columns):
            s1[:, column] = self.at_each_time(risk * self.design[:, column])
        place, risk_of_event = self.last[self.of_event], risk[self.of_event]
        d0: Array = np.zeros(n_times)
        d1 = np.zeros((n_times, n_columns))
        tied = self.ties == "efron" and bool((self.deaths > 1).any())
        if tied:
            d0 = np.bincount(place, risk_of_event, n_times)
            for column in range(n_columns):
                d1[:, column] = np.bincount(place, risk_of_event * self.event_design[:, column], n_times)
        weight = self.mean_weight
        if tied:
            begins = np.concatenate(([0], np.cumsum(self.deaths)[:-1]))
            step = np.arange(int(self.deaths.sum())) - np.repeat(begins, self.deaths)
            share = step / np.repeat(self.deaths, self.deaths)
            left = np.repeat(s0, self.deaths) - share * np.repeat(d0, self.deaths)

            def added(values: Array) -> Array:
                return weight * np.add.reduceat(values, begins)

            logs = added(np.log(left))
            once, squared = 1 / left, 1 / left**2
            a, b = added(once), added(share * once)
            c0, c1, c2 = added(squared), added(share * squared), added(share**2 * squared)
        else:
            deaths = weight * self.deaths
            logs, a, c0 = deaths * np.log(s0), deaths / s0, deaths / s0**2
            b = c1 = c2 = np.zeros(n_times)
        weighted_events = self.size[self.of_event]
        return Moments(
            sets=self,
            loglik=float(weighted_events @ predictor[self.of_event] - logs.sum()),
            risk=risk,
            s1=s1,
            d1=d1,
            a=a,
            b=b,
            c0=c0,
            c1=c1,
            c2=c2,
            tied=tied,
        )


@dataclass(frozen=True)
class Moments:
    """What the derivatives of the partial likelihood are made of, at one set of coefficients.

    With f = l / d for the l-th of d tied events (Efron; f = 0 for Breslow), w the mean weight of the events and
    s = S0 - f D0, summed over the tied events: a = w/s, b = w f/s, c0 = w/s^2, c1 = w f/s^2, c2 = w f^2/s^2.
    """

    sets: RiskSets
    loglik: float
    risk: Array
    s1: Array
    d1: Array
    a: Array
    b: Array
    c0: Array
    c1: Array
    c2: Array
    tied: bool

    def expected(self) -> Array:
        """At each event time the sum of the covariate means, one a tied event, weighted."""
        means = self.a[:, None] * self.s1
        return means - self.b[:, None] * self.d1 if self.tied else means

    def observed(self) -> Array:
        """At each event time the sum of the covariates of who has the event, weighted."""
        sets = self.sets
        place, size = sets.last[sets.of_event], sets.size[sets.of_event]
        total = np.empty_like(self.s1)
        for column in range(total.shape[1]):
            total[:, column] = np.bincount(place, size * sets.event_design[:, column], len(sets.event_time))
        return total

    def score(self) -> Array:
        """The first derivative of the log partial likelihood."""
        sets = self.sets
        first: Array = sets.size[sets.of_event] @ sets.event_design - self.expected().sum(axis=0)
        return first

    def information(self, of_time: Array | None = None) -> Array:
        """Minus the second derivative; with ``of_time`` each event time's share multiplied by it."""
        sets = self.sets
        scale = np.ones(len(sets.event_time)) if of_time is None else of_time
        held = self.risk * sets.while_at_risk(self.a * scale)
        if self.tied:
            place = sets.last[sets.of_event]
            held[sets.of_event] -= self.risk[sets.of_event] * (self.b * scale)[place]
        squares = sets.design.T @ (sets.design * held[:, None])
        outer = self.s1.T @ (self.s1 * (self.c0 * scale)[:, None])
        if self.tied:
            cross = self.s1.T @ (self.d1 * (self.c1 * scale)[:, None])
            outer = outer - cross - cross.T + self.d1.T @ (self.d1 * (self.c2 * scale)[:, None])
        second: Array = squares - outer
        return (second + second.T) / 2

    def score_residuals(self) -> Array:
        """One row a row of the risk sets: its part of the score, times its size (Barlow and Prentice 1988)."""
        sets = self.sets
        a = sets.while_at_risk(self.a)
        means = self.c0[:, None] * self.s1
        if self.tied:
            means = means - self.c1[:, None] * self.d1
        b = sets.while_at_risk(means)
        if self.tied:
            place = sets.last[sets.of_event]
            a[sets.of_event] -= self.b[place]
            b[sets.of_event] -= (self.c1[:, None] * self.s1 - self.c2[:, None] * self.d1)[place]
        residuals = -self.risk[:, None] * (sets.design * a[:, None] - b)
        place, size = sets.last[sets.of_event], sets.size[sets.of_event]
        weight = (sets.mean_weight * sets.deaths)[:, None]
        mean_of_time = self.expected() / weight
        residuals[sets.of_event] += size[:, None] * (sets.event_design - mean_of_time[place])
        return residuals


def risk_sets(
    time: Array,
    event: NDArray[np.bool_],
    design: Array,
    ties: str,
    *,
    counts: Array | None = None,
    weights: Array | None = None,
    entry: Array | None = None,
    strata: NDArray[np.intp] | None = None,
) -> RiskSets:
    """The risk sets of these rows; a row is at risk in (entry, time], without ``entry`` from the beginning."""
    order = np.argsort(time, kind="stable") if strata is None else np.lexsort((time, strata))
    time, event = time[order], event[order]
    belongs = np.zeros(len(time), dtype=np.intp) if strata is None else strata[order]
    changes = np.flatnonzero(np.diff(belongs)) + 1
    bounds = [0, *changes.tolist(), len(time)]
    is_new = np.zeros(len(time), dtype=bool)
    events = np.flatnonzero(event)
    if len(events):
        is_new[events[0]] = True
        is_new[events[1:]] = (np.diff(time[events]) > 0) | (np.diff(belongs[events]) != 0)
    event_time = time[is_new]
    owner = belongs[is_new]
    last = np.full(len(time), -1, dtype=np.intp)
    first = np.zeros(len(time), dtype=np.intp)
    slices: list[slice] = []
    for begin, end in pairwise(bounds):
        if begin == end:
            continue
        low, high = np.searchsorted(owner, [belongs[begin], belongs[begin] + 1])
        if low == high:
            first[begin:end] = 1  # a stratum without events: nobody in it is at risk of one
            continue
        slices.append(slice(int(low), int(high)))
        times = event_time[low:high]
        last[begin:end] = low + np.searchsorted(times, time[begin:end], side="right") - 1
        if entry is None:
            first[begin:end] = low
        else:
            first[begin:end] = low + np.searchsorted(times, entry[order[begin:end]], side="right")
    kept = first <= last
    if not kept.all():
        order, event, last, first = order[kept], event[kept], last[kept], first[kept]
    count = np.ones(len(order)) if counts is None else np.asarray(counts, dtype=float)[order]
    size = count if weights is None else count * np.asarray(weights, dtype=float)[order]
    of_event = np.flatnonzero(event)
    n_times = len(event_time)
    deaths = np.bincount(last[of_event], count[of_event], n_times).round().astype(np.int64)
    columns = np.asarray(design, dtype=float)
    centre = columns.mean(axis=0) if len(columns) else np.zeros(columns.shape[1])
    centred = np.asfortranarray(columns[order] - centre)
    return RiskSets(
        design=centred,
        centre=centre,
        size=size,
        last=last,
        first=first,
        of_event=of_event,
        event_time=event_time,
        deaths=deaths,
        mean_weight=np.bincount(last[of_event], size[of_event], n_times) / np.maximum(deaths, 1),
        strata=tuple(slices),
        row=order,
        has_entry=entry is not None,
        ties=ties,
        event_design=centred[of_event],
    )
