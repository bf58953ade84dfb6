"""A snapshot as engines of data lakes see it: whole folders of Parquet as one table, and the JSON lines.

Each reader gives a Table: its columns with the types that the engine says they have, and its rows. `graph_of` makes of two
Tables the Graph of snapshot.py. What is expected of the types is worked out from schema.json, not from the files.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import datafusion
import duckdb
import pandas
import polars
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.json
import pyarrow.parquet as pq
from database import find_java
from deltalake import DeltaTable, Field, convert_to_deltalake
from deltalake import Schema as DeltaSchema
from deltalake.schema import PrimitiveType
from pyiceberg.catalog.sql import SqlCatalog
from snapshot import Graph, Schema, parse, read_jsonl, timestamp_text, typed

ENGINE = Path(__file__).parent / "engines"
CACHE = Path(__file__).resolve().parent.parent / ".cache"

NODE = {"id": "string", "resource_type": "string", "labels": "list<string>"}
EDGE = {"src": "string", "dst": "string", "relationship": "string", "src_label": "string", "dst_label": "string", "path": "string", "ref": "string"}
SEEN = {"sg_scope": "string", "sg_snapshot": "string"}
PLAIN = NODE | {"name": "string", "account_id": "string", "region": "string", "properties": "json"}
# What the table of the labels without columns of their own has, whatever labels there are.
SHARED = {"name": "string", "arn": "string", "account_id": "string", "region": "string", "observed": "bool", "unread": "list<string>"}
SHARED |= {"redactions": "json", "tags": "map<string,string>"}


@dataclass
class Table:
    columns: dict  # by name the type, in the words of schema.json
    rows: Iterable  # dicts; a timestamp is its RFC 3339 text, None is as good as absent


def named(types, found):
    """The type of schema.json that an engine's type is, by {type: a regular expression that fits the engine's whole name}."""
    fit = [ours for ours, pattern in types.items() if re.fullmatch(pattern, str(found))]
    assert len(fit) == 1, f"the type {found} is {fit or 'none of ours'}"
    return fit[0]


def wide(root):
    """The columns of all labels together: {name: type}, as one table of the folder nodes has them."""
    return columns_of(root, {n.label for n in read_jsonl(root).nodes.values()})


def columns_of(root, labels):
    """The same of some labels."""
    schema = Schema(root)
    columns = dict(NODE) | SEEN | SHARED
    for label in labels:
        columns |= schema.nodes[label]
    columns["sg_labels"] = "string"  # of the labels without columns of their own
    return columns | {f"sg_{name}_json": "json" for name, type in columns.items() if type == "map<string,string>"}


def edge_columns(root):
    return EDGE | next(iter(Schema(root).edges.values())) | SEEN | {"sg_key": "string"}


def assert_columns(want, have, what):
    want = {name: "string" if type == "json" else type for name, type in want.items()}
    wrong = [f"{n}: want {want.get(n)}, have {have.get(n)}" for n in sorted(want.keys() | have.keys()) if want.get(n) != have.get(n)]
    assert not wrong, f"{what}: {len(wrong)} columns differ:\n" + "\n".join(wrong[:20])


def graph_of(root, nodes, edges):
    """The Graph of rows of the folder nodes and of the edges; every property must be one of the label's columns."""
    schema, g = Schema(root), Graph()
    labels = {}
    for row in nodes:
        row = {k: v for k, v in row.items() if v is not None}
        id, label, every, scope = (row.pop(c) for c in ("id", "resource_type", "labels", "sg_scope"))
        row.pop("sg_snapshot")
        assert row.pop("sg_labels", ";".join(every)).split(";") == every, id
        for name in [n for n in row if n.startswith("sg_")]:
            assert parse(row.pop(name)) == row[name.removeprefix("sg_").removesuffix("_json")], f"{id} {name}"
        labels[id] = label
        g.add_node(id, label, every, typed(schema.nodes[label], row), scope)
    for row in edges:
        row = {k: v for k, v in row.items() if v is not None}
        src, dst, type, path, ref, scope = (row.pop(c) for c in ("src", "dst", "relationship", "path", "ref", "sg_scope"))
        assert (row.pop("src_label"), row.pop("dst_label")) == (labels[src], labels[dst]), (src, dst)
        row.pop("sg_snapshot"), row.pop("sg_key")
        g.add_edge(type, src, dst, path, ref, typed(schema.edges[type], row), scope)
    return g


def graph_of_plain(root, nodes, edges):
    """The same of the rows of nodes_all, whose properties are JSON, and which do not say where a node was seen."""

    def unpacked():
        for row in nodes:
            properties = parse(row["properties"])
            for name in ("name", "account_id", "region"):
                assert row.get(name) == properties.get(name), f"{row['id']} {name}"
            yield {k: row[k] for k in NODE} | properties | dict.fromkeys(SEEN, "")

    g = graph_of(root, unpacked(), edges)
    g.scopes.clear()
    return g


def graph_of_json(root, nodes, edges):
    """The same of the JSON lines: each row with its properties as a dict, or as a JSON text."""
    schema, g = Schema(root), Graph()

    def properties(row):
        p = row["properties"]
        return parse(p) if isinstance(p, str) else p

    for row in nodes:
        label = row["labels"][0]
        g.add_node(row["id"], label, row["labels"], typed(schema.nodes[label], properties(row)), row["scope"])
    for row in edges:
        p = properties(row)
        path, ref = p.pop("path"), p.pop("ref")
        g.add_edge(row["label"], row["src"], row["dst"], path, ref, typed(schema.edges[row["label"]], p), row["scope"])
    return g


def parquet(root, table):
    """The files of a folder of parquet/, sorted."""
    return sorted((Path(root) / "parquet" / table).rglob("*.parquet"))


# ---- the engines that are libraries of Python

ARROW = {
    "string": "string|large_string|string_view",
    "int64": "int64",
    "float64": "double",
    "bool": "bool",
    "timestamp": r"timestamp\[us, tz=UTC\]",
    "list<string>": r"(large_)?list(_view)?<\w+: (large_)?string(_view)?( not null)?>",
    "map<string,string>": r"map<(large_)?string(_view)?, (large_)?string(_view)?( \('\w+'\))?( not null)?>",
}


def of_arrow(table):
    """A Table of an Arrow table, which most engines give."""
    columns = {f.name: named(ARROW, f.type) for f in table.schema}
    for i, (name, type) in enumerate(columns.items()):
        if type == "timestamp":
            table = table.set_column(i, name, table.column(i).cast(pa.int64()))

    def rows():
        for row in table.to_pylist(maps_as_pydicts="strict"):
            yield {k: timestamp_text(v) if columns[k] == "timestamp" else v for k, v in row.items() if v is not None}

    return Table(columns, rows())


def by_pyarrow(root, table, _):
    schema = pa.unify_schemas([pq.read_schema(f) for f in parquet(root, table)])
    return of_arrow(ds.dataset(root / "parquet" / table, schema=schema).to_table())


def by_duckdb(root, table, _):
    db = duckdb.connect()
    db.execute("SET TimeZone = 'UTC'")
    return of_arrow(db.sql(f"FROM read_parquet('{root}/parquet/{table}/**/*.parquet', union_by_name = true, hive_partitioning = false)").to_arrow_table())


def by_datafusion(root, table, _):
    ctx = datafusion.SessionContext()
    ctx.register_parquet("t", f"{root}/parquet/{table}")
    return of_arrow(ctx.sql("SELECT * FROM t").to_arrow_table())


POLARS = {
    "string": "String",
    "int64": "Int64",
    "float64": "Float64",
    "bool": "Boolean",
    "timestamp": r"Datetime\(time_unit='us', time_zone='UTC'\)",
    "list<string>": r"List\(String\)",
    "map<string,string>": r"Map\(String, String\)",
}


def by_polars(root, table, _):
    frame = polars.concat([polars.read_parquet(f, hive_partitioning=False) for f in parquet(root, table)], how="diagonal")
    columns = {name: named(POLARS, type) for name, type in frame.schema.items()}
    frame = frame.with_columns(polars.col(n).dt.epoch("us") for n, t in columns.items() if t == "timestamp")

    def value(type, v):
        if type == "map<string,string>":
            return {e["key"]: e["value"] for e in v} if isinstance(v, list) else dict(v)
        return timestamp_text(v) if type == "timestamp" else v

    rows = ({k: value(columns[k], v) for k, v in row.items() if v is not None} for row in frame.iter_rows(named=True))
    return Table(columns, rows)


def by_pandas(root, table, _):
    schema = pa.unify_schemas([pq.read_schema(f) for f in parquet(root, table)])
    frame = pandas.read_parquet(root / "parquet" / table, schema=schema, partitioning=None, dtype_backend="pyarrow")
    assert all(isinstance(t, pandas.ArrowDtype) for t in frame.dtypes), set(frame.dtypes)
    return of_arrow(pa.Table.from_pandas(frame, preserve_index=False))


# ---- table formats that take the files over as they are


def by_iceberg(root, table, folder):
    """Files are added to a new table, none is written."""
    files = parquet(root, table)
    catalog = SqlCatalog("lake", uri=f"sqlite:///{folder}/catalog.db", warehouse=f"file://{folder}/warehouse")
    catalog.create_namespace("sagemaker")
    made = catalog.create_table(f"sagemaker.{table}", schema=pa.unify_schemas([pq.read_schema(f) for f in files]))
    made.add_files([str(f) for f in files])
    assert not list((folder / "warehouse").rglob("*.parquet"))
    return of_arrow(made.scan().to_arrow())


def by_delta(root, table, folder):
    """A copy of the folder gets a log: nothing may be added to a snapshot. The folders' key becomes a column."""
    copy = shutil.copytree(root / "parquet" / table, folder / table)
    files = parquet(root, table)
    if table == "nodes":
        by = DeltaSchema([Field("label", PrimitiveType("string"), True)])
        convert_to_deltalake(str(copy), partition_by=by, partition_strategy="hive")
    else:
        convert_to_deltalake(str(copy))
    assert len(list(copy.rglob("*.parquet"))) == len(files)
    found = pa.table(DeltaTable(str(copy)).to_pyarrow_table())
    if table == "nodes":
        labels = set(zip(found["label"].to_pylist(), found["resource_type"].to_pylist(), strict=True))
        assert all(folder in (label, "other") for folder, label in labels), labels
        found = found.drop_columns("label")
    return of_arrow(found)


ENGINES = {
    "DuckDB": by_duckdb,
    "DataFusion": by_datafusion,
    "polars": by_polars,
    "pyarrow.dataset": by_pyarrow,
    "pandas": by_pandas,
    "Iceberg": by_iceberg,
    "Delta": by_delta,
}


# ---- the JSON lines: properties are text, or what the reader makes of them


def json_file(root, name):
    (path,) = (root / "jsonl").glob(f"{name}.jsonl*")
    return str(path)


# What is read of a file; properties as text.
LINES = {
    "nodes": {"id": "string", "labels": "list<string>", "scope": "string", "properties": "json"},
    "edges": {"label": "string", "src": "string", "dst": "string", "scope": "string", "properties": "json"},
}


def json_by_duckdb(root, name):
    types = {"string": "VARCHAR", "list<string>": "VARCHAR[]", "json": "JSON"}
    columns = ", ".join(f"{c}: '{types[t]}'" for c, t in LINES[name].items())
    return duckdb.sql(f"FROM read_json('{json_file(root, name)}', columns = {{{columns}}})").to_arrow_table().to_pylist()


def without_nulls(value):
    if isinstance(value, dict):
        return {k: without_nulls(v) for k, v in value.items() if v is not None}
    return value


def json_by_polars(root, name):
    """A struct of the properties that any line has; all lines are looked at for them."""
    return map(without_nulls, polars.read_ndjson(json_file(root, name), infer_schema_length=None).to_dicts())


def json_by_pyarrow(root, name):
    with pa.input_stream(json_file(root, name), compression="zstd") as lines:
        table = pyarrow.json.read_json(lines, pyarrow.json.ReadOptions(block_size=1 << 26))
    return map(without_nulls, table.to_pylist())


def json_by_pandas(root, name):
    return pandas.read_json(json_file(root, name), lines=True, dtype=False, precise_float=True).to_dict("records")


JSON_READERS = {
    "DuckDB": json_by_duckdb,
    "polars": json_by_polars,
    "pyarrow.json": json_by_pyarrow,
    "pandas": json_by_pandas,
}


# ---- Spark, in processes of its own

SPARK = {
    "string": "string",
    "int64": "bigint",
    "float64": "double",
    "bool": "boolean",
    "timestamp": "timestamp",
    "list<string>": "array<string>",
    "map<string,string>": "map<string,string>",
}


def spark(version, tasks, folder):
    """What engines/in_spark.py says of each task, {name: task}, as {name: Table or the text of an error}."""
    python = CACHE / "spark" / version / "bin" / "python"
    assert python.exists(), f"{python} is not there: run make -C e2e setup"
    listed = [task | {"out": str(folder / name)} for name, task in tasks.items()]
    env = os.environ | {"JAVA_HOME": str(Path(find_java(17, 21)).parent.parent), "PYSPARK_PYTHON": str(python)}
    done = subprocess.run([python, ENGINE / "in_spark.py"], input=json.dumps(listed), capture_output=True, text=True, env=env, timeout=600)
    assert done.returncode == 0, f"Spark {version} ended with {done.returncode}:\n{done.stderr[-3000:]}"
    return {name: from_spark(folder / name) for name in tasks}


def from_spark(out):
    with open(out) as lines:
        head = json.loads(next(lines))
        return head.get("error") or Table({n: named(SPARK, t) for n, t in head.items()}, [json.loads(line) for line in lines])


def in_kuzu(module, statements, queries, folder):
    """The rows of queries as lists, after statements, in a new database of Kùzu or its successor.

    In a process of its own: both have the same classes, and only one of them can be in one."""
    task = json.dumps({"module": module, "statements": statements, "queries": queries})
    done = subprocess.run([sys.executable, ENGINE / "in_kuzu.py"], input=task, capture_output=True, text=True, cwd=folder, timeout=300)
    assert done.returncode == 0, f"{module} ended with {done.returncode}:\n{done.stdout[-1000:]}{done.stderr[-3000:]}"
    return json.loads(done.stdout)
