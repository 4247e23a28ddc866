-- ADRS: the responses (CDISC ADaM oncology), of all lesions and, with the prefix L, of the protocol's organ.
-- Grain: one row a subject, parameter, reader and assessment, for what is known once of a subject one row a subject (the
-- protocol's evaluator); key usubjid, paramcd, treval, adt. Which of them a study reports is in its protocol.
-- Of an assessment: TRGRESP target, NTRGRESP non-target, NEWLES new lesion, OVRLRESP (LVRRESP) overall response; RDRRESP
-- the evaluator's own response where it was adjudicated.
-- Of a subject: BOR best overall response, CBOR confirmed; DCR disease control, a BOR of CR, PR, SD or NON-CR/NON-PD, in
-- which NE and MISSING are no control; RSP response, CRSP confirmed response, CB clinical benefit, PD progression, DCDAY
-- disease control at the protocol's day (recist.response_flags).
-- aval: CR 1, PR 2, SD 3, NON-CR/NON-PD 4, PD 5, NE 6, MISSING 7; yes or no: Y 1, N 0. avalc and aval are null where
-- nobody knows (DCDAY). ady: adt - start + 1; adt and ady are null for MISSING and of most N. srcdom, srcseq (row_id),
-- srcfile, srcrow: what decided.
with kinds as (
    select kind, paramcd, label
    from (
        values
            ('target', 'TRGRESP', 'Target response'),
            ('nontarget', 'NTRGRESP', 'Non-target response'),
            ('new lesion', 'NEWLES', 'New lesion'),
            ('overall', 'OVRLRESP', 'Overall response'),
            ('own', 'RDRRESP', 'Overall response before adjudication'),
            ('best', 'BOR', 'Best overall response'),
            ('confirmed best', 'CBOR', 'Confirmed best overall response'),
            ('disease control', 'DCR', 'Disease control'),
            ('RSP', 'RSP', 'Response'),
            ('CRSP', 'CRSP', 'Confirmed response'),
            ('CB', 'CB', 'Clinical benefit'),
            ('PD', 'PD', 'Disease progression'),
            ('DCDAY', 'DCDAY', 'Disease control at day')
    ) as listed (kind, paramcd, label)
),

parameters as (
    select
        kinds.kind,
        scopes.scope,
        case
            when scopes.scope = 'ALL' then kinds.paramcd
            when kinds.kind = 'overall' then 'LVRRESP'
            else 'L' || kinds.paramcd
        end as paramcd,
        kinds.label
        || case kinds.kind when 'DCDAY' then ' ' || cast(protocol.disease_control_day as varchar) else '' end
        || ' (' || case scopes.scope when 'ALL' then 'all lesions' else lower(protocol.response_organ) end || ')' as param
    from kinds
    cross join recist.scopes as scopes
    cross join study.protocol as protocol
),

best_of_evaluator as (
    select best_responses.*
    from recist.best_responses as best_responses
    inner join study.protocol as protocol on protocol.evaluator = best_responses.reader
),

responses as (
    select
        'target' as kind, subject_id, reader, scope, scan_date as adt, response as avalc,
        source_table, source_row_id, source_file, source_row
    from recist.target_responses
    union all
    select
        'nontarget' as kind, subject_id, reader, scope, scan_date as adt, response as avalc,
        source_table, source_row_id, source_file, source_row
    from recist.nontarget_responses
    union all
    select
        'new lesion' as kind, subject_id, reader, scope, scan_date as adt, new_lesion as avalc,
        source_table, source_row_id, source_file, source_row
    from recist.new_lesions
    union all
    select
        'overall' as kind, subject_id, reader, scope, scan_date as adt, response as avalc,
        source_table, source_row_id, source_file, source_row
    from recist.evaluated_responses
    union all
    select
        'own' as kind, own.subject_id, own.reader, own.scope, own.scan_date as adt, own.response as avalc,
        own.source_table, own.source_row_id, own.source_file, own.source_row
    from recist.reader_responses as own
    inner join recist.evaluated_responses as evaluated
        on evaluated.subject_id = own.subject_id
        and evaluated.reader = own.reader
        and evaluated.scope = own.scope
        and evaluated.scan_date = own.scan_date
    where evaluated.decided_by = 'adjudicated'
    union all
    select
        kind, subject_id, reader, scope, response_date as adt, best_response as avalc,
        source_table, source_row_id, source_file, source_row
    from best_of_evaluator
    union all
    select
        'disease control' as kind, subject_id, reader, scope, response_date as adt,
        case when best_response in ('CR', 'PR', 'SD', 'NON-CR/NON-PD') then 'Y' else 'N' end as avalc,
        source_table, source_row_id, source_file, source_row
    from best_of_evaluator
    where kind = 'best'
    union all
    select
        flags.kind, flags.subject_id, protocol.evaluator as reader, flags.scope, flags.flag_date as adt,
        flags.flag as avalc, flags.source_table, flags.source_row_id, flags.source_file, flags.source_row
    from recist.response_flags as flags
    cross join study.protocol as protocol
)

select
    subjects.usubjid,
    parameters.paramcd,
    parameters.param,
    responses.reader as treval,
    responses.adt,
    date_diff('day', subjects.startdt, responses.adt) + 1 as ady,
    responses.avalc,
    case responses.avalc
        when 'CR' then 1
        when 'PR' then 2
        when 'SD' then 3
        when 'NON-CR/NON-PD' then 4
        when 'PD' then 5
        when 'NE' then 6
        when 'MISSING' then 7
        when 'Y' then 1
        when 'N' then 0
    end as aval,
    case when responses.reader = protocol.evaluator then 'Y' end as anl01fl,
    responses.source_table as srcdom,
    responses.source_row_id as srcseq,
    responses.source_file as srcfile,
    responses.source_row as srcrow
from responses
inner join parameters on parameters.kind = responses.kind and parameters.scope = responses.scope
inner join recist.subjects as subjects on subjects.subject_id = responses.subject_id
cross join study.protocol as protocol
