-- Every record that shows a subject alive on a day: contacts, scans and what was read of them, procedures, samples,
-- onsets, starts of a drug. Without what was read of a scan, progression-free survival would outlast survival.
-- Grain: one row a source row with such a day; key source_table, source_row_id. Not cut: a record after the data cut
-- shows that the subject was alive at the cut.
-- `preference` orders records of one day: what was asked comes before what is inferred.
with records as (
    select
        1 as preference, subject_id, contact_date as alive_date, 'follow_up' as source_table,
        'contact_date' as source_column, row_id as source_row_id, source_file, source_row
    from clean.follow_up
    where vital_status = 'ALIVE'
    union all
    select
        2 as preference, subject_id, scan_date as alive_date, 'lesion_measurements' as source_table,
        'scan_date' as source_column, row_id as source_row_id, source_file, source_row
    from clean.lesion_measurements
    union all
    select
        3 as preference, subject_id, procedure_date as alive_date, 'procedures' as source_table,
        'procedure_date' as source_column, row_id as source_row_id, source_file, source_row
    from clean.procedures
    union all
    select
        4 as preference, subject_id, sample_date as alive_date, 'lab_results' as source_table,
        'sample_date' as source_column, row_id as source_row_id, source_file, source_row
    from clean.lab_results
    union all
    select
        5 as preference, subject_id, start_date as alive_date, 'adverse_events' as source_table,
        'start_date' as source_column, row_id as source_row_id, source_file, source_row
    from clean.adverse_events
    union all
    select
        6 as preference, subject_id, start_date as alive_date, 'drug_courses' as source_table,
        'start_date' as source_column, row_id as source_row_id, source_file, source_row
    from clean.drug_courses
    union all
    select
        7 as preference, subject_id, scan_date as alive_date, 'response_assessments' as source_table,
        'scan_date' as source_column, row_id as source_row_id, source_file, source_row
    from clean.response_assessments
    union all
    select
        8 as preference, subject_id, first_seen_date as alive_date, 'lesions' as source_table,
        'first_seen_date' as source_column, row_id as source_row_id, source_file, source_row
    from clean.lesions
)

select records.*
from records
inner join recist.subjects as subjects on subjects.subject_id = records.subject_id
where records.alive_date is not null
