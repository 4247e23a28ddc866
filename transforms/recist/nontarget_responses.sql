-- The response of the non-target lesions at each assessment after the baseline.
-- Grain: one row a subject, reader, scope and scan date of a subject with non-target lesions in the scope; key the same.
-- Rules (RECIST 1.1, section 4.3.3), the first that applies:
--   PD              unequivocal progression of any of them
--   NE              one of them was not read or not evaluable
--   CR              all gone and all nodes below 10 mm
--   NON-CR/NON-PD   otherwise
-- The source columns name the measurement row that decided, or that of the assessment where none was read.
with nontarget_readings as (
    select
        assessments.subject_id,
        assessments.reader,
        nontargets.scope,
        assessments.scan_date,
        case coalesce(readings.presence, 'NOT EVALUABLE')
            when 'PROGRESSION' then 1
            when 'NOT EVALUABLE' then 2
            when 'PRESENT' then 3
            when 'GONE' then 4
        end as severity,
        readings.source_row_id
    from recist.assessments as assessments
    inner join recist.lesion_scopes as nontargets
        on nontargets.subject_id = assessments.subject_id and nontargets.lesion_class = 'NON-TARGET'
    left join recist.lesion_readings as readings
        on readings.subject_id = assessments.subject_id
        and readings.reader = assessments.reader
        and readings.scan_date = assessments.scan_date
        and readings.lesion_id = nontargets.lesion_id
    where not assessments.is_baseline
),

worst as (
    select
        subject_id,
        reader,
        scope,
        scan_date,
        min(severity) as severity,
        coalesce(
            min(case when severity = 1 then source_row_id end),
            min(case when severity = 2 and source_row_id is null then 0 when severity = 2 then source_row_id end),
            min(case when severity = 3 then source_row_id end),
            min(case when severity = 4 then source_row_id end)
        ) as deciding_row_id
    from nontarget_readings
    group by subject_id, reader, scope, scan_date
)

-- deciding_row_id 0: one was not read at all, which no measurement row shows.
select
    worst.subject_id,
    worst.reader,
    worst.scope,
    worst.scan_date,
    case worst.severity when 1 then 'PD' when 2 then 'NE' when 3 then 'NON-CR/NON-PD' when 4 then 'CR' end as response,
    case when readings.source_row_id is not null then 'lesion_measurements' else assessments.source_table end
        as source_table,
    case when readings.source_row_id is not null then 'lesion_status' else assessments.source_column end
        as source_column,
    coalesce(readings.source_row_id, assessments.source_row_id) as source_row_id,
    coalesce(readings.source_file, assessments.source_file) as source_file,
    coalesce(readings.source_row, assessments.source_row) as source_row
from worst
inner join recist.assessments as assessments
    on assessments.subject_id = worst.subject_id
    and assessments.reader = worst.reader
    and assessments.scan_date = worst.scan_date
left join recist.lesion_readings as readings on readings.source_row_id = worst.deciding_row_id
