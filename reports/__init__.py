"""How is it shown? Tables, figures, pages and workbooks, from the files of a run folder alone; computes nothing."""

from reports.facts import RunFacts
from reports.run_folder import RunFolderError
from reports.write import write_quality, write_reports

__all__ = ["RunFacts", "RunFolderError", "write_quality", "write_reports"]
