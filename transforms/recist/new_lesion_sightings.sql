-- The day from which a new lesion counts: the day it was first seen, or first read where that day is not recorded.
-- Grain: one row a subject, scope and new lesion seen after the start and up to the data cut; key subject_id, scope,
-- lesion_id. A lesion seen on or before the start is part of the baseline, whatever its class says.
-- The source columns name the row of `lesions`.
with first_readings as (
    select
        subject_id,
        lesion_id,
        min(scan_date) as first_read_date
    from recist.lesion_readings
    where lesion_class = 'NEW'
    group by subject_id, lesion_id
),

sightings as (
    select
        lesions.subject_id,
        lesions.scope,
        lesions.lesion_id,
        coalesce(lesions.first_seen_date, first_readings.first_read_date) as seen_date,
        lesions.source_row_id,
        lesions.source_file,
        lesions.source_row
    from recist.lesion_scopes as lesions
    left join first_readings
        on first_readings.subject_id = lesions.subject_id and first_readings.lesion_id = lesions.lesion_id
    where lesions.lesion_class = 'NEW'
)

select sightings.*
from sightings
inner join recist.subjects as subjects on subjects.subject_id = sightings.subject_id
where sightings.seen_date > subjects.startdt and sightings.seen_date <= subjects.data_cut
