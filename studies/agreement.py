"""Whether protocol and mapping speak of the same codes, and the mapping of those that datacut itself works with."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from studies.errors import StudyError
from studies.mapping import Mapping
from studies.protocol import Protocol

KNOWN_CODES = {
    "sex": ("M", "F"),
    "yes_no": ("Y", "N"),
    "response": ("CR", "PR", "SD", "PD", "NE", "NON-CR/NON-PD"),
    "unit": ("mm", "cm"),
    "vital_status": ("ALIVE", "DEAD"),
    "lesion_class": ("TARGET", "NON-TARGET", "NEW"),
    "lesion_status": ("PRESENT", "ABSENT", "PROGRESSION", "NOT EVALUABLE"),
}
"""Code lists whose codes rules and derivations name; those of every other list are the study's own."""

NEEDED_WHOLE = ("yes_no", "vital_status")
"""Of these every code is needed: without DEAD nobody dies. Of the others a hospital may well use a part."""


def check_agreement(directory: Path, protocol: Protocol, mapping: Mapping) -> None:
    """Holds protocol.toml and mapping.toml in ``directory`` against each other.

    Raises:
        StudyError: a code of one is missing in the other, or not known to datacut.
    """
    found = [f"{directory / 'protocol.toml'}: {sentence}" for sentence in _unmapped(protocol, mapping)]
    found += [f"{directory / 'mapping.toml'}: {sentence}" for sentence in _unknown(protocol, mapping)]
    found += [f"{directory / 'mapping.toml'}: {sentence}" for sentence in _parts_of_no_evaluator(protocol, mapping)]
    if found:
        tail = f" ({len(found) - 1} more after it.)" if len(found) > 1 else ""
        raise StudyError(f"{found[0]}.{tail}")


def _unmapped(protocol: Protocol, mapping: Mapping) -> Iterator[str]:
    """What the protocol names and the mapping does not have."""
    cohort, response = protocol.cohort, protocol.response
    used: list[tuple[str, str, Iterable[str]]] = [
        ("arms.code", "arm", [arm.code for arm in protocol.arms]),
        ("cohort.histology", "histology", cohort.histology),
        ("cohort.cd117", "cd117", cohort.cd117),
        ("cohort.child_pugh_class", "child_pugh_class", cohort.child_pugh_class),
        ("cohort.not_in_cohort", "arm", cohort.not_in_cohort),
        ("cohort.drug_lines", "drug", cohort.drug_lines),
        ("cohort.organ_required", "organ", [cohort.organ_required] if cohort.organ_required else []),
        ("response.evaluator", "reader", [response.evaluator]),
        ("response.organ", "organ", [response.organ] if response.organ else []),
        ("ae_terms.term", "ae_term", [term.term for term in protocol.ae_terms]),
        ("laboratory_tests.test", "lab_test", [entry.test for entry in protocol.laboratory_tests]),
        ("laboratory_tests.term", "ae_term", [entry.term for entry in protocol.laboratory_tests if entry.term]),
        ("safety.reporting.expected_terms", "ae_term", protocol.safety.reporting.expected_terms),
        ("syndromes.terms", "ae_term", [term for syndrome in protocol.syndromes for term in syndrome.terms]),
    ]
    for entry, code_list, codes in used:
        known = mapping.codes.get(code_list, {})
        for code in codes:
            if code not in known:
                yield f"{entry}: {code!r} is not a code of codes.{code_list} in mapping.toml ({_listed(known)})"


def _parts_of_no_evaluator(protocol: Protocol, mapping: Mapping) -> Iterator[str]:
    """Tables of which no part is for the evaluator of the protocol, and parts for a reader that there is not."""
    evaluator, readers = protocol.response.evaluator, mapping.codes.get("reader", {})
    for name, table in mapping.tables.items():
        meant = [part.for_evaluator for part in table.parts]
        for reader in meant:
            if reader is not None and reader not in readers:
                yield f"tables.{name}.parts: for_evaluator {reader!r} is no code of codes.reader ({_listed(readers)})"
        if meant and None not in meant and evaluator not in meant:
            yield f"tables.{name}.parts: none is for the evaluator {evaluator!r} of protocol.toml; add one"


def _unknown(protocol: Protocol, mapping: Mapping) -> Iterator[str]:
    """What the mapping names and nothing reads, and what it needs and does not name."""
    arms = [*(arm.code for arm in protocol.arms), *protocol.cohort.not_in_cohort]
    for code in mapping.codes.get("arm", {}):
        if code not in arms:
            yield f"codes.arm: {code!r} is not an arm of protocol.toml ({_listed(arms)})"
    for code_list, known in KNOWN_CODES.items():
        codes = mapping.codes.get(code_list, {})
        for code in codes:
            if code not in known:
                yield f"codes.{code_list}: {code!r} is not a code that datacut knows ({_listed(known)})"
        for code in known if code_list in NEEDED_WHOLE else ():
            if code not in codes:
                yield f"codes.{code_list}: the code {code!r} is missing; add it with the hospital's words for it"


def _listed(codes: Iterable[str]) -> str:
    return f"known: {', '.join(codes) or 'none'}"
