"""Whose responses make the endpoints, once more in plain Python: derived or reported, and adjudicated."""

from reference_recist import Responses, Subject, assessments

SCOPES = {"ALL": None, "ORGAN": "LIVER"}
ByReader = dict[tuple[str, str], Responses]
"""(reader, scope) to the responses by day."""


def own_responses(subject: Subject, is_reported: bool) -> ByReader:
    """What each reader said, by measuring or by reporting, up to the cut."""
    found: ByReader = {}
    for reader in ("R1", "R2"):
        for place, (scope, organ) in enumerate(SCOPES.items()):
            if is_reported:
                given = subject.reports.get(reader, ({}, {}))[place]
                responses = {day: response for day, response in given.items() if 0 <= day <= subject.cut}
            else:
                responses = {day: found.overall for day, found in assessments(subject, organ, reader).items()}
            found[reader, scope] = responses
    return found


def adjudicated_days(subject: Subject, own: ByReader) -> set[int]:
    """The days on which the readers differ about all lesions and somebody has decided."""
    one, other = own["R1", "ALL"], own["R2", "ALL"]
    return {day for day in one.keys() & other.keys() if one[day] != other[day] and day in subject.adjudicated}


def evaluated_responses(subject: Subject, is_reported: bool, adjudicates: bool) -> ByReader:
    """The responses that make the endpoints: where it was adjudicated, that is the evaluator's response."""
    own = own_responses(subject, is_reported)
    decided = adjudicated_days(subject, own) if adjudicates else set()
    return {**own, ("R1", "ALL"): {**own["R1", "ALL"], **{day: subject.adjudicated[day] for day in decided}}}
