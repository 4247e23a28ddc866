-- Procedures with what their rules compare them with.
-- Grain: one row a procedure row that is no exact copy; key row_id.
with sessions as (
    select
        procedures.*,
        case
            when procedures.procedure_date > cast('1970-01-01' as date)
                and procedures.procedure_date <= protocol.latest_plausible_date then procedures.procedure_date
        end as usable_date,
        protocol.latest_plausible_date
    from typed.procedures as procedures
    cross join study.protocol as protocol
    where not procedures.is_duplicate
),

ordered as (
    select
        row_id,
        row_number() over (partition by subject_id order by usable_date, session_number, row_id) as session_order,
        lag(usable_date) over (partition by subject_id order by usable_date, session_number, row_id) as previous_date
    from sessions
    where usable_date is not null
),

undated as (
    select distinct subject_id from sessions where usable_date is null
),

ranges as (
    select
        max(case when variable = 'procedures.iodised_oil_ml' then low end) as oil_low,
        max(case when variable = 'procedures.iodised_oil_ml' then high end) as oil_high,
        max(case when variable = 'procedures.doxorubicin_mg' then low end) as doxorubicin_low,
        max(case when variable = 'procedures.doxorubicin_mg' then high end) as doxorubicin_high,
        max(case when variable = 'procedures.interval_days' then low end) as interval_low,
        max(case when variable = 'procedures.interval_days' then high end) as interval_high
    from study.ranges
)

select
    sessions.*,
    subjects.site,
    subjects.subject_id is not null as is_known_subject,
    subjects.death_latest,
    -- A session without a usable date may stand anywhere in the order.
    case when undated.subject_id is null then ordered.session_order end as session_order,
    ordered.previous_date,
    date_diff('day', ordered.previous_date, sessions.usable_date) as days_since_previous,
    cast(ranges.oil_low as double) as oil_low,
    cast(ranges.oil_high as double) as oil_high,
    cast(ranges.doxorubicin_low as double) as doxorubicin_low,
    cast(ranges.doxorubicin_high as double) as doxorubicin_high,
    cast(ranges.interval_low as double) as interval_low,
    cast(ranges.interval_high as double) as interval_high
from sessions
cross join ranges
left join ordered
    on ordered.row_id = sessions.row_id
left join undated
    on undated.subject_id = sessions.subject_id
left join checks.subjects as subjects
    on subjects.subject_id = sessions.subject_id
