-- The parts of the organ's response beside the overall response of the same assessment.
-- Grain: one row a subject, reader and assessment of ADRS; key row_id (numbered in the order of the key).
-- overall_response is null where a reader's own response makes the endpoint: the parts do not bind it.
with parts as (
    select
        usubjid,
        treval,
        adt,
        max(case when paramcd = 'LVRRESP' then avalc end) as organ_response,
        max(case when paramcd = 'LTRGRESP' then avalc end) as organ_target_response,
        max(case when paramcd = 'LNTRGRESP' then avalc end) as organ_nontarget_response,
        max(case when paramcd = 'LNEWLES' then avalc end) as organ_new_lesion,
        max(case when paramcd = 'OVRLRESP' and srcdom <> 'response_assessments' then avalc end) as overall_response,
        max(case when paramcd = 'LVRRESP' then srcfile end) as source_file,
        max(case when paramcd = 'LVRRESP' then srcrow end) as source_row
    from analysis.adrs
    where paramcd in ('LVRRESP', 'LTRGRESP', 'LNTRGRESP', 'LNEWLES', 'OVRLRESP')
    group by usubjid, treval, adt
)

select
    row_number() over (order by parts.usubjid, parts.treval, parts.adt) as row_id,
    adsl.subjid as subject_id,
    adsl.siteid as site,
    parts.source_file,
    parts.source_row,
    parts.treval,
    parts.adt,
    parts.organ_response,
    parts.organ_target_response,
    parts.organ_nontarget_response,
    parts.organ_new_lesion,
    parts.overall_response
from parts
inner join analysis.adsl as adsl
    on adsl.usubjid = parts.usubjid
