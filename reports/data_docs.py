"""The Data Docs of Great Expectations, as pages that need no network.

The content of a page is that of Great Expectations (its page renderer and its templates for sections, tables and
texts). The page around it and the index are ours: theirs load scripts, styles, fonts and a logo from public servers,
and their index is empty without those scripts.
"""

import os
import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer
    from great_expectations.render.view import DefaultJinjaPageView

TEMPLATES = Path(__file__).parent / "templates"
TEMPLATE = "data_docs.html"  # Great Expectations escapes in templates of this ending only
INDEX = "index.html"
NOTES = "What is asked"


@dataclass(frozen=True)
class _Page:
    name: str
    file: str
    total: int
    passed: int
    findings: int
    broken: int

    @property
    def icon(self) -> str:
        """The class that the templates of Great Expectations give a result."""
        return "fa-exclamation-triangle" if self.broken else "fa-times" if self.findings else "fa-check-circle"


def write_data_docs(folder: Path, validations: Sequence[Mapping[str, Any]], title: str) -> list[Path]:
    """``index.html`` and a page a validation in ``folder``, which is made; the paths in that order.

    ``validations`` are validation results of Great Expectations as plain values. The same ones give the same bytes.
    """
    pages = _pages(validations)
    version = next((validation["meta"].get("great_expectations_version", "") for validation in validations), "")
    shell = {"title": title, "pages": pages, "page": None, "sentence": _sentence(pages), "version": version}
    view = _view()
    texts = {INDEX: view.env.get_template(TEMPLATE).render(shell=shell)}
    for page, validation in zip(pages, validations, strict=True):
        texts[page.file] = view.render(_document(validation), template=TEMPLATE, shell={**shell, "page": page})
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for file, text in texts.items():
        path = folder / file
        path.write_bytes(_tidy(text).encode("utf-8"))
        paths.append(path)
    return paths


def _pages(validations: Sequence[Mapping[str, Any]]) -> list[_Page]:
    pages: list[_Page] = []
    taken = {INDEX}
    for validation in validations:
        name, results = str(validation["suite_name"]), validation["results"]
        stem = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "frame"
        number = 1
        while (file := f"{stem}.html" if number == 1 else f"{stem}_{number}.html") in taken:
            number += 1
        taken.add(file)
        broken = sum(_is_broken(result) for result in results)
        passed = sum(result["success"] and not _is_broken(result) for result in results)
        pages.append(_Page(name, file, len(results), passed, len(results) - passed - broken, broken))
    return pages


def _is_broken(result: Mapping[str, Any]) -> bool:
    return bool(result["exception_info"]["raised_exception"])


def _sentence(pages: Sequence[_Page]) -> str:
    if not pages:
        return "No frame was looked at."
    total, findings, broken = (sum(getattr(page, name) for page in pages) for name in ("total", "findings", "broken"))
    noun = "expectation" if total == 1 else "expectations"
    return f"{total} {noun} on {len(pages)} frames: {findings} with findings, {broken} failed to run."


def _view() -> "DefaultJinjaPageView":
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    from great_expectations.render.view import DefaultJinjaPageView

    view = DefaultJinjaPageView(custom_views_directory=str(TEMPLATES))
    view.env.filters["generate_html_element_uuid"] = lambda prefix=None: prefix or ""  # ids by place, not by chance
    return view


def _document(validation: Mapping[str, Any]) -> Any:
    """What Great Expectations shows of a validation, without the time of the run and without links to other pages."""
    from great_expectations.core.expectation_validation_result import (
        ExpectationSuiteValidationResult,
        ExpectationValidationResult,
    )
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    plain = deepcopy(dict(validation))
    results = [
        ExpectationValidationResult(
            **{
                **result,
                "expectation_config": ExpectationConfiguration(**result["expectation_config"]),
                "exception_info": {name: value or "" for name, value in result["exception_info"].items()},
            }
        )
        for result in plain["results"]
    ]
    document = _page_renderer().render(
        ExpectationSuiteValidationResult(
            success=plain["success"],
            results=results,
            suite_name=plain["suite_name"],
            statistics=plain["statistics"],
            meta=plain["meta"],
        )
    )
    overview = document.sections[0]
    overview.content_blocks = [block for block in overview.content_blocks if block.content_block_type != "collapse"]
    subheader = overview.content_blocks[0].subheader.string_template
    subheader["template"] = subheader["template"].replace("${data_asset} ${data_asset_name}\n", "")
    del subheader["styling"]["params"]["expectation_suite_name"]
    for header in (section.content_blocks[0].header.string_template for section in document.sections[1:]):
        header["template"] = escape(header["template"])  # the name of a column, which they put there as it is
    return document


def _page_renderer() -> "ValidationResultsPageRenderer":
    """That of Great Expectations; its tables show the notes of an expectation too, in a column of their own."""
    from great_expectations.render import RenderedStringTemplateContent
    from great_expectations.render.renderer.content_block import ValidationResultsTableContentBlockRenderer
    from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer

    class WithNotes(ValidationResultsTableContentBlockRenderer):
        @classmethod
        def _process_content_block(cls, content_block: Any, has_failed_evr: Any, render_object: Any = None) -> None:
            super()._process_content_block(content_block, has_failed_evr, render_object)
            content_block.header_row.append(NOTES)

        @classmethod
        def _get_content_block_fn(cls, expectation_type: str, expectation_config: Any = None) -> Any:
            row_of: Any = super()._get_content_block_fn(expectation_type, expectation_config)

            def row_with_notes(**arguments: Any) -> list[list[Any]]:
                rows = row_of(**arguments)
                notes = arguments["result"].expectation_config.notes or ""
                rows[0].append(
                    RenderedStringTemplateContent(
                        content_block_type="string_template",
                        string_template={"template": "$notes", "params": {"notes": str(notes)}},
                    )
                )
                return rows

            return row_with_notes

    renderer = ValidationResultsPageRenderer()
    renderer._column_section_renderer._table_renderer = WithNotes
    return renderer


def _tidy(text: str) -> str:
    """Without the blank lines that the templates leave."""
    return re.sub(r"\n(?:[ \t]*\n)+", "\n", text)
