-- Events and censorings of each time to event beside the number of subjects.
-- subject_count: every subject; of a duration of response the responders of ADRS.
-- Grain: one row an endpoint of ADTTE; key paramcd. It concerns the table: there is no subject and no line of a file.
with responders as (
    select
        case paramcd when 'RSP' then 'RSD' when 'CRSP' then 'CRSD' when 'LRSP' then 'LRSD' else 'LCRSD' end as paramcd,
        count(case when avalc = 'Y' then 1 end) as subject_count
    from analysis.adrs
    where paramcd in ('RSP', 'CRSP', 'LRSP', 'LCRSP')
    group by paramcd
)

select
    row_number() over (order by counts.paramcd) as row_id,
    cast(null as varchar) as subject_id,
    cast(null as varchar) as site,
    cast(null as varchar) as source_file,
    cast(null as bigint) as source_row,
    counts.paramcd,
    counts.event_count,
    counts.censored_count,
    coalesce(responders.subject_count, cohort.subject_count) as subject_count
from (
    select
        paramcd,
        count(case when cnsr = 0 then 1 end) as event_count,
        count(case when cnsr > 0 then 1 end) as censored_count
    from analysis.adtte
    group by paramcd
) as counts
cross join (select count(*) as subject_count from analysis.adsl) as cohort
left join responders on responders.paramcd = counts.paramcd
