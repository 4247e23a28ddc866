-- The number of procedures of a subject in ADSL beside the procedures in ADPR.
-- Grain: one row a subject of ADSL; key subject_id. row_id is that of the subject's row of `patients`.
select
    subjects.source_row_id as row_id,
    subjects.subject_id,
    subjects.site,
    subjects.source_file,
    subjects.source_row,
    adsl.nproc as covariate_count,
    count(adpr.prseq) as procedure_count
from analysis.adsl as adsl
inner join recist.subjects as subjects on subjects.usubjid = adsl.usubjid
left join analysis.adpr as adpr on adpr.usubjid = adsl.usubjid
group by
    subjects.source_row_id, subjects.subject_id, subjects.site, subjects.source_file, subjects.source_row, adsl.nproc
