-- The first progression by the evaluator or death, up to the data cut: what ends progression-free time.
-- Grain: one row a subject and scope with such an event; key the same.
-- Rule: the earlier of the two; progression and death of one day are a progression. is_progression says which it was.
with events as (
    select
        progressions.subject_id,
        progressions.scope,
        progressions.progression_date as event_date,
        true as is_progression,
        case progressions.scope
            when 'ALL' then 'Disease progression'
            else 'Disease progression (' || lower(protocol.response_organ) || ')'
        end as evntdesc,
        cast(null as varchar) as adtf,
        progressions.source_table,
        progressions.source_column,
        progressions.source_row_id,
        progressions.source_file,
        progressions.source_row
    from recist.first_progressions as progressions
    inner join study.protocol as protocol on protocol.evaluator = progressions.reader
    union all
    select
        deaths.subject_id,
        scopes.scope,
        deaths.death_date as event_date,
        false as is_progression,
        'Death' as evntdesc,
        deaths.imputation_flag as adtf,
        deaths.source_table,
        deaths.source_column,
        deaths.source_row_id,
        deaths.source_file,
        deaths.source_row
    from recist.deaths as deaths
    inner join recist.subjects as subjects
        on subjects.subject_id = deaths.subject_id and deaths.death_date <= subjects.data_cut
    cross join recist.scopes as scopes
),

ranked as (
    select
        events.*,
        row_number() over (
            partition by subject_id, scope
            order by event_date, case when is_progression then 1 else 2 end
        ) as place
    from events
)

select
    subject_id,
    scope,
    event_date,
    is_progression,
    evntdesc,
    adtf,
    source_table,
    source_column,
    source_row_id,
    source_file,
    source_row
from ranked
where place = 1
