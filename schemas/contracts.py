"""Every contract, in the order in which they are examined."""

from schemas.adverse_events import AdverseEvents
from schemas.contract import Contract
from schemas.derived_disease import BestResponses, CompleteResponses, EventGaps, LesionSizes, RegrownLesions
from schemas.derived_endpoints import AdverseEventCounts, EndpointCounts, TimesToEvent
from schemas.derived_responses import Assessments, ReportedResponses
from schemas.derived_safety import GradedEvents, GradedResults, ProcedureCounts, TimesToResolution
from schemas.drug_courses import DrugCourses
from schemas.follow_up import FollowUp
from schemas.lab_results import LabResults
from schemas.lesion_measurements import ExpectedMeasurements, LesionMeasurements
from schemas.lesions import Lesions
from schemas.patients import Patients
from schemas.procedures import Procedures
from schemas.readings import Readers, Scans, SizeChanges
from schemas.response_assessments import ResponseAssessments
from schemas.since_last_cut import ArmCounts, ChangedEndpoints, ChangedSubjects
from schemas.sites import Sites
from schemas.subject_totals import SubjectTotals

CONTRACTS: tuple[type[Contract], ...] = (
    Patients,
    SubjectTotals,
    Procedures,
    Sites,
    DrugCourses,
    Lesions,
    LesionMeasurements,
    ExpectedMeasurements,
    SizeChanges,
    Scans,
    Readers,
    ResponseAssessments,
    AdverseEvents,
    LabResults,
    FollowUp,
    ReportedResponses,
    Assessments,
    LesionSizes,
    CompleteResponses,
    RegrownLesions,
    BestResponses,
    EventGaps,
    TimesToEvent,
    EndpointCounts,
    AdverseEventCounts,
    ProcedureCounts,
    GradedEvents,
    GradedResults,
    TimesToResolution,
    ChangedSubjects,
    ChangedEndpoints,
    ArmCounts,
)
