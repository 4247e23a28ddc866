-- The diameters and sums of ADTR beside those made anew from the published measurements, without recist.*.
-- Grain: one row a row of ADTR for one target (LDIAM) or all targets (SUMDIAM); key row_id (numbered by the key).
-- A node counts with its short axis, any other lesion with its longest diameter; what is seen and below 5 mm counts 5 mm
-- (RECIST 1.1, section 4). expected_axis says which.
with counted as (
    select
        measurements.row_id,
        measurements.subject_id,
        measurements.reader,
        measurements.scan_date,
        measurements.diameter_mm,
        measurements.short_axis_mm,
        lesions.organ = 'LYMPH NODE' as is_node,
        case
            when measurements.lesion_status = 'ABSENT'
                and measurements.diameter_mm is null and measurements.short_axis_mm is null then 0
            when lesions.organ = 'LYMPH NODE' and not (measurements.short_axis_mm is null and measurements.diameter_mm = 0)
                then measurements.short_axis_mm
            else measurements.diameter_mm
        end as size_mm
    from clean.lesion_measurements as measurements
    inner join clean.lesions as lesions
        on lesions.subject_id = measurements.subject_id and lesions.lesion_id = measurements.lesion_id
    where lesions.lesion_class = 'TARGET'
        and (measurements.lesion_status is null or measurements.lesion_status <> 'NOT EVALUABLE')
),

sums as (
    select
        subject_id,
        reader,
        scan_date,
        sum(case when size_mm > 0 and size_mm < 5 then 5 else size_mm end) as sum_mm
    from counted
    group by subject_id, reader, scan_date
)

select
    row_number() over (order by adtr.usubjid, adtr.paramcd, adtr.trlnkid, adtr.treval, adtr.adt) as row_id,
    adsl.subjid as subject_id,
    adsl.siteid as site,
    adtr.srcfile as source_file,
    cast(adtr.srcrow as bigint) as source_row,
    adtr.paramcd,
    adtr.trlnkid,
    adtr.treval,
    adtr.adt,
    cast(adtr.aval as double) as aval,
    cast(
        case
            when adtr.paramcd = 'SUMDIAM' then sums.sum_mm
            when counted.size_mm > 0 and counted.size_mm < 5 then 5
            else counted.size_mm
        end as double
    ) as expected_mm,
    case
        when adtr.paramcd = 'SUMDIAM' then 'the short axes of nodes and the longest diameters of the others'
        when counted.is_node then 'the short axis of a node'
        else 'the longest diameter'
    end as expected_axis
from analysis.adtr as adtr
inner join analysis.adsl as adsl
    on adsl.usubjid = adtr.usubjid
left join counted
    on adtr.paramcd = 'LDIAM' and counted.row_id = adtr.srcseq
left join sums
    on adtr.paramcd = 'SUMDIAM' and sums.subject_id = adsl.subjid and sums.reader = adtr.treval
    and sums.scan_date = adtr.adt
where adtr.paramcd in ('LDIAM', 'SUMDIAM')
