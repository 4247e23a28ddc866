-- The reported grade of an adverse event beside the worst grade of the laboratory values that were taken while it lasted.
-- Grain: one row an adverse event of ADAE whose term a laboratory test reports; key row_id.
-- A value counts from the onset to the end of the event, to the cut where it is ongoing; without a graded value in that
-- time laboratory_grade is null. sample_date, test and result are of the first value of the worst grade.
with graded as (
    select
        events.srcseq as row_id,
        results.paramcd,
        results.adt,
        results.lborres,
        results.lborresu,
        results.atoxgr,
        row_number() over (
            partition by events.srcseq
            order by results.atoxgr desc, results.adt, results.srcseq
        ) as place
    from analysis.adae as events
    inner join analysis.adlb as results
        on results.usubjid = events.usubjid
        and results.aedecod = events.aedecod
        and results.adt >= events.aestdt
        and (
            results.adt <= events.aeendt
            or results.adt = events.aestdt
            or (events.aeendt is null and coalesce(events.aeout, 'ONGOING') <> 'RESOLVED')
        )
    where results.atoxgr is not null
),

reporting_terms as (
    select distinct term from study.laboratory_tests where term is not null
)

select
    events.srcseq as row_id,
    subjects.subject_id,
    subjects.site,
    events.srcfile as source_file,
    events.srcrow as source_row,
    events.aeseq as ae_number,
    events.aedecod as term,
    events.aetoxgr as grade,
    graded.paramcd as test,
    graded.adt as sample_date,
    graded.lborres as value,
    graded.lborresu as unit,
    cast(graded.atoxgr as integer) as laboratory_grade
from analysis.adae as events
inner join reporting_terms on reporting_terms.term = events.aedecod
inner join recist.subjects as subjects on subjects.usubjid = events.usubjid
left join graded on graded.row_id = events.srcseq and graded.place = 1
