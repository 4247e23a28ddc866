"""The tables of a report, in the order in which they are read."""

from reports.display_table import DisplayTable
from reports.run_folder import Results
from reports.setting import Setting
from reports.table_baseline import baseline_table
from reports.table_cox import cox_table
from reports.table_prognostic import prognostic_table
from reports.table_published import published_table
from reports.table_response import response_table
from reports.table_safety import safety_table
from reports.table_subgroups import subgroup_table
from reports.table_survival import survival_table


def all_tables(results: Results, setting: Setting) -> list[DisplayTable]:
    """Every table that has at least one row in this run."""
    tables = [
        baseline_table(results.statistics, setting),
        prognostic_table(results.statistics, setting),
        safety_table(results.statistics, setting),
        response_table(results.statistics, setting),
        survival_table(results.statistics, setting),
        cox_table(results.statistics, setting),
        subgroup_table(results.statistics, setting),
        published_table(results.published, setting),
    ]
    return [table for table in tables if table.rows]
