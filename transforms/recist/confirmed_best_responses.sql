-- The confirmed best overall response, of all lesions and of the organ's.
-- Grain: one row a subject, reader and scope, for the protocol's evaluator also without any assessment; key the same.
-- Rules: of recist.considered_responses, the first that applies: a CR, then a PR, that recist.confirmed_responses has; SD
-- from study.protocol.stable_disease_days after the start on, which a CR or PR there is too; NON-CR/NON-PD from that day
-- on; PD; NE where an assessment is left; MISSING where there is none after the start.
-- The date and the source are those of the first assessment with that response; MISSING has no date and names the row
-- of `patients`.
with candidates as (
    select
        considered.*,
        case
            when confirmed.response = 'CR' then 1
            when confirmed.response = 'PR' then 2
            when considered.response in ('CR', 'PR', 'SD')
                and considered.days_from_start >= protocol.stable_disease_days then 3
            when considered.response = 'NON-CR/NON-PD'
                and considered.days_from_start >= protocol.stable_disease_days then 4
            when considered.response = 'PD' then 5
            else 6
        end as candidate_rank
    from recist.considered_responses as considered
    cross join study.protocol as protocol
    left join recist.confirmed_responses as confirmed
        on confirmed.subject_id = considered.subject_id
        and confirmed.reader = considered.reader
        and confirmed.scope = considered.scope
        and confirmed.scan_date = considered.scan_date
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
