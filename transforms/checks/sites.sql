-- The sites, each with its procedures and how many of them an expected adverse event followed.
-- Grain: one row a site with procedures; key site. No record is meant, so none is named: row_id, subject and line are
-- null. Counted are dated procedures of known subjects; an event follows that began on the day or up to
-- study.safety.expected_within_days after. Where the protocol expects no term, followed_count is null.
with procedures as (
    select
        subjects.site,
        procedures.row_id,
        procedures.subject_id,
        procedures.source_file,
        procedures.procedure_date
    from typed.procedures as procedures
    inner join checks.subjects as subjects on subjects.subject_id = procedures.subject_id
    where not procedures.is_duplicate and procedures.procedure_date is not null
),

expected_events as (
    select events.subject_id, events.start_date
    from typed.adverse_events as events
    inner join study.expected_terms as expected on expected.term = events.term
    where not events.is_duplicate and events.start_date is not null
),

followed as (
    select distinct procedures.row_id
    from procedures
    cross join study.safety as safety
    inner join expected_events
        on expected_events.subject_id = procedures.subject_id
        and date_diff('day', procedures.procedure_date, expected_events.start_date)
        between 0 and safety.expected_within_days
),

expected as (
    select string_agg(lower(term), ' or ' order by term) as expected_terms
    from study.expected_terms
)

select
    cast(null as bigint) as row_id,
    cast(null as varchar) as subject_id,
    procedures.site,
    min(procedures.source_file) as source_file,
    cast(null as bigint) as source_row,
    count(*) as procedure_count,
    case when min(expected.expected_terms) is not null then count(followed.row_id) end as followed_count,
    min(expected.expected_terms) as expected_terms,
    cast(min(safety.expected_within_days) as bigint) as expected_within_days,
    cast(min(safety.least_procedures) as bigint) as least_procedures
from procedures
cross join study.safety as safety
cross join expected
left join followed on followed.row_id = procedures.row_id
where procedures.site is not null
group by procedures.site
