"""Pictures of the Prefect UI for the documentation: ``make ui-pictures``.

Without arguments: starts everything with ``datacut up`` in a temporary folder, runs the deployment refresh, takes the
pictures, and stops everything. With the address of a UI and a folder: takes the pictures of its newest refresh.
"""

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
SECONDS = 60_000  # of patience with a page, in milliseconds
SIZE = {"width": 1440, "height": 900}
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]


def take(ui: str, folder: Path) -> list[Path]:
    """Dashboard, flow run, its artifacts and one of them; each is waited for until it shows what it must."""
    from playwright.sync_api import sync_playwright

    published = {"state": {"name": {"any_": ["Published", "Published with quarantine"]}}}
    run = _ask(ui, "/flow_runs/filter", flow_runs=published, sort="START_TIME_DESC")[0]
    found = _ask(ui, "/artifacts/filter", artifacts={"flow_run_id": {"any_": [run["id"]]}})
    artifacts = {artifact["key"].rpartition("-")[2]: artifact["id"] for artifact in found}
    pages = {
        "ui_dashboard": ("/dashboard", "Flow Runs"),
        "ui_run": (f"/runs/flow-run/{run['id']}", "Load the extracts"),
        "ui_artifacts": ("/artifacts", "summary"),
        "ui_summary": (f"/artifacts/artifact/{artifacts['summary']}", "Hazard ratio"),
        "ui_medians": (f"/artifacts/artifact/{artifacts['medians']}", "Median"),
        "ui_curve": (f"/artifacts/artifact/{artifacts['os']}", "figure"),
    }
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("ui-pictures: chromium is not installed; on Debian: apt-get install chromium")
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        page = browser.new_page(viewport=SIZE)
        page.set_default_timeout(SECONDS)
        for name, (address, text) in pages.items():
            page.goto(f"{ui}{address}")
            page.get_by_text(text).first.wait_for()
            if name == "ui_curve":
                page.wait_for_function("[...document.images].some(image => image.naturalWidth > 500)")
            page.wait_for_timeout(2_000)  # charts and pictures draw themselves after the words
            made.append(folder / f"{name}.png")
            page.screenshot(path=made[-1])
        browser.close()
    return made


def _ask(ui: str, path: str, **body: Any) -> Any:
    request = urllib.request.Request(
        f"{ui}/api{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def _free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def main() -> None:
    """Everything from the start: up, one refresh, pictures, down."""
    datacut = [sys.executable, "-m", "flows.command_line"]
    with tempfile.TemporaryDirectory() as folder:
        where = ["--data", f"{folder}/data"]
        options = [*where, "--runs", f"{folder}/runs", "--port", _free_port(), "--reports-port", _free_port(), "--json"]
        try:
            up = subprocess.run([*datacut, "up", *options], cwd=ROOT, check=True, capture_output=True, text=True)
            ui = json.loads(up.stdout)["ui"]
            with urllib.request.urlopen(f"{ui}/api/deployments/name/refresh/refresh", timeout=60) as answer:
                deployment = json.load(answer)["id"]
            run = _ask(ui, f"/deployments/{deployment}/create_flow_run")["id"]
            while _ask(ui, "/flow_runs/filter", flow_runs={"id": {"any_": [run]}})[0]["state_type"] != "COMPLETED":
                time.sleep(1)
            time.sleep(30)  # the analyses that it starts, for the dashboard
            for path in take(ui, IMAGES):
                print(path.relative_to(ROOT))
        finally:
            subprocess.run([*datacut, "down", *where], cwd=ROOT, check=True)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        take(sys.argv[1], Path(sys.argv[2]))
    else:
        main()
