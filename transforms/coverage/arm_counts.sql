-- Subjects of each arm in the analysis data beside the number that the protocol states.
-- Grain: one row an arm of the protocol; key arm. Without a stated number there is nothing to hold it against.
with counted as (
    select arm, count(*) as subjects
    from analysis.adsl
    group by arm
)

select
    cast(null as bigint) as row_id,
    cast(null as varchar) as subject_id,
    cast(null as varchar) as site,
    cast(null as varchar) as source_file,
    cast(null as bigint) as source_row,
    arms.arm,
    coalesce(counted.subjects, 0) as subjects,
    cast(arms.expected_subjects as bigint) as expected_subjects
from study.arms as arms
left join counted
    on counted.arm = arms.arm
