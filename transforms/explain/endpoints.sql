-- Why a time to event ends where it does: the event, or the rule of censoring, with the dates it was chosen from.
-- Grain: one row a subject and endpoint of ADTTE; key subject_id, paramcd.
-- rule:
--   PROGRESSION, DEATH, COMPETING DEATH, RESPONSE   the event, or the one that competes
--   LAST ADEQUATE, LAST ASSESSMENT                  no event: the last assessment (that was not NE)
--   NO ADEQUATE, NO ASSESSMENT                      none after the start, and no event: the start
--   NEW THERAPY, NONE BEFORE THERAPY                what followed the new therapy is not seen
--   GAP, GAP FROM THE START                         the event followed two or more missed assessments
--   ALIVE, LOST, DIED LATER, NOT HEARD OF           overall survival without a death up to the data cut
--   AS STATED                                       another endpoint: evntdesc and cnsdtdsc say it
-- progression_date, death_date: of the endpoint's scope, by the evaluator, up to the cut; progression_by: what showed it (as
-- decided_by in recist.evaluated_responses); not_evaluable_count: assessments after adt that were NE. gap_days: from adt to the event that is not counted. The source columns name what decided.
with kinds as (
    select paramcd, scope, kind
    from (
        values
            ('OS', 'ALL', 'survival'),
            ('PFS', 'ALL', 'progression'),
            ('LPFS', 'ORGAN', 'progression'),
            ('PFSNACT', 'ALL', 'progression'),
            ('PFSFDA', 'ALL', 'progression'),
            ('RSD', 'ALL', 'progression'),
            ('CRSD', 'ALL', 'progression'),
            ('LRSD', 'ORGAN', 'progression'),
            ('LCRSD', 'ORGAN', 'progression'),
            ('TTLP', 'ORGAN', 'organ progression'),
            ('TTR', 'ALL', 'response'),
            ('LTTR', 'ORGAN', 'response')
    ) as listed (paramcd, scope, kind)
),

progressions as (
    select
        progressions.subject_id,
        progressions.scope,
        progressions.progression_date,
        progressions.decided_by
    from recist.first_progressions as progressions
    inner join study.protocol as protocol on protocol.evaluator = progressions.reader
),

times as (
    select
        subjects.subject_id,
        coalesce(kinds.scope, 'ALL') as scope,
        kinds.kind,
        adtte.*,
        progressions.progression_date,
        progressions.decided_by as progression_by,
        case when deaths.death_date <= subjects.data_cut then deaths.death_date end as death_date,
        coalesce(deaths.death_date > subjects.data_cut, false) as is_death_after_cut,
        therapies.therapy_date,
        subjects.data_cut,
        protocol.lost_to_follow_up_days,
        2 * windows.interval_high_days + 2 * windows.tolerance_days as gap_limit_days
    from analysis.adtte as adtte
    inner join recist.subjects as subjects on subjects.usubjid = adtte.usubjid
    cross join study.protocol as protocol
    left join kinds on kinds.paramcd = adtte.paramcd
    left join progressions
        on progressions.subject_id = subjects.subject_id and progressions.scope = coalesce(kinds.scope, 'ALL')
    left join recist.deaths as deaths on deaths.subject_id = subjects.subject_id
    left join recist.new_therapies as therapies on therapies.subject_id = subjects.subject_id
    left join study.visit_windows as windows on windows.arm = subjects.arm
),

not_evaluable as (
    select
        times.subject_id,
        times.paramcd,
        count(*) as not_evaluable_count
    from times
    cross join study.protocol as protocol
    inner join recist.evaluated_responses as responses
        on responses.subject_id = times.subject_id
        and responses.scope = times.scope
        and responses.reader = protocol.evaluator
        and responses.response = 'NE'
        and responses.scan_date > times.adt
    where times.cnsr > 0 and times.kind = 'progression'
    group by times.subject_id, times.paramcd
)

select
    times.subject_id,
    times.paramcd,
    times.param,
    times.scope,
    times.anl01fl = 'Y' as is_reported,
    times.startdt,
    times.adt,
    times.aval,
    times.cnsr,
    times.evntdesc,
    times.cnsdtdsc,
    case
        when times.kind is null then 'AS STATED'
        when times.kind = 'survival' and times.cnsr = 0 then 'DEATH'
        when times.kind = 'survival' and times.is_death_after_cut then 'DIED LATER'
        when times.kind = 'survival' and times.cnsdtdsc = 'Start of follow-up' then 'NOT HEARD OF'
        when times.kind = 'survival' and times.cnsr = 5 then 'LOST'
        when times.kind = 'survival' then 'ALIVE'
        when times.kind = 'response' and times.cnsr = 0 then 'RESPONSE'
        when times.cnsr = 6 then 'COMPETING DEATH'
        when times.cnsr = 0 and times.adt = times.progression_date then 'PROGRESSION'
        when times.cnsr = 0 then 'DEATH'
        when times.cnsr = 3 then 'NEW THERAPY'
        when times.cnsr = 4 then 'GAP'
        when times.cnsr = 2 and times.paramcd = 'PFSNACT' and times.therapy_date is not null then 'NONE BEFORE THERAPY'
        when times.cnsr = 2 and times.paramcd = 'PFSFDA'
            and (times.progression_date is not null or times.death_date is not null) then 'GAP FROM THE START'
        when times.cnsr = 2 and times.kind = 'progression' then 'NO ADEQUATE'
        when times.cnsr = 2 then 'NO ASSESSMENT'
        when times.kind = 'progression' then 'LAST ADEQUATE'
        else 'LAST ASSESSMENT'
    end as rule,
    times.progression_date,
    times.progression_by,
    times.death_date,
    times.adtf as death_imputation,
    times.therapy_date as new_therapy_date,
    times.data_cut,
    date_diff('day', times.adt, times.data_cut) as days_before_cut,
    times.lost_to_follow_up_days,
    case when times.paramcd = 'PFSFDA' and times.cnsr > 0
        then date_diff('day', times.adt, least(
            coalesce(times.progression_date, times.death_date), coalesce(times.death_date, times.progression_date)
        ))
    end as gap_days,
    times.gap_limit_days,
    coalesce(not_evaluable.not_evaluable_count, 0) as not_evaluable_count,
    times.srcdom as source_table,
    times.srcvar as source_column,
    times.srcseq as source_row_id,
    times.srcfile as source_file,
    times.srcrow as source_row
from times
left join not_evaluable on not_evaluable.subject_id = times.subject_id and not_evaluable.paramcd = times.paramcd
