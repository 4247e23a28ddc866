-- Each subject as received for this cut beside the same subject in the cut before.
-- Grain: one row a subject_id of either patients file; key subject_id.
-- Sex, year of birth and arm are as received (the subject's first row), start and death as analysed: null for a subject
-- who is not in the analysis data, is_dead too. A death after a cut is none in that cut.
with received as (
    select
        patients.*,
        row_number() over (partition by patients.subject_id order by patients.row_id) as place
    from typed.patients as patients
    where not patients.is_duplicate and patients.subject_id is not null
),

here as (
    select
        received.subject_id,
        received.sex,
        received.birth_year,
        received.arm,
        adsl.trtsdt as startdt,
        case when adsl.subjid is not null then coalesce(adsl.dthfl = 'Y', false) end as is_dead,
        adsl.dthdt
    from received
    left join analysis.adsl as adsl
        on adsl.subjid = received.subject_id
    where received.place = 1
),

before as (
    select
        patients.subject_id,
        patients.sex,
        patients.birth_year,
        patients.arm,
        adsl.trtsdt as startdt,
        case when adsl.subjid is not null then coalesce(adsl.dthfl = 'Y', false) end as is_dead,
        adsl.dthdt
    from previous.patients as patients
    left join previous.adsl as adsl
        on adsl.subjid = patients.subject_id
)

select
    coalesce(here.subject_id, before.subject_id) as subject_id,
    before.subject_id is not null as in_previous,
    here.subject_id is not null as in_current,
    before.sex as previous_sex,
    here.sex,
    before.birth_year as previous_birth_year,
    here.birth_year,
    before.arm as previous_arm,
    here.arm,
    before.startdt as previous_startdt,
    here.startdt,
    before.is_dead as previous_is_dead,
    here.is_dead,
    before.dthdt as previous_dthdt,
    here.dthdt
from here
full outer join before
    on before.subject_id = here.subject_id
