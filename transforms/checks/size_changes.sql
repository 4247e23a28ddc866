-- The sizes of a lesion beside those of the scan before and after, of the same reader.
-- Grain: one row a measurement whose size is not in doubt; key row_id.
-- Left out are sizes that TR01, TR02, TR03 or TR09 doubt, and zeros: a lesion that is gone has not shrunk by a share.
-- is_confirmed: another reader of the same scan saw at least half of the change that is doubted, in the same direction.
with sized as (
    select
        measurements.row_id,
        measurements.subject_id,
        measurements.site,
        measurements.source_file,
        measurements.source_row,
        measurements.lesion_id,
        measurements.reader,
        measurements.usable_scan_date as scan_date,
        cast(coalesce(measurements.diameter_mm, measurements.short_axis_mm) as double) as size_mm
    from checks.lesion_measurements as measurements
    where measurements.subject_id is not null and measurements.lesion_id is not null
        and measurements.reader is not null and measurements.usable_scan_date is not null
        and measurements.value_count = 1
        and coalesce(measurements.diameter_mm, measurements.short_axis_mm) > 0
        and coalesce(measurements.diameter_mm, measurements.short_axis_mm) <= measurements.diameter_high
        and coalesce(measurements.neighbour_ratio < measurements.neighbour_ratio_limit, true)
        and coalesce(measurements.short_axis_mm <= measurements.diameter_mm, true)
),

surrounded as (
    select
        sized.*,
        lag(size_mm) over (partition by subject_id, lesion_id, reader order by scan_date) as previous_mm,
        lag(scan_date) over (partition by subject_id, lesion_id, reader order by scan_date) as previous_scan_date,
        lead(size_mm) over (partition by subject_id, lesion_id, reader order by scan_date) as next_mm,
        lead(scan_date) over (partition by subject_id, lesion_id, reader order by scan_date) as next_scan_date
    from sized
),

confirmed as (
    select
        surrounded.row_id,
        count(
            case
                when surrounded.size_mm > surrounded.previous_mm
                    and others.size_mm > (1 + limits.jump_share / 2) * others.previous_mm then 1
                when surrounded.size_mm < surrounded.previous_mm
                    and others.size_mm < (1 - limits.jump_share / 2) * others.previous_mm then 1
            end
        ) > 0 as is_confirmed
    from surrounded
    cross join study.reading_limits as limits
    inner join surrounded as others
        on others.subject_id = surrounded.subject_id and others.lesion_id = surrounded.lesion_id
        and others.scan_date = surrounded.scan_date and others.reader <> surrounded.reader
    group by surrounded.row_id
)

select
    surrounded.*,
    coalesce(confirmed.is_confirmed, false) as is_confirmed,
    date_diff('day', surrounded.previous_scan_date, surrounded.scan_date) as days_since_previous,
    cast(limits.jump_days as bigint) as jump_days,
    cast(limits.jump_share as double) as jump_share,
    100 * cast(limits.jump_share as double) as jump_percent
from surrounded
cross join study.reading_limits as limits
left join confirmed
    on confirmed.row_id = surrounded.row_id
