-- The lesions of a subject, and from which day a new one counts.
-- Grain: one row a subject and lesion; key subject_id, lesion_id.
-- counts_from: of a new lesion the day of recist.new_lesion_sightings, null where it was there at the start already.
-- The source columns name the row of `lesions`.
select
    lesions.subject_id,
    lesions.lesion_id,
    lesions.organ,
    lesions.lesion_class,
    lesions.is_node,
    coalesce(lesions.organ = protocol.response_organ, false) as is_of_organ,
    lesions.first_seen_date,
    sightings.seen_date as counts_from,
    'lesions' as source_table,
    lesions.source_row_id,
    lesions.source_file,
    lesions.source_row
from recist.lesion_scopes as lesions
cross join study.protocol as protocol
left join recist.new_lesion_sightings as sightings
    on sightings.subject_id = lesions.subject_id
    and sightings.scope = lesions.scope
    and sightings.lesion_id = lesions.lesion_id
where lesions.scope = 'ALL'
