-- Lesions with their baseline size, their place among the targets, and the counts that RECIST 1.1 limits.
-- Grain: one row a lesion row that is no exact copy; key row_id.
with recist as (
    select
        5 as targets_limit,
        2 as targets_per_organ_limit,
        cast(10 as double) as target_min_mm,
        cast(15 as double) as target_node_min_mm,
        cast(10 as double) as node_min_mm
),

lesions as (
    select
        lesions.*,
        count(*) over (partition by lesions.subject_id, lesions.lesion_id) as id_count
    from typed.lesions as lesions
    where not lesions.is_duplicate
),

by_organ as (
    select
        lesions.row_id,
        lesions.subject_id,
        lesions.lesion_id,
        row_number() over (
            partition by lesions.subject_id, lesions.organ order by lesions.lesion_id, lesions.row_id
        ) as target_of_organ
    from lesions
    where lesions.lesion_class = 'TARGET' and lesions.organ is not null and lesions.id_count = 1
),

-- A target that is already one too many in its organ (TU03) is not counted a second time (TU02).
overall as (
    select
        by_organ.row_id,
        row_number() over (partition by by_organ.subject_id order by by_organ.lesion_id, by_organ.row_id)
            as target_of_subject
    from by_organ
    cross join recist
    where by_organ.target_of_organ <= recist.targets_per_organ_limit
),

baseline as (
    select
        measurements.subject_id,
        measurements.lesion_id,
        min(measurements.diameter_mm) as baseline_diameter_mm,
        min(measurements.short_axis_mm) as baseline_short_axis_mm
    from checks.lesion_measurements as measurements
    inner join checks.baseline_scans as baseline_scans
        on baseline_scans.subject_id = measurements.subject_id
        and baseline_scans.baseline_scan_date = measurements.usable_scan_date
    -- A value in doubt for its unit (TR02), or that contradicts another (TR09, TR03), says nothing about the lesion.
    where measurements.reader = measurements.evaluator and measurements.value_count = 1
        and coalesce(measurements.neighbour_ratio < measurements.neighbour_ratio_limit, true)
        and coalesce(measurements.short_axis_mm <= measurements.diameter_mm, true)
    group by measurements.subject_id, measurements.lesion_id
),

seen as (
    select
        measurements.subject_id,
        measurements.lesion_id,
        count(*) as measurement_count,
        count(
            case
                when measurements.usable_scan_date <= baseline_scans.baseline_scan_date
                    and (measurements.diameter_mm > 0 or measurements.lesion_status = 'PRESENT') then 1
            end
        ) as baseline_sightings
    from checks.lesion_measurements as measurements
    left join checks.baseline_scans as baseline_scans
        on baseline_scans.subject_id = measurements.subject_id
    group by measurements.subject_id, measurements.lesion_id
),

-- A subject with a row of an unknown lesion may have the measurement there, under a mistyped lesion id.
measured_subjects as (
    select subject_id, count(case when not is_known_lesion then 1 end) as unknown_lesion_rows
    from checks.lesion_measurements
    group by subject_id
),

not_measurable as (
    select lesions.row_id, min(unmeasurable.word) as unmeasurable_word
    from lesions
    inner join study.unmeasurable as unmeasurable
        on (unmeasurable.kind = 'organ' and unmeasurable.word = lower(lesions.organ))
        or (unmeasurable.kind = 'word' and lower(lesions.location_text) like '%' || unmeasurable.word || '%')
    -- A bone lesion with a soft part is measured there.
    where not exists (
        select 1
        from study.unmeasurable as exceptions
        where exceptions.kind = 'except' and lower(lesions.location_text) like '%' || exceptions.word || '%'
    )
    group by lesions.row_id
)

select
    lesions.*,
    protocol.latest_plausible_date,
    subjects.site,
    subjects.subject_id is not null as is_known_subject,
    subjects.death_latest,
    subjects.startdt,
    not_measurable.unmeasurable_word,
    baseline_scans.baseline_scan_date,
    baseline.baseline_diameter_mm,
    baseline.baseline_short_axis_mm,
    by_organ.target_of_organ,
    overall.target_of_subject,
    coalesce(seen.baseline_sightings, 0) as baseline_sightings,
    case when measured_subjects.unknown_lesion_rows = 0 then coalesce(seen.measurement_count, 0) end
        as measurement_count,
    recist.targets_limit,
    recist.targets_per_organ_limit,
    recist.target_min_mm,
    recist.target_node_min_mm,
    recist.node_min_mm
from lesions
cross join study.protocol as protocol
cross join recist
left join by_organ
    on by_organ.row_id = lesions.row_id
left join overall
    on overall.row_id = lesions.row_id
left join baseline
    on baseline.subject_id = lesions.subject_id and baseline.lesion_id = lesions.lesion_id
left join seen
    on seen.subject_id = lesions.subject_id and seen.lesion_id = lesions.lesion_id
left join not_measurable
    on not_measurable.row_id = lesions.row_id
left join measured_subjects
    on measured_subjects.subject_id = lesions.subject_id
left join checks.baseline_scans as baseline_scans
    on baseline_scans.subject_id = lesions.subject_id
left join checks.subjects as subjects
    on subjects.subject_id = lesions.subject_id
