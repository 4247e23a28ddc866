-- The nadir: the smallest sum of diameters before an assessment, baseline included (RECIST 1.1, section 4.3.1).
-- Grain: one row a subject, reader, scope and scan date of recist.sums_of_diameters; key the same.
-- Only complete sums count: a sum without one of its lesions is smaller than the disease. Null at the baseline.
select
    subject_id,
    reader,
    scope,
    scan_date,
    min(case when is_complete then sum_mm end) over (
        partition by subject_id, reader, scope
        order by scan_date
        rows between unbounded preceding and 1 preceding
    ) as nadir_mm
from recist.sums_of_diameters
