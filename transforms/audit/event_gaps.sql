-- The time without an adequate assessment before a progression or death: two visits missed in a row are too long.
-- Grain: one row a subject with an event of progression-free survival; key subject_id.
-- limit_days: twice the longest interval of the arm and twice its tolerance, after which the FDA's convention censors
-- (PFSFDA). An assessment is adequate where the evaluator's overall response is not NE; the start of the clock counts.
with adequate as (
    select
        events.subject_id,
        max(responses.adt) as last_adequate_date
    from (
        select adsl.subjid as subject_id, adtte.usubjid, adtte.adt
        from analysis.adtte as adtte
        inner join analysis.adsl as adsl
            on adsl.usubjid = adtte.usubjid
        where adtte.paramcd = 'PFS' and adtte.cnsr = 0
    ) as events
    inner join analysis.adrs as responses
        on responses.usubjid = events.usubjid and responses.paramcd = 'OVRLRESP'
        and responses.anl01fl = 'Y' and responses.avalc <> 'NE' and responses.adt < events.adt
    group by events.subject_id
)

select
    cast(null as bigint) as row_id,
    subjects.subject_id,
    subjects.site,
    adtte.srcfile as source_file,
    cast(adtte.srcrow as bigint) as source_row,
    adtte.adt as event_date,
    coalesce(adequate.last_adequate_date, subjects.startdt) as last_adequate_date,
    date_diff('day', coalesce(adequate.last_adequate_date, subjects.startdt), adtte.adt) as gap_days,
    cast(2 * visit_windows.interval_high_days + 2 * visit_windows.tolerance_days as bigint) as limit_days
from analysis.adtte as adtte
inner join recist.subjects as subjects
    on subjects.usubjid = adtte.usubjid
left join adequate
    on adequate.subject_id = subjects.subject_id
left join study.visit_windows as visit_windows
    on visit_windows.arm = subjects.arm
where adtte.paramcd = 'PFS' and adtte.cnsr = 0
