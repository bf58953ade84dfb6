"""An export of a SageMaker API that we did not write: moto.

Every resource that boto3 lists there is a node with every property of its
Describe, every reference in it an edge; what moto cannot list is said to be
unavailable, and nothing else is lost to it.
"""

import json

import pytest
from expected import EMPTY, KINDS, UNLISTED, bucket, comparable, graph, reduced, resources, unlisted
from inventory import ACCOUNT, BARE_BUCKET, GUARDED_BUCKET, HOSTILE, REGIONS, hostile_tags
from program import environment, export, manifest
from snapshot import Schema, assert_same, read_jsonl


@pytest.fixture(scope="module")
def found(moto_url):
    return resources(moto_url)


def test_the_account_is_worth_comparing(found, moto_url):
    """Several pages of a kind, every kind in both regions, all that moto cannot list."""
    for region in REGIONS:
        assert {r.kind for r in found if r.region == region} == set(KINDS)
    assert len([r for r in found if r.kind == "Model"]) > 200
    assert unlisted(moto_url) == list(UNLISTED)


def test_every_resource_property_and_reference(found, moto_url, moto_snapshot):
    have = reduced(read_jsonl(moto_snapshot), Schema(moto_snapshot))
    assert_same(graph(moto_url, found), have, "moto, as boto3 reads it")


def environments(path, value):
    """The paths of all variables in environments that have a value, at any depth."""
    if isinstance(value, list):
        for i, item in enumerate(value):
            yield from environments(f"{path}/{i}", item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if path.endswith(("/Environment", "_environment")) or path == "environment":
                if item:
                    yield f"{path}/{key}"
            else:
                yield from environments(f"{path}/{key}", item)


def parsed(value):
    try:
        return json.loads(value) if isinstance(value, str) and value[:1] in "[{" else value
    except ValueError:
        return value


def test_variables_are_named_though_nothing_is_taken_out(moto_snapshot):
    """--redact none keeps the values; `redactions` says what would have been taken out."""
    for id, n in read_jsonl(moto_snapshot).nodes.items():
        want = {path for column, value in n.properties.items() if column != "redactions" for path in environments(column, parsed(value))}
        named = json.loads(n.properties.get("redactions") or "[]")
        assert {r["path"] for r in named if r["rule"] == "environment"} == want, id


def test_edges_by_the_names_of_the_contract(moto_snapshot):
    """The relationships that users ask for, in this account, by label and name."""
    g = read_jsonl(moto_snapshot)
    have = {(g.nodes[a].label.removeprefix("AWSSageMaker"), t, g.nodes[b].label.removeprefix("AWSSageMaker")) for t, a, b, _, _ in g.edges}
    assert have >= {
        ("TrainingJob", "READ_FROM", "AWSS3Bucket"),
        ("TrainingJob", "PRODUCED_MODEL_ARTIFACT", "AWSS3Bucket"),
        ("ModelPackage", "REFERENCED_ARTIFACTS_IN", "AWSS3Bucket"),
        ("Model", "REFERENCED_ARTIFACTS_IN", "AWSS3Bucket"),
        ("Model", "DERIVED_FROM", "ModelPackage"),
        ("Model", "DERIVED_FROM", "TrainingJob"),
        ("ModelPackage", "MEMBER_OF", "ModelPackageGroup"),
        ("TransformJob", "USED", "Model"),
        ("TransformJob", "WROTE_TO", "AWSS3Bucket"),
        ("EndpointConfig", "REFERENCED", "Model"),
        ("Endpoint", "USED", "EndpointConfig"),
        ("TrainingJob", "CALLED_BY", "NotebookInstance"),
        ("AWSAccount", "RESOURCE", "Domain"),
        ("AWSECRRepository", "REPO_IMAGE", "AWSECRRepositoryImage"),
        ("UserProfile", "CREATED", "ModelPackage"),
        ("AWSS3Bucket", "ENCRYPTED_BY", "AWSKMSKey"),
    }


def test_buckets_are_as_boto3_reads_them(moto_url, moto_snapshot):
    """Those that there are with every setting; one that S3 does not know is only referred to, and no gap."""
    columns = Schema(moto_snapshot).nodes["AWSS3Bucket"]
    have = {id: n.properties for id, n in read_jsonl(moto_snapshot).nodes.items() if n.label == "AWSS3Bucket"}
    there = {id for id, p in have.items() if p["observed"]}
    assert there == {GUARDED_BUCKET, BARE_BUCKET} and len(have) > 10
    for id, p in have.items():
        want = bucket(moto_url, id)
        # moto answers the question for the policy's status with a list of objects.
        unread = p.pop("unread", [])
        assert (comparable(p, columns) if p["observed"] else None) == want, id
        assert unread == (["policy_is_public"] if want else []) and (want or p == {"name": id, "observed": False}), p
    # What boto3 read was worth comparing.
    guarded, bare = have[GUARDED_BUCKET], have[BARE_BUCKET]
    assert guarded["region"] == REGIONS[0] and guarded["versioning_status"] == "Enabled" and "aws:kms" in guarded["encryption_rules"]
    assert [guarded[c] for c in ("block_public_acls", "ignore_public_acls", "block_public_policy", "restrict_public_buckets")] == [True, False, False, True]
    assert bare["region"] == REGIONS[1] and not bare.keys() & {"versioning_status", "block_public_acls", "restrict_public_buckets"}


# Columns that the run could not fill: Search does not say how a package is stored,
# and moto does not list its tags, nor does it answer what S3 says of a policy. Of an
# account in no organization it says that it does not exist, where AWS says that there is none.
UNREAD = {
    "AWSAccount": dict.fromkeys(("parents", "resource_control_policies", "service_control_policies"), "gap"),
    "AWSS3Bucket": {"policy_is_public": "gap"},
    "AWSSageMakerModelPackage": {"managed_storage_type": "limit", "tags": "gap"},
}


def test_unread_columns_are_named(found, moto_snapshot):
    """On each node and, counted and with the reason, in the manifest; nothing else is unread."""
    g = read_jsonl(moto_snapshot)
    for id, n in g.nodes.items():
        want = sorted(UNREAD.get(n.label, ())) if n.properties.get("observed") else []
        assert n.properties.get("unread", []) == want, id
        assert not n.properties.keys() & set(want), f"{id} has a value in a column that was not read"
    for scope in manifest(moto_snapshot)["scopes"]:
        have = {k["label"]: [{n: u[n] for n in ("column", "because", "count")} for u in k["unread"]] for k in scope["kinds"] if k.get("unread") and k["written"]}
        count = {label: len([r for r in found if r.label == label and r.region == scope["region"]]) for label in UNREAD}
        if scope["region"] == "global":
            count |= {"AWSS3Bucket": len((GUARDED_BUCKET, BARE_BUCKET)), "AWSAccount": 1}
        assert have == {label: [{"column": c, "because": why, "count": count[label]} for c, why in columns.items()] for label, columns in UNREAD.items() if count[label]}


def test_manifest_says_what_moto_has_not(moto_export):
    snapshot, done = moto_export
    m = manifest(snapshot)
    assert [(s["account"], s["region"]) for s in m["scopes"]] == [(ACCOUNT, r) for r in sorted([*REGIONS, "global"])]
    (everywhere,) = (s for s in m["scopes"] if s["region"] == "global")
    kinds = {k["label"]: k for k in everywhere["kinds"]}
    # There is no IAM: what has an execution role refers to one that is gone.
    assert {k: (v["state"], v["written"]) for k, v in kinds.items() if v["state"] != "complete" or v["written"]} == {"AWSS3Bucket": ("partial", 2), "AWSAccount": ("partial", 1)}
    assert kinds.keys() >= {"AWSRole", "AWSUser", "AWSGroup", "AWSManagedPolicy"}
    buckets = kinds["AWSS3Bucket"]
    assert buckets["listed"] == m["counts"]["labels"]["AWSS3Bucket"] == buckets["gone"] + 2
    assert {g["scope"] for g in m["gaps"]} == {f"{ACCOUNT}/{r}" for r in (*REGIONS, "global")}
    # A bucket that is not there is none.
    assert [(g["action"], g["count"]) for g in m["gaps"] if g["label"] == "AWSS3Bucket"] == [("s3:GetBucketPolicyStatus", 2)]
    for scope in (s for s in m["scopes"] if s is not everywhere):
        neighbors = {k["label"]: k["state"] for k in scope["kinds"] if not k["label"].startswith("AWSSageMaker")}
        # moto does not know the policies of package groups and lineage groups, nor what RAM shares.
        unknown = {"AWSModelPackageGroupPolicy", "AWSLineageGroupPolicy", "AWSResourceShareResource", "AWSResourceSharePrincipal"}
        assert {k for k, v in neighbors.items() if v != "complete"} == unknown
        state = {k["label"].removeprefix("AWSSageMaker"): k["state"] for k in scope["kinds"] if k["label"] not in neighbors}
        partial = {"TrialComponent", "ModelPackage"}  # moto has no associations, and no tags of model packages
        assert {k for k, v in state.items() if v == "partial"} == partial
        # Its Search repeats what the list of package groups says: they are described.
        assert not {k for k, v in state.items() if v == "limited"}
        assert {k for k, v in state.items() if v in ("complete", "limited", "partial")} == {*KINDS, *EMPTY, "TrialComponent"}
        refused = {k for k, v in state.items() if v == "unavailable"}
        assert refused >= {*UNLISTED, "FeatureMetadata"} and len(state) == 82
        gaps = {(g["label"].removeprefix("AWSSageMaker"), g["action"].removeprefix("sagemaker:")) for g in m["gaps"] if g["scope"] == f"{ACCOUNT}/{scope['region']}"}
        assert {k for k, _ in gaps} == refused | unknown | {"Associations", "ModelPackage"}
        lists = {k: {"CodeRepository": "ListCodeRepositories"}.get(k, f"List{k}s") for k in UNLISTED}
        # moto cannot list the tags of model packages either.
        assert gaps >= {*lists.items(), ("ModelPackage", "ListTags"), ("Associations", "ListAssociations")}
        # What is read from a kind that cannot be listed.
        assert ("FeatureMetadata", "DescribeFeatureGroup") in gaps
    assert {(n["label"].removeprefix("AWSSageMaker"), n["path"], n["count"]) for n in m["not_references"]} == {
        ("Domain", "HomeEfsFileSystemId", 2),
        ("Domain", "SingleSignOnApplicationArn", 2),
        ("TransformJob", "LabelingJobArn", 2),
    }
    assert "gaps: " in done.stderr and "manifest.json" in done.stderr


def test_hostile_texts_are_exact(moto_snapshot):
    g = read_jsonl(moto_snapshot)
    model = g.nodes[f"arn:aws:sagemaker:{REGIONS[0]}:{ACCOUNT}:model/primary"].properties
    assert model["tags"] == {t["Key"]: t["Value"] for t in hostile_tags()}
    assert model["primary_container_environment"] == {"EMPTY": "", **HOSTILE}
    for name, text in HOSTILE.items():
        group = g.nodes[f"arn:aws:sagemaker:{REGIONS[0]}:{ACCOUNT}:model-package-group/hostile-{name}"]
        assert group.properties["model_package_group_description"] == text


def test_secrets_are_taken_out_unless_asked_for(moto_url, home, tmp_path):
    """By default no value of an environment is in any file of the snapshot."""
    out = tmp_path / "snapshot"
    export(out, "--region", REGIONS[0], "--format", "jsonl", "--compress", "none", env=environment(home, moto_url), code=3)
    text = (out / "jsonl" / "nodes.jsonl").read_text()
    assert HOSTILE["separators"] in text  # in tags, which stay
    g = read_jsonl(out)
    model = g.nodes[f"arn:aws:sagemaker:{REGIONS[0]}:{ACCOUNT}:model/primary"].properties
    assert model["primary_container_environment"] == {k: "[redacted]" if v else "" for k, v in {"EMPTY": "", **HOSTILE}.items()}
    assert "AWSSageMakerModel.primary_container_environment" in manifest(out)["redaction"]["fields"]
