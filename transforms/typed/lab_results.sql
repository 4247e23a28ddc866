-- Laboratory results as typed data: one row a result row of the extract.
-- Grain: one row a row of raw.lab_results; key row_id. Beside every parsed or coded value stands the text it came from.
select
    raw.row_id,
    raw.source_file,
    raw.source_row,
    raw.is_duplicate,
    clean_text(raw.subject_id) as subject_id,
    parse_date(raw.sample_date) as sample_date,
    clean_text(raw.sample_date) as sample_date_text,
    test_code.code as test,
    clean_text(raw.test) as test_text,
    parse_number(raw.value) as value,
    clean_text(raw.value) as value_text,
    clean_text(raw.unit) as unit,
    parse_number(raw.lower_limit) as lower_limit,
    clean_text(raw.lower_limit) as lower_limit_text,
    parse_number(raw.upper_limit) as upper_limit,
    clean_text(raw.upper_limit) as upper_limit_text
from raw.lab_results as raw
left join study.codes as test_code
    on test_code.code_list = 'lab_test' and test_code.source_text = lower(clean_text(raw.test))
