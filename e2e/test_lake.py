"""The engines of data lakes read a snapshot: each column has its type, each value is what the JSON lines say.

Whole folders of Parquet are read as one table, as a lake has them; null, an empty list and an empty map are three things.
"""

import subprocess

import pytest
import zstandard
from lake import ENGINES, JSON_READERS, PLAIN, assert_columns, columns_of, edge_columns, graph_of, graph_of_json, graph_of_plain, json_file, spark, wide
from program import environment, run
from snapshot import assert_same, read_jsonl


@pytest.fixture(params=ENGINES)
def engine(request):
    return ENGINES[request.param]


def test_parquet(snapshot_dir, engine, tmp_path):
    """The folders nodes and edges, and the plain table of nodes."""
    want, tables = read_jsonl(snapshot_dir), {}
    columns = {"nodes": wide(snapshot_dir), "edges": edge_columns(snapshot_dir), "nodes_all": PLAIN}
    for table, expected in columns.items():
        folder = tmp_path / table
        folder.mkdir()
        tables[table] = engine(snapshot_dir, table, folder)
        assert_columns(expected, tables[table].columns, table)
    edges = list(tables["edges"].rows)
    assert_same(want, graph_of(snapshot_dir, tables["nodes"].rows, edges), "nodes, edges")
    assert_same(want, graph_of_plain(snapshot_dir, tables["nodes_all"].rows, edges), "nodes_all, edges")


@pytest.mark.parametrize("reader", JSON_READERS)
def test_json_lines(snapshot_dir, reader):
    read = JSON_READERS[reader]
    have = graph_of_json(snapshot_dir, read(snapshot_dir, "nodes"), read(snapshot_dir, "edges"))
    assert_same(read_jsonl(snapshot_dir), have, reader)


def test_json_frames(snapshot_dir):
    """zstd takes a file as it is; and each of its frames is whole lines, so that they can be read side by side."""
    for path in (snapshot_dir / "jsonl").iterdir():
        packed = path.read_bytes()
        text = subprocess.run(["zstd", "-dc", path], capture_output=True, check=True).stdout
        frames = []
        while packed:
            one = zstandard.ZstdDecompressor().decompressobj()
            frames.append(one.decompress(packed))
            packed = one.unused_data
        assert b"".join(frames) == text and all(f.endswith(b"\n") for f in frames)


PROPERTIES_AS_TEXT = {
    "nodes": "id STRING, labels ARRAY<STRING>, scope STRING, properties STRING",
    "edges": "label STRING, src STRING, dst STRING, scope STRING, properties STRING",
}


# Those of which Spark's rows are compared: a row with the columns of all labels takes it long.
LABELS = ["AWSSageMakerTrainingJob", "AWSSageMakerModel", "AWSSageMakerEndpointConfig", "AWSSageMakerNotebookInstance", "AWSS3Bucket", "AWSRole", "AWSEfsFileSystem"]


@pytest.mark.parametrize("version", ["3.5.9", "4.3.0"])
def test_spark(demo, moto_snapshot, home, tmp_path, version):
    """One session: the folders of the demo, the plain tables of both, and their JSON lines, which 3.5 wants packed with gzip."""
    snapshots = {"demo": demo, "moto": moto_snapshot}
    some = f"resource_type IN ({', '.join(map(repr, LABELS))})"
    tasks = {"demo nodes": {"format": "parquet", "path": str(demo / "parquet" / "nodes"), "options": {"mergeSchema": "true"}, "where": some}}
    tasks["demo nodes"]["select"] = ["label", *columns_of(demo, LABELS)]
    for name, root in snapshots.items():
        for table in ("nodes_all", "edges"):
            tasks[f"{name} {table}"] = {"format": "parquet", "path": str(root / "parquet" / table)}
        lines = root
        if version.startswith("3"):
            lines = tmp_path / f"{name}-gzip"
            done = run("convert", root, "--format", "jsonl", "--compress", "gzip", "--out", lines, env=environment(home))
            assert done.returncode == 0, done.stderr
        for table, schema in PROPERTIES_AS_TEXT.items():
            tasks[f"{name} {table} json"] = {"format": "json", "path": json_file(lines, table), "schema": schema}
    tasks["without"] = {"format": "json", "path": tasks["demo nodes json"]["path"]}
    have = spark(version, tasks, tmp_path)

    # Tags that differ in case alone are one column to Spark, unless the properties are text.
    assert "COLUMN_ALREADY_EXISTS" in have.pop("without")
    failed = {name: error for name, error in have.items() if isinstance(error, str)}
    assert not failed, failed
    label = have["demo nodes"].columns.pop("label")
    assert label == "string"
    assert_columns(wide(demo), have["demo nodes"].columns, "nodes")
    for row in have["demo nodes"].rows:
        assert row.pop("label") in (row["resource_type"], "other")
    want = read_jsonl(demo)
    typed = graph_of(demo, have["demo nodes"].rows, [])
    assert typed.nodes == {id: n for id, n in want.nodes.items() if n.label in LABELS} and len(typed.nodes) > 100
    for name, root in snapshots.items():
        want = read_jsonl(root)
        assert_columns(PLAIN, have[f"{name} nodes_all"].columns, name)
        assert_columns(edge_columns(root), have[f"{name} edges"].columns, name)
        assert_same(want, graph_of_plain(root, have[f"{name} nodes_all"].rows, have[f"{name} edges"].rows), f"{name}: nodes_all, edges")
        assert_same(want, graph_of_json(root, have[f"{name} nodes json"].rows, have[f"{name} edges json"].rows), f"{name}: JSON lines")
