-- Drug courses with what their rules compare them with.
-- Grain: one row a drug course row that is no exact copy; key row_id.
with courses as (
    select
        drug_courses.*,
        protocol.latest_plausible_date,
        case
            when drug_courses.start_date > cast('1970-01-01' as date)
                and drug_courses.start_date <= protocol.latest_plausible_date then drug_courses.start_date
        end as usable_start,
        -- A course without an end goes on; one with an end that cannot be read has an unknown one.
        case
            when drug_courses.end_date_text is null then protocol.latest_plausible_date
            when drug_courses.end_date > cast('1970-01-01' as date)
                and drug_courses.end_date <= protocol.latest_plausible_date then drug_courses.end_date
        end as runs_to
    from typed.drug_courses as drug_courses
    cross join study.protocol as protocol
    where not drug_courses.is_duplicate
),

ordered as (
    select
        row_id,
        lag(drug) over (partition by subject_id order by usable_start, row_id) as previous_drug,
        lag(runs_to) over (partition by subject_id order by usable_start, row_id) as previous_runs_to
    from courses
    where usable_start is not null and drug <> 'OTHER'
),

line_starts as (
    select courses.subject_id, drug_lines.line, drug_lines.drug, min(courses.usable_start) as line_start
    from courses
    inner join study.drug_lines as drug_lines on drug_lines.drug = courses.drug
    group by courses.subject_id, drug_lines.line, drug_lines.drug
)

select
    courses.*,
    subjects.site,
    subjects.subject_id is not null as is_known_subject,
    subjects.death_latest,
    ordered.previous_drug,
    ordered.previous_runs_to,
    earlier_line.drug as earlier_line_drug,
    earlier_line.line_start as earlier_line_start,
    cast(ranges.low as double) as dose_low,
    cast(ranges.high as double) as dose_high
from courses
left join ordered
    on ordered.row_id = courses.row_id
left join study.drug_lines as drug_lines
    on drug_lines.drug = courses.drug
left join line_starts as earlier_line
    on earlier_line.subject_id = courses.subject_id and earlier_line.line = drug_lines.line - 1
left join study.ranges as ranges
    on ranges.variable = 'drug_courses.daily_dose_mg' and ranges.code = courses.drug
left join checks.subjects as subjects
    on subjects.subject_id = courses.subject_id
