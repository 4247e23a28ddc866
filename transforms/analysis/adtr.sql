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
        cast(max(case when assessments.is_baseline then readings.size_mm end) over (
            partition by readings.subject_id, readings.lesion_id, readings.reader
        ) as decimal(12, 2)) as base,
        cast(min(readings.size_mm) over (
            partition by readings.subject_id, readings.lesion_id, readings.reader
            order by readings.scan_date
            rows between unbounded preceding and 1 preceding
        ) as decimal(12, 2)) as nadir,
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
        sums.baseline_mm as base,
        sums.nadir_mm as nadir,
        sums.is_baseline,
        readings.source_row_id,
        readings.source_file,
        readings.source_row
    from recist.sums_of_diameters as sums
    inner join parameters on parameters.scope = sums.scope
    inner join recist.lesion_readings as readings on readings.source_row_id = sums.source_row_id
    cross join study.protocol as protocol
    where sums.is_complete
)

select
    subjects.usubjid,
    results.paramcd,
    results.param,
    results.trlnkid,
    results.trloc,
    results.treval,
    results.adt,
    date_diff('day', subjects.startdt, results.adt)
    + case when results.adt >= subjects.startdt then 1 else 0 end as ady,
    results.aval,
    results.base,
    results.nadir,
    case when not results.is_baseline then results.aval - results.base end as chg,
    case when not results.is_baseline
        then cast(100 * (results.aval - results.base) as double) / nullif(results.base, 0)
    end as pchg,
    results.aval - results.nadir as chgnadir,
    cast(100 * (results.aval - results.nadir) as double) / nullif(results.nadir, 0) as pchgnad,
    case when results.is_baseline then 'Y' end as ablfl,
    case when results.treval = protocol.evaluator then 'Y' end as anl01fl,
    case when considered.subject_id is not null and results.treval = protocol.evaluator then 'Y' end as anl02fl,
    'lesion_measurements' as srcdom,
    results.source_row_id as srcseq,
    results.source_file as srcfile,
    results.source_row as srcrow
from results
inner join recist.subjects as subjects on subjects.subject_id = results.subject_id
left join recist.considered_responses as considered
    on considered.subject_id = results.subject_id
    and considered.reader = results.treval
    and considered.scope = results.scope
    and considered.scan_date = results.adt
cross join study.protocol as protocol
