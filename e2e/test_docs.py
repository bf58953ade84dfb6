"""Every command in README.md and docs/ is run as it is printed, and prints what stands there.

Each section runs in a folder of its own, block after block: it holds a snapshot of the demo account called `snapshot`, and
the built program is on the path. What a block is follows from its language, or from a comment before it, `<!-- run: duckdb -->`,
which no reader sees. A block that is not run has a reason in NOT_RUN.

A line `…` stands for any lines. What stands in for what is not here: cypher-shell is started from its jars and sent to the test's
server; duckdb is the shell that PyPI has, which is older than the module.
"""

import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pytest
from database import SHELL, Falkor, Neo4j, find_java, jars
from lake import CACHE, in_kuzu
from program import BINARY, ROOT, environment, export
from snapshot import read_jsonl

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

# Blocks that are no commands, or cannot be run here: by document and a text in it.
NOT_RUN = {
    ("README.md", "make test"): "the two commands: CI runs both",
    ("README.md", "snapshot/\n  manifest.json"): "a listing, which test_listing compares",
    ("audit.md", "upload-sarif"): "a step of GitHub's Actions; its command is run with the others",
    ("manifest.md", '"account"'): "a piece of a manifest; the schema that it has is tested elsewhere",
    ("accounts.md", "sts:ExternalId"): "a trust policy",
    ("log.md", "--log-format json"): "asks for an AWS account; test_log does it with the demo's",
    ("benchmarks.md", "make -C e2e/bench"): "takes an hour, and Cartography",
}
# Lines of command blocks that are not run.
LINES_NOT_RUN = {
    "go install github.com/": "not published",
    "--profile audit": "asks for an AWS account",
    "sgexport export --region all": "asks for an AWS account; test_accounts.py does it with moto's",
    "sgexport export --format jsonl,cyclonedx": "asks for an AWS account; test_bom.py does it with the demo's",
    "aws securityhub": "asks for an AWS account",
}
# What differs from run to run.
VARIES = [(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME"), (r"\b\d+(\.\d+)?m?s\b", "SECONDS")]
# A block shows a terminal at work before its summary, and the test has none: what is compared begins with this.
BEGINS = {"export --demo": r"1,\d\d\d nodes of "}


@dataclass
class Block:
    document: str
    section: str
    line: int
    language: str
    text: str

    @property
    def name(self):
        return f"{self.document}:{self.line}"

    def reason(self):
        return next((why for (document, part), why in NOT_RUN.items() if document == self.document and part in self.text), None)

    def kind(self):
        """What runs it."""
        if self.language:
            return self.language
        return "session" if self.text.startswith("$ ") else "shell"


FENCE = re.compile(r"(?:<!-- run: (?P<run>\w+) -->\n *)?```(?P<language>\w*)\n(?P<text>.*?)^ *```$", re.DOTALL | re.MULTILINE)


def blocks(path):
    text = path.read_text()
    for m in FENCE.finditer(text):
        before = text[: m.start()]
        section = ([""] + re.findall(r"^## (.*)$", before, re.MULTILINE))[-1]
        indent = len(text[: m.start("text")].rpartition("\n")[0].rpartition("\n")[2]) - len(text[: m.start("text")].rpartition("\n")[0].rpartition("\n")[2].lstrip())
        body = "\n".join(line[indent:] for line in m["text"].splitlines()) + "\n"
        yield Block(path.name, section, before.count("\n") + 1, m["run"] or m["language"], body)


ALL = [b for path in DOCUMENTS for b in blocks(path)]
SECTIONS = {}
for block in ALL:
    if not block.reason() and block.kind() != "mermaid":  # pictures, which GitHub draws
        SECTIONS.setdefault(f"{block.document}: {block.section}", []).append(block)


def test_no_block_is_left_out():
    """Each block has something that runs it, and what the tables name is there."""
    assert sum(p.read_text().count("```") for p in DOCUMENTS) == 2 * len(ALL)
    unknown = [b.name for b in ALL if not b.reason() and b.kind() not in {*RUN, "mermaid"}]
    assert not unknown, unknown
    for document, part in NOT_RUN:
        assert [b for b in ALL if b.document == document and part in b.text], (document, part)
    for part in LINES_NOT_RUN:
        assert [b for b in ALL if part in b.text], part


# ---- where it is run


@pytest.fixture(scope="session")
def neo4j_with_apoc(tmp_path_factory):
    plugins = CACHE / "graphml" / "apoc-5.26.19" / "lib"
    assert any(plugins.glob("*.jar")), f"{plugins} has no jars: run make -C e2e setup"
    with Neo4j("5.26.30", tmp_path_factory.mktemp("docs") / "neo4j", plugins) as db:
        yield db


class Scratch:
    """A folder with a snapshot, and programs on the path."""

    def __init__(self, folder, root, home, request):
        self.folder, self.request, self.root = folder / "here", request, root
        shutil.copytree(root, self.folder / "snapshot")
        self.bin = folder / "bin"
        self.bin.mkdir()
        (self.bin / "sgexport").symlink_to(BINARY)
        (self.bin / "duckdb").symlink_to(Path(sys.executable).parent / "duckdb")
        self.env = environment(home, credentials=False)
        self.env["PATH"] = f"{self.bin}:{self.env['PATH']}"
        waivers = next(b for b in ALL if b.document == "audit.md" and b.language == "yaml" and "waivers:" in b.text)
        (self.folder / "waivers.yaml").write_text(waivers.text)

    def neo4j(self):
        db = self.request.getfixturevalue("neo4j_with_apoc")
        java = shlex.join([find_java(17, 21), "-cp", jars(f"cypher-shell-{SHELL}"), "org.neo4j.shell.Main"])
        script = self.bin / "cypher-shell"
        script.write_text(f'#!/bin/bash\nexec {java} -p none "${{@/bolt:\\/\\/localhost:7687/{db.url.replace("/", chr(92) + "/")}}}"\n')
        script.chmod(0o755)
        return db

    def neo4j_admin(self):
        """The importer, into a database that is not running."""
        db = Neo4j("5.26.30", self.folder.parent / "imported")
        admin = self.bin / "neo4j-admin"
        admin.write_text(f'#!/bin/sh\nexec {shlex.join(db.tool)} "$@"\n')
        admin.chmod(0o755)
        self.env |= {"NEO4J_HOME": str(db.home), "NEO4J_CONF": str(db.home / "conf")}

    def loaded(self):
        """The server with the snapshot."""
        db = self.neo4j()
        db.clear()
        db.load(self.root / "cypher" / "out.cypher")
        return db

    def execute(self, command, *args, code=0, name=""):
        """What a command prints on both; it must end with the code."""
        done = subprocess.run([*command, *args], cwd=self.folder, env=self.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
        assert done.returncode == code, f"{name}: {args} ended with {done.returncode}:\n{done.stdout[-3000:]}"
        return done.stdout


@pytest.fixture(scope="session")
def documented(tmp_path_factory, home):
    """The demo account at the time that README.md shows, for some answers depend on it."""
    out = tmp_path_factory.mktemp("documented") / "snapshot"
    now = re.search(r"^audit of snapshot, taken (\S+)$", (ROOT / "README.md").read_text(), re.MULTILINE)[1]
    export(out, "--demo", "--now", now, env=environment(home, credentials=False))
    return out


@pytest.fixture
def scratch(tmp_path, documented, home, request):
    return Scratch(tmp_path, documented, home, request)


# ---- what runs a block


def bash(scratch, command, name):
    """Runs one line; a comment `exit status 4` says with what it ends."""
    code = re.search(r"#.*exit status (\d+)", command)
    if "cypher-shell" in command:
        scratch.neo4j()
    if "import.sh neo4j" in command:
        scratch.neo4j_admin()
    return scratch.execute(["bash", "-o", "pipefail", "-c"], command, code=int(code[1]) if code else 0, name=name)


def shell(scratch, block):
    for line in block.text.replace("\\\n", " ").splitlines():
        if line and not any(part in line for part in LINES_NOT_RUN):
            out = bash(scratch, line, block.name)
            assert "Error:" not in out, f"{block.name}: {line}: {out}"


def varying(line):
    for pattern, word in VARIES:
        line = re.sub(pattern, word, line)
    return line.rstrip()


def session(scratch, block):
    """A command and what it prints."""
    command, _, shown = block.text.removeprefix("$ ").partition("\n")
    command = command.replace("go run ./cmd/sgexport", "sgexport").replace("--out snapshot", "--out snapshot --overwrite")
    printed = [varying(line) for line in bash(scratch, command, block.name).splitlines()]
    begins = next((pattern for part, pattern in BEGINS.items() if part in command), None)
    shown = [varying(line) for line in shown.splitlines()]
    if begins:
        shown, printed = (lines[next(i for i, line in enumerate(lines) if re.match(begins, line)) :] for lines in (shown, printed))
    at, any_number = 0, False
    for line in shown:
        if line.strip() == "…":
            any_number = True
            continue
        found = next((i for i in range(at, len(printed)) if printed[i] == line), None) if any_number else at
        assert found is not None and found < len(printed) and printed[found] == line, f"{block.name}: shown is\n{line}\nprinted is\n" + "\n".join(printed[at : at + 5])
        at, any_number = found + 1, False
    assert any_number or at == len(printed), f"{block.name}: more is printed:\n" + "\n".join(printed[at : at + 20])


def python(scratch, block):
    scratch.execute([sys.executable, "-c"], block.text, name=block.name)


def falkor(scratch, block):
    """The port of the test's server in the place of the usual one."""
    with Falkor(scratch.folder.parent / "falkordb") as db:
        assert "port=6379" in block.text
        python(scratch, replace(block, text=block.text.replace("port=6379", f"port={db.port}")))
        (found,) = db.run("MATCH (n) RETURN count(n) AS nodes")
        assert found["nodes"] == len(read_jsonl(scratch.root).nodes)


def spark(scratch, block):
    for version in ("3.5.9", "4.3.0"):
        interpreter = CACHE / "spark" / version / "bin" / "python"
        assert interpreter.exists(), f"{interpreter} is not there: run make -C e2e setup"
        scratch.env |= {"JAVA_HOME": str(Path(find_java(17, 21)).parent.parent), "SPARK_LOCAL_IP": "127.0.0.1", "MASTER": "local[2]"}
        out = scratch.execute([interpreter, "-c"], block.text, name=block.name)
        assert "only showing top 3 rows" in out, out


def in_duckdb(scratch, block, prepare=""):
    """Every statement has rows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(scratch.folder / prepare)
        db = duckdb.connect()
        if prepare:
            db.execute(Path("schema.sql").read_text())
        assert db.execute(block.text).fetchall(), block.name


def cypher(scratch, block):
    db = scratch.loaded()
    (scratch.folder / "query.cypher").write_text(block.text)
    assert len(db.load(scratch.folder / "query.cypher").splitlines()) > 1, block.name


def kuzu(scratch, block):
    """All nodes and edges are there, in both."""
    statements = [s for s in block.text.split(";\n") if s.strip()]
    want = read_jsonl(scratch.root)
    queries = ["MATCH (n:Node) RETURN n.id, n.labels", "MATCH (a:Node)-[e:Edge]->(b:Node) RETURN e.relationship, a.id, b.id, e.path, e.ref, e.actions"]
    for module in ("kuzu", "ladybug"):
        nodes, edges = in_kuzu(module, statements, queries, scratch.folder)
        assert {id: frozenset(labels) for id, labels in nodes} == {id: n.labels for id, n in want.nodes.items()}
        assert len(edges) == len(want.edges)
        assert {tuple(e[:5]): e[5] for e in edges} == {key: p.get("actions") for key, p in want.edges.items()}


def graphml(scratch, block):
    """What APOC makes of the file; test_graphml.py compares every value."""
    db = scratch.neo4j()
    db.clear()
    shutil.copy(scratch.root / "graphml" / "graph.graphml", db.home / "import")
    db.run(block.text.strip().removesuffix(";"))
    assert db.counts()[1] == read_jsonl(scratch.root).counts()[1]


def apoc(scratch, block):
    """What it loads is the graph; times and maps are what JSON says they are."""
    db = scratch.neo4j()
    db.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 1000 ROWS")  # and leaves the constraints, which the block before made
    for name in ("nodes", "edges"):
        unpacked = db.home / "import" / f"{name}.jsonl"
        subprocess.run(["zstd", "-dqf", scratch.root / "jsonl" / f"{name}.jsonl.zst", "-o", unpacked], check=True)
    for statement in block.text.splitlines():
        db.run(statement.removesuffix(";"))
    want = read_jsonl(scratch.root)
    nodes = {r["id"]: (frozenset(r["labels"]), r["p"]) for r in db.run("MATCH (n) RETURN n.id AS id, labels(n) AS labels, properties(n) AS p")}
    assert {id: labels for id, (labels, _) in nodes.items()} == {id: n.labels for id, n in want.nodes.items()}
    for id, n in want.nodes.items():
        flat = {k: v for k, v in n.properties.items() if not isinstance(v, dict)}
        assert {k: v for k, v in nodes[id][1].items() if k in flat} == flat, id
    assert db.counts()[1] == want.counts()[1]


RUN = {
    "shell": shell,
    "session": session,
    "python": python,
    "falkordb": falkor,
    "spark": spark,
    "sql": lambda scratch, block: in_duckdb(scratch, block, "snapshot/parquet"),
    "duckdb": in_duckdb,
    "cypher": cypher,
    "kuzu": kuzu,
    "apoc": apoc,
    "graphml": graphml,
    "yaml": lambda scratch, block: scratch.execute(["sgexport"], "audit", "snapshot", "--waive", "waivers.yaml", name=block.name),
}


@pytest.mark.parametrize("section", SECTIONS)
def test_section(scratch, section):
    for block in SECTIONS[section]:
        RUN[block.kind()](scratch, block)


def test_log(scratch):
    """The commands of log.md, with the demo account."""
    (block,) = [b for b in ALL if b.document == "log.md" and b.reason()]
    for i, line in enumerate(block.text.splitlines()):
        out = bash(scratch, line.replace("sgexport export", f"sgexport export --demo --out log-{i}"), block.name)
        assert (re.fullmatch(r"[\d.]+\n", out)) if "duration_seconds" in line else (not out), out


def test_listing(demo):
    """What README.md says is in a snapshot, but for what is asked for alone."""
    (listing,) = [b for b in ALL if b.reason() and "listing" in b.reason()]
    for line in listing.text.splitlines()[1:]:
        name = line.split()[0]
        assert (demo / name).exists() or "with --format" in line, line
        for path in re.findall(r"[\w./…=]+", line.partition(name)[2]) if name.endswith("/") else ():
            if "." in path and "…" not in path and "with --format" not in line:
                assert (demo / name / path).exists(), path
