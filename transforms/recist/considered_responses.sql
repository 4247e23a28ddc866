-- The responses that a best response is made of: up to and including the first PD, before new anticancer therapy.
-- Grain: one row a subject, reader, scope and scan date; key the same.
-- A PD on the very day of the new therapy counts. days_from_start: 0 on the day of the start.
select
    responses.*,
    date_diff('day', subjects.startdt, responses.scan_date) as days_from_start
from recist.evaluated_responses as responses
inner join recist.subjects as subjects on subjects.subject_id = responses.subject_id
left join recist.first_progressions as progressions
    on progressions.subject_id = responses.subject_id
    and progressions.reader = responses.reader
    and progressions.scope = responses.scope
left join recist.new_therapies as therapies on therapies.subject_id = responses.subject_id
where (progressions.progression_date is null or responses.scan_date <= progressions.progression_date)
    and (
        therapies.therapy_date is null
        or responses.scan_date < therapies.therapy_date
        or (responses.scan_date = therapies.therapy_date and responses.response = 'PD')
    )
