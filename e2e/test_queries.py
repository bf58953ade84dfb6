"""The recipes in docs/queries, run as they are printed: in DuckDB, in Neo4j, and as Athena would have them. Each answers
with the rows of `sgexport audit` and `sgexport lineage`, nothing missing, nothing more.

There is no Athena here. schema.sql has its tables and views in comments: sqlglot parses them as Athena's, and says in
DuckDB's language what they mean; so names, types and structure are held, and not what Athena itself does.
"""

import json
import re

import duckdb
import pytest
import sqlglot
from database import Neo4j
from program import NOW, ROOT, environment, export, run

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


class Athena(DuckDB):
    """What schema.sql has for Athena, in DuckDB's words: a table is read from where it says that it is."""

    def __init__(self, root):
        self.db = duckdb.connect()
        self.db.execute("CREATE SCHEMA sagemaker")
        text = (root / "parquet" / "schema.sql").read_text()
        comment = text[text.index("-- CREATE DATABASE IF NOT EXISTS sagemaker;") :]
        self.views = []
        for line in comment.splitlines():
            assert line.startswith("--"), f"{line!r} is no comment"
        for statement in sqlglot.parse(re.sub(r"(?m)^-- ?", "", comment), read="athena"):
            if statement.kind == "TABLE":
                self.table(root, statement)
            elif statement.kind == "VIEW":
                self.views.append(statement.this.name)
                self.db.execute(statement.sql("duckdb"))

    def table(self, root, statement):
        folder = re.search(r"s3://BUCKET/PREFIX/(parquet/[^']+)/'", statement.sql("athena"))[1]
        columns = {c.name: c.kind.sql("duckdb") for c in statement.this.expressions}
        name = statement.this.this.name
        if any((root / folder).glob("*.parquet")):
            have = {r[0] for r in self.db.execute(f"DESCRIBE SELECT * FROM read_parquet('{root / folder}/*.parquet', hive_partitioning = false)").fetchall()}
            assert have == columns.keys(), f"{folder} has {have ^ columns.keys()} in Athena's table alone, or in the file alone"
            listed = ", ".join(f'CAST("{c}" AS {t}) AS "{c}"' for c, t in columns.items())
            self.db.execute(f"CREATE VIEW sagemaker.{name} AS SELECT {listed} FROM read_parquet('{root / folder}/*.parquet', hive_partitioning = false)")
        else:
            listed = ", ".join(f'CAST(NULL AS {t}) AS "{c}"' for c, t in columns.items())
            self.db.execute(f"CREATE VIEW sagemaker.{name} AS SELECT {listed} WHERE false")

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
        file = QUERIES / f"{topic}.cypher"
        self.server.load(file)  # as cypher-shell takes it
        return self.run(file.read_text())


@pytest.fixture(scope="module")
def oldest(tmp_path_factory):
    """The oldest Neo4j that scripts are for; what it takes the newer one takes."""
    with Neo4j("5.26.30", tmp_path_factory.mktemp("neo4j") / "queries") as db:
        yield db


@pytest.fixture(scope="module", params=["duckdb", "athena", "neo4j"])
def database(request, snapshot):
    """A database with the snapshot."""
    if request.param == "neo4j":
        return Cypher(request.getfixturevalue("oldest"), snapshot.root)
    return {"duckdb": DuckDB, "athena": Athena}[request.param](snapshot.root)


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
    few = [topic for topic in TOPICS if len(db.answer(topic)) < 8]
    assert not few, f"almost no rows: {few}"
