-- Best responses of a subject that are not the same in two cuts, with the record that moved each.
-- Grain: one row a subject and reported response endpoint that is in both cuts and moved; key subject_id, paramcd.
-- expectation: 'expected' where the later one is better or was missing or not evaluable before, for more scans can only
-- add; else 'suspect'. The record is that which decides in the later cut (adrs).
select
    adsl.subjid as subject_id,
    adsl.arm,
    later.paramcd,
    earlier.avalc as earlier_avalc,
    later.avalc,
    later.adt,
    case
        when earlier.avalc in ('MISSING', 'NE') or later.aval < earlier.aval then 'expected'
        else 'suspect'
    end as expectation,
    later.srcdom,
    later.srcfile,
    later.srcrow
from later.adrs as later
inner join later.endpoints as endpoints
    on endpoints.paramcd = later.paramcd
inner join later.adsl as adsl
    on adsl.usubjid = later.usubjid
inner join earlier.adsl as earlier_adsl
    on earlier_adsl.subjid = adsl.subjid
inner join earlier.adrs as earlier
    on earlier.usubjid = earlier_adsl.usubjid and earlier.paramcd = later.paramcd and earlier.treval = later.treval
where coalesce(later.avalc, '') <> coalesce(earlier.avalc, '')
