"""``datacut serve``: the run folders, read-only, and nothing beside them whatever is asked for."""

import http.client
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.run_server import found, run_server

RUN = "20260105T060000Z"
SECRET = b"a secret beside the runs"


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """A complete run, an unfinished one, what is hidden, and links that lead in and out."""
    runs = tmp_path / "runs"
    for run in (RUN, "20260112T060000Z"):
        (runs / run / "quality").mkdir(parents=True)
        (runs / run / "report.html").write_text("<p>the report</p>", "utf-8")
        (runs / run / "quality" / "queries.xlsx").write_bytes(b"PK a workbook")
    manifest = {
        "run_id": RUN, "study": "A-STUDY", "synthetic": True, "data_cut": "2026-01-01", "status": "published",
        "extract_files": [], "outputs": [],
    }  # fmt: skip
    (runs / RUN / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    (runs / ".latest.17").write_bytes(b"hidden")
    (tmp_path / "secret.txt").write_bytes(SECRET)
    (tmp_path / "runs-of-another").mkdir()
    (tmp_path / "runs-of-another" / "secret.txt").write_bytes(SECRET)
    (runs / "latest").symlink_to(RUN, target_is_directory=True)
    (runs / RUN / "out.txt").symlink_to(tmp_path / "secret.txt")
    (runs / RUN / "out").symlink_to(tmp_path, target_is_directory=True)
    (runs / RUN / "round").symlink_to("round")
    (runs / RUN / "to_hidden").symlink_to(runs / ".latest.17")
    return runs


@pytest.fixture
def port(runs: Path) -> Iterator[int]:
    server = run_server(runs, "127.0.0.1", 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def ask(port: int, path: str, method: str = "GET", host: str = "") -> tuple[http.client.HTTPResponse, bytes]:
    """The answer to the path as it stands: nothing is tidied on the way, as a browser would."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.putrequest(method, path, skip_host=True)
    connection.putheader("Host", host or f"127.0.0.1:{port}")
    connection.endheaders()
    answer = connection.getresponse()
    return answer, answer.read()


def test_a_page_of_a_run_is_shown_under_its_id_and_as_the_latest(port: int) -> None:
    for path in (f"/{RUN}/report.html", "/latest/report.html", "/latest/report.html?from=prefect#os"):
        answer, body = ask(port, path.split("#")[0])
        assert (answer.status, body) == (200, b"<p>the report</p>")
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


def test_a_workbook_is_saved_not_shown(port: int) -> None:
    answer, _ = ask(port, f"/{RUN}/quality/queries.xlsx")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''queries.xlsx"


def test_the_first_page_lists_the_complete_runs(port: int) -> None:
    answer, body = ask(port, "/")
    assert answer.status == 200
    assert f'href="{RUN}/report.html"'.encode() in body
    assert b"20260112T060000Z" not in body
    assert b"SYNTHETIC" in body


def test_a_run_with_a_damaged_manifest_is_listed_as_that_and_the_others_as_they_are(port: int, runs: Path) -> None:
    (runs / "20260112T060000Z" / "manifest.json").write_text('{"run_id": "2026', "utf-8")
    answer, body = ask(port, "/")
    assert answer.status == 200
    assert f'href="{RUN}/report.html"'.encode() in body
    assert b"damaged: manifest.json cannot be read" in body
    assert b"20260112T060000Z/report.html" not in body


def test_a_folder_lists_its_files_and_its_address_ends_with_a_slash(port: int) -> None:
    answer, _ = ask(port, f"/{RUN}")
    assert (answer.status, answer.headers["Location"]) == (301, f"/{RUN}/")
    answer, body = ask(port, f"/{RUN}/quality/")
    assert b'href="queries.xlsx"' in body


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        f"/{RUN}/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        f"/{RUN}/%2e%2e/%2e%2e/secret.txt",
        "/..%5csecret.txt",
        "/%252e%252e/secret.txt",
        "/../runs-of-another/secret.txt",
        "//secret.txt",
        "/%2fetc/passwd",
        "/%00",
        f"/{RUN}/out.txt",
        f"/{RUN}/out/secret.txt",
        f"/{RUN}/out/",
        f"/{RUN}/round",
        f"/{RUN}/to_hidden",
        "/.latest.17",
        "/%2elatest.17",
        "/%c0%ae%c0%ae/secret.txt",
        "/" + "a" * 5000,
    ],
)
def test_nothing_outside_and_nothing_hidden_is_there(port: int, path: str) -> None:
    answer, body = ask(port, path)
    assert answer.status == 404
    assert body == b"There is no such file.\n"


def test_a_page_elsewhere_may_show_a_figure_and_nothing_else(port: int, runs: Path) -> None:
    (runs / RUN / "curve.png").write_bytes(b"PNG")
    policy = "Cross-Origin-Resource-Policy"
    assert ask(port, f"/{RUN}/curve.png")[0].headers[policy] == "cross-origin"
    assert ask(port, f"/{RUN}/report.html")[0].headers[policy] == "same-origin"


def test_a_redirect_leads_nowhere_else(port: int) -> None:
    answer, _ = ask(port, f"//{RUN}")
    assert answer.status == 301
    assert answer.headers["Location"] == f"/{RUN}/"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_only_reading_is_allowed(port: int, runs: Path, method: str) -> None:
    answer, _ = ask(port, f"/{RUN}/report.html", method)
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")
    assert (runs / RUN / "report.html").read_text("utf-8") == "<p>the report</p>"


def test_head_has_the_headers_without_the_page(port: int) -> None:
    answer, body = ask(port, f"/{RUN}/report.html", "HEAD")
    assert (answer.status, answer.headers["Content-Length"], body) == (200, "17", b"")


def test_every_answer_forbids_framing_sniffing_scripts_and_keeping(port: int) -> None:
    for path in ("/", f"/{RUN}/report.html", "/nowhere"):
        headers = ask(port, path)[0].headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "script" not in headers["Content-Security-Policy"]
        assert headers["Server"].strip() == "datacut"


@pytest.mark.parametrize(
    ("host", "status"), [("localhost:1", 200), ("[::1]", 200), ("evil.example", 421), ("127.0.0.1.evil.example", 421)]
)
def test_a_page_that_rebinds_its_name_to_this_machine_gets_nothing(port: int, host: str, status: int) -> None:
    assert ask(port, "/", host=host)[0].status == status


def test_what_is_found_lies_below(runs: Path) -> None:
    assert found(runs.resolve(), "/latest/report.html") == (runs / RUN / "report.html").resolve()
    assert found(runs.resolve(), "/") == runs.resolve()
