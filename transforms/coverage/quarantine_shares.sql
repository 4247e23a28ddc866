-- The share of each arm's subjects whom the analysis lost because something was set aside.
-- Grain: one row an arm of the protocol; key arm.
-- Lost is who left overall survival, or all analysis data (who left ADSL left all of them). share_percent is null in an
-- arm without subjects.
with received as (
    select arm, count(*) as subjects
    from checks.subjects
    group by arm
),

lost as (
    select losses.arm, count(distinct losses.subject_id) as quarantined_subjects
    from coverage.endpoint_losses as losses
    left join analysis.adsl as adsl
        on adsl.subjid = losses.subject_id
    where losses.loss = 'left' and (losses.paramcd = 'OS' or adsl.subjid is null)
    group by losses.arm
)

select
    arms.arm,
    coalesce(received.subjects, 0) as subjects,
    coalesce(lost.quarantined_subjects, 0) as quarantined_subjects,
    cast(100 * coalesce(lost.quarantined_subjects, 0) as double) / received.subjects as share_percent
from study.arms as arms
left join received
    on received.arm = arms.arm
left join lost
    on lost.arm = arms.arm
