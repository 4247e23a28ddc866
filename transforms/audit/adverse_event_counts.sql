-- What the table of adverse events counts: the records flagged as worst beside the subjects who had the event.
-- Grain: one row an arm and term of ADAE; key arm, aedecod. It concerns the table: there is no line of a file.
select
    row_number() over (order by counts.arm, counts.aedecod) as row_id,
    cast(null as varchar) as subject_id,
    cast(null as varchar) as site,
    cast(null as varchar) as source_file,
    cast(null as bigint) as source_row,
    counts.arm,
    counts.aedecod,
    counts.flagged_count,
    counts.severe_count,
    counts.subject_count
from (
    select
        arm,
        aedecod,
        count(case when aoccpifl = 'Y' then 1 end) as flagged_count,
        count(case when aoccpifl = 'Y' and aetoxgr >= 3 then 1 end) as severe_count,
        count(distinct case when trtemfl = 'Y' and aetoxgr is not null then usubjid end) as subject_count
    from analysis.adae
    where aedecod is not null
    group by arm, aedecod
) as counts
