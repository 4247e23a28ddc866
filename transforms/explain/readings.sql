-- What a reader saw of a lesion, as it was entered and as it counts.
-- Grain: one row a subject, reader, scan date and lesion of recist.lesion_readings; key the same.
-- is_used: the scan is an assessment (an earlier scan than the baseline is none).
-- reading_rule, of sizes: TOO SMALL counts as 5 mm; NORMAL NODE is below 10 mm; GONE is 0; AS MEASURED. Of no size: STATUS.
-- The source columns name the row of `lesion_measurements`.
select
    readings.subject_id,
    readings.reader,
    readings.scan_date,
    readings.lesion_id,
    readings.lesion_class,
    readings.organ,
    readings.is_node,
    coalesce(measurements.short_axis_text, measurements.diameter_text) as entered_size,
    measurements.diameter_unit_text as entered_unit,
    measurements.lesion_status_text as entered_status,
    readings.size_mm,
    readings.presence,
    case
        when readings.size_mm is null then 'STATUS'
        when readings.size_mm = 0 then 'GONE'
        when readings.is_node and readings.size_mm < 10 then 'NORMAL NODE'
        when readings.size_mm = 5
            and coalesce(measurements.short_axis_mm, measurements.diameter_mm) < 5 then 'TOO SMALL'
        else 'AS MEASURED'
    end as reading_rule,
    assessments.subject_id is not null as is_used,
    'lesion_measurements' as source_table,
    readings.source_row_id,
    readings.source_file,
    readings.source_row
from recist.lesion_readings as readings
inner join clean.lesion_measurements as measurements on measurements.row_id = readings.source_row_id
left join recist.assessments as assessments
    on assessments.subject_id = readings.subject_id
    and assessments.reader = readings.reader
    and assessments.scan_date = readings.scan_date
