-- Reported responses with the overall response that their parts imply, and the gap since the scan before.
-- Grain: one row a reported assessment row that is no exact copy; key row_id.
-- implied_overall is the table of RECIST 1.1 on the reported parts alone; null where a part that matters is unknown.
with assessments as (
    select
        response_assessments.*,
        protocol.latest_plausible_date,
        protocol.evaluator,
        case
            when response_assessments.scan_date > cast('1970-01-01' as date)
                and response_assessments.scan_date <= protocol.latest_plausible_date
                then response_assessments.scan_date
        end as usable_scan_date
    from typed.response_assessments as response_assessments
    cross join study.protocol as protocol
    where not response_assessments.is_duplicate
),

ordered as (
    select
        row_id,
        lag(usable_scan_date) over (partition by subject_id, reader order by usable_scan_date, row_id) as previous_scan,
        min(case when overall_response = 'PD' then usable_scan_date end) over (
            partition by subject_id, reader order by usable_scan_date, row_id
            rows between unbounded preceding and 1 preceding
        ) as progression_date,
        min(case when target_response = 'CR' then usable_scan_date end) over (
            partition by subject_id, reader order by usable_scan_date, row_id
            rows between unbounded preceding and 1 preceding
        ) as complete_date,
        min(case when overall_response in ('CR', 'PR') then usable_scan_date end) over (
            partition by subject_id, reader order by usable_scan_date, row_id
            rows between unbounded preceding and 1 preceding
        ) as response_date,
        min(sum_mm) over (
            partition by subject_id, reader order by usable_scan_date, row_id
            rows between unbounded preceding and 1 preceding
        ) as smallest_sum_mm
    from assessments
    where usable_scan_date is not null
),

undated as (
    select distinct subject_id from assessments where usable_scan_date is null
),

dated as (
    select
        assessments.row_id,
        -- Time runs from the start of the clock: a scan before it is the baseline.
        case
            when undated.subject_id is not null or assessments.usable_scan_date <= subjects.startdt then null
            when ordered.previous_scan > subjects.startdt then ordered.previous_scan
            else subjects.startdt
        end as previous_scan_date
    from assessments
    inner join checks.subjects as subjects
        on subjects.subject_id = assessments.subject_id
    left join ordered
        on ordered.row_id = assessments.row_id
    left join undated
        on undated.subject_id = assessments.subject_id
    where assessments.reader = assessments.evaluator
),

-- Both readers of a scan: what the evaluator reported, and whether anyone judged between the two.
read_twice as (
    select
        subject_id,
        usable_scan_date,
        min(case when reader = evaluator then overall_response end) as evaluator_response,
        min(adjudicated_response_text) as adjudicated_text
    from assessments
    where usable_scan_date is not null
    group by subject_id, usable_scan_date
)

select
    assessments.*,
    subjects.site,
    subjects.subject_id is not null as is_known_subject,
    subjects.death_latest,
    ordered.progression_date,
    ordered.complete_date,
    ordered.response_date,
    ordered.smallest_sum_mm,
    cast(limits.recheck_growth_share as double) as recheck_share,
    100 * cast(limits.recheck_growth_share as double) as recheck_percent,
    read_twice.evaluator_response,
    read_twice.adjudicated_text,
    dated.previous_scan_date,
    date_diff('day', dated.previous_scan_date, assessments.usable_scan_date) as days_since_previous,
    visit_windows.interval_high_days + visit_windows.tolerance_days as gap_limit_days,
    case
        when assessments.new_lesion is null then null
        when assessments.new_lesion = 'Y' then 'PD'
        when assessments.nontarget_response = 'PD' then 'PD'
        when assessments.target_response_text is null then assessments.nontarget_response
        when assessments.target_response = 'PD' then 'PD'
        when assessments.target_response = 'CR' and assessments.nontarget_response_text is null then 'CR'
        when assessments.target_response = 'CR' and assessments.nontarget_response = 'CR' then 'CR'
        when assessments.target_response = 'CR' and assessments.nontarget_response is not null then 'PR'
        when assessments.target_response in ('PR', 'SD', 'NE')
            and (assessments.nontarget_response is not null or assessments.nontarget_response_text is null)
            then assessments.target_response
    end as implied_overall
from assessments
cross join study.reading_limits as limits
left join read_twice
    on read_twice.subject_id = assessments.subject_id
    and read_twice.usable_scan_date = assessments.usable_scan_date
left join ordered
    on ordered.row_id = assessments.row_id
left join dated
    on dated.row_id = assessments.row_id
left join checks.subjects as subjects
    on subjects.subject_id = assessments.subject_id
left join study.visit_windows as visit_windows
    on visit_windows.arm = subjects.arm
