-- What was set aside costs each endpoint, by arm.
-- Grain: one row an arm and endpoint of the protocol; key arm, paramcd.
-- subjects: received in the arm; lost and touched: as in coverage.endpoint_losses; percent: lost of subjects, null in
-- an arm without subjects; lost_subjects: who and by which rules, 'S1 (DM06, EX02); S7 (TR01)', null where none.
with received as (
    select arm, count(*) as subjects
    from checks.subjects
    group by arm
),

losses as (
    select
        arm,
        paramcd,
        count(case when loss = 'left' then 1 end) as lost,
        count(case when loss = 'touched' then 1 end) as touched,
        string_agg(case when loss = 'left' then subject_id || ' (' || rule_ids || ')' end, '; ' order by subject_id)
            as lost_subjects
    from coverage.endpoint_losses
    group by arm, paramcd
)

select
    arms.arm,
    endpoints.paramcd,
    coalesce(received.subjects, 0) as subjects,
    coalesce(losses.lost, 0) as lost,
    coalesce(losses.touched, 0) as touched,
    cast(100 * coalesce(losses.lost, 0) as double) / received.subjects as percent,
    losses.lost_subjects
from study.arms as arms
cross join study.endpoints as endpoints
left join received
    on received.arm = arms.arm
left join losses
    on losses.arm = arms.arm and losses.paramcd = endpoints.paramcd
