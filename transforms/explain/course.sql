-- The dated records around the assessments: start, treatment, the last day known alive, and death.
-- Grain: one row a dated record; key subject_id, kind, start_date, source_table, source_row_id. Up to the data cut.
-- ady, end_ady: days from the start on, which is day 1; there is no day 0.
-- kind: START; PROCEDURE, its number in detail; DRUG, a course with its end (null: it goes on) and in detail the drug;
-- NEW LESION, in detail the lesion; NEW THERAPY, from which on the regimen is no longer the study's; LAST ALIVE; DEATH.
with records as (
    select
        subject_id, 'START' as kind, startdt as start_date, cast(null as date) as end_date,
        start_event as detail, start_table as source_table, start_row_id as source_row_id,
        start_file as source_file, start_row as source_row
    from explain.subjects
    where status = 'IN THE CUT'
    union all
    select
        subject_id, 'PROCEDURE' as kind, procedure_date as start_date, cast(null as date) as end_date,
        cast(session_number as varchar) as detail, 'procedures' as source_table, row_id as source_row_id,
        source_file, source_row
    from clean.procedures
    where procedure_date is not null
    union all
    select
        subject_id, 'DRUG' as kind, start_date, end_date,
        case drug when 'OTHER' then coalesce(drug_text, drug) else drug end as detail, 'drug_courses' as source_table,
        row_id as source_row_id, source_file, source_row
    from clean.drug_courses
    where start_date is not null
    union all
    select
        subject_id, 'NEW LESION' as kind, counts_from as start_date, cast(null as date) as end_date,
        lesion_id as detail, source_table, source_row_id, source_file, source_row
    from explain.lesions
    where counts_from is not null
    union all
    select
        therapies.subject_id, 'NEW THERAPY' as kind, therapies.therapy_date as start_date,
        cast(null as date) as end_date, cast(null as varchar) as detail, cast(null as varchar) as source_table,
        cast(null as bigint) as source_row_id, cast(null as varchar) as source_file, cast(null as bigint) as source_row
    from recist.new_therapies as therapies
    union all
    select
        subject_id, 'LAST ALIVE' as kind, alive_date as start_date, cast(null as date) as end_date,
        source_column as detail, source_table, source_row_id, source_file, source_row
    from recist.last_known_alive
    union all
    select
        subject_id, 'DEATH' as kind, death_date as start_date, cast(null as date) as end_date,
        imputation_flag as detail, source_table, source_row_id, source_file, source_row
    from recist.deaths
)

select
    records.subject_id,
    records.kind,
    records.start_date,
    case when records.end_date <= subjects.data_cut then records.end_date end as end_date,
    date_diff('day', subjects.startdt, records.start_date)
    + case when records.start_date >= subjects.startdt then 1 else 0 end as ady,
    case when records.end_date <= subjects.data_cut
        then date_diff('day', subjects.startdt, records.end_date)
        + case when records.end_date >= subjects.startdt then 1 else 0 end
    end as end_ady,
    records.detail,
    records.source_table,
    records.source_row_id,
    records.source_file,
    records.source_row
from records
inner join recist.subjects as subjects
    on subjects.subject_id = records.subject_id and records.start_date <= subjects.data_cut
