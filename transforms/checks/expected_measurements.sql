-- What each reader owes at each scan: a value, or a reason, for every baseline target of the subject.
-- Grain: one row a target, reader and scan since baseline; key subject_id, lesion_id, reader, scan_date.
-- row_id is that of the measurement, null where there is none; file and line are then those of the lesion.
-- Left out are scans with a row of an unknown lesion, and lesions with a row of no usable date or reader: the value may
-- stand there, and TU13, DT01 to DT03 or RF02 say so.
with targets as (
    select
        subject_id, lesion_id, min(organ) as organ, min(source_file) as source_file, min(source_row) as source_row
    from typed.lesions
    where not is_duplicate and lesion_class = 'TARGET'
    group by subject_id, lesion_id
),

scans as (
    select
        measurements.subject_id,
        measurements.site,
        measurements.reader,
        measurements.usable_scan_date as scan_date
    from checks.lesion_measurements as measurements
    inner join checks.baseline_scans as baseline_scans
        on baseline_scans.subject_id = measurements.subject_id
        and baseline_scans.baseline_scan_date <= measurements.usable_scan_date
    where measurements.reader is not null
    group by measurements.subject_id, measurements.site, measurements.reader, measurements.usable_scan_date
    having count(case when not measurements.is_known_lesion then 1 end) = 0
),

unplaced as (
    select distinct subject_id, lesion_id
    from checks.lesion_measurements
    where usable_scan_date is null or reader is null
),

measured as (
    select
        measurements.subject_id,
        measurements.lesion_id,
        measurements.reader,
        measurements.usable_scan_date,
        min(measurements.row_id) as row_id,
        min(measurements.source_file) as source_file,
        min(measurements.source_row) as source_row,
        max(
            case
                when measurements.lesion_status = 'NOT EVALUABLE' and measurements.not_evaluable_reason is null then 0
                when measurements.lesion_status in ('NOT EVALUABLE', 'ABSENT') then 1
                -- A vanished node has no axis: its diameter of 0 says that it is gone.
                when measurements.organ = 'LYMPH NODE' and measurements.short_axis_text is null
                    and coalesce(measurements.diameter_mm, 1) <> 0 then 0
                when measurements.organ <> 'LYMPH NODE' and measurements.diameter_text is null then 0
                else 1
            end
        ) as is_complete,
        min(measurements.lesion_status) as lesion_status
    from checks.lesion_measurements as measurements
    group by measurements.subject_id, measurements.lesion_id, measurements.reader, measurements.usable_scan_date
)

select
    measured.row_id,
    scans.subject_id,
    scans.site,
    coalesce(measured.source_file, targets.source_file) as source_file,
    coalesce(measured.source_row, targets.source_row) as source_row,
    targets.lesion_id,
    scans.reader,
    scans.scan_date,
    case
        when measured.row_id is null then 'no row'
        when measured.is_complete = 1 then 'a value or a reason'
        when measured.lesion_status = 'NOT EVALUABLE' then 'not evaluable without a reason'
        else 'a row without a value'
    end as state,
    coalesce(measured.is_complete = 1, false) as is_complete
from scans
inner join targets
    on targets.subject_id = scans.subject_id
left join unplaced
    on unplaced.subject_id = targets.subject_id and unplaced.lesion_id = targets.lesion_id
left join measured
    on measured.subject_id = scans.subject_id and measured.lesion_id = targets.lesion_id
    and measured.reader = scans.reader and measured.usable_scan_date = scans.scan_date
where unplaced.subject_id is null
