-- ADAE: the adverse events up to the data cut (CDISC ADaM occurrence data structure).
-- Grain: one row an adverse event that did not start after the cut; key usubjid, aeseq.
-- Rules: treatment-emergent (trtemfl) is an onset on or after the start, or an unknown one. aoccpifl marks one record a
-- subject and term: the treatment-emergent one of the highest grade, of equal grades the earliest (then aeseq).
-- aetoxgr is a grade of CTCAE, 1 to 5: another number is no grade, though a waiver lets the record in.
-- An event that ended after the cut is ongoing at it. srcdom, srcseq (row_id), srcfile, srcrow: the source record.
with events as (
    select
        subjects.usubjid,
        subjects.site,
        subjects.arm,
        events.*,
        case when events.grade between 1 and 5 then events.grade end as ctcae_grade,
        coalesce(events.end_date > subjects.data_cut, false) as ended_after_cut,
        coalesce(events.start_date >= subjects.startdt, true) as is_treatment_emergent
    from clean.adverse_events as events
    inner join recist.subjects as subjects
        on subjects.subject_id = events.subject_id
        and (events.start_date is null or events.start_date <= subjects.data_cut)
),

worst_grades as (
    select
        row_id,
        row_number() over (
            partition by usubjid, term
            order by ctcae_grade desc, start_date nulls last, ae_number nulls last, row_id
        ) as place
    from events
    where is_treatment_emergent and term is not null and ctcae_grade is not null
)

select
    events.usubjid,
    events.site as siteid,
    events.arm,
    events.ae_number as aeseq,
    coalesce(events.reported_term, events.term_text) as aeterm,
    events.term as aedecod,
    events.ctcae_grade as aetoxgr,
    events.start_date as aestdt,
    case when not events.ended_after_cut then events.end_date end as aeendt,
    events.serious as aeser,
    case when events.ended_after_cut then 'ONGOING' else events.outcome end as aeout,
    events.ctcae_version as aetoxver,
    case when events.is_treatment_emergent then 'Y' else 'N' end as trtemfl,
    case when worst_grades.place = 1 then 'Y' end as aoccpifl,
    'adverse_events' as srcdom,
    events.row_id as srcseq,
    events.source_file as srcfile,
    events.source_row as srcrow
from events
left join worst_grades on worst_grades.row_id = events.row_id
