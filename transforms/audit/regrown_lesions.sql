-- Measurements with the earlier scan at which the same reader found the lesion gone, and the progression that ends it.
-- Grain: one row a published measurement of a known lesion, date and reader; key row_id.
-- Made from clean.*: a lesion is gone where its diameter is 0, or it is absent without a size; it is back where it has a
-- size or is said to be there. A node that is normal is not gone. progression_date: the reader's first PD of ADRS.
with readings as (
    select
        measurements.row_id,
        measurements.subject_id,
        measurements.source_file,
        measurements.source_row,
        measurements.lesion_id,
        measurements.reader,
        measurements.scan_date,
        measurements.diameter_mm,
        measurements.comment,
        coalesce(measurements.diameter_mm = 0, false)
        or (
            measurements.diameter_mm is null and measurements.short_axis_mm is null
            and coalesce(measurements.lesion_status = 'ABSENT', false)
        ) as is_gone,
        coalesce(measurements.diameter_mm > 0, false)
        or coalesce(measurements.short_axis_mm > 0, false)
        or (measurements.diameter_mm is null and coalesce(measurements.lesion_status in ('PRESENT', 'PROGRESSION'), false))
            as is_there
    from clean.lesion_measurements as measurements
    where measurements.subject_id is not null and measurements.lesion_id is not null
        and measurements.reader is not null and measurements.scan_date is not null
),

ordered as (
    select
        readings.*,
        max(case when is_gone then scan_date end) over (
            partition by subject_id, lesion_id, reader order by scan_date, row_id
            rows between unbounded preceding and 1 preceding
        ) as gone_date
    from readings
),

progressions as (
    select
        adsl.subjid as subject_id,
        adrs.treval,
        min(adrs.adt) as progression_date
    from analysis.adrs as adrs
    inner join analysis.adsl as adsl
        on adsl.usubjid = adrs.usubjid
    where adrs.paramcd = 'OVRLRESP' and adrs.avalc = 'PD'
    group by adsl.subjid, adrs.treval
),

assessed as (
    select distinct adsl.subjid as subject_id, adrs.treval, adrs.adt
    from analysis.adrs as adrs
    inner join analysis.adsl as adsl
        on adsl.usubjid = adrs.usubjid
    where adrs.paramcd = 'OVRLRESP'
)

select
    ordered.row_id,
    ordered.subject_id,
    adsl.siteid as site,
    ordered.source_file,
    ordered.source_row,
    ordered.lesion_id,
    ordered.reader,
    ordered.scan_date,
    ordered.diameter_mm,
    ordered.comment,
    case when ordered.is_there then ordered.gone_date end as gone_date,
    assessed.adt is not null as is_assessed,
    coalesce(progressions.progression_date <= ordered.scan_date, false) as is_progression
from ordered
inner join analysis.adsl as adsl
    on adsl.subjid = ordered.subject_id
left join assessed
    on assessed.subject_id = ordered.subject_id and assessed.treval = ordered.reader
    and assessed.adt = ordered.scan_date
left join progressions
    on progressions.subject_id = ordered.subject_id and progressions.treval = ordered.reader
