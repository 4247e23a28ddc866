-- Whether there is a new lesion at each assessment after the baseline.
-- Grain: one row a subject, reader, scope and scan date; key the same.
-- Rule (RECIST 1.1, section 4.3.5): a new lesion counts from the day it was first seen, and at every later assessment.
-- The source columns name the row of `lesions` of the first new lesion, or that of the assessment where there is none.
with seen as (
    select
        assessments.subject_id,
        assessments.reader,
        scopes.scope,
        assessments.scan_date,
        sightings.lesion_id,
        case when sightings.lesion_id is not null then 'lesions' else assessments.source_table end as source_table,
        case when sightings.lesion_id is not null then 'first_seen_date' else assessments.source_column end
            as source_column,
        coalesce(sightings.source_row_id, assessments.source_row_id) as source_row_id,
        coalesce(sightings.source_file, assessments.source_file) as source_file,
        coalesce(sightings.source_row, assessments.source_row) as source_row,
        row_number() over (
            partition by assessments.subject_id, assessments.reader, scopes.scope, assessments.scan_date
            order by sightings.seen_date, sightings.source_row_id
        ) as place
    from recist.assessments as assessments
    cross join recist.scopes as scopes
    left join recist.new_lesion_sightings as sightings
        on sightings.subject_id = assessments.subject_id
        and sightings.scope = scopes.scope
        and sightings.seen_date <= assessments.scan_date
    where not assessments.is_baseline
)

select
    subject_id,
    reader,
    scope,
    scan_date,
    case when lesion_id is not null then 'Y' else 'N' end as new_lesion,
    source_table,
    source_column,
    source_row_id,
    source_file,
    source_row
from seen
where place = 1
