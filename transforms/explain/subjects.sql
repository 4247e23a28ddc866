-- Who a subject is in the cut: arm, start and its source, and if it is not in the cut, why.
-- Grain: one row a subject_id of the patients file, exact copies aside (the first row counts); key subject_id.
-- status, the first that applies:
--   IN THE CUT       a row of recist.subjects
--   SET ASIDE        every row of the subject in `patients` was quarantined
--   NO ARM           the arm is none of the protocol's
--   NO START         the event that starts the clock is unknown
--   AFTER THE CUT    it starts after the data cut
-- start_event: first_procedure, first_treatment (a procedure or a drug) or index_date (study.arms). usubjid: the subject_id
-- of who is not in the cut. The start_ columns name the row that has the start, the source
-- columns the row of `patients`. As of the data cut: a later death is none, but shows that the subject was alive.
with patients_once as (
    select
        patients.*,
        row_number() over (partition by patients.subject_id order by patients.row_id) as copy
    from typed.patients as patients
    where patients.subject_id is not null and not patients.is_duplicate
),

published as (
    select distinct subject_id
    from clean.patients
),

treatments as (
    select
        'first_procedure' as start_event, subject_id, procedure_date as treatment_date, 'procedures' as source_table,
        row_id, source_file, source_row
    from clean.procedures
    union all
    select
        'first_treatment' as start_event, subject_id, procedure_date as treatment_date, 'procedures' as source_table,
        row_id, source_file, source_row
    from clean.procedures
    union all
    select
        'first_treatment' as start_event, subject_id, start_date as treatment_date, 'drug_courses' as source_table,
        row_id, source_file, source_row
    from clean.drug_courses
),

first_treatments as (
    select
        treatments.*,
        row_number() over (
            partition by start_event, subject_id
            order by treatment_date, source_table desc, row_id
        ) as place
    from treatments
    where treatment_date is not null
),

starts as (
    select
        patients_once.subject_id,
        arms.arm as known_arm,
        arms.label as arm_label,
        arms.start_from as start_event,
        case when arms.start_from = 'index_date' then patients_once.index_date else firsts.treatment_date end
            as start_date,
        case when arms.start_from = 'index_date' then 'patients' else firsts.source_table end as start_table,
        case when arms.start_from = 'index_date' then patients_once.row_id else firsts.row_id end as start_row_id,
        case when arms.start_from = 'index_date' then patients_once.source_file else firsts.source_file end
            as start_file,
        case when arms.start_from = 'index_date' then patients_once.source_row else firsts.source_row end as start_row
    from patients_once
    left join study.arms as arms on arms.arm = patients_once.arm
    left join first_treatments as firsts
        on firsts.subject_id = patients_once.subject_id
        and firsts.start_event = arms.start_from
        and firsts.place = 1
    where patients_once.copy = 1
)

select
    patients_once.subject_id,
    coalesce(subjects.usubjid, patients_once.subject_id) as usubjid,
    patients_once.site,
    coalesce(subjects.arm, patients_once.arm) as arm,
    starts.arm_label,
    case
        when subjects.subject_id is not null then 'IN THE CUT'
        when published.subject_id is null then 'SET ASIDE'
        when starts.known_arm is null then 'NO ARM'
        when starts.start_date is null then 'NO START'
        else 'AFTER THE CUT'
    end as status,
    coalesce(subjects.startdt, starts.start_date) as startdt,
    starts.start_event,
    starts.start_table,
    starts.start_row_id,
    starts.start_file,
    starts.start_row,
    protocol.data_cut,
    date_diff('day', subjects.startdt, protocol.data_cut) + 1 as cut_ady,
    protocol.evaluator,
    protocol.response_organ,
    protocol.response_source,
    case when deaths.death_date <= protocol.data_cut then deaths.death_date end as death_date,
    case when deaths.death_date <= protocol.data_cut then deaths.imputation_flag end as death_imputation,
    alive.alive_date as last_alive_date,
    therapies.therapy_date as new_therapy_date,
    patients_once.row_id as source_row_id,
    patients_once.source_file,
    patients_once.source_row
from patients_once
inner join starts on starts.subject_id = patients_once.subject_id
cross join study.protocol as protocol
left join published on published.subject_id = patients_once.subject_id
left join recist.subjects as subjects on subjects.subject_id = patients_once.subject_id
left join recist.deaths as deaths on deaths.subject_id = patients_once.subject_id
left join recist.last_known_alive as alive on alive.subject_id = patients_once.subject_id
left join recist.new_therapies as therapies on therapies.subject_id = patients_once.subject_id
where patients_once.copy = 1
