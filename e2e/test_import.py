"""parquet/import.sh with the real neo4j-admin, 5.26 and 2026: the database is the one that out.cypher makes."""

import subprocess

import pytest
from database import VERSIONS, Neo4j, read_neo4j
from snapshot import assert_same, read_jsonl
from test_neo4j import expected_counts


@pytest.mark.parametrize("version", VERSIONS)
def test_import(version, moto_snapshot, tmp_path):
    """Every label, property, scope and key, hostile texts among them; and out.cypher afterwards changes nothing."""
    db = Neo4j(version, tmp_path / "home")
    script = moto_snapshot / "parquet" / "import.sh"
    assert "sh import.sh --schema | cypher-shell" in db.fill(script)
    (tmp_path / "schema.cypher").write_bytes(subprocess.run(["sh", script, "--schema"], check=True, capture_output=True).stdout)
    want = read_jsonl(moto_snapshot)
    with db:
        assert db.counts() == expected_counts(moto_snapshot)
        assert_same(want, read_neo4j(db, moto_snapshot), "after import.sh")
        db.load(tmp_path / "schema.cypher")
        have = properties(db)
        db.load(moto_snapshot / "cypher" / "out.cypher")
        assert properties(db) == have
        kept = {r["name"] for r in db.run("SHOW INDEXES YIELD name, state WHERE state = 'ONLINE'")}
        assert kept >= {"sg_resource_id", "sg_resource_snapshot"}


def properties(db):
    """All that a database has, whatever it is called."""
    nodes = {r["p"]["id"]: (sorted(r["labels"]), r["p"]) for r in db.run("MATCH (n) RETURN labels(n) AS labels, properties(n) AS p")}
    edges = db.run("MATCH (a)-[r]->(b) RETURN type(r) AS type, a.id AS a, b.id AS b, properties(r) AS p ORDER BY type, a, b, r.sg_key")
    return nodes, edges
