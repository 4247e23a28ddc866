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
        coalesce(readings.source_row_id, assessments.source_row_id) as source_row_id,
        coalesce(readings.source_file, assessments.source_file) as source_file,
        coalesce(readings.source_row, assessments.source_row) as source_row,
        case when readings.source_row_id is not null then 'lesion_measurements' else assessments.source_table end
            as source_table,
        case when readings.source_row_id is not null then 'lesion_status' else assessments.source_column end
            as source_column
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

ranked as (
    select
        nontarget_readings.*,
        row_number() over (
            partition by subject_id, reader, scope, scan_date
            order by severity, source_row_id
        ) as place
    from nontarget_readings
)

select
    subject_id,
    reader,
    scope,
    scan_date,
    case severity when 1 then 'PD' when 2 then 'NE' when 3 then 'NON-CR/NON-PD' when 4 then 'CR' end as response,
    source_table,
    source_column,
    source_row_id,
    source_file,
    source_row
from ranked
where place = 1
