-- Each time to event of this cut beside the same one of the cut before.
-- Grain: one row a subject and time-to-event endpoint of the protocol that is in both cuts; key subject_id, paramcd.
-- aval: days; cnsr: 0 an event, else why it was censored (analysis.adtte).
select
    adsl.subjid as subject_id,
    adtte.paramcd,
    before.aval as previous_aval,
    adtte.aval,
    before.cnsr as previous_cnsr,
    adtte.cnsr
from analysis.adtte as adtte
inner join analysis.adsl as adsl
    on adsl.usubjid = adtte.usubjid
inner join study.endpoints as endpoints
    on endpoints.paramcd = adtte.paramcd
inner join previous.adtte as before
    on before.subject_id = adsl.subjid and before.paramcd = adtte.paramcd
