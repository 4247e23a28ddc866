-- Follow-up contacts with the start of the clock and the death as all contacts together give it.
-- Grain: one row a contact row that is no exact copy; key row_id.
-- status_order numbers the contacts of one vital status: a fact of the subject is a finding on the first of them only.
select
    follow_up.*,
    protocol.latest_plausible_date,
    subjects.site,
    subjects.subject_id is not null as is_known_subject,
    subjects.death_latest,
    subjects.reported_death_latest,
    subjects.startdt,
    deaths.dated_death_count,
    row_number() over (partition by follow_up.subject_id, follow_up.vital_status order by follow_up.row_id)
        as status_order
from typed.follow_up as follow_up
cross join study.protocol as protocol
left join checks.subjects as subjects
    on subjects.subject_id = follow_up.subject_id
left join (
    -- A date of death that cannot be read (DT01) was given all the same.
    select subject_id, count(death_date_text) as dated_death_count
    from typed.follow_up
    where not is_duplicate and vital_status = 'DEAD'
    group by subject_id
) as deaths
    on deaths.subject_id = follow_up.subject_id
where not follow_up.is_duplicate
