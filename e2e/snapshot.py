"""Reads a snapshot in each format with readers that we did not write, into one form.

A Graph has every node and edge with typed properties, whatever the format; two
Graphs are compared by `differences`. What a format or a reader cannot tell
apart is said in one place, the `as_…` functions: they turn the graph that
JSONL gives into the one that such a reader must give. Nothing else may differ.

    python snapshot.py SNAPSHOT     compares all the formats that are there
"""

import gzip
import io
import json
import math
import re
import struct
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import igraph
import networkx
import pyarrow as pa
import pyarrow.parquet as pq
import rustworkx
import zstandard


@dataclass(frozen=True)
class Node:
    label: str  # the primary one
    labels: frozenset  # all of them
    properties: dict  # by column; absent is null


@dataclass
class Graph:
    """Values by type: str for string and json, int, float, bool, list, dict, and
    for a timestamp its RFC 3339 text in UTC with six decimals."""

    nodes: dict = field(default_factory=dict)  # id: Node
    edges: dict = field(default_factory=dict)  # (type, from, to, path, ref): properties
    scopes: dict = field(default_factory=dict)  # node id or edge key: account/region, where the format has it

    def add_node(self, id, label, labels, properties, scope=None):
        assert id not in self.nodes, f"node {id!r} is there twice"
        self.nodes[id] = Node(label, frozenset(labels), properties)
        if scope is not None:
            self.scopes[id] = scope

    def add_edge(self, type, start, end, path, ref, properties, scope=None):
        key = (type, start, end, path, ref)
        assert key not in self.edges, f"edge {key!r} is there twice"
        self.edges[key] = properties
        if scope is not None:
            self.scopes[key] = scope

    def counts(self):
        """(nodes by primary label, edges by type)"""
        labels, types = {}, {}
        for n in self.nodes.values():
            labels[n.label] = labels.get(n.label, 0) + 1
        for key in self.edges:
            types[key[0]] = types.get(key[0], 0) + 1
        return labels, types


class Schema:
    """schema.json: what columns a label or an edge type has."""

    def __init__(self, root):
        self.root = root
        document = json.loads((Path(root) / "schema.json").read_text())
        self.labels = {l["name"]: frozenset([l["name"], *(l.get("extra_labels") or [])]) for l in document["labels"]}
        self.nodes = {l["name"]: {c["name"]: c["type"] for c in l["columns"] or []} for l in document["labels"]}
        self.edges = {t["name"]: {c["name"]: c["type"] for c in t["columns"] or []} for t in document["edge_types"]}

    def primary(self, labels):
        """The label of a node that only its set of labels is known of."""
        found = [name for name, every in self.labels.items() if every == frozenset(labels)]
        assert len(found) == 1, f"labels {sorted(labels)} are those of {found}"
        return found[0]


# ---- differences


def same(a, b):
    """Equality of type and value; floats by bits, but any NaN equals any NaN."""
    if type(a) is not type(b):
        return False
    if isinstance(a, float):
        return struct.pack("<d", a) == struct.pack("<d", b) or (math.isnan(a) and math.isnan(b))
    return a == b


def differences(want, have):
    """Every difference of two graphs, as lines of text; want is named first."""
    found = []

    def each(what, a, b, compare):
        for key in sorted(a.keys() - b.keys()):
            found.append(f"{what} {key!r} is missing")
        for key in sorted(b.keys() - a.keys()):
            found.append(f"{what} {key!r} is too much")
        for key in sorted(a.keys() & b.keys()):
            compare(f"{what} {key!r}", a[key], b[key])

    def properties(what, a, b):
        a, b = a or {}, b or {}
        for name in sorted(a.keys() | b.keys()):
            x, y = a.get(name), b.get(name)
            if not same(x, y):
                found.append(f"{what}: {name}: want {x!r}, have {y!r}")

    def node(what, a, b):
        if (a.label, a.labels) != (b.label, b.labels):
            found.append(f"{what}: labels: want {a.label} {sorted(a.labels)}, have {b.label} {sorted(b.labels)}")
        properties(what, a.properties, b.properties)

    def scope(what, a, b):
        if a != b:
            found.append(f"{what}: scope: want {a}, have {b}")

    each("node", want.nodes, have.nodes, node)
    each("edge", want.edges, have.edges, properties)
    if have.scopes:
        each("scope of", {str(k): v for k, v in want.scopes.items()}, {str(k): v for k, v in have.scopes.items()}, scope)
    return found


def assert_same(want, have, what):
    found = differences(want, have)
    assert not found, f"{what}: {len(found)} differences:\n" + "\n".join(line[:2000] for line in found[:20])


# ---- values

TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def timestamp_text(microseconds):
    t = EPOCH + timedelta(microseconds=microseconds)
    return t.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def is_strings(v):
    return isinstance(v, list) and all(isinstance(s, str) for s in v)


def is_map(v):
    return isinstance(v, dict) and all(isinstance(s, str) for s in v.values())


def from_json(type, v):
    """The value that JSON has for a column of the type; raises where it is of another."""
    if type == "float64" and v in ("NaN", "Infinity", "-Infinity"):
        return float(v)
    ok = {
        "string": isinstance(v, str),
        "json": isinstance(v, str),
        "int64": isinstance(v, int) and not isinstance(v, bool),
        "float64": isinstance(v, float),
        "bool": isinstance(v, bool),
        "timestamp": isinstance(v, str) and TIMESTAMP.fullmatch(v) is not None,
        "list<string>": is_strings(v),
        "map<string,string>": is_map(v),
    }[type]
    if not ok:
        raise TypeError(f"{v!r} is no {type}")
    return v


def parse(text):
    """JSON with integers exact and no key twice."""

    def unique(pairs):
        d = dict(pairs)
        assert len(d) == len(pairs), f"a key is there twice in {[k for k, _ in pairs]}"
        return d

    return json.loads(text, object_pairs_hook=unique)


def typed(columns, properties, convert=from_json):
    """Converts properties by their column's type; raises on one that the schema lacks."""
    out = {}
    for name, v in properties.items():
        if name not in columns:
            raise KeyError(f"property {name} is not in the schema")
        try:
            out[name] = convert(columns[name], v)
        except Exception as e:
            raise ValueError(f"property {name}: {e}") from e
    return out


# ---- JSONL


def jsonl_lines(root, name):
    """The records of jsonl/<name>.jsonl, packed with zstd, gzip or not at all."""
    (path,) = Path(root).glob(f"jsonl/{name}.jsonl*")
    opener = {".zst": zstandard.open, ".gz": gzip.open, ".jsonl": open}[path.suffix]
    with opener(path, "rb") as raw:
        for line in io.TextIOWrapper(raw, "utf-8", newline="\n"):
            assert line.endswith("\n"), f"{path}: the last line has no end"
            yield parse(line)


def read_jsonl(root):
    schema, g = Schema(root), Graph()
    for r in jsonl_lines(root, "nodes"):
        assert r.keys() == {"type", "id", "labels", "scope", "properties"} and r["type"] == "node", r
        label = r["labels"][0]
        assert frozenset(r["labels"]) == schema.labels[label]
        g.add_node(r["id"], label, r["labels"], typed(schema.nodes[label], r["properties"]), r["scope"])
    assert schema.labels.keys() == {n.label for n in g.nodes.values()}, "schema.json has other labels than the nodes"
    ids = set()
    for r in jsonl_lines(root, "edges"):
        assert r.keys() == {"type", "id", "label", "src", "dst", "scope", "start", "end", "properties"} and r["type"] == "relationship", r
        for end, flat in (("start", "src"), ("end", "dst")):
            assert r[end] == {"id": r[flat], "labels": r[end]["labels"]}
            assert g.nodes[r[flat]].labels == frozenset(r[end]["labels"])
        assert r["id"] not in ids, f"edge id {r['id']} is there twice"
        ids.add(r["id"])
        p = r["properties"]
        path, ref = p.pop("path"), p.pop("ref")
        g.add_edge(r["label"], r["src"], r["dst"], path, ref, typed(schema.edges[r["label"]], p), r["scope"])
    return g


# ---- Parquet

NODE = ("id", "resource_type", "labels")
EDGE = ("src", "dst", "relationship", "src_label", "dst_label", "path", "ref")
SEEN = ("sg_scope", "sg_snapshot")
OWN_TYPES = {"labels": "list<string>"}  # of these; the others are string
# The columns of the table of labels that have no others.
SHARED = {"name": "string", "arn": "string", "account_id": "string", "region": "string", "observed": "bool", "unread": "list<string>"}
SHARED |= {"redactions": "json", "tags": "map<string,string>"}


def own(names):
    return {c: OWN_TYPES.get(c, "string") for c in names}


def node_table(columns):
    return own(NODE) | columns | own(SEEN) | {f"sg_{c}_json": "json" for c, type in columns.items() if type == "map<string,string>"}


def edge_table(root):
    (columns,) = {tuple(c.items()) for c in Schema(root).edges.values()}
    (file,) = (Path(root) / "parquet" / "edges").iterdir()
    return "edges", own(EDGE) | dict(columns) | own((*SEEN, "sg_key")), file


def tables(root):
    """(kind, columns by type, file) of each table with typed columns."""
    schema = Schema(root)
    for folder in sorted((Path(root) / "parquet" / "nodes").glob("*")):
        key, _, name = folder.name.partition("=")
        assert key == "label", folder
        assert name == "other" or schema.nodes[name].items() - SHARED.items(), f"{name} has no columns of its own"
        (file,) = folder.iterdir()
        yield "nodes", node_table(SHARED) | own(["sg_labels"]) if name == "other" else node_table(schema.nodes[name]), file
    yield edge_table(root)


def plain_tables(root):
    """The same of the two tables that hold everything."""
    (file,) = (Path(root) / "parquet" / "nodes_all").iterdir()
    yield "nodes", own((*NODE, "name", "account_id", "region")) | {"properties": "json"}, file
    yield edge_table(root)


def from_tables(root, which, read):
    """Reads a graph with read(file, columns), which gives rows as dicts."""
    schema, g, keys = Schema(root), Graph(), set()
    for kind, columns, file in which(root):
        rows, folder = 0, file.parent.name.removeprefix("label=")
        for row in read(file, columns):
            rows += 1
            scope = row.pop("sg_scope", None)
            if which is plain_tables:
                scope = None  # that of nodes does not have it
            assert TIMESTAMP.fullmatch(row.pop("sg_snapshot", timestamp_text(0))), row
            if kind == "nodes":
                id, label, labels = (row.pop(c) for c in NODE)
                assert folder in (label, "other", "nodes_all"), f"{file} has a {label}"
                assert row.pop("sg_labels", ";".join(labels)).split(";") == labels, f"{file}: {id} has {labels}"
                if folder == "nodes_all":
                    whole = parse(row.pop("properties"))
                    assert row == {c: whole.get(c) for c in row}, f"{file}: {id} has {row} beside {whole}"
                    row = whole
                for c in [c for c in row if c.startswith("sg_")]:
                    name, text = c.removeprefix("sg_").removesuffix("_json"), row.pop(c)
                    assert (text and parse(text)) == row[name], f"{file}: {id} has {name} {row[name]} and as text {text}"
                g.add_node(id, label, labels, typed(schema.nodes[label], {k: v for k, v in row.items() if v is not None}), scope)
            else:
                src, dst, type, src_label, dst_label, path, ref = (row.pop(c) for c in EDGE)
                assert (g.nodes[src].label, g.nodes[dst].label) == (src_label, dst_label), f"{src} is no {src_label}, or {dst} no {dst_label}"
                identity = (type, src, dst, row.pop("sg_key"))
                assert identity not in keys, f"sg_key of {identity} is there twice"
                keys.add(identity)
                g.add_edge(type, src, dst, path, ref, typed(schema.edges[type], {k: v for k, v in row.items() if v is not None}), scope)
        assert rows or folder in ("nodes_all", "edges"), f"{file} has no rows"
    return g


def duckdb_rows(file, columns):
    sql = {
        "string": "VARCHAR",
        "json": "VARCHAR",
        "int64": "BIGINT",
        "float64": "DOUBLE",
        "bool": "BOOLEAN",
        "timestamp": "TIMESTAMP WITH TIME ZONE",
        "list<string>": "VARCHAR[]",
        "map<string,string>": "MAP(VARCHAR, VARCHAR)",
    }
    db = duckdb.connect()
    source = f"read_parquet('{file}', hive_partitioning = false)"
    found = {name: type for name, type, *_ in db.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
    want = {name: sql[type] for name, type in columns.items()}
    assert list(found.items()) == list(want.items()), f"{file}: columns {found}, want {want}"
    names = [f'epoch_us("{n}")' if t == "timestamp" else f'"{n}"' for n, t in columns.items()]
    for row in db.execute(f"SELECT {', '.join(names)} FROM {source}").fetchall():
        yield {n: timestamp_text(v) if t == "timestamp" and v is not None else v for (n, t), v in zip(columns.items(), row, strict=True)}


def pyarrow_rows(file, columns):
    arrow = {
        "string": pa.string(),
        "json": pa.string(),
        "int64": pa.int64(),
        "float64": pa.float64(),
        "bool": pa.bool_(),
        "timestamp": pa.timestamp("us", tz="UTC"),
        "list<string>": pa.list_(pa.string()),
        "map<string,string>": pa.map_(pa.string(), pa.string()),
    }

    def without_names(t):
        """The type without the names of its inner fields, by which pyarrow tells lists and maps apart."""
        if pa.types.is_list(t):
            return pa.list_(t.value_type)
        if pa.types.is_map(t):
            return pa.map_(t.key_type, t.item_type)
        return t

    table = pq.ParquetFile(file).read()
    found = {f.name: without_names(f.type) for f in table.schema}
    want = {name: arrow[type] for name, type in columns.items()}
    assert list(found.items()) == list(want.items()), f"{file}: columns {found}, want {want}"
    for i, (name, type) in enumerate(columns.items()):
        if type == "timestamp":
            table = table.set_column(i, name, table.column(i).cast(pa.int64()))
    for row in table.to_pylist(maps_as_pydicts="strict"):
        yield {n: timestamp_text(v) if columns[n] == "timestamp" and v is not None else v for n, v in row.items()}


# ---- what readers of other formats than these have to be told


def from_text(type, v):
    """A list or a map that is a JSON text in the format; other values as they are."""
    if type in ("list<string>", "map<string,string>"):
        if not isinstance(v, str):
            raise TypeError(f"{v!r} is no JSON text")
        v = parse(v)
    return from_json(type, v)


def with_values(graph, schema, convert):
    """The graph with convert(type, value) for each property; None takes it away.

    Ids, paths and refs are converted as of type "id"."""

    def properties(values, columns):
        out = {name: convert(columns[name], v) for name, v in values.items()}
        return {name: v for name, v in out.items() if v is not None}

    g = Graph()
    for id, n in graph.nodes.items():
        g.add_node(convert("id", id), n.label, n.labels, properties(n.properties, schema.nodes[n.label]))
    for (type, *texts), values in graph.edges.items():
        g.add_edge(type, *(convert("id", t) for t in texts), properties(values, schema.edges[type]))
    return g


# ---- GraphML

NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
NO_XML_IN_JSON = re.compile("[\ufffe\uffff]")  # JSON escapes control characters by itself
XML_TYPES = {"int64": "long", "float64": "double", "bool": "boolean", "list<string>": "list"}  # else string
IN_PROPERTIES = "in properties"  # the type of a column that has no key of its own

# What a file has beside the columns.
NODE_LOOKS = ("family", "r", "g", "b", "size", "x", "y")
EDGE_LOOKS = ("weight", "guess", "r", "g", "b")
OWN_KEYS = {*NODE_LOOKS, *EDGE_LOOKS, "uid", "labels", "labelV", "label", "labelE", "path", "ref", "properties"}


def in_json(v):
    """What a value in a JSON text can say in XML."""
    if isinstance(v, str):
        return NO_XML_IN_JSON.sub("\ufffd", v)
    if isinstance(v, list):
        return [in_json(s) for s in v]
    if isinstance(v, dict):
        return {in_json(k): in_json(s) for k, s in v.items()}
    return v


def keyed(schema):
    """The schema with IN_PROPERTIES as the type of columns that the file has no key for."""
    keys, own = Keys(graphml_file(schema.root)), Schema(schema.root)
    for domain, owners in (("node", own.nodes), ("edge", own.edges)):
        for owner, columns in owners.items():
            names = keys.of(domain, columns)
            owners[owner] = {c: type if c in names else IN_PROPERTIES for c, type in columns.items()}
    return own


def as_graphml(graph, schema):
    """What a GraphML file can say: XML has no control characters."""

    def convert(type, v):
        if type in ("list<string>", "map<string,string>", IN_PROPERTIES):
            return in_json(v)
        return NO_XML.sub("\ufffd", v) if isinstance(v, str) else v

    return with_values(graph, keyed(schema), convert)


def without_empty(graph, schema):
    """What a reader can tell that takes "" for a missing value."""

    def convert(type, v):
        return None if v == "" and type not in ("id", IN_PROPERTIES) else v

    return with_values(as_graphml(graph, schema), keyed(schema), convert)


def as_gephi(graph, schema):
    """What Gephi has of it: it reads INF as a number, in the middle of a text too."""

    def convert(type, v):
        if isinstance(v, str):
            return v.replace("INF", "Infinity")
        if isinstance(v, list):
            return [convert(type, s) for s in v]
        if isinstance(v, dict):
            return {convert(type, k): convert(type, s) for k, s in v.items()}
        return v

    return with_values(without_empty(graph, schema), keyed(schema), convert)


def as_igraph(graph, schema):
    """What igraph can tell of a GraphML file: its numbers are all float, and it has
    no missing values, so "", false and NaN are taken for one."""

    def convert(type, v):
        if type == "int64":
            return float(v)
        if type not in ("id", IN_PROPERTIES) and (v is False or (isinstance(v, float) and math.isnan(v))):
            return None
        return v

    return with_values(without_empty(graph, schema), keyed(schema), convert)


class Keys:
    """The keys that a GraphML file declares: by domain and attr.name, its type."""

    def __init__(self, file):
        self.types = {"node": {}, "edge": {}}
        for event, e in ElementTree.iterparse(file, events=("start",)):
            tag = e.tag.rpartition("}")[2]
            if tag == "graph":
                break
            if tag == "key":
                names = self.types[e.get("for")]
                assert e.get("attr.name") not in names, f"{file}: two {e.get('for')} keys are called {e.get('attr.name')}"
                names[e.get("attr.name")] = "list" if e.get("attr.list") else e.get("attr.type")

    def of(self, domain, columns):
        """The attr.name of each column: its own, with _ where readers give it a
        meaning. Where there is a key for properties, some columns have none."""
        out = {}
        for column, type in columns.items():
            fit = {XML_TYPES.get(type, "string")} | ({"string"} if type == "list<string>" else set())
            names = [n for n in (column, column + "_") if n not in OWN_KEYS and self.types[domain].get(n) in fit]
            assert names or "properties" in self.types[domain], f"no {domain} key for column {column} of type {type}"
            if names:
                out[column] = names[0]
        return out


def from_attributes(root, nodes, edges, convert):
    """A graph from (attributes) of nodes and (from, to, attributes) of edges, by attr.name.

    Each attribute is used, or convert makes None of it."""
    schema, keys, g = Schema(root), Keys(graphml_file(root)), Graph()
    names_of = {("node", l): keys.of("node", c) for l, c in schema.nodes.items()}
    names_of |= {("edge", t): keys.of("edge", c) for t, c in schema.edges.items()}

    def properties(domain, type, columns, a):
        for look in NODE_LOOKS if domain == "node" else EDGE_LOOKS:
            a.pop(look, None)
        names = names_of[domain, type]
        found = {c: convert(columns[c], a.pop(n)) for c, n in names.items() if n in a}
        rest = typed(columns, parse(a.pop("properties", "") or "{}"))
        assert not rest.keys() & names.keys(), f"{domain} of {type} has properties that have keys of their own: {rest.keys() & names.keys()}"
        left = {n: v for n, v in a.items() if convert("", v) is not None}
        assert not left, f"{domain} of {type} has attributes that its columns do not: {left}"
        return {c: v for c, v in found.items() if v is not None} | rest

    uids = {}
    for xml_id, a in nodes:
        uid, label, caption, labels = a.pop("uid"), a.pop("labelV"), a.pop("label"), a.pop("labels").split(":")
        assert labels[:3] == ["", "SgResource", label] and caption
        uids[xml_id] = uid
        g.add_node(uid, label, labels[2:], properties("node", label, schema.nodes[label], a))
    for start, end, a in edges:
        type, label, path, ref = a.pop("labelE"), a.pop("label"), a.pop("path", ""), a.pop("ref", "")
        assert type == label
        g.add_edge(type, uids[start], uids[end], path, ref, properties("edge", type, schema.edges[type], a))
    return g


def graphml_file(root):
    return str(Path(root) / "graphml" / "graph.graphml")


def read_networkx(root):
    found = networkx.read_graphml(graphml_file(root), force_multigraph=True)
    assert found.is_directed()
    nodes = ((n, dict(a)) for n, a in found.nodes(data=True))
    edges = ((u, v, {k: x for k, x in a.items() if k != "id"}) for u, v, a in found.edges(data=True))
    return from_attributes(root, nodes, edges, from_text)


def read_rustworkx(root):
    (found,) = rustworkx.read_graphml(graphml_file(root))
    assert isinstance(found, rustworkx.PyDiGraph) and found.multigraph

    def attributes(a):
        return {k: v for k, v in a.items() if k != "id" and v is not None}

    nodes = ((i, attributes(found[i])) for i in found.node_indices())
    edges = ((u, v, attributes(a)) for u, v, a in found.weighted_edge_list())
    return from_attributes(root, nodes, edges, from_text)


def read_igraph(root):
    found = igraph.Graph.Read_GraphML(graphml_file(root))
    assert found.is_directed()

    def convert(type, v):
        if v == "" or v is False or (isinstance(v, float) and math.isnan(v)):
            return None
        return from_text("float64" if type == "int64" else type or "string", v)

    def attributes(x):
        return {k: v for k, v in x.attributes().items() if k != "id"}

    nodes = ((v.index, attributes(v)) for v in found.vs)
    edges = ((e.source, e.target, attributes(e)) for e in found.es)
    return from_attributes(root, nodes, edges, convert)


# ---- all together


def as_it_is(graph, schema):
    return graph


# What reads which format, and what that reader must give.
READERS = {
    "Parquet by DuckDB": (lambda root: from_tables(root, tables, duckdb_rows), as_it_is),
    "Parquet by pyarrow": (lambda root: from_tables(root, tables, pyarrow_rows), as_it_is),
    "plain Parquet by DuckDB": (lambda root: from_tables(root, plain_tables, duckdb_rows), as_it_is),
    "plain Parquet by pyarrow": (lambda root: from_tables(root, plain_tables, pyarrow_rows), as_it_is),
    "GraphML by networkx": (read_networkx, as_graphml),
    "GraphML by igraph": (read_igraph, as_igraph),
    "GraphML by rustworkx": (read_rustworkx, without_empty),
}


def compare(root, reader):
    """The differences of JSONL and what a reader of READERS gives."""
    read, as_read = READERS[reader]
    return differences(as_read(read_jsonl(root), Schema(root)), read(root))


def main(root):
    failed = False
    for name in READERS:
        found = compare(root, name)
        failed = failed or bool(found)
        print(f"{name}: {len(found)} differences", *found[:20], sep="\n  ")
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
