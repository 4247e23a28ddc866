-- The start of the first new anticancer therapy, after which an assessment no longer tells about the study's regimen.
-- Grain: one row a subject who had one up to the data cut; key subject_id.
-- Rule: a course of a drug that is on no list of the protocol (OTHER), or a procedure in an arm that has none
-- (crossover). Reintroducing a listed drug is part of both regimens.
with therapies as (
    select
        courses.subject_id,
        courses.start_date as therapy_date
    from clean.drug_courses as courses
    where courses.drug = 'OTHER'
    union all
    select
        procedures.subject_id,
        procedures.procedure_date as therapy_date
    from clean.procedures as procedures
    inner join recist.subjects as subjects on subjects.subject_id = procedures.subject_id
    inner join study.arms as arms on arms.arm = subjects.arm
    where not arms.procedures_expected
)

select
    therapies.subject_id,
    min(therapies.therapy_date) as therapy_date
from therapies
inner join recist.subjects as subjects on subjects.subject_id = therapies.subject_id
where therapies.therapy_date >= subjects.startdt and therapies.therapy_date <= subjects.data_cut
group by therapies.subject_id
