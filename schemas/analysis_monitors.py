"""The monitors of the analysis data sets: what holds in any sound one, whatever the study."""

from schemas.monitor import ASK_SOURCE, Check, Monitor
from schemas.monitor_checks import (
    DURATIONS,
    adsl_volume,
    adtte_volume,
    always,
    between,
    by_limit,
    filled,
    in_adsl,
    in_order,
    in_set,
    key,
)

ENDPOINTS = ("OS", "PFS", "LPFS", "TTLP", "PFSNACT", "PFSFDA", "TTR", "LTTR")
"""The times to event of every subject."""
RESPONSES = ("CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE", "MISSING", "Y", "N")
REPORT = (
    "Do not use the data set; report it to the maintainers with the run: a derivation is wrong, not a patient's record."
)

ANALYSIS_MONITORS: tuple[Monitor, ...] = (
    Monitor(
        "MON30",
        "ADSL: number of subjects",
        "adsl",
        "The analysis should have about as many subjects as at the last cut.",
        "See which subjects were held back, in the quality report. " + ASK_SOURCE,
        adsl_volume,
    ),
    Monitor(
        "MON31",
        "ADSL: one row a subject",
        "adsl",
        "A subject must stand in ADSL once.",
        REPORT,
        always(
            Check("ExpectColumnValuesToBeUnique", {"column": "usubjid"}, "usubjid stands once", "rows with usubjid")
        ),
    ),
    Monitor("MON32", "ADSL: subject", "adsl", "Every row must name its subject.", REPORT, always(filled("usubjid"))),
    Monitor("MON33", "ADSL: arm", "adsl", "Every subject must have an arm.", REPORT, always(filled("arm"))),
    Monitor(
        "MON34", "ADSL: start date", "adsl", "Every subject must have a start date.", REPORT, always(filled("trtsdt"))
    ),
    Monitor("MON35", "ADSL: sex", "adsl", "A sex that is known is F or M.", REPORT, always(in_set("sex", ["F", "M"]))),
    Monitor(
        "MON36",
        "ADSL: age",
        "adsl",
        "An age that is known must be one that people reach.",
        REPORT,
        by_limit(lambda limits: between("age", limits.age_low, limits.age_high)),
    ),
    Monitor(
        "MON37",
        "ADSL: date of death",
        "adsl",
        "A subject marked as dead must have a date of death.",
        REPORT,
        always(filled("dthdt", "subjects marked as dead", (("dthfl", "==", "Y"),))),
    ),
    Monitor(
        "MON38",
        "ADSL: death after the start",
        "adsl",
        "Nobody can die before the start.",
        REPORT,
        always(in_order("dthdt", "trtsdt", unit="subjects with both dates")),
    ),
    Monitor(
        "MON40",
        "ADTTE: one row a subject and endpoint",
        "adtte",
        "A subject must have each endpoint once.",
        REPORT,
        always(key("usubjid", "paramcd")),
    ),
    Monitor(
        "MON41",
        "ADTTE: every subject has every endpoint",
        "adtte",
        "There must be as many rows as subjects times endpoints, and those of responders.",
        REPORT,
        adtte_volume,
    ),
    Monitor("MON42", "ADTTE: subjects of ADSL", "adtte", "Every row must be of a subject of ADSL.", REPORT, in_adsl),
    Monitor(
        "MON43",
        "ADTTE: endpoints",
        "adtte",
        "The endpoints are those that datacut derives.",
        REPORT,
        always(in_set("paramcd", [*ENDPOINTS, *DURATIONS])),
    ),
    Monitor("MON44", "ADTTE: time", "adtte", "Every row must have a time.", REPORT, always(filled("aval"))),
    Monitor(
        "MON45",
        "ADTTE: time of a day or more",
        "adtte",
        "A time counts the first day as 1; none is shorter.",
        REPORT,
        always(between("aval", 1, None)),
    ),
    Monitor("MON46", "ADTTE: event or censored", "adtte", "Every row must say which.", REPORT, always(filled("cnsr"))),
    Monitor(
        "MON47",
        "ADTTE: codes of censoring",
        "adtte",
        "An event has 0, a censored time 1 to 5, a competing event 6.",
        REPORT,
        always(in_set("cnsr", range(7))),
    ),
    Monitor(
        "MON48",
        "ADTTE: number of events",
        "adtte_by_endpoint",
        "An endpoint needs some events, or its estimates mean nothing.",
        "Say in the report that the endpoint is immature, or have the missing events looked for.",
        by_limit(lambda limits: between("events", limits.events_per_endpoint, None, unit="endpoints")),
        "adtte",
    ),
    Monitor(
        "MON50",
        "ADRS: one row a subject, parameter, reader and day",
        "adrs",
        "A response must stand once.",
        REPORT,
        always(key("usubjid", "paramcd", "treval", "adt")),
    ),
    Monitor("MON51", "ADRS: subjects of ADSL", "adrs", "Every row must be of a subject of ADSL.", REPORT, in_adsl),
    Monitor(
        "MON52",
        "ADRS: responses",
        "adrs",
        "A response must be one of RECIST's, or yes or no.",
        REPORT,
        always(in_set("avalc", RESPONSES)),
    ),
    Monitor(
        "MON53",
        "ADRS: coded response",
        "adrs",
        "Every response must have its number.",
        REPORT,
        always(filled("aval", where=(("avalc", "known", None),))),
    ),
    Monitor(
        "MON60",
        "ADAE: one row an event",
        "adae",
        "A numbered adverse event of a subject must stand once.",
        REPORT,
        always(
            Check(
                "ExpectCompoundColumnsToBeUnique",
                {"column_list": ["usubjid", "aeseq"], "ignore_row_if": "any_value_is_missing"},
                "one row a combination of usubjid, aeseq",
                "numbered events",
            )
        ),
    ),
    Monitor("MON61", "ADAE: subjects of ADSL", "adae", "Every row must be of a subject of ADSL.", REPORT, in_adsl),
    Monitor(
        "MON62",
        "ADAE: grade",
        "adae",
        "A grade that is known is 1 to 5.",
        REPORT,
        always(in_set("aetoxgr", [1, 2, 3, 4, 5])),
    ),
    Monitor(
        "MON63",
        "ADAE: one worst record a subject and term",
        "adae",
        "Only one record a subject and term may be counted.",
        REPORT,
        always(key("usubjid", "aedecod", where=(("aoccpifl", "==", "Y"),))),
    ),
    Monitor(
        "MON64",
        "ADAE: end after the start",
        "adae",
        "An event must not end before it starts.",
        REPORT,
        always(in_order("aeendt", "aestdt", unit="events with both dates")),
    ),
    Monitor(
        "MON70",
        "ADTR: one row a subject, parameter, lesion, reader and day",
        "adtr",
        "A measurement must stand once.",
        REPORT,
        always(key("usubjid", "paramcd", "trlnkid", "treval", "adt")),
    ),
    Monitor("MON71", "ADTR: subjects of ADSL", "adtr", "Every row must be of a subject of ADSL.", REPORT, in_adsl),
    Monitor("MON72", "ADTR: value", "adtr", "Every row must have a value.", REPORT, always(filled("aval"))),
    Monitor(
        "MON73",
        "ADTR: no negative size",
        "adtr",
        "A diameter or sum of diameters is 0 or more.",
        REPORT,
        always(between("aval", 0, None)),
    ),
)
