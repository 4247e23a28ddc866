-- Where the evaluator's times end without an event: at the last adequate assessment, or at the last of any kind.
-- Grain: one row a subject, scope and censored_at; key the same. Without an assessment it is the start.
-- censored_at: ADEQUATE for progression-free survival and the duration of response, ANY for the time to response and to
-- progression of the organ. cnsr: 1 ongoing at the data cut, 2 no adequate (of ANY: no) assessment after the start.
with ranked as (
    select
        candidates.*,
        row_number() over (
            partition by subject_id, scope
            order by censoring_date desc, case when is_start then 2 else 1 end
        ) as place_of_all,
        row_number() over (
            partition by subject_id, scope, is_adequate
            order by censoring_date desc, case when is_start then 2 else 1 end
        ) as place_of_adequate
    from recist.censoring_candidates as candidates
),

chosen as (
    select
        ranked.*,
        'ADEQUATE' as censored_at,
        'Last adequate assessment' as words
    from ranked
    where is_adequate and place_of_adequate = 1
    union all
    select
        ranked.*,
        'ANY' as censored_at,
        'Last assessment' as words
    from ranked
    where place_of_all = 1
)

select
    chosen.subject_id,
    chosen.scope,
    chosen.censored_at,
    chosen.censoring_date,
    case when chosen.is_start then 2 else 1 end as cnsr,
    case
        when chosen.is_start then 'Start of follow-up'
        when chosen.scope = 'ALL' then chosen.words
        else chosen.words || ' (' || lower(protocol.response_organ) || ')'
    end as cnsdtdsc,
    chosen.source_table,
    chosen.source_column,
    chosen.source_row_id,
    chosen.source_file,
    chosen.source_row
from chosen
cross join study.protocol as protocol
