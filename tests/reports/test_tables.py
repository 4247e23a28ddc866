"""A table shows the numbers it was given, printed, and no other."""

import csv
import io
import re
from html.parser import HTMLParser

import pytest

from analyses import Statistic
from analyses.comparison import CONTRADICTS, REPRODUCES
from reports.display_table import DisplayTable
from reports.run_folder import Statistics
from reports.setting import Setting
from reports.table_assessments import assessment_table, interval_censored_table
from reports.table_baseline import baseline_table
from reports.table_conventions import conventions_table
from reports.table_cox import cox_table
from reports.table_laboratory import laboratory_table
from reports.table_later_groups import later_groups_table
from reports.table_liver_injury import liver_injury_listing_table, liver_injury_table
from reports.table_procedures import procedures_table
from reports.table_prognostic import prognostic_table
from reports.table_proportional_hazards import proportional_hazards_table
from reports.table_published import published_table
from reports.table_resolution import resolution_table
from reports.table_response import response_table
from reports.table_safety import safety_table
from reports.table_subgroups import subgroup_table
from reports.table_survival import survival_table
from reports.table_survival_details import restricted_means_table, survival_details_table
from reports.table_weighting import balance_table, weighted_table
from tests.reports.tiny_run import BOTH, PROTOCOL, facts, statistic

SETTING = Setting(PROTOCOL, facts())


def of(*rows: Statistic) -> Statistics:
    return Statistics(list(rows))


def lines(table: DisplayTable) -> list[tuple[str, ...]]:
    return [(row.label, *row.cells) for row in table.rows]


def test_baseline_has_a_line_a_level_and_the_test_beside_its_factor() -> None:
    statistics = of(
        statistic("table1", "n", 16, variable="sex", level="M", group="TACE"),
        statistic("table1", "percent", 72.727, variable="sex", level="M", group="TACE"),
        statistic("table1", "n", 29, variable="sex", level="M", group="CONTROL"),
        statistic("table1", "percent", 76.316, variable="sex", level="M", group="CONTROL"),
        statistic("table1", "n", 6, variable="sex", level="F", group="TACE"),
        statistic("table1", "percent", 27.273, variable="sex", level="F", group="TACE"),
        statistic("table1", "n", 9, variable="sex", level="F", group="CONTROL"),
        statistic("table1", "percent", 23.684, variable="sex", level="F", group="CONTROL"),
        statistic("table1", "chi2", 0.09569, "Pearson chi-square", variable="sex", group=BOTH),
        statistic("table1", "p", 0.75706, "Pearson chi-square", variable="sex", group=BOTH),
        statistic("table1", "smd", 0.0824, "standardised mean difference", variable="sex", group=BOTH),
    )
    table = baseline_table(statistics, SETTING)
    assert table.title == "Table 1. Baseline characteristics"
    assert [column.label for column in table.columns] == [
        "TACE (n = 22)",
        "Control (n = 38)",
        "Test statistic",
        "P",
        "SMD",
    ]
    assert lines(table) == [
        ("Sex, n (%)", "", "", "χ² = 0.096", ".757", "0.082"),
        ("Male", "16 (72.7)", "29 (76.3)", "", "", ""),
        ("Female", "6 (27.3)", "9 (23.7)", "", "", ""),
    ]
    assert "P: Pearson chi-square." in table.notes


def test_a_continuous_characteristic_is_one_line() -> None:
    key = {"variable": "age"}
    statistics = of(
        *(
            statistic("table1", name, value, **key, group=arm)
            for arm, values in (("TACE", (53, 47.25, 59.5)), ("CONTROL", (55, 50.25, 62)))
            for name, value in zip(("median", "q1", "q3"), values, strict=True)
        ),
        statistic("table1", "p", 0.279, "Mann-Whitney U test", **key, group=BOTH),
    )
    assert lines(baseline_table(statistics, SETTING)) == [
        ("Age (years), median (quartiles)", "53.0 (47.3–59.5)", "55.0 (50.3–62.0)", "–", ".279", "–")
    ]


def test_prognostic_factors_have_a_median_a_level_and_one_p() -> None:
    key = {"endpoint": "OS", "variable": "sex"}
    statistics = of(
        *(
            statistic("table2", name, value, **key, level=level, note="" if value else "not reached")
            for level, values in (("M", (45, 40, 34.2857, 30.1, 38.5)), ("F", (15, 14, None, 20.05, None)))
            for name, value in zip(("n", "events", "median", "median_lower", "median_upper"), values, strict=True)
        ),
        statistic("table2", "log_rank_p", 0.1331, "log-rank test", **key),
    )
    table = prognostic_table(statistics, SETTING)
    assert lines(table) == [
        ("Sex", "", "", "", ".133"),
        ("Male", "45", "40", "34.3 (30.1–38.5)", ""),
        ("Female", "15", "14", "NR (20.1–NR)", ""),
    ]
    assert "NR: not reached." in table.notes


def test_survival_summary_by_endpoint_and_arm() -> None:
    statistics = of(
        *(
            statistic("survival", name, value, endpoint="OS", group=arm)
            for arm, values in (("TACE", (22, 18, 68.55, 57.45, 79.6)), ("CONTROL", (38, 36, 25.7, 23.1, 28.3)))
            for name, value in zip(("n", "events", "median", "median_lower", "median_upper"), values, strict=True)
        ),
        statistic("survival", "log_rank_p", 7e-8, endpoint="OS", group=BOTH),
    )
    assert lines(survival_table(statistics, SETTING)) == [
        ("Overall survival", "", "", "", "<.001"),
        ("TACE", "22", "18", "68.6 (57.5–79.6)", ""),
        ("Control", "38", "36", "25.7 (23.1–28.3)", ""),
    ]


def test_adverse_events_any_grade_and_severe() -> None:
    statistics = of(
        *(
            statistic("table3", name, value, variable="FEVER", level=level, group=arm)
            for level, arm, n, percent in (
                ("any grade", "TACE", 20, 90.909),
                ("any grade", "CONTROL", 5, 13.158),
                ("grade 3-4", "TACE", 2, 9.0909),
                ("grade 3-4", "CONTROL", 0, 0.0),
            )
            for name, value in (("n", n), ("percent", percent))
        ),
        statistic("table3", "p", 1e-9, variable="FEVER", level="any grade", group=BOTH),
        statistic("table3", "p", None, variable="FEVER", level="grade 3-4", group=BOTH, note="no event in either arm"),
    )
    table = safety_table(statistics, SETTING)
    assert lines(table) == [("Fever", "20 (90.9)", "5 (13.2)", "<.001", "2 (9.1)", "0 (0.0)", "–")]
    assert "–: no event in either arm." in table.notes
    assert {column.spanner for column in table.columns} == {"Any grade", "Grade 3–4"}


def test_responses_with_rates_and_their_limits() -> None:
    key = {"endpoint": "LBOR", "group": "TACE"}
    statistics = of(
        statistic("response", "n", 12, **key, level="PR"),
        statistic("response", "percent", 54.545, **key, level="PR"),
        statistic("response", "n", 17, **key, level="DCR"),
        statistic("response", "percent", 77.2727, **key, level="DCR"),
        statistic("response", "lower", 54.63, "Clopper-Pearson", **key, level="DCR"),
        statistic("response", "upper", 92.18, "Clopper-Pearson", **key, level="DCR"),
    )
    assert lines(response_table(statistics, SETTING)) == [
        ("Best response, liver lesions", "", "", ""),
        ("Partial response", "12 (54.5)", "–", ""),
        ("Disease control rate", "17 (77.3) [54.6–92.2]", "–", ""),
    ]


def test_cox_names_the_reference_and_shows_both_models() -> None:
    statistics = of(
        *(
            statistic("cox", name, value, endpoint="OS", level="arm=TACE", group=model)
            for model, values in (("crude", (0.109, 0.044, 0.271, 2e-6)), ("multivariate", (0.125, 0.05, 0.31, 0.0071)))
            for name, value in zip(("hr", "hr_lower", "hr_upper", "p"), values, strict=True)
        )
    )
    assert lines(cox_table(statistics, SETTING)) == [
        ("Treatment (reference: Control)", "", "", "", ""),
        ("TACE", "0.109 (0.044–0.271)", "<.001", "0.125 (0.050–0.310)", ".007"),
    ]


def test_details_by_endpoint_and_arm_with_a_column_a_time() -> None:
    key = {"endpoint": "OS", "group": "TACE"}
    rows = [
        statistic("survival", f"{name}{part}", value, **key)
        for name, start in (("quartile_1", 10.0), ("quartile_3", 40.0), ("follow_up", 60.0))
        for part, value in (("", start), ("_lower", start - 1), ("_upper", start + 1))
    ]
    rows += [
        statistic("survival", f"rate_percent{part}", value, level="26 weeks", **key)
        for part, value in (("", 81.84), ("_lower", 65.7), ("_upper", 97.9))
    ]
    rows.append(
        statistic("survival", "rate_percent", None, level="104 weeks", note="not estimable: beyond follow-up", **key)
    )
    table = survival_details_table(of(*rows), SETTING)
    assert [column.label for column in table.columns][-3:] == ["26 weeks", "52 weeks", "104 weeks"]
    assert lines(table)[1] == (
        "TACE", "10.0 (9.0–11.0)", "40.0 (39.0–41.0)", "60.0 (59.0–61.0)", "81.8 (65.7–97.9)", "–", "NE",
    )  # fmt: skip
    assert "NE: not estimable (beyond follow-up)." in table.notes


def test_restricted_means_name_their_horizon() -> None:
    key = {"endpoint": "OS", "level": "50.4286 weeks"}
    names = ("restricted_mean_difference", "restricted_mean_difference_lower", "restricted_mean_difference_upper")
    values = (18.2, 12.4, 24.0)
    rows = [
        statistic("survival", "restricted_mean", 44.42, group="TACE", **key),
        statistic("survival", "restricted_mean", 26.23, group="CONTROL", **key),
        *(statistic("survival", name, value, group=BOTH, **key) for name, value in zip(names, values, strict=True)),
        statistic("survival", "restricted_mean_difference_p", 0.0004, group=BOTH, **key),
    ]  # fmt: skip
    assert lines(restricted_means_table(of(*rows), SETTING)) == [
        ("Overall survival, to 50.4 weeks", "44.4", "26.2", "18.2 (12.4–24.0)", "<.001")
    ]


def test_proportional_hazards_end_with_the_whole_model() -> None:
    rows = [
        statistic("cox", name, value, endpoint="OS", level=level, group=group)
        for level, group, chi2, p in (
            ("arm=TACE", "crude", 1.874, 0.171),
            ("arm=TACE", "multivariate", 2.134, 0.144),
            ("GLOBAL", "multivariate", 3.254, 0.516),
        )
        for name, value in (("ph_chi2", chi2), ("ph_p", p))
    ]
    assert lines(proportional_hazards_table(of(*rows), SETTING)) == [
        ("Treatment: TACE", "1.87", ".171", "2.13", ".144"),
        ("All together", "–", "–", "3.25", ".516"),
    ]


def test_conventions_say_what_moves() -> None:
    values = {
        "median": (25.7, 25.7, 25.7, 25.0),
        "median_lower": (23.1, 22.7, 22.6, 23.1),
        "median_upper": (28.3, None, 30.0, 28.3),
    }
    moves = {"median": "spss", "median_lower": "r sas", "median_upper": "r sas"}
    matrix = [
        {"endpoint": "OS", "level": "", "group": "CONTROL", "statistic": name, "moves": moves[name],
         **dict(zip(("protocol", "r", "sas", "spss"), row, strict=True))}
        for name, row in values.items()
    ]  # fmt: skip
    table = conventions_table(matrix, SETTING)
    assert lines(table) == [
        (
            "Overall survival, median: Control", "25.7 (23.1–28.3)", "25.7 (22.7–NR)", "25.7 (22.6–30.0)",
            "25.0 (23.1–28.3)", "median: SPSS; limits: R, SAS",
        )
    ]  # fmt: skip


def test_a_hazard_ratio_that_cannot_be_estimated_says_why() -> None:
    note = "not estimable: no events in one of the groups"
    key = {"endpoint": "OS", "level": "arm=TACE", "group": "crude", "note": note}
    table = cox_table(
        of(*(statistic("cox", name, None, **key) for name in ("hr", "hr_lower", "hr_upper", "p"))), SETTING
    )
    assert lines(table)[1] == ("TACE", "NE", "–", "–", "–")
    assert "NE: not estimable (no events in one of the groups)." in table.notes


def test_too_few_events_for_a_model_are_said() -> None:
    key = {"endpoint": "OS", "level": "arm=TACE", "group": "multivariate", "note": "18 events for 4 variables"}
    assert "Few events: 18 events for 4 variables." in cox_table(of(statistic("cox", "hr", 0.2, **key)), SETTING).notes


def test_a_factor_known_after_start_is_called_naive() -> None:
    key = {"endpoint": "OS", "variable": "nprocgr1", "group": "TACE"}
    table = subgroup_table(
        of(
            statistic("subgroup", "n", 6, **key, level="1"),
            statistic("subgroup", "n", 16, **key, level=">1"),
            statistic("subgroup", "log_rank_p", 0.0239, **key),
        ),
        SETTING,
    )
    assert lines(table) == [
        ("TACE, OS: TACE sessions (naive)", "", "", "", ".024"),
        ("1", "6", "–", "–", ""),
        (">1", "16", "–", "–", ""),
    ]
    assert any(note.startswith("Naive: ") for note in table.notes)


def test_a_naive_figure_stands_beside_those_without_immortal_time() -> None:
    key = {"endpoint": "OS", "variable": "nprocgr1", "group": "TACE"}
    rows = [
        *(statistic("subgroup", "n", n, level=level, **key) for level, n in (("1", 6), (">1", 16))),
        statistic("subgroup", "log_rank_p", 0.0239, "log-rank test (naive: immortal time)", **key),
        *(statistic("landmark", "n", n, level=level, **key) for level, n in (("1", 8), (">1", 13))),
        Statistic(analysis="landmark", statistic="excluded", value=1, denominator=22, **key),
        statistic("landmark", "log_rank_p", 0.234, "log-rank test, landmark, day 91", **key),
        *(
            statistic(analysis, name, value, f"Cox regression, {words}", level=">1", **key)
            for analysis, words, values in (
                ("landmark_cox", "landmark", (0.61, 0.25, 1.5, 0.281)),
                ("time_dependent_cox", "time-dependent covariate", (0.52, 0.2, 1.34, 0.177)),
            )
            for name, value in zip(("hr", "hr_lower", "hr_upper", "p"), values, strict=True)
        ),
        *(
            statistic("time_dependent_cox", name, n, **key)
            for name, n in (("n", 22), ("events", 18), ("intervals", 38))
        ),
    ]
    table = later_groups_table(of(*rows), SETTING)
    assert lines(table) == [
        ("TACE, OS, TACE sessions: naive, as published", "", "", "", ".024", "", ""),
        ("1", "6", "–", "–", "", "", ""),
        (">1", "16", "–", "–", "", "", ""),
        ("TACE, OS, TACE sessions: landmark, day 91", "", "", "", ".234", "", ""),
        ("1", "8", "–", "–", "", "reference", ""),
        (">1", "13", "–", "–", "", "0.610 (0.250–1.500)", ".281"),
        ("TACE, OS, TACE sessions: time-dependent", "22", "18", "", "", "", ""),
        (">1", "", "", "", "", "0.520 (0.200–1.340)", ".177"),
    ]
    assert any(note.startswith("Naive: immortal time.") for note in table.notes)
    assert "TACE sessions: 1 of 22 had the event or were lost by the landmark." in table.notes


def test_balance_before_and_after_by_covariate_and_level() -> None:
    balance = [
        {"covariate": name, "level": level, "smd": before, "weighted_smd": after, "weighted_on": on}
        for name, level, before, after, on in (
            ("age", "", -0.0702, 0.1216, "Y"),
            ("sex", "", 0.0824, 0.0294, "Y"),
            ("sex", "M", -0.0824, 0.0294, "Y"),
            ("tkire", "", 0.361, 0.3065, "N"),
        )
    ]
    table = balance_table(balance, of(), SETTING)
    assert lines(table) == [
        ("Age (years)", "−0.070", "0.122"),
        ("Sex", "0.082", "0.029"),
        ("Male", "−0.082", "0.029"),
        ("TKI reintroduction", "0.361", "0.307"),
    ]
    assert "Not among the covariates of the weights: TKI reintroduction." in table.notes
    assert not balance_table([{**row, "weighted_smd": None} for row in balance], of(), SETTING).rows


def test_the_weighted_comparison_has_both_ratios_with_their_e_values() -> None:
    key = {"endpoint": "OS", "level": "arm=TACE"}
    names = ("hr", "hr_lower", "hr_upper", "p", "e_value", "e_value_limit")
    rows = [
        statistic("iptw", name, value, "a method", group=group, **key)
        for group, values in (
            ("unweighted", (0.109, 0.043, 0.277, 3e-6, 8.05, 4.23)),
            ("weighted", (0.104, 0.041, 0.264, 2e-6, 8.26, 4.38)),
        )
        for name, value in zip(names, values, strict=True)
    ]
    rows += [
        statistic("iptw", f"median{part}", value, endpoint="OS", group="TACE")
        for part, value in (("", 68.57), ("_lower", 57.6), ("_upper", 79.5))
    ]
    rows += [
        statistic("iptw", name, value, group="TACE")
        for name, value in (("weighted_n", 22), ("effective_n", 18.35), ("weight_max", 2.607))
    ]
    table = weighted_table(of(*rows), SETTING)
    assert lines(table) == [
        ("Overall survival", "", "", "", ""),
        ("Unweighted hazard ratio", "0.109 (0.043–0.277)", "<.001", "8.05", "4.23"),
        ("Weighted hazard ratio", "0.104 (0.041–0.264)", "<.001", "8.26", "4.38"),
        ("Weighted median, TACE", "68.6 (57.6–79.5)", "", "", ""),
    ]
    assert "TACE: 22 patients weigh as 18.4; largest weight 2.61." in table.notes


def test_assessments_planned_and_made_by_arm() -> None:
    rows = [
        statistic("assessments", name, value, group=arm)
        for arm, values in (("TACE", (22, 145, 41, 39, 44, 42, 42)), ("CONTROL", (38, 89, 42, 37, 47, 42, 56)))
        for name, value in zip(
            ("patients", "intervals", "median", "q1", "q3", "planned_low", "planned_high"), values, strict=True
        )
    ]
    assert lines(assessment_table(of(*rows, statistic("assessments", "p", 0.0381, group=BOTH)), SETTING)) == [
        ("TACE", "22", "145", "42", "41.0 (39.0–44.0)", ""),
        ("Control", "38", "89", "42–56", "42.0 (37.0–47.0)", ""),
        ("Between the arms", "", "", "", "", ".038"),
    ]


def test_a_progression_taken_as_an_interval_beside_the_recorded_date() -> None:
    key = {"endpoint": "PFS", "level": "arm=TACE"}
    rows = [
        statistic("interval_censored", name, value, group="TACE", endpoint="PFS")
        for name, value in (("median_from", 24.2857), ("median_to", 30.0))
    ]
    rows += [
        statistic("interval_censored", name, value, group=group, **key)
        for group, values in (
            ("interval-censored", (0.198, 0.103, 0.381, 1e-6)),
            ("as recorded", (0.199, 0.105, 0.376, 6e-7)),
        )
        for name, value in zip(("hr", "hr_lower", "hr_upper", "p"), values, strict=True)
    ]
    assert lines(interval_censored_table(of(*rows), SETTING)) == [
        ("Progression-free survival", "", "", ""),
        ("Median, TACE, between", "24.3–30.0", "", ""),
        ("Median, Control, between", "NR", "", ""),
        ("Hazard ratio, progressions as recorded", "", "0.199 (0.105–0.376)", "<.001"),
        ("Hazard ratio, progressions as intervals", "", "0.198 (0.103–0.381)", "<.001"),
    ]


def test_the_paper_beside_this_run_is_grouped_by_verdict() -> None:
    def figure(value: str, ours: str, verdict: str, reason: str = "") -> dict[str, str]:
        location = {"id": "x", "location": "Table 1 / Sex", "group": "TACE", "kind": "n", "note": "", "result_id": ""}
        return {**location, "value": value, "ours_printed": ours, "verdict": verdict, "reason": reason}

    figures = [
        figure("16", "16", REPRODUCES),
        figure("3 (8.3)", "3 (13.6)", CONTRADICTS, "3 of 22 is 13.6 %"),
        figure("6", "6", REPRODUCES),
    ]
    assert lines(published_table(figures, SETTING)) == [
        ("reproduces (2)", "", "", "", "", ""),
        ("Table 1 / Sex", "TACE", "n", "16", "16", ""),
        ("Table 1 / Sex", "TACE", "n", "6", "6", ""),
        ("paper contradicts itself (1)", "", "", "", "", ""),
        ("Table 1 / Sex", "TACE", "n", "3 (8.3)", "3 (13.6)", "3 of 22 is 13.6 %"),
    ]


def test_what_was_not_computed_makes_no_table() -> None:
    assert not baseline_table(of(), SETTING).rows
    assert not cox_table(of(), SETTING).rows


@pytest.fixture
def table() -> DisplayTable:
    return baseline_table(
        of(
            statistic("table1", "n", 16, variable="sex", level="M", group="TACE"),
            statistic("table1", "percent", 72.727, variable="sex", level="M", group="TACE"),
        ),
        SETTING,
    )


def test_html_holds_the_cells_the_mark_the_cut_and_nothing_from_elsewhere(table: DisplayTable) -> None:
    page = table.html_page()
    assert "16 (72.7)" in page
    assert "SYNTHETIC" in page
    assert "Data cut 2012-05-31." in page
    assert "://" not in page
    assert facts().run_id not in page
    assert page == table.html_page()


class Cells(HTMLParser):
    """The text of the body cells of a table."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = False
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.inside = tag == "td" and ("class", "gt_row gt_right") in attrs

    def handle_data(self, data: str) -> None:
        self.text += f" {data}" if self.inside else ""


def test_html_holds_no_number_that_was_not_given(table: DisplayTable) -> None:
    cells = Cells()
    cells.feed(table.html())
    assert re.findall(r"[\d.]+", cells.text) == ["16", "72.7"]


def test_csv_names_the_factor_of_each_level_and_carries_the_mark(table: DisplayTable) -> None:
    rows = list(csv.DictReader(io.StringIO(table.csv())))
    assert rows[1]["of"] == "Sex, n (%)"
    assert rows[1]["Characteristic"] == "Male"
    assert rows[1]["TACE (n = 22)"] == "16 (72.7)"
    assert {row["data"] for row in rows} == {"SYNTHETIC"}


def test_words_of_the_study_are_escaped() -> None:
    table = DisplayTable("x", "a <b>", "s", (), (), ("1 < 2 <script>",), "")
    assert "<script>" not in table.html()
    assert "a &lt;b&gt;" in table.html()


def test_procedures_give_each_rate_of_patients_and_of_procedures() -> None:
    key = {"group": "TACE"}
    statistics = of(
        statistic("procedures", "n", 21, level="patients", **key),
        statistic("procedures", "n", 57, level="procedures", **key),
        *(
            statistic("procedures", name, value, variable="prevdays", **key)
            for name, value in (("median", 44.0), ("q1", 42.5), ("q3", 46.0))
        ),
        *(
            Statistic(
                analysis="procedure_mortality",
                statistic=name,
                value=value,
                level=level,
                group="TACE",
                denominator=denominator,
            )
            for level, denominator, values in (
                ("patients", 21, {"n": 2, "percent": 9.52, "lower": 1.2, "upper": 30.4}),
                ("procedures", 57, {"n": 3, "percent": 5.26, "lower": 1.1, "upper": 14.6}),
            )
            for name, value in values.items()
        ),
        statistic("procedure_mortality", "unknown", 4, level="procedures", **key),
    )
    table = procedures_table(statistics, SETTING)
    assert [column.label for column in table.columns] == ["TACE (n = 22)"]  # control has no procedures
    assert lines(table)[:6] == [
        ("Patients with a procedure", "21"),
        ("Procedures", "57"),
        ("Days between two", "44 (43–46)"),
        ("Iodised oil (mL)", "–"),
        ("Doxorubicin (mg)", "–"),
        ("Death within 30 days", ""),
    ]
    assert lines(table)[6:] == [
        ("of patients", "2 of 21 (9.5) [1.2–30.4]"),
        ("of procedures", "3 of 57 (5.3) [1.1–14.6]"),
    ]
    assert any("4 procedures were not followed for 30 days" in note for note in table.notes)


def test_laboratory_grades_stand_above_what_was_reported() -> None:
    graded = [
        statistic("laboratory", "tested", 21, variable="ALT", group="TACE"),
        statistic("laboratory", "tested", 37, variable="ALT", group="CONTROL"),
        statistic("laboratory_agreement", "n", 19, variable="ALT", group="TACE"),
        statistic("laboratory_agreement", "percent", 90.48, variable="ALT", group="TACE"),
    ]
    for analysis, variable, values in (
        ("laboratory", "ALT", {"any grade": (16, 72.7), "grade 3-4": (5, 22.7)}),
        ("table3", "ALT INCREASED", {"any grade": (15, 68.2), "grade 3-4": (4, 18.2)}),
    ):
        for level, (n, percent) in values.items():
            graded.append(statistic(analysis, "n", n, variable=variable, level=level, group="TACE"))
            graded.append(statistic(analysis, "percent", percent, variable=variable, level=level, group="TACE"))
    assert lines(laboratory_table(of(*graded), SETTING)) == [
        ("ALT", "21", "37", "16 (72.7)", "–", "5 (22.7)", "–", "19 (90.5)", "–"),
        ("reported: Abnormal ALT", "", "", "15 (68.2)", "–", "4 (18.2)", "–", "", ""),
    ]


def test_times_to_resolution_are_in_days_by_term_and_arm() -> None:
    key = {"variable": "FEVER", "group": "TACE"}
    statistics = of(
        statistic("resolution", "n", 20, **key),
        statistic("resolution", "events", 19, **key),
        *(
            statistic("resolution", f"median{part}", value, **key)
            for part, value in (("", 8.5), ("_lower", 5.6), ("_upper", None))
        ),
        *(
            statistic("resolution", f"resolved_percent{part}", value, level="14 days", **key)
            for part, value in (("", 95.0), ("_lower", 85.4), ("_upper", 100.0))
        ),
    )
    assert lines(resolution_table(statistics, SETTING)) == [
        ("Fever", "", "", "", "", ""),
        ("TACE", "20", "19", "8.5 (5.6–NE)", "–", "95.0 (85.4–100.0)"),
    ]


def test_liver_injury_counts_and_lists() -> None:
    statistics = of(
        statistic("liver_injury", "n", 22, level="tested", group="TACE"),
        statistic("liver_injury", "n", 38, level="tested", group="CONTROL"),
        statistic("liver_injury", "n", 2, level="both", group="TACE"),
        statistic("liver_injury", "percent", 9.09, level="both", group="TACE"),
    )
    assert lines(liver_injury_table(statistics, SETTING)) == [
        ("Tested patients", "22", "38"),
        ("Both, bilirubin within 30 days (Hy's law)", "2 (9.1)", "–"),
    ]
    listed = {
        "usubjid": "GIST-TACE-P001", "arm": "TACE", "hytest": "ALT", "hydt": "2010-03-01", "hyx": 5.25,
        "bilidt": "2010-03-04", "bilix": 2.5, "alpx": None, "btrans": 0.75, "bbili": 0.5, "maxtrans": 6.0,
        "maxbili": 3.0,
    }  # fmt: skip
    assert lines(liver_injury_listing_table([listed], SETTING)) == [
        ("GIST-TACE-P001", "TACE", "ALT", "2010-03-01", "5.3", "2010-03-04", "2.5", "–", "0.8", "0.5", "6.0", "3.0")
    ]
