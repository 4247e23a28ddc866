-- The best overall response, unconfirmed, of all lesions and of the organ's.
-- Grain: one row a subject, reader and scope, for the protocol's evaluator also without any assessment; key the same.
-- Rules: of recist.considered_responses, the first that applies: CR; PR; SD, then NON-CR/NON-PD, from
-- study.protocol.stable_disease_days after the start on; PD; NE where an assessment is left; MISSING where there is none
-- after the start.
-- The date and the source are those of the first assessment with that response; MISSING has no date and names the row
-- of `patients`.
with candidates as (
    select
        considered.*,
        case
            when response = 'CR' then 1
            when response = 'PR' then 2
            when response = 'SD' and days_from_start >= protocol.stable_disease_days then 3
            when response = 'NON-CR/NON-PD' and days_from_start >= protocol.stable_disease_days then 4
            when response = 'PD' then 5
            else 6
        end as candidate_rank
    from recist.considered_responses as considered
    cross join study.protocol as protocol
),

ranked as (
    select
        candidates.*,
        row_number() over (partition by subject_id, reader, scope order by candidate_rank, scan_date) as place
    from candidates
)

select
    readers.subject_id,
    readers.reader,
    readers.scope,
    case coalesce(ranked.candidate_rank, 7)
        when 1 then 'CR'
        when 2 then 'PR'
        when 3 then 'SD'
        when 4 then 'NON-CR/NON-PD'
        when 5 then 'PD'
        when 6 then 'NE'
        else 'MISSING'
    end as best_response,
    ranked.scan_date as response_date,
    coalesce(ranked.source_table, 'patients') as source_table,
    coalesce(ranked.source_column, 'subject_id') as source_column,
    coalesce(ranked.source_row_id, subjects.source_row_id) as source_row_id,
    coalesce(ranked.source_file, subjects.source_file) as source_file,
    coalesce(ranked.source_row, subjects.source_row) as source_row
from recist.subject_readers as readers
inner join recist.subjects as subjects on subjects.subject_id = readers.subject_id
left join ranked
    on ranked.subject_id = readers.subject_id
    and ranked.reader = readers.reader
    and ranked.scope = readers.scope
    and ranked.place = 1
