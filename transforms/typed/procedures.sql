-- Procedures (sessions) as typed data: one row a session row of the extract.
-- Grain: one row a row of raw.procedures; key row_id. Beside every parsed or coded value stands the text it came from.
select
    raw.row_id,
    raw.source_file,
    raw.source_row,
    raw.is_duplicate,
    clean_text(raw.subject_id) as subject_id,
    parse_integer(raw.session_number) as session_number,
    clean_text(raw.session_number) as session_number_text,
    parse_date(raw.procedure_date) as procedure_date,
    clean_text(raw.procedure_date) as procedure_date_text,
    parse_number(raw.iodised_oil_ml) as iodised_oil_ml,
    clean_text(raw.iodised_oil_ml) as iodised_oil_ml_text,
    parse_number(raw.doxorubicin_mg) as doxorubicin_mg,
    clean_text(raw.doxorubicin_mg) as doxorubicin_mg_text,
    clean_text(raw.embolic_agent) as embolic_agent
from raw.procedures as raw
