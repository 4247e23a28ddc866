"""Headless Chromium for tests of pages: what a page shows, what it asks for, and what it complains of."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
]
"""No name is found: a page that reaches for the network fails, also where the machine has one."""


class Browser:
    """One tab. ``requests`` are the addresses the page open now asked for, ``complaints`` what it wrote or threw."""

    def __init__(self, page: "Page") -> None:
        self._page = page
        self.requests: set[str] = set()
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.add(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: Path, width: int = 1280) -> None:
        self._page.goto("about:blank")
        self.requests.clear()
        self.complaints.clear()
        self._page.set_viewport_size({"width": width, "height": 900})
        self._page.goto(path.as_uri())

    def value(self, expression: str) -> Any:
        """What the page says to an expression of JavaScript."""
        return self._page.evaluate(expression)

    @property
    def source(self) -> str:
        return self._page.content()

    @contextmanager
    def on_paper(self) -> Iterator[None]:
        """As it is printed, while this lasts."""
        self._page.emulate_media(media="print")
        try:
            yield
        finally:
            self._page.emulate_media(media="screen")

    def picture(self, file: Path) -> None:
        self._page.screenshot(path=file)


@contextmanager
def chromium(executable: str) -> Iterator[Browser]:
    """A browser that is closed at the end."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield Browser(browser.new_page())
        browser.close()
