-- Patients as typed data: one row a patient row of the extract.
-- Grain: one row a row of raw.patients; key row_id. Beside every parsed or coded value stands the text it came from.
select
    raw.row_id,
    raw.source_file,
    raw.source_row,
    raw.is_duplicate,
    clean_text(raw.subject_id) as subject_id,
    clean_text(raw.record_id) as record_id,
    clean_text(raw.name_id) as name_id,
    clean_text(raw.phone_id) as phone_id,
    clean_text(raw.site) as site,
    arm_code.code as arm,
    clean_text(raw.arm) as arm_text,
    sex_code.code as sex,
    clean_text(raw.sex) as sex_text,
    parse_integer(raw.birth_year) as birth_year,
    clean_text(raw.birth_year) as birth_year_text,
    parse_integer(raw.age_years) as age_years,
    clean_text(raw.age_years) as age_years_text,
    histology_code.code as histology,
    clean_text(raw.histology) as histology_text,
    cd117_code.code as cd117,
    clean_text(raw.cd117) as cd117_text,
    parse_integer(raw.ecog) as ecog,
    clean_text(raw.ecog) as ecog_text,
    child_pugh_class_code.code as child_pugh_class,
    clean_text(raw.child_pugh_class) as child_pugh_class_text,
    parse_integer(raw.child_pugh_score) as child_pugh_score,
    clean_text(raw.child_pugh_score) as child_pugh_score_text,
    primary_location_code.code as primary_location,
    clean_text(raw.primary_location) as primary_location_text,
    parse_number(raw.liver_involvement_pct) as liver_involvement_pct,
    clean_text(raw.liver_involvement_pct) as liver_involvement_pct_text,
    blood_supply_code.code as blood_supply,
    clean_text(raw.blood_supply) as blood_supply_text,
    parse_date(raw.diagnosis_date) as diagnosis_date,
    clean_text(raw.diagnosis_date) as diagnosis_date_text,
    parse_date(raw.consent_date) as consent_date,
    clean_text(raw.consent_date) as consent_date_text,
    parse_date(raw.index_date) as index_date,
    clean_text(raw.index_date) as index_date_text,
    prior_therapy_code.code as prior_therapy,
    clean_text(raw.prior_therapy) as prior_therapy_text,
    prior_therapy_stop_reason_code.code as prior_therapy_stop_reason,
    clean_text(raw.prior_therapy_stop_reason) as prior_therapy_stop_reason_text,
    reported_liver_lesion_group_code.code as reported_liver_lesion_group,
    clean_text(raw.reported_liver_lesion_group) as reported_liver_lesion_group_text,
    reported_extrahepatic_code.code as reported_extrahepatic,
    clean_text(raw.reported_extrahepatic) as reported_extrahepatic_text,
    reported_tki_reintroduction_code.code as reported_tki_reintroduction,
    clean_text(raw.reported_tki_reintroduction) as reported_tki_reintroduction_text,
    reported_best_response_code.code as reported_best_response,
    clean_text(raw.reported_best_response) as reported_best_response_text,
    reported_best_organ_response_code.code as reported_best_organ_response,
    clean_text(raw.reported_best_organ_response) as reported_best_organ_response_text
from raw.patients as raw
left join study.codes as arm_code
    on arm_code.code_list = 'arm' and arm_code.source_text = lower(clean_text(raw.arm))
left join study.codes as sex_code
    on sex_code.code_list = 'sex' and sex_code.source_text = lower(clean_text(raw.sex))
left join study.codes as histology_code
    on histology_code.code_list = 'histology' and histology_code.source_text = lower(clean_text(raw.histology))
left join study.codes as cd117_code
    on cd117_code.code_list = 'cd117' and cd117_code.source_text = lower(clean_text(raw.cd117))
left join study.codes as child_pugh_class_code
    on child_pugh_class_code.code_list = 'child_pugh_class' and child_pugh_class_code.source_text = lower(clean_text(raw.child_pugh_class))
left join study.codes as primary_location_code
    on primary_location_code.code_list = 'primary_location' and primary_location_code.source_text = lower(clean_text(raw.primary_location))
left join study.codes as blood_supply_code
    on blood_supply_code.code_list = 'blood_supply' and blood_supply_code.source_text = lower(clean_text(raw.blood_supply))
left join study.codes as prior_therapy_code
    on prior_therapy_code.code_list = 'yes_no' and prior_therapy_code.source_text = lower(clean_text(raw.prior_therapy))
left join study.codes as prior_therapy_stop_reason_code
    on prior_therapy_stop_reason_code.code_list = 'stop_reason'
    and prior_therapy_stop_reason_code.source_text = lower(clean_text(raw.prior_therapy_stop_reason))
left join study.codes as reported_liver_lesion_group_code
    on reported_liver_lesion_group_code.code_list = 'liver_lesion_group' and reported_liver_lesion_group_code.source_text = lower(clean_text(raw.reported_liver_lesion_group))
left join study.codes as reported_extrahepatic_code
    on reported_extrahepatic_code.code_list = 'yes_no' and reported_extrahepatic_code.source_text = lower(clean_text(raw.reported_extrahepatic))
left join study.codes as reported_tki_reintroduction_code
    on reported_tki_reintroduction_code.code_list = 'yes_no' and reported_tki_reintroduction_code.source_text = lower(clean_text(raw.reported_tki_reintroduction))
left join study.codes as reported_best_response_code
    on reported_best_response_code.code_list = 'response' and reported_best_response_code.source_text = lower(clean_text(raw.reported_best_response))
left join study.codes as reported_best_organ_response_code
    on reported_best_organ_response_code.code_list = 'response' and reported_best_organ_response_code.source_text = lower(clean_text(raw.reported_best_organ_response))
