-- The reported sum, nadir and response beside the derived ones, and the start of a new therapy.
-- Grain: one row a published row of response_assessments; key row_id.
-- A derived value stands here only where nothing it is made of is in doubt: every target measured, and no finding on a
-- lesion of the subject or on a measurement of the reader. The sum depends on its own scan; the target response also on
-- the scans before it (baseline, nadir). Otherwise one wrong measurement would be reported a second time.
with doubted_measurements as (
    select distinct measurements.subject_id, measurements.reader, measurements.scan_date
    from quality.findings as findings
    inner join typed.lesion_measurements as measurements
        on measurements.row_id = findings.row_id
    where findings.table_name = 'lesion_measurements'
),

doubted_subjects as (
    select distinct subject_id
    from quality.findings
    where table_name = 'lesions'
    union
    -- A measurement whose scan or reader is not known may belong to any scan.
    select distinct subject_id
    from doubted_measurements
    where reader is null or scan_date is null
),

sums as (
    select
        sums.subject_id,
        sums.reader,
        sums.scan_date,
        sums.sum_mm,
        sums.nadir_mm,
        sums.is_complete and doubted.subject_id is null as is_sound
    from recist.sums_of_diameters as sums
    left join doubted_measurements as doubted
        on doubted.subject_id = sums.subject_id and doubted.reader = sums.reader
        and doubted.scan_date = sums.scan_date
    where sums.scope = 'ALL'
),

first_doubts as (
    select subject_id, reader, min(scan_date) as scan_date
    from (
        select subject_id, reader, scan_date from sums where not is_sound
        union all
        select subject_id, reader, scan_date from doubted_measurements
    ) as doubts
    group by subject_id, reader
),

-- The sum that comes out where the longest diameter of a node is taken for its short axis (TR04).
axis_sums as (
    select
        measurements.subject_id,
        measurements.reader,
        measurements.scan_date,
        cast(sum(measurements.diameter_mm) as decimal(12, 2)) as axis_sum_mm
    from clean.lesion_measurements as measurements
    inner join clean.lesions as lesions
        on lesions.subject_id = measurements.subject_id and lesions.lesion_id = measurements.lesion_id
        and lesions.lesion_class = 'TARGET'
    group by measurements.subject_id, measurements.reader, measurements.scan_date
    having count(*) = count(measurements.diameter_mm)
        and count(case when lesions.organ = 'LYMPH NODE' then 1 end) > 0
),

-- What is left of the disease, by the measurements alone (audit.complete_responses).
remaining as (
    select subject_id, treval, adt, remaining_count
    from audit.complete_responses
    where paramcd = 'OVRLRESP'
)

select
    reported.row_id,
    reported.subject_id,
    subjects.site,
    reported.source_file,
    reported.source_row,
    reported.scan_date,
    reported.reader,
    reported.sum_mm,
    reported.target_response,
    case when doubted_subjects.subject_id is null and sums.is_sound then sums.sum_mm end as derived_sum_mm,
    case
        when doubted_subjects.subject_id is null and (first_doubts.scan_date is null or first_doubts.scan_date > reported.scan_date)
            then target_responses.response
    end as derived_target_response,
    reported.nadir_mm,
    reported.overall_response,
    case when doubted_subjects.subject_id is null and sums.is_sound then axis_sums.axis_sum_mm end as axis_sum_mm,
    -- The nadir is made of the scans before this one.
    case
        when doubted_subjects.subject_id is null and (first_doubts.scan_date is null or first_doubts.scan_date >= reported.scan_date)
            then sums.nadir_mm
    end as derived_nadir_mm,
    case
        when doubted_subjects.subject_id is null and (first_doubts.scan_date is null or first_doubts.scan_date > reported.scan_date)
            then remaining.remaining_count
    end as remaining_count,
    new_therapies.therapy_date,
    -- Readers round to whole millimetres.
    cast(1 as double) as sum_tolerance_mm
from clean.response_assessments as reported
inner join recist.subjects as subjects
    on subjects.subject_id = reported.subject_id
left join doubted_subjects
    on doubted_subjects.subject_id = reported.subject_id
left join sums
    on sums.subject_id = reported.subject_id and sums.reader = reported.reader
    and sums.scan_date = reported.scan_date
left join first_doubts
    on first_doubts.subject_id = reported.subject_id and first_doubts.reader = reported.reader
left join recist.target_responses as target_responses
    on target_responses.subject_id = reported.subject_id and target_responses.reader = reported.reader
    and target_responses.scan_date = reported.scan_date and target_responses.scope = 'ALL'
left join axis_sums
    on axis_sums.subject_id = reported.subject_id and axis_sums.reader = reported.reader
    and axis_sums.scan_date = reported.scan_date
left join remaining
    on remaining.subject_id = reported.subject_id and remaining.treval = reported.reader
    and remaining.adt = reported.scan_date
left join recist.new_therapies as new_therapies
    on new_therapies.subject_id = reported.subject_id
