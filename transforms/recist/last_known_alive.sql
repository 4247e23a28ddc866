-- The last date known alive, capped at the data cut: where overall survival is censored.
-- Grain: one row a subject with a proof of life; key subject_id.
-- Rule: the latest proof of life; who died after the cut was alive at it.
-- The source columns name the record that proves it.
with proofs as (
    select
        preference, subject_id, alive_date, source_table, source_column, source_row_id, source_file, source_row
    from recist.proofs_of_life
    union all
    select
        0 as preference,
        deaths.subject_id,
        deaths.death_date as alive_date,
        deaths.source_table,
        deaths.source_column,
        deaths.source_row_id,
        deaths.source_file,
        deaths.source_row
    from recist.deaths as deaths
    inner join recist.subjects as subjects on subjects.subject_id = deaths.subject_id
    where deaths.death_date > subjects.data_cut
),

capped as (
    select
        proofs.*,
        least(proofs.alive_date, subjects.data_cut) as capped_date
    from proofs
    inner join recist.subjects as subjects on subjects.subject_id = proofs.subject_id
),

ranked as (
    select
        capped.*,
        row_number() over (
            partition by subject_id
            order by capped_date desc, alive_date, preference, source_row_id
        ) as place
    from capped
)

select
    subject_id,
    capped_date as alive_date,
    source_table,
    source_column,
    source_row_id,
    source_file,
    source_row
from ranked
where place = 1
