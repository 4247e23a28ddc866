-- The findings on the records of a subject, and what became of the record.
-- Grain: one row a finding of a subject; key subject_id, rule_id, table_name, row_id, column_name.
-- effect: SUBJECT SET ASIDE, ROW SET ASIDE, CELL SET ASIDE; WAIVED; KEPT.
-- is_comparison: a finding against the cut before, which the same extract would not have in an empty warehouse.
with set_aside as (
    select
        table_name,
        row_id,
        rule_id,
        min(case scope when 'subject' then 1 when 'row' then 2 else 3 end) as reach
    from quality.quarantine
    group by table_name, row_id, rule_id
)

select
    findings.subject_id,
    findings.rule_id,
    findings.title,
    findings.severity,
    findings.sentence,
    findings.endpoints,
    case
        when findings.is_waived then 'WAIVED'
        when set_aside.reach = 1 then 'SUBJECT SET ASIDE'
        when set_aside.reach = 2 then 'ROW SET ASIDE'
        when set_aside.reach = 3 then 'CELL SET ASIDE'
        else 'KEPT'
    end as effect,
    coalesce(findings.relation in ('coverage.changed_subjects', 'coverage.changed_endpoints'), false) as is_comparison,
    findings.query_id,
    findings.column_name,
    findings.table_name as source_table,
    findings.row_id as source_row_id,
    findings.source_file,
    findings.source_row
from quality.findings as findings
left join set_aside
    on set_aside.table_name = findings.table_name
    and set_aside.row_id = findings.row_id
    and set_aside.rule_id = findings.rule_id
where findings.subject_id is not null
