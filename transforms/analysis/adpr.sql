-- ADPR: the procedures up to the data cut (CDISC ADaM occurrence data structure), each with its death in the window.
-- Grain: one row a dated procedure; key usubjid, prseq.
-- Rules: prseq numbers a subject's procedures by date (of one day by the number given, prspid); ady has no day 0.
-- dth30fl 'Y': death on the day of the procedure or up to study.safety.procedure_mortality_days later (30 days, in the
-- name of the variable, are the usual); 'N': dead later, or alive on the last of these days; null: not followed so long.
-- dthdays: days to a death by the cut. prevdays: days since the procedure before. A death of which the day is missing
-- counts on its imputed date (recist.deaths). srcdom, srcseq (row_id), srcfile, srcrow: the source record.
with procedures as (
    select
        subjects.usubjid,
        subjects.site,
        subjects.arm,
        subjects.startdt,
        subjects.data_cut,
        procedures.*,
        row_number() over (
            partition by procedures.subject_id
            order by procedures.procedure_date, procedures.session_number nulls last, procedures.row_id
        ) as place,
        lag(procedures.procedure_date) over (
            partition by procedures.subject_id
            order by procedures.procedure_date, procedures.session_number nulls last, procedures.row_id
        ) as previous_date
    from clean.procedures as procedures
    inner join recist.subjects as subjects
        on subjects.subject_id = procedures.subject_id and procedures.procedure_date <= subjects.data_cut
),

followed as (
    select
        procedures.*,
        date_diff('day', procedures.procedure_date, deaths.death_date) as days_to_death,
        date_diff('day', procedures.procedure_date, last_known_alive.alive_date) as days_alive
    from procedures
    left join recist.deaths as deaths
        on deaths.subject_id = procedures.subject_id and deaths.death_date <= procedures.data_cut
    left join recist.last_known_alive as last_known_alive
        on last_known_alive.subject_id = procedures.subject_id
)

select
    followed.usubjid,
    followed.site as siteid,
    followed.arm,
    followed.place as prseq,
    followed.session_number as prspid,
    followed.procedure_date as prstdt,
    date_diff('day', followed.startdt, followed.procedure_date)
    + case when followed.procedure_date >= followed.startdt then 1 else 0 end as ady,
    date_diff('day', followed.previous_date, followed.procedure_date) as prevdays,
    followed.iodised_oil_ml,
    followed.doxorubicin_mg,
    followed.embolic_agent,
    followed.days_to_death as dthdays,
    case
        when followed.days_to_death between 0 and safety.procedure_mortality_days then 'Y'
        when followed.days_to_death > safety.procedure_mortality_days then 'N'
        when followed.days_alive >= safety.procedure_mortality_days then 'N'
    end as dth30fl,
    'procedures' as srcdom,
    followed.row_id as srcseq,
    followed.source_file as srcfile,
    followed.source_row as srcrow
from followed
cross join study.safety as safety
