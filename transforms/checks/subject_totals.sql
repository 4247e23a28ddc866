-- One subject's records of all tables together, beside what the patients file reports of them.
-- Grain: one row a subject_id of the patients file who was in the cohort (not of study.not_in_cohort); key subject_id.
-- row_id is the subject's first row there.
with lesions as (
    select
        lesions.subject_id,
        count(*) as baseline_lesion_count,
        count(case when lesions.organ is null then 1 end) as unknown_organ_count,
        count(case when lesions.organ = protocol.organ_required then 1 end) as liver_lesion_count,
        count(case when lesions.organ <> protocol.organ_required then 1 end) as other_lesion_count,
        count(case when lesions.lesion_class = 'TARGET' then 1 end) as target_count
    from typed.lesions as lesions
    cross join study.protocol as protocol
    where not lesions.is_duplicate and (lesions.lesion_class <> 'NEW' or lesions.lesion_class is null)
    group by lesions.subject_id
),

reintroductions as (
    select
        courses.subject_id,
        -- A drug that is on no list of the protocol (OTHER) is no inhibitor that is given again.
        count(case when courses.drug <> 'OTHER' and courses.usable_start >= subjects.startdt then 1 end)
            as reintroduction_count,
        count(case when courses.drug is null or courses.usable_start is null then 1 end) as unplaced_course_count
    from checks.drug_courses as courses
    inner join checks.subjects as subjects
        on subjects.subject_id = courses.subject_id
    group by courses.subject_id
),

samples as (
    select
        lab_results.subject_id,
        max(case when lab_results.sample_date <= subjects.startdt then lab_results.sample_date end)
            as baseline_sample_date
    from typed.lab_results as lab_results
    inner join checks.subjects as subjects
        on subjects.subject_id = lab_results.subject_id
    where not lab_results.is_duplicate and lab_results.sample_date > cast('1970-01-01' as date)
    group by lab_results.subject_id
),

activity as (
    select subject_id, contact_date as activity_date from typed.follow_up where not is_duplicate
    union all
    select subject_id, scan_date as activity_date from typed.lesion_measurements where not is_duplicate
    union all
    select subject_id, procedure_date as activity_date from typed.procedures where not is_duplicate
    union all
    select subject_id, sample_date as activity_date from typed.lab_results where not is_duplicate
),

contacts as (
    select activity.subject_id, max(activity.activity_date) as last_contact_date
    from activity
    cross join study.protocol as protocol
    where activity.activity_date <= protocol.latest_plausible_date
    group by activity.subject_id
),

-- Who was not followed long enough for an event is not counted.
event_counts as (
    select
        subjects.subject_id,
        subjects.site,
        count(events.row_id) as event_count
    from checks.subjects as subjects
    cross join study.safety as safety
    inner join contacts
        on contacts.subject_id = subjects.subject_id
        and date_diff('day', subjects.startdt, contacts.last_contact_date) >= safety.least_follow_up_days
    left join typed.adverse_events as events
        on events.subject_id = subjects.subject_id and not events.is_duplicate
    left join study.not_in_cohort as others
        on others.arm = subjects.arm
    where others.arm is null
    group by subjects.subject_id, subjects.site
),

site_events as (
    select
        site,
        100 * cast(count(case when event_count = 0 then 1 end) as double) / count(*) as percent_without_events
    from event_counts
    group by site
)

select
    subjects.row_id,
    subjects.subject_id,
    subjects.site,
    patients.source_file,
    patients.source_row,
    subjects.arm,
    subjects.index_date,
    subjects.startdt,
    subjects.procedures_expected,
    subjects.procedure_count,
    case when subjects.start_from = 'first_procedure' then subjects.first_procedure_date end as first_procedure_date,
    subjects.last_procedure_date,
    subjects.is_dead,
    subjects.death_latest,
    -- A session after death is DT04's.
    case
        when subjects.last_procedure_date <= subjects.death_latest
            then date_diff('day', subjects.last_procedure_date, subjects.death_date)
    end as days_procedure_to_death,
    cast(safety.procedure_mortality_days as integer) as early_death_days,
    protocol.organ_required,
    coalesce(lesions.baseline_lesion_count, 0) as baseline_lesion_count,
    -- A lesion of which the organ is not known may be of any organ.
    case when coalesce(lesions.unknown_organ_count, 0) = 0 then coalesce(lesions.liver_lesion_count, 0) end
        as liver_lesion_count,
    case
        when lesions.other_lesion_count > 0 then 'Y'
        when coalesce(lesions.unknown_organ_count, 0) = 0 then 'N'
    end as derived_extrahepatic,
    levels.level as derived_liver_lesion_group,
    coalesce(lesions.target_count, 0) as target_count,
    patients.reported_extrahepatic,
    patients.reported_liver_lesion_group,
    patients.reported_tki_reintroduction,
    case
        when subjects.startdt is null then null
        when reintroductions.reintroduction_count > 0 then 'Y'
        when coalesce(reintroductions.unplaced_course_count, 0) = 0 then 'N'
    end as derived_tki_reintroduction,
    baseline_scans.baseline_scan_date,
    date_diff('day', baseline_scans.baseline_scan_date, subjects.startdt) as days_scan_to_start,
    protocol.baseline_window_days,
    coalesce(baseline_scans.undated_count, 0) as undated_scan_count,
    samples.baseline_sample_date,
    date_diff('day', samples.baseline_sample_date, subjects.startdt) as days_sample_to_start,
    cast(safety.laboratory_baseline_days as integer) as baseline_sample_window_days,
    contacts.last_contact_date,
    date_diff('day', contacts.last_contact_date, protocol.data_cut) as days_contact_to_cut,
    cast(protocol.lost_to_follow_up_days as integer) as contact_window_days,
    protocol.data_cut,
    event_counts.event_count,
    site_events.percent_without_events,
    cast(safety.most_percent_without_events as double) as most_percent_without_events
from checks.subjects as subjects
cross join study.protocol as protocol
cross join study.safety as safety
inner join typed.patients as patients
    on patients.row_id = subjects.row_id
left join lesions
    on lesions.subject_id = subjects.subject_id
left join study.levels as levels
    on levels.covariate = 'nlivgr1' and lesions.unknown_organ_count = 0
    and lesions.liver_lesion_count between levels.low and levels.high
left join reintroductions
    on reintroductions.subject_id = subjects.subject_id
left join checks.baseline_scans as baseline_scans
    on baseline_scans.subject_id = subjects.subject_id
left join samples
    on samples.subject_id = subjects.subject_id
left join contacts
    on contacts.subject_id = subjects.subject_id
left join event_counts
    on event_counts.subject_id = subjects.subject_id
left join site_events
    on site_events.site = event_counts.site
left join study.not_in_cohort as others
    on others.arm = subjects.arm
where others.arm is null
