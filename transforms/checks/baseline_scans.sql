-- The baseline scan of the protocol's evaluator: the last one on or before the start of the clock.
-- Grain: one row a subject that has measurements; key subject_id.
with scans as (
    select
        measurements.subject_id,
        case
            when measurements.scan_date > cast('1970-01-01' as date)
                and measurements.scan_date <= protocol.latest_plausible_date then measurements.scan_date
        end as scan_date
    from typed.lesion_measurements as measurements
    cross join study.protocol as protocol
    where not measurements.is_duplicate
        and (measurements.reader = protocol.evaluator or measurements.reader is null)
)

select
    scans.subject_id,
    count(*) as measurement_count,
    count(*) - count(scans.scan_date) as undated_count,
    max(case when scans.scan_date <= subjects.startdt then scans.scan_date end) as baseline_scan_date
from scans
inner join checks.subjects as subjects
    on subjects.subject_id = scans.subject_id
group by scans.subject_id
