"""Random graphs are the same graph in every format, as readers see it that we did not write.

`e2e/random` makes them: hostile texts everywhere, numbers and times at their limits,
all kinds of nothing, parallel edges, loops, values of one mebibyte. It says what it
made in a file of its own (expected.json), which no format is asked for. What a format
cannot hold is one rule each, in the `as_…` functions of snapshot.py, and the manifest
counts it.
"""

import base64
import datetime
import json
import re
import struct
import subprocess
from collections import Counter

import pytest
from database import Falkor, as_falkordb, falkor_value, read_neo4j
from program import ROOT, environment, manifest, run
from snapshot import NO_XML, NO_XML_IN_JSON, READERS, Graph, Schema, assert_same, read_jsonl, timestamp_text

# One that is new every day finds what these do not; the others keep what was found.
SEEDS = [1, 2, 3, 4, 5, 6, int(datetime.datetime.now(datetime.UTC).strftime("%Y%m%d"))]


@pytest.fixture(scope="module")
def generator(tmp_path_factory):
    """The program that makes the graphs."""
    binary = tmp_path_factory.mktemp("random") / "random"
    subprocess.run(["go", "build", "-o", str(binary), "./e2e/random"], cwd=ROOT, check=True)
    return binary


@pytest.fixture(scope="module")
def graphs(generator, tmp_path_factory):
    """(seed, snapshot, what is expected) of each seed."""
    out = []
    version = re.search(r"version (\S+)", run("--version").stdout)[1]
    for seed in SEEDS:
        folder = tmp_path_factory.mktemp(f"seed-{seed}")
        subprocess.run([generator, "--seed", str(seed), "--tool-version", version, "--out", str(folder)], check=True)
        out.append((seed, folder / "snapshot", expected(folder / "expected.json")))
    return out


def text(encoded):
    return base64.b64decode(encoded).decode()


def expected_value(v):
    match v["type"]:
        case "string" | "json":
            return text(v["text"])
        case "int64":
            return int(v["word"])
        case "float64":
            return struct.unpack("<d", struct.pack("<Q", int(v["word"])))[0]
        case "bool":
            return {"true": True, "false": False}[v["word"]]
        case "timestamp":
            return timestamp_text(int(v["word"]))
        case "list<string>":
            return [text(s) for s in v["texts"]]
        case "map<string,string>":
            texts = [text(s) for s in v["texts"]]
            return dict(zip(texts[::2], texts[1::2], strict=True))
    raise ValueError(v)


def expected(path):
    """The graph of a file that e2e/random/expected.go wrote."""
    found, g = json.loads(path.read_text()), Graph()

    def properties(x):
        return {name: expected_value(v) for name, v in x["properties"].items()}

    for n in found["nodes"]:
        g.add_node(text(n["id"]), n["labels"][0], n["labels"], properties(n), text(n["scope"]))
    for e in found["edges"]:
        g.add_edge(e["type"], *(text(e[k]) for k in ("from", "to", "path", "ref")), properties(e), text(e["scope"]))
    return g


def test_the_graphs_are_odd(graphs):
    """What the other tests rely on: each oddity is in one of the graphs."""
    nodes = [n for _, _, g in graphs for n in g.nodes.values()]
    values = [v for n in nodes for v in n.properties.values()]
    edges = [key for _, _, g in graphs for key in g.edges]
    for odd in ("\0", "\x1b", "\x85", "\u2028", "\r\n", "]]>", "\\u0041", "\U0010ffff", "\ufffe", "\u05d0"):
        assert any(isinstance(v, str) and odd in v for v in values), repr(odd)
    assert {-(2**63), 2**63 - 1, 2**53 + 1} <= {v for v in values if type(v) is int}
    assert {"nan", "inf", "-inf", "-0.0", "5e-324"} <= {repr(v) for v in values if type(v) is float}
    assert {"0001-01-01T00:00:00.000000Z", "9999-12-31T23:59:59.999999Z"} <= {v for v in values if isinstance(v, str)}
    assert [] in values and {} in values and any("Owner" in v and "owner" in v for v in values if isinstance(v, dict))
    assert max(len(v.encode()) for v in values if isinstance(v, str)) >= 1 << 20
    assert any(start == end for _, start, end, *_ in edges)
    assert any(len({key[:3] for key in g.edges}) < len(g.edges) for _, _, g in graphs)
    assert any(not n.properties for n in nodes) and {len(n.labels) for n in nodes} == {1, 2, 3}


# igraph is not among them: it refuses numbers near zero, and makes floats of integers.
@pytest.mark.parametrize("reader", ["JSONL", *(r for r in READERS if "igraph" not in r)])
def test_random_graphs(graphs, reader):
    read, as_read = READERS.get(reader, (read_jsonl, lambda graph, schema: graph))
    for seed, root, want in graphs:
        assert_same(as_read(want, Schema(root)), read(root), f"{reader}, seed {seed}")


def test_random_graphs_in_neo4j(graphs, server):
    for seed, root, want in (graphs[0], graphs[-1]):
        server.clear()
        server.load(root / "cypher" / "out.cypher")
        assert_same(want, read_neo4j(server, root), f"Neo4j {server.version}, seed {seed}")


def test_random_graphs_in_falkordb(graphs, home, tmp_path):
    """The first parts of a script, as of a load that was cut off, and then all; the manifest counts what FalkorDB has not."""
    for seed, root, want in graphs:
        out = tmp_path / str(seed)
        done = run("convert", root, "--out", out, "--format", "cypher", "--cypher-dialect", "falkordb", "--cypher-split", "4", env=environment(home))
        assert done.returncode == 0, f"seed {seed}: {done.stderr}"
        want, lost = as_falkordb(want, Schema(root))
        counted = Counter()
        for file in manifest(out)["files"]:
            counted.update(file.get("losses", {}))
        assert counted == lost, f"seed {seed}"
        parts = sorted((out / "cypher").iterdir())
        with Falkor(tmp_path / f"falkordb-{seed}") as db:
            for part in parts[: len(parts) // 2] + parts:
                db.load(part)
            assert_same(want, read_neo4j(db, out, falkor_value), f"FalkorDB, seed {seed}")


def test_verify_and_convert(graphs, home, tmp_path):
    """The program itself reads its own, and writes the same bytes again."""
    for seed, root, _ in graphs:
        done = run("verify", root, env=environment(home))
        assert done.returncode == 0, f"seed {seed}: {done.stdout}{done.stderr}"
        out = tmp_path / str(seed)
        done = run("convert", root, "--out", out, env=environment(home))
        assert done.returncode == 0, f"seed {seed}: {done.stderr}"
        for file in manifest(root)["files"]:
            assert (out / file["path"]).read_bytes() == (root / file["path"]).read_bytes(), f"seed {seed}: {file['path']}"


def test_losses_are_counted(graphs):
    """XML has no control characters, and the manifest says of how many values that is true."""
    for seed, root, want in graphs:
        losses = {f["path"]: f.get("losses", {}) for f in manifest(root)["files"]}
        lossy = {path: count for path, count in losses.items() if count}
        assert lossy.keys() <= {"graphml/graph.graphml"}, f"seed {seed}: {lossy}"
        assert bool(lossy) == changes_in_xml(want), f"seed {seed}: {lossy}"


def changes_in_xml(graph):
    """Whether anything in a graph has characters that XML cannot hold."""

    def changes(v):
        match v:
            case str():
                return NO_XML.search(v) is not None
            case list():
                return any(NO_XML_IN_JSON.search(s) for s in v)
            case dict():
                return any(NO_XML_IN_JSON.search(s) for pair in v.items() for s in pair)
        return False

    return any(changes(v) for id, n in graph.nodes.items() for v in (id, *n.properties.values())) or any(
        changes(v) for key, p in graph.edges.items() for v in (*key, *p.values())
    )
