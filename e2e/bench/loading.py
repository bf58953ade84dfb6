"""Measures loading into Neo4j: out.cypher through cypher-shell beside Bolt with `$rows`.

    make -C e2e/bench loading SCALE=38

Bolt has one statement for each label and each type, of 5,000 rows at most, and takes
them from the snapshot's JSONL. Each load has a server of its own, which has just
started: its first statement is this load's. CPU is that of server and client.
"""

import argparse
import itertools
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import neo4j

from compare import BINARY, DEMO_INVENTORY, NOW, environment, lines, row, simulate

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from database import VERSIONS, Neo4j  # noqa: E402

SETUP = [
    "CREATE CONSTRAINT FOR (n:SgResource) REQUIRE n.id IS UNIQUE",
    "CREATE INDEX FOR (n:SgResource) ON (n.sg_scope, n.sg_snapshot)",
    "CALL db.awaitIndexes(300)",
]
NODES = "UNWIND $rows AS row MERGE (n:SgResource {id: row.id}) SET n:%s SET n += row.p"
EDGES = "UNWIND $rows AS row MATCH (a:SgResource {id: row.a}) MATCH (b:SgResource {id: row.b}) MERGE (a)-[r:%s {sg_key: row.k}]->(b) SET r += row.p"


def property_of(type, v):
    if type == "timestamp":
        return neo4j.time.DateTime.from_iso_format(v.replace("Z", "+00:00"))
    return json.dumps(v) if isinstance(v, dict) else v


def statements(snapshot):
    """(statement, rows) of a snapshot for Bolt."""
    schema = json.loads((snapshot / "schema.json").read_text())
    types = {l["name"]: {c["name"]: c["type"] for c in l["columns"]} for l in schema["labels"] + schema["edge_types"]}
    stamp = json.loads((snapshot / "manifest.json").read_text())["snapshot"]

    def properties(of, o):
        p = {k: property_of(types[of].get(k), v) for k, v in o["properties"].items()}
        return p | {"sg_scope": o["scope"], "sg_snapshot": stamp}

    for labels, group in itertools.groupby(lines(snapshot / "jsonl" / "nodes.jsonl.zst"), lambda n: n["labels"]):
        for part in batched(group, 5000):
            yield NODES % ":".join(labels), [{"id": n["id"], "p": properties(labels[0], n)} for n in part]
    for type, group in itertools.groupby(lines(snapshot / "jsonl" / "edges.jsonl.zst"), lambda e: e["label"]):
        for part in batched(group, 5000):
            yield EDGES % type, [{"a": e["src"], "b": e["dst"], "k": e["id"], "p": properties(type, e)} for e in part]


def batched(items, n):
    items = iter(items)
    while part := list(itertools.islice(items, n)):
        yield part


def cpu_of(process):
    """CPU seconds of a running process."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def children():
    r = resource.getrusage(resource.RUSAGE_CHILDREN)
    return r.ru_utime + r.ru_stime


def by_shell(db, snapshot):
    before = children()
    db.load(snapshot / "cypher" / "out.cypher", seconds=3600)
    return children() - before


def by_bolt(db, snapshot):
    """The client's CPU, without that of reading the snapshot."""
    client = 0
    for text in SETUP:
        db.run(text)
    for text, rows in statements(snapshot):
        before = time.process_time()
        db.run(text, rows=rows)
        client += time.process_time() - before
    return client


def measure(version, snapshot, load, folder):
    """(server, client) CPU seconds of one load, and what is there afterwards."""
    with Neo4j(version, folder) as db:
        time.sleep(5)  # what the start itself left to do
        before = cpu_of(db.process)
        client = load(db, snapshot)
        time.sleep(1)
        server = cpu_of(db.process) - before
        (counts,) = db.run("MATCH (n) RETURN count(n) AS nodes, COUNT { ()-->() } AS edges")
        return server, client, counts


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--scale", type=int, required=True)
    p.add_argument("--rounds", type=int, default=1)
    p.add_argument("--region", default="us-east-1")
    p.add_argument("--server", choices=VERSIONS, action="append", help="of these versions alone")
    p.add_argument("--without-demo", action="store_true")
    o = p.parse_args()
    with tempfile.TemporaryDirectory(prefix="sgexport-bench-") as name:
        folder = Path(name)
        (folder / "home").mkdir()
        made = ({} if o.without_demo else {"demo": 1}) | ({f"scale {o.scale}": o.scale} if o.scale > 1 else {})
        for what, scale in made.items():
            with simulate(DEMO_INVENTORY, folder, "--scale", str(scale)) as url:
                done = subprocess.run(
                    [BINARY, "export", "--region", o.region, "--out", folder / what, "--now", NOW, "--format", "jsonl,cypher"],
                    env=environment(folder / "home", url), capture_output=True, text=True,
                )
                if done.returncode not in (0, 3):
                    raise SystemExit(done.stderr)
        row("graph", "nodes", "edges", "server", "by", "server CPU s", "client CPU s", "to Bolt")
        for what, version, _ in itertools.product(made, o.server or VERSIONS, range(o.rounds)):
            total = {}
            for by, load in (("Bolt", by_bolt), ("cypher-shell", by_shell)):
                server, client, counts = measure(version, folder / what, load, folder / f"{what}-{version}-{by}-{time.monotonic_ns()}")
                total[by] = server + client
                row(what, f"{counts['nodes']:,}", f"{counts['edges']:,}", version, by, f"{server:.1f}", f"{client:.1f}", f"{total[by] / total['Bolt']:.2f}")


if __name__ == "__main__":
    main()
