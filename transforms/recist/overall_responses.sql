-- The overall response at each assessment after the baseline: of all lesions (scope ALL) and of the organ's (ORGAN).
-- Grain: one row a subject, reader, scope and scan date; key the same.
-- Rules (RECIST 1.1, tables 1 and 2): progression of anything is PD; targets in CR are CR only with the non-targets in
-- CR or none, else PR; otherwise the target response; without targets the non-target response. Where a scope holds no
-- lesion at all there is nothing to respond: NE.
-- The source columns name what decided: the target, the non-target or the new lesion; else the assessment's first row.
with parts as (
    select
        new_lesions.subject_id,
        new_lesions.reader,
        new_lesions.scope,
        new_lesions.scan_date,
        targets.response as target_response,
        nontargets.response as nontarget_response,
        new_lesions.new_lesion,
        case
            when targets.response = 'PD' then 'target'
            when nontargets.response = 'PD' then 'nontarget'
            when new_lesions.new_lesion = 'Y' then 'new lesion'
            when targets.response is not null then 'target'
            when nontargets.response is not null then 'nontarget'
            else 'new lesion'
        end as decided_by
    from recist.new_lesions as new_lesions
    left join recist.target_responses as targets
        on targets.subject_id = new_lesions.subject_id
        and targets.reader = new_lesions.reader
        and targets.scope = new_lesions.scope
        and targets.scan_date = new_lesions.scan_date
    left join recist.nontarget_responses as nontargets
        on nontargets.subject_id = new_lesions.subject_id
        and nontargets.reader = new_lesions.reader
        and nontargets.scope = new_lesions.scope
        and nontargets.scan_date = new_lesions.scan_date
),

sources as (
    select
        'target' as decided_by,
        subject_id, reader, scope, scan_date, source_table, source_column, source_row_id, source_file, source_row
    from recist.target_responses
    union all
    select
        'nontarget' as decided_by,
        subject_id, reader, scope, scan_date, source_table, source_column, source_row_id, source_file, source_row
    from recist.nontarget_responses
    union all
    select
        'new lesion' as decided_by,
        subject_id, reader, scope, scan_date, source_table, source_column, source_row_id, source_file, source_row
    from recist.new_lesions
)

select
    parts.subject_id,
    parts.reader,
    parts.scope,
    parts.scan_date,
    parts.target_response,
    parts.nontarget_response,
    parts.new_lesion,
    case
        when parts.target_response = 'PD' or parts.nontarget_response = 'PD' or parts.new_lesion = 'Y' then 'PD'
        when parts.target_response = 'CR' and coalesce(parts.nontarget_response, 'CR') <> 'CR' then 'PR'
        else coalesce(parts.target_response, parts.nontarget_response, 'NE')
    end as response,
    parts.decided_by,
    sources.source_table,
    sources.source_column,
    sources.source_row_id,
    sources.source_file,
    sources.source_row
from parts
inner join sources
    on sources.decided_by = parts.decided_by
    and sources.subject_id = parts.subject_id
    and sources.reader = parts.reader
    and sources.scope = parts.scope
    and sources.scan_date = parts.scan_date
