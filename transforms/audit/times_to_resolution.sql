-- Times to resolution with how often their key stands there, and whether their source row is published.
-- Grain: one row a row of ADAETTE; key row_id (that of the adverse event).
select
    times.srcseq as row_id,
    subjects.subject_id,
    times.siteid as site,
    times.srcfile as source_file,
    times.srcrow as source_row,
    times.aedecod,
    times.startdt,
    times.adt,
    times.aval,
    times.cnsr,
    times.srcseq,
    count(*) over (partition by times.usubjid, times.paramcd, times.aedecod) as key_count,
    events.row_id is not null as has_source
from analysis.adaette as times
inner join recist.subjects as subjects on subjects.usubjid = times.usubjid
left join clean.adverse_events as events on events.row_id = times.srcseq
