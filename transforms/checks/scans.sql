-- What a reader read at one scan, all lesions together: technique, sizes carried over, effect of the embolisation.
-- Grain: one row a subject, reader and day with measurements; key the same. row_id is the first measurement of that day.
-- A technique is compared lesion by lesion with the first scan on which the reader read the lesion: the baseline, or for
-- a new lesion the scan that found it. copied_scans counts the scans in a row, up to this one, at which every measured
-- lesion has exactly the sizes of the scan before; 1 where they differ.
with readings as (
    select
        measurements.*,
        case
            when measurements.diameter_mm > 0 or measurements.short_axis_mm > 0 then 1
            else 0
        end as is_sized,
        first_value(measurements.modality) over (
            partition by measurements.subject_id, measurements.lesion_id, measurements.reader
            order by measurements.usable_scan_date, measurements.row_id
        ) as first_modality,
        first_value(measurements.slice_mm) over (
            partition by measurements.subject_id, measurements.lesion_id, measurements.reader
            order by measurements.usable_scan_date, measurements.row_id
        ) as first_slice_mm
    from checks.lesion_measurements as measurements
    where measurements.subject_id is not null and measurements.lesion_id is not null
        and measurements.reader is not null and measurements.usable_scan_date is not null
),

scans as (
    select
        readings.subject_id,
        readings.site,
        readings.reader,
        readings.usable_scan_date as scan_date,
        min(readings.row_id) as row_id,
        min(readings.source_file) as source_file,
        min(readings.source_row) as source_row,
        sum(readings.is_sized) as sized_count,
        min(readings.modality) as modality,
        count(case when readings.modality <> readings.first_modality then 1 end) as other_modality_count,
        min(case when readings.modality <> readings.first_modality then readings.modality end) as other_modality,
        min(case when readings.modality <> readings.first_modality then readings.first_modality end) as first_modality,
        max(readings.slice_mm) as slice_mm,
        max(cast(abs(readings.slice_mm - readings.first_slice_mm) as double)) as slice_difference_mm,
        min(readings.embolisation_effect) as embolisation_effect,
        min(subjects.first_procedure_date) as procedure_date,
        count(
            case
                when readings.organ = protocol.response_organ and readings.embolisation_effect is null
                    and subjects.first_procedure_date < readings.usable_scan_date
                    and coalesce(readings.lesion_status, 'PRESENT') in ('PRESENT', 'PROGRESSION') then 1
            end
        ) as unnoted_count
    from readings
    cross join study.protocol as protocol
    left join checks.subjects as subjects
        on subjects.subject_id = readings.subject_id
    group by readings.subject_id, readings.site, readings.reader, readings.usable_scan_date
),

numbered as (
    select
        row_id,
        subject_id,
        reader,
        scan_date,
        sized_count,
        row_number() over (partition by subject_id, reader order by scan_date) as place
    from scans
    where sized_count > 0
),

-- How many lesions have the very sizes that they had at the scan before.
unchanged as (
    select
        numbered.subject_id,
        numbered.reader,
        numbered.place,
        count(*) as unchanged_count
    from numbered
    inner join numbered as earlier
        on earlier.subject_id = numbered.subject_id and earlier.reader = numbered.reader
        and earlier.place = numbered.place - 1 and earlier.sized_count = numbered.sized_count
    inner join readings
        on readings.subject_id = numbered.subject_id and readings.reader = numbered.reader
        and readings.usable_scan_date = numbered.scan_date and readings.is_sized = 1
    inner join readings as before
        on before.subject_id = numbered.subject_id and before.reader = numbered.reader
        and before.usable_scan_date = earlier.scan_date and before.is_sized = 1
        and before.lesion_id = readings.lesion_id
        and coalesce(before.diameter_mm, -1) = coalesce(readings.diameter_mm, -1)
        and coalesce(before.short_axis_mm, -1) = coalesce(readings.short_axis_mm, -1)
    group by numbered.subject_id, numbered.reader, numbered.place
),

runs as (
    select
        numbered.row_id,
        1 + numbered.place - max(
            case when coalesce(unchanged.unchanged_count, 0) < numbered.sized_count then numbered.place end
        ) over (
            partition by numbered.subject_id, numbered.reader
            order by numbered.place
            rows between unbounded preceding and current row
        ) as copied_scans
    from numbered
    left join unchanged
        on unchanged.subject_id = numbered.subject_id and unchanged.reader = numbered.reader
        and unchanged.place = numbered.place
)

select
    scans.*,
    cast(scans.sized_count as bigint) as lesion_count,
    coalesce(runs.copied_scans, 1) as copied_scans,
    protocol.response_organ,
    cast(limits.slice_difference_mm as double) as slice_limit_mm,
    cast(limits.copied_scans as bigint) as copied_scans_limit,
    cast(limits.copied_lesions as bigint) as copied_lesions_limit
from scans
cross join study.protocol as protocol
cross join study.reading_limits as limits
left join runs
    on runs.row_id = scans.row_id
