-- Progression-free survival by the convention of the FDA (PFSFDA): an event after missed assessments is not counted.
-- Grain: one row a subject; key subject_id.
-- Rules: as PFS, unless the event comes more than twice the arm's longest interval and twice its tolerance
-- (study.visit_windows) after the last adequate assessment before it, or the start; then censored there. An arm without
-- a visit window has no such limit.
-- cnsr: 0 event, 1 ongoing at the data cut, 2 no adequate assessment after the start: censored at the start, 4 two or
-- more missed assessments.
-- Source: FDA, Clinical Trial Endpoints for the Approval of Cancer Drugs and Biologics (2007), appendix 3, table A.
with befores as (
    select
        candidates.subject_id,
        candidates.censoring_date,
        case when candidates.is_start then 2 else 4 end as cnsr,
        case when candidates.is_start then 'Start of follow-up' else 'Last adequate assessment before the gap' end
            as cnsdtdsc,
        candidates.source_table,
        candidates.source_column,
        candidates.source_row_id,
        candidates.source_file,
        candidates.source_row,
        events.event_date,
        row_number() over (
            partition by candidates.subject_id
            order by candidates.censoring_date desc, case when candidates.is_start then 2 else 1 end
        ) as place
    from recist.censoring_candidates as candidates
    inner join recist.progressions_or_deaths as events
        on events.subject_id = candidates.subject_id and events.scope = candidates.scope
    where candidates.scope = 'ALL' and candidates.is_adequate
        and (candidates.censoring_date < events.event_date or candidates.is_start)
),

before_gaps as (
    select befores.*
    from befores
    inner join recist.subjects as subjects on subjects.subject_id = befores.subject_id
    inner join study.visit_windows as windows on windows.arm = subjects.arm
    where befores.place = 1
        and date_diff('day', befores.censoring_date, befores.event_date)
        > 2 * windows.interval_high_days + 2 * windows.tolerance_days
),

events as (
    select events.*
    from recist.progressions_or_deaths as events
    left join before_gaps on before_gaps.subject_id = events.subject_id
    where events.scope = 'ALL' and before_gaps.subject_id is null
),

censorings as (
    select
        subject_id, censoring_date, cnsr, cnsdtdsc, source_table, source_column, source_row_id, source_file, source_row
    from before_gaps
    union all
    select
        lasts.subject_id,
        lasts.censoring_date,
        lasts.cnsr,
        lasts.cnsdtdsc,
        lasts.source_table,
        lasts.source_column,
        lasts.source_row_id,
        lasts.source_file,
        lasts.source_row
    from recist.last_censorings as lasts
    left join before_gaps on before_gaps.subject_id = lasts.subject_id
    where lasts.scope = 'ALL' and lasts.censored_at = 'ADEQUATE' and before_gaps.subject_id is null
)

select
    subjects.subject_id,
    'PFSFDA' as paramcd,
    'ALL' as scope,
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
inner join censorings on censorings.subject_id = subjects.subject_id
left join events on events.subject_id = subjects.subject_id
