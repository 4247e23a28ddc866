-- What a reader saw of a lesion at a scan: the size that counts and whether the lesion is there.
-- Grain: one row a subject, reader, scan date and lesion, up to the data cut; key the same.
-- Rules (RECIST 1.1, Eisenhauer 2009, section 4): a node counts with its short axis, any other lesion with its longest
-- diameter; seen but too small to measure (above 0, below 5 mm) is 5 mm; gone is 0; a node below 10 mm is normal.
-- size_mm is null where nothing was measured. presence: GONE, PRESENT, PROGRESSION or NOT EVALUABLE.
-- The source columns name the row of `lesion_measurements`; of two rows for one key the first of the file counts.
with firsts as (
    select min(measurements.row_id) as row_id
    from clean.lesion_measurements as measurements
    inner join recist.subjects as subjects
        on subjects.subject_id = measurements.subject_id and measurements.scan_date <= subjects.data_cut
    where measurements.reader is not null
    group by measurements.subject_id, measurements.reader, measurements.scan_date, measurements.lesion_id
),

measured as (
    select
        measurements.subject_id,
        measurements.reader,
        measurements.scan_date,
        measurements.lesion_id,
        measurements.lesion_status,
        lesions.lesion_class,
        lesions.organ,
        lesions.is_node,
        case
            when measurements.lesion_status = 'NOT EVALUABLE' then null
            when not lesions.is_node then measurements.diameter_mm
            when measurements.short_axis_mm is not null then measurements.short_axis_mm
            -- A vanished node has no axis: its diameter of 0 says that it is gone.
            when measurements.diameter_mm = 0 then measurements.diameter_mm
        end as measured_mm,
        measurements.row_id as source_row_id,
        measurements.source_file,
        measurements.source_row
    from firsts
    inner join clean.lesion_measurements as measurements on measurements.row_id = firsts.row_id
    left join recist.lesion_scopes as lesions
        on lesions.subject_id = measurements.subject_id
        and lesions.lesion_id = measurements.lesion_id
        and lesions.scope = 'ALL'
),

sized as (
    select
        measured.*,
        case
            when measured_mm > 0 and measured_mm < 5 then cast(5 as decimal(9, 2))
            when measured_mm >= 0 then measured_mm
            when lesion_status = 'ABSENT' then cast(0 as decimal(9, 2))
        end as size_mm
    from measured
)

select
    subject_id,
    reader,
    scan_date,
    lesion_id,
    lesion_class,
    organ,
    is_node,
    size_mm,
    case
        when lesion_status = 'PROGRESSION' then 'PROGRESSION'
        when lesion_status = 'NOT EVALUABLE' then 'NOT EVALUABLE'
        when lesion_status = 'ABSENT' or size_mm = 0 or (is_node and size_mm < 10) then 'GONE'
        when lesion_status = 'PRESENT' or size_mm > 0 then 'PRESENT'
        else 'NOT EVALUABLE'
    end as presence,
    source_row_id,
    source_file,
    source_row
from sized
