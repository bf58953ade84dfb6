"""The recipes in docs/queries, run as they are printed: in DuckDB, in Neo4j, and as Athena and Trino would have them. Each answers
with the rows of `sgexport audit` and `sgexport lineage`, nothing missing, nothing more.

There is no Athena here, and no Trino. sqlglot parses athena.sql and trino.sql as theirs, and says in DuckDB's language what
they mean; so names, types and structure are held, and not what the engines themselves do.
"""

import json
import re
from collections import defaultdict

import duckdb
import pytest
import sqlglot
from database import Neo4j
from program import NOW, ROOT, environment, export, run
from snapshot import read_jsonl

QUERIES = ROOT / "docs" / "queries"
TOPICS = sorted(p.stem for p in QUERIES.glob("*.sql"))


# ---- snapshots, and what the program says of them


@pytest.fixture(scope="session")
def blind(tmp_path_factory, home):
    """The demo account without what decides: no IAM, no networks."""
    out = tmp_path_factory.mktemp("blind") / "snapshot"
    export(out, "--demo", "--neighbors", "none", "--now", NOW, env=environment(home, credentials=False))
    return out


SNAPSHOTS = {"demo": "demo", "account": "account_snapshot", "moto": "moto_snapshot", "blind": "blind"}


class Snapshot:
    """A snapshot, and what the program answers of it."""

    def __init__(self, name, root):
        self.name, self.root = name, root
        self.report = self.ask("audit", root, "--format", "json")
        self.graph = read_jsonl(root)

    def observed(self, id):
        """Whether it was read; what is not there was not."""
        return id in self.graph.nodes and self.graph.nodes[id].properties.get("observed", False)

    def ask(self, *args):
        done = run(*args)
        assert done.returncode == 0, f"{args} ended with {done.returncode}:\n{done.stderr}"
        return json.loads(done.stdout)


@pytest.fixture(scope="module", params=list(SNAPSHOTS))
def snapshot(request):
    return Snapshot(request.param, request.getfixturevalue(SNAPSHOTS[request.param]))


# ---- running what is printed


def plain(value):
    """A value as all databases have it; lists are sorted, and none is as good as an empty one."""
    if isinstance(value, list):
        return tuple(sorted(value)) or None
    return value


def rows_of(names, rows):
    return sorted(({n: plain(v) for n, v in zip(names, row, strict=True)} for row in rows), key=str)


class DuckDB:
    def __init__(self, root):
        self.db = duckdb.connect()
        self.db.execute(at(root, (root / "parquet" / "schema.sql").read_text()))

    def run(self, sql):
        done = self.db.execute(sql)
        return rows_of([d[0] for d in done.description], done.fetchall())

    def answer(self, topic):
        return self.run((QUERIES / f"{topic}.sql").read_text())


def at(root, sql):
    return sql.replace("read_parquet('", f"read_parquet('{root}/parquet/")


class Lake(DuckDB):
    """What athena.sql or trino.sql has, in DuckDB's words: a table is read from where it says that it is."""

    def __init__(self, root, dialect):
        self.db, self.dialect = duckdb.connect(), dialect
        self.db.execute("CREATE SCHEMA sagemaker")
        for statement in sqlglot.parse((root / "parquet" / f"{dialect}.sql").read_text(), read=dialect):
            if statement.kind == "TABLE":
                self.table(root, statement)
            elif statement.kind == "VIEW":
                self.db.execute(statement.sql("duckdb"))

    def table(self, root, statement):
        folder = re.search(r"s3://BUCKET/PREFIX/(parquet/[^']+)/'", statement.sql(self.dialect))[1]
        columns = {c.name: c.kind.sql("duckdb") for c in statement.this.expressions}
        source = f"read_parquet('{root / folder}/*.parquet', hive_partitioning = false)"
        have = [r[0] for r in self.db.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]
        assert have == list(columns), f"{folder} has the columns {have}, and the table {list(columns)}"
        listed = ", ".join(f'CAST("{c}" AS {t}) AS "{c}"' for c, t in columns.items())
        self.db.execute(f"CREATE VIEW sagemaker.{statement.this.this.name} AS SELECT {listed} FROM {source}")

    def answer(self, topic):
        return self.run(f"SELECT * FROM sagemaker.{view(topic)}")


def view(topic):
    return topic.partition("-")[2].replace("-", "_")


class Cypher:
    def __init__(self, server, root):
        self.server = server
        server.clear()
        server.load(root / "cypher" / "out.cypher")

    def run(self, cypher):
        with self.server.driver.session() as session:
            result = session.run(cypher.rstrip().removesuffix(";"))
            return rows_of(result.keys(), [r.values() for r in result])

    def answer(self, topic):
        return self.run((QUERIES / f"{topic}.cypher").read_text())


@pytest.fixture(scope="module")
def oldest(tmp_path_factory):
    """The oldest Neo4j that scripts are for; what it takes the newer one takes."""
    with Neo4j("5.26.30", tmp_path_factory.mktemp("neo4j") / "queries") as db:
        yield db


@pytest.fixture(scope="module", params=["duckdb", "athena", "trino", "neo4j"])
def database(request, snapshot):
    """A database with the snapshot."""
    if request.param == "neo4j":
        return Cypher(request.getfixturevalue("oldest"), snapshot.root)
    return DuckDB(snapshot.root) if request.param == "duckdb" else Lake(snapshot.root, request.param)


def same(want, have, what):
    """The rows are equal: each there once, none missing, none too much."""
    have = list(have)
    lines = [f"missing: {r}" for r in sorted(set(want) - set(have), key=str)] + [f"too much: {r}" for r in sorted(set(have) - set(want), key=str)]
    lines += [f"twice: {r}" for r in sorted({r for r in have if have.count(r) > 1}, key=str)]
    assert not lines, f"{what}: {len(lines)} differences, {len(set(want))} rows wanted:\n" + "\n".join(lines[:40])


# ---- 1. roles


# What the program says of a role that is a node without properties.
ABSENT = ("not-read", "role-does-not-exist")


def test_permissive_roles(snapshot, database):
    """Each reason but the one that the recipe says it does not know; and who is an administrator."""
    rows = database.answer("1-permissive-roles")
    roles = snapshot.report["roles"]
    want = {
        (user, role["role"], "unknown" if reason["code"] in ABSENT else reason["code"])
        for role in roles
        for user in role["used_by"]
        for reason in role["reasons"]
        if reason["code"] != "escalation"
    }
    same(want, [(r["resource"], r["role"], r["reason"]) for r in rows], "roles")
    admins = {(u, r["role"]) for r in roles if r["class"] == "admin" for u in r["used_by"]}
    same(admins, [(r["resource"], r["role"]) for r in rows if r["reason"] == "administrator" and not r["conditional"]], "administrators")
    # Whose class is worse than what is said here is so by an escalation alone.
    said = {r["role"] for r in rows}
    for role in roles:
        codes = {reason["code"] for reason in role["reasons"]}
        assert role["role"] in said or role["class"] == "ok" or codes == {"escalation"}, role
    # A statement that speaks for it is the first one that the program names.
    first = {(role["role"], x["code"]): x.get("resource") for role in roles for x in role["reasons"]}
    for r in rows:
        assert r["reason"] == "unknown" or first[r["role"], r["reason"]] in r["via"], r


# ---- 2. lineage


class Walk:
    """What `sgexport lineage --up` of an endpoint has."""

    def __init__(self, snapshot, endpoint):
        walk = snapshot.ask("lineage", snapshot.root, endpoint, "--up", "--format", "json")
        self.labels = {n["id"]: n["labels"][0].removeprefix("AWSSageMaker") for n in walk["nodes"]}
        self.out = defaultdict(set)
        for e in walk["edges"]:
            self.out[e["from"], e["type"]].add((e["to"], e["ref"]))
            self.out[e["to"], "<" + e["type"]].add((e["from"], e["ref"]))

    def ends(self, start, types, label):
        return {to for t in types.split() for to, _ in self.out[start, t] if self.labels[to] == label}

    def models(self, id):
        """Those that an endpoint, a configuration or a component serves, at whatever distance."""
        found = self.ends(id, "USED REFERENCED", "Model")
        for label in ("EndpointConfig", "InferenceComponent"):
            for part in self.ends(id, "USED CONTAINS", label):
                found |= self.models(part)
        return found

    def rows(self, endpoint):
        for model in self.models(endpoint) or [None]:
            came = set()
            for package in self.ends(model, "DERIVED_FROM", "ModelPackage"):
                came |= {(package, job) for job in self.ends(package, "DERIVED_FROM <PRODUCED", "TrainingJob") or [None]}
            came |= {(None, job) for job in self.ends(model, "DERIVED_FROM <PRODUCED", "TrainingJob")}
            for package, job in came or [(None, None)]:
                for data in {ref for _, ref in self.out[job, "READ_FROM"]} or [None]:
                    yield endpoint, model, package, job, data


def test_endpoint_lineage(snapshot, database):
    """Each endpoint is there, with what leads to it by models, packages and training jobs."""
    graph = snapshot.graph
    endpoints = [id for id, n in graph.nodes.items() if n.label == "AWSSageMakerEndpoint"]
    want = {row for endpoint in endpoints for row in Walk(snapshot, endpoint).rows(endpoint)}
    rows = database.answer("2-endpoint-lineage")
    same(want, [(r["endpoint"], r["model"], r["package"], r["job"], r["data"]) for r in rows], "lineage")
    for r in rows:
        assert r["approval"] == (graph.nodes[r["package"]].properties.get("model_approval_status") if r["package"] else None), r


# ---- 3. endpoints


def test_who_can_invoke(snapshot, database):
    rows = database.answer("3-who-can-invoke")
    have = [(r["principal"], r["endpoint"], r["component"], r["action"], r["conditional"]) for r in rows]
    invokers = snapshot.report["invokers"]
    if snapshot.name == "blind":  # nobody is known, and the program says so of each
        assert not have and all(i["verdict"] == "conditional" and i["unknown"] for i in invokers)
        return
    want = {(i["principal"], i["endpoint"], i.get("component", ""), i["action"], i["verdict"] == "conditional") for i in invokers}
    same(want, have, "invokers")
    via = {(i["principal"], i["endpoint"], i.get("component", ""), i["action"]): {v["statement"] for v in i["via"]} for i in invokers}
    for r in rows:
        assert via[r["principal"], r["endpoint"], r["component"], r["action"]] <= set(r["via"]), r
        assert bool(r["conditions"]) == r["conditional"], r


# ---- 4. notebook instances


def test_notebook_exposure(snapshot, database):
    rows = database.answer("4-notebook-exposure")
    want = {
        (e["resource"], e.get("status"), e["direct_internet"], e["subnet"], next(iter(e["subnets"]), None))
        for e in snapshot.report["exposure"]
        if e["kind"] == "AWSSageMakerNotebookInstance"
    }
    same(want, [(r["notebook"], r["status"], r["direct_internet"], r["subnet"], r["subnet_id"]) for r in rows], "exposure")
    deciding = {e["resource"]: {x.get("resource") for x in e["reasons"]} for e in snapshot.report["exposure"]}
    for r in rows:
        assert set(r["via"] or ()) <= deciding[r["notebook"]] and (r["via"] or r["subnet"] != "public"), r


# ---- 5. pipelines


def test_pipeline_steps(snapshot, database):
    """Those that are nodes: what stands inside of a ForEach is in its settings."""
    want = set()
    for p in snapshot.report["pipelines"]:
        steps = [s for s in p["steps"] if snapshot.observed(s["step"])]
        assert all(s["within"] for s in p["steps"] if s not in steps), p
        want |= {(p["pipeline"], s["name"], s["type"], d) for s in steps for d in s["depends_on"] or [None]} or {(p["pipeline"], None, None, None)}
    rows = database.answer("5a-pipeline-steps")
    same(want, [(r["pipeline"], r["step"], r["type"], r["depends_on"]) for r in rows], "steps")


def test_pipeline_runs(snapshot, database):
    want = set()
    for p in snapshot.report["pipelines"]:
        for x in p["executions"]:
            ran = {(s["step"], s.get("status"), id) for s in x["ran"] for id in s["resources"] or [None]}
            want |= {(p["pipeline"], x["execution"], x.get("status"), *r) for r in ran or {(None, None, None)}}
    rows = database.answer("5b-pipeline-runs")
    # An execution may run a step more than once.
    have = {(r["pipeline"], r["execution"], r["status"], r["step"], r["step_status"], r["resource"]) for r in rows}
    same(want, have, "runs")


# The edges by which the recipe looks; the program knows of more.
NEEDS = ("READ_FROM", "USED_IMAGE", "HAS_EXECUTION_ROLE", "DERIVED_FROM", "USED", "INVOKED")


def test_pipeline_needs(snapshot, database):
    """What is too much is what a part of the same pipeline wrote, and capacity."""
    want = {
        (p["pipeline"], d.get("step"), d["edge"], d["resource"], d.get("ref") or d["resource"])
        for p in snapshot.report["pipelines"]
        for d in p["depends_on"]
        if d["edge"] in NEEDS
    }
    rows = database.answer("5c-pipeline-needs")
    have = [(r["pipeline"], r["step"], r["how"], r["resource"], r["ref"]) for r in rows]
    made = defaultdict(set)
    for r in database.answer("5b-pipeline-runs"):
        made[r["pipeline"]] |= {r["resource"]} if r["how"] == "PRODUCED" else {r["run"]}
    wrote = defaultdict(list)
    for t, a, b, _, ref in snapshot.graph.edges:
        if t in ("WROTE_TO", "PRODUCED_MODEL_ARTIFACT"):
            wrote[a].append((b, ref.rstrip("/")))
    own = set()
    for pipeline, step, how, bucket, ref in set(have) - want:
        if how == "USED" and snapshot.graph.nodes[bucket].label == "AWSSageMakerTrainingPlan":
            own.add((pipeline, step, how, bucket, ref))
            continue
        near = [1 for id in made[pipeline] for b, w in wrote[id] if b == bucket and (ref.startswith(w) or w.startswith(ref.rstrip("/")))]
        assert how == "READ_FROM" and near, f"{pipeline} {step} does not need {how} {bucket} {ref}"
        own.add((pipeline, step, how, bucket, ref))
    same(want | own, have, "needs")


# Labels that the recipe goes through.
WAY = ("endpoint", "endpoint-config", "inference-component", "model", "model-package", "training-job")


def test_pipeline_endpoints(snapshot, database):
    """Those to which a pipeline's jobs, packages and models lead directly."""
    want, farther = set(), set()
    for p in snapshot.report["pipelines"]:
        for e in p["endpoints"]:
            kinds = {id.split(":", 5)[-1].partition("/")[0] for id in e["through"]}
            (want if kinds <= set(WAY) else farther).add((p["pipeline"], e["endpoint"]))
    rows = database.answer("5d-pipeline-endpoints")
    have = {(r["pipeline"], r["endpoint"]) for r in rows}
    same(want, have - farther, "endpoints")
    for r in rows:
        made = {m["resource"] for m in database.answer("5b-pipeline-runs") if m["pipeline"] == r["pipeline"] and m["how"] == "PRODUCED"}
        assert r["made"] in made, r


# ---- all


def test_databases_agree(snapshot, database):
    """In every column, not only in those that the program has too; and the views of schema.sql are the recipes."""
    db = DuckDB(snapshot.root)
    for topic in TOPICS:
        want = db.answer(topic)
        assert want == database.answer(topic), topic
        assert want == db.run(f"SELECT * FROM questions.{view(topic)}"), topic


def test_there_is_something_to_compare(demo):
    """In the demo account every recipe has rows."""
    db = DuckDB(demo)
    few = [topic for topic in TOPICS if len(db.answer(topic)) < 3]
    assert not few, f"almost no rows: {few}"


def printed(language):
    """The queries in a section of docs/loading.md."""
    text = (ROOT / "docs" / "loading.md").read_text()
    section = text[text.index("## The five questions") :].partition("\n## ")[0]
    found = re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)
    assert found, f"loading.md has no {language}"
    return found


def test_loading_md(demo):
    """What it prints has rows: each notebook, with the reasons of its role where there are some."""
    db = DuckDB(demo)
    (sql,) = printed("sql")
    rows = db.run(sql)
    notebooks = {r["notebook"]: r for r in db.answer("4-notebook-exposure")}
    reasons = {(r["resource"], r["role"], r["reason"]) for r in db.answer("1-permissive-roles") if r["resource"] in notebooks}
    same(reasons, [(r["notebook"], r["role"], r["reason"]) for r in rows if r["reason"]], "reasons")
    assert {r["notebook"] for r in rows} == notebooks.keys() and reasons
    text = (ROOT / "docs" / "loading.md").read_text()
    assert all(f"`{topic}`" in text for topic in TOPICS)


def test_cypher_shell_takes_them(oldest, demo, tmp_path):
    """All files, and what loading.md prints, one after the other, as they are."""
    Cypher(oldest, demo)
    script = tmp_path / "all.cypher"
    script.write_text("\n".join([(QUERIES / f"{topic}.cypher").read_text() for topic in TOPICS] + printed("cypher")))
    out = oldest.load(script)
    for name in ("principal, endpoint, component, action", "notebook, status, direct_internet", "pipeline, endpoint, made", "p.name, e.name, component, r.actions"):
        assert name in out, out[:2000]
