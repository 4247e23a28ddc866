"""What every table, figure and page of one run shares: arms, unit of time, data cut, the synthetic mark."""

from dataclasses import dataclass

from reports.facts import RunFacts
from reports.numbers import count
from studies import Protocol

CONVENTIONS = {"spss": "SPSS", "sas": "SAS", "r": "R survival"}
UNIT_DECIMALS = {"days": 0, "weeks": 1, "months": 1}
RESPONSE_SOURCES = {
    "derived": "derived from the lesion measurements of reader",
    "reported": "as the overall response was reported by",
}


@dataclass(frozen=True)
class Setting:
    """The protocol and the run, as a table or figure needs them."""

    protocol: Protocol
    facts: RunFacts

    @property
    def unit(self) -> str:
        return self.protocol.study.time_unit

    @property
    def decimals(self) -> int:
        """Decimals of a time in the study's unit."""
        return UNIT_DECIMALS[self.unit]

    @property
    def mark(self) -> str:
        """The word that stands on everything made from invented data; empty for a real study."""
        return self.protocol.mark

    @property
    def response_source(self) -> str:
        """Where the responses come from, to follow their criteria: ``derived from … of reader R1``."""
        response = self.protocol.response
        return f"{RESPONSE_SOURCES[response.source]} {response.evaluator}"

    @property
    def arm_codes(self) -> list[str]:
        return [arm.code for arm in self.protocol.arms]

    @property
    def arms_compared(self) -> str:
        """The group of a statistic that compares the arms, as the analyses name it."""
        return "-".join(self.arm_codes)

    def arm_label(self, code: str) -> str:
        """The arm's label; a code that is not an arm is shown as it is."""
        return next((arm.label for arm in self.protocol.arms if arm.code == code), code)

    def arm_heading(self, code: str) -> str:
        """``Control (n = 38)``."""
        n = self.facts.subjects_by_arm.get(code)
        return self.arm_label(code) if n is None else f"{self.arm_label(code)} (n = {count(n)})"

    @property
    def organ(self) -> str:
        """The organ whose response is assessed by itself, in lower case; empty where the protocol has none."""
        return (self.protocol.response.organ or "").lower()

    @property
    def confidence(self) -> str:
        """``95% CI``."""
        return f"{self.protocol.statistics.confidence_level * 100:g}% CI"

    @property
    def closing_notes(self) -> tuple[str, ...]:
        """The notes under every table: the convention, where follow-up ends, and that the data are invented."""
        notice = self.protocol.study.notice
        marked = f"{self.mark}. {notice}" if self.mark else notice
        convention = f"Convention: {CONVENTIONS[self.protocol.statistics.convention]}."
        return (convention, f"Data cut {self.facts.data_cut.isoformat()}.", *([marked] if marked else []))
