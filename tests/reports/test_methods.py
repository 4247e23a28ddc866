"""The methods paragraph says what this run did, and nothing of what it did not."""

from reports.methods import methods_paragraphs
from reports.run_folder import Statistics
from reports.setting import Setting
from tests.reports.tiny_run import PROTOCOL, facts, statistic

SETTING = Setting(PROTOCOL, facts())


def text(*rows: tuple[str, str, str]) -> str:
    """The paragraphs of a run with these analyses: analysis, variable, method."""
    statistics = [statistic(analysis, "hr", 0.5, method, variable=variable) for analysis, variable, method in rows]
    return "\n".join(methods_paragraphs(Statistics(statistics), SETTING))


def test_arms_convention_and_tests_come_from_the_protocol() -> None:
    made = text()
    assert "TACE: from the first procedure; Control: from the index date" in made
    assert "conventions of SPSS (convention “spss”), with limits at the 95 % level" in made
    assert "smallest expected count is below 5, Fisher's exact test is used" in made
    assert "Multivariate model: treatment, extrahepatic metastases and number of liver lesions." in made


def test_an_analysis_of_its_own_is_described_where_the_run_has_it() -> None:
    made = text(("time_dependent_cox", "nprocgr1", ""), ("iptw", "", ""), ("interval_censored", "", "a Weibull model"))
    assert "(TACE sessions) are in no plain Cox model" in made
    assert "the groups as known on day 91" in made
    assert "a logistic regression of the arm on what was known before it (age (years), sex, ECOG" in made
    assert "progression-free survival is analysed once more" in made
    assert made.endswith("Methods, as the results name them: a Weibull model.")


def test_what_was_not_done_is_not_described() -> None:
    made = text(("survival", "", "log-rank test"))
    assert "immortal" not in made
    assert "logistic" not in made
    assert "Turnbull" not in made


def test_a_count_needs_no_method() -> None:
    assert "Methods, as the results name them" not in text(("table1", "sex", "count"))
