"""The engines of data lakes read a snapshot: each column has its type, each value is what the JSON lines say.

Whole folders of Parquet are read as one table, as a lake has them; null, an empty list and an empty map are three things.
"""

import pytest
from lake import ENGINES, PLAIN, assert_columns, edge_columns, graph_of, graph_of_plain, wide
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
