-- The first complete or partial response by each reader: the first of any (RSP), and the first that is confirmed (CRSP).
-- Grain: one row a subject, reader, scope and kind; key the same. Only of responders.
-- A confirmed response dates from its first assessment, not from the one that confirms it.
with responses as (
    select
        'RSP' as kind, subject_id, reader, scope, scan_date,
        source_table, source_column, source_row_id, source_file, source_row
    from recist.considered_responses
    where response in ('CR', 'PR')
    union all
    select
        'CRSP' as kind, subject_id, reader, scope, scan_date,
        source_table, source_column, source_row_id, source_file, source_row
    from recist.confirmed_responses
),

ranked as (
    select
        responses.*,
        row_number() over (partition by kind, subject_id, reader, scope order by scan_date) as place
    from responses
)

select
    subject_id,
    reader,
    scope,
    kind,
    scan_date as response_date,
    source_table,
    source_column,
    source_row_id,
    source_file,
    source_row
from ranked
where place = 1
