-- Patients with the limits of eligibility, and with the other subject a row may double.
-- Grain: one row a patient row that is no exact copy; key row_id. Not of who was never in the cohort
-- (study.not_in_cohort): the protocol asks nothing of a screen failure.
-- A double is another subject with the same record number, or of the same birth year and sex with the same name or
-- telephone number (as pseudonyms).
with patients as (
    select
        patients.*,
        count(*) over (partition by patients.subject_id) as subject_count,
        min(patients.subject_id) over (partition by patients.record_id) as first_of_record,
        max(patients.subject_id) over (partition by patients.record_id) as last_of_record,
        min(patients.subject_id) over (partition by patients.name_id, patients.birth_year, patients.sex) as first_of_name,
        max(patients.subject_id) over (partition by patients.name_id, patients.birth_year, patients.sex) as last_of_name,
        min(patients.subject_id) over (partition by patients.phone_id, patients.birth_year, patients.sex)
            as first_of_phone,
        max(patients.subject_id) over (partition by patients.phone_id, patients.birth_year, patients.sex)
            as last_of_phone
    from typed.patients as patients
    where not patients.is_duplicate
),

eligible as (
    select
        max(case when variable = 'histology' then codes end) as eligible_histology,
        max(case when variable = 'cd117' then codes end) as eligible_cd117,
        max(case when variable = 'child_pugh_class' then codes end) as eligible_child_pugh_class
    from (
        select variable, string_agg(code, ' or ' order by code) as codes
        from study.eligible_codes
        group by variable
    ) as by_variable
),

eligible_codes as (
    select distinct variable, code from study.eligible_codes
)

select
    patients.*,
    protocol.latest_plausible_date,
    coalesce(
        case
            when patients.record_id is not null and patients.first_of_record <> patients.subject_id
                then patients.first_of_record
            when patients.record_id is not null and patients.last_of_record <> patients.subject_id
                then patients.last_of_record
        end,
        case
            when patients.name_id is not null and patients.first_of_name <> patients.subject_id
                then patients.first_of_name
            when patients.name_id is not null and patients.last_of_name <> patients.subject_id
                then patients.last_of_name
        end,
        case
            when patients.phone_id is not null and patients.first_of_phone <> patients.subject_id
                then patients.first_of_phone
            when patients.phone_id is not null and patients.last_of_phone <> patients.subject_id
                then patients.last_of_phone
        end
    ) as double_of,
    arms.procedures_expected,
    cast(protocol.age_low as double) as age_low,
    cast(protocol.age_high as double) as age_high,
    cast(
        extract(year from subjects.index_date) - patients.birth_year as integer
    ) as age_by_birth_year,
    cast(extract(year from patients.diagnosis_date) as integer) as diagnosis_year,
    cast(protocol.ecog_low as double) as ecog_low,
    cast(protocol.ecog_high as double) as ecog_high,
    eligible.eligible_histology,
    eligible.eligible_cd117,
    eligible.eligible_child_pugh_class,
    histology_codes.code is not null as is_eligible_histology,
    cd117_codes.code is not null as is_eligible_cd117,
    child_pugh_codes.code is not null as is_eligible_child_pugh_class,
    cast(protocol.child_pugh_score_low as double) as child_pugh_score_low,
    cast(protocol.child_pugh_score_high as double) as child_pugh_score_high,
    protocol.recruitment_first,
    protocol.recruitment_last
from patients
cross join study.protocol as protocol
cross join eligible
left join checks.subjects as subjects
    on subjects.subject_id = patients.subject_id
left join study.arms as arms
    on arms.arm = patients.arm
left join study.not_in_cohort as others
    on others.arm = patients.arm
left join eligible_codes as histology_codes
    on histology_codes.variable = 'histology' and histology_codes.code = patients.histology
left join eligible_codes as cd117_codes
    on cd117_codes.variable = 'cd117' and cd117_codes.code = patients.cd117
left join eligible_codes as child_pugh_codes
    on child_pugh_codes.variable = 'child_pugh_class' and child_pugh_codes.code = patients.child_pugh_class
where others.arm is null
