"""The monitors of a cut as a whole: what differs from the last cut, and how fresh the follow-up is."""

from schemas.monitor import ASK_SOURCE, Monitor
from schemas.monitor_checks import (
    BOTH,
    always,
    between,
    by_limit,
    code_shares,
    filled,
    freshness,
    freshness_of_arms,
    in_order,
    in_set,
    missingness,
    new_codes,
    unchanged,
    vanished,
    vanished_codes,
    volume,
)

ASK_SITE = "Ask the site which value is right; have the wrong one corrected in the source before this cut is used."
WAS_DEAD = ("previous_is_dead", "==", True)
IS_DEAD = ("is_dead", "==", True)
WAS_CENSORED = ("previous_cnsr", ">", 0)
IS_CENSORED = ("cnsr", ">", 0)
WAS_EVENT = ("previous_cnsr", "==", 0)
IS_EVENT = ("cnsr", "==", 0)

CUT_MONITORS: tuple[Monitor, ...] = (
    Monitor(
        "MON01",
        "Volume within the band of the last cut",
        "rows",
        "A table should bring about as many rows as at the last cut, and never become empty.",
        "See whether the export ended early, ran twice or had another filter. " + ASK_SOURCE,
        volume,
    ),
    Monitor(
        "MON02",
        "No vanished patients",
        "since_last_cut",
        "A subject of the last cut should be in this one too.",
        "List the subjects with the two extracts; for each, have a withdrawal of consent or a merged record confirmed "
        "in writing, or send a complete extract.",
        vanished,
        "adsl",
    ),
    Monitor(
        "MON03",
        "Missing values of a column",
        "missingness",
        "A column should not miss many more values than at the last cut.",
        "See whether the field was renamed, moved to another form or dropped from the export. " + ASK_SOURCE,
        missingness,
    ),
    Monitor(
        "MON04",
        "New codes",
        "code_words",
        "A coded column should bring no code that the last cut did not have.",
        "Look the code up in the list of the source; add it to the mapping, or have it corrected.",
        new_codes,
    ),
    Monitor(
        "MON05",
        "Vanished codes",
        "code_words",
        "A code that many rows had should not be gone.",
        "See whether the code was renamed or its rows left out. " + ASK_SOURCE,
        vanished_codes,
    ),
    Monitor(
        "MON06",
        "Shares of the codes",
        "code_words",
        "The share of a code in its column should stay about the same.",
        "See whether two codes were swapped or a default was set. " + ASK_SOURCE,
        code_shares,
    ),
    Monitor(
        "MON07",
        "Sex stays the same",
        "since_last_cut",
        "The sex of a subject should not change; if it does, two patients may have been mixed up.",
        ASK_SITE,
        unchanged("sex", "sex"),
        "adsl",
    ),
    Monitor(
        "MON08",
        "Birth year stays the same",
        "since_last_cut",
        "The birth year of a subject should not change; if it does, two patients may have been mixed up.",
        ASK_SITE,
        unchanged("birth_year", "birth year"),
        "adsl",
    ),
    Monitor(
        "MON09",
        "Arm stays the same",
        "since_last_cut",
        "The arm of a subject should not change.",
        ASK_SITE,
        unchanged("arm", "arm"),
        "adsl",
    ),
    Monitor(
        "MON10",
        "Start date stays the same",
        "since_last_cut",
        "The day from which a subject's time is counted should not change: every endpoint would move with it.",
        ASK_SITE,
        unchanged("startdt", "start date"),
        "adsl",
    ),
    Monitor(
        "MON11",
        "The dead stay dead",
        "since_last_cut",
        "A subject who was dead at the last cut should not be alive, or of unknown status, at this one.",
        "Have the vital status confirmed with the registry; correct the wrong entry in the source.",
        always(in_set("is_dead", [True], *BOTH, WAS_DEAD, unit="subjects in both cuts who were dead")),
        "adsl",
    ),
    Monitor(
        "MON12",
        "Death dates stay where they were",
        "since_last_cut",
        "A date of death should not move by more than the limit.",
        "Have the date confirmed with the registry; correct the wrong one in the source.",
        by_limit(
            lambda limits: between(
                "death_date_moved_days",
                None,
                limits.death_date_days,
                *BOTH,
                WAS_DEAD,
                IS_DEAD,
                unit="subjects dead in both cuts with both dates",
            )
        ),
        "adsl",
    ),
    Monitor(
        "MON13",
        "Known death dates stay known",
        "since_last_cut",
        "A date of death that was known should not be empty now.",
        "See whether the date was deleted or can no longer be read; enter it again in the source.",
        always(
            filled(
                "dthdt",
                "subjects dead in both cuts whose date of death was known",
                (*BOTH, WAS_DEAD, IS_DEAD, ("previous_dthdt", "known", True)),
            )
        ),
        "adsl",
    ),
    Monitor(
        "MON14",
        "Censored times do not get shorter",
        "endpoints_since_last_cut",
        "The time of a subject who is still without the event should only grow.",
        "See which visit or scan is missing from this extract; have it sent again.",
        always(
            in_order(
                "aval",
                "previous_aval",
                WAS_CENSORED,
                IS_CENSORED,
                unit="times censored in both cuts",
                expected="not shorter than at the last cut",
            )
        ),
        "adtte",
    ),
    Monitor(
        "MON15",
        "Events stay events",
        "endpoints_since_last_cut",
        "An event of the last cut should not be censored now.",
        "See which record of the event is gone or was changed; ask the site for the reason in writing.",
        always(in_set("cnsr", [0], WAS_EVENT, unit="events of the last cut")),
        "adtte",
    ),
    Monitor(
        "MON16",
        "New events lie after the time already seen without one",
        "endpoints_since_last_cut",
        "An event that is new should not lie before the day up to which the last cut had seen none.",
        "See whether the date of the event or the earlier visit is wrong; a second reading of a scan is a reason too.",
        always(
            in_order(
                "aval",
                "previous_aval",
                WAS_CENSORED,
                IS_EVENT,
                unit="events that were censored at the last cut",
                expected="not before the censoring at the last cut",
            )
        ),
        "adtte",
    ),
    Monitor(
        "MON17",
        "Event times stay where they were",
        "endpoints_since_last_cut",
        "The time of an event should not move by more than the limit.",
        "See which date was changed, the start's or the event's; ask the site for the reason in writing.",
        by_limit(
            lambda limits: between(
                "event_moved_days", None, limits.event_time_days, WAS_EVENT, IS_EVENT, unit="events in both cuts"
            )
        ),
        "adtte",
    ),
    Monitor(
        "MON18",
        "Follow-up is fresh",
        "follow_up",
        "Few of the subjects alive should be overdue: without contact for longer than their visits are apart.",
        "Send the sites their lists of overdue subjects; wait with the cut until they have answered.",
        freshness,
    ),
    Monitor(
        "MON19",
        "Follow-up is fresh in every arm",
        "follow_up_by_arm",
        "In no arm should many be overdue: unequal follow-up makes the arms differ where they do not.",
        "Send the sites the lists of that arm first; say in the report how fresh the follow-up of each arm is.",
        freshness_of_arms,
        "follow_up",
    ),
)
