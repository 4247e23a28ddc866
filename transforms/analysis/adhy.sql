-- ADHY: who may have a drug-induced liver injury (Hy's law; FDA guidance for industry, 2009).
-- Grain: one row a subject with a transaminase or bilirubin in multiples of its upper limit after the start; key usubjid.
-- Rules: hyfl 'Y': an ALT or AST above study.safety.transaminase_times the upper limit of normal and a bilirubin above
-- bilirubin_times on the same day or up to liver_injury_days later; compared as decimals. The first such pair is shown:
-- hytest, hydt, hyx and bilidt, bilix (multiples of the upper limit). alpx: the highest alkaline phosphatase from the day
-- of the transaminase to liver_injury_days later; alpfl 'Y' where it is below alkaline_phosphatase_times, as Hy's law
-- asks, 'N' where it is not (a blocked bile duct explains both), null where none was measured. maxtrans and maxbili: the
-- highest multiples after the start; transfl and bilifl: above the limits. btrans and bbili: those of the baseline.
with results as (
    select
        results.usubjid,
        results.siteid,
        results.arm,
        results.paramcd as test,
        results.adt,
        results.srcseq,
        results.aval,
        results.anrhi,
        cast(results.aval as double) / cast(results.anrhi as double) as times_upper,
        coalesce(results.ablfl = 'Y', false) as is_baseline,
        results.adt > subjects.trtsdt as is_after_start,
        results.aval > results.anrhi * cast(safety.transaminase_times as decimal(9, 3)) as above_transaminase,
        results.aval > results.anrhi * cast(safety.bilirubin_times as decimal(9, 3)) as above_bilirubin,
        results.aval < results.anrhi * cast(safety.alkaline_phosphatase_times as decimal(9, 3)) as below_phosphatase,
        safety.liver_injury_days
    from analysis.adlb as results
    inner join analysis.adsl as subjects on subjects.usubjid = results.usubjid
    cross join study.safety as safety
    where results.aval is not null and results.anrhi is not null
        and results.paramcd in ('ALT', 'AST', 'BILI', 'ALP')
),

pairs as (
    select
        transaminases.usubjid,
        transaminases.test,
        transaminases.adt,
        transaminases.times_upper,
        transaminases.liver_injury_days,
        bilirubins.adt as bilirubin_date,
        bilirubins.times_upper as bilirubin_times_upper,
        row_number() over (
            partition by transaminases.usubjid
            order by
                transaminases.adt,
                bilirubins.adt,
                transaminases.times_upper desc,
                bilirubins.times_upper desc,
                transaminases.srcseq,
                bilirubins.srcseq
        ) as place
    from results as transaminases
    inner join results as bilirubins
        on bilirubins.usubjid = transaminases.usubjid
        and bilirubins.test = 'BILI'
        and bilirubins.is_after_start
        and bilirubins.above_bilirubin
        and date_diff('day', transaminases.adt, bilirubins.adt) between 0 and transaminases.liver_injury_days
    where transaminases.test in ('ALT', 'AST') and transaminases.is_after_start and transaminases.above_transaminase
),

phosphatases as (
    select
        pairs.usubjid,
        max(results.times_upper) as times_upper,
        max(case when results.below_phosphatase then 0 else 1 end) as not_below
    from pairs
    inner join results
        on results.usubjid = pairs.usubjid
        and results.test = 'ALP'
        and date_diff('day', pairs.adt, results.adt) between 0 and pairs.liver_injury_days
    where pairs.place = 1
    group by pairs.usubjid
),

subjects as (
    select
        usubjid,
        siteid,
        arm,
        max(case when is_after_start and test in ('ALT', 'AST') then times_upper end) as maxtrans,
        max(case when is_after_start and test = 'BILI' then times_upper end) as maxbili,
        max(case when is_baseline and test in ('ALT', 'AST') then times_upper end) as btrans,
        max(case when is_baseline and test = 'BILI' then times_upper end) as bbili,
        max(case when is_after_start and test in ('ALT', 'AST') and above_transaminase then 1 else 0 end) as is_trans,
        max(case when is_after_start and test = 'BILI' and above_bilirubin then 1 else 0 end) as is_bili
    from results
    group by usubjid, siteid, arm
    having max(case when is_after_start and test in ('ALT', 'AST', 'BILI') then 1 else 0 end) = 1
)

select
    subjects.usubjid,
    subjects.siteid,
    subjects.arm,
    subjects.maxtrans,
    subjects.maxbili,
    subjects.btrans,
    subjects.bbili,
    case when subjects.is_trans = 1 then 'Y' else 'N' end as transfl,
    case when subjects.is_bili = 1 then 'Y' else 'N' end as bilifl,
    case when pairs.usubjid is not null then 'Y' else 'N' end as hyfl,
    pairs.test as hytest,
    pairs.adt as hydt,
    pairs.times_upper as hyx,
    pairs.bilirubin_date as bilidt,
    pairs.bilirubin_times_upper as bilix,
    phosphatases.times_upper as alpx,
    case phosphatases.not_below when 0 then 'Y' when 1 then 'N' end as alpfl
from subjects
left join pairs on pairs.usubjid = subjects.usubjid and pairs.place = 1
left join phosphatases on phosphatases.usubjid = subjects.usubjid
