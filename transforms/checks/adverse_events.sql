-- Adverse events with the start of the clock, the death, and the spell of the same term before.
-- Grain: one row an adverse event row that is no exact copy; key row_id.
with events as (
    select
        adverse_events.*,
        protocol.latest_plausible_date,
        protocol.ctcae_version as protocol_ctcae_version,
        case
            when adverse_events.start_date > cast('1970-01-01' as date)
                and adverse_events.start_date <= protocol.latest_plausible_date then adverse_events.start_date
        end as usable_start,
        case
            when adverse_events.end_date_text is null and adverse_events.outcome = 'ONGOING'
                then protocol.latest_plausible_date
            when adverse_events.end_date > cast('1970-01-01' as date)
                and adverse_events.end_date <= protocol.latest_plausible_date then adverse_events.end_date
        end as runs_to
    from typed.adverse_events as adverse_events
    cross join study.protocol as protocol
    where not adverse_events.is_duplicate
),

ordered as (
    select
        row_id,
        lag(usable_start) over (partition by subject_id, term order by usable_start, row_id) as previous_start,
        lag(runs_to) over (partition by subject_id, term order by usable_start, row_id) as previous_runs_to
    from events
    where usable_start is not null and term is not null
)

select
    events.*,
    subjects.site,
    subjects.subject_id is not null as is_known_subject,
    subjects.death_latest,
    subjects.is_dead,
    subjects.startdt,
    cast(terms.highest_grade as integer) as highest_grade,
    -- Life-threatening (4) and fatal (5) events are serious by definition (ICH E2A).
    cast(4 as integer) as serious_from_grade,
    ordered.previous_start,
    ordered.previous_runs_to
from events
left join ordered
    on ordered.row_id = events.row_id
left join study.ae_terms as terms
    on terms.term = events.term
left join checks.subjects as subjects
    on subjects.subject_id = events.subject_id
