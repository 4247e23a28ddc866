-- Laboratory results after the start, with their grade and whether an adverse event reports them.
-- Grain: one row a result of ADLB after the start of a test whose grade an adverse event reports; key row_id.
-- is_reported: an event of the term, of whatever grade, lasts on that day; null where an event of the term was set
-- aside, or its onset is not known. is_worse: the grade is above that of the baseline, where there is one.
with doubted as (
    select events.subject_id, events.term
    from typed.adverse_events as events
    left join clean.adverse_events as published on published.row_id = events.row_id
    where not events.is_duplicate
        and (published.row_id is null or published.start_date is null or published.term is null)
),

reported as (
    select distinct results.srcseq
    from analysis.adlb as results
    inner join analysis.adae as events
        on events.usubjid = results.usubjid
        and events.aedecod = results.aedecod
        and events.aestdt <= results.adt
        and (
            events.aeendt >= results.adt
            or events.aestdt = results.adt
            or (events.aeendt is null and coalesce(events.aeout, 'ONGOING') <> 'RESOLVED')
        )
),

doubts as (
    select distinct results.srcseq
    from analysis.adlb as results
    inner join recist.subjects as subjects on subjects.usubjid = results.usubjid
    inner join doubted
        on doubted.subject_id = subjects.subject_id
        and (doubted.term is null or doubted.term = results.aedecod)
)

select
    results.srcseq as row_id,
    subjects.subject_id,
    subjects.site,
    results.srcfile as source_file,
    results.srcrow as source_row,
    results.paramcd as test,
    results.adt as sample_date,
    results.lborres as value,
    results.lborresu as unit,
    results.aedecod as term,
    cast(results.atoxgr as integer) as laboratory_grade,
    results.atoxgr > coalesce(results.btoxgr, 0) as is_worse,
    case when doubts.srcseq is null then reported.srcseq is not null end as is_reported,
    cast(safety.unreported_from_grade as integer) as unreported_from_grade
from analysis.adlb as results
inner join recist.subjects as subjects
    on subjects.usubjid = results.usubjid and results.adt > subjects.startdt
cross join study.safety as safety
left join reported on reported.srcseq = results.srcseq
left join doubts on doubts.srcseq = results.srcseq
where results.aedecod is not null
