-- Time to progression of the organ (TTLP): a progression of its lesions by the evaluator; death competes with it.
-- Grain: one row a subject; key subject_id.
-- Rules: progression and death of one day are a progression. A death before progression ends the time and is neither the
-- event nor a censoring: cnsr 6, cmpevfl 'Y', for a cumulative incidence (where deaths are censored, 1 - Kaplan-Meier
-- overstates it). Else censored at the last assessment, an NE too: it is imaging of the organ.
-- cnsr: 0 event, 1 ongoing at the data cut, 2 no assessment after the start: censored at the start, 6 competing death.
select
    subjects.subject_id,
    'TTLP' as paramcd,
    'ORGAN' as scope,
    subjects.startdt,
    coalesce(events.event_date, censorings.censoring_date) as adt,
    case
        when events.is_progression then 0
        when events.event_date is not null then 6
        else censorings.cnsr
    end as cnsr,
    case when events.is_progression or events.event_date is null then events.evntdesc else 'Death (competing)' end
        as evntdesc,
    case
        when events.event_date is null then censorings.cnsdtdsc
        when not events.is_progression then 'Date of death'
    end as cnsdtdsc,
    case when not events.is_progression then 'Y' end as cmpevfl,
    events.adtf,
    coalesce(events.source_table, censorings.source_table) as source_table,
    coalesce(events.source_column, censorings.source_column) as source_column,
    coalesce(events.source_row_id, censorings.source_row_id) as source_row_id,
    coalesce(events.source_file, censorings.source_file) as source_file,
    coalesce(events.source_row, censorings.source_row) as source_row
from recist.subjects as subjects
inner join recist.last_censorings as censorings
    on censorings.subject_id = subjects.subject_id
    and censorings.scope = 'ORGAN' and censorings.censored_at = 'ANY'
left join recist.progressions_or_deaths as events
    on events.subject_id = subjects.subject_id and events.scope = 'ORGAN'
