-- How each assessment became its overall response: the sum of diameters, the three parts, and the rule of each.
-- Grain: one row a subject, reader, scope and day of an assessment (the baseline too) or of a response that makes the
-- endpoints; key subject_id, reader, scope, scan_date.
-- ady: adt - start + 1 from the start on, without + 1 before it. Sizes in mm, changes in mm and percent; sum_mm adds what
-- was measured (targets_measured of targets).
-- target_rule, of the target response:
--   ALL GONE, GROWN, GROWN IN PART (what was measured suffices), BACK FROM ZERO, NOT ALL MEASURED, NO BASELINE, SHRUNK,
--   BETWEEN
-- response_rule, of the overall response:
--   TARGET PD, NONTARGET PD, NEW LESION; NONTARGET REMAINS (targets gone, CR is only PR); AS TARGET; AS NONTARGET;
--   NO LESION; REPORTED (by the reader, as the protocol has it); ADJUDICATED (own_response was the reader's)
-- considered_rule, for the best response: COUNTS, AFTER PROGRESSION, AFTER NEW THERAPY; null at the baseline.
-- reported_response: what the reader reported of the scope, with its row. The source columns name what decided.
with days as (
    select
        assessments.subject_id,
        assessments.reader,
        scopes.scope,
        assessments.scan_date
    from recist.assessments as assessments
    cross join recist.scopes as scopes
    union
    select
        subject_id,
        reader,
        scope,
        scan_date
    from recist.evaluated_responses
),

reported as (
    select
        subject_id,
        reader,
        scan_date,
        overall_response,
        liver_response as organ_response,
        row_id,
        source_file,
        source_row,
        row_number() over (partition by subject_id, reader, scan_date order by row_id) as place
    from clean.response_assessments
),

considered as (
    select
        days.*,
        case
            when progressions.progression_date < days.scan_date then 'AFTER PROGRESSION'
            when therapies.therapy_date < days.scan_date then 'AFTER NEW THERAPY'
            when therapies.therapy_date = days.scan_date and responses.response <> 'PD' then 'AFTER NEW THERAPY'
            when responses.response is not null then 'COUNTS'
        end as considered_rule
    from days
    left join recist.evaluated_responses as responses
        on responses.subject_id = days.subject_id
        and responses.reader = days.reader
        and responses.scope = days.scope
        and responses.scan_date = days.scan_date
    left join recist.first_progressions as progressions
        on progressions.subject_id = days.subject_id
        and progressions.reader = days.reader
        and progressions.scope = days.scope
    left join recist.new_therapies as therapies on therapies.subject_id = days.subject_id
)

select
    days.subject_id,
    days.reader,
    days.scope,
    days.scan_date,
    days.reader = protocol.evaluator as is_evaluator,
    date_diff('day', subjects.startdt, days.scan_date)
    + case when days.scan_date >= subjects.startdt then 1 else 0 end as ady,
    coalesce(assessments.is_baseline, false) as is_baseline,
    sums.targets,
    sums.targets_measured,
    sums.sum_mm,
    sums.is_complete as is_sum_complete,
    sums.baseline_mm,
    sums.nadir_mm,
    case when not sums.is_baseline then sums.sum_mm - sums.baseline_mm end as change_mm,
    case when not sums.is_baseline
        then cast(100 * (sums.sum_mm - sums.baseline_mm) as double) / nullif(sums.baseline_mm, 0)
    end as change_pct,
    sums.sum_mm - sums.nadir_mm as nadir_change_mm,
    cast(100 * (sums.sum_mm - sums.nadir_mm) as double) / nullif(sums.nadir_mm, 0) as nadir_change_pct,
    targets.response as target_response,
    case
        when targets.response = 'CR' then 'ALL GONE'
        when targets.response = 'PD' and sums.nadir_mm = 0 then 'BACK FROM ZERO'
        when targets.response = 'PD' and not sums.is_complete then 'GROWN IN PART'
        when targets.response = 'PD' then 'GROWN'
        when targets.response = 'NE' and not sums.is_complete then 'NOT ALL MEASURED'
        when targets.response = 'NE' then 'NO BASELINE'
        when targets.response = 'PR' then 'SHRUNK'
        when targets.response = 'SD' then 'BETWEEN'
    end as target_rule,
    nontargets.response as nontarget_response,
    new_lesions.new_lesion,
    responses.response,
    case when own.response <> responses.response then own.response end as own_response,
    case
        when responses.decided_by = 'adjudicated' then 'ADJUDICATED'
        when responses.decided_by = 'reported' then 'REPORTED'
        when targets.response = 'PD' then 'TARGET PD'
        when nontargets.response = 'PD' then 'NONTARGET PD'
        when new_lesions.new_lesion = 'Y' then 'NEW LESION'
        when targets.response = 'CR' and responses.response = 'PR' then 'NONTARGET REMAINS'
        when targets.response is not null then 'AS TARGET'
        when nontargets.response is not null then 'AS NONTARGET'
        when responses.response is not null then 'NO LESION'
    end as response_rule,
    days.considered_rule,
    case days.scope when 'ALL' then reported.overall_response else reported.organ_response end as reported_response,
    reported.source_file as reported_file,
    reported.source_row as reported_row,
    coalesce(responses.source_table, assessments.source_table) as source_table,
    coalesce(responses.source_row_id, assessments.source_row_id) as source_row_id,
    coalesce(responses.source_file, assessments.source_file) as source_file,
    coalesce(responses.source_row, assessments.source_row) as source_row
from considered as days
inner join recist.subjects as subjects on subjects.subject_id = days.subject_id
cross join study.protocol as protocol
left join recist.assessments as assessments
    on assessments.subject_id = days.subject_id
    and assessments.reader = days.reader
    and assessments.scan_date = days.scan_date
left join recist.sums_of_diameters as sums
    on sums.subject_id = days.subject_id
    and sums.reader = days.reader
    and sums.scope = days.scope
    and sums.scan_date = days.scan_date
left join recist.target_responses as targets
    on targets.subject_id = days.subject_id
    and targets.reader = days.reader
    and targets.scope = days.scope
    and targets.scan_date = days.scan_date
left join recist.nontarget_responses as nontargets
    on nontargets.subject_id = days.subject_id
    and nontargets.reader = days.reader
    and nontargets.scope = days.scope
    and nontargets.scan_date = days.scan_date
left join recist.new_lesions as new_lesions
    on new_lesions.subject_id = days.subject_id
    and new_lesions.reader = days.reader
    and new_lesions.scope = days.scope
    and new_lesions.scan_date = days.scan_date
left join recist.reader_responses as own
    on own.subject_id = days.subject_id
    and own.reader = days.reader
    and own.scope = days.scope
    and own.scan_date = days.scan_date
left join recist.evaluated_responses as responses
    on responses.subject_id = days.subject_id
    and responses.reader = days.reader
    and responses.scope = days.scope
    and responses.scan_date = days.scan_date
left join reported
    on reported.subject_id = days.subject_id
    and reported.reader = days.reader
    and reported.scan_date = days.scan_date
    and reported.place = 1
