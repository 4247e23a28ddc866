-- Lesion measurements as typed data, in millimetres: one row a measurement row of the extract.
-- Grain: one row a row of raw.lesion_measurements; key row_id. Beside every parsed or coded value stands its text.
-- A diameter without a known unit stays null: a guess between cm and mm would be wrong by a factor of ten.
with measurements as (
    select
        raw.*,
        unit_code.code as unit,
        case unit_code.code when 'cm' then 10 when 'mm' then 1 end as mm_per_unit
    from raw.lesion_measurements as raw
    left join study.codes as unit_code
        on unit_code.code_list = 'unit' and unit_code.source_text = lower(clean_text(raw.diameter_unit))
)

select
    measurements.row_id,
    measurements.source_file,
    measurements.source_row,
    measurements.is_duplicate,
    clean_text(measurements.subject_id) as subject_id,
    clean_text(measurements.lesion_id) as lesion_id,
    parse_date(measurements.scan_date) as scan_date,
    clean_text(measurements.scan_date) as scan_date_text,
    reader_code.code as reader,
    clean_text(measurements.reader) as reader_text,
    modality_code.code as modality,
    clean_text(measurements.modality) as modality_text,
    try_cast(parse_number(measurements.diameter) * measurements.mm_per_unit as decimal(9, 2)) as diameter_mm,
    clean_text(measurements.diameter) as diameter_text,
    measurements.unit as diameter_unit,
    clean_text(measurements.diameter_unit) as diameter_unit_text,
    try_cast(parse_number(measurements.short_axis) * measurements.mm_per_unit as decimal(9, 2)) as short_axis_mm,
    clean_text(measurements.short_axis) as short_axis_text,
    status_code.code as lesion_status,
    clean_text(measurements.lesion_status) as lesion_status_text,
    clean_text(measurements.not_evaluable_reason) as not_evaluable_reason,
    noted_class_code.code as noted_class,
    clean_text(measurements.noted_class) as noted_class_text,
    clean_text(measurements.noted_location) as noted_location,
    parse_number(measurements.slice_thickness) as slice_mm,
    clean_text(measurements.slice_thickness) as slice_mm_text,
    clean_text(measurements.embolisation_effect) as embolisation_effect,
    clean_text(measurements.comment) as comment
from measurements
left join study.codes as reader_code
    on reader_code.code_list = 'reader' and reader_code.source_text = lower(clean_text(measurements.reader))
left join study.codes as modality_code
    on modality_code.code_list = 'modality' and modality_code.source_text = lower(clean_text(measurements.modality))
left join study.codes as status_code
    on status_code.code_list = 'lesion_status'
    and status_code.source_text = lower(clean_text(measurements.lesion_status))
left join study.codes as noted_class_code
    on noted_class_code.code_list = 'lesion_class'
    and noted_class_code.source_text = lower(clean_text(measurements.noted_class))
