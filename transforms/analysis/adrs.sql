-- ADRS: the responses (CDISC ADaM oncology), of all lesions and, with the prefix L, of the protocol's organ.
-- Grain: one row a subject, parameter, reader and assessment, for BOR, LBOR, DCR and LDCR one row a subject (the
-- protocol's evaluator); key usubjid, paramcd, treval, adt.
-- TRGRESP target, NTRGRESP non-target, NEWLES new lesion, OVRLRESP (LVRRESP) overall response; BOR best overall
-- response; DCR disease control: BOR of CR, PR, SD or NON-CR/NON-PD, in which NE and MISSING are no control.
-- aval: CR 1, PR 2, SD 3, NON-CR/NON-PD 4, PD 5, NE 6, MISSING 7; for NEWLES, DCR and LDCR Y 1, N 0.
-- ady: adt - start + 1; adt and ady are null for MISSING. srcdom, srcseq (row_id), srcfile, srcrow: what decided.
with parameters as (
    select 'TRGRESP' as paramcd, 'ALL' as scope, 'target' as kind, 'Target response' as label
    union all
    select 'LTRGRESP' as paramcd, 'ORGAN' as scope, 'target' as kind, 'Target response' as label
    union all
    select 'NTRGRESP' as paramcd, 'ALL' as scope, 'nontarget' as kind, 'Non-target response' as label
    union all
    select 'LNTRGRESP' as paramcd, 'ORGAN' as scope, 'nontarget' as kind, 'Non-target response' as label
    union all
    select 'NEWLES' as paramcd, 'ALL' as scope, 'new lesion' as kind, 'New lesion' as label
    union all
    select 'LNEWLES' as paramcd, 'ORGAN' as scope, 'new lesion' as kind, 'New lesion' as label
    union all
    select 'OVRLRESP' as paramcd, 'ALL' as scope, 'overall' as kind, 'Overall response' as label
    union all
    select 'LVRRESP' as paramcd, 'ORGAN' as scope, 'overall' as kind, 'Overall response' as label
    union all
    select 'BOR' as paramcd, 'ALL' as scope, 'best' as kind, 'Best overall response' as label
    union all
    select 'LBOR' as paramcd, 'ORGAN' as scope, 'best' as kind, 'Best overall response' as label
    union all
    select 'DCR' as paramcd, 'ALL' as scope, 'disease control' as kind, 'Disease control' as label
    union all
    select 'LDCR' as paramcd, 'ORGAN' as scope, 'disease control' as kind, 'Disease control' as label
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
    from recist.overall_responses
    union all
    select
        'best' as kind, subject_id, reader, scope, response_date as adt, best_response as avalc,
        source_table, source_row_id, source_file, source_row
    from best_of_evaluator
    union all
    select
        'disease control' as kind, subject_id, reader, scope, response_date as adt,
        case when best_response in ('CR', 'PR', 'SD', 'NON-CR/NON-PD') then 'Y' else 'N' end as avalc,
        source_table, source_row_id, source_file, source_row
    from best_of_evaluator
)

select
    subjects.usubjid,
    parameters.paramcd,
    case parameters.scope
        when 'ALL' then parameters.label || ' (all lesions)'
        else parameters.label || ' (' || lower(protocol.response_organ) || ')'
    end as param,
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
