"""The run folders as web pages: read-only, and nothing beside them.

A request is answered with a file below ``runs/`` or not at all. What it names is resolved first, links and all, and
must still lie below; hidden names (the unfinished and the temporary) are not there. Files are never executed, and the
headers forbid a page to load anything from elsewhere or to be framed.
"""

import shutil
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from reports.runs_page import folder_page, runs_page
from warehouse.errors import DamagedManifestError
from warehouse.manifest import DAMAGED
from warehouse.runs import RUN_ID, RunFolder

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".md": "text/plain; charset=utf-8",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
"""What a browser shows; everything else it saves."""

FIGURES = (".png", ".svg")
"""What the Prefect UI may show: another port of an address without a name is another site to a browser."""

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
SECONDS_FOR_A_REQUEST = 30
OTHER_METHODS = ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT")


def run_server(runs: Path, host: str, port: int) -> ThreadingHTTPServer:
    """A server of the folder ``runs`` that is yet to be told ``serve_forever``. Port 0 is any that is free.

    Raises:
        OSError: the port is taken, or the address is not of this machine.
    """
    handler = type("RunRequest", (_Request,), {"root": runs.resolve(), "is_loopback": _is_loopback(host)})
    server = ThreadingHTTPServer((host, port), handler)
    server.daemon_threads = True
    return server


def found(root: Path, address: str) -> Path | None:
    """The file or folder below ``root`` (resolved) that the path of ``address`` names, resolved; None for all else."""
    parts = [part for part in unquote(urlsplit(address).path, errors="replace").split("/") if part]
    if any(part.startswith(".") or "\\" in part or "\0" in part for part in parts):
        return None
    try:
        place = root.joinpath(*parts).resolve(strict=True)
    except (OSError, RuntimeError):  # not there, not readable, or a link that leads to itself
        return None
    if not place.is_relative_to(root) or any(part.startswith(".") for part in place.relative_to(root).parts):
        return None
    return place if place.is_file() or place.is_dir() else None


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class _Request(BaseHTTPRequestHandler):
    root: Path
    is_loopback: bool
    timeout = SECONDS_FOR_A_REQUEST
    server_version = "datacut"
    sys_version = ""

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _refuse_method(self) -> None:
        self._send(HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": "GET, HEAD"}, b"Only GET and HEAD.\n", with_body=True)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: who read what is nobody's business, and a log may not hold what a request says."""

    def _answer(self, with_body: bool) -> None:
        if self.is_loopback and not self._is_for_this_machine():
            self._send(HTTPStatus.MISDIRECTED_REQUEST, {}, b"Not the address of this server.\n", with_body)
            return
        place = found(self.root, self.path)
        if place is None:
            self._send(HTTPStatus.NOT_FOUND, {}, b"There is no such file.\n", with_body)
        elif place.is_file():
            self._send_file(place, with_body)
        elif not urlsplit(self.path).path.endswith("/"):
            parts = (quote(part) for part in place.relative_to(self.root).parts)
            self._send(HTTPStatus.MOVED_PERMANENTLY, {"Location": f"/{'/'.join(parts)}/"}, b"", with_body)
        else:
            page = runs_page(_runs(self.root)) if place == self.root else folder_page(place, self.root)
            self._send(HTTPStatus.OK, {"Content-Type": TYPES[".html"]}, page.encode(), with_body)

    def _is_for_this_machine(self) -> bool:
        """Whether the request names this machine: a page from elsewhere that rebinds its own name does not."""
        host = urlsplit(f"//{self.headers.get('Host', '')}").hostname or ""
        return _is_loopback(host)

    def _send_file(self, path: Path, with_body: bool) -> None:
        shown = TYPES.get(path.suffix)
        headers = {"Content-Type": shown or "application/octet-stream"}
        if path.suffix in FIGURES:
            headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        if not shown:
            headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(path.name)}"
        try:
            file = path.open("rb")
        except OSError:
            self._send(HTTPStatus.NOT_FOUND, {}, b"There is no such file.\n", with_body)
            return
        with file:
            headers["Content-Length"] = str(path.stat().st_size)
            self._start(HTTPStatus.OK, headers)
            if with_body:
                shutil.copyfileobj(file, self.wfile)

    def _send(self, status: HTTPStatus, headers: Mapping[str, str], body: bytes, with_body: bool) -> None:
        usual = {"Content-Type": TYPES[".txt"], "Content-Length": str(len(body))}
        self._start(status, {**usual, **headers})
        if with_body:
            self.wfile.write(body)

    def _start(self, status: HTTPStatus, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {**HEADERS, **headers}.items():
            self.send_header(name, value)
        self.end_headers()


for _method in OTHER_METHODS:
    setattr(_Request, f"do_{_method}", _Request._refuse_method)


def _runs(root: Path) -> list[dict[str, Any]]:
    """What the manifests of the complete runs say, the newest first; of a damaged one, that it is damaged."""
    folders = sorted((path for path in root.iterdir() if RUN_ID.fullmatch(path.name)), reverse=True)
    return [_stated(RunFolder(root, folder.name)) for folder in folders if (folder / "manifest.json").is_file()]


def _stated(run: RunFolder) -> dict[str, Any]:
    known = {"run_id": run.run_id, "study": "", "synthetic": False, "data_cut": ""}
    try:
        return {**known, **run.manifest(), "is_damaged": False}
    except DamagedManifestError:
        return {**known, "status": DAMAGED, "is_damaged": True}
