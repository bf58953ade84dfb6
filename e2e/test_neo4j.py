"""What the scripts do in a real Neo4j, 5.26 and 2026, through the real cypher-shell, and
in a real FalkorDB.

Loading twice gives exactly the snapshot; prune.cypher after a smaller snapshot
leaves exactly that; adopt.cypher joins the nodes that Cartography made.
"""

import json
import random
import re
import shutil
import textwrap

import answers
import pytest
from database import Falkor, as_falkordb, falkor_value, read_neo4j
from inventory import HOSTILE, REGIONS
from program import DEMO_INVENTORY, ROOT, environment, export, manifest, run, simulate
from snapshot import Schema, assert_same, read_jsonl


def expected_counts(root):
    """What Database.counts must give: each label of a node counts, and SgResource."""
    m, schema = manifest(root)["counts"], Schema(root)
    labels = {"SgResource": m["nodes"]}
    for label, n in m["labels"].items():
        for name in schema.labels[label]:
            labels[name] = labels.get(name, 0) + n
    return labels, m["edge_types"]


def test_loading_twice(neo4j, snapshot_dir):
    """Counts and every property, after the first load and after the second."""
    want = read_jsonl(snapshot_dir)
    for time in ("first", "second"):
        neo4j.load(snapshot_dir / "cypher" / "out.cypher")
        assert neo4j.counts() == expected_counts(snapshot_dir), f"{time} load"
        assert_same(want, read_neo4j(neo4j, snapshot_dir), f"{time} load")


def test_hostile_texts_are_exact(neo4j, moto_snapshot):
    """As a text, in a list and in a map, in both regions."""
    neo4j.load(moto_snapshot / "cypher" / "out.cypher")
    for region in REGIONS:
        rows = neo4j.run("MATCH (g:AWSSageMakerModelPackageGroup {region: $r}) RETURN g.name AS name, g.model_package_group_description AS text", r=region)
        texts = {row["name"]: row["text"] for row in rows}
        assert {name: texts[f"hostile-{name}"] for name in HOSTILE} == HOSTILE
        rows = neo4j.run("MATCH (p:AWSSageMakerModelPackage {region: $r, model_package_group_name: 'churn'}) RETURN p.inference_specification_supported_content_types AS list", r=region)
        assert [row["list"] for row in rows] == [["", *HOSTILE.values()]] * 3
        (row,) = neo4j.run("MATCH (m:AWSSageMakerModel {region: $r, name: 'primary'}) RETURN m.tags AS tags", r=region)
        tags = json.loads(row["tags"])
        assert {name: tags[f"tag {name}"] for name in HOSTILE} == HOSTILE


def test_who_can_invoke(neo4j, account_snapshot, world):
    """The edges CAN_INVOKE, several between two nodes, with their lists, are what was worked out by hand."""
    neo4j.load(account_snapshot / "cypher" / "out.cypher")
    assert_same(read_jsonl(account_snapshot), read_neo4j(neo4j, account_snapshot), "the account")
    rows = neo4j.run(
        "MATCH (p:AWSPrincipal)-[r:CAN_INVOKE]->(e:AWSSageMakerEndpoint) UNWIND r.actions AS action "
        "RETURN p.id AS principal, e.id AS endpoint, r.ref AS component, action, r.conditional AS conditional, r.conditions AS conditions, r.via AS via"
    )
    short = answers.Short(world.made.account)
    have = {(short(r["principal"]), short(r["endpoint"]), short(r["component"]), r["action"]): r["conditional"] for r in rows}
    assert len(have) == len(rows)
    assert have == {call: verdict == answers.CONDITIONAL for call, (verdict, _) in answers.invocations().items()}
    assert all(bool(r["conditions"]) == r["conditional"] and r["via"] for r in rows)
    # A statement that allows is a node.
    (row,) = neo4j.run(
        "MATCH (p:AWSPrincipal {id: $alice})-[r:CAN_INVOKE]->(:AWSSageMakerEndpoint {name: 'dev-chat'}) UNWIND r.via AS via "
        "MATCH (p)-[:MEMBER_AWS_GROUP]->(:AWSGroup)-[:POLICY]->(:AWSPolicy)-[:STATEMENT]->(s:AWSPolicyStatement {id: via}) RETURN s.action AS action",
        alice=world.made.names.iam("user/alice"),
    )
    assert row["action"] == ["sagemaker:InvokeEndpoint", "sagemaker:InvokeEndpointWithResponseStream"]


# ---- two snapshots of one account


def edit(folder, change, change_others):
    """Rewrites each document file of an inventory: change(kind, documents) gives the new ones. The file of another
    service has lists by member; change_others(member, documents) gives theirs."""
    for file in sorted(folder.rglob("*.json")):
        documents = json.loads(file.read_text())
        if isinstance(documents, dict):
            documents = {kind: change_others(kind, d) for kind, d in documents.items()}
        else:
            documents = change(file.stem, documents)
        file.write_text(json.dumps(documents))


def tagged(kind, documents):
    """All of SageMaker with hostile tags."""
    return documents if kind == "Bucket" else [d | {"Tags": [{"Key": k, "Value": v} for k, v in HOSTILE.items()]} for d in documents]


# What is gone wholly. A policy needs the group that it is of.
GONE = ("App", "TransformJob", "ModelPackageGroupPolicies", "LineageGroupPolicies")


def thinned(kind, documents):
    """Without a part of it."""
    return [] if kind in GONE else [d for i, d in enumerate(documents) if i % 3]


# Of other services what nothing else in the same file refers to.
LOOSE = GONE + ("UserDetailList", "RoleDetailList", "RouteTables", "NatGateways", "VpcEndpoints")


# Without limits: only what was read is pruned.
EVERYTHING = ("--describe-limit", "all", "--pipeline-executions", "all")


@pytest.fixture(scope="module")
def two_snapshots(tmp_path_factory, home):
    """(older, newer): the demo account with hostile tags, and later without a part of it."""
    folder = tmp_path_factory.mktemp("two")
    out = []
    for name, when, change in (
        ("older", "2026-01-02T03:04:05Z", (tagged, lambda kind, d: d)),
        ("newer", "2026-02-02T03:04:05Z", (thinned, lambda kind, d: thinned(kind, d) if kind in LOOSE else d)),
    ):
        shutil.copytree(DEMO_INVENTORY, folder / name / "inventory")
        edit(folder / name / "inventory", *change)
        with simulate(folder / name / "inventory", folder) as url:
            export(folder / name / "snapshot", "--region", "us-east-1", "--region", "eu-west-1", "--now", when, *EVERYTHING, env=environment(home, url))
        out.append(folder / name / "snapshot")
    return out


def test_prune_leaves_exactly_the_newer_snapshot(neo4j, two_snapshots):
    older, newer = two_snapshots
    assert manifest(older)["counts"]["nodes"] > 1.3 * manifest(newer)["counts"]["nodes"]
    neo4j.load(older / "cypher" / "out.cypher")
    assert_same(read_jsonl(older), read_neo4j(neo4j, older), "the older snapshot")
    neo4j.load(newer / "cypher" / "out.cypher")
    assert sum(neo4j.counts()[1].values()) > manifest(newer)["counts"]["edges"], "there is nothing to prune"
    for time in ("first", "second"):
        neo4j.load(newer / "cypher" / "prune.cypher")
        assert neo4j.counts() == expected_counts(newer), f"{time} prune"
        assert_same(read_jsonl(newer), read_neo4j(neo4j, newer), f"{time} prune")


def stamps(neo4j):
    """What there is and of which snapshot, with all properties."""
    nodes = {r["id"]: r["p"] for r in neo4j.run("MATCH (n) RETURN n.id AS id, properties(n) AS p")}
    edges = {(r["a"], r["t"], r["b"], r["p"]["sg_key"]): r["p"] for r in neo4j.run("MATCH (a)-[r]->(b) RETURN a.id AS a, type(r) AS t, b.id AS b, properties(r) AS p")}
    return nodes, edges


# More steps than any fixed number of passes would be likely to take.
STEPS = 30


def strangers():
    """(nodes, edges) of an older snapshot, roles that trust each other, in a random order: [id, kept], [from, to].
    Kept are those to which a chain leads from one that is not stale."""
    nodes, edges = [["self", False], ["into", False]], [["self", "self"], ["into", "kept-0"], ["ring-0", "tail-0"]]
    for name in ("chain", "ring", "tail", "kept"):
        nodes += [[f"{name}-{i}", name == "kept"] for i in range(STEPS)]
        edges += [[f"{name}-{i}", f"{name}-{i + 1}"] for i in range(STEPS - 1)]
    edges += [[f"ring-{STEPS - 1}", "ring-0"], [f"kept-{STEPS - 1}", f"kept-{STEPS // 2}"]]
    nodes += [["noted", True]]
    order = random.Random(7)
    order.shuffle(nodes)
    order.shuffle(edges)
    return nodes, edges


def test_prune_takes_what_nothing_holds(neo4j, two_snapshots):
    """Chains of any length, rings, in any order; and not what a chain from something that stays leads to."""
    _, newer = two_snapshots
    neo4j.load(newer / "cypher" / "out.cypher")
    before = stamps(neo4j)
    nodes, edges = strangers()
    stamp = {"sg_scope": "012345678901/global", "sg_snapshot": "2026-01-02T03:04:05.000000Z"}
    edge = stamp | {"path": "AssumeRolePolicyDocument", "ref": "", "sg_key": "x"}
    neo4j.run("UNWIND $nodes AS n CREATE (:SgResource:AWSRole {id: n[0], observed: false}) WITH n MATCH (r:SgResource {id: n[0]}) SET r += $stamp", nodes=nodes, stamp=stamp)
    neo4j.run("UNWIND $edges AS e MATCH (a:SgResource {id: e[0]}) MATCH (b:SgResource {id: e[1]}) CREATE (a)-[r:TRUSTS_AWS_PRINCIPAL]->(b) SET r += $edge", edges=edges, edge=edge)
    # What is not stale, and what somebody else noted, hold.
    (root,) = neo4j.run("MATCH (n:AWSRole) WHERE n.observed RETURN n.id AS id LIMIT 1")
    neo4j.run("MATCH (a:SgResource {id: $root}) MATCH (b:SgResource {id: 'kept-0'}) CREATE (a)-[r:TRUSTS_AWS_PRINCIPAL]->(b) SET r += $edge, r.sg_snapshot = a.sg_snapshot", root=root["id"], edge=edge)
    neo4j.run("MATCH (n:SgResource {id: 'noted'}) CREATE (:Note {id: 'note'})-[:SAYS {sg_key: 'x'}]->(n)")
    for time in ("first", "second"):
        neo4j.load(newer / "cypher" / "prune.cypher")
        after = stamps(neo4j)
        assert set(after[0]) - set(before[0]) == {id for id, kept in nodes if kept} | {"note"}, f"{time} prune"
        assert {id: after[0][id] for id in before[0]} == before[0] and {key: after[1][key] for key in before[1]} == before[1], f"{time} prune"
        assert len(after[1]) == len(before[1]) + len([a for a, _ in edges if a.startswith("kept")]) + 2, f"{time} prune"
    assert "SgLeftover" not in neo4j.counts()[0]


def test_an_older_snapshot_sets_nothing_back(neo4j, two_snapshots):
    older, newer = two_snapshots
    neo4j.load(newer / "cypher" / "out.cypher")
    nodes, edges = stamps(neo4j)
    said = neo4j.load(older / "cypher" / "out.cypher", code=1)
    assert "this snapshot is older than one that the database has: of " in said and "2026-02-02T03:04:05.000000Z" in said, said
    assert stamps(neo4j) == (nodes, edges)
    # Nor does it without that check: what the newer one read stays as it is. What it only refers to is filled in,
    # and what it has not comes back, both of the older one.
    checked = (older / "cypher" / "out.cypher").read_text().split(";\n")
    unchecked = [s for s in checked if "AS refused" not in s]
    assert len(unchecked) == len(checked) - 1
    for statement in unchecked[:-1]:
        neo4j.run(statement)
    after_nodes, after_edges = stamps(neo4j)
    kept = {id: p for id, p in nodes.items() if p.get("observed") or after_nodes[id]["sg_snapshot"] == p["sg_snapshot"]}
    assert len(kept) > len(nodes) * 0.8 and {id: after_nodes[id] for id in kept} == kept
    assert {key: after_edges[key] for key in edges} == edges
    for before, after in ((kept, after_nodes), (edges, after_edges)):
        more = {key for key in after if key not in before}
        assert more and {after[key]["sg_snapshot"] for key in more} == {"2026-01-02T03:04:05.000000Z"}
    # Its own prune.cypher takes nothing of that, and the newer one's scripts leave exactly itself.
    neo4j.load(older / "cypher" / "prune.cypher")
    assert stamps(neo4j) == (after_nodes, after_edges)
    neo4j.load(newer / "cypher" / "out.cypher")
    neo4j.load(newer / "cypher" / "prune.cypher")
    assert_same(read_jsonl(newer), read_neo4j(neo4j, newer), "the newer snapshot")


def test_edges_of_others_stay_where_there_are_few(neo4j, two_snapshots):
    """Neo4j 2026.08 plans a MERGE of a type that is data, where there are few edges, as a search through all of that type,
    and then takes some of other nodes for the one that is meant."""
    _, newer = two_snapshots
    *nodes, edges = (newer / "cypher" / "out.cypher").read_text().removesuffix(";\n").split(";\n")
    for statement in (*nodes, edges):
        neo4j.run(statement)
    same = "MATCH (a)-[r]->(b) WITH b.id AS b, type(r) AS type, r.sg_key AS key, collect(a.id)[..6] AS ids, count(*) AS n ORDER BY n DESC LIMIT 1 RETURN b, type, key, ids"
    (row,) = neo4j.run(same)
    assert len(row["ids"]) == 6, row
    neo4j.clear()
    for statement in nodes:
        neo4j.run(statement)
    neo4j.run("UNWIND $ids AS id CREATE (:SgResource {id: 'stranger ' + id})", ids=row["ids"])
    neo4j.run(
        "MATCH (b:SgResource {id: $b}) UNWIND $ids AS id UNWIND [id, 'stranger ' + id] AS from MATCH (a:SgResource {id: from}) "
        "CREATE (a)-[r:$($type) {sg_key: $key, sg_scope: 'elsewhere', sg_snapshot: '2026-01-01T00:00:00.000000Z'}]->(b)",
        **row,
    )
    neo4j.run("CALL db.clearQueryCaches()")
    neo4j.run(edges)
    rows = neo4j.run("MATCH (a)-[r {sg_scope: 'elsewhere'}]->() RETURN a.id AS id, r.sg_snapshot AS s, r.path AS path ORDER BY id")
    assert rows == [{"id": f"stranger {id}", "s": "2026-01-01T00:00:00.000000Z", "path": None} for id in sorted(row["ids"])]


def test_parts_are_the_whole(neo4j, demo, tmp_path):
    """--cypher-split, with statements of the sorts that there are: shared ones, and those of labels of their own."""
    run("convert", demo, "--out", tmp_path / "parts", "--format", "jsonl,cypher", "--cypher-split", 1)
    parts = sorted((tmp_path / "parts" / "cypher").glob("out*.cypher"))
    assert [p.name for p in parts] == [f"out-{i:05}.cypher" for i in range(len(parts))] and len(parts) > 1
    for part in parts:
        neo4j.load(part)
    assert_same(read_jsonl(demo), read_neo4j(neo4j, demo), "the parts")


def test_what_was_not_read_is_not_pruned(neo4j, tmp_path, home):
    """The same account, first read whole, then by Search and with cut lists: nothing is gone."""
    whole, limited = tmp_path / "whole", tmp_path / "limited"
    export(whole, "--demo", "--now", "2026-01-02T03:04:05Z", *EVERYTHING, env=environment(home))
    export(limited, "--demo", "--now", "2026-02-02T03:04:05Z", "--describe-limit", "0", "--pipeline-executions", "1", env=environment(home))
    assert manifest(whole)["complete"] and not manifest(limited)["complete"]
    assert manifest(limited)["counts"]["edges"] < 0.95 * manifest(whole)["counts"]["edges"]
    observed = "MATCH (n:SgResource) WHERE n.observed RETURN count(*) AS n"
    neo4j.load(whole / "cypher" / "out.cypher")
    before, (seen,) = neo4j.counts(), neo4j.run(observed)
    neo4j.load(limited / "cypher" / "out.cypher")
    neo4j.load(limited / "cypher" / "prune.cypher")
    assert neo4j.counts() == before and neo4j.run(observed) == [seen]
    # A whole one afterwards leaves exactly itself.
    again = tmp_path / "again"
    export(again, "--demo", "--now", "2026-03-02T03:04:05Z", *EVERYTHING, env=environment(home))
    neo4j.load(again / "cypher" / "out.cypher")
    neo4j.load(again / "cypher" / "prune.cypher")
    assert_same(read_jsonl(again), read_neo4j(neo4j, again), "a whole snapshot after a limited one")


# ---- next to Cartography


def test_adopting_an_empty_database_is_harmless(neo4j, demo):
    neo4j.load(demo / "cypher" / "adopt.cypher")
    assert neo4j.counts() == ({}, {})
    neo4j.load(demo / "cypher" / "out.cypher")
    assert_same(read_jsonl(demo), read_neo4j(neo4j, demo), "after adopt.cypher")


def test_adopting_the_nodes_of_cartography(neo4j, demo):
    """Buckets that it knows by id, roles by arn alone, keep what it says of them, and are no second node."""
    want = read_jsonl(demo)
    buckets = sorted(id for id, n in want.nodes.items() if n.label == "AWSS3Bucket")
    roles = sorted(id for id, n in want.nodes.items() if n.label == "AWSRole")
    assert len(buckets) > 3 and len(roles) > 3
    neo4j.run("UNWIND $ids AS id CREATE (:S3Bucket {id: id, name: id, region: 'nowhere', anonymous_access: true, lastupdated: 1700000000})", ids=buckets)
    neo4j.run("UNWIND $ids AS arn CREATE (:AWSRole:AWSPrincipal {arn: arn, path: '/x/', lastupdated: 1700000000})", ids=roles)
    neo4j.run("CREATE (:S3Bucket {id: 'another-bucket', lastupdated: 1700000000})-[:POLICY_STATEMENT]->(:S3PolicyStatement {id: 'statement'})")
    neo4j.load(demo / "cypher" / "adopt.cypher")
    for _ in range(2):
        neo4j.load(demo / "cypher" / "out.cypher")
        labels, types = expected_counts(demo)
        labels |= {"SgResource": labels["SgResource"] + 1, "S3Bucket": labels["S3Bucket"] + 1, "S3PolicyStatement": 1}
        assert neo4j.counts() == (labels, types | {"POLICY_STATEMENT": 1})
        rows = neo4j.run("MATCH (b:AWSS3Bucket:S3Bucket:SgResource) WHERE b.anonymous_access AND b.lastupdated = 1700000000 RETURN b.id AS id, b.region AS region ORDER BY id")
        # What S3 was asked for is the newer of the two.
        assert [(r["id"], r["region"]) for r in rows] == [(id, want.nodes[id].properties["region"]) for id in buckets]
        rows = neo4j.run("MATCH (r:AWSRole:SgResource) WHERE r.id = r.arn AND r.path = '/x/' RETURN r.id AS id ORDER BY id")
        assert [r["id"] for r in rows] == roles
    # They have the edges of the snapshot, and pruning leaves what is not ours.
    (row,) = neo4j.run("MATCH (:AWSSageMakerTrainingJob)-[r:READ_FROM]->(b:S3Bucket {anonymous_access: true}) RETURN count(r) AS n")
    assert row["n"] == len([1 for t, a, b, _, _ in want.edges if t == "READ_FROM" and want.nodes[a].label == "AWSSageMakerTrainingJob" and b in buckets])
    neo4j.load(demo / "cypher" / "prune.cypher")
    assert neo4j.counts() == (labels, types | {"POLICY_STATEMENT": 1})


# ---- FalkorDB


def test_falkordb(snapshot_dir, tmp_path):
    """The loader of docs/loading.md as it is printed, twice, hostile texts included."""
    run("convert", snapshot_dir, "--out", tmp_path / "snapshot", "--format", "cypher", "--cypher-dialect", "falkordb")
    assert [f.name for f in (tmp_path / "snapshot" / "cypher").iterdir()] == ["out.cypher"]
    want, lost = as_falkordb(read_jsonl(snapshot_dir), Schema(snapshot_dir))
    (file,) = [f for f in manifest(tmp_path / "snapshot")["files"] if f["path"] == "cypher/out.cypher"]
    assert file["losses"] == lost and lost["times-as-text"] > 300
    text = (ROOT / "docs" / "loading.md").read_text()
    (loader,) = re.findall(r"```python\n((?:(?!```).)*?select_graph.*?)```", text, re.S)
    loader = textwrap.dedent(loader)
    assert '"localhost", port=6379' in loader and "snapshot-falkordb/cypher/out.cypher" in loader
    with Falkor(tmp_path / "falkordb") as db:
        loader = loader.replace('"localhost", port=6379', f'"127.0.0.1", port={db.port}').replace("snapshot-falkordb", f"{tmp_path}/snapshot")
        for time in ("first", "second"):
            exec(loader, {})
            assert_same(want, read_neo4j(db, snapshot_dir, falkor_value), f"{time} load")
