"""Measures sgexport and Cartography's SageMaker module on one simulated account.

    make -C e2e/bench SCALE=50          writes comparison.json and prints Markdown

Calls are counted between the tools and the server; times are taken without the
counter. What exists in the account, and what Cartography's own schema says about it,
is worked out from the JSONL that sgexport wrote.
"""

import argparse
import collections
import http.client
import io
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import zstandard  # noqa: E402
from database import Neo4j  # noqa: E402
from program import BINARY, DEMO_INVENTORY, NOW, environment, simulate  # noqa: E402

ACCOUNT = "012345678901"
LABELS = ["Domain", "Endpoint", "EndpointConfig", "Model", "ModelPackage", "ModelPackageGroup", "NotebookInstance", "TrainingJob", "TransformJob", "UserProfile"]
PREFIX = "AWSSageMaker"
TEN = ["--kinds", ",".join(LABELS)]

# Cartography's relationships between what it loads: (from, its type, to) and the edge of
# sgexport that says the same, with the paths that mean what Cartography means. It reads
# one of these paths or the first item of a list; a reference in the second item is there too.
CONTAINER = r"(PrimaryContainer|Containers\[\])"
DATA = r"(ModelDataUrl|ModelDataSource\.S3DataSource\.S3Uri)"
SCHEMA = [
    ("Domain", "CONTAINS", "AWSSageMakerUserProfile", "CONTAINS", "DomainId"),
    ("UserProfile", "HAS_EXECUTION_ROLE", "AWSRole", "HAS_EXECUTION_ROLE", r"UserSettings\.ExecutionRole"),
    ("NotebookInstance", "HAS_EXECUTION_ROLE", "AWSRole", "HAS_EXECUTION_ROLE", "RoleArn"),
    ("TrainingJob", "HAS_EXECUTION_ROLE", "AWSRole", "HAS_EXECUTION_ROLE", "RoleArn"),
    ("TrainingJob", "READS_FROM", "AWSS3Bucket", "READ_FROM", r"InputDataConfig\[\]\.DataSource\.S3DataSource\.S3Uri"),
    ("TrainingJob", "PRODUCES_MODEL_ARTIFACT", "AWSS3Bucket", "WROTE_TO", r"OutputDataConfig\.S3OutputPath"),
    ("Model", "HAS_EXECUTION_ROLE", "AWSRole", "HAS_EXECUTION_ROLE", "ExecutionRoleArn"),
    ("Model", "REFERENCES_ARTIFACTS_IN", "AWSS3Bucket", "REFERENCED_ARTIFACTS_IN", rf"{CONTAINER}\.{DATA}"),
    ("Model", "DERIVES_FROM", "AWSSageMakerModelPackage", "DERIVED_FROM", rf"{CONTAINER}\.ModelPackageName"),
    ("ModelPackage", "MEMBER_OF", "AWSSageMakerModelPackageGroup", "MEMBER_OF", "ModelPackageGroupName"),
    ("ModelPackage", "REFERENCES_ARTIFACTS_IN", "AWSS3Bucket", "REFERENCED_ARTIFACTS_IN", rf"InferenceSpecification\.Containers\[\]\.{DATA}"),
    ("EndpointConfig", "USES", "AWSSageMakerModel", "REFERENCED", r"(Shadow)?ProductionVariants\[\]\.ModelName"),
    ("Endpoint", "USES", "AWSSageMakerEndpointConfig", "USED", "EndpointConfigName"),
    ("TransformJob", "USES", "AWSSageMakerModel", "USED", "ModelName"),
    ("TransformJob", "WRITES_TO", "AWSS3Bucket", "WROTE_TO", r"TransformOutput\.S3OutputPath"),
]


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def measured(command, env, log, limit):
    """Runs a command; gives its seconds of wall and CPU and its peak MiB."""
    with open(log, "wb") as out:
        began, peak = time.monotonic(), 0
        p = subprocess.Popen(list(map(str, command)), env=env, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        while True:
            pid, status, usage = os.wait4(p.pid, os.WNOHANG)
            if pid:
                break
            # Not ru_maxrss: a child starts with that of its parent.
            found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{p.pid}/status").read_text())
            peak = int(found[1]) / 1024 if found else peak
            if time.monotonic() - began > limit:
                p.kill()
            time.sleep(0.01)
        wall = time.monotonic() - began
        p.returncode = os.waitstatus_to_exitcode(status)
    if p.returncode != 0:
        raise RuntimeError(f"{command[0]} ended with {p.returncode} after {wall:.0f} s:\n{Path(log).read_text(errors='replace')[-3000:]}")
    return {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "rss": peak}


class Counter(ThreadingHTTPServer):
    """Passes requests on to a server and counts them by operation; with a delay, as from afar."""

    daemon_threads = True
    request_queue_size = 1024  # every connection of a tool at once

    def __init__(self, url, delay=0):
        super().__init__(("127.0.0.1", 0), Handler)
        self.delay = delay
        self.behind, self.calls, self.lock = url.removeprefix("http://"), collections.Counter(), threading.Lock()
        self.url = f"http://127.0.0.1:{self.server_port}"

    def __enter__(self):
        self.thread = threading.Thread(target=self.serve_forever, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def take(self):
        with self.lock:
            calls, self.calls = dict(sorted(self.calls.items())), collections.Counter()
        return calls


class Handler(BaseHTTPRequestHandler):
    """One connection of a tool, and one to the server behind it."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self):
        super().setup()
        self.upstream = http.client.HTTPConnection(self.server.behind)

    def finish(self):
        self.upstream.close()
        super().finish()

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        action = re.search(rb"Action=(\w+)", body)
        operation = self.headers.get("X-Amz-Target", "").rpartition(".")[2] or (action[1].decode() if action else "")
        # S3 is asked by GET, with the question as the query.
        operation = operation or "S3 " + re.split("[=&]", self.path.partition("?")[2])[0]
        with self.server.lock:
            self.server.calls[operation] += 1
        time.sleep(self.server.delay)
        headers = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "content-length", "connection", "expect")}
        self.upstream.request(self.command, self.path, body or None, headers)
        answer = self.upstream.getresponse()
        body = answer.read()
        self.send_response(answer.status)
        for name in ("Content-Type", "Content-Encoding", "X-Amzn-Requestid", "X-Amzn-Errortype", "Retry-After"):
            if name in answer.headers:
                self.send_header(name, answer.headers[name])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST

    def log_message(self, *_):
        pass


def lines(file):
    with zstandard.open(file, "rb") as f:
        for line in io.TextIOWrapper(f):
            yield json.loads(line)


def read_truth(snapshot):
    """(observed ids by label, pairs of each row of SCHEMA, buckets, roles, edges by type)"""
    label, observed, by_label = {}, set(), collections.Counter()
    for n in lines(snapshot / "jsonl" / "nodes.jsonl.zst"):
        label[n["id"]] = n["labels"][0]
        if n["properties"].get("observed"):
            observed.add(n["id"])
            by_label[n["labels"][0]] += 1
    rules = collections.defaultdict(list)
    for i, (source, _, target, edge, path) in enumerate(SCHEMA):
        rules[PREFIX + source, edge, target].append((i, re.compile(path)))
    pairs, edges = [set() for _ in SCHEMA], collections.Counter()
    for e in lines(snapshot / "jsonl" / "edges.jsonl.zst"):
        edges[e["label"]] += 1
        a, b = e["src"], e["dst"]
        for i, path in rules.get((label[a], e["label"], label[b]), ()):
            inside = b in observed or not label[b].startswith(PREFIX)
            if a in observed and inside and path.fullmatch(e["properties"]["path"]):
                pairs[i].add((a, b))
    known = {"buckets": sorted(i for i, l in label.items() if l == "AWSS3Bucket"), "roles": sorted(i for i, l in label.items() if l == "AWSRole")}
    return by_label, pairs, known, edges


def read_loaded(db, by_label, pairs):
    """What Cartography's database has of it."""
    nodes = {l: db.run(f"MATCH (n:{PREFIX}{l}) RETURN count(n) AS n")[0]["n"] for l in LABELS}
    rows = []
    for (source, kind, target, _, _), truth in zip(SCHEMA, pairs, strict=True):
        found = db.run(f"MATCH (a:{PREFIX}{source})-[:{kind}]->(b:{target}) RETURN a.id AS a, b.id AS b")
        have = {(r["a"], r["b"]) for r in found}
        rows.append({"from": source, "type": kind, "to": target, "exist": len(truth), "loaded": len(have & truth), "wrong": len(have - truth)})
    resource = db.run(f"MATCH (:AWSAccount)-[r:RESOURCE]->(n) WHERE any(l IN labels(n) WHERE l STARTS WITH '{PREFIX}') RETURN count(r) AS n")[0]["n"]
    rows.insert(0, {"from": "AWSAccount", "type": "RESOURCE", "to": "each of its kinds", "exist": sum(by_label[PREFIX + l] for l in LABELS), "loaded": resource, "wrong": 0})
    guessed = db.run(f"MATCH (:{PREFIX}NotebookInstance)-[r:CAN_INVOKE]->(:{PREFIX}TrainingJob) RETURN count(r) AS n")[0]["n"]
    return {"nodes": nodes, "edges": rows, "can_invoke": guessed}


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--scale", type=int, required=True, help="copies of the demo account")
    p.add_argument("--region", default="us-east-1")
    p.add_argument("--rounds", type=int, default=3, help="rounds that are timed")
    p.add_argument("--delay", type=float, default=0.05, help="seconds that each call takes in the last round; 0: no such round")
    p.add_argument("--limit", type=int, default=900, help="seconds that a run may take")
    p.add_argument("--cartography", required=True, help="the Python that has Cartography")
    p.add_argument("--out", default="comparison.json")
    o = p.parse_args()
    with tempfile.TemporaryDirectory(prefix="sgexport-bench-") as folder:
        result = compare(o, Path(folder))
    Path(o.out).write_text(json.dumps(result, indent=1) + "\n")
    markdown(result)


def compare(o, folder):
    log = folder / "log"
    home = folder / "home"
    home.mkdir()
    snapshot = folder / "snapshot"
    known = folder / "known.json"
    result = {"scale": o.scale, "region": o.region}

    def sgexport(url, *args):
        shutil.rmtree(snapshot, ignore_errors=True)
        return measured([BINARY, "export", "--region", o.region, "--out", snapshot, "--now", NOW, "--neighbors", "none", *args], environment(home, url), log, o.limit)

    def cartography(url, tag):
        return measured([o.cartography, HERE / "cartography_sync.py", db.url, ACCOUNT, o.region, tag, known], environment(home, url), log, o.limit)

    db = Neo4j("5.26.30", folder / "neo4j")
    db.command = ["-Xmx4g" if word == "-Xmx1g" else word for word in db.command]
    with simulate(DEMO_INVENTORY, folder, "--scale", str(o.scale)) as url, db:
        with Counter(url) as counter:
            say("counting the calls of sgexport")
            result["calls"], result["kinds"] = {}, {}
            for name, args in {"ten": TEN, "search": ["--describe-limit", "0"], "default": []}.items():
                sgexport(counter.url, *args)
                result["calls"][name] = counter.take()
                manifest = json.loads((snapshot / "manifest.json").read_text())
                # Of the region and, under "global", of what is read beside it.
                result["kinds"][name] = sorted((k for s in manifest["scopes"] for k in s["kinds"]), key=lambda k: k["label"])
            result["counts"], result["left_out"] = manifest["counts"], manifest["left_out"]
            by_label, pairs, have, _ = read_truth(snapshot)
            result["observed"] = dict(sorted(by_label.items()))
            known.write_text(json.dumps(have))
            say("counting the calls of Cartography")
            result["runs"] = [cartography(counter.url, 1)]
            result["calls"]["cartography"] = counter.take()
            result["first"] = read_loaded(db, by_label, pairs)
        say("a second sync of Cartography into the same database")
        result["runs"].append(cartography(url, 2))
        result["second"] = read_loaded(db, by_label, pairs)
        times = collections.defaultdict(list)
        for i in range(o.rounds):
            say(f"round {i + 1} of {o.rounds}")
            db.clear()
            times["Cartography"].append(cartography(url, 1))
            times["sgexport, its ten kinds, JSONL"].append(sgexport(url, *TEN, "--format", "jsonl"))
            times["sgexport, JSONL"].append(sgexport(url, "--format", "jsonl"))
            times["sgexport, all formats"].append(sgexport(url))
            db.clear()
            began = time.monotonic()
            db.load(snapshot / "cypher" / "out.cypher")
            times["cypher-shell < out.cypher"].append({"wall": time.monotonic() - began})
        if o.delay:
            say(f"a round with {o.delay} s for each call")
            db.clear()
            with Counter(url, o.delay) as far:
                result["far"] = {
                    "delay": o.delay,
                    "Cartography": cartography(far.url, 1),
                    "sgexport, its ten kinds, JSONL": sgexport(far.url, *TEN, "--format", "jsonl"),
                    "sgexport, all formats": sgexport(far.url),
                }
        result["times"] = times
    return result


def row(*cells):
    print("|", " | ".join(f"{c:,}" if isinstance(c, int) else str(c) for c in cells), "|")


def markdown(r):
    """The tables of docs/benchmarks.md."""
    calls, observed = r["calls"], r["observed"]
    mine = sum(observed[PREFIX + label] for label in LABELS)
    total = sum(n for label, n in observed.items() if label.startswith(PREFIX))
    print(f"scale {r['scale']}: {total:,} resources, {mine:,} of the ten kinds\n")
    row("kind", "resources", "sgexport", "`--describe-limit 0`", "Cartography")
    print("|---|--:|--:|--:|--:|")

    def theirs(noun):
        return sum(n for op, n in calls["cartography"].items() if op in (f"List{noun}s", f"Describe{noun}"))

    for k, search in zip(r["kinds"]["default"], r["kinds"]["search"], strict=True):
        noun = k["label"].removeprefix(PREFIX)
        row(noun, observed.get(k["label"], 0), k["calls"], search["calls"], theirs(noun) if noun in LABELS else "–")
    spent = [sum(k["calls"] for k in r["kinds"][name]) for name in ("default", "search")]
    row("for all kinds together", "", *(sum(calls[name].values()) - n for name, n in zip(("default", "search"), spent, strict=True)), sum(calls["cartography"].values()) - sum(map(theirs, LABELS)))
    row("all", total, *(sum(calls[name].values()) for name in ("default", "search", "cartography")))
    print(f"\nwith --kinds and the ten: {sum(calls['ten'].values()):,}")
    for name in ("first", "second"):
        print(f"\n{name} sync\n")
        row("its relationship", "exist", "loaded", "missed")
        print("|---|--:|--:|--:|")
        rows = r[name]["edges"]
        for x in [*rows, {"from": "all", "type": "", "to": "", **{k: sum(x[k] for x in rows) for k in ("exist", "loaded", "wrong")}}]:
            missed = x["exist"] - x["loaded"]
            row(f"{x['from']} {x['type']} {x['to'].removeprefix(PREFIX)}", x["exist"], x["loaded"], f"{missed:,} ({100 * missed / max(x['exist'], 1):.1f}%)" + (f", {x['wrong']} wrong" if x["wrong"] else ""))
        have = sum(r[name]["nodes"].values())
        print(f"\nnodes {have:,} of {total:,} ({100 * have / total:.1f}%), {100 * have / mine:.1f}% of its ten kinds; CAN_INVOKE {r[name]['can_invoke']:,}")
    print()
    base = {k: statistics.median(x[k] for x in r["times"]["Cartography"]) for k in ("wall", "cpu", "rss")}
    row("run", "wall", "CPU", "peak MiB", "wall, of Cartography's", "CPU, of Cartography's")
    for what, runs in r["times"].items():
        m = {k: statistics.median(x[k] for x in runs) for k in runs[0]}
        row(what, *(f"{m[k]:.2f}" if k in m else "" for k in ("wall", "cpu", "rss")), *(f"{m[k] / base[k]:.2f}" if k in m else "" for k in ("wall", "cpu")))
    for what, m in r.get("far", {}).items():
        if isinstance(m, dict):
            row("far: " + what, f"{m['wall']:.2f}", f"{m['cpu']:.2f}", f"{m['rss']:.0f}", f"{m['wall'] / r['far']['Cartography']['wall']:.3f}", "")


if __name__ == "__main__":
    main()
