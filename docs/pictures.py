"""Makes the pictures of the documentation from the newest run: ``make pictures`` (needs chromium for the pages)."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

IMAGES = Path(__file__).parent / "images"
FIGURES = ("figure_1b_os.png", "figure_s2_subgroups_os.png", "figure_s6_swimmer.png")
PAGES = {
    "report": ("report.html", 1280, 1130),
    "quality": ("quality/report.html", 1280, 1250),
    "profiles": ("profiles.html", 1280, 1500),
    "reproduction": ("reproduction.html", 1280, 1250),
    "monitoring": ("monitoring.html", 1280, 1250),
}
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--hide-scrollbars",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def main(run: Path) -> None:
    """Copies the figures of ``run`` that the documentation shows and takes a picture of the top of its pages."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("pictures: chromium is not installed; on Debian: apt-get install chromium")
    IMAGES.mkdir(exist_ok=True)
    for figure in FIGURES:
        shutil.copyfile(run / "figures" / figure, IMAGES / figure)
    for name, (page, width, height) in PAGES.items():
        with tempfile.TemporaryDirectory() as profile:
            subprocess.run(
                [
                    chromium,
                    *QUIET,
                    f"--user-data-dir={profile}",
                    f"--window-size={width},{height}",
                    f"--screenshot={IMAGES / f'{name}.png'}",
                    (run / page).resolve().as_uri(),
                ],
                check=True,
                capture_output=True,
            )


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "runs/latest"))
