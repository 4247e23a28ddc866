-- The best response and the confirmed one, and why it is no better.
-- Grain: one row a subject, reader, scope and parameter; key subject_id, reader, paramcd. BOR and CBOR, of the organ LBOR
-- and LCBOR.
-- rule, the first that applies:
--   NO ASSESSMENT     none after the start
--   NONE CONSIDERED   all after new anticancer therapy
--   CONFIRMED         a CR or PR, by the assessment of confirmation_date
--   NOT CONFIRMED     there was a CR or PR (response_count), and none was confirmed
--   TOO EARLY         NE or PD, as every stable disease came before stable_disease_days (early_count)
--   NONE EVALUABLE    NE, as nothing else was left
--   BEST              the best of the assessments considered (considered_count), first seen on response_date
-- The source columns name the assessment that decided, or the row of `patients`.
with best as (
    select case best_responses.kind when 'best' then 'BOR' else 'CBOR' end as code, best_responses.*
    from recist.best_responses as best_responses
),

counts as (
    select
        considered.subject_id,
        considered.reader,
        considered.scope,
        count(*) as considered_count,
        count(case when considered.response in ('CR', 'PR') then 1 end) as response_count,
        count(
            case
                when considered.response in ('SD', 'NON-CR/NON-PD')
                    and considered.days_from_start < protocol.stable_disease_days then 1
            end
        ) as early_stable_count,
        count(
            case
                when considered.response in ('CR', 'PR')
                    and considered.days_from_start < protocol.stable_disease_days then 1
            end
        ) as early_response_count
    from recist.considered_responses as considered
    cross join study.protocol as protocol
    group by considered.subject_id, considered.reader, considered.scope
),

assessed as (
    select
        subject_id,
        reader,
        scope,
        count(*) as assessment_count
    from recist.evaluated_responses
    group by subject_id, reader, scope
),

counted as (
    select
        best.*,
        coalesce(assessed.assessment_count, 0) as assessment_count,
        coalesce(counts.considered_count, 0) as considered_count,
        case when best.code = 'CBOR' then coalesce(counts.response_count, 0) else 0 end as response_count,
        coalesce(counts.early_stable_count, 0)
        + case when best.code = 'CBOR' then coalesce(counts.early_response_count, 0) else 0 end as early_count,
        confirmed.confirmation_date
    from best
    left join assessed
        on assessed.subject_id = best.subject_id and assessed.reader = best.reader and assessed.scope = best.scope
    left join counts
        on counts.subject_id = best.subject_id and counts.reader = best.reader and counts.scope = best.scope
    left join recist.confirmed_responses as confirmed
        on best.code = 'CBOR'
        and confirmed.subject_id = best.subject_id
        and confirmed.reader = best.reader
        and confirmed.scope = best.scope
        and confirmed.scan_date = best.response_date
        and confirmed.response = best.best_response
)

select
    counted.subject_id,
    counted.reader,
    counted.reader = protocol.evaluator as is_evaluator,
    counted.scope,
    case counted.scope when 'ORGAN' then 'L' else '' end || counted.code as paramcd,
    counted.best_response,
    counted.response_date,
    date_diff('day', subjects.startdt, counted.response_date) + 1 as ady,
    case
        when counted.assessment_count = 0 then 'NO ASSESSMENT'
        when counted.considered_count = 0 then 'NONE CONSIDERED'
        when counted.confirmation_date is not null then 'CONFIRMED'
        when counted.response_count > 0 then 'NOT CONFIRMED'
        when counted.best_response in ('NE', 'PD') and counted.early_count > 0 then 'TOO EARLY'
        when counted.best_response = 'NE' then 'NONE EVALUABLE'
        else 'BEST'
    end as rule,
    counted.assessment_count,
    counted.considered_count,
    counted.response_count,
    counted.early_count,
    counted.confirmation_date,
    protocol.stable_disease_days,
    protocol.confirmation_days,
    counted.source_table,
    counted.source_row_id,
    counted.source_file,
    counted.source_row
from counted
inner join recist.subjects as subjects on subjects.subject_id = counted.subject_id
cross join study.protocol as protocol
