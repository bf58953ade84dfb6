"""Measures the writers beside those that others wrote, on the same graph in the same run.

    python writers.py --scale 100000 --rounds 3     prints Markdown

The graph is that of graphtest.NewLarge: nodes of thirteen properties and three edges
for each. What is measured is CPU time, user and system, of all threads; the writers
take turns. All get tables, rows or a graph that are ready in memory, but `convert`,
which reads JSON lines first, checks them, and sums and syncs what it writes.
"""

import argparse
import io
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import duckdb
import igraph
import networkx
import polars
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "e2e"))
from database import JARS, Neo4j  # noqa: E402
from loading import cpu_of  # noqa: E402
from program import BINARY  # noqa: E402

TYPES = {
    "string": pa.string(),
    "json": pa.string(),
    "int64": pa.int64(),
    "float64": pa.float64(),
    "bool": pa.bool_(),
    "list<string>": pa.list_(pa.string()),
    "map<string,string>": pa.map_(pa.string(), pa.string()),
}


def lines(root, name):
    with zstandard.open(root / "jsonl" / f"{name}.jsonl.zst", "rb") as raw:
        for line in io.TextIOWrapper(raw, "utf-8", newline="\n"):
            yield json.loads(line)


def read(root):
    """(table of nodes, table of edges, nodes by id, edges) of a snapshot."""
    schema = json.loads((root / "schema.json").read_text())
    columns = {c["name"]: c["type"] for l in schema["labels"] for c in l["columns"]}
    nodes, edges = list(lines(root, "nodes")), list(lines(root, "edges"))
    data = {"id": pa.array([n["id"] for n in nodes]), "resource_type": pa.array([n["labels"][0] for n in nodes])}
    for name, type in columns.items():
        values = [n["properties"].get(name) for n in nodes]
        if type == "timestamp":
            data[name] = pa.array(values, pa.string()).cast(pa.timestamp("us", "UTC"))
        else:
            data[name] = pa.array([list(v.items()) if isinstance(v, dict) else v for v in values], TYPES[type])
    ends = pa.table(
        {
            "src": [e["src"] for e in edges],
            "dst": [e["dst"] for e in edges],
            "relationship": [e["label"] for e in edges],
            "path": [e["properties"]["path"] for e in edges],
            "ref": [e["properties"]["ref"] for e in edges],
            "src_label": [e["start"]["labels"][0] for e in edges],
            "dst_label": [e["end"]["labels"][0] for e in edges],
        }
    )
    return pa.table(data), ends, nodes, edges


def texts(properties):
    """Properties as GraphML has them: no lists, no maps, no null."""
    return {k: json.dumps(v) if isinstance(v, list | dict) else v for k, v in properties.items()}


def networkx_graph(nodes, edges):
    g = networkx.MultiDiGraph()
    g.add_nodes_from((n["id"], {"labels": ":".join(n["labels"]), **texts(n["properties"])}) for n in nodes)
    g.add_edges_from((e["src"], e["dst"], {"relationship": e["label"], **texts(e["properties"])}) for e in edges)
    return g


def igraph_graph(nodes, edges):
    at = {n["id"]: i for i, n in enumerate(nodes)}
    g = igraph.Graph(n=len(nodes), edges=[(at[e["src"]], at[e["dst"]]) for e in edges], directed=True)
    for name in sorted({k for n in nodes for k in n["properties"]}):
        g.vs[name] = [texts(n["properties"]).get(name, "") for n in nodes]
    g.vs["uid"] = [n["id"] for n in nodes]
    for name in ("path", "ref"):
        g.es[name] = [e["properties"][name] for e in edges]
    g.es["relationship"] = [e["label"] for e in edges]
    return g


def in_here(write):
    """The CPU time of a call in this process."""

    def measure(out):
        before = resource.getrusage(resource.RUSAGE_SELF)
        write(out)
        after = resource.getrusage(resource.RUSAGE_SELF)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return measure


def child(*command):
    """The CPU time of a process that writes to the folder it is given last."""

    def measure(out):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([*command, "--out", str(out / "new")], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return measure


def from_memory(generator, scale, format):
    """The CPU time of our writer alone, which the process itself tells."""

    def measure(out):
        command = [generator, "--measure", "--scale", str(scale), "--format", format, "--out", str(out / "new")]
        return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    return measure


WRITER, CONVERT = "sgexport", "sgexport convert"
PLAIN = "jsonl-plain"
FORMATS = ("jsonl", "parquet", "graphml", "cypher")


def ours(generator, snapshot, scale, rows):
    """(format, name, rows, measure) of our own."""
    for format in (*FORMATS, PLAIN):
        yield format, WRITER, rows, from_memory(generator, scale, format)
    for format in (*FORMATS, ",".join(FORMATS)):
        yield format, CONVERT, rows, child(str(BINARY), "convert", str(snapshot), "--format", format)


def tables(root, rows):
    """(format, name, rows, measure) of those that write tables."""
    nodes, edges, _, _ = read(root)
    pl_nodes, pl_edges = polars.from_arrow(nodes), polars.from_arrow(edges)
    db = duckdb.connect()
    db.register("nodes", nodes)
    db.register("edges", edges)

    def copy(options):
        def write(out):
            for name in ("nodes", "edges"):
                db.execute(f"COPY {name} TO '{out / name}' ({options})")

        return write

    def arrow(out):
        pq.write_table(nodes, out / "nodes.parquet", compression="zstd")
        pq.write_table(edges, out / "edges.parquet", compression="zstd")

    def parquet(out):
        pl_nodes.write_parquet(out / "nodes.parquet", compression="zstd")
        pl_edges.write_parquet(out / "edges.parquet", compression="zstd")

    def ndjson(out):
        pl_nodes.write_ndjson(out / "nodes.jsonl")
        pl_edges.write_ndjson(out / "edges.jsonl")

    yield "parquet", "pyarrow write_table, zstd", rows, in_here(arrow)
    yield "parquet", "DuckDB COPY, zstd", rows, in_here(copy("FORMAT parquet, COMPRESSION zstd"))
    yield "parquet", "polars write_parquet, zstd", rows, in_here(parquet)
    yield "jsonl", "DuckDB COPY, zstd", rows, in_here(copy("FORMAT json, COMPRESSION zstd"))
    yield PLAIN, "polars write_ndjson", rows, in_here(ndjson)


def graphs(root, rows):
    """(format, name, rows, measure) of those that write graphs."""
    _, _, nodes, edges = read(root)
    nx, ig = networkx_graph(nodes, edges), igraph_graph(nodes, edges)
    yield "graphml", "networkx write_graphml", rows, in_here(lambda out: networkx.write_graphml(nx, out / "graph.graphml"))
    yield "graphml", "igraph write_graphml", rows, in_here(lambda out: ig.write_graphml(str(out / "graph.graphml")))


@contextmanager
def with_apoc(snapshot, rows, folder):
    """(format, name, rows, measure) of APOC in a Neo4j that has the graph: the server's CPU time."""
    plugins = JARS.parent / "graphml" / "apoc-5.26.19" / "lib"
    with Neo4j("5.26.30", folder, plugins) as db:
        db.load(snapshot / "cypher" / "out.cypher")

        def calling(call):
            def measure(out):
                before = cpu_of(db.process)
                (said,) = db.run(f"CALL {call} YIELD nodes, relationships RETURN nodes + relationships AS rows")
                assert said["rows"] == rows, said
                return cpu_of(db.process) - before

            return measure

        calls = {
            "graphml": "apoc.export.graphml.all('graph.graphml', {useTypes: true})",
            PLAIN: "apoc.export.json.all('graph.json', {})",
            "cypher": "apoc.export.cypher.all('graph.cypher', {})",
        }
        writers = [(format, call.partition("(")[0], rows, calling(call)) for format, call in calls.items()]
        for _, _, _, measure in writers:
            measure(None)  # the first time Java compiles what runs
        yield writers


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--scale", type=int, default=100_000, help="nodes; there are three edges for each")
    args.add_argument("--slow-scale", type=int, default=10_000, help="nodes for networkx, igraph and APOC")
    args.add_argument("--rounds", type=int, default=3)
    o = args.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        generator = scratch / "random"
        subprocess.run(["go", "build", "-o", str(generator), "./e2e/random"], cwd=ROOT, check=True)

        def made(scale, formats="jsonl"):
            folder = scratch / str(scale)
            subprocess.run([generator, "--scale", str(scale), "--format", formats, "--out", str(folder)], check=True)
            counts = json.loads((folder / "snapshot" / "manifest.json").read_text())["counts"]
            return folder / "snapshot", counts["nodes"] + counts["edges"]

        large, rows = made(o.scale)
        small, few = made(o.slow_scale, "jsonl,cypher")
        found = {}
        with with_apoc(small, few, scratch / "neo4j") as apoc:
            writers = [*ours(str(generator), large, o.scale, rows), *tables(large, rows), *graphs(small, few), *apoc]
            for _ in range(o.rounds):
                for format, name, n, measure in writers:
                    out = scratch / "out"
                    out.mkdir()
                    found.setdefault((format, name), []).append(n / measure(out))
                    shutil.rmtree(out)
                    print(".", end="", file=sys.stderr, flush=True)
    print(f"\n{rows} rows ({few} for networkx, igraph and APOC), {o.rounds} rounds, {os.cpu_count()} cores\n")
    print("| format | writer | rows per CPU second | sgexport writes so many times as many | its convert |\n|---|---|--:|--:|--:|")
    for (format, name), rates in sorted(found.items()):
        rate = statistics.median(rates)
        beside = [statistics.median(found[format, own]) / rate if (format, own) in found else None for own in (WRITER, CONVERT)]
        print(f"| {format} | {name} | {rate:,.0f} | " + " | ".join("" if b is None else f"{b:.2f}" for b in beside) + " |")


if __name__ == "__main__":
    main()
