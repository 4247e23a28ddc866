-- Who reads whom: the readers of a subject, and always the protocol's evaluator.
-- Grain: one row a subject, reader and scope; key the same.
select distinct
    subject_id,
    reader,
    scope
from recist.evaluated_responses
union
select
    subjects.subject_id,
    protocol.evaluator as reader,
    scopes.scope
from recist.subjects as subjects
cross join study.protocol as protocol
cross join recist.scopes as scopes
