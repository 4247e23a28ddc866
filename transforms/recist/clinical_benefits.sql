-- The first assessment that shows a clinical benefit: a response, or a disease that has been stable for long enough.
-- Grain: one row a subject, reader and scope with a clinical benefit; key the same.
-- Rule: of recist.considered_responses, a CR or PR; or SD or NON-CR/NON-PD from study.protocol.clinical_benefit_days after
-- the start on.
with benefits as (
    select
        considered.*,
        row_number() over (partition by subject_id, reader, scope order by scan_date) as place
    from recist.considered_responses as considered
    cross join study.protocol as protocol
    where considered.response in ('CR', 'PR')
        or (
            considered.response in ('SD', 'NON-CR/NON-PD')
            and considered.days_from_start >= protocol.clinical_benefit_days
        )
)

select
    subject_id,
    reader,
    scope,
    scan_date as benefit_date,
    source_table,
    source_column,
    source_row_id,
    source_file,
    source_row
from benefits
where place = 1
