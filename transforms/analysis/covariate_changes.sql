-- When a covariate that is known only after the start takes which level: what landmark and time-dependent models read.
-- Grain: one row a subject, covariate and change of level; key usubjid, covariate, startdt.
-- Rule: nprocgr1 takes a level on the day of the procedure that reaches it (study.levels, as in adsl). dcr3mfl is 'N' from
-- the day of an organ progression (or death) up to study.protocol.disease_control_day, and 'Y' from that day on for who
-- was followed beyond it without one. startdy: startdt - start + 1, at least 1 (known at the start). Nothing is known
-- of a covariate before its first row. The last level of a subject is that of adsl. srcdom, srcseq (row_id), srcfile,
-- srcrow: the record that decided.
with levels as (
    select
        covariate,
        level,
        low,
        high,
        lag(high) over (partition by covariate order by high) as high_below
    from study.levels
    where low is not null and high is not null
),

procedures as (
    select
        subjects.usubjid,
        case
            when procedures.procedure_date > subjects.startdt then procedures.procedure_date else subjects.startdt
        end as startdt,
        procedures.row_id,
        procedures.source_file,
        procedures.source_row,
        row_number() over (
            partition by procedures.subject_id order by procedures.procedure_date, procedures.row_id
        ) as procedures_so_far
    from clean.procedures as procedures
    inner join recist.subjects as subjects
        on subjects.subject_id = procedures.subject_id and procedures.procedure_date <= subjects.data_cut
),

last_of_a_day as (
    select
        procedures.*,
        row_number() over (
            partition by procedures.usubjid, procedures.startdt order by procedures.procedures_so_far desc
        ) as place
    from procedures
),

procedure_levels as (
    select
        last_of_a_day.usubjid,
        last_of_a_day.startdt,
        levels.level,
        last_of_a_day.row_id,
        last_of_a_day.source_file,
        last_of_a_day.source_row,
        lag(levels.level) over (
            partition by last_of_a_day.usubjid order by last_of_a_day.startdt
        ) as level_before
    from last_of_a_day
    left join levels
        on levels.covariate = 'nprocgr1'
        and last_of_a_day.procedures_so_far <= levels.high
        and (
            last_of_a_day.procedures_so_far > levels.high_below
            or (levels.high_below is null and last_of_a_day.procedures_so_far >= levels.low)
        )
    where last_of_a_day.place = 1
),

organ_progressions as (
    select
        adtte.*,
        protocol.disease_control_day,
        adtte.aval > protocol.disease_control_day as is_controlled
    from analysis.adtte as adtte
    cross join study.protocol as protocol
    where adtte.paramcd = 'LPFS'
),

changes as (
    select
        usubjid,
        'nprocgr1' as covariate,
        level,
        startdt,
        'procedures' as srcdom,
        row_id as srcseq,
        source_file as srcfile,
        source_row as srcrow
    from procedure_levels
    where level is not null and (level_before is null or level <> level_before)
    union all
    select
        usubjid,
        'dcr3mfl' as covariate,
        case when is_controlled then 'Y' else 'N' end as level,
        case when is_controlled then startdt + cast(disease_control_day - 1 as integer) else adt end as startdt,
        srcdom,
        srcseq,
        srcfile,
        srcrow
    from organ_progressions
    where is_controlled or cnsr = 0
)

select
    protocol.study_id as studyid,
    changes.usubjid,
    subjects.arm,
    changes.covariate,
    changes.level,
    changes.startdt,
    date_diff('day', subjects.startdt, changes.startdt) + 1 as startdy,
    changes.srcdom,
    changes.srcseq,
    changes.srcfile,
    changes.srcrow
from changes
inner join recist.subjects as subjects on subjects.usubjid = changes.usubjid
cross join study.protocol as protocol
