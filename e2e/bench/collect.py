"""Measures collecting: a large account beside the SDK alone, an account far away beside
Cartography and prowler, memory over sizes, and a second run on the base of the first.

    make bench-collect                       everything but ten million resources
    make bench-collect ARGS='--parts a,d'    some of it
    make bench-collect ARGS='--large'        ten million resources too; hours, and see --formats

It prints the Markdown of docs/benchmarks.md and writes what it measured as JSON, after
each part. CPU seconds are those of the process alone, user and system.
"""

import argparse
import json
import os
import re
import shutil
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path

from compare import ACCOUNT, BINARY, HERE, NOW, PREFIX, Neo4j, environment, measured, row, say
from program import process, wait_for

PARTS = "abcd"
ALL = "jsonl,parquet,graphml,cypher"
FEW = "jsonl,parquet"
# What a resource takes on disk at most while it is exported, in bytes, until a part has
# measured it: training jobs of the demo have twelve edges each.
FIRST_GUESS = {ALL: 32_000, FEW: 8_000}
# Kinds of part (a) and what an export asks for them: a search, or a call for each.
SEARCHED = {"TrainingJob": 462_178, "Model": 8_000}
DESCRIBED = {"ProcessingJob": 8_000, "TransformJob": 4_000}


@contextmanager
def simulator(folder, *args):
    """sgexport simulate of the demo account and more; gives its URL and process id."""
    log = Path(folder) / "simulate.log"

    def ready():
        m = re.search(r"http://127\.0\.0\.1:\d+", log.read_text())
        return m and m[0]

    with process([str(BINARY), "simulate", "--listen", "127.0.0.1:0", *args], log) as p:
        yield wait_for("sgexport simulate", p, log, ready), p.pid


def cpu_of(pid):
    """The CPU seconds of a process that runs."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def size_of(folder):
    """Bytes below a folder, whatever comes and goes there meanwhile."""
    total = 0
    try:
        for entry in os.scandir(folder):
            try:
                total += size_of(entry.path) if entry.is_dir(follow_symlinks=False) else entry.stat(follow_symlinks=False).st_size
            except FileNotFoundError:
                pass
    except FileNotFoundError:
        pass
    return total


class Disk(threading.Thread):
    """The largest size of a folder, looked at once a second."""

    def __init__(self, folder):
        super().__init__(daemon=True)
        self.folder, self.peak, self.ended = folder, 0, threading.Event()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.join()

    def run(self):
        while not self.ended.wait(1):
            self.peak = max(self.peak, size_of(self.folder))


class Bench:
    def __init__(self, o, folder):
        self.o, self.folder, self.result = o, folder, {"machine": {"processors": os.cpu_count()}}
        self.home, self.out = folder / "home", folder / "out"
        self.home.mkdir()
        self.bytes = dict(FIRST_GUESS)

    def export(self, server, name, *args):
        """Exports from a server; everything that it writes is in a folder of its own."""
        url, pid = server
        where = self.out / name
        where.mkdir(parents=True)
        before, load = cpu_of(pid), os.getloadavg()[0]
        with Disk(where) as disk:
            m = measured([BINARY, "export", "--region", self.o.region, "--out", where / "snapshot", "--now", NOW, *args], environment(self.home, url), self.folder / "log", self.o.limit)
        manifest = json.loads((where / "snapshot" / "manifest.json").read_text())
        kinds = [k for s in manifest["scopes"] for k in s["kinds"]]
        m |= {
            "server_cpu": cpu_of(pid) - before,
            "load": [load, os.getloadavg()[0]],
            "resources": sum(n for label, n in manifest["counts"]["labels"].items() if label.startswith(PREFIX)),
            "nodes": manifest["counts"]["nodes"],
            "edges": manifest["counts"]["edges"],
            "calls": sum(s["calls"] for s in manifest["scopes"]),
            "described": sum(k["calls"] for k in kinds if k.get("detail") == "describe"),
            "written": size_of(where / "snapshot"),
        }
        m["disk"] = max(disk.peak, m["written"])
        say(f"{name}: {m['resources']:,} resources in {m['wall']:.0f} s, {m['cpu']:.0f} s of CPU, {m['rss']:.0f} MiB, load {m['load'][0]:.1f} to {m['load'][1]:.1f}")
        return m

    def formats(self, resources):
        """All formats where the disk has room for them, else those that are small."""
        free = shutil.disk_usage(self.folder).free
        for formats in [self.o.formats] if self.o.formats else [ALL, FEW]:
            need = resources * self.bytes.get(formats, self.bytes[ALL])
            say(f"{resources:,} resources as {formats}: about {need / 1e9:.1f} GB of disk, {free / 1e9:.1f} GB are free")
            if need < free:
                return formats
        return None

    def learn(self, formats, m):
        self.bytes[formats] = m["disk"] / m["resources"]

    def clear(self, name):
        shutil.rmtree(self.out / name, ignore_errors=True)

    def large(self, base):
        """(a) a large account, the SDK alone, and (d) a second run on its base."""
        counts = {kind: max(1, n // self.o.divide) for kind, n in (SEARCHED | DESCRIBED).items()}
        formats = self.formats(sum(counts.values()))
        if not formats:
            raise SystemExit("bench: the disk has no room for it: see --divide and --formats")
        with simulator(self.folder, *(f"--count={kind}={n}" for kind, n in counts.items())) as server:
            m = self.result["a"] = {"counts": counts, "formats": formats, "sgexport": self.export(server, "a", "--format", formats)}
            self.learn(formats, m["sgexport"])
            before = cpu_of(server[1])
            sdk = measured([self.o.sdkalone, "--endpoint", server[0], "--region", self.o.region, "--search", ",".join(SEARCHED), "--describe", ",".join(DESCRIBED)], environment(self.home), self.folder / "sdk", self.o.limit)
            m["sdk"] = sdk | json.loads((self.folder / "sdk").read_text()) | {"server_cpu": cpu_of(server[1]) - before}
            say(f"the SDK alone: {m['sdk']['resources']:,} resources, {sdk['cpu']:.0f} s of CPU")
            if base:
                self.result["d"] = self.export(server, "d", "--format", FEW, "--base", self.out / "a" / "snapshot")
        self.clear("a")
        self.clear("d")

    def far(self):
        """(b) an account far away, and a smaller one beside other tools."""
        far = ["--delay", f"{self.o.delay}ms"]
        with simulator(self.folder, "--scale", str(self.o.scale), *far) as server:
            m = self.result["b"] = {"delay": self.o.delay, "sgexport": self.export(server, "b")}
        self.clear("b")
        with simulator(self.folder, "--scale", str(self.o.peer_scale), *far) as server:
            m["beside"] = {"sgexport": self.export(server, "beside")}
            self.clear("beside")
            m["beside"]["prowler"] = self.prowler(server)
            m["beside"]["Cartography"] = self.cartography(server)

    def prowler(self, server):
        log = self.folder / "prowler"
        m = measured([self.o.prowler, HERE / "prowler_scan.py", ACCOUNT, self.o.region, self.o.peer_seconds], environment(self.home, server[0]), log, self.o.peer_seconds + 60)
        said = json.loads(log.read_text().splitlines()[-1])
        return m | {"wall": said["seconds"], "resources": said["resources"], "finished": said["finished"]}

    def cartography(self, server):
        known = self.folder / "known.json"
        known.write_text(json.dumps({"buckets": [], "roles": []}))
        with Neo4j("5.26.30", self.folder / "neo4j") as db:
            began, finished = time.monotonic(), True
            try:
                m = measured([self.o.cartography, HERE / "cartography_sync.py", db.url, ACCOUNT, self.o.region, 1, known], environment(self.home, server[0]), self.folder / "log", self.o.peer_seconds)
            except RuntimeError:
                if time.monotonic() - began < self.o.peer_seconds:
                    raise
                m, finished = {"wall": time.monotonic() - began}, False
            n = db.run(f"MATCH (n) WHERE any(l IN labels(n) WHERE l STARTS WITH '{PREFIX}') RETURN count(n) AS n")[0]["n"]
        return m | {"resources": n, "finished": finished}

    def sizes(self):
        """(c) memory over sizes."""
        runs = self.result["c"] = {"kind": self.o.kind, "runs": []}
        for n in self.o.sizes + ([10_000_000] if self.o.large else []):
            formats = self.formats(n)
            if not formats:
                say(f"{n:,} resources are left out: the disk has no room for them")
                continue
            with simulator(self.folder, f"--count={self.o.kind}={n}") as server:
                m = self.export(server, f"c{n}", "--format", formats)
            self.learn(formats, m)
            runs["runs"].append(m | {"formats": formats})
            self.clear(f"c{n}")


def rate(m):
    return f"{m['resources'] / m['wall']:,.0f}"


def markdown(r):
    """The rows of docs/benchmarks.md."""
    if a := r.get("a"):
        tool, sdk = a["sgexport"], a["sdk"]
        print(f"\n(a) {', '.join(f'{n:,} {kind}' for kind, n in a['counts'].items())}, {a['formats']}; load average {tool['load'][0]:.1f} to {tool['load'][1]:.1f}\n")
        row("", "resources", "calls", "wall s", "resources/s", "CPU s", "CPU, of the SDK's", "CPU s of the server", "peak MiB")
        print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
        for name, m in {"sgexport": tool, "the SDK alone": sdk}.items():
            row(name, m["resources"], m["calls"], f"{m['wall']:.0f}", rate(m), f"{m['cpu']:.0f}", f"{m['cpu'] / sdk['cpu']:.1f}", f"{m['server_cpu']:.0f}", f"{m['rss']:.0f}")
        print(f"\ndisk: {tool['disk'] / 1e9:.1f} GB at most, the snapshot {tool['written'] / 1e9:.1f} GB; {tool['nodes']:,} nodes, {tool['edges']:,} edges; {1e6 * tool['cpu'] / tool['resources']:.0f} µs of CPU a resource")
    if d := r.get("d"):
        print(f"\n(d) again, with --base, {FEW}: {d['calls']:,} calls, {d['wall']:.0f} s, {d['cpu']:.0f} s of CPU ({d['cpu'] / r['a']['sgexport']['cpu']:.2f} of the first run), {d['rss']:.0f} MiB")
    if b := r.get("b"):
        first = b["sgexport"]
        print(f"\n(b) {b['delay']} ms a call; {first['calls']:,} calls; CPU s: {first['cpu']:.0f}, of the server {first['server_cpu']:.0f}; load average {first['load'][0]:.1f} to {first['load'][1]:.1f}\n")
        row("", "resources", "share", "came to its end", "wall s", "resources/s", "resources per CPU s", "peak MiB")
        print("|---|--:|--:|---|--:|--:|--:|--:|")
        for name, m, of in [("sgexport", b["sgexport"], b["sgexport"]), *((f"{name}, the smaller account", m, b["beside"]["sgexport"]) for name, m in b["beside"].items())]:
            row(name, m["resources"], f"{100 * m['resources'] / of['resources']:.0f}%", "yes" if m.get("finished", True) else "no", f"{m['wall']:.1f}", rate(m), *(f"{x:,.0f}" for x in (m["resources"] / m["cpu"], m["rss"])) if "cpu" in m else ("", ""))
    if c := r.get("c"):
        print(f"\n(c) {c['kind']}\n")
        row("resources", "nodes", "edges", "formats", "peak MiB", "wall s", "µs of CPU a resource", "disk GB at most", "snapshot GB")
        print("|--:|--:|--:|---|--:|--:|--:|--:|--:|")
        for m in c["runs"]:
            row(m["resources"], m["nodes"], m["edges"], m["formats"], f"{m['rss']:.0f}", f"{m['wall']:.0f}", f"{1e6 * m['cpu'] / m['resources']:.0f}", f"{m['disk'] / 1e9:.1f}", f"{m['written'] / 1e9:.1f}")


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--parts", default=",".join(PARTS), help="those to measure, of a,b,c,d; d needs a")
    p.add_argument("--region", default="us-east-1")
    p.add_argument("--divide", type=int, default=1, help="by how much the account of (a) is smaller")
    p.add_argument("--scale", type=int, default=60, help="copies of the demo account in (b)")
    p.add_argument("--delay", type=int, default=20, help="milliseconds that each call takes in (b)")
    p.add_argument("--peer-scale", type=int, default=8, help="copies of the demo account beside the other tools in (b)")
    p.add_argument("--peer-seconds", type=int, default=240, help="what another tool may take")
    p.add_argument("--kind", default="TrainingJob", help="of what there are many in (c)")
    p.add_argument("--sizes", type=lambda s: [int(n) for n in s.split(",")], default=[100_000, 1_000_000], help="how many of it, a LIST")
    p.add_argument("--large", action="store_true", help="ten million too")
    p.add_argument("--formats", help="those of (a) and (c) (default: all, or jsonl,parquet where the disk has no room)")
    p.add_argument("--limit", type=int, default=4 * 3600, help="seconds that a run may take")
    p.add_argument("--sdkalone", required=True, help="the built sdkalone")
    p.add_argument("--cartography", required=True, help="the Python that has Cartography")
    p.add_argument("--prowler", required=True, help="the Python that has prowler")
    p.add_argument("--folder", help="where snapshots are written meanwhile (default: that of temporary files)")
    p.add_argument("--out", default="collect.json")
    o = p.parse_args()
    parts = o.parts.split(",")
    with tempfile.TemporaryDirectory(prefix="sgexport-bench-", dir=o.folder) as folder:
        bench = Bench(o, Path(folder))
        for part, measure in {"a": lambda: bench.large("d" in parts), "b": bench.far, "c": bench.sizes}.items():
            if part in parts:
                measure()
                Path(o.out).write_text(json.dumps(bench.result, indent=1) + "\n")
    markdown(bench.result)


if __name__ == "__main__":
    main()
