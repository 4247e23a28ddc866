-- ADSL: the subjects, with what is known of them at the start and the covariates of the protocol (CDISC ADaM).
-- Grain: one row a subject of recist.subjects; key usubjid. srcfile, srcrow: the row of `patients`.
-- The grouped covariates (nlivgr1, livpctg1, ecoggr1, nprocgr1) are cut by study.levels: the lowest level whose upper
-- bound holds the value. dcr3mfl: no organ progression up to study.protocol.disease_control_day; null where the
-- subject was censored before. TKI reintroduction: a listed drug started on or after the start.
-- extrahep, line2pr and tkire (tkidrug) are null where the protocol has no such covariate: nobody asked for them. So is
-- the number of lesions of the organ where it names none, and of procedures where no arm has any.
with levels as (
    select
        covariate,
        level,
        low,
        high,
        lag(high) over (partition by covariate order by high) as high_below
    from study.levels
    where low is not null and high is not null
),

baseline_lesions as (
    select
        lesions.subject_id,
        count(case when lesions.organ = protocol.response_organ then 1 end) as organ_lesions,
        count(case when lesions.organ <> protocol.response_organ then 1 end) as other_lesions
    from recist.lesion_scopes as lesions
    inner join recist.subjects as subjects on subjects.subject_id = lesions.subject_id
    cross join study.protocol as protocol
    where lesions.scope = 'ALL'
        and lesions.lesion_class <> 'NEW'
        and (lesions.first_seen_date is null or lesions.first_seen_date <= subjects.startdt)
    group by lesions.subject_id
),

procedure_counts as (
    select
        procedures.subject_id,
        count(*) as procedures
    from clean.procedures as procedures
    inner join recist.subjects as subjects
        on subjects.subject_id = procedures.subject_id and procedures.procedure_date <= subjects.data_cut
    group by procedures.subject_id
),

courses as (
    select
        courses.subject_id,
        courses.drug,
        courses.start_date,
        courses.row_id,
        courses.start_date >= subjects.startdt as is_after_start
    from clean.drug_courses as courses
    inner join recist.subjects as subjects
        on subjects.subject_id = courses.subject_id and courses.start_date <= subjects.data_cut
),

second_line_before as (
    select distinct courses.subject_id
    from courses
    inner join study.drug_lines as drug_lines on drug_lines.drug = courses.drug and drug_lines.line = 2
    where not courses.is_after_start
),

reintroductions as (
    select
        subject_id,
        drug,
        row_number() over (partition by subject_id order by start_date, row_id) as place
    from courses
    where is_after_start and drug <> 'OTHER'
),

measured as (
    select
        subjects.*,
        patients.age_years,
        patients.sex,
        patients.ecog,
        patients.primary_location,
        patients.liver_involvement_pct,
        patients.blood_supply,
        patients.child_pugh_class,
        coalesce(baseline_lesions.organ_lesions, 0) as organ_lesions,
        coalesce(baseline_lesions.other_lesions, 0) as other_lesions,
        coalesce(procedure_counts.procedures, 0) as procedures
    from recist.subjects as subjects
    inner join clean.patients as patients on patients.row_id = subjects.source_row_id
    left join baseline_lesions on baseline_lesions.subject_id = subjects.subject_id
    left join procedure_counts on procedure_counts.subject_id = subjects.subject_id
),

grouped_values as (
    select subject_id, 'ecoggr1' as covariate, cast(ecog as decimal(12, 3)) as measured_value from measured
    union all
    select subject_id, 'nlivgr1' as covariate, cast(organ_lesions as decimal(12, 3)) as measured_value from measured
    union all
    select subject_id, 'livpctg1' as covariate, liver_involvement_pct as measured_value from measured
    union all
    select subject_id, 'nprocgr1' as covariate, cast(procedures as decimal(12, 3)) as measured_value from measured
),

grouped as (
    select
        grouped_values.subject_id,
        max(case when levels.covariate = 'ecoggr1' then levels.level end) as ecoggr1,
        max(case when levels.covariate = 'nlivgr1' then levels.level end) as nlivgr1,
        max(case when levels.covariate = 'livpctg1' then levels.level end) as livpctg1,
        max(case when levels.covariate = 'nprocgr1' then levels.level end) as nprocgr1
    from grouped_values
    inner join levels
        on levels.covariate = grouped_values.covariate
        and grouped_values.measured_value <= levels.high
        and (
            grouped_values.measured_value > levels.high_below
            or (levels.high_below is null and grouped_values.measured_value >= levels.low)
        )
    group by grouped_values.subject_id
),

asked as (
    select
        max(case when covariate = 'extrahep' then 1 end) as extrahep,
        max(case when covariate = 'line2pr' then 1 end) as line2pr,
        max(case when covariate = 'tkire' then 1 end) as tkire
    from study.levels
),

procedures_expected as (
    select count(case when procedures_expected then 1 end) > 0 as is_expected
    from study.arms
),

deaths as (
    select
        deaths.subject_id,
        deaths.death_date,
        deaths.imputation_flag
    from recist.deaths as deaths
    inner join recist.subjects as subjects
        on subjects.subject_id = deaths.subject_id and deaths.death_date <= subjects.data_cut
)

select
    protocol.study_id as studyid,
    measured.usubjid,
    measured.subject_id as subjid,
    measured.site as siteid,
    measured.arm,
    measured.arm_order as armn,
    measured.age_years as age,
    measured.sex,
    measured.ecog,
    grouped.ecoggr1,
    measured.primary_location as primloc,
    case when protocol.response_organ is not null then measured.organ_lesions end as nliver,
    grouped.nlivgr1,
    case when asked.extrahep = 1 and measured.other_lesions > 0 then 'Y' when asked.extrahep = 1 then 'N' end as extrahep,
    case when asked.line2pr = 1 and second_line_before.subject_id is not null then 'Y' when asked.line2pr = 1 then 'N' end
        as line2pr,
    case when asked.tkire = 1 and reintroductions.subject_id is not null then 'Y' when asked.tkire = 1 then 'N' end
        as tkire,
    case when asked.tkire = 1 then reintroductions.drug end as tkidrug,
    measured.liver_involvement_pct as livpct,
    grouped.livpctg1,
    measured.blood_supply as bloodsup,
    case when procedures_expected.is_expected then measured.procedures end as nproc,
    grouped.nprocgr1,
    case
        when organ_progression.aval > protocol.disease_control_day then 'Y'
        when organ_progression.cnsr = 0 then 'N'
    end as dcr3mfl,
    measured.child_pugh_class as chpugh,
    measured.startdt as trtsdt,
    case when deaths.subject_id is not null then 'Y' end as dthfl,
    deaths.death_date as dthdt,
    deaths.imputation_flag as dthdtf,
    last_known_alive.alive_date as lstalvdt,
    measured.source_file as srcfile,
    measured.source_row as srcrow
from measured
cross join study.protocol as protocol
cross join asked
cross join procedures_expected
left join grouped on grouped.subject_id = measured.subject_id
left join second_line_before on second_line_before.subject_id = measured.subject_id
left join reintroductions
    on reintroductions.subject_id = measured.subject_id and reintroductions.place = 1
left join deaths on deaths.subject_id = measured.subject_id
left join recist.last_known_alive as last_known_alive on last_known_alive.subject_id = measured.subject_id
left join analysis.adtte as organ_progression
    on organ_progression.usubjid = measured.usubjid and organ_progression.paramcd = 'LPFS'
