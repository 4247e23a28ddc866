-- Every visit at which a subject owes a form, and whether the form came.
-- Grain: one row a subject, form and visit that is owed; key subject_id, form, visit_order.
-- due_day counts from the start of the clock; at baseline it is 0. Dates are those received, also of rows set aside:
-- a form that is in doubt came. A date that cannot be read or lies after follow-up belongs to no visit.
--   baseline              lesions: one lesion; procedures: one session, in arms that have them; lesion_measurements: a
--                         scan of the evaluator in the protocol's window; lab_results: a panel in the window of LB03
--   lesion_measurements   visit k is due k * study.visit_windows.interval_high_days after the start, and a scan belongs
--   response_assessments  to the nearest visit (half-way: the later one); they end with progression (PFS) or death
--   follow_up             contact k: one contact in each span of the contact window (DS06), to the end of follow-up
-- Nothing is owed of adverse_events: an event that did not happen leaves no record. Nor of lab_results after baseline,
-- and of drug_courses: the protocol names no visit for them.
-- Follow-up ends with death, else with the last record of any kind, and at the data cut. A visit is owed once its
-- tolerance has passed before that end, and before it when its form is there already. A visit that a schedule drifting
-- within the tolerance slips past (two scans no further apart than interval and tolerance) is not owed.
-- A subject without analysis data (set aside) has no PFS; the first progression that the evaluator reported stands in.
with progressions as (
    select adsl.subjid as subject_id, adtte.adt as progression_date
    from analysis.adtte as adtte
    inner join analysis.adsl as adsl
        on adsl.usubjid = adtte.usubjid
    where adtte.paramcd = 'PFS' and adtte.cnsr = 0
    union all
    select reported.subject_id, min(reported.scan_date) as progression_date
    from typed.response_assessments as reported
    inner join study.protocol as protocol
        on protocol.evaluator = reported.reader
    left join analysis.adsl as adsl
        on adsl.subjid = reported.subject_id
    where adsl.subjid is null and not reported.is_duplicate and reported.overall_response = 'PD'
    group by reported.subject_id
),

followed as (
    select
        subjects.subject_id,
        subjects.site,
        subjects.arm,
        subjects.startdt,
        totals.contact_window_days,
        progressions.progression_date,
        -- The clock has started at the latest with the start itself.
        least(coalesce(subjects.death_date, totals.last_contact_date, subjects.startdt), protocol.data_cut)
            as followed_to
    from checks.subjects as subjects
    inner join checks.subject_totals as totals
        on totals.subject_id = subjects.subject_id
    cross join study.protocol as protocol
    left join progressions
        on progressions.subject_id = subjects.subject_id
    where subjects.startdt is not null
),

-- A record of day d belongs to the visit floor((d + lead_days) / interval_days).
schedules as (
    select
        followed.subject_id,
        followed.site,
        followed.startdt,
        forms.form,
        'visit' as word,
        windows.interval_high_days as interval_days,
        windows.tolerance_days,
        cast(windows.interval_high_days as double) / 2 as lead_days,
        date_diff('day', followed.startdt, least(followed.followed_to, followed.progression_date)) as owed_days
    from followed
    inner join study.visit_windows as windows
        on windows.arm = followed.arm
    cross join (values ('lesion_measurements'), ('response_assessments')) as forms (form)
    union all
    select
        followed.subject_id,
        followed.site,
        followed.startdt,
        'follow_up' as form,
        'contact' as word,
        followed.contact_window_days as interval_days,
        0 as tolerance_days,
        cast(followed.contact_window_days - 1 as double) as lead_days,
        date_diff('day', followed.startdt, followed.followed_to) as owed_days
    from followed
),

records as (
    select subject_id, 'lesion_measurements' as form, scan_date as record_date
    from typed.lesion_measurements
    where not is_duplicate
    union
    select subject_id, 'response_assessments' as form, scan_date as record_date
    from typed.response_assessments
    where not is_duplicate
    union
    select subject_id, 'follow_up' as form, contact_date as record_date
    from typed.follow_up
    where not is_duplicate
),

placed as (
    select
        schedules.subject_id,
        schedules.form,
        schedules.interval_days + schedules.tolerance_days as gap_limit_days,
        records.record_date,
        cast(
            floor(
                (date_diff('day', schedules.startdt, records.record_date) + schedules.lead_days)
                / schedules.interval_days
            ) as integer
        ) as visit_order
    from schedules
    inner join records
        on records.subject_id = schedules.subject_id and records.form = schedules.form
    where records.record_date > schedules.startdt
        and date_diff('day', schedules.startdt, records.record_date) <= schedules.owed_days
),

came as (
    select distinct subject_id, form, visit_order
    from placed
    where visit_order > 0
),

in_order as (
    select
        subject_id,
        form,
        visit_order,
        gap_limit_days,
        record_date,
        lag(visit_order) over (partition by subject_id, form order by record_date) as previous_order,
        lag(record_date) over (partition by subject_id, form order by record_date) as previous_date
    from placed
),

slipped as (
    select subject_id, form, visit_order - 1 as visit_order
    from in_order
    where visit_order - previous_order = 2 and date_diff('day', previous_date, record_date) <= gap_limit_days
),

digits as (
    select digit
    from (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as listed (digit)
),

numbers as (
    select hundreds.digit * 100 + tens.digit * 10 + ones.digit as visit_order
    from digits as hundreds
    cross join digits as tens
    cross join digits as ones
    where hundreds.digit * 100 + tens.digit * 10 + ones.digit > 0
),

owed as (
    select schedules.subject_id, schedules.form, numbers.visit_order
    from schedules
    inner join numbers
        on numbers.visit_order * schedules.interval_days + schedules.tolerance_days <= schedules.owed_days
    left join slipped
        on slipped.subject_id = schedules.subject_id and slipped.form = schedules.form
        and slipped.visit_order = numbers.visit_order
    where slipped.subject_id is null
    union
    select subject_id, form, visit_order
    from came
),

baselines as (
    select subject_id, 'lesions' as form, baseline_lesion_count > 0 as is_received
    from checks.subject_totals
    union all
    select subject_id, 'procedures' as form, procedure_count > 0 as is_received
    from checks.subject_totals
    where procedures_expected
    union all
    select
        subject_id,
        'lesion_measurements' as form,
        coalesce(days_scan_to_start between 0 and baseline_window_days, false) as is_received
    from checks.subject_totals
    where startdt is not null
    union all
    select
        subject_id,
        'lab_results' as form,
        coalesce(days_sample_to_start between 0 and baseline_sample_window_days, false) as is_received
    from checks.subject_totals
    where startdt is not null
)

select
    baselines.subject_id,
    subjects.site,
    baselines.form,
    'baseline' as visit,
    0 as visit_order,
    0 as due_day,
    baselines.is_received
from baselines
inner join checks.subjects as subjects
    on subjects.subject_id = baselines.subject_id
union all
select
    owed.subject_id,
    schedules.site,
    owed.form,
    schedules.word || ' ' || cast(owed.visit_order as varchar) as visit,
    owed.visit_order,
    owed.visit_order * schedules.interval_days as due_day,
    came.subject_id is not null as is_received
from owed
inner join schedules
    on schedules.subject_id = owed.subject_id and schedules.form = owed.form
left join came
    on came.subject_id = owed.subject_id and came.form = owed.form and came.visit_order = owed.visit_order
