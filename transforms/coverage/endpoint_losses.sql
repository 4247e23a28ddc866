-- Subjects whom an endpoint lost, or of whom it lost a record, because something was set aside.
-- Grain: one row a subject of the patients file, and endpoint that is concerned; key subject_id, paramcd.
-- loss: 'left', the published analysis has no record of the endpoint for the subject; 'touched', it has one, derived
-- without a record that was set aside. rule_ids: the rules that set it aside.
-- What concerns an endpoint: the subject's row of patients (every endpoint); rows and cells of the tables that the
-- endpoint is derived from, where the finding names it; and, of a subject who is in no analysis data, what its start is
-- read from. A subject who is missing for another reason (a start after the data cut) is not lost here.
-- Reported responses are a source where the protocol takes them for the endpoints.
-- A finding names OS, PFS, LPFS, BOR or LBOR; what else is derived is concerned by what concerns these.
with named as (
    select paramcd, named_as
    from (
        values
            ('OS', 'OS'),
            ('PFS', 'PFS'),
            ('PFSNACT', 'PFS'),
            ('PFSFDA', 'PFS'),
            ('LPFS', 'LPFS'),
            ('TTLP', 'LPFS'),
            ('BOR', 'BOR'),
            ('CBOR', 'BOR'),
            ('TTR', 'BOR'),
            ('RSD', 'BOR'),
            ('RSD', 'PFS'),
            ('CRSD', 'BOR'),
            ('CRSD', 'PFS'),
            ('LBOR', 'LBOR'),
            ('LCBOR', 'LBOR'),
            ('LTTR', 'LBOR'),
            ('LRSD', 'LBOR'),
            ('LRSD', 'LPFS'),
            ('LCRSD', 'LBOR'),
            ('LCRSD', 'LPFS')
    ) as listed (paramcd, named_as)
),

read_tables as (
    select named_as, table_name
    from (
        values
            ('OS', 'patients'),
            ('OS', 'procedures'),
            ('OS', 'drug_courses'),
            ('OS', 'lesion_measurements'),
            ('OS', 'adverse_events'),
            ('OS', 'lab_results'),
            ('OS', 'follow_up'),
            ('PFS', 'patients'),
            ('PFS', 'procedures'),
            ('PFS', 'drug_courses'),
            ('PFS', 'lesions'),
            ('PFS', 'lesion_measurements'),
            ('PFS', 'follow_up'),
            ('LPFS', 'patients'),
            ('LPFS', 'procedures'),
            ('LPFS', 'drug_courses'),
            ('LPFS', 'lesions'),
            ('LPFS', 'lesion_measurements'),
            ('LPFS', 'follow_up'),
            ('BOR', 'patients'),
            ('BOR', 'procedures'),
            ('BOR', 'drug_courses'),
            ('BOR', 'lesions'),
            ('BOR', 'lesion_measurements'),
            ('LBOR', 'patients'),
            ('LBOR', 'procedures'),
            ('LBOR', 'drug_courses'),
            ('LBOR', 'lesions'),
            ('LBOR', 'lesion_measurements')
    ) as listed (named_as, table_name)
),

sources as (
    select
        named.paramcd,
        named.named_as,
        read_tables.table_name
    from named
    inner join read_tables on read_tables.named_as = named.named_as
    union all
    select
        named.paramcd,
        named.named_as,
        'response_assessments' as table_name
    from named
    cross join study.protocol as protocol
    where named.named_as <> 'OS' and protocol.response_source = 'reported'
),

concerned as (
    select quarantine.subject_id, endpoints.paramcd, quarantine.rule_id
    from quality.quarantine as quarantine
    cross join study.endpoints as endpoints
    where quarantine.table_name = 'patients' and quarantine.scope in ('row', 'subject')
    union
    select quarantine.subject_id, sources.paramcd, quarantine.rule_id
    from quality.quarantine as quarantine
    inner join quality.findings as findings
        on findings.rule_id = quarantine.rule_id
        and findings.table_name = quarantine.table_name
        and findings.row_id = quarantine.row_id
        and findings.scope = quarantine.scope
    inner join sources
        on sources.table_name = quarantine.table_name
        and ',' || replace(findings.endpoints, ' ', '') || ',' like '%,' || sources.named_as || ',%'
    where findings.severity = 'error' and quarantine.scope in ('row', 'cell')
    union
    select quarantine.subject_id, endpoints.paramcd, quarantine.rule_id
    from quality.quarantine as quarantine
    inner join checks.subjects as subjects
        on subjects.subject_id = quarantine.subject_id
    cross join study.endpoints as endpoints
    left join analysis.adsl as adsl
        on adsl.subjid = quarantine.subject_id
    where adsl.subjid is null
        and (
            quarantine.table_name = 'patients'
            or (quarantine.table_name = 'procedures' and subjects.start_from = 'first_procedure')
        )
),

published as (
    select adsl.subjid as subject_id, adtte.paramcd
    from analysis.adtte as adtte
    inner join analysis.adsl as adsl
        on adsl.usubjid = adtte.usubjid
    union
    select adsl.subjid as subject_id, adrs.paramcd
    from analysis.adrs as adrs
    inner join analysis.adsl as adsl
        on adsl.usubjid = adrs.usubjid
)

select
    subjects.arm,
    concerned.paramcd,
    concerned.subject_id,
    string_agg(concerned.rule_id, ', ' order by concerned.rule_id) as rule_ids,
    case when published.subject_id is null then 'left' else 'touched' end as loss
from concerned
inner join study.endpoints as endpoints
    on endpoints.paramcd = concerned.paramcd
inner join checks.subjects as subjects
    on subjects.subject_id = concerned.subject_id
left join published
    on published.subject_id = concerned.subject_id and published.paramcd = concerned.paramcd
group by subjects.arm, concerned.paramcd, concerned.subject_id, published.subject_id
