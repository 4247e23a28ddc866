-- The response of the target lesions at each assessment after the baseline.
-- Grain: one row a subject, reader, scope and scan date of a subject with target lesions in the scope; key the same.
-- Rules (RECIST 1.1, section 4.3.1), the first that applies:
--   CR  every non-nodal target gone and every nodal one below 10 mm; before PD, as a normal node that grows within the
--       normal is no disease
--   PD  at least 20 % and at least 5 mm above the nadir. What was measured suffices when it proves this without the
--       targets that are missing. From a nadir of 0 any target that reappears has 5 mm and is PD
--   NE  a target is missing, or the baseline sum is unknown
--   PR  at least 30 % below the baseline
--   SD  otherwise
-- Compared exactly, in decimals: 10 x sum against 12 x nadir and 7 x baseline.
-- The source columns name the first measurement row of a target, or that of the assessment where no target was read.
select
    sums.subject_id,
    sums.reader,
    sums.scope,
    sums.scan_date,
    sums.sum_mm,
    sums.is_complete,
    sums.baseline_mm,
    sums.nadir_mm,
    case
        when sums.is_all_gone then 'CR'
        when 10 * sums.sum_mm >= 12 * sums.nadir_mm and sums.sum_mm - sums.nadir_mm >= 5 then 'PD'
        when not sums.is_complete or sums.baseline_mm is null then 'NE'
        when 10 * sums.sum_mm <= 7 * sums.baseline_mm then 'PR'
        else 'SD'
    end as response,
    case when readings.source_row_id is not null then 'lesion_measurements' else assessments.source_table end
        as source_table,
    case
        when readings.source_row_id is null then assessments.source_column
        when readings.is_node then 'short_axis_mm'
        else 'diameter_mm'
    end as source_column,
    coalesce(readings.source_row_id, assessments.source_row_id) as source_row_id,
    coalesce(readings.source_file, assessments.source_file) as source_file,
    coalesce(readings.source_row, assessments.source_row) as source_row
from recist.sums_of_diameters as sums
inner join recist.assessments as assessments
    on assessments.subject_id = sums.subject_id
    and assessments.reader = sums.reader
    and assessments.scan_date = sums.scan_date
left join recist.lesion_readings as readings on readings.source_row_id = sums.source_row_id
where not sums.is_baseline
