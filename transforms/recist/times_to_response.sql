-- Time to the first (unconfirmed) response, of all lesions (TTR) and of the organ's (LTTR), by the evaluator.
-- Grain: one row a subject and scope, responder or not; key the same. Among responders alone: the rows with cnsr 0.
-- Rules: recist.first_responses; who never responded is censored at the last assessment up to progression, an NE too.
-- cnsr: 0 response, 1 no response by the last assessment, 2 no assessment after the start: censored at the start.
with events as (
    select
        responses.subject_id,
        responses.scope,
        responses.response_date as event_date,
        'Response' as evntdesc,
        cast(null as varchar) as adtf,
        responses.source_table,
        responses.source_column,
        responses.source_row_id,
        responses.source_file,
        responses.source_row
    from recist.first_responses as responses
    inner join study.protocol as protocol on protocol.evaluator = responses.reader
    where responses.kind = 'RSP'
)

select
    subjects.subject_id,
    case censorings.scope when 'ALL' then 'TTR' else 'LTTR' end as paramcd,
    censorings.scope,
    subjects.startdt,
    coalesce(events.event_date, censorings.censoring_date) as adt,
    case when events.event_date is not null then 0 else censorings.cnsr end as cnsr,
    events.evntdesc,
    case when events.event_date is null then censorings.cnsdtdsc end as cnsdtdsc,
    cast(null as varchar) as cmpevfl,
    events.adtf,
    coalesce(events.source_table, censorings.source_table) as source_table,
    coalesce(events.source_column, censorings.source_column) as source_column,
    coalesce(events.source_row_id, censorings.source_row_id) as source_row_id,
    coalesce(events.source_file, censorings.source_file) as source_file,
    coalesce(events.source_row, censorings.source_row) as source_row
from recist.subjects as subjects
inner join recist.last_censorings as censorings
    on censorings.subject_id = subjects.subject_id and censorings.censored_at = 'ANY'
left join events
    on events.subject_id = subjects.subject_id and events.scope = censorings.scope
