"""The tables of a report, in the order in which they are read.

What they read from ``results/statistics.csv`` (arms are codes; BOTH is the arms joined as ``A-B``; other keys empty):

    analysis   endpoint  variable   level                    group            statistic
    table1               factor     level                    arm              n percent
    table1               factor                              BOTH             chi2 p smd
    table1               continuous                          arm              median q1 q3
    table1               continuous                          BOTH             u p smd
    table2     OS        factor     level                                     n events median median_lower median_upper
    table2     OS        factor                                               log_rank_p
    table3               AE term    any grade | grade 3-4    arm              n percent
    table3               AE term    any grade | grade 3-4    BOTH             p
    laboratory           test                                arm              tested
    laboratory           test       any grade | grade 3-4    arm              n percent
    laboratory_agreement test                                arm              n percent
    liver_injury                    tested                   arm              n
    liver_injury                    criterion                arm              n percent
    resolution           AE term                             arm              n events median median_lower median_upper
    resolution           AE term    day                      arm              resolved_percent (and limits)
    procedures                      patients | procedures    arm              n
    procedures           column                              arm              n median q1 q3
    procedure_mortality             patients | procedures    arm              n percent lower upper unknown
    syndrome             syndrome   patients | procedures    arm              n percent lower upper unknown
    response   BOR LBOR             CR PR SD PD NE MISSING   arm              n percent
    response   BOR LBOR             ORR DCR                  arm              n percent lower upper
    response   BOR LBOR             ORR DCR                  BOTH             p
    survival   OS PFS LPFS                                   arm              n events median median_lower median_upper
    survival   OS PFS LPFS                                   BOTH             log_rank_p
    survival   OS PFS LPFS                                   arm              quartile_1 quartile_3 follow_up
    survival   OS PFS LPFS          time                     arm              rate_percent (and limits)
    survival   OS PFS LPFS          horizon                  arm | BOTH       restricted_mean(_difference)
    cox        OS                   factor=level             crude | multivariate   hr hr_lower hr_upper p ph_chi2 ph_p
    cumulative_incidence TTLP                                arm              n events competing
    cumulative_incidence TTLP       time                     arm              incidence_percent (and limits)
    cumulative_incidence TTLP                                BOTH             gray_p
    subgroup   OS        factor     level                    arm              n events median median_lower median_upper
    subgroup   OS        factor                              arm              log_rank_p
    landmark   as subgroup, and excluded
    landmark_cox, time_dependent_cox   OS   factor   level   arm              hr hr_lower hr_upper p
    iptw       OS PFS               arm=A                    (un)weighted     hr hr_lower hr_upper p e_value(_limit)
    iptw       OS PFS                                        arm              median median_lower median_upper
    iptw                                                     arm              weighted_n effective_n weight_max
    assessments                                              arm | BOTH       patients intervals median q1 q3 | p
    interval_censored   PFS                                  arm              median_from median_to
    interval_censored   PFS         arm=A                    as recorded | interval-censored   hr hr_lower hr_upper p
    time_dependent_cox   OS   factor                         arm              n events intervals
"""

from reports.display_table import DisplayTable
from reports.run_folder import Results
from reports.setting import Setting
from reports.table_assessments import assessment_table, interval_censored_table
from reports.table_baseline import baseline_table
from reports.table_conventions import conventions_table
from reports.table_cox import cox_table
from reports.table_incidence import incidence_table
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


def all_tables(results: Results, setting: Setting) -> list[DisplayTable]:
    """Every table of the protocol; one without rows has no results in this run."""
    stated, cox, tests = setting.protocol.tables, setting.protocol.cox, setting.protocol.laboratory_tests
    tables = [
        *([baseline_table(results.statistics, setting)] if stated.baseline else []),
        *([prognostic_table(results.statistics, setting)] if stated.prognostic else []),
        *([safety_table(results.statistics, setting)] if stated.safety else []),
        *([laboratory_table(results.statistics, setting)] if tests else []),
        *([resolution_table(results.statistics, setting)] if setting.protocol.ae_terms else []),
        *([liver_injury_table(results.statistics, setting)] if tests else []),
        procedures_table(results.statistics, setting),
        response_table(results.statistics, setting),
        survival_table(results.statistics, setting),
        survival_details_table(results.statistics, setting),
        restricted_means_table(results.statistics, setting),
        incidence_table(results.statistics, setting),
        *(
            [cox_table(results.statistics, setting), proportional_hazards_table(results.statistics, setting)]
            if cox
            else []
        ),
        subgroup_table(results.statistics, setting),
        later_groups_table(results.statistics, setting),
        balance_table(results.balance, results.statistics, setting),
        weighted_table(results.statistics, setting),
        assessment_table(results.statistics, setting),
        interval_censored_table(results.statistics, setting),
        conventions_table(results.convention_matrix, setting),
    ]
    if results.liver_injury:
        tables.append(liver_injury_listing_table(results.liver_injury, setting))
    return [*tables, published_table(results.published, setting)] if results.published else tables
