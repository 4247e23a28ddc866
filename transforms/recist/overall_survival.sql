-- Overall survival (OS): death from any cause up to the data cut.
-- Grain: one row a subject; key subject_id.
-- Rules: a death on the cut date is an event. Else censored at the last date known alive, without one at the start.
-- cnsr: 0 death, 1 ongoing at the data cut, 5 lost to follow-up: last known alive more than
-- study.protocol.lost_to_follow_up_days before the cut.
with times as (
    select
        subjects.subject_id,
        subjects.startdt,
        subjects.data_cut,
        deaths.death_date,
        deaths.imputation_flag,
        coalesce(alive.alive_date, subjects.startdt) as censoring_date,
        case when alive.subject_id is not null then 'Last date known alive' else 'Start of follow-up' end as cnsdtdsc,
        coalesce(deaths.source_table, alive.source_table, 'patients') as source_table,
        coalesce(deaths.source_column, alive.source_column, 'subject_id') as source_column,
        coalesce(deaths.source_row_id, alive.source_row_id, subjects.source_row_id) as source_row_id,
        coalesce(deaths.source_file, alive.source_file, subjects.source_file) as source_file,
        coalesce(deaths.source_row, alive.source_row, subjects.source_row) as source_row
    from recist.subjects as subjects
    left join recist.deaths as deaths
        on deaths.subject_id = subjects.subject_id and deaths.death_date <= subjects.data_cut
    left join recist.last_known_alive as alive
        on alive.subject_id = subjects.subject_id and alive.alive_date >= subjects.startdt
)

select
    times.subject_id,
    'OS' as paramcd,
    'ALL' as scope,
    times.startdt,
    coalesce(times.death_date, times.censoring_date) as adt,
    case
        when times.death_date is not null then 0
        when date_diff('day', times.censoring_date, times.data_cut) > protocol.lost_to_follow_up_days then 5
        else 1
    end as cnsr,
    case when times.death_date is not null then 'Death' end as evntdesc,
    case when times.death_date is null then times.cnsdtdsc end as cnsdtdsc,
    cast(null as varchar) as cmpevfl,
    times.imputation_flag as adtf,
    times.source_table,
    times.source_column,
    times.source_row_id,
    times.source_file,
    times.source_row
from times
cross join study.protocol as protocol
