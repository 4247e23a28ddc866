-- The date of death, imputed where its day is missing.
-- Grain: one row a subject with a date of death, also after the data cut; key subject_id.
-- Rules: the earliest date of the contacts that report the death, a full date before one of which the day is missing.
-- Day missing: the latest of the first of that month, the last date known alive and, in the month of the start, the
-- start (the subject lived then); imputation_flag 'D' (ADaM ADTF). A month before that of the start is not moved.
-- The source columns name the row of `follow_up`.
with reports as (
    select
        follow_up.*,
        row_number() over (
            partition by follow_up.subject_id
            order by
                case when follow_up.death_date_precision is null then 1 else 2 end,
                follow_up.death_date,
                follow_up.row_id
        ) as place
    from clean.follow_up as follow_up
    inner join recist.subjects as subjects on subjects.subject_id = follow_up.subject_id
    where follow_up.vital_status = 'DEAD' and follow_up.death_date is not null
),

last_proofs as (
    select
        subject_id,
        max(alive_date) as alive_date
    from recist.proofs_of_life
    group by subject_id
)

select
    reports.subject_id,
    case
        when reports.death_date_precision = 'D'
            then greatest(
                reports.death_date,
                coalesce(last_proofs.alive_date, reports.death_date),
                case
                    when date_trunc('month', subjects.startdt) = reports.death_date then subjects.startdt
                    else reports.death_date
                end
            )
        else reports.death_date
    end as death_date,
    reports.death_date_precision as imputation_flag,
    'follow_up' as source_table,
    'death_date' as source_column,
    reports.row_id as source_row_id,
    reports.source_file,
    reports.source_row
from reports
inner join recist.subjects as subjects on subjects.subject_id = reports.subject_id
left join last_proofs on last_proofs.subject_id = reports.subject_id
where reports.place = 1
