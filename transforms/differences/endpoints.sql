-- Times to event of a subject that are not the same in two cuts, with the record that moved each.
-- Grain: one row a subject and reported time-to-event endpoint that is in both cuts and moved; key subject_id, paramcd.
-- movement: 'censored to event', 'event to censored', 'event on another day', 'start on another day', 'followed for
-- longer', 'followed for less', 'censored for another reason'. expectation: 'expected' where follow-up that accrues does
-- it, else 'suspect': a correction, a loss or a fault. The record is that which decides in the later cut (adtte).
with moved as (
    select
        adsl.subjid as subject_id,
        later.arm,
        later.paramcd,
        earlier.startdt as earlier_startdt,
        later.startdt,
        earlier.adt as earlier_adt,
        later.adt,
        earlier.cnsr as earlier_cnsr,
        later.cnsr,
        earlier.aval as earlier_aval,
        later.aval,
        earlier.evntdesc as earlier_evntdesc,
        later.evntdesc,
        later.srcdom,
        later.srcvar,
        later.srcfile,
        later.srcrow,
        earlier.srcfile as earlier_srcfile,
        earlier.srcrow as earlier_srcrow
    from later.adtte as later
    inner join later.adsl as adsl
        on adsl.usubjid = later.usubjid
    inner join earlier.adsl as earlier_adsl
        on earlier_adsl.subjid = adsl.subjid
    inner join earlier.adtte as earlier
        on earlier.usubjid = earlier_adsl.usubjid and earlier.paramcd = later.paramcd
    where later.anl01fl = 'Y'
        and (later.startdt <> earlier.startdt or later.adt <> earlier.adt or later.cnsr <> earlier.cnsr)
),

named as (
    select
        moved.*,
        case
            when moved.earlier_cnsr <> 0 and moved.cnsr = 0 then 'censored to event'
            when moved.earlier_cnsr = 0 and moved.cnsr <> 0 then 'event to censored'
            when moved.startdt <> moved.earlier_startdt then 'start on another day'
            when moved.cnsr = 0 then 'event on another day'
            when moved.adt > moved.earlier_adt then 'followed for longer'
            when moved.adt < moved.earlier_adt then 'followed for less'
            else 'censored for another reason'
        end as movement
    from moved
)

select
    named.*,
    case
        when named.movement in ('censored to event', 'followed for longer', 'censored for another reason') then 'expected'
        else 'suspect'
    end as expectation
from named
