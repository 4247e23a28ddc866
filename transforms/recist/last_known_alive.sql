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

latest as (
    select
        proofs.subject_id,
        max(least(proofs.alive_date, subjects.data_cut)) as alive_date
    from proofs
    inner join recist.subjects as subjects on subjects.subject_id = proofs.subject_id
    group by proofs.subject_id
),

-- No proof is later than the latest but those after the cut, of which the first one proves it.
ranked as (
    select
        proofs.subject_id,
        latest.alive_date,
        proofs.source_table,
        proofs.source_column,
        proofs.source_row_id,
        proofs.source_file,
        proofs.source_row,
        row_number() over (
            partition by proofs.subject_id
            order by proofs.alive_date, proofs.preference, proofs.source_row_id
        ) as place
    from proofs
    inner join latest on latest.subject_id = proofs.subject_id and proofs.alive_date >= latest.alive_date
)

select
    subject_id,
    alive_date,
    source_table,
    source_column,
    source_row_id,
    source_file,
    source_row
from ranked
where place = 1
