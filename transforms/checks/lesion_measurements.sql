-- Lesion measurements with their lesion, the value range, and the same lesion at the neighbouring scans of its reader.
-- Grain: one row a measurement row that is no exact copy; key row_id.
-- The first and the last scan have no neighbour on one side: there the two nearest scans on the other side are taken,
-- so that a wrong value beside the first scan does not make the first scan look wrong. Zeros have no ratio.
with measurements as (
    select
        lesion_measurements.*,
        protocol.latest_plausible_date,
        protocol.evaluator,
        case
            when lesion_measurements.scan_date > cast('1970-01-01' as date)
                and lesion_measurements.scan_date <= protocol.latest_plausible_date then lesion_measurements.scan_date
        end as usable_scan_date,
        cast(ranges.low as double) as diameter_low,
        cast(ranges.high as double) as diameter_high
    from typed.lesion_measurements as lesion_measurements
    cross join study.protocol as protocol
    left join study.ranges as ranges
        on ranges.variable = 'lesion_measurements.diameter_mm'
    where not lesion_measurements.is_duplicate
),

counted as (
    select subject_id, lesion_id, usable_scan_date, reader, count(*) as value_count
    from measurements
    where subject_id is not null and lesion_id is not null and usable_scan_date is not null and reader is not null
    group by subject_id, lesion_id, usable_scan_date, reader
),

sized as (
    select
        measurements.row_id,
        measurements.subject_id,
        measurements.lesion_id,
        measurements.reader,
        measurements.usable_scan_date,
        cast(coalesce(measurements.diameter_mm, measurements.short_axis_mm) as double) as size_mm
    from measurements
    inner join counted
        on counted.subject_id = measurements.subject_id and counted.lesion_id = measurements.lesion_id
        and counted.usable_scan_date = measurements.usable_scan_date and counted.reader = measurements.reader
        and counted.value_count = 1
    where coalesce(measurements.diameter_mm, measurements.short_axis_mm) > 0
        and coalesce(measurements.diameter_mm, measurements.short_axis_mm) <= measurements.diameter_high
),

surrounded as (
    select
        row_id,
        size_mm,
        coalesce(
            lag(size_mm, 1) over (partition by subject_id, lesion_id, reader order by usable_scan_date),
            lead(size_mm, 2) over (partition by subject_id, lesion_id, reader order by usable_scan_date)
        ) as neighbour_1_mm,
        coalesce(
            lead(size_mm, 1) over (partition by subject_id, lesion_id, reader order by usable_scan_date),
            lag(size_mm, 2) over (partition by subject_id, lesion_id, reader order by usable_scan_date)
        ) as neighbour_2_mm
    from sized
),

known_lesions as (
    select
        subject_id,
        lesion_id,
        min(organ) as organ,
        min(lesion_class) as lesion_class,
        -- Of two different classes (TU01) neither is known to be the lesion's.
        case when min(lesion_class) = max(lesion_class) then min(lesion_class) end as known_class,
        case when min(location_text) = max(location_text) then min(location_text) end as location_text
    from typed.lesions
    where not is_duplicate and lesion_id is not null
    group by subject_id, lesion_id
),

-- Where the lesions file has no location, a lesion lies where its first measurement says.
first_locations as (
    select subject_id, lesion_id, noted_location
    from (
        select
            subject_id,
            lesion_id,
            noted_location,
            row_number() over (partition by subject_id, lesion_id order by usable_scan_date, row_id) as place
        from measurements
        where noted_location is not null and usable_scan_date is not null
    ) as noted
    where place = 1
)

select
    measurements.*,
    subjects.site,
    subjects.subject_id is not null as is_known_subject,
    subjects.death_latest,
    known_lesions.lesion_id is not null or subjects.subject_id is null as is_known_lesion,
    known_lesions.organ,
    known_lesions.lesion_class,
    known_lesions.known_class,
    coalesce(known_lesions.location_text, first_locations.noted_location) as known_location,
    coalesce(
        lower(measurements.noted_location)
        = lower(coalesce(known_lesions.location_text, first_locations.noted_location)),
        true
    ) as is_known_location,
    coalesce(counted.value_count, 1) as value_count,
    surrounded.neighbour_1_mm,
    surrounded.neighbour_2_mm,
    least(
        greatest(surrounded.size_mm / surrounded.neighbour_1_mm, surrounded.neighbour_1_mm / surrounded.size_mm),
        greatest(surrounded.size_mm / surrounded.neighbour_2_mm, surrounded.neighbour_2_mm / surrounded.size_mm)
    ) as neighbour_ratio,
    -- Ten less the growth or shrinkage that is possible between two scans.
    cast(8 as double) as neighbour_ratio_limit,
    -- RECIST 1.1: below 5 mm a lesion is too small to measure and is given 5 mm.
    cast(5 as double) as too_small_mm
from measurements
left join surrounded
    on surrounded.row_id = measurements.row_id
left join counted
    on counted.subject_id = measurements.subject_id and counted.lesion_id = measurements.lesion_id
    and counted.usable_scan_date = measurements.usable_scan_date and counted.reader = measurements.reader
left join known_lesions
    on known_lesions.subject_id = measurements.subject_id and known_lesions.lesion_id = measurements.lesion_id
left join first_locations
    on first_locations.subject_id = measurements.subject_id and first_locations.lesion_id = measurements.lesion_id
left join checks.subjects as subjects
    on subjects.subject_id = measurements.subject_id
