-- The overall responses of ADRS with the lesions that are still there, counted from the published measurements.
-- Grain: one row a subject, reader and assessment of ADRS, all lesions and those of the organ; key row_id.
-- Made without recist.*, so that the two can disagree. A lesion is gone where its size is 0 or it is absent; a node also
-- where its short axis is below 10 mm (RECIST 1.1, section 4.3.1). One that was not read, or not evaluable, may be there.
-- avalc is null where a reader's own response makes the endpoint: that is judged where it was reported.
with readings as (
    select
        measurements.subject_id,
        measurements.lesion_id,
        measurements.reader,
        measurements.scan_date,
        max(
            case
                when measurements.lesion_status = 'NOT EVALUABLE' or measurements.lesion_status = 'PROGRESSION' then 1
                when lesions.organ = 'LYMPH NODE' and measurements.short_axis_mm < 10 then 0
                when lesions.organ = 'LYMPH NODE' and measurements.short_axis_mm >= 10
                    and measurements.lesion_status is null then 1
                when measurements.diameter_mm = 0 then 0
                when measurements.lesion_status = 'ABSENT'
                    and (lesions.lesion_class = 'NON-TARGET' or measurements.diameter_mm is null) then 0
                else 1
            end
        ) as is_there
    from clean.lesion_measurements as measurements
    inner join clean.lesions as lesions
        on lesions.subject_id = measurements.subject_id and lesions.lesion_id = measurements.lesion_id
    group by measurements.subject_id, measurements.lesion_id, measurements.reader, measurements.scan_date
),

responses as (
    select
        adrs.usubjid,
        adsl.subjid as subject_id,
        adsl.siteid as site,
        adrs.paramcd,
        adrs.treval,
        adrs.adt,
        case when adrs.srcdom <> 'response_assessments' then adrs.avalc end as avalc,
        adrs.srcfile,
        adrs.srcrow
    from analysis.adrs as adrs
    inner join analysis.adsl as adsl
        on adsl.usubjid = adrs.usubjid
    where adrs.paramcd in ('OVRLRESP', 'LVRRESP')
),

remaining as (
    select
        responses.usubjid,
        responses.paramcd,
        responses.treval,
        responses.adt,
        count(distinct case when coalesce(readings.is_there, 1) = 1 then lesions.lesion_id end) as remaining_count
    from responses
    cross join study.protocol as protocol
    inner join clean.lesions as lesions
        on lesions.subject_id = responses.subject_id and lesions.lesion_class in ('TARGET', 'NON-TARGET')
        and (responses.paramcd = 'OVRLRESP' or lesions.organ = protocol.response_organ)
    left join readings
        on readings.subject_id = responses.subject_id and readings.lesion_id = lesions.lesion_id
        and readings.reader = responses.treval and readings.scan_date = responses.adt
    group by responses.usubjid, responses.paramcd, responses.treval, responses.adt
)

select
    row_number() over (order by responses.usubjid, responses.paramcd, responses.treval, responses.adt) as row_id,
    responses.subject_id,
    responses.site,
    responses.srcfile as source_file,
    cast(responses.srcrow as bigint) as source_row,
    responses.paramcd,
    responses.treval,
    responses.adt,
    responses.avalc,
    coalesce(remaining.remaining_count, 0) as remaining_count
from responses
left join remaining
    on remaining.usubjid = responses.usubjid and remaining.paramcd = responses.paramcd
    and remaining.treval = responses.treval and remaining.adt = responses.adt
