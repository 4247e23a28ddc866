-- The best overall response, unconfirmed (kind 'best') and confirmed ('confirmed best'), of all lesions and of the organ's.
-- Grain: one row a subject, reader, scope and kind, for the protocol's evaluator also without any assessment; key the same.
-- Rules: of recist.considered_responses, the first that applies: CR; PR; SD, then NON-CR/NON-PD, from
-- study.protocol.stable_disease_days after the start on; PD; NE where an assessment is left; MISSING where there is none
-- after the start. Of the confirmed one a CR or PR counts as such where recist.confirmed_responses has it, and else as SD
-- from that day on.
-- The date and the source are those of the first assessment with that response; MISSING has no date and names the row
-- of `patients`.
with kinds as (
    select kind from (values ('best'), ('confirmed best')) as listed (kind)
),

counted as (
    select considered.*, 'best' as kind, considered.response as counts_as
    from recist.considered_responses as considered
    union all
    select
        considered.*,
        'confirmed best' as kind,
        case
            when confirmed.response is not null then confirmed.response
            when considered.response in ('CR', 'PR') then 'SD'
            else considered.response
        end as counts_as
    from recist.considered_responses as considered
    left join recist.confirmed_responses as confirmed
        on confirmed.subject_id = considered.subject_id
        and confirmed.reader = considered.reader
        and confirmed.scope = considered.scope
        and confirmed.scan_date = considered.scan_date
),

candidates as (
    select
        counted.*,
        case
            when counts_as = 'CR' then 1
            when counts_as = 'PR' then 2
            when counts_as = 'SD' and days_from_start >= protocol.stable_disease_days then 3
            when counts_as = 'NON-CR/NON-PD' and days_from_start >= protocol.stable_disease_days then 4
            when counts_as = 'PD' then 5
            else 6
        end as candidate_rank
    from counted
    cross join study.protocol as protocol
),

ranked as (
    select
        candidates.*,
        row_number() over (partition by subject_id, reader, scope, kind order by candidate_rank, scan_date) as place
    from candidates
)

select
    readers.subject_id,
    readers.reader,
    readers.scope,
    kinds.kind,
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
cross join kinds
left join ranked
    on ranked.subject_id = readers.subject_id
    and ranked.reader = readers.reader
    and ranked.scope = readers.scope
    and ranked.kind = kinds.kind
    and ranked.place = 1
