-- ADSYN: whether a procedure was followed by a syndrome of the protocol (study.syndromes).
-- Grain: one row a procedure of adpr and syndrome; key usubjid, prseq, syncd.
-- Rules: an event belongs to the last procedure on or before its onset, and counts where it began within
-- days_after_procedure; one of which the onset is not known belongs to none. avalc 'Y': at least least_terms of the
-- terms. nterms, aetoxgr (worst grade), astdt (first onset) and aendt (last end, null while one of them lasts) are of
-- the events that count. followfl 'Y': it was, or the subject was known alive on the last day of the window.
with days as (
    select
        usubjid,
        prstdt,
        max(prseq) as prseq
    from analysis.adpr
    group by usubjid, prstdt
),

events as (
    select
        events.usubjid,
        events.aedecod,
        events.aetoxgr,
        events.aestdt,
        events.aeendt,
        max(days.prseq) as prseq
    from analysis.adae as events
    inner join days on days.usubjid = events.usubjid and days.prstdt <= events.aestdt
    group by
        events.usubjid, events.aeseq, events.srcseq, events.aedecod, events.aetoxgr, events.aestdt, events.aeendt
),

counted as (
    select
        procedures.usubjid,
        procedures.prseq,
        syndromes.syndrome,
        count(distinct events.aedecod) as terms,
        max(events.aetoxgr) as grade,
        min(events.aestdt) as first_onset,
        case when count(*) = count(events.aeendt) then max(events.aeendt) end as last_end
    from analysis.adpr as procedures
    inner join events on events.usubjid = procedures.usubjid and events.prseq = procedures.prseq
    inner join study.syndromes as syndromes
        on syndromes.term = events.aedecod
        and date_diff('day', procedures.prstdt, events.aestdt) <= syndromes.days_after_procedure
    group by procedures.usubjid, procedures.prseq, syndromes.syndrome
),

syndromes as (
    select
        syndrome,
        max(label) as label,
        max(days_after_procedure) as days_after_procedure,
        max(least_terms) as least_terms
    from study.syndromes
    group by syndrome
)

select
    procedures.usubjid,
    procedures.siteid,
    procedures.arm,
    procedures.prseq,
    procedures.prstdt,
    syndromes.syndrome as syncd,
    syndromes.label as syn,
    case when counted.terms >= syndromes.least_terms then 'Y' else 'N' end as avalc,
    coalesce(counted.terms, 0) as nterms,
    counted.grade as aetoxgr,
    counted.first_onset as astdt,
    counted.last_end as aendt,
    case
        when counted.terms >= syndromes.least_terms then 'Y'
        when date_diff('day', procedures.prstdt, subjects.lstalvdt) >= syndromes.days_after_procedure then 'Y'
        when date_diff('day', procedures.prstdt, subjects.dthdt) >= syndromes.days_after_procedure then 'Y'
        else 'N'
    end as followfl,
    procedures.srcdom,
    procedures.srcseq,
    procedures.srcfile,
    procedures.srcrow
from analysis.adpr as procedures
cross join syndromes
inner join analysis.adsl as subjects on subjects.usubjid = procedures.usubjid
left join counted
    on counted.usubjid = procedures.usubjid and counted.prseq = procedures.prseq
    and counted.syndrome = syndromes.syndrome
