-- ADTTE: time to event, one row a subject and endpoint (CDISC ADaM basic data structure for time-to-event).
-- Grain: one row a subject and endpoint, of RSD, CRSD, LRSD and LCRSD only for responders; key usubjid, paramcd.
-- All endpoints stand here; which of them a study reports is in its protocol. Each has its rules in a model of recist:
--   OS                      overall_survival
--   PFS, LPFS               progression_free_survival
--   TTLP                    time_to_organ_progression; cmpevfl 'Y' is a death that competes with it
--   PFSNACT                 progression_free_before_therapy
--   PFSFDA                  progression_free_without_gaps
--   TTR, LTTR               times_to_response
--   RSD, CRSD, LRSD, LCRSD  durations_of_response; startdt is the day of the response
-- aval = adt - startdt + 1, in days. cnsr: 0 event, 1 ongoing at the data cut, 2 no adequate post-baseline assessment,
-- 3 new anticancer therapy, 4 two or more missed assessments, 5 lost to follow-up, 6 competing event.
-- anl01fl 'Y': the protocol reports the endpoint; param is its label then. srcdom, srcvar, srcseq (row_id), srcfile, srcrow: the
-- record that decided.
with times as (
    select * from recist.overall_survival
    union all
    select * from recist.progression_free_survival
    union all
    select * from recist.time_to_organ_progression
    union all
    select * from recist.progression_free_before_therapy
    union all
    select * from recist.progression_free_without_gaps
    union all
    select * from recist.times_to_response
    union all
    select * from recist.durations_of_response
),

labels as (
    select paramcd, label
    from (
        values
            ('OS', 'Overall survival'),
            ('PFS', 'Progression-free survival'),
            ('LPFS', 'Progression-free survival'),
            ('TTLP', 'Time to progression'),
            ('PFSNACT', 'Progression-free survival before new anticancer therapy'),
            ('PFSFDA', 'Progression-free survival without missed assessments'),
            ('TTR', 'Time to response'),
            ('LTTR', 'Time to response'),
            ('RSD', 'Duration of response'),
            ('LRSD', 'Duration of response'),
            ('CRSD', 'Duration of confirmed response'),
            ('LCRSD', 'Duration of confirmed response')
    ) as listed (paramcd, label)
)

select
    protocol.study_id as studyid,
    subjects.usubjid,
    subjects.site as siteid,
    subjects.arm,
    times.paramcd,
    coalesce(
        endpoints.param,
        labels.label || case times.scope when 'ORGAN' then ' (' || lower(protocol.response_organ) || ')' else '' end
    ) as param,
    times.startdt,
    times.adt,
    date_diff('day', times.startdt, times.adt) + 1 as aval,
    times.cnsr,
    case times.cnsr
        when 0 then times.evntdesc
        when 1 then 'Ongoing at data cut'
        when 2 then 'No adequate post-baseline assessment'
        when 3 then 'New anticancer therapy'
        when 4 then 'Two or more missed assessments'
        when 5 then 'Lost to follow-up'
        else times.evntdesc
    end as evntdesc,
    times.cnsdtdsc,
    times.cmpevfl,
    times.adtf,
    case when endpoints.paramcd is not null then 'Y' end as anl01fl,
    times.source_table as srcdom,
    times.source_column as srcvar,
    times.source_row_id as srcseq,
    times.source_file as srcfile,
    times.source_row as srcrow
from times
inner join recist.subjects as subjects on subjects.subject_id = times.subject_id
inner join labels on labels.paramcd = times.paramcd
left join study.endpoints as endpoints on endpoints.paramcd = times.paramcd
cross join study.protocol as protocol
