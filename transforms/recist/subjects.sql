-- The subjects of the cut and the day on which their clock starts.
-- Grain: one row a subject whose start is known and not after the data cut; key subject_id.
-- Rule: the arm says which event starts the clock (study.arms.start_from): the first procedure, the first treatment
-- (procedure or drug course), or the index date. Who is of no arm (study.not_in_cohort: a screen failure) is no subject.
-- The source columns name the row of `patients`.
with patients_once as (
    select
        patients.*,
        row_number() over (partition by patients.subject_id order by patients.row_id) as copy
    from clean.patients as patients
    where patients.subject_id is not null
),

first_procedures as (
    select
        subject_id,
        min(procedure_date) as first_procedure_date
    from clean.procedures
    group by subject_id
),

first_treatments as (
    select
        subject_id,
        min(treatment_date) as first_treatment_date
    from (
        select subject_id, procedure_date as treatment_date from clean.procedures
        union all
        select subject_id, start_date as treatment_date from clean.drug_courses
    ) as treatments
    group by subject_id
),

starts as (
    select
        patients_once.subject_id,
        patients_once.site,
        patients_once.arm,
        arms.arm_order,
        case arms.start_from
            when 'first_procedure' then first_procedures.first_procedure_date
            when 'first_treatment' then first_treatments.first_treatment_date
            when 'index_date' then patients_once.index_date
        end as startdt,
        patients_once.row_id as source_row_id,
        patients_once.source_file,
        patients_once.source_row
    from patients_once
    inner join study.arms as arms on arms.arm = patients_once.arm
    left join first_procedures on first_procedures.subject_id = patients_once.subject_id
    left join first_treatments on first_treatments.subject_id = patients_once.subject_id
    where patients_once.copy = 1
)

select
    protocol.usubjid_prefix || starts.subject_id as usubjid,
    starts.subject_id,
    starts.site,
    starts.arm,
    starts.arm_order,
    starts.startdt,
    protocol.data_cut,
    starts.source_row_id,
    starts.source_file,
    starts.source_row
from starts
cross join study.protocol as protocol
where starts.startdt <= protocol.data_cut
