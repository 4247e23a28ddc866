-- The overall responses that make the endpoints: those of the readers, adjudicated where the protocol says so.
-- Grain: one row a subject, reader, scope and scan date; key the same.
-- Rules: the readers' own (recist.reader_responses). Where readers of one day differ and the protocol adjudicates
-- (study.protocol.responses_adjudicated), the adjudicated response, on either reader's row, is that of the evaluator;
-- while there is none, the evaluator's own stands. Adjudication is of all lesions only.
-- decided_by: as in recist.reader_responses, or adjudicated. The source columns name the record that decided.
with differences as (
    select
        subject_id,
        scope,
        scan_date
    from recist.reader_responses
    where scope = 'ALL'
    group by subject_id, scope, scan_date
    having min(response) <> max(response)
),

adjudications as (
    select
        subject_id,
        scan_date,
        adjudicated_response,
        row_id as source_row_id,
        source_file,
        source_row,
        row_number() over (partition by subject_id, scan_date order by row_id) as place
    from clean.response_assessments
    where adjudicated_response is not null
),

applied as (
    select
        differences.subject_id,
        protocol.evaluator as reader,
        differences.scope,
        differences.scan_date,
        adjudications.adjudicated_response,
        adjudications.source_row_id,
        adjudications.source_file,
        adjudications.source_row
    from differences
    inner join adjudications
        on adjudications.subject_id = differences.subject_id
        and adjudications.scan_date = differences.scan_date
        and adjudications.place = 1
    cross join study.protocol as protocol
    where protocol.responses_adjudicated
)

select
    chosen.subject_id,
    chosen.reader,
    chosen.scope,
    chosen.scan_date,
    coalesce(applied.adjudicated_response, chosen.response) as response,
    case when applied.source_row_id is not null then 'adjudicated' else chosen.decided_by end as decided_by,
    case when applied.source_row_id is not null then 'response_assessments' else chosen.source_table end as source_table,
    case when applied.source_row_id is not null then 'adjudicated_response' else chosen.source_column end
        as source_column,
    coalesce(applied.source_row_id, chosen.source_row_id) as source_row_id,
    coalesce(applied.source_file, chosen.source_file) as source_file,
    coalesce(applied.source_row, chosen.source_row) as source_row
from recist.reader_responses as chosen
left join applied
    on applied.subject_id = chosen.subject_id
    and applied.reader = chosen.reader
    and applied.scope = chosen.scope
    and applied.scan_date = chosen.scan_date
