-- The lesions that each response looks at: scope ALL takes every lesion, scope ORGAN those of the protocol's organ.
-- Grain: one row a subject, scope and lesion; key subject_id, scope, lesion_id.
-- The source columns name the row of `lesions`.
with lesions_once as (
    select
        lesions.*,
        row_number() over (partition by lesions.subject_id, lesions.lesion_id order by lesions.row_id) as copy
    from clean.lesions as lesions
    inner join recist.subjects as subjects on subjects.subject_id = lesions.subject_id
    where lesions.lesion_id is not null
)

select
    lesions_once.subject_id,
    scopes.scope,
    lesions_once.lesion_id,
    lesions_once.lesion_class,
    lesions_once.organ,
    coalesce(lesions_once.organ = 'LYMPH NODE', false) as is_node,
    lesions_once.first_seen_date,
    lesions_once.row_id as source_row_id,
    lesions_once.source_file,
    lesions_once.source_row
from lesions_once
cross join recist.scopes as scopes
cross join study.protocol as protocol
where lesions_once.copy = 1
    and (scopes.scope = 'ALL' or lesions_once.organ = protocol.response_organ)
