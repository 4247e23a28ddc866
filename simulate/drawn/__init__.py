"""Random patients by the hundred thousand: what simulate/ draws patient by patient, drawn here as numpy vectors.

Arrays have one row a patient and, where there is more than one value, further axes: scans, lesions, readers. What a
patient does not have is masked out; a frame of records is what remains, patient by patient.
"""

from simulate.drawn.cohort import PATIENT, draw_tables

__all__ = ["PATIENT", "draw_tables"]
