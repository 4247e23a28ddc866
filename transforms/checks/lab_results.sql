-- Laboratory results with the bounds of what a living patient can have.
-- Grain: one row a result row that is no exact copy; key row_id.
-- The bounds are wide on purpose: outside them a value is a slip of unit or decimal point, not a disease. A unit that is
-- not listed has no bounds.
with bounds as (
    select test, unit, cast(low as double) as value_low, cast(high as double) as value_high
    from (
        values
            ('ALT', 'u/l', 1, 10000),
            ('AST', 'u/l', 1, 10000),
            ('ALT', 'iu/l', 1, 10000),
            ('AST', 'iu/l', 1, 10000),
            ('BILI', 'umol/l', 1, 1000),
            ('BILI', 'µmol/l', 1, 1000),
            ('BILI', 'mg/dl', 0.05, 60),
            ('ALB', 'g/l', 10, 70),
            ('ALB', 'g/dl', 1, 7),
            ('HGB', 'g/l', 20, 250),
            ('HGB', 'g/dl', 2, 25),
            ('ANC', '10^9/l', 0, 100),
            ('ANC', '10*9/l', 0, 100),
            ('PLT', '10^9/l', 1, 2500),
            ('PLT', '10*9/l', 1, 2500)
    ) as listed (test, unit, low, high)
),

bilirubin as (
    select subject_id, sample_date, max(value / upper_limit) as times_upper_limit
    from typed.lab_results
    where not is_duplicate and test = 'BILI' and value is not null and upper_limit > 0
    group by subject_id, sample_date
)

select
    lab_results.*,
    protocol.latest_plausible_date,
    subjects.site,
    subjects.subject_id is not null as is_known_subject,
    subjects.death_latest,
    bounds.value_low,
    bounds.value_high,
    case when lab_results.test = 'ALT' and lab_results.upper_limit > 0
        then cast(lab_results.value / lab_results.upper_limit as double) end as alt_times_upper_limit,
    case when lab_results.test = 'ALT' then cast(bilirubin.times_upper_limit as double) end
        as bilirubin_times_upper_limit,
    cast(safety.transaminase_times as double) as alt_limit_times,
    cast(safety.bilirubin_times as double) as bilirubin_limit_times
from typed.lab_results as lab_results
cross join study.protocol as protocol
cross join study.safety as safety
left join bounds
    on bounds.test = lab_results.test and bounds.unit = lower(lab_results.unit)
left join bilirubin
    on bilirubin.subject_id = lab_results.subject_id and bilirubin.sample_date = lab_results.sample_date
left join checks.subjects as subjects
    on subjects.subject_id = lab_results.subject_id
where not lab_results.is_duplicate
