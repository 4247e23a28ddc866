-- Adverse events as typed data: one row an event row of the extract.
-- Grain: one row a row of raw.adverse_events; key row_id. Beside every parsed or coded value stands the text it came from.
-- A term that is on no list is its own code where the list is open (study.open_lists).
select
    raw.row_id,
    raw.source_file,
    raw.source_row,
    raw.is_duplicate,
    clean_text(raw.subject_id) as subject_id,
    parse_integer(raw.ae_number) as ae_number,
    clean_text(raw.ae_number) as ae_number_text,
    clean_text(raw.reported_term) as reported_term,
    coalesce(term_code.code, case when open_lists.code_list is not null then upper(clean_text(raw.term)) end) as term,
    clean_text(raw.term) as term_text,
    parse_integer(raw.grade) as grade,
    clean_text(raw.grade) as grade_text,
    parse_date(raw.start_date) as start_date,
    clean_text(raw.start_date) as start_date_text,
    parse_date(raw.end_date) as end_date,
    clean_text(raw.end_date) as end_date_text,
    serious_code.code as serious,
    clean_text(raw.serious) as serious_text,
    outcome_code.code as outcome,
    clean_text(raw.outcome) as outcome_text,
    clean_text(raw.ctcae_version) as ctcae_version
from raw.adverse_events as raw
left join study.codes as term_code
    on term_code.code_list = 'ae_term' and term_code.source_text = lower(clean_text(raw.term))
left join study.open_lists as open_lists on open_lists.code_list = 'ae_term'
left join study.codes as serious_code
    on serious_code.code_list = 'yes_no' and serious_code.source_text = lower(clean_text(raw.serious))
left join study.codes as outcome_code
    on outcome_code.code_list = 'outcome' and outcome_code.source_text = lower(clean_text(raw.outcome))
