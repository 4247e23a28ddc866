"""ADTR, ADRS and ADTTE in pandas: the same rules as transforms/recist and transforms/analysis, vectorised.

What a careful analyst would write: whole numbers as keys, one sort, grouped cumulative minima, merges on two columns at
most; no loop over patients and no function applied row by row. It is measured beside the SQL and must agree with it. It
makes OS, PFS and LPFS, best responses and disease control, and carries no source rows, which the SQL does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

Frame = pd.DataFrame
DAY = pd.Timedelta(days=1)
COLUMNS = {
    "patients": ("row_id", "subject_id", "arm", "index_date"),
    "procedures": ("subject_id", "procedure_date"),
    "drug_courses": ("subject_id", "drug", "start_date"),
    "lesions": ("row_id", "subject_id", "lesion_id", "organ", "lesion_class", "first_seen_date"),
    "lesion_measurements": (
        "row_id", "subject_id", "lesion_id", "reader", "scan_date", "diameter_mm", "short_axis_mm", "lesion_status",
    ),
    "adverse_events": ("subject_id", "start_date"),
    "lab_results": ("subject_id", "sample_date"),
    "follow_up": ("row_id", "subject_id", "contact_date", "vital_status", "death_date", "death_date_precision"),
}  # fmt: skip
"""The columns of the typed tables that are read; sizes in hundredths of a millimetre, as whole numbers."""

ALIVE_DATES = {
    "lesion_measurements": "scan_date",
    "procedures": "procedure_date",
    "lab_results": "sample_date",
    "adverse_events": "start_date",
    "drug_courses": "start_date",
}
RESPONSES = ("CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE", "MISSING")
CR, PR, SD, NON_CR_NON_PD, PD, NE, MISSING = range(1, 8)
NONE = 0


@dataclass(frozen=True)
class Rules:
    """What the protocol says: the tables study.arms and study.protocol."""

    arms: Frame
    study_id: str
    data_cut: pd.Timestamp
    evaluator: str
    organ: str
    stable_disease_days: int

    @classmethod
    def of(cls, study: Mapping[str, list[dict[str, Any]]]) -> "Rules":
        (protocol,) = study["protocol"]
        return cls(
            arms=pd.DataFrame(study["arms"])[["arm", "start_from", "procedures_expected"]],
            study_id=protocol["study_id"],
            data_cut=pd.Timestamp(protocol["data_cut"]),
            evaluator=protocol["evaluator"],
            organ=protocol["response_organ"],
            stable_disease_days=protocol["stable_disease_days"],
        )


def derive(tables: Mapping[str, Frame], rules: Rules) -> dict[str, Frame]:
    """adtr, adrs and adtte from typed tables without duplicates (``COLUMNS``); one row as the SQL has it."""
    subjects = _subjects(tables, rules)
    coded = {name: _of_subjects(table, subjects) for name, table in tables.items()}
    lesions = _lesions(coded["lesions"])
    readings = _readings(coded["lesion_measurements"], lesions, rules)
    sightings = _sightings(lesions, readings, subjects, rules)
    assessments = _assessments(readings, sightings, subjects, rules)
    scopes = {"": lesions, "L": lesions[lesions["organ"] == rules.organ]}
    sums, responses = {}, {}
    for prefix, of_scope in scopes.items():
        sums[prefix] = _sums(assessments, of_scope, readings)
        responses[prefix] = _responses(assessments, of_scope, readings, sightings, sums[prefix])
    deaths, last_proof = _deaths(coded)
    therapies = _new_therapies(coded, subjects, rules)
    best = {prefix: _best(of_scope, subjects, therapies, rules) for prefix, of_scope in responses.items()}
    return {
        "adtr": _adtr(readings, assessments, sums, subjects),
        "adrs": _adrs(responses, best, subjects, rules),
        "adtte": _adtte(responses, deaths, last_proof, subjects, rules),
    }


def _subjects(tables: Mapping[str, Frame], rules: Rules) -> Frame:
    """One row a subject, numbered from 0: usubjid, startdt, procedures_expected."""
    patients = tables["patients"].sort_values("row_id").drop_duplicates("subject_id").merge(rules.arms, on="arm")
    first = tables["procedures"].groupby("subject_id", sort=False)["procedure_date"].min()
    by_procedure = patients["start_from"] == "first_procedure"
    patients["startdt"] = patients["index_date"].where(~by_procedure, patients["subject_id"].map(first))
    patients = patients[patients["startdt"] <= rules.data_cut].reset_index(drop=True)
    patients["usubjid"] = rules.study_id + "-" + patients["subject_id"]
    return patients[["subject_id", "usubjid", "startdt", "procedures_expected"]]


def _of_subjects(table: Frame, subjects: Frame) -> Frame:
    """The rows of the subjects, with the number of the subject instead of its id."""
    numbers = pd.Series(subjects.index, index=subjects["subject_id"])
    number = table["subject_id"].map(numbers)
    kept = table[number.notna()].drop(columns="subject_id")
    return kept.assign(subject=number.dropna().astype("int64"))


def _lesions(lesions: Frame) -> Frame:
    """One row a lesion: key (subject and lesion as one number), is_node."""
    once = lesions.sort_values("row_id").drop_duplicates(["subject", "lesion_id"])
    codes, _ = pd.factorize(once["lesion_id"])
    once = once.assign(code=codes, is_node=once["organ"] == "LYMPH NODE").reset_index(drop=True)
    return once.rename_axis("lesion").reset_index()


def _readings(measurements: Frame, lesions: Frame, rules: Rules) -> Frame:
    """One row a subject, reader, scan and lesion: size (hundredths of a mm, NaN where not measured) and presence."""
    read = measurements[measurements["reader"].notna() & (measurements["scan_date"] <= rules.data_cut)]
    read = read.sort_values("row_id").drop_duplicates(["subject", "reader", "scan_date", "lesion_id"])
    known = lesions[["subject", "lesion_id", "lesion", "organ", "lesion_class", "is_node"]]
    read = read.merge(known, on=["subject", "lesion_id"], how="left")
    is_node = read["is_node"].fillna(False).to_numpy(dtype=bool)
    status = read["lesion_status"]
    diameter, axis = read["diameter_mm"], read["short_axis_mm"]
    measured = diameter.where(~is_node, axis.where(axis.notna(), diameter.where(diameter == 0)))
    measured = measured.mask(status == "NOT EVALUABLE")
    size = measured.mask((measured > 0) & (measured < 500), 500)
    size = size.where(size >= 0).mask(size.isna() & (status == "ABSENT"), 0)
    presence = np.select(
        [
            status == "PROGRESSION",
            status == "NOT EVALUABLE",
            (status == "ABSENT") | (size == 0) | (is_node & (size < 1000)),
            (status == "PRESENT") | (size > 0),
        ],
        [1, 2, 4, 3],
        default=2,
    )
    return read.assign(size=size, presence=presence, is_node=is_node)


def _sightings(lesions: Frame, readings: Frame, subjects: Frame, rules: Rules) -> Frame:
    """One row a new lesion seen after the start: the day from which it counts."""
    new = lesions[lesions["lesion_class"] == "NEW"]
    first_read = readings[readings["lesion_class"] == "NEW"].groupby("lesion")["scan_date"].min()
    seen = new["first_seen_date"].fillna(new["lesion"].map(first_read))
    start = subjects["startdt"].to_numpy()[new["subject"]]
    return new.assign(seen_date=seen)[(seen > start) & (seen <= rules.data_cut)]


def _assessments(readings: Frame, sightings: Frame, subjects: Frame, rules: Rules) -> Frame:
    """One row a subject, reader and scan from the baseline on, numbered in that order."""
    days = readings[["subject", "reader", "scan_date"]].drop_duplicates()
    evaluators = pd.DataFrame({"subject": subjects.index, "reader": rules.evaluator})
    readers = pd.concat([days[["subject", "reader"]], evaluators]).drop_duplicates()
    seen = sightings[["subject", "seen_date"]].rename(columns={"seen_date": "scan_date"}).merge(readers, on="subject")
    days = pd.concat([days, seen]).drop_duplicates().sort_values(["subject", "reader", "scan_date"], ignore_index=True)
    start = subjects["startdt"].to_numpy()[days["subject"]]
    before = days["scan_date"].where(days["scan_date"] <= start)
    baseline = before.groupby([days["subject"], days["reader"]]).transform("max")
    days = days.assign(is_baseline=days["scan_date"] <= start)
    days = days[(days["scan_date"] > start) | (days["scan_date"] == baseline)].reset_index(drop=True)
    days["course"] = days.groupby(["subject", "reader"], sort=False).ngroup()
    return days.rename_axis("assessment").reset_index()


def _followed(assessments: Frame, lesions: Frame, readings: Frame) -> Frame:
    """Every lesion at every assessment of its subject, with what was read of it."""
    owed = assessments[["subject", "assessment"]].merge(lesions[["subject", "lesion", "is_node"]], on="subject")
    return owed.merge(readings[["assessment", "lesion", "size", "presence"]], on=["assessment", "lesion"], how="left")


def _sums(assessments: Frame, lesions: Frame, readings: Frame) -> Frame:
    """One row an assessment of a subject with targets: their sum, baseline and nadir in hundredths of a mm."""
    if "assessment" not in readings:
        key = ["subject", "reader", "scan_date"]
        number = readings[key].merge(assessments[[*key, "assessment"]], on=key, how="left")["assessment"]
        readings["assessment"] = number.to_numpy()
    targets = _followed(assessments, lesions[lesions["lesion_class"] == "TARGET"], readings)
    targets["gone"] = (targets["size"] == 0) | (targets["is_node"] & (targets["size"] < 1000))
    grouped = targets.groupby("assessment")
    sums = grouped.agg(targets=("lesion", "size"), measured=("size", "count"), gone=("gone", "sum"))
    sums["sum"] = grouped["size"].sum(min_count=1)
    sums = sums.join(assessments.set_index("assessment"))
    sums["is_complete"] = sums["targets"] == sums["measured"]
    complete = sums["sum"].where(sums["is_complete"])
    course = sums["course"]
    sums["baseline"] = complete.where(sums["is_baseline"]).groupby(course).transform("max")
    lowest = complete.groupby(course).cummin().groupby(course).ffill()
    sums["nadir"] = lowest.groupby(course).shift()
    return sums


def _responses(assessments: Frame, lesions: Frame, readings: Frame, sightings: Frame, sums: Frame) -> Frame:
    """One row an assessment after the baseline: target, nontarget, new_lesion and overall response (0: none)."""
    post = assessments[~assessments["is_baseline"]].set_index("assessment")
    total, nadir = sums["sum"], sums["nadir"]
    target = np.select(
        [
            sums["gone"] == sums["targets"],
            (10 * total >= 12 * nadir) & (total - nadir >= 500),
            ~sums["is_complete"] | sums["baseline"].isna(),
            10 * total <= 7 * sums["baseline"],
        ],
        [CR, PD, NE, PR],
        default=SD,
    )
    post["target"] = pd.Series(target, index=sums.index).reindex(post.index, fill_value=NONE)
    nontargets = _followed(
        assessments[~assessments["is_baseline"]], lesions[lesions["lesion_class"] == "NON-TARGET"], readings
    )
    worst = nontargets["presence"].fillna(2).groupby(nontargets["assessment"]).min()
    response = worst.map({1: PD, 2: NE, 3: NON_CR_NON_PD, 4: CR})
    post["nontarget"] = response.reindex(post.index).fillna(NONE).astype("int64")
    in_scope = sightings[sightings["lesion"].isin(lesions["lesion"])]
    first_new = in_scope.groupby("subject")["seen_date"].min()
    post["new_lesion"] = post["scan_date"] >= post["subject"].map(first_new)
    post["overall"] = np.select(
        [
            (post["target"] == PD) | (post["nontarget"] == PD) | post["new_lesion"],
            (post["target"] == CR) & ~post["nontarget"].isin((CR, NONE)),
            post["target"] != NONE,
            post["nontarget"] != NONE,
        ],
        [PD, PR, post["target"], post["nontarget"]],
        default=NE,
    )
    return post


def _new_therapies(coded: Mapping[str, Frame], subjects: Frame, rules: Rules) -> pd.Series:
    """The first new anticancer therapy from the start on, by subject."""
    courses, procedures = coded["drug_courses"], coded["procedures"]
    crossover = procedures[~subjects["procedures_expected"].to_numpy(dtype=bool)[procedures["subject"]]]
    others = courses[courses["drug"] == "OTHER"].rename(columns={"start_date": "therapy_date"})
    crossover = crossover.rename(columns={"procedure_date": "therapy_date"})
    therapies = pd.concat([others[["subject", "therapy_date"]], crossover[["subject", "therapy_date"]]])
    start = subjects["startdt"].to_numpy()[therapies["subject"]]
    counted = therapies[(therapies["therapy_date"] >= start) & (therapies["therapy_date"] <= rules.data_cut)]
    return counted.groupby("subject")["therapy_date"].min()


def _best(responses: Frame, subjects: Frame, therapies: pd.Series, rules: Rules) -> Frame:
    """One row a subject: the best response of the evaluator and its date."""
    read = responses[responses["reader"] == rules.evaluator].sort_values(["subject", "scan_date"])
    progression = read["scan_date"].where(read["overall"] == PD).groupby(read["subject"]).transform("min")
    therapy = read["subject"].map(therapies)
    counted = read[
        ~(read["scan_date"] > progression)
        & (therapy.isna() | (read["scan_date"] < therapy) | ((read["scan_date"] == therapy) & (read["overall"] == PD)))
    ]
    start = subjects["startdt"].to_numpy()[counted["subject"]]
    is_late = (counted["scan_date"] - start) >= rules.stable_disease_days * DAY
    rank = counted["overall"].mask(counted["overall"].isin((SD, NON_CR_NON_PD)) & ~is_late, NE)
    ranked = counted.assign(rank=rank).sort_values(["subject", "rank", "scan_date"]).drop_duplicates("subject")
    best = ranked.set_index("subject")[["rank", "scan_date"]].reindex(subjects.index)
    return best.assign(rank=best["rank"].fillna(MISSING).astype("int64"))


def _deaths(coded: Mapping[str, Frame]) -> tuple[pd.Series, pd.Series]:
    """By subject: the date of death, and the last day on which a record shows the subject alive."""
    contacts = coded["follow_up"]
    alive = contacts.loc[contacts["vital_status"] == "ALIVE", ["subject", "contact_date"]]
    proofs = [alive.groupby("subject")["contact_date"].max()]
    proofs += [coded[name].groupby("subject")[column].max() for name, column in ALIVE_DATES.items()]
    last_proof = pd.concat(proofs).groupby(level=0).max()
    reports = contacts[(contacts["vital_status"] == "DEAD") & contacts["death_date"].notna()]
    reports = reports.assign(is_partial=reports["death_date_precision"].notna())
    reports = (
        reports.sort_values(["is_partial", "death_date", "row_id"]).drop_duplicates("subject").set_index("subject")
    )
    proof = last_proof.reindex(reports.index)
    later = reports["is_partial"] & (proof > reports["death_date"])
    return reports["death_date"].mask(later, proof), last_proof


def _adtr(readings: Frame, assessments: Frame, sums: Mapping[str, Frame], subjects: Frame) -> Frame:
    targets = readings[
        (readings["lesion_class"] == "TARGET") & readings["size"].notna() & readings["assessment"].notna()
    ]
    is_baseline = assessments["is_baseline"].to_numpy()[targets["assessment"].astype("int64")]
    one = targets[["subject", "lesion", "lesion_id", "reader", "scan_date", "size"]].assign(is_baseline=is_baseline)
    one = one.sort_values(["lesion", "reader", "scan_date"])
    course = one.groupby(["lesion", "reader"], sort=False).ngroup()
    one["base"] = one["size"].where(one["is_baseline"]).groupby(course).transform("max")
    one["nadir"] = one["size"].groupby(course).cummin().groupby(course).shift()
    parts = [
        one.assign(paramcd="LDIAM").rename(columns={"size": "aval", "lesion_id": "trlnkid"}).drop(columns="lesion")
    ]
    for prefix, of_scope in sums.items():
        complete = of_scope[of_scope["is_complete"]].rename(columns={"sum": "aval", "baseline": "base"})
        parts.append(
            complete[["subject", "reader", "scan_date", "aval", "base", "nadir", "is_baseline"]].assign(
                paramcd=f"{prefix}SUMDIAM"
            )
        )
    adtr = pd.concat(parts, ignore_index=True)
    start = subjects["startdt"].to_numpy()[adtr["subject"]]
    days = (adtr["scan_date"] - start) // DAY
    adtr["ady"] = days + (days >= 0)
    adtr["chg"] = (adtr["aval"] - adtr["base"]).mask(adtr["is_baseline"])
    adtr["pchg"] = 100 * adtr["chg"] / adtr["base"].replace(0, np.nan)
    adtr["chgnadir"] = adtr["aval"] - adtr["nadir"]
    adtr["pchgnad"] = 100 * adtr["chgnadir"] / adtr["nadir"].replace(0, np.nan)
    for column in ("aval", "base", "nadir", "chg", "chgnadir"):
        adtr[column] /= 100
    adtr["usubjid"] = subjects["usubjid"].to_numpy()[adtr["subject"]]
    return adtr.rename(columns={"reader": "treval", "scan_date": "adt"}).drop(columns="subject")


def _adrs(responses: Mapping[str, Frame], best: Mapping[str, Frame], subjects: Frame, rules: Rules) -> Frame:
    parts = []
    for prefix, of_scope in responses.items():
        rows = of_scope[["subject", "reader", "scan_date"]]
        for paramcd, kind in (("TRGRESP", "target"), ("NTRGRESP", "nontarget")):
            there = of_scope[kind] != NONE
            parts.append(rows[there].assign(paramcd=prefix + paramcd, aval=of_scope.loc[there, kind]))
        parts.append(rows.assign(paramcd=f"{prefix}NEWLES", aval=of_scope["new_lesion"].astype("int64")))
        parts.append(rows.assign(paramcd="LVRRESP" if prefix else "OVRLRESP", aval=of_scope["overall"]))
        of_subject = best[prefix]
        one = pd.DataFrame(
            {"subject": of_subject.index, "reader": rules.evaluator, "scan_date": of_subject["scan_date"]}
        )
        parts.append(one.assign(paramcd=f"{prefix}BOR", aval=of_subject["rank"]))
        parts.append(one.assign(paramcd=f"{prefix}DCR", aval=(of_subject["rank"] <= NON_CR_NON_PD).astype("int64")))
    adrs = pd.concat(parts, ignore_index=True)
    adrs["ady"] = (adrs["scan_date"] - subjects["startdt"].to_numpy()[adrs["subject"]]) // DAY + 1
    is_flag = adrs["paramcd"].str.endswith(("NEWLES", "DCR"))
    words = np.array(["N", *RESPONSES], dtype=object)[adrs["aval"]]
    adrs["avalc"] = np.where(is_flag, np.array(["N", "Y"], dtype=object)[adrs["aval"].clip(upper=1)], words)
    adrs["usubjid"] = subjects["usubjid"].to_numpy()[adrs["subject"]]
    return adrs.rename(columns={"reader": "treval", "scan_date": "adt"}).drop(columns="subject")


def _adtte(
    responses: Mapping[str, Frame], deaths: pd.Series, last_proof: pd.Series, subjects: Frame, rules: Rules
) -> Frame:
    start, cut = subjects["startdt"], rules.data_cut
    death = deaths.reindex(subjects.index)
    known_alive = last_proof.reindex(subjects.index)
    # Who died after the cut was alive at it.
    known_alive = known_alive.where(~(death > cut), known_alive.where(known_alive > death, death)).clip(upper=cut)
    death = death.where(death <= cut)
    parts = [_times("OS", death, known_alive, start, subjects)]
    parts[0]["cnsr"] = parts[0]["cnsr"].mask((parts[0]["cnsr"] > 0) & ((cut - parts[0]["adt"]) > 90 * DAY), 5)
    parts[0]["cnsr"] = parts[0]["cnsr"].replace({2: 1})
    for prefix, of_scope in responses.items():
        read = of_scope[of_scope["reader"] == rules.evaluator]
        progression = read[read["overall"] == PD].groupby("subject")["scan_date"].min().reindex(subjects.index)
        adequate = read[read["overall"] != NE].groupby("subject")["scan_date"].max().reindex(subjects.index)
        event = progression.where(~(death < progression) & progression.notna(), death)
        parts.append(_times(f"{prefix}PFS", event, adequate, start, subjects))
    return pd.concat(parts, ignore_index=True)


def _times(paramcd: str, event: pd.Series, censoring: pd.Series, start: pd.Series, subjects: Frame) -> Frame:
    """Event, else the last censoring candidate, else the start (cnsr 2)."""
    is_late = censoring >= start
    adt = event.where(event.notna(), censoring.where(is_late, start))
    cnsr = np.where(event.notna(), 0, np.where(is_late, 1, 2))
    aval = (adt - start) // DAY + 1
    return pd.DataFrame({"usubjid": subjects["usubjid"], "paramcd": paramcd, "adt": adt, "aval": aval, "cnsr": cnsr})
