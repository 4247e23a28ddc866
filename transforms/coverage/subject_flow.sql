-- The way of the subjects from the patients file into each analysis (CONSORT-type flow), every subject counted once.
-- Grain: one row a step, arm, rule and endpoint; key step, arm, rule_id, paramcd.
-- step: received (rows of the file), duplicate (exact copies), screened out (study.not_in_cohort), ineligible and set aside (whole subjects, by the first
-- rule in order of rule ids; ineligible are the rules of eligibility, DM06 to DM09 and DM11), not started (no start by
-- the data cut), analysed (by arm), and endpoint (by arm: who has a record of it; of a response who was assessed).
-- with_doubts: of the subjects of an endpoint, those of whom single records or values that concern it were set aside.
-- The steps before the arms have null as arm; who is ineligible or set aside stands there only if there is somebody.
with eligibility_rules as (
    select rule_id
    from (values ('DM06'), ('DM07'), ('DM08'), ('DM09'), ('DM11')) as listed (rule_id)
),

first_doubts as (
    select row_id, min(rule_id) as rule_id
    from quality.quarantine
    where table_name = 'patients' and scope in ('row', 'subject')
    group by row_id
),

placed as (
    select
        patients.row_id,
        case when others.arm is null then doubts.rule_id end as rule_id,
        case
            when others.arm is not null then 'screened out'
            when eligibility_rules.rule_id is not null then 'ineligible'
            when doubts.rule_id is not null then 'set aside'
            when adsl.subjid is null then 'not started'
            else 'analysed'
        end as step
    from typed.patients as patients
    left join first_doubts as doubts on doubts.row_id = patients.row_id
    left join study.not_in_cohort as others on others.arm = patients.arm
    left join eligibility_rules on eligibility_rules.rule_id = doubts.rule_id
    left join analysis.adsl as adsl on adsl.subjid = patients.subject_id
    where not patients.is_duplicate
),

titles as (
    select rule_id, min(title) as title
    from quality.findings
    group by rule_id
),

with_record as (
    select adsl.arm, adtte.paramcd, adtte.usubjid
    from analysis.adtte as adtte
    inner join analysis.adsl as adsl on adsl.usubjid = adtte.usubjid
    union
    select adsl.arm, adrs.paramcd, adrs.usubjid
    from analysis.adrs as adrs
    inner join analysis.adsl as adsl on adsl.usubjid = adrs.usubjid
    where adrs.avalc <> 'MISSING'
),

touched as (
    select arm, paramcd, count(distinct subject_id) as subjects
    from coverage.endpoint_losses
    where loss = 'touched'
    group by arm, paramcd
),

steps as (
    select 1 as step_order, 'received' as step, count(*) as subjects
    from typed.patients
    having count(*) > 0
    union all
    select 2 as step_order, 'duplicate' as step, count(case when is_duplicate then 1 end) as subjects
    from typed.patients
    having count(*) > 0
    union all
    select 3 as step_order, 'screened out' as step, count(case when step = 'screened out' then 1 end) as subjects
    from placed
    having count(*) > 0
    union all
    select 6 as step_order, 'not started' as step, count(case when step = 'not started' then 1 end) as subjects
    from placed
    having count(*) > 0
)

select
    step_order,
    step,
    cast(null as varchar) as arm,
    cast(null as varchar) as rule_id,
    cast(null as varchar) as reason,
    cast(null as varchar) as paramcd,
    subjects,
    cast(null as bigint) as with_doubts
from steps
union all
select
    case placed.step when 'ineligible' then 4 else 5 end as step_order,
    placed.step,
    cast(null as varchar) as arm,
    placed.rule_id,
    min(titles.title) as reason,
    cast(null as varchar) as paramcd,
    count(*) as subjects,
    cast(null as bigint) as with_doubts
from placed
left join titles on titles.rule_id = placed.rule_id
where placed.rule_id is not null
group by placed.step, placed.rule_id
union all
select
    7 as step_order,
    'analysed' as step,
    arms.arm,
    cast(null as varchar) as rule_id,
    cast(null as varchar) as reason,
    cast(null as varchar) as paramcd,
    count(adsl.usubjid) as subjects,
    cast(null as bigint) as with_doubts
from study.arms as arms
left join analysis.adsl as adsl on adsl.arm = arms.arm
group by arms.arm
union all
select
    8 as step_order,
    'endpoint' as step,
    arms.arm,
    cast(null as varchar) as rule_id,
    cast(null as varchar) as reason,
    endpoints.paramcd,
    count(distinct with_record.usubjid) as subjects,
    coalesce(max(touched.subjects), 0) as with_doubts
from study.arms as arms
cross join study.endpoints as endpoints
left join with_record on with_record.arm = arms.arm and with_record.paramcd = endpoints.paramcd
left join touched on touched.arm = arms.arm and touched.paramcd = endpoints.paramcd
group by arms.arm, endpoints.paramcd
