-- Progression-free survival, of all lesions (PFS) and of the organ's (LPFS): progression by the evaluator, or death.
-- Grain: one row a subject and scope; key the same.
-- Rules: the earlier event (recist.progressions_or_deaths). Else censored at the last adequate assessment; NE does not
-- count. cnsr: 0 event, 1 ongoing at the data cut, 2 no adequate assessment after the start: censored at the start.
select
    subjects.subject_id,
    case censorings.scope when 'ALL' then 'PFS' else 'LPFS' end as paramcd,
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
    on censorings.subject_id = subjects.subject_id and censorings.censored_at = 'ADEQUATE'
left join recist.progressions_or_deaths as events
    on events.subject_id = subjects.subject_id and events.scope = censorings.scope
