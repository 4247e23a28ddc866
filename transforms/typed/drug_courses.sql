-- Drug courses as typed data: one row a course row of the extract.
-- Grain: one row a row of raw.drug_courses; key row_id. Beside every parsed or coded value stands the text it came from.
select
    raw.row_id,
    raw.source_file,
    raw.source_row,
    raw.is_duplicate,
    clean_text(raw.subject_id) as subject_id,
    drug_code.code as drug,
    clean_text(raw.drug) as drug_text,
    parse_number(raw.daily_dose_mg) as daily_dose_mg,
    clean_text(raw.daily_dose_mg) as daily_dose_mg_text,
    parse_date(raw.start_date) as start_date,
    clean_text(raw.start_date) as start_date_text,
    parse_date(raw.end_date) as end_date,
    clean_text(raw.end_date) as end_date_text,
    stop_reason_code.code as stop_reason,
    clean_text(raw.stop_reason) as stop_reason_text
from raw.drug_courses as raw
left join study.codes as drug_code
    on drug_code.code_list = 'drug' and drug_code.source_text = lower(clean_text(raw.drug))
left join study.codes as stop_reason_code
    on stop_reason_code.code_list = 'stop_reason' and stop_reason_code.source_text = lower(clean_text(raw.stop_reason))
