"""The page reproduction.html: every figure of the publication beside this run's, with the verdict and the reason."""

from analyses.comparison import CONTRADICTS, DIFFERS, NOT_COMPUTED, REPRODUCES, WITHIN
from reports.numbers import MISSING
from reports.run_folder import Results
from reports.setting import Setting
from reports.table_published import explanation
from reports.templating import render

MEANING = {
    REPRODUCES: "this run gives the figure, rounded as it was printed",
    WITHIN: "this run gives it within a tolerance that the study states, with its reason",
    DIFFERS: "this run gives another number",
    CONTRADICTS: "the figure does not follow from the publication's own counts, whatever this run gives",
    NOT_COMPUTED: "no analysis makes it: a statement, a figure of another study, or beyond the data",
}
KEYS = {REPRODUCES: "same", WITHIN: "within", DIFFERS: "differs", CONTRADICTS: "contradicts", NOT_COMPUTED: "none"}


def reproduction_page(results: Results, setting: Setting) -> str:
    """The page of a run whose study has published figures; filters work without script and on paper."""
    figures = [
        {
            "id": figure["id"],
            "place": figure["location"],
            "what": ", ".join(part for part in (figure["group"], figure["kind"]) if part),
            "paper": figure["value"],
            "ours": figure["ours_printed"] or MISSING,
            "verdict": figure["verdict"],
            "key": KEYS[figure["verdict"]],
            "part": part_of(figure["location"]),
            "why": explanation(figure),
            "result_id": figure["result_id"],
        }
        for figure in results.published
    ]
    parts = list(dict.fromkeys(str(figure["part"]) for figure in figures))
    found = [(verdict, KEYS[verdict]) for verdict in KEYS if any(figure["verdict"] == verdict for figure in figures)]
    return render(
        "reproduction.html.j2",
        title=f"The publication and this run, {setting.protocol.study.id}",
        setting=setting,
        verdicts=results.verdicts,
        meaning=[(verdict, MEANING[verdict]) for verdict, _ in found],
        filters=found,
        parts=[(name, f"p{place}") for place, name in enumerate(parts)],
        figures=[{**figure, "part": f"p{parts.index(str(figure['part']))}"} for figure in figures],
    )


def part_of(location: str) -> str:
    """``Table 1`` of ``Table 1 / Sex / Male``, ``Results`` of ``Results/PFS``; the first where several are named."""
    return location.split("/")[0].split(",")[0].strip()
