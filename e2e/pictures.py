"""Makes the pictures of the documentation: docs/pictures/report.png is the report of the demo account,
run.svg an export of it, as a terminal shows it.

    make build && .cache/venv/bin/python e2e/pictures.py"""

import os
import tempfile
from pathlib import Path

from browser import chromium, opened
from program import BINARY, DEMO_INVENTORY, NOW, ROOT, environment, export, run, simulate
from terminal import Terminal, svg

WIDTH, HEIGHT = 1000, 720


PICTURES = ROOT / "docs" / "pictures"


def picture_of_a_run(folder):
    """An export while it reads, and when it has ended; the API is slow enough to look at."""
    command = [str(BINARY), "export", "--region", "us-east-1", "--region", "eu-west-1", "--concurrency", "4"]
    with simulate(DEMO_INVENTORY, folder, "--delay", "150ms", "--scale", "12") as url:
        t = Terminal(command, environment(folder, url), folder)
        halfway = lambda lines: any(" left or more" in line for line in lines) and len(lines) > 9
        assert t.read(halfway), t.lines()
        reading = t.lines()
        assert t.end() == 0, t.lines()
    prompt = "$ " + " ".join(["sgexport", *command[1:]])
    return svg([[prompt, *reading], t.lines()])


def main():
    PICTURES.mkdir(exist_ok=True)
    out = PICTURES / "report.png"
    with tempfile.TemporaryDirectory() as folder:
        (PICTURES / "run.svg").write_text(picture_of_a_run(Path(folder)))
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        folder = Path(folder)
        env = environment(folder, credentials=False)
        export(folder / "snapshot", "--demo", "--now", NOW, env=env)
        done = run("report", folder / "snapshot", "--out", folder / "report.html", env=env)
        assert done.returncode == 0, done.stderr
        with opened(browser, folder / "report.html", width=WIDTH, height=HEIGHT) as page:
            page.screenshot(path=out)
    for path in (out, PICTURES / "run.svg"):
        print(f"{os.path.relpath(path)}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
