"""What is this study? Protocol, mapping, published figures and sample extracts: data, no logic."""

from studies.entry import stated
from studies.errors import StudyError
from studies.mapping import Mapping
from studies.protocol import Protocol
from studies.study import Study, load_study

DEFAULT_STUDY = "gist_tace"

__all__ = ["DEFAULT_STUDY", "Mapping", "Protocol", "Study", "StudyError", "load_study", "stated"]
