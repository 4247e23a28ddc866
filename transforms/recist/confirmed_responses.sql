-- The complete and partial responses that a later assessment confirms.
-- Grain: one row a subject, reader, scope and scan date of a confirmed response; key the same.
-- Rules, with study.protocol.confirmation_days (28; the interval has no + 1) and most_not_evaluable_between (1):
--   CR  a CR so many days later; between them only CR and NE, of NE at most so many
--   PR  a CR or PR so many days later; between them only CR, PR and NE, of NE at most so many; no PR after a CR. Where
--       the protocol accepts it (confirmation_accepts_stable), one SD may stand between
-- What lies between two assessments is the difference of running counts. A PR after a CR is a relapse; between a PR and
-- its confirmation there is one exactly where the count of relapses differs.
-- confirmation_date: the first assessment that confirms. The source columns are those of the response itself.
with latest as (
    select
        subject_id,
        reader,
        scope,
        scan_date,
        response,
        max(case when response = 'CR' then scan_date end) over earlier as last_complete_date,
        max(case when response = 'PR' then scan_date end) over earlier as last_partial_date
    from recist.considered_responses
    window earlier as (
        partition by subject_id, reader, scope
        order by scan_date
        rows between unbounded preceding and 1 preceding
    )
),

counted as (
    select
        latest.*,
        count(case when response = 'PR' then 1 end) over so_far as partial_count,
        count(case when response = 'SD' then 1 end) over so_far as stable_count,
        count(case when response = 'NE' then 1 end) over so_far as not_evaluable_count,
        count(case when response in ('PD', 'NON-CR/NON-PD') then 1 end) over so_far as other_count,
        count(
            case
                when response = 'PR' and last_complete_date is not null
                    and (last_partial_date is null or last_complete_date > last_partial_date) then 1
            end
        ) over so_far as relapse_count
    from latest
    window so_far as (
        partition by subject_id, reader, scope
        order by scan_date
        rows between unbounded preceding and current row
    )
),

confirmations as (
    select
        firsts.subject_id,
        firsts.reader,
        firsts.scope,
        firsts.scan_date,
        min(laters.scan_date) as confirmation_date
    from counted as firsts
    inner join counted as laters
        on laters.subject_id = firsts.subject_id
        and laters.reader = firsts.reader
        and laters.scope = firsts.scope
        and laters.scan_date > firsts.scan_date
    cross join study.protocol as protocol
    where firsts.response in ('CR', 'PR')
        and laters.response in ('CR', 'PR')
        and date_diff('day', firsts.scan_date, laters.scan_date) >= protocol.confirmation_days
        and laters.other_count = firsts.other_count
        and laters.not_evaluable_count - firsts.not_evaluable_count <= protocol.most_not_evaluable_between
        and (
            (
                firsts.response = 'CR'
                and laters.partial_count = firsts.partial_count
                and laters.stable_count = firsts.stable_count
            )
            or (
                firsts.response = 'PR'
                and laters.relapse_count = firsts.relapse_count
                and laters.stable_count - firsts.stable_count
                <= case when protocol.confirmation_accepts_stable then 1 else 0 end
            )
        )
    group by firsts.subject_id, firsts.reader, firsts.scope, firsts.scan_date
)

select
    responses.subject_id,
    responses.reader,
    responses.scope,
    responses.scan_date,
    responses.response,
    confirmations.confirmation_date,
    responses.source_table,
    responses.source_column,
    responses.source_row_id,
    responses.source_file,
    responses.source_row
from recist.considered_responses as responses
inner join confirmations
    on confirmations.subject_id = responses.subject_id
    and confirmations.reader = responses.reader
    and confirmations.scope = responses.scope
    and confirmations.scan_date = responses.scan_date
