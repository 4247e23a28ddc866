-- Progression-free survival of the regimen alone (PFSNACT): what comes after a new anticancer therapy is not seen.
-- Grain: one row a subject; key subject_id.
-- Rules: as PFS, for an event strictly before the new therapy (recist.new_therapies); a PD on its very day counts, a
-- death on it does not. Else censored at the last adequate assessment before the therapy.
-- cnsr: 0 event, 1 ongoing at the data cut, 2 no adequate assessment after the start (and before the therapy): censored
-- at the start, 3 new anticancer therapy.
with events as (
    select events.*
    from recist.progressions_or_deaths as events
    left join recist.new_therapies as therapies on therapies.subject_id = events.subject_id
    where events.scope = 'ALL'
        and (
            therapies.therapy_date is null
            or events.event_date < therapies.therapy_date
            or (events.event_date = therapies.therapy_date and events.is_progression)
        )
),

before_therapy as (
    select
        candidates.*,
        row_number() over (
            partition by candidates.subject_id
            order by candidates.censoring_date desc, case when candidates.is_start then 2 else 1 end
        ) as place
    from recist.censoring_candidates as candidates
    inner join recist.new_therapies as therapies on therapies.subject_id = candidates.subject_id
    where candidates.scope = 'ALL' and candidates.is_adequate
        and (candidates.censoring_date < therapies.therapy_date or candidates.is_start)
),

censorings as (
    select
        subject_id,
        censoring_date,
        case when is_start then 2 else 3 end as cnsr,
        case when is_start then 'Start of follow-up' else 'Last adequate assessment before the new therapy' end
            as cnsdtdsc,
        source_table,
        source_column,
        source_row_id,
        source_file,
        source_row
    from before_therapy
    where place = 1
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
    left join recist.new_therapies as therapies on therapies.subject_id = lasts.subject_id
    where lasts.scope = 'ALL' and lasts.censored_at = 'ADEQUATE' and therapies.subject_id is null
)

select
    subjects.subject_id,
    'PFSNACT' as paramcd,
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
