"""What `sgexport audit` writes for others: SARIF against the standard's own schema, as another validator reads it, the AWS
Security Finding Format against the service's model, and as moto's Security Hub takes it, and OCSF against its class."""

import json
from collections import defaultdict

import boto3
import botocore.session
import jsonschema
import pytest
from botocore.validate import ParamValidator
from program import ROOT, environment, moto, run

WAIVED = "notebook-direct-internet"


@pytest.fixture(scope="module")
def written(demo, home, tmp_path_factory):
    """What audit writes of the demo, some of it waived: by format."""
    file = tmp_path_factory.mktemp("waivers") / "waivers.yaml"
    file.write_text(f'waivers:\n  - check: {WAIVED}\n    resource: "*:notebook-instance/fraud-*"\n    reason: größer\n')

    def write(form):
        done = run("audit", demo, "--waive", file, "--format", form, env=environment(home, credentials=False))
        assert done.returncode == 0 and not done.stderr, done.stderr
        return json.loads(done.stdout)

    return {form: write(form) for form in ("json", "sarif", "asff", "ocsf")}


def items(report):
    """(list, resource or principal, level, waived) of what the other formats must have."""
    out = []
    lists = {"invokers": "endpoint", "bearer": "principal", "openers": "resource", "roles": "role", "exposure": "resource", "assume": "role", "escalations": "principal", "buckets": "bucket"}
    for name, about in lists.items():
        out += [(name, x[about], x["level"], "waived" in x) for x in report[name] if x["level"] != "info" or "could_be" in x]
    return sorted(out + [(f["check"], f["resource"], f["severity"], "waived" in f) for f in report["findings"]])


def test_sarif_is_what_the_standard_says(written):
    schema = json.loads((ROOT / "audit" / "sarif" / "testdata" / "sarif-schema-2.1.0.json").read_text())
    jsonschema.Draft4Validator.check_schema(schema)
    jsonschema.validate(written["sarif"], schema, cls=jsonschema.Draft4Validator, format_checker=jsonschema.FormatChecker())


def test_sarif_has_what_json_has(written):
    (one,) = written["sarif"]["runs"]
    have = sorted(
        (r["ruleId"].partition("/")[0], r["locations"][0]["logicalLocations"][0]["fullyQualifiedName"], r["properties"]["level"], bool(r["suppressions"]))
        for r in one["results"]
    )
    assert have == items(written["json"]) and any(waived for *_, waived in have)
    rules = one["tool"]["driver"]["rules"]
    assert all(rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in one["results"])
    assert {c["check"] for c in written["json"]["checks"]} <= {r["id"] for r in rules}


def test_asff_has_what_json_has(written):
    have = sorted(
        (
            f["GeneratorId"].split("/")[1],
            f["Resources"][0]["Id"].removeprefix("arn:aws:s3:::"),
            {"INFORMATIONAL": "info"}.get(f["Severity"]["Label"], f["Severity"]["Label"].lower()),
            f["Workflow"]["Status"] == "SUPPRESSED",
        )
        for f in written["asff"]
    )
    assert have == items(written["json"])
    assert len({f["Id"] for f in written["asff"]}) == len(have), "two findings have one id"


def test_ocsf_is_what_its_class_says(written):
    schema = json.loads((ROOT / "audit" / "ocsf" / "testdata" / "compliance_finding-1.5.0.json").read_text())
    validator = jsonschema.Draft202012Validator(schema)
    for event in written["ocsf"]:
        validator.validate(event)
    have = sorted(
        (e["compliance"]["control"].partition("/")[0], e["resources"][0]["uid"], e["unmapped"]["level"], e["status"] == "Suppressed")
        for e in written["ocsf"]
    )
    assert have == items(written["json"])


def batches(findings):
    """Findings by product, a hundred at most, as an account's BatchImportFindings takes them."""
    by_product = defaultdict(list)
    for f in findings:
        by_product[f["ProductArn"]].append(f)
    for product, some in by_product.items():
        for start in range(0, len(some), 100):
            yield product, some[start : start + 100]


def test_asff_is_what_the_service_takes(written):
    model = botocore.session.get_session().get_service_model("securityhub")
    shape = model.operation_model("BatchImportFindings").input_shape
    for _, batch in batches(written["asff"]):
        errors = ParamValidator().validate({"Findings": batch}, shape)
        assert not errors.has_errors(), errors.generate_report()
    member = shape.members["Findings"].member
    known = member.members["Resources"].member.members["Details"].members
    types = {r["Type"] for f in written["asff"] for r in f["Resources"]}
    assert types - {"Other"} <= set(known), types
    for f in written["asff"]:
        assert f.keys() <= member.members.keys(), f.keys() - member.members.keys()
        assert len(json.dumps(f)) < 240_000


def test_asff_is_imported(written, tmp_path):
    with moto(tmp_path) as url:
        for product, batch in batches(written["asff"]):
            region, account = product.split(":")[3:5]
            assert {f["AwsAccountId"] for f in batch} == {account}
            hub = boto3.client("securityhub", region_name=region, endpoint_url=url, aws_access_key_id="x", aws_secret_access_key="x")
            done = hub.batch_import_findings(Findings=batch)
            assert (done["SuccessCount"], done["FailedCount"]) == (len(batch), 0), done["FailedFindings"]
