"""ADEX: procedures and courses of drugs up to the data cut, with days from the start."""

from tiny_cohort import DATA_CUT, START, TinyCohort, day

COLUMNS = "exseq, excat, extrt, astdy, aendy, trtemfl"


def test_procedures_and_courses_in_the_order_of_their_start(cohort: TinyCohort) -> None:
    cohort.subject(arm="TREATED")
    cohort.add("procedures", procedure_date=START)
    cohort.add("procedures", procedure_date=day(49))
    cohort.add("drug_courses", drug="IMATINIB", start_date=day(-300), end_date=day(-20))
    cohort.add("drug_courses", drug="SUNITINIB", start_date=day(14), end_date=day(90))
    cohort.derive()
    assert cohort.rows(f"select {COLUMNS} from analysis.adex order by exseq") == [
        (1, "DRUG", "IMATINIB", -300, -20, "N"),
        (2, "PROCEDURE", "PROCEDURE", 1, 1, "Y"),
        (3, "DRUG", "SUNITINIB", 15, 91, "Y"),
        (4, "PROCEDURE", "PROCEDURE", 50, 50, "Y"),
    ]


def test_what_began_after_the_cut_is_not_there_and_what_ended_after_it_has_no_end(cohort: TinyCohort) -> None:
    cut = (DATA_CUT - START).days
    cohort.subject()
    cohort.add("drug_courses", drug="IMATINIB", start_date=day(0), end_date=day(cut + 1), stop_reason="PROGRESSION")
    cohort.add("drug_courses", drug="SUNITINIB", start_date=day(cut + 1))
    cohort.add("drug_courses", drug=None, start_date=None)
    cohort.derive()
    assert cohort.rows("select extrt, aendt, exadj from analysis.adex") == [("IMATINIB", None, None)]


def test_a_treatment_leads_back_to_its_record(cohort: TinyCohort) -> None:
    cohort.subject()
    row_id = cohort.add("drug_courses", drug="IMATINIB", daily_dose_mg=400, start_date=day(0))
    cohort.derive()
    assert cohort.rows("select exdose, exdosu, srcdom, srcseq, srcrow from analysis.adex") == [
        (400, "mg/day", "drug_courses", row_id, row_id + 1)
    ]
