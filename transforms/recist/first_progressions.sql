-- The first progression by each reader, of all lesions and of the organ's.
-- Grain: one row a subject, reader and scope with an overall response of PD; key the same.
-- The source columns name what showed it: a target, a non-target or a new lesion.
with progressions as (
    select
        responses.*,
        row_number() over (partition by subject_id, reader, scope order by scan_date) as place
    from recist.evaluated_responses as responses
    where response = 'PD'
)

select
    subject_id,
    reader,
    scope,
    scan_date as progression_date,
    decided_by,
    source_table,
    source_column,
    source_row_id,
    source_file,
    source_row
from progressions
where place = 1
