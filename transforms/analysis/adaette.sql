-- ADAETTE: time to resolution of adverse events (CDISC ADaM basic data structure for time-to-event).
-- Grain: one row a subject and term of the treatment-emergent events; key usubjid, paramcd, aedecod.
-- Rules: of each subject and term the episode that is flagged worst in ADAE (aoccpifl) is followed, from its onset
-- (startdt) to its end; one of which the onset is not known is not there. aval = adt - startdt + 1, in days.
-- cnsr 0: resolved on adt. 1: lasts at the last date known alive, which the data cut ends. 2: lasts at death, or was
-- fatal. 3: resolved on a day that is not known: censored at the onset. srcvar names the column that decided.
with episodes as (
    select
        events.*,
        subjects.dthdt,
        subjects.lstalvdt,
        case
            when events.aeout = 'FATAL' then 2
            when events.aeendt is not null then 0
            when events.aeout = 'RESOLVED' then 3
            when subjects.dthdt is not null then 2
            else 1
        end as cnsr
    from analysis.adae as events
    inner join analysis.adsl as subjects on subjects.usubjid = events.usubjid
    where events.aoccpifl = 'Y' and events.aestdt is not null
),

dated as (
    select
        episodes.*,
        case episodes.cnsr
            when 0 then episodes.aeendt
            when 1 then greatest(episodes.aestdt, coalesce(episodes.lstalvdt, episodes.aestdt))
            when 2 then greatest(episodes.aestdt, coalesce(episodes.dthdt, episodes.aeendt, episodes.aestdt))
            else episodes.aestdt
        end as adt
    from episodes
)

select
    dated.usubjid,
    dated.siteid,
    dated.arm,
    'AERES' as paramcd,
    'Time to resolution of the worst episode' as param,
    dated.aedecod,
    dated.aeseq,
    dated.aetoxgr,
    dated.aestdt as startdt,
    dated.adt,
    date_diff('day', dated.aestdt, dated.adt) + 1 as aval,
    dated.cnsr,
    case dated.cnsr
        when 0 then 'Resolved'
        when 1 then 'Ongoing'
        when 2 then 'Death before resolution'
        else 'End not known'
    end as evntdesc,
    case dated.cnsr
        when 1 then 'Last date known alive'
        when 2 then 'Date of death'
        when 3 then 'Onset of the event'
    end as cnsdtdsc,
    dated.srcdom,
    case when dated.cnsr = 0 then 'end_date' else 'start_date' end as srcvar,
    dated.srcseq,
    dated.srcfile,
    dated.srcrow
from dated
