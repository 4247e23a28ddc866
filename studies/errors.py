"""What a study folder can be blamed for, in one sentence."""


class StudyError(Exception):
    """A study file is missing or wrong; the message names the file, the key, and what to do."""
