-- The last assessment from which a response could be read: where progression-free survival is censored.
-- Grain: one row a subject, reader and scope with an overall response other than NE; key the same.
with adequate as (
    select
        responses.*,
        row_number() over (partition by subject_id, reader, scope order by scan_date desc) as place
    from recist.overall_responses as responses
    where response <> 'NE'
)

select
    subject_id,
    reader,
    scope,
    scan_date as assessment_date,
    source_table,
    source_column,
    source_row_id,
    source_file,
    source_row
from adequate
where place = 1
