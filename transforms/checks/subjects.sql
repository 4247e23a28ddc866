-- What the other checks need to know of a subject: site, arm, start of the clock, death.
-- Grain: one row a subject_id of the patients file; key subject_id.
-- Dates that DT02 or DT03 doubt (1900-01-01, 1970-01-01, after the extract was made) are left out, so that one wrong
-- date is one finding. Of a death of which the day is missing, the month's last day is the latest day possible.
with known as (
    select
        patients.subject_id,
        min(patients.row_id) as row_id,
        min(patients.site) as site,
        min(patients.arm) as arm,
        min(
            case
                when patients.index_date > cast('1970-01-01' as date)
                    and patients.index_date <= protocol.latest_plausible_date then patients.index_date
            end
        ) as index_date
    from typed.patients as patients
    cross join study.protocol as protocol
    where not patients.is_duplicate and patients.subject_id is not null
    group by patients.subject_id
),

first_procedures as (
    select
        procedures.subject_id,
        count(*) as procedure_count,
        -- One session that cannot be placed in time may have been the first.
        case
            when count(*) = count(
                case
                    when procedures.procedure_date > cast('1970-01-01' as date)
                        and procedures.procedure_date <= protocol.latest_plausible_date then 1
                end
            ) then min(procedures.procedure_date)
        end as first_procedure_date,
        max(
            case
                when procedures.procedure_date <= protocol.latest_plausible_date then procedures.procedure_date
            end
        ) as last_procedure_date
    from typed.procedures as procedures
    cross join study.protocol as protocol
    where not procedures.is_duplicate
    group by procedures.subject_id
),

first_treatments as (
    select
        treatments.subject_id,
        -- As of the first procedure: one that cannot be placed in time may have been the first.
        case
            when count(*) = count(
                case
                    when treatments.treatment_date > cast('1970-01-01' as date)
                        and treatments.treatment_date <= protocol.latest_plausible_date then 1
                end
            ) then min(treatments.treatment_date)
        end as first_treatment_date
    from (
        select subject_id, procedure_date as treatment_date from typed.procedures where not is_duplicate
        union all
        select subject_id, start_date as treatment_date from typed.drug_courses where not is_duplicate
    ) as treatments
    cross join study.protocol as protocol
    group by treatments.subject_id
),

deaths as (
    select
        follow_up.subject_id,
        max(case when follow_up.vital_status = 'DEAD' then 1 else 0 end) = 1 as is_dead,
        min(
            case
                when follow_up.vital_status = 'DEAD' and follow_up.death_date > cast('1970-01-01' as date)
                    and follow_up.death_date <= protocol.latest_plausible_date then follow_up.death_date
            end
        ) as death_date,
        min(
            case
                when follow_up.vital_status = 'DEAD' and follow_up.death_date > cast('1970-01-01' as date)
                    and follow_up.death_date <= protocol.latest_plausible_date
                    then case
                        when follow_up.death_date_precision = 'D' then last_day(follow_up.death_date)
                        else follow_up.death_date
                    end
            end
        ) as death_latest
    from typed.follow_up as follow_up
    cross join study.protocol as protocol
    where not follow_up.is_duplicate
    group by follow_up.subject_id
),

started as (
    select
        known.subject_id,
        case arms.start_from
            when 'first_procedure' then first_procedures.first_procedure_date
            when 'first_treatment' then first_treatments.first_treatment_date
            when 'index_date' then known.index_date
        end as startdt
    from known
    left join study.arms as arms
        on arms.arm = known.arm
    left join first_procedures
        on first_procedures.subject_id = known.subject_id
    left join first_treatments
        on first_treatments.subject_id = known.subject_id
)

select
    known.subject_id,
    known.row_id,
    known.site,
    known.arm,
    known.index_date,
    arms.start_from,
    arms.procedures_expected,
    coalesce(first_procedures.procedure_count, 0) as procedure_count,
    first_procedures.first_procedure_date,
    first_procedures.last_procedure_date,
    started.startdt,
    coalesce(deaths.is_dead, false) as is_dead,
    deaths.death_latest as reported_death_latest,
    -- A death before the start (DS02) would put every other record after death.
    case when deaths.death_latest < started.startdt then null else deaths.death_date end as death_date,
    case when deaths.death_latest < started.startdt then null else deaths.death_latest end as death_latest
from known
inner join started
    on started.subject_id = known.subject_id
left join study.arms as arms
    on arms.arm = known.arm
left join first_procedures
    on first_procedures.subject_id = known.subject_id
left join deaths
    on deaths.subject_id = known.subject_id
