"""Fills the page templates; every value is escaped unless a renderer made it."""

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from reports.numbers import count
from reports.setting import Setting
from reports.stylesheet import TABLE_CSS


def render(template: str, *, title: str, setting: Setting, **values: Any) -> str:
    """The page ``template`` with what every page shows and ``values``."""
    return template_named(template).render(
        title=title, css=stylesheet(), study=setting.protocol.study, facts=setting.facts, mark=setting.mark, **values
    )


def stylesheet() -> Markup:
    """The style of every page; ours, never of the data."""
    return Markup(TABLE_CSS + template_named("page.css").render())


def template_named(name: str) -> Template:
    """The template ``name``; what is not there when it is filled is an error."""
    return _environment().get_template(name)


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
