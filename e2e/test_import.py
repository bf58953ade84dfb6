"""parquet/import.sh with the real neo4j-admin, 5.26 and 2026: the database is the one that out.cypher makes."""

import subprocess

import pytest
from database import VERSIONS, Neo4j, read_neo4j
from snapshot import assert_same, read_jsonl
from test_neo4j import expected_counts


@pytest.mark.parametrize("version", VERSIONS)
def test_import(version, moto_snapshot, tmp_path):
    """Every label, property, scope and key, hostile texts among them; and out.cypher afterwards changes nothing more than
    that it brings the empty texts, which the importer leaves out."""
    db = Neo4j(version, tmp_path / "home")
    script = moto_snapshot / "parquet" / "import.sh"
    assert "sh import.sh --finish | cypher-shell" in db.fill(script)
    assert not list(script.parent.glob("*report*")), "the snapshot has a file more"
    (tmp_path / "finish.cypher").write_bytes(subprocess.run(["sh", script, "--finish"], check=True, capture_output=True).stdout)
    want = read_jsonl(moto_snapshot)
    short = read_jsonl(moto_snapshot)
    empty = [(n.properties, name) for n in short.nodes.values() for name, v in n.properties.items() if v == ""]
    assert empty
    for properties, name in empty:
        del properties[name]
    with db:
        db.load(tmp_path / "finish.cypher")
        assert db.counts() == expected_counts(moto_snapshot)
        assert_same(short, read_neo4j(db, moto_snapshot), "after import.sh")
        before = identities(db)
        db.load(moto_snapshot / "cypher" / "out.cypher")
        assert identities(db) == before
        assert_same(want, read_neo4j(db, moto_snapshot), "after import.sh and out.cypher")
        assert {r["name"] for r in db.run("SHOW INDEXES YIELD name, state WHERE state = 'ONLINE'")} >= {"sg_resource_id", "sg_resource_snapshot"}


def identities(db):
    """What tells nodes and edges apart, and everything that is ours alone."""
    nodes = db.run("MATCH (n) RETURN elementId(n) AS e, n.id AS id, n.sg_scope AS scope, n.sg_snapshot AS snapshot ORDER BY id")
    edges = db.run("MATCH ()-[r]->() RETURN elementId(r) AS e, r.sg_key AS key, r.sg_scope AS scope, r.sg_snapshot AS snapshot ORDER BY e")
    return nodes, edges
