-- Duration of response, of responders only: from the first response (RSD), or the first that was confirmed (CRSD).
-- Grain: one row a responder, scope and kind of response; key the same. LRSD and LCRSD are of the organ's lesions.
-- Rules: ends with progression by the evaluator or death; else censored at the last adequate assessment. startdt is the
-- day of the response (of a confirmed one its first assessment), so that a response of one day lasts 1.
-- cnsr: 0 event, 1 ongoing at the data cut.
select
    responses.subject_id,
    case responses.scope when 'ORGAN' then 'L' else '' end
    || case responses.kind when 'CRSP' then 'CRSD' else 'RSD' end as paramcd,
    responses.scope,
    responses.response_date as startdt,
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
from recist.first_responses as responses
inner join study.protocol as protocol on protocol.evaluator = responses.reader
inner join recist.last_censorings as censorings
    on censorings.subject_id = responses.subject_id
    and censorings.scope = responses.scope and censorings.censored_at = 'ADEQUATE'
left join recist.progressions_or_deaths as events
    on events.subject_id = responses.subject_id and events.scope = responses.scope
