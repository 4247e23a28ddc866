-- Subjects of the analysis of one cut who are not in that of the other.
-- Grain: one row a subject in exactly one of the two; key subject_id. change: 'added' or 'gone'.
-- reason: whether the subject was in the extract of the other cut, and set aside there, or not in it at all.
with both_cuts as (
    select
        coalesce(later.subjid, earlier.subjid) as subject_id,
        coalesce(later.arm, earlier.arm) as arm,
        later.subjid is not null as is_in_later,
        earlier.subjid is not null as is_in_earlier
    from later.adsl as later
    full outer join earlier.adsl as earlier
        on earlier.subjid = later.subjid
),

received_earlier as (
    select distinct subject_id
    from earlier.patients
),

received_later as (
    select distinct subject_id
    from later.patients
)

select
    both_cuts.subject_id,
    both_cuts.arm,
    case when both_cuts.is_in_later then 'added' else 'gone' end as change,
    case
        when both_cuts.is_in_later and received_earlier.subject_id is not null then 'was in the extract and not analysed'
        when both_cuts.is_in_later then 'was not in the extract'
        when received_later.subject_id is not null then 'is in the extract and not analysed'
        else 'is not in the extract'
    end as reason
from both_cuts
left join received_earlier
    on received_earlier.subject_id = both_cuts.subject_id
left join received_later
    on received_later.subject_id = both_cuts.subject_id
where not (both_cuts.is_in_later and both_cuts.is_in_earlier)
