"""Measures sgexport alone: each format, one against 64 calls at a time, a large account.

    make -C e2e/bench exports SCALE=38 LARGE=190
"""

import argparse
import json
import shutil
import tempfile
from pathlib import Path

from compare import BINARY, DEMO_INVENTORY, NOW, PREFIX, environment, measured, row, simulate

FORMATS = ["jsonl", "parquet", "graphml", "cypher"]


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--scale", type=int, required=True)
    p.add_argument("--large", type=int, required=True)
    p.add_argument("--region", default="us-east-1")
    p.add_argument("--limit", type=int, default=900, help="seconds that a run may take")
    o = p.parse_args()
    with tempfile.TemporaryDirectory(prefix="sgexport-bench-") as name:
        folder = Path(name)
        (folder / "home").mkdir()
        out = folder / "snapshot"

        def export(url, *args):
            shutil.rmtree(out, ignore_errors=True)
            m = measured([BINARY, "export", "--region", o.region, "--out", out, "--now", NOW, *args], environment(folder / "home", url), folder / "log", o.limit)
            m["mib"] = sum(f.stat().st_size for f in out.rglob("*") if f.is_file()) / 2**20
            return m

        def line(what, m):
            row(what, *(f"{m[k]:.1f}" for k in ("wall", "cpu", "rss", "mib")))

        row("run", "wall s", "CPU s", "peak MiB", "written MiB")
        with simulate(DEMO_INVENTORY, folder, "--scale", str(o.scale)) as url:
            for f in FORMATS:
                line(f, export(url, "--format", f))
            line("jsonl, not packed", export(url, "--format", "jsonl", "--compress", "none"))
            sums = {}
            for n in (1, 64, 64):
                line(f"all, --concurrency {n}", export(url, "--concurrency", str(n)))
                sums.setdefault((out / "SHA256SUMS").read_text(), []).append(n)
            print(f"\n{len(sums)} different SHA256SUMS in three runs with --concurrency 1, 64 and 64\n")
        with simulate(DEMO_INVENTORY, folder, "--scale", str(o.large)) as url:
            line(f"all, scale {o.large}", export(url))
            counts = json.loads((out / "manifest.json").read_text())
            kinds = [k for s in counts["scopes"] for k in s["kinds"]]
            observed = sum(k["written"] for k in kinds if k["label"].startswith(PREFIX))
            calls = sum(k["calls"] for k in kinds)
            print(f"\n{observed:,} resources, {calls:,} calls, {counts['counts']['nodes']:,} nodes, {counts['counts']['edges']:,} edges")
        if len(sums) != 1:
            raise SystemExit("the exports differ")


if __name__ == "__main__":
    main()
