-- Subjects of the cut before with what became of them, where a rule can look at them.
-- Grain: one row a subject_id of the cut before; key subject_id. A subject who vanished has no row of the patients file.
-- Null lets pass: who was set aside has no start and no death in the analysis data.
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
    changes.in_current,
    changes.previous_is_dead,
    changes.is_dead,
    changes.previous_dthdt,
    changes.dthdt,
    abs(date_diff('day', changes.previous_dthdt, changes.dthdt)) as death_moved_days,
    -- DS07 of the catalogue: a week is a matter of entry, more is another death.
    cast(7 as bigint) as death_moved_limit_days
from coverage.since_last_cut as changes
left join received
    on received.subject_id = changes.subject_id and received.place = 1
where changes.in_previous
