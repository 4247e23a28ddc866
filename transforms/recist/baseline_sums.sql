-- The sum of diameters at baseline, against which partial response is measured.
-- Grain: one row a subject, reader and scope whose targets were all measured at baseline; key the same.
select
    subject_id,
    reader,
    scope,
    scan_date as baseline_date,
    sum_mm as baseline_mm
from recist.sums_of_diameters
where is_baseline and is_complete
