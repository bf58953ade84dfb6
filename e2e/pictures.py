"""Makes the pictures of the documentation: docs/pictures/report.png is the report of the demo account.

    make build && .cache/venv/bin/python e2e/pictures.py"""

import os
import tempfile
from pathlib import Path

from browser import chromium, opened
from program import NOW, ROOT, environment, export, run

WIDTH, HEIGHT = 1000, 720


def main():
    out = ROOT / "docs" / "pictures" / "report.png"
    out.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        folder = Path(folder)
        env = environment(folder, credentials=False)
        export(folder / "snapshot", "--demo", "--now", NOW, env=env)
        done = run("report", folder / "snapshot", "--out", folder / "report.html", env=env)
        assert done.returncode == 0, done.stderr
        with opened(browser, folder / "report.html", width=WIDTH, height=HEIGHT) as page:
            page.screenshot(path=out)
    print(f"{os.path.relpath(out)}: {out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
