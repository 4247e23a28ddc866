-- Responses as the readers reported them, typed: one row a reported assessment of the extract.
-- Grain: one row a row of raw.response_assessments; key row_id. Beside every parsed or coded value stands the text it came from.
select
    raw.row_id,
    raw.source_file,
    raw.source_row,
    raw.is_duplicate,
    clean_text(raw.subject_id) as subject_id,
    parse_date(raw.scan_date) as scan_date,
    clean_text(raw.scan_date) as scan_date_text,
    reader_code.code as reader,
    clean_text(raw.reader) as reader_text,
    parse_number(raw.sum_mm) as sum_mm,
    clean_text(raw.sum_mm) as sum_mm_text,
    target_response_code.code as target_response,
    clean_text(raw.target_response) as target_response_text,
    nontarget_response_code.code as nontarget_response,
    clean_text(raw.nontarget_response) as nontarget_response_text,
    new_lesion_code.code as new_lesion,
    clean_text(raw.new_lesion) as new_lesion_text,
    overall_response_code.code as overall_response,
    clean_text(raw.overall_response) as overall_response_text,
    liver_response_code.code as liver_response,
    clean_text(raw.liver_response) as liver_response_text,
    clean_text(raw.not_evaluable_reason) as not_evaluable_reason,
    parse_number(raw.nadir) as nadir_mm,
    clean_text(raw.nadir) as nadir_mm_text,
    progression_driver_code.code as progression_driver,
    clean_text(raw.progression_driver) as progression_driver_text,
    adjudicated_response_code.code as adjudicated_response,
    clean_text(raw.adjudicated_response) as adjudicated_response_text
from raw.response_assessments as raw
left join study.codes as reader_code
    on reader_code.code_list = 'reader' and reader_code.source_text = lower(clean_text(raw.reader))
left join study.codes as target_response_code
    on target_response_code.code_list = 'response' and target_response_code.source_text = lower(clean_text(raw.target_response))
left join study.codes as nontarget_response_code
    on nontarget_response_code.code_list = 'response' and nontarget_response_code.source_text = lower(clean_text(raw.nontarget_response))
left join study.codes as new_lesion_code
    on new_lesion_code.code_list = 'yes_no' and new_lesion_code.source_text = lower(clean_text(raw.new_lesion))
left join study.codes as overall_response_code
    on overall_response_code.code_list = 'response' and overall_response_code.source_text = lower(clean_text(raw.overall_response))
left join study.codes as liver_response_code
    on liver_response_code.code_list = 'response' and liver_response_code.source_text = lower(clean_text(raw.liver_response))
-- What shows a progression is named like the class of the lesion: target, non-target or new.
left join study.codes as progression_driver_code
    on progression_driver_code.code_list = 'lesion_class' and progression_driver_code.source_text = lower(clean_text(raw.progression_driver))
left join study.codes as adjudicated_response_code
    on adjudicated_response_code.code_list = 'response' and adjudicated_response_code.source_text = lower(clean_text(raw.adjudicated_response))
