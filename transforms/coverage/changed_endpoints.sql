-- Times to event that are in both cuts, with the row of the patients file, where a rule can look at them.
-- Grain: one row a subject and endpoint in both cuts; key subject_id, paramcd.
with received as (
    select
        patients.*,
        row_number() over (partition by patients.subject_id order by patients.row_id) as place
    from typed.patients as patients
    where not patients.is_duplicate and patients.subject_id is not null
)

select
    received.row_id,
    changes.subject_id,
    received.site,
    received.source_file,
    received.source_row,
    changes.paramcd,
    changes.previous_aval,
    changes.aval,
    changes.previous_cnsr,
    changes.cnsr
from coverage.endpoints_since_last_cut as changes
left join received
    on received.subject_id = changes.subject_id and received.place = 1
