-- How long ago each living subject was last heard of.
-- Grain: one row a subject of the patients file of whom no death is reported; key subject_id.
-- A contact is a record of any kind; one after the data cut gives a negative number of days. Of whom there is no record
-- at all the contact is overdue.
select
    subjects.subject_id,
    subjects.site,
    subjects.arm,
    totals.last_contact_date,
    totals.days_contact_to_cut as days_since_contact,
    totals.contact_window_days as window_days,
    coalesce(totals.days_contact_to_cut > totals.contact_window_days, true) as is_overdue
from checks.subjects as subjects
inner join checks.subject_totals as totals
    on totals.subject_id = subjects.subject_id
where not subjects.is_dead
