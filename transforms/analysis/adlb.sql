-- ADLB: laboratory results up to the data cut (CDISC ADaM basic data structure), with the grade of each value.
-- Grain: one row a dated result of a test of the study; key usubjid, paramcd, adt, srcseq.
-- Rules: aval, anrlo and anrhi (limits of normal) are in the unit of the analysis (study.laboratory_units); a unit that
-- is not listed gives no aval. ablfl: the last value on or before the start, at most
-- study.safety.laboratory_baseline_days before; base, btoxgr and chg (after the start) are held against it.
-- atoxgr: the highest grade whose limit the value is beyond (above a high one, below a low one: a value on the limit has
-- the grade below), 0 where it is beyond none; compared as decimals, multiples of a limit of normal unrounded. Without a
-- grade atoxrsn says why; without a limit of normal there is one only where an absolute limit already decides it.
-- aetoxgr: the worst grade of the test's term (aedecod) among the adverse events that last on that day. anl01fl: the
-- first of the highest grades after the start, one a subject and test. srcdom, srcseq, srcfile, srcrow: source record.
with results as (
    select
        subjects.usubjid,
        subjects.site,
        subjects.arm,
        subjects.startdt,
        results.row_id,
        results.source_file,
        results.source_row,
        results.sample_date,
        results.value,
        results.unit,
        tests.test,
        tests.label,
        tests.unit as analysis_unit,
        tests.term,
        cast(units.factor as decimal(9, 3)) as factor,
        cast(results.value * cast(units.factor as decimal(9, 3)) as decimal(18, 6)) as aval,
        cast(results.lower_limit * cast(units.factor as decimal(9, 3)) as decimal(18, 6)) as anrlo,
        case
            when results.upper_limit > 0
                then cast(results.upper_limit * cast(units.factor as decimal(9, 3)) as decimal(18, 6))
        end as anrhi
    from clean.lab_results as results
    inner join recist.subjects as subjects
        on subjects.subject_id = results.subject_id and results.sample_date <= subjects.data_cut
    inner join study.laboratory_tests as tests on tests.test = results.test
    left join study.laboratory_units as units
        on units.test = results.test and units.unit = lower(results.unit)
),

limits as (
    select
        test,
        direction,
        grade,
        basis,
        cast(limit_value as decimal(9, 3)) as limit_value
    from study.grading_limits
),

-- The highest grade of a test that a limit of normal makes: below it a grade cannot be told without that limit.
graded_tests as (
    select
        test,
        max(case when basis = 'ULN' then grade else 0 end) as upper_needed_to,
        max(case when basis = 'LLN' then grade else 0 end) as lower_needed_to
    from limits
    group by test
),

passed as (
    select
        results.row_id,
        max(limits.grade) as grade,
        max(case when limits.direction = 'high' then limits.grade else 0 end) as high_grade
    from results
    inner join limits on limits.test = results.test
    where case limits.basis
        when 'absolute' then
            (limits.direction = 'high' and results.aval > limits.limit_value)
            or (limits.direction = 'low' and results.aval < limits.limit_value)
        when 'ULN' then
            (limits.direction = 'high' and results.aval > results.anrhi * limits.limit_value)
            or (limits.direction = 'low' and results.aval < results.anrhi * limits.limit_value)
        else
            (limits.direction = 'high' and results.aval > results.anrlo * limits.limit_value)
            or (limits.direction = 'low' and results.aval < results.anrlo * limits.limit_value)
    end
    group by results.row_id
),

judged as (
    select
        results.*,
        coalesce(passed.grade, 0) as grade,
        case when passed.high_grade = passed.grade then 'HIGH' when passed.grade > 0 then 'LOW' end as direction,
        case
            when graded_tests.test is null then 'The test has no grading limits'
            when results.value is null then 'No value'
            when results.unit is null then 'No unit'
            when results.factor is null then 'The unit is not known for this test'
            when results.anrhi is null and coalesce(passed.grade, 0) < graded_tests.upper_needed_to
                then 'No upper limit of normal'
            when results.anrlo is null and coalesce(passed.grade, 0) < graded_tests.lower_needed_to
                then 'No lower limit of normal'
        end as no_grade_reason
    from results
    left join graded_tests on graded_tests.test = results.test
    left join passed on passed.row_id = results.row_id
),

graded as (
    select
        judged.*,
        case when judged.no_grade_reason is null then judged.grade end as atoxgr
    from judged
),

baselines as (
    select
        graded.*,
        row_number() over (
            partition by graded.usubjid, graded.test
            order by graded.sample_date desc, graded.row_id desc
        ) as place
    from graded
    cross join study.safety as safety
    where graded.aval is not null
        and graded.sample_date <= graded.startdt
        and date_diff('day', graded.sample_date, graded.startdt) <= safety.laboratory_baseline_days
),

worst as (
    select
        row_id,
        row_number() over (
            partition by usubjid, test
            order by atoxgr desc, sample_date, row_id
        ) as place
    from graded
    where sample_date > startdt and atoxgr is not null
),

reported as (
    select
        graded.row_id,
        max(events.aetoxgr) as grade
    from graded
    inner join analysis.adae as events
        on events.usubjid = graded.usubjid
        and events.aedecod = graded.term
        and events.aestdt <= graded.sample_date
        and (
            events.aeendt >= graded.sample_date
            or events.aestdt = graded.sample_date
            or (events.aeendt is null and coalesce(events.aeout, 'ONGOING') <> 'RESOLVED')
        )
    group by graded.row_id
)

select
    graded.usubjid,
    graded.site as siteid,
    graded.arm,
    graded.test as paramcd,
    graded.label || ' (' || graded.analysis_unit || ')' as param,
    graded.sample_date as adt,
    date_diff('day', graded.startdt, graded.sample_date)
    + case when graded.sample_date >= graded.startdt then 1 else 0 end as ady,
    graded.aval,
    graded.analysis_unit as avalu,
    graded.anrlo,
    graded.anrhi,
    graded.value as lborres,
    graded.unit as lborresu,
    case when graded.row_id = baselines.row_id then 'Y' end as ablfl,
    baselines.aval as base,
    case when graded.sample_date > graded.startdt then graded.aval - baselines.aval end as chg,
    graded.atoxgr,
    case when graded.no_grade_reason is null then graded.direction end as atoxdir,
    graded.no_grade_reason as atoxrsn,
    baselines.atoxgr as btoxgr,
    graded.term as aedecod,
    reported.grade as aetoxgr,
    case when worst.place = 1 then 'Y' end as anl01fl,
    'lab_results' as srcdom,
    graded.row_id as srcseq,
    graded.source_file as srcfile,
    graded.source_row as srcrow
from graded
left join baselines
    on baselines.usubjid = graded.usubjid and baselines.test = graded.test and baselines.place = 1
left join worst on worst.row_id = graded.row_id
left join reported on reported.row_id = graded.row_id
