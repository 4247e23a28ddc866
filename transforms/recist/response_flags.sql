-- Whether a subject responded, kept the response, benefited, progressed and was under control, by the evaluator.
-- Grain: one row a subject, scope and kind; key the same. All subjects, whether assessed or not.
-- RSP   a response (unconfirmed); CRSP a confirmed one; CB clinical benefit; PD progression, whenever it came
-- DCDAY disease control at study.protocol.disease_control_day: Y where the progression-free time (PFS, LPFS) is longer,
--       N where it ended with an event by then, null where it was censored by then: nobody knows
-- flag_date: the first assessment that shows it; of DCDAY the end of the progression-free time. An N has no date and
-- names the row of `patients`.
with kinds as (
    select kind
    from (values ('RSP'), ('CRSP'), ('CB'), ('PD')) as listed (kind)
),

found as (
    select
        responses.kind, responses.subject_id, responses.scope, responses.response_date as flag_date,
        responses.source_table, responses.source_row_id, responses.source_file, responses.source_row
    from recist.first_responses as responses
    inner join study.protocol as protocol on protocol.evaluator = responses.reader
    union all
    select
        'CB' as kind, benefits.subject_id, benefits.scope, benefits.benefit_date as flag_date,
        benefits.source_table, benefits.source_row_id, benefits.source_file, benefits.source_row
    from recist.clinical_benefits as benefits
    inner join study.protocol as protocol on protocol.evaluator = benefits.reader
    union all
    select
        'PD' as kind, progressions.subject_id, progressions.scope, progressions.progression_date as flag_date,
        progressions.source_table, progressions.source_row_id, progressions.source_file, progressions.source_row
    from recist.first_progressions as progressions
    inner join study.protocol as protocol on protocol.evaluator = progressions.reader
)

select
    subjects.subject_id,
    scopes.scope,
    kinds.kind,
    case when found.subject_id is not null then 'Y' else 'N' end as flag,
    found.flag_date,
    coalesce(found.source_table, 'patients') as source_table,
    coalesce(found.source_row_id, subjects.source_row_id) as source_row_id,
    coalesce(found.source_file, subjects.source_file) as source_file,
    coalesce(found.source_row, subjects.source_row) as source_row
from recist.subjects as subjects
cross join recist.scopes as scopes
cross join kinds
left join found
    on found.subject_id = subjects.subject_id and found.scope = scopes.scope and found.kind = kinds.kind
union all
select
    times.subject_id,
    times.scope,
    'DCDAY' as kind,
    case
        when date_diff('day', times.startdt, times.adt) + 1 > protocol.disease_control_day then 'Y'
        when times.cnsr = 0 then 'N'
    end as flag,
    times.adt as flag_date,
    times.source_table,
    times.source_row_id,
    times.source_file,
    times.source_row
from recist.progression_free_survival as times
cross join study.protocol as protocol
where protocol.disease_control_day is not null
