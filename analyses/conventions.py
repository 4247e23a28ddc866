"""What each package does where they differ: the named conventions that a result is labelled with.

``r``: the survival package of R as it comes. ``sas``: PROC LIFETEST and PHREG as they come. ``spss``: KM and COXREG.
"""

CONVENTIONS = ("r", "sas", "spss")

TIES = {"r": "efron", "sas": "breslow", "spss": "breslow"}
"""How a Cox model takes events at the same time."""

MEDIAN_RULE = {"r": "midpoint", "sas": "midpoint", "spss": "first"}
"""What is taken of a flat stretch of the curve at the median: its middle or its start; a protocol may say otherwise."""

LIMITS = {"r": "log limits", "sas": "log-log limits", "spss": "symmetric limits"}
"""Limits of S(t), and with them of the median; under ``spss`` the median has its own standard error."""
