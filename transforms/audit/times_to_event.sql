-- Times to event with the other endpoints of the subject, the death, and the source record.
-- Grain: one row a row of ADTTE; key row_id (numbered in the order of the key).
with records as (
    select 'patients' as table_name, row_id from clean.patients
    union all
    select 'procedures' as table_name, row_id from clean.procedures
    union all
    select 'drug_courses' as table_name, row_id from clean.drug_courses
    union all
    select 'lesions' as table_name, row_id from clean.lesions
    union all
    select 'lesion_measurements' as table_name, row_id from clean.lesion_measurements
    union all
    select 'response_assessments' as table_name, row_id from clean.response_assessments
    union all
    select 'lab_results' as table_name, row_id from clean.lab_results
    union all
    select 'adverse_events' as table_name, row_id from clean.adverse_events
    union all
    select 'follow_up' as table_name, row_id from clean.follow_up
),

numbered as (
    select
        adtte.*,
        row_number() over (order by adtte.usubjid, adtte.paramcd, adtte.adt) as row_id,
        count(*) over (partition by adtte.usubjid, adtte.paramcd) as key_count
    from analysis.adtte as adtte
),

side_by_side as (
    select
        usubjid,
        max(case when paramcd = 'OS' and cnsr = 0 then aval end) as os_event_days,
        max(case when paramcd = 'PFS' then aval end) as pfs_days
    from analysis.adtte
    group by usubjid
)

select
    numbered.row_id,
    adsl.subjid as subject_id,
    numbered.siteid as site,
    numbered.srcfile as source_file,
    numbered.srcrow as source_row,
    numbered.paramcd,
    numbered.adt,
    cast(numbered.aval as bigint) as aval,
    cast(numbered.cnsr as bigint) as cnsr,
    numbered.srcdom,
    cast(numbered.srcseq as bigint) as srcseq,
    numbered.key_count,
    records.row_id is not null as has_source,
    cast(side_by_side.os_event_days as bigint) as os_event_days,
    cast(side_by_side.pfs_days as bigint) as pfs_days,
    deaths.death_date,
    protocol.data_cut,
    coalesce(deaths.death_date <= protocol.data_cut, false) as is_dead_by_cut
from numbered
cross join study.protocol as protocol
left join analysis.adsl as adsl
    on adsl.usubjid = numbered.usubjid
left join side_by_side
    on side_by_side.usubjid = numbered.usubjid
left join recist.deaths as deaths
    on deaths.subject_id = adsl.subjid
left join records
    on records.table_name = numbered.srcdom and records.row_id = numbered.srcseq
