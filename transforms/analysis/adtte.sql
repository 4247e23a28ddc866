-- ADTTE: time to event, one row a subject and endpoint (CDISC ADaM basic data structure for time-to-event).
-- Grain: one row a subject and time-to-event endpoint of the protocol; key usubjid, paramcd.
-- Rules: the event is the earliest one up to the data cut; progression and death of one day are a progression.
--   OS    death; else censored at the last date known alive
--   PFS   progression by the protocol's evaluator, or death; else censored at the last adequate assessment
--   LPFS  the same for the protocol's organ
-- Nothing to censor at from the start on: the start itself. aval = adt - startdt + 1, in days.
-- cnsr: 0 event, 1 ongoing at the data cut, 2 no adequate post-baseline assessment, 5 lost to follow-up (last known
-- alive more than 90 days before the cut). srcdom, srcvar, srcseq (row_id), srcfile, srcrow: the record that decided.
with endpoints as (
    select 'OS' as paramcd, 'NONE' as scope
    union all
    select 'PFS' as paramcd, 'ALL' as scope
    union all
    select 'LPFS' as paramcd, 'ORGAN' as scope
),

events as (
    select
        endpoints.paramcd,
        deaths.subject_id,
        deaths.death_date as event_date,
        2 as preference,
        'Death' as evntdesc,
        deaths.imputation_flag as adtf,
        deaths.source_table,
        deaths.source_column,
        deaths.source_row_id,
        deaths.source_file,
        deaths.source_row
    from recist.deaths as deaths
    cross join endpoints
    union all
    select
        endpoints.paramcd,
        progressions.subject_id,
        progressions.progression_date as event_date,
        1 as preference,
        case endpoints.scope
            when 'ALL' then 'Disease progression'
            else 'Disease progression (' || lower(protocol.response_organ) || ')'
        end as evntdesc,
        cast(null as varchar) as adtf,
        progressions.source_table,
        progressions.source_column,
        progressions.source_row_id,
        progressions.source_file,
        progressions.source_row
    from recist.first_progressions as progressions
    inner join study.protocol as protocol on protocol.evaluator = progressions.reader
    inner join endpoints on endpoints.scope = progressions.scope
),

first_events as (
    select
        events.*,
        row_number() over (
            partition by events.paramcd, events.subject_id
            order by events.event_date, events.preference
        ) as place
    from events
    inner join recist.subjects as subjects
        on subjects.subject_id = events.subject_id and events.event_date <= subjects.data_cut
),

censorings as (
    select
        'OS' as paramcd,
        subject_id,
        alive_date as censoring_date,
        1 as preference,
        'Last date known alive' as cnsdtdsc,
        source_table,
        source_column,
        source_row_id,
        source_file,
        source_row
    from recist.last_known_alive
    union all
    select
        endpoints.paramcd,
        assessments.subject_id,
        assessments.assessment_date as censoring_date,
        1 as preference,
        case endpoints.scope
            when 'ALL' then 'Last adequate assessment'
            else 'Last adequate assessment (' || lower(protocol.response_organ) || ')'
        end as cnsdtdsc,
        assessments.source_table,
        assessments.source_column,
        assessments.source_row_id,
        assessments.source_file,
        assessments.source_row
    from recist.last_adequate_assessments as assessments
    inner join study.protocol as protocol on protocol.evaluator = assessments.reader
    inner join endpoints on endpoints.scope = assessments.scope
    union all
    select
        endpoints.paramcd,
        subjects.subject_id,
        subjects.startdt as censoring_date,
        2 as preference,
        'Start of follow-up' as cnsdtdsc,
        'patients' as source_table,
        'subject_id' as source_column,
        subjects.source_row_id,
        subjects.source_file,
        subjects.source_row
    from recist.subjects as subjects
    cross join endpoints
),

last_censorings as (
    select
        censorings.*,
        row_number() over (
            partition by censorings.paramcd, censorings.subject_id
            order by censorings.censoring_date desc, censorings.preference
        ) as place
    from censorings
),

decided as (
    select
        subjects.usubjid,
        subjects.subject_id,
        subjects.site,
        subjects.arm,
        subjects.startdt,
        subjects.data_cut,
        censorings.paramcd,
        coalesce(events.event_date, censorings.censoring_date) as adt,
        case
            when events.event_date is not null then 0
            when censorings.paramcd = 'OS'
                and date_diff('day', censorings.censoring_date, subjects.data_cut) > 90 then 5
            when censorings.paramcd <> 'OS' and censorings.preference = 2 then 2
            else 1
        end as cnsr,
        events.evntdesc,
        case when events.event_date is null then censorings.cnsdtdsc end as cnsdtdsc,
        events.adtf,
        coalesce(events.source_table, censorings.source_table) as srcdom,
        coalesce(events.source_column, censorings.source_column) as srcvar,
        coalesce(events.source_row_id, censorings.source_row_id) as srcseq,
        coalesce(events.source_file, censorings.source_file) as srcfile,
        coalesce(events.source_row, censorings.source_row) as srcrow
    from recist.subjects as subjects
    inner join last_censorings as censorings
        on censorings.subject_id = subjects.subject_id and censorings.place = 1
    left join first_events as events
        on events.subject_id = subjects.subject_id
        and events.paramcd = censorings.paramcd
        and events.place = 1
)

select
    protocol.study_id as studyid,
    decided.usubjid,
    decided.site as siteid,
    decided.arm,
    decided.paramcd,
    endpoints.param,
    decided.startdt,
    decided.adt,
    date_diff('day', decided.startdt, decided.adt) + 1 as aval,
    decided.cnsr,
    case decided.cnsr
        when 0 then decided.evntdesc
        when 1 then 'Ongoing at data cut'
        when 2 then 'No adequate post-baseline assessment'
        when 5 then 'Lost to follow-up'
    end as evntdesc,
    decided.cnsdtdsc,
    decided.adtf,
    decided.srcdom,
    decided.srcvar,
    decided.srcseq,
    decided.srcfile,
    decided.srcrow
from decided
inner join study.endpoints as endpoints on endpoints.paramcd = decided.paramcd
cross join study.protocol as protocol
