-- The overall responses of each reader, by the source that the protocol chooses: derived from the lesions, or reported.
-- Grain: one row a subject, reader, scope and scan date; key the same.
-- Rules (study.protocol.response_source):
--   derived    recist.overall_responses
--   reported   the reported overall response (scope ALL) and organ response (scope ORGAN) of an assessment from the start
--              to the data cut; of several of one day the worst: PD, NON-CR/NON-PD, SD, PR, CR, NE. Without a response
--              there was no assessment
-- decided_by: target, nontarget or new lesion; reported. The source columns name the record that decided.
with reported_assessments as (
    select
        reported.subject_id,
        reported.reader,
        reported.scan_date,
        reported.overall_response,
        reported.liver_response,
        reported.row_id as source_row_id,
        reported.source_file,
        reported.source_row
    from clean.response_assessments as reported
    inner join recist.subjects as subjects
        on subjects.subject_id = reported.subject_id
        and reported.scan_date >= subjects.startdt and reported.scan_date <= subjects.data_cut
    where reported.reader is not null
),

reported_responses as (
    select
        subject_id, reader, 'ALL' as scope, scan_date, overall_response as response,
        'overall_response' as source_column, source_row_id, source_file, source_row
    from reported_assessments
    where overall_response is not null
    union all
    select
        subject_id, reader, 'ORGAN' as scope, scan_date, liver_response as response,
        'liver_response' as source_column, source_row_id, source_file, source_row
    from reported_assessments
    where liver_response is not null
),

ranked_reports as (
    select
        reported_responses.*,
        row_number() over (
            partition by subject_id, reader, scope, scan_date
            order by
                case response
                    when 'PD' then 1
                    when 'NON-CR/NON-PD' then 2
                    when 'SD' then 3
                    when 'PR' then 4
                    when 'CR' then 5
                    else 6
                end,
                source_row_id
        ) as place
    from reported_responses
)

select
    subject_id, reader, scope, scan_date, response, decided_by,
    source_table, source_column, source_row_id, source_file, source_row
from recist.overall_responses
cross join study.protocol as protocol
where protocol.response_source = 'derived'
union all
select
    subject_id, reader, scope, scan_date, response, 'reported' as decided_by,
    'response_assessments' as source_table, source_column, source_row_id, source_file, source_row
from ranked_reports
cross join study.protocol as protocol
where protocol.response_source = 'reported' and place = 1
