"""Every contract, in the order in which they are examined."""

from schemas.adverse_events import AdverseEvents
from schemas.contract import Contract
from schemas.derived_endpoints import AdverseEventCounts, EndpointCounts, TimesToEvent
from schemas.derived_responses import Assessments, ReportedResponses
from schemas.drug_courses import DrugCourses
from schemas.follow_up import FollowUp
from schemas.lab_results import LabResults
from schemas.lesion_measurements import ExpectedMeasurements, LesionMeasurements
from schemas.lesions import Lesions
from schemas.patients import Patients
from schemas.procedures import Procedures
from schemas.response_assessments import ResponseAssessments
from schemas.subject_totals import SubjectTotals

CONTRACTS: tuple[type[Contract], ...] = (
    Patients,
    SubjectTotals,
    Procedures,
    DrugCourses,
    Lesions,
    LesionMeasurements,
    ExpectedMeasurements,
    ResponseAssessments,
    AdverseEvents,
    LabResults,
    FollowUp,
    ReportedResponses,
    Assessments,
    TimesToEvent,
    EndpointCounts,
    AdverseEventCounts,
)
