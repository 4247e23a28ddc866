"""Fills the page templates; every value is escaped unless a renderer made it."""

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reports.numbers import count
from reports.setting import Setting
from reports.stylesheet import TABLE_CSS


def render(template: str, *, title: str, setting: Setting, **values: Any) -> str:
    """The page ``template`` with what every page shows and ``values``."""
    environment = _environment()
    css = Markup(TABLE_CSS + environment.get_template("page.css").render())  # ours, never of the data
    return environment.get_template(template).render(
        title=title, css=css, study=setting.protocol.study, facts=setting.facts, mark=setting.mark, **values
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["count"] = count
    return environment
