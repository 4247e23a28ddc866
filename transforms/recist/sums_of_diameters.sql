-- The sum of the diameters of the target lesions at an assessment (short axis for nodes), baseline included.
-- Grain: one row a subject, reader, scope and scan date of a subject with target lesions in the scope; key the same.
-- sum_mm adds what was measured; it is the sum of diameters only where is_complete (RECIST 1.1, section 4.2).
-- is_all_gone is the definition of complete response: every non-nodal target 0 and every nodal one below 10 mm.
-- source_row_id: the first measurement row of a target at that assessment, null where none was read.
with target_readings as (
    select
        assessments.subject_id,
        assessments.reader,
        targets.scope,
        assessments.scan_date,
        assessments.is_baseline,
        targets.is_node,
        readings.size_mm,
        readings.source_row_id
    from recist.assessments as assessments
    inner join recist.lesion_scopes as targets
        on targets.subject_id = assessments.subject_id and targets.lesion_class = 'TARGET'
    left join recist.lesion_readings as readings
        on readings.subject_id = assessments.subject_id
        and readings.reader = assessments.reader
        and readings.scan_date = assessments.scan_date
        and readings.lesion_id = targets.lesion_id
)

select
    subject_id,
    reader,
    scope,
    scan_date,
    is_baseline,
    count(*) as targets,
    count(size_mm) as targets_measured,
    cast(sum(size_mm) as decimal(12, 2)) as sum_mm,
    count(*) = count(size_mm) as is_complete,
    count(*) = count(case when size_mm = 0 or (is_node and size_mm < 10) then 1 end) as is_all_gone,
    min(source_row_id) as source_row_id
from target_readings
group by subject_id, reader, scope, scan_date, is_baseline
