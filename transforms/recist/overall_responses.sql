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
        end as decided_by,
        targets.source_table as target_source_table,
        nontargets.source_table as nontarget_source_table,
        new_lesions.source_table as new_lesion_source_table,
        targets.source_column as target_source_column,
        nontargets.source_column as nontarget_source_column,
        new_lesions.source_column as new_lesion_source_column,
        targets.source_row_id as target_source_row_id,
        nontargets.source_row_id as nontarget_source_row_id,
        new_lesions.source_row_id as new_lesion_source_row_id,
        targets.source_file as target_source_file,
        nontargets.source_file as nontarget_source_file,
        new_lesions.source_file as new_lesion_source_file,
        targets.source_row as target_source_row,
        nontargets.source_row as nontarget_source_row,
        new_lesions.source_row as new_lesion_source_row
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
    case parts.decided_by
        when 'target' then parts.target_source_table
        when 'nontarget' then parts.nontarget_source_table
        else parts.new_lesion_source_table
    end as source_table,
    case parts.decided_by
        when 'target' then parts.target_source_column
        when 'nontarget' then parts.nontarget_source_column
        else parts.new_lesion_source_column
    end as source_column,
    case parts.decided_by
        when 'target' then parts.target_source_row_id
        when 'nontarget' then parts.nontarget_source_row_id
        else parts.new_lesion_source_row_id
    end as source_row_id,
    case parts.decided_by
        when 'target' then parts.target_source_file
        when 'nontarget' then parts.nontarget_source_file
        else parts.new_lesion_source_file
    end as source_file,
    case parts.decided_by
        when 'target' then parts.target_source_row
        when 'nontarget' then parts.nontarget_source_row
        else parts.new_lesion_source_row
    end as source_row
from parts
