-- The best responses that the patients file reports beside the derived ones, of all lesions and of the organ's.
-- Grain: one row a published row of patients; key row_id.
-- A derived value stands here only where no lesion of the subject, and no measurement of the evaluator, is in doubt.
-- Without any assessment the derived value is MISSING; a reader who reports NE then says the same.
with doubted as (
    select lesions.subject_id
    from quality.findings as findings
    inner join typed.lesions as lesions
        on lesions.row_id = findings.row_id
    where findings.table_name = 'lesions'
    union
    select measurements.subject_id
    from quality.findings as findings
    inner join typed.lesion_measurements as measurements
        on measurements.row_id = findings.row_id
    cross join study.protocol as protocol
    where findings.table_name = 'lesion_measurements'
        and coalesce(measurements.reader, protocol.evaluator) = protocol.evaluator
),

best as (
    select
        adsl.subjid as subject_id,
        max(case when adrs.paramcd = 'BOR' then adrs.avalc end) as best_response,
        max(case when adrs.paramcd = 'LBOR' then adrs.avalc end) as best_organ_response
    from analysis.adrs as adrs
    inner join analysis.adsl as adsl
        on adsl.usubjid = adrs.usubjid
    where adrs.paramcd in ('BOR', 'LBOR')
    group by adsl.subjid
)

select
    patients.row_id,
    patients.subject_id,
    patients.site,
    patients.source_file,
    patients.source_row,
    patients.reported_best_response,
    patients.reported_best_organ_response,
    case
        when doubted.subject_id is not null then null
        when best.best_response = 'MISSING' then 'NE'
        else best.best_response
    end as derived_best_response,
    case
        when doubted.subject_id is not null then null
        when best.best_organ_response = 'MISSING' then 'NE'
        else best.best_organ_response
    end as derived_best_organ_response
from clean.patients as patients
left join best
    on best.subject_id = patients.subject_id
left join doubted
    on doubted.subject_id = patients.subject_id
