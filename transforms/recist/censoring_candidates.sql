-- The days at which a time to progression or response may be censored: the start, and each assessment by the evaluator.
-- Grain: one row a subject, scope and day, the start beside an assessment of its own day; key subject_id, scope,
-- censoring_date, is_start.
-- Rules: assessments up to the first PD, as what comes after it changes no endpoint. A scan that did not image the organ
-- (no lesion of it was read, not even as not evaluable) is no assessment of the organ; a reported response is one.
-- is_adequate: a response could be read (not NE), or it is the start: the disease was known then.
with imaged as (
    select distinct
        readings.subject_id,
        lesions.scope,
        readings.reader,
        readings.scan_date
    from recist.lesion_readings as readings
    inner join recist.lesion_scopes as lesions
        on lesions.subject_id = readings.subject_id and lesions.lesion_id = readings.lesion_id
    where lesions.scope = 'ORGAN'
)

select
    responses.subject_id,
    responses.scope,
    responses.scan_date as censoring_date,
    false as is_start,
    responses.response <> 'NE' as is_adequate,
    responses.source_table,
    responses.source_column,
    responses.source_row_id,
    responses.source_file,
    responses.source_row
from recist.evaluated_responses as responses
inner join study.protocol as protocol on protocol.evaluator = responses.reader
left join recist.first_progressions as progressions
    on progressions.subject_id = responses.subject_id
    and progressions.reader = responses.reader
    and progressions.scope = responses.scope
left join imaged
    on imaged.subject_id = responses.subject_id
    and imaged.scope = responses.scope
    and imaged.reader = responses.reader
    and imaged.scan_date = responses.scan_date
where (progressions.progression_date is null or responses.scan_date <= progressions.progression_date)
    and (
        responses.scope = 'ALL'
        or responses.response <> 'NE'
        or responses.decided_by = 'reported'
        or imaged.subject_id is not null
    )
union all
select
    subjects.subject_id,
    scopes.scope,
    subjects.startdt as censoring_date,
    true as is_start,
    true as is_adequate,
    'patients' as source_table,
    'subject_id' as source_column,
    subjects.source_row_id,
    subjects.source_file,
    subjects.source_row
from recist.subjects as subjects
cross join recist.scopes as scopes
