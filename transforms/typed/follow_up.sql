-- Follow-up contacts as typed data: one row a contact row of the extract.
-- Grain: one row a row of raw.follow_up; key row_id. Beside every parsed or coded value stands the text it came from.
-- A date of death of which only year and month are known is the first of that month with death_date_precision 'D'
-- (ADaM imputation flag: the day is missing); the derivation of OS moves it to the last date known alive.
with contacts as (
    select
        raw.*,
        parse_date(raw.death_date) as full_death_date,
        parse_month(raw.death_date) as death_month
    from raw.follow_up as raw
)

select
    contacts.row_id,
    contacts.source_file,
    contacts.source_row,
    contacts.is_duplicate,
    clean_text(contacts.subject_id) as subject_id,
    parse_date(contacts.contact_date) as contact_date,
    clean_text(contacts.contact_date) as contact_date_text,
    contact_type_code.code as contact_type,
    clean_text(contacts.contact_type) as contact_type_text,
    vital_status_code.code as vital_status,
    clean_text(contacts.vital_status) as vital_status_text,
    coalesce(contacts.full_death_date, contacts.death_month) as death_date,
    clean_text(contacts.death_date) as death_date_text,
    case when contacts.full_death_date is null and contacts.death_month is not null then 'D' end
        as death_date_precision,
    clean_text(contacts.death_cause) as death_cause
from contacts
left join study.codes as contact_type_code
    on contact_type_code.code_list = 'contact_type'
    and contact_type_code.source_text = lower(clean_text(contacts.contact_type))
left join study.codes as vital_status_code
    on vital_status_code.code_list = 'vital_status'
    and vital_status_code.source_text = lower(clean_text(contacts.vital_status))
