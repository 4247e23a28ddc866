-- Lesions as typed data: one row a lesion row of the extract.
-- Grain: one row a row of raw.lesions; key row_id. Beside every parsed or coded value stands the text it came from.
select
    raw.row_id,
    raw.source_file,
    raw.source_row,
    raw.is_duplicate,
    clean_text(raw.subject_id) as subject_id,
    clean_text(raw.lesion_id) as lesion_id,
    organ_code.code as organ,
    clean_text(raw.organ) as organ_text,
    clean_text(raw.location_text) as location_text,
    lesion_class_code.code as lesion_class,
    clean_text(raw.lesion_class) as lesion_class_text,
    parse_date(raw.first_seen_date) as first_seen_date,
    clean_text(raw.first_seen_date) as first_seen_date_text
from raw.lesions as raw
left join study.codes as organ_code
    on organ_code.code_list = 'organ' and organ_code.source_text = lower(clean_text(raw.organ))
left join study.codes as lesion_class_code
    on lesion_class_code.code_list = 'lesion_class' and lesion_class_code.source_text = lower(clean_text(raw.lesion_class))
