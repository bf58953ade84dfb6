"""The four formats of a snapshot are the same graph, as independent readers see it.

Proved on the demo account and on the moto account, whose texts are hostile:
ids, labels, typed properties and edges; the counts and sums of the manifest;
schema.sql as it is; the same bytes from a second run, and from convert.
"""

import hashlib
import io
import json
import shutil
import subprocess
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
import zstandard
from program import NOW, environment, export, manifest, run
from snapshot import READERS, Graph, Node, compare, differences, read_jsonl


def files(root):
    """Every file of a snapshot by its relative path."""
    return {str(p.relative_to(root)): p for p in sorted(Path(root).rglob("*")) if p.is_file()}


def raw(root, name):
    with zstandard.open(Path(root) / "jsonl" / f"{name}.jsonl.zst", "rb") as f:
        return io.BufferedReader(f).read()


@pytest.mark.parametrize("reader", READERS)
def test_formats_are_the_same_graph(snapshot_dir, reader):
    found = compare(snapshot_dir, reader)
    assert not found, f"{reader}: {len(found)} differences from JSONL:\n" + "\n".join(found[:20])


@pytest.mark.parametrize("table", ["nodes", "edges"])
def test_a_folder_reads_as_one_table(snapshot_dir, table):
    """One column name has one type over all labels, and one folder is one dataset."""
    folder = snapshot_dir / "parquet" / table
    schemas = [pq.read_schema(f) for f in sorted(folder.rglob("*.parquet"))]
    pa.unify_schemas(schemas)  # fails where a column has two types
    if table == "edges":
        assert all(s.names == schemas[0].names for s in schemas)
    whole = ds.dataset(folder, schema=pa.unify_schemas(schemas), format="parquet").to_table()
    assert whole.num_rows == manifest(snapshot_dir)["counts"][table]


def test_the_comparison_sees_every_kind_of_change():
    def graph(**changed):
        p = {"name": "a", "count": 1, "ratio": 1.0, "on": True, "list": ["x"], "map": {}} | changed
        p = {k: v for k, v in p.items() if v is not None}
        return Graph({"1": Node("L", frozenset("L"), p), "2": Node("M", frozenset("M"), {})}, {("T", "1", "2", "P", "r"): {"inferred": True}})

    assert differences(graph(), graph()) == []
    for name, other in {"name": "A", "count": 1.0, "ratio": -1.0, "on": 1, "list": [], "map": None}.items():
        (line,) = differences(graph(), graph(**{name: other}))
        assert name in line
    assert differences(graph(ratio=float("nan")), graph(ratio=float("nan"))) == []
    assert differences(graph(ratio=0.0), graph(ratio=-0.0))
    less = graph()
    del less.nodes["2"], less.edges["T", "1", "2", "P", "r"]
    assert len(differences(graph(), less)) == len(differences(less, graph())) == 2
    other = graph()
    other.nodes["2"] = Node("M", frozenset("MN"), {})
    other.edges = {("T", "1", "2", "P", "r"): {}}
    assert len(differences(graph(), other)) == 2


def test_manifest_counts_what_is_there(snapshot_dir):
    graph, m = read_jsonl(snapshot_dir), manifest(snapshot_dir)
    labels, types = graph.counts()
    assert m["counts"]["nodes"] == len(graph.nodes) and m["counts"]["labels"] == labels
    assert m["counts"]["edges"] == len(graph.edges) and m["counts"]["edge_types"] == types
    rows = {f["path"]: f["rows"] for f in m["files"]}
    assert rows["jsonl/nodes.jsonl.zst"] == rows["parquet/nodes_all/part-00000.parquet"] == len(graph.nodes)
    assert rows["jsonl/edges.jsonl.zst"] == rows["parquet/edges/part-00000.parquet"] == len(graph.edges)
    assert rows["graphml/graph.graphml"] == rows["cypher/out.cypher"] == len(graph.nodes) + len(graph.edges)
    typed = {label: n for label, n in labels.items() if f"parquet/nodes/label={label}/part-00000.parquet" in rows}
    for label, n in typed.items():
        assert rows[f"parquet/nodes/label={label}/part-00000.parquet"] == n
    assert rows["parquet/nodes/label=other/part-00000.parquet"] == len(graph.nodes) - sum(typed.values())


def test_sums(snapshot_dir):
    done = subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=snapshot_dir, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    listed = {line.split("  ", 1)[1] for line in (snapshot_dir / "SHA256SUMS").read_text().splitlines()}
    there = files(snapshot_dir)
    assert listed == there.keys() - {"SHA256SUMS"}
    entries = {f["path"]: f for f in manifest(snapshot_dir)["files"]}
    assert entries.keys() == there.keys() - {"SHA256SUMS", "manifest.json"}
    for path, entry in entries.items():
        data = there[path].read_bytes()
        assert (entry["bytes"], entry["sha256"]) == (len(data), hashlib.sha256(data).hexdigest()), path


def test_jsonl_lines(snapshot_dir):
    """One JSON object a line, as jq, if there is one, sees it too."""
    for name, kind in (("nodes", "node"), ("edges", "relationship")):
        text = raw(snapshot_dir, name)
        records = [json.loads(line) for line in text.decode().split("\n")[:-1]]
        assert text.endswith(b"\n") and all(r["type"] == kind for r in records)
        assert len(records) == manifest(snapshot_dir)["counts"][name]
        if jq := shutil.which("jq"):
            out = subprocess.run([jq, "-c", "[.id, .properties.name]"], input=text, capture_output=True, check=True).stdout
            assert [json.loads(line) for line in out.decode().splitlines()] == [[r["id"], r["properties"].get("name")] for r in records]


def test_duckdb_runs_schema_sql_as_it_is(snapshot_dir, monkeypatch):
    monkeypatch.chdir(snapshot_dir / "parquet")
    db = duckdb.connect()
    db.execute(Path("schema.sql").read_text())
    counts = manifest(snapshot_dir)["counts"]
    for schema, expected in (("nodes", counts["labels"]), ("edges", counts["edge_types"])):
        views = [v for (v,) in db.execute("SELECT view_name FROM duckdb_views() WHERE schema_name = ?", [schema]).fetchall()]
        have = {v: db.execute(f'SELECT count(*) FROM {schema}."{v}"').fetchone()[0] for v in views}
        assert {v: n for v, n in have.items() if n} == expected  # what a question asks of and the snapshot has none of is an empty view
        assert db.execute(f"SELECT count(*) FROM {schema}_all").fetchone()[0] == counts[schema]


def same_bytes(a, b, but=()):
    a, b = files(a), files(b)
    assert a.keys() == b.keys()
    changed = [path for path in a if path not in but and a[path].read_bytes() != b[path].read_bytes()]
    assert not changed, changed


def test_the_same_bytes_again(demo, home, tmp_path):
    export(tmp_path / "again", "--demo", "--now", NOW, "--concurrency", "3", env=environment(home))
    same_bytes(demo, tmp_path / "again")


def test_convert_gives_the_same_bytes(snapshot_dir, home, tmp_path):
    """The other formats from JSONL alone are those that the export wrote."""
    only = tmp_path / "only"
    shutil.copytree(snapshot_dir / "jsonl", only / "jsonl")
    for name in ("schema.json", "manifest.json"):
        shutil.copy(snapshot_dir / name, only)
    done = run("convert", "--out", tmp_path / "lines", only, env=environment(home))
    assert done.returncode == 0, done.stderr
    shutil.copytree(snapshot_dir / "base", only / "base")  # what a later export begins with is copied where it is there
    done = run("convert", "--out", tmp_path / "all", only, env=environment(home))
    assert done.returncode == 0, done.stderr
    same_bytes(snapshot_dir, tmp_path / "all", but=("manifest.json", "SHA256SUMS"))


def test_verify_finds_nothing(snapshot_dir, home):
    done = run("verify", snapshot_dir, env=environment(home))
    assert done.returncode == 0, done.stdout + done.stderr
