-- ADEX: what a subject was treated with, procedures and courses of drugs (CDISC ADaM occurrence data structure).
-- Grain: one row a procedure or drug course that began up to the data cut; key usubjid, exseq.
-- excat: PROCEDURE or DRUG; extrt: PROCEDURE, or the code of the drug (null where the word is not known). exdose, exdosu: of
-- a procedure mg in that session, of a course mg a day. A procedure begins and ends on its day. aendt is null where a
-- course is not known to have ended by the cut: no end is recorded, or it ended after it. trtemfl 'Y': begun on or after
-- the start, 'N' before. astdy, aendy: adt - start + 1 from the start on, without + 1 before it (there is no day 0).
-- Left out are records without a date. srcdom, srcseq (row_id), srcfile, srcrow: the source record.
with treatments as (
    select
        procedures.subject_id,
        'PROCEDURE' as excat,
        'PROCEDURE' as extrt,
        procedures.doxorubicin_mg as exdose,
        'mg' as exdosu,
        procedures.procedure_date as astdt,
        procedures.procedure_date as end_date,
        cast(null as varchar) as stop_reason,
        'procedures' as srcdom,
        procedures.row_id,
        procedures.source_file,
        procedures.source_row
    from clean.procedures as procedures
    union all
    select
        courses.subject_id,
        'DRUG' as excat,
        courses.drug as extrt,
        courses.daily_dose_mg as exdose,
        'mg/day' as exdosu,
        courses.start_date as astdt,
        courses.end_date,
        courses.stop_reason,
        'drug_courses' as srcdom,
        courses.row_id,
        courses.source_file,
        courses.source_row
    from clean.drug_courses as courses
),

of_subjects as (
    select
        subjects.usubjid,
        subjects.site,
        subjects.arm,
        subjects.startdt,
        treatments.*,
        case when treatments.end_date <= subjects.data_cut then treatments.end_date end as aendt
    from treatments
    inner join recist.subjects as subjects
        on subjects.subject_id = treatments.subject_id and treatments.astdt <= subjects.data_cut
)

select
    protocol.study_id as studyid,
    of_subjects.usubjid,
    of_subjects.site as siteid,
    of_subjects.arm,
    row_number() over (
        partition by of_subjects.usubjid order by of_subjects.astdt, of_subjects.srcdom, of_subjects.row_id
    ) as exseq,
    of_subjects.excat,
    of_subjects.extrt,
    of_subjects.exdose,
    case when of_subjects.exdose is not null then of_subjects.exdosu end as exdosu,
    of_subjects.astdt,
    of_subjects.aendt,
    date_diff('day', of_subjects.startdt, of_subjects.astdt)
    + case when of_subjects.astdt >= of_subjects.startdt then 1 else 0 end as astdy,
    date_diff('day', of_subjects.startdt, of_subjects.aendt)
    + case when of_subjects.aendt >= of_subjects.startdt then 1 else 0 end as aendy,
    case when of_subjects.aendt is not null then of_subjects.stop_reason end as exadj,
    case when of_subjects.astdt >= of_subjects.startdt then 'Y' else 'N' end as trtemfl,
    of_subjects.srcdom,
    of_subjects.row_id as srcseq,
    of_subjects.source_file as srcfile,
    of_subjects.source_row as srcrow
from of_subjects
cross join study.protocol as protocol
