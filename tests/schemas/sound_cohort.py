"""A tiny cohort in which every record is in order, and the way to spoil one thing in it.

Two subjects: S1 has the procedure, a new lesion, progression and a death; S2 is a control and alive.
The rows are text, as an extract brings them; what is not named is blank.
"""

import copy
from dataclasses import dataclass

Row = dict[str, str]


def _rows(columns: str, *lines: str) -> list[Row]:
    names = columns.split(",")
    return [
        {name: text.strip() for name, text in zip(names, line.split("|"), strict=True) if text.strip()}
        for line in lines
    ]


SOUND: dict[str, list[Row]] = {
    "patients": [
        {
            "subject_id": "S1",
            "record_id": "rec-1",
            "name_id": "name-1",
            "phone_id": "phone-1",
            "site": "A",
            "arm": "TACE",
            "sex": "M",
            "birth_year": "1950",
            "age_years": "60",
            "histology": "GIST",
            "cd117": "POSITIVE",
            "ecog": "1",
            "child_pugh_class": "A",
            "child_pugh_score": "5",
            "primary_location": "STOMACH",
            "liver_involvement_pct": "40",
            "blood_supply": "GOOD",
            "diagnosis_date": "2007-05-01",
            "consent_date": "2010-03-01",
            "index_date": "2010-03-15",
            "prior_therapy": "Y",
            "prior_therapy_stop_reason": "PROGRESSION",
            "reported_liver_lesion_group": "2-5",
            "reported_extrahepatic": "N",
            "reported_tki_reintroduction": "Y",
        },
        {
            "subject_id": "S2",
            "record_id": "rec-2",
            "name_id": "name-2",
            "phone_id": "phone-2",
            "site": "B",
            "arm": "CONTROL",
            "sex": "F",
            "birth_year": "1945",
            "age_years": "65",
            "histology": "GIST",
            "cd117": "POSITIVE",
            "ecog": "2",
            "child_pugh_class": "B",
            "child_pugh_score": "7",
            "primary_location": "SMALL INTESTINE",
            "liver_involvement_pct": "10",
            "blood_supply": "POOR",
            "diagnosis_date": "2006-02-10",
            "consent_date": "2010-03-20",
            "index_date": "2010-04-01",
            "prior_therapy": "Y",
            "prior_therapy_stop_reason": "INTOLERANCE",
            "reported_liver_lesion_group": "1",
            "reported_extrahepatic": "Y",
            "reported_tki_reintroduction": "N",
        },
    ],
    "procedures": _rows(
        "subject_id,session_number,procedure_date,iodised_oil_ml,doxorubicin_mg",
        "S1|1|2010-03-15|10|60",
        "S1|2|2010-05-01|12.5|50",
    ),
    "drug_courses": _rows(
        "subject_id,drug,daily_dose_mg,start_date,end_date,stop_reason",
        "S1|IMATINIB|400|2008-01-01|2010-01-31|PROGRESSION",
        "S1|SUNITINIB|37.5|2010-07-01|2010-11-30|OTHER",
        "S2|IMATINIB|400|2008-02-01|2010-02-15|INTOLERANCE",
    ),
    "lesions": _rows(
        "subject_id,lesion_id,organ,lesion_class,first_seen_date",
        "S1|L01|LIVER|TARGET|2010-03-01",
        "S1|L02|LIVER|NON-TARGET|2010-03-01",
        "S1|L03|LIVER|NEW|2010-06-07",
        "S2|L01|LIVER|TARGET|2010-03-20",
        "S2|L02|LYMPH NODE|TARGET|2010-03-20",
        "S2|L03|LYMPH NODE|NON-TARGET|2010-03-20",
    ),
    "lesion_measurements": _rows(
        "subject_id,lesion_id,scan_date,reader,modality,diameter,diameter_unit,short_axis,lesion_status",
        "S1|L01|2010-03-01|R1|CT|50|mm||",
        "S1|L02|2010-03-01|R1|CT|||| PRESENT",
        "S1|L01|2010-04-26|R1|CT|45|mm||",
        "S1|L02|2010-04-26|R1|CT|||| PRESENT",
        "S1|L01|2010-06-07|R1|CT|6|cm||",
        "S1|L02|2010-06-07|R1|CT|||| PRESENT",
        "S1|L03|2010-06-07|R1|CT|8|mm|| PRESENT",
        "S2|L01|2010-03-20|R1|CT|30|mm||",
        "S2|L02|2010-03-20|R1|CT|25|mm|18|",
        "S2|L03|2010-03-20|R1|CT|15|mm|12| PRESENT",
        "S2|L01|2010-05-17|R1|CT|35|mm||",
        "S2|L02|2010-05-17|R1|CT|24|mm|17|",
        "S2|L03|2010-05-17|R1|CT|15|mm|12| PRESENT",
    ),
    "response_assessments": _rows(
        "subject_id,scan_date,reader,sum_mm,target_response,nontarget_response,new_lesion,overall_response,liver_response",
        "S1|2010-04-26|R1|45|SD|NON-CR/NON-PD|N|SD|SD",
        "S1|2010-06-07|R1|60|PD|NON-CR/NON-PD|Y|PD|PD",
        "S2|2010-05-17|R1|52|SD|NON-CR/NON-PD|N|SD|SD",
    ),
    "adverse_events": _rows(
        "subject_id,ae_number,reported_term,term,grade,start_date,end_date,serious,outcome,ctcae_version",
        "S1|1|fever|FEVER|2|2010-03-16|2010-03-20|N|RESOLVED|3.0",
        "S1|2|fever|FEVER|1|2010-05-02|2010-05-04|N|RESOLVED|3.0",
        "S2|1|tired|FATIGUE|1|2010-04-20||N|ONGOING|3.0",
    ),
    "lab_results": _rows(
        "subject_id,sample_date,test,value,unit,lower_limit,upper_limit",
        "S1|2010-03-10|ALT|30|U/L|5|40",
        "S2|2010-03-25|HGB|120|g/L|115|150",
    ),
    "follow_up": _rows(
        "subject_id,contact_date,contact_type,vital_status,death_date,death_cause",
        "S1|2010-11-30|VISIT|ALIVE||",
        "S1|2011-01-10|PHONE|DEAD|2010-12-20|tumour progression",
        "S2|2010-05-17|VISIT|ALIVE||",
        "S2|2012-05-01|PHONE|ALIVE||",
    ),
}


@dataclass(frozen=True)
class Change:
    """The ``number``-th row of ``table`` (from 1) gets other text; ``""`` blanks a column. 0 means every row."""

    table: str
    number: int
    values: Row


@dataclass(frozen=True)
class Addition:
    """One more row of ``table``: a copy of the ``like``-th row (from 1) with other text, or a row of its own."""

    table: str
    values: Row
    like: int | None = None


@dataclass(frozen=True)
class Removal:
    """The ``number``-th row of ``table`` (from 1) is gone."""

    table: str
    number: int


Edit = Change | Addition | Removal


def change(table: str, number: int, **values: str) -> Change:
    return Change(table, number, values)


def add(table: str, like: int | None = None, **values: str) -> Addition:
    return Addition(table, values, like)


def remove(table: str, number: int) -> Removal:
    return Removal(table, number)


def cohort(*edits: Edit) -> dict[str, list[Row]]:
    """The sound cohort after ``edits``. Row numbers are those of the sound cohort: rows are removed last."""
    tables = copy.deepcopy(SOUND)
    for edit in edits:
        rows = tables[edit.table]
        if isinstance(edit, Change):
            for number, row in enumerate(rows, start=1):
                if edit.number in (0, number):
                    row.update(edit.values)
        elif isinstance(edit, Addition):
            rows.append({**(rows[edit.like - 1] if edit.like else {}), **edit.values})
    for edit in sorted((e for e in edits if isinstance(e, Removal)), key=lambda e: -e.number):
        del tables[edit.table][edit.number - 1]
    return tables
