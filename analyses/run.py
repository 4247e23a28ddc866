"""All analyses that a protocol asks for, from the analysis data sets to one frame of numbers."""

from itertools import chain
from typing import TYPE_CHECKING

from analyses.agreement_of_readers import agreement_of_readers
from analyses.assessment_intervals import assessment_intervals
from analyses.balance import balance, differences
from analyses.baseline import baseline, description
from analyses.convention_matrix import convention_matrix
from analyses.incidence import incidence
from analyses.interval_censoring import interval_censoring
from analyses.laboratory import laboratory
from analyses.later_groups import later_groups
from analyses.liver_injury import liver_injury, liver_injury_listing
from analyses.models import cox_models
from analyses.procedures import procedures
from analyses.propensity import treatment_weights
from analyses.resolution import resolution
from analyses.response import response
from analyses.safety import safety
from analyses.schoenfeld import schoenfeld
from analyses.source_hash import source_hash
from analyses.statistic import statistics_frame
from analyses.subgroup_effects import subgroup_effects
from analyses.survival import curves, prognostic, subgroups, survival
from analyses.survival_details import survival_details
from analyses.weighted_comparison import weighted_comparison, weighted_curves
from studies import Protocol

if TYPE_CHECKING:
    import pandas as pd


def run_analyses(
    adsl: "pd.DataFrame",
    adtte: "pd.DataFrame",
    adrs: "pd.DataFrame",
    adae: "pd.DataFrame",
    protocol: Protocol,
    adpr: "pd.DataFrame | None" = None,
    adsyn: "pd.DataFrame | None" = None,
    covariate_changes: "pd.DataFrame | None" = None,
    adlb: "pd.DataFrame | None" = None,
    adaette: "pd.DataFrame | None" = None,
    adhy: "pd.DataFrame | None" = None,
) -> dict[str, "pd.DataFrame"]:
    """What is said of the analysis data sets; of one that is not given, nothing.

    ``statistics`` (one row a number, see Statistic), ``curves`` and ``at_risk`` (see analyses.survival.curves), and
    ``convention_matrix``, ``balance`` and ``liver_injury`` (see there), ``weighted_curves`` (see
    analyses.weighted_comparison).
    """
    weights = treatment_weights(adsl, protocol) if protocol.weighting else None
    numbers = chain(
        baseline(adsl, protocol),
        description(adsl, protocol),
        prognostic(adtte, adsl, protocol),
        safety(adae, adsl, protocol),
        laboratory(adlb, adae, adsl, protocol) if adlb is not None else (),
        liver_injury(adhy, protocol) if adhy is not None else (),
        resolution(adaette, protocol) if adaette is not None else (),
        procedures(adpr, adsyn, protocol) if adpr is not None and adsyn is not None else (),
        response(adrs, adsl, protocol),
        agreement_of_readers(adrs, protocol),
        survival(adtte, adsl, protocol),
        survival_details(adtte, adsl, protocol),
        cox_models(adtte, adsl, protocol),
        subgroups(adtte, adsl, protocol),
        later_groups(adtte, adsl, covariate_changes, protocol) if covariate_changes is not None else (),
        differences(adsl, protocol),
        weighted_comparison(adtte, adsl, weights, protocol),
        assessment_intervals(adrs, adsl, protocol),
        interval_censoring(adtte, adrs, adsl, protocol),
        subgroup_effects(adtte, adsl, protocol),
        incidence(adtte, adsl, protocol),
        schoenfeld(adtte, adsl, protocol),
    )
    given = {"adsl": adsl, "adtte": adtte, "adrs": adrs, "adae": adae, "adpr": adpr, "adsyn": adsyn}
    given |= {"covariate_changes": covariate_changes, "adlb": adlb, "adaette": adaette, "adhy": adhy}
    source = source_hash({name: frame for name, frame in given.items() if frame is not None})
    steps, at_risk = curves(adtte, adsl, protocol)
    return {
        "statistics": statistics_frame(numbers, protocol.statistics.convention, source),
        "curves": steps,
        "at_risk": at_risk,
        "convention_matrix": convention_matrix(adtte, adsl, protocol),
        "balance": balance(adsl, weights.weight if weights else None, protocol),
        "weighted_curves": weighted_curves(adtte, adsl, weights, protocol),
        **({"liver_injury": liver_injury_listing(adhy)} if adhy is not None else {}),
    }
