-- The tumour assessments: the days on which a reader read a scan, and the days on which a new lesion was first seen.
-- Grain: one row a subject, reader and scan date from the baseline on; key the same.
-- Rule: the baseline is the last scan on or before the start; every scan after the start is post-baseline.
-- The source columns name the first measurement row of the day, or the row of `lesions` where there is none.
with readers as (
    select distinct
        subject_id,
        reader
    from recist.lesion_readings
    union
    select
        subjects.subject_id,
        protocol.evaluator as reader
    from recist.subjects as subjects
    cross join study.protocol as protocol
),

first_readings as (
    select
        subject_id,
        reader,
        scan_date,
        min(source_row_id) as source_row_id
    from recist.lesion_readings
    group by subject_id, reader, scan_date
),

readings_and_sightings as (
    select
        first_readings.subject_id,
        first_readings.reader,
        first_readings.scan_date,
        1 as preference,
        'lesion_measurements' as source_table,
        'scan_date' as source_column,
        first_readings.source_row_id,
        readings.source_file,
        readings.source_row
    from first_readings
    inner join recist.lesion_readings as readings on readings.source_row_id = first_readings.source_row_id
    union all
    select
        sightings.subject_id,
        readers.reader,
        sightings.seen_date as scan_date,
        2 as preference,
        'lesions' as source_table,
        'first_seen_date' as source_column,
        sightings.source_row_id,
        sightings.source_file,
        sightings.source_row
    from recist.new_lesion_sightings as sightings
    inner join readers on readers.subject_id = sightings.subject_id
    where sightings.scope = 'ALL'
),

days as (
    select
        readings_and_sightings.*,
        row_number() over (partition by subject_id, reader, scan_date order by preference, source_row_id) as place
    from readings_and_sightings
),

timed as (
    select
        days.*,
        subjects.startdt,
        max(case when days.scan_date <= subjects.startdt then days.scan_date end)
            over (partition by days.subject_id, days.reader) as baseline_date
    from days
    inner join recist.subjects as subjects on subjects.subject_id = days.subject_id
    where days.place = 1
)

select
    subject_id,
    reader,
    scan_date,
    baseline_date,
    scan_date <= startdt as is_baseline,
    source_table,
    source_column,
    source_row_id,
    source_file,
    source_row
from timed
where scan_date > startdt or scan_date = baseline_date
