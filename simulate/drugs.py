"""The drugs of the lines of therapy, with the daily dose that the protocol expects of each."""

from studies import Protocol

DOSE = "drug_courses.daily_dose_mg"


def drug_doses(protocol: Protocol) -> dict[str, str]:
    """The daily dose of the first and the second line, in mg as text, by drug.

    Raises:
        ValueError: the protocol names fewer than two lines, or no dose of one of them.
    """
    doses = {entry.code: f"{entry.low:g}" for entry in protocol.ranges if entry.variable == DOSE}
    lines = protocol.cohort.drug_lines[:2]
    if len(lines) < 2:
        raise ValueError("two lines of therapy are simulated: name two drugs in cohort.drug_lines of protocol.toml")
    if missing := [drug for drug in lines if drug not in doses]:
        raise ValueError(f"protocol.toml has no entry of ranges for {DOSE} with code {missing[0]!r}; add one")
    return {drug: doses[drug] for drug in lines}
