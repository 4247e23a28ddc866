-- ADTR: tumour results, the target lesions one by one and their sums (CDISC ADaM oncology, basic data structure).
-- Grain: one row a subject, parameter, lesion (null for a sum), reader and assessment; key usubjid, paramcd, trlnkid,
-- treval, adt. LDIAM one target lesion, SUMDIAM all targets, LSUMDIAM those of the protocol's organ.
-- A sum stands here only where every target was measured; aval, base, nadir in mm, pchg and pchgnad in percent.
-- nadir: the lowest value before the assessment, baseline included. ady: adt - start + 1 from the start on, without + 1
-- before it (there is no day 0). anl01fl 'Y': the evaluator's; anl02fl 'Y': a sum that counts for the best response, up to
-- and including the first progression and before new anticancer therapy (recist.considered_responses). srcdom, srcseq (row_id), srcfile, srcrow: the measurement; for a sum its first one.
with parameters as (
    select 'SUMDIAM' as paramcd, 'ALL' as scope, 'Sum of diameters of target lesions' as label, 0 as of_organ
    union all
    select 'LSUMDIAM' as paramcd, 'ORGAN' as scope, 'Sum of diameters of target lesions' as label, 1 as of_organ
),

results as (
    select
        readings.subject_id,
        'LDIAM' as paramcd,
        cast(null as varchar) as scope,
        'Diameter of target lesion' as param,
        readings.lesion_id as trlnkid,
        readings.organ as trloc,
        readings.reader as treval,
        readings.scan_date as adt,
        cast(readings.size_mm as decimal(12, 2)) as aval,
        assessments.is_baseline,
        readings.source_row_id,
        readings.source_file,
        readings.source_row
    from recist.lesion_readings as readings
    inner join recist.assessments as assessments
        on assessments.subject_id = readings.subject_id
        and assessments.reader = readings.reader
        and assessments.scan_date = readings.scan_date
    where readings.lesion_class = 'TARGET' and readings.size_mm is not null
    union all
    select
        sums.subject_id,
        parameters.paramcd,
        parameters.scope,
        case parameters.of_organ
            when 1 then parameters.label || ' (' || lower(protocol.response_organ) || ')'
            else parameters.label
        end as param,
        cast(null as varchar) as trlnkid,
        case parameters.of_organ when 1 then protocol.response_organ end as trloc,
        sums.reader as treval,
        sums.scan_date as adt,
        sums.sum_mm as aval,
        sums.is_baseline,
        readings.source_row_id,
        readings.source_file,
        readings.source_row
    from recist.sums_of_diameters as sums
    inner join parameters on parameters.scope = sums.scope
    inner join recist.lesion_readings as readings on readings.source_row_id = sums.source_row_id
    cross join study.protocol as protocol
    where sums.is_complete
),

compared as (
    select
        results.*,
        max(case when is_baseline then aval end) over (
            partition by subject_id, paramcd, trlnkid, treval
        ) as base,
        min(aval) over (
            partition by subject_id, paramcd, trlnkid, treval
            order by adt
            rows between unbounded preceding and 1 preceding
        ) as nadir
    from results
)

select
    subjects.usubjid,
    compared.paramcd,
    compared.param,
    compared.trlnkid,
    compared.trloc,
    compared.treval,
    compared.adt,
    date_diff('day', subjects.startdt, compared.adt)
    + case when compared.adt >= subjects.startdt then 1 else 0 end as ady,
    compared.aval,
    compared.base,
    compared.nadir,
    case when not compared.is_baseline then compared.aval - compared.base end as chg,
    case when not compared.is_baseline
        then cast(100 * (compared.aval - compared.base) as double) / nullif(compared.base, 0)
    end as pchg,
    compared.aval - compared.nadir as chgnadir,
    cast(100 * (compared.aval - compared.nadir) as double) / nullif(compared.nadir, 0) as pchgnad,
    case when compared.is_baseline then 'Y' end as ablfl,
    case when compared.treval = protocol.evaluator then 'Y' end as anl01fl,
    case when considered.subject_id is not null and compared.treval = protocol.evaluator then 'Y' end as anl02fl,
    'lesion_measurements' as srcdom,
    compared.source_row_id as srcseq,
    compared.source_file as srcfile,
    compared.source_row as srcrow
from compared
inner join recist.subjects as subjects on subjects.subject_id = compared.subject_id
left join recist.considered_responses as considered
    on considered.subject_id = compared.subject_id
    and considered.reader = compared.treval
    and considered.scope = compared.scope
    and considered.scan_date = compared.adt
cross join study.protocol as protocol
