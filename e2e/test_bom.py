"""The bill of materials, as CycloneDX's own library and packageurl read it, beside what the JSON lines say.

What must be in it is worked out here from the edges of the snapshot, and not with the rules of the Go program.
"""

import json
import re

import pytest
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import ComponentType
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL
from program import environment, export, run
from snapshot import read_jsonl


def convert(snapshot):
    done = run("convert", snapshot, "--format", "cyclonedx", "--out", "-")
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def text(demo):
    return convert(demo)


@pytest.fixture(scope="module")
def document(text):
    return json.loads(text)


@pytest.fixture(scope="module")
def bom(document):
    return Bom.from_json(document)


@pytest.fixture(scope="module")
def graph(demo):
    return read_jsonl(demo)


def edges(graph, type, label=None, to=None):
    """(from, to, path, ref) of the edges of a type between nodes of two labels."""
    for t, start, end, path, ref in graph.edges:
        if t == type and (label is None or graph.nodes[start].label == label) and (to is None or graph.nodes[end].label == to):
            yield start, end, path, ref


def properties(thing):
    return {p["name"]: p["value"] for p in thing.get("properties", [])}


def spelled(ref):
    """One spelling of an address in S3."""
    ref = re.sub(r"^https://s3([.-][a-z0-9-]+)?\.amazonaws\.com/", "s3://", ref)
    ref = re.sub(r"^https://([a-z0-9-]+)\.s3([.-][a-z0-9-]+)?\.amazonaws\.com/", r"s3://\1/", ref)
    return ref.rstrip("/")


def reachable(document, start):
    needs = {d["ref"]: d.get("dependsOn", []) for d in document["dependencies"]}
    seen, queue = set(), [start]
    while queue:
        for ref in needs[queue.pop()]:
            if ref not in seen:
                seen.add(ref)
                queue.append(ref)
    return seen


@pytest.mark.parametrize("which", ["demo", "moto_snapshot"])
def test_valid(which, request):
    text = convert(request.getfixturevalue(which))
    error = JsonStrictValidator(SchemaVersion.V1_7).validate_str(text)
    assert error is None, error
    document = json.loads(text)
    assert document["specVersion"] == "1.7"
    refs, named = [], []

    def walk(v):
        if isinstance(v, dict):
            refs.extend([v["bom-ref"]] if "bom-ref" in v else [])
            named.extend(v[k] for k in ("ref",) if k in v)
            for k in ("dependsOn", "assemblies", "dependencies"):
                named.extend(x for x in v.get(k, []) if isinstance(x, str))
            for x in v.values():
                walk(x)
        elif isinstance(v, list):
            for x in v:
                walk(x)

    walk(document)
    assert len(refs) == len(set(refs))
    assert set(named) <= set(refs)


def test_the_library_reads_it(bom, document):
    assert len(bom.components) == len(document["components"])
    assert len(bom.services) == len(document["services"])
    assert bom.metadata.tools.components.pop().name == "sgexport"
    assert bom.validate()


def test_endpoints_and_models(document, graph):
    endpoints = {id for id, n in graph.nodes.items() if n.label == "AWSSageMakerEndpoint" and n.properties["observed"]}
    components = {c for e, c, _, _ in edges(graph, "CONTAINS", "AWSSageMakerEndpoint") if e in endpoints}
    assert {s["bom-ref"] for s in document["services"]} == endpoints | components and components

    served = {}
    for endpoint, config, path, _ in edges(graph, "USED", "AWSSageMakerEndpoint", "AWSSageMakerEndpointConfig"):
        if path == "EndpointConfigName" and endpoint in endpoints:
            served.setdefault(endpoint, set()).update(m for c, m, _, _ in edges(graph, "REFERENCED", "AWSSageMakerEndpointConfig") if c == config)
    for endpoint, component, _, _ in edges(graph, "CONTAINS", "AWSSageMakerEndpoint"):
        served.setdefault(endpoint, set()).update(m for c, m, _, _ in edges(graph, "USED", "AWSSageMakerInferenceComponent", "AWSSageMakerModel") if c == component)
    models = set().union(*served.values())
    packages = {p for m, p, _, _ in edges(graph, "DERIVED_FROM", "AWSSageMakerModel", "AWSSageMakerModelPackage") if m in models}
    deployed = {c["bom-ref"] for c in document["components"] if properties(c).get("sgexport:deployed") == "true"}
    assert {ref for ref in deployed if not ref.startswith("s3://")} == models | packages
    for endpoint, some in served.items():
        assert some <= reachable(document, endpoint)
    assert len(models) >= 10 and len(packages) >= 3
    said = properties(document["metadata"])
    observed = [id for id, n in graph.nodes.items() if n.label == "AWSSageMakerModel" and n.properties["observed"]]
    assert said["sgexport:models"] == str(len(observed))
    assert said["sgexport:models-deployed"] == str(len([m for m in observed if m in models]))


def test_training_data(document, graph):
    """What the jobs read that made a deployed model's artifact is what the model depends on, and no other data is there."""
    components = {c["bom-ref"]: c for c in document["components"]}
    jobs = {}
    for start, job, _, _ in edges(graph, "DERIVED_FROM", to="AWSSageMakerTrainingJob"):
        if start in components and components[start]["type"] == "machine-learning-model":
            jobs.setdefault(start, set()).add(job)
    reads = {}
    for job, _, _, ref in edges(graph, "READ_FROM", to="AWSS3Bucket"):
        reads.setdefault(job, set()).add(spelled(ref))
    looked_at = 0
    for start, some in jobs.items():
        for place in set().union(*(reads.get(j, set()) for j in some)):
            assert components[place]["type"] == "data"
            assert place in reachable(document, start)
            looked_at += 1
    assert looked_at >= 10
    workflows = {w["bom-ref"] for w in document["formulation"][0]["workflows"]}
    assert set().union(*jobs.values()) <= workflows
    for ref, c in components.items():
        if c["type"] == "data" and ref.startswith("s3://"):
            assert any(ref in reads.get(job, ()) for job in workflows), f"no job that is there read {ref}"


def test_images(document, bom, graph):
    containers = {c.bom_ref.value: c for c in bom.components if c.type is ComponentType.CONTAINER}
    models = {c["bom-ref"] for c in document["components"] if c["type"] == "machine-learning-model"}
    used = {i for m, i, _, _ in edges(graph, "USED_IMAGE", to="AWSECRRepositoryImage") if m in models}
    assert used and used <= containers.keys()
    for uri, c in containers.items():
        digest = graph.nodes[uri].properties.get("digest")
        assert isinstance(c.purl, PackageURL) and c.purl.to_string() == next(x["purl"] for x in document["components"] if x["bom-ref"] == uri)
        assert [h.content for h in c.hashes] == ([digest.removeprefix("sha256:")] if digest else [])
        repository = re.sub(r"(:[^/@]*)?(@.*)?$", "", uri)
        if digest:
            assert (c.purl.type, c.purl.version) == ("oci", digest) and c.purl.qualifiers["repository_url"] == repository
        else:
            host, _, path = repository.partition("/")
            assert (c.purl.type, c.purl.qualifiers["repository_url"]) == ("docker", host)
            assert "/".join(filter(None, [c.purl.namespace, c.purl.name])) == path


def test_what_is_not_known(document, graph):
    """A model of which the snapshot has nothing is there, and nothing is promised of it."""
    dependencies = {ref: c["aggregate"] for c in document["compositions"] for ref in c.get("dependencies", [])}
    for c in document["components"]:
        if properties(c).get("sgexport:observed") == "false":
            assert dependencies[c["bom-ref"]] == "unknown"
            assert not graph.nodes[c["bom-ref"]].properties.get("observed")
    assert "unknown" in dependencies.values() and "complete" in dependencies.values()
    refs = {s["bom-ref"] for s in document["services"]} | {c["bom-ref"] for c in document["components"]}
    assert refs <= dependencies.keys()


def test_a_part_of_the_account(tmp_path, home):
    """What was not asked for is said to be missing, and a document without endpoints is valid."""
    out = tmp_path / "few"
    export(out, "--demo", "--kinds", "Model,TrainingJob", "--format", "jsonl", env=environment(home, credentials=False))
    text = convert(out)
    assert JsonStrictValidator(SchemaVersion.V1_7).validate_str(text) is None
    document = json.loads(text)
    assert "components" not in document and "services" not in document
    assert document["compositions"] == [{"aggregate": "unknown", "assemblies": [document["metadata"]["component"]["bom-ref"]]}]
    assert properties(document["metadata"])["sgexport:complete"] == "false"
    missing = [p["value"] for p in document["metadata"]["properties"] if p["name"] == "sgexport:missing"]
    assert "012345678901/us-east-1 Endpoint: not listed" in missing and not any("TrainingJob" in m for m in missing)
