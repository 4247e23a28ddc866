-- The sum of the diameters of the target lesions at an assessment (short axis for nodes), baseline included.
-- Grain: one row a subject, reader, scope and scan date of a subject with target lesions in the scope; key the same.
-- sum_mm adds what was measured; it is the sum of diameters only where is_complete (RECIST 1.1, section 4.2).
-- is_all_gone is the definition of complete response: every non-nodal target 0 and every nodal one below 10 mm.
-- baseline_mm: the sum at baseline, against which partial response is measured; null where a target was not measured.
-- nadir_mm: the smallest sum before the assessment, baseline included (RECIST 1.1, section 4.3.1); of complete sums alone,
-- as a sum without one of its lesions is smaller than the disease. Null at the baseline.
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
),

sums as (
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
)

select
    sums.*,
    max(case when is_baseline and is_complete then sum_mm end) over (
        partition by subject_id, reader, scope
    ) as baseline_mm,
    min(case when is_complete then sum_mm end) over (
        partition by subject_id, reader, scope
        order by scan_date
        rows between unbounded preceding and 1 preceding
    ) as nadir_mm
from sums
