"""The endpoints of each subject, recomputed from SDTM domains in plain Python: slow, obvious, one subject at a time.

Written from the rules (RECIST 1.1; best response, confirmation and times to event as the vignettes of admiralonco on
ADRS and ADTTE describe them), not from the SQL, and with nothing of it: it reads the domains and no table of ours.

- Cohort: every subject of DM who is no screen failure. Time zero: DSSTDTC of DS where DSDECOD is RANDOMIZED.
- Assessments: RS, overall response of the investigator, on or after randomisation, a value that is a response; of
  several of one day the worst (PD, NON-CR/NON-PD, SD, PR, CR, NE). Best responses look at those up to the first PD.
- Death: DM.DTHDTC, else DS. It needs no assessment.
- Last known alive: the latest whole date of DS (but death), DM.RFPENDTC, EX, RS, TR, starts of AE, ends of AE that are
  not fatal.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

Row = Mapping[str, Any]
Domains = Mapping[str, list[Row]]

WORST_FIRST = ("PD", "NON-CR/NON-PD", "SD", "PR", "CR", "NE")
STABLE_DAYS, CONFIRMATION_DAYS, MOST_NE = 42, 28, 1


@dataclass(frozen=True)
class Response:
    """A value and the day it was first seen; no day for MISSING and N."""

    avalc: str
    adt: date | None = None


@dataclass(frozen=True)
class Time:
    startdt: date
    adt: date
    cnsr: int

    @property
    def aval(self) -> int:
        return (self.adt - self.startdt).days + 1


@dataclass(frozen=True)
class Subject:
    responses: dict[str, Response]
    times: dict[str, Time]


def whole_date(text: Any) -> date | None:
    """An ISO 8601 date with its day, a time of day dropped; None where the day or month is not known."""
    return date.fromisoformat(text[:10]) if text and len(text) >= 10 else None


def subjects(domains: Domains) -> dict[str, Subject]:
    """Every subject of the cohort, by USUBJID."""
    cohort = [row["USUBJID"] for row in domains["dm"] if row["ARMCD"] != "Scrnfail"]
    return {subject: of_subject(subject, domains) for subject in cohort}


def of_subject(subject: str, domains: Domains) -> Subject:
    own = {name: [row for row in rows if row["USUBJID"] == subject] for name, rows in domains.items()}
    (start,) = [whole_date(row["DSSTDTC"]) for row in own["ds"] if row["DSDECOD"] == "RANDOMIZED"]
    assert start is not None
    visits = assessments(own["rs"], start)
    progression = next((day for day, response in visits if response == "PD"), None)
    considered = [(day, response) for day, response in visits if progression is None or day <= progression]
    response = next((day for day, value in considered if value in ("CR", "PR")), None)
    died = death(own)
    alive = last_known_alive(own)
    adequate = max((day for day, value in visits if value != "NE"), default=None)
    ends = [day for day in (progression, died) if day is not None]
    times = {
        "OS": Time(start, died, 0) if died else Time(start, alive or start, 1),
        "PFS": Time(start, min(ends), 0) if ends else Time(start, adequate or start, 1 if adequate else 2),
    }
    if response is not None:
        times["RSD"] = Time(response, min(ends), 0) if ends else Time(response, adequate or response, 1)
    return Subject(
        responses={
            "BOR": best(considered, start),
            "CBOR": confirmed_best(considered, start),
            "PD": Response("Y", progression) if progression else Response("N"),
            "RSP": Response("Y", response) if response else Response("N"),
        },
        times=times,
    )


def assessments(rs: Iterable[Row], start: date) -> list[tuple[date, str]]:
    by_day: dict[date, list[str]] = {}
    for row in rs:
        if row["RSTESTCD"] == "OVRLRESP" and row["RSEVAL"] == "INVESTIGATOR" and row["RSSTRESC"] in WORST_FIRST:
            day = whole_date(row["RSDTC"])
            if day is not None and day >= start:
                by_day.setdefault(day, []).append(row["RSSTRESC"])
    return [(day, min(values, key=WORST_FIRST.index)) for day, values in sorted(by_day.items())]


def best(considered: list[tuple[date, str]], start: date) -> Response:
    return first_that_applies(considered, start, {"CR"}, {"PR"}, {"SD"})


def confirmed_best(considered: list[tuple[date, str]], start: date) -> Response:
    confirmed = [place for place in range(len(considered)) if is_confirmed(considered, place)]
    for wanted in ("CR", "PR"):
        for place in confirmed:
            day, value = considered[place]
            if value == wanted:
                return Response(wanted, day)
    return first_that_applies(considered, start, set(), set(), {"CR", "PR", "SD"})


def first_that_applies(
    considered: list[tuple[date, str]],
    start: date,
    complete: set[str],
    partial: set[str],
    stable: set[str],
) -> Response:
    """CR, PR, SD long enough after the start, NON-CR/NON-PD as long, PD, NE (anything else), MISSING."""
    long_enough = [(day, value) for day, value in considered if (day - start).days >= STABLE_DAYS]
    steps = (
        ("CR", considered, complete),
        ("PR", considered, partial),
        ("SD", long_enough, stable),
        ("NON-CR/NON-PD", long_enough, {"NON-CR/NON-PD"}),
        ("PD", considered, {"PD"}),
    )
    for avalc, among, values in steps:
        for day, value in among:
            if value in values:
                return Response(avalc, day)
    return Response("NE", considered[0][0]) if considered else Response("MISSING")


def is_confirmed(considered: list[tuple[date, str]], place: int) -> bool:
    """CR by a CR, PR by a CR or PR, CONFIRMATION_DAYS later; at most one NE and nothing worse between them."""
    day, value = considered[place]
    allowed = {"CR": {"CR"}, "PR": {"CR", "PR"}}.get(value, set())
    for last in range(place + 1, len(considered)):
        later, confirming = considered[last]
        between = [response for _, response in considered[place + 1 : last]]
        if confirming not in allowed or (later - day).days < CONFIRMATION_DAYS:
            continue
        sequence = [*between, confirming]
        falls_back = any(sequence[at] == "PR" and "CR" in sequence[:at] for at in range(len(sequence)))
        if set(between) <= allowed | {"NE"} and between.count("NE") <= MOST_NE and not falls_back:
            return True
    return False


def death(own: Domains) -> date | None:
    reported = [whole_date(row["DTHDTC"]) for row in own["dm"]]
    reported += [whole_date(row["DSSTDTC"]) for row in own["ds"] if row["DSDECOD"] == "DEATH"]
    return min((day for day in reported if day), default=None)


def last_known_alive(own: Domains) -> date | None:
    texts = [row["DSSTDTC"] for row in own["ds"] if row["DSDECOD"] != "DEATH"]
    texts += [row["RFPENDTC"] for row in own["dm"]]
    texts += [row[name] for row in own["ex"] for name in ("EXSTDTC", "EXENDTC")]
    texts += [row["RSDTC"] for row in own["rs"] if row["RSTESTCD"] == "OVRLRESP"]
    texts += [row["TRDTC"] for row in own["tr"]]
    texts += [row["AESTDTC"] for row in own["ae"]]
    texts += [row["AEENDTC"] for row in own["ae"] if row["AEOUT"] != "FATAL"]
    return max((day for day in map(whole_date, texts) if day), default=None)
