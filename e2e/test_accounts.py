"""Several accounts of moto in one run: by their roles, and as an organization; one of them denies.

moto keeps the accounts and what each has, and knows by the credentials of AssumeRole which one is asked. It denies nothing by
itself, so a server before it denies one role, as STS would.
"""

import re
import urllib.parse

import boto3
import pytest
from program import NOW, api, environment, export, forward, manifest, moto
from snapshot import read_jsonl

REGION = "us-east-1"
OTHER_REGION = "eu-west-1"
MANAGEMENT = "123456789012"  # moto's own account
MODEL = "AWSSageMakerModel"
KINDS = ("--kinds", "Model,EndpointConfig", "--neighbors", "none", "--format", "jsonl", "--now", NOW)


def client(url, service, region=REGION, **credentials):
    keys = credentials or {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "x"}
    return boto3.client(service, endpoint_url=url, region_name=region, **keys)


def role(account):
    return f"arn:aws:iam::{account}:role/audit/sgexport"


def inside(url, account, service, region=REGION):
    """A client of an account, by its role."""
    c = client(url, "sts").assume_role(RoleArn=role(account), RoleSessionName="setup")["Credentials"]
    return client(url, service, region, aws_access_key_id=c["AccessKeyId"], aws_secret_access_key=c["SecretAccessKey"], aws_session_token=c["SessionToken"])


def add_model(sagemaker, account, name):
    sagemaker.create_model(ModelName=name, ExecutionRoleArn=f"arn:aws:iam::{account}:role/ml", PrimaryContainer={"Image": "111122223333.dkr.ecr.us-east-1.amazonaws.com/i:1"})


class Fleet:
    """The organization: the management account, members with a model each, and one of them that is closed to us."""

    def __init__(self, url):
        organizations = client(url, "organizations")
        organizations.create_organization(FeatureSet="ALL")
        self.members = [
            organizations.create_account(AccountName=f"member-{i}", Email=f"m{i}@example.com")["CreateAccountStatus"]["AccountId"] for i in range(4)
        ]
        self.one, self.two, self.denied, self.suspended = self.members
        organizations.close_account(AccountId=self.suspended)
        self.models = {}
        for account in (self.one, self.two, self.denied):
            for region in (REGION, OTHER_REGION):
                name = f"model-{account}-{region}"
                add_model(inside(url, account, "sagemaker", region), account, name)
                self.models[account, region] = name
        add_model(client(url, "sagemaker"), MANAGEMENT, "model-of-management")
        self.models[MANAGEMENT, REGION] = "model-of-management"
        self.asked = []
        self.url = url

    def answer(self, operation, request):
        if operation == "GetResources":  # there are no tags, and moto makes all its services in each region to say so
            return 200, "application/x-amz-json-1.1", b'{"ResourceTagMappingList": []}'
        if operation == "AssumeRole":
            given = {k: v[0] for k, v in urllib.parse.parse_qs(request.body.decode()).items()}
            self.asked.append(given)
            if given["RoleArn"] == role(self.denied):
                says = f"User: arn:aws:iam::{MANAGEMENT}:user/u is not authorized to perform: sts:AssumeRole on resource: {given['RoleArn']}"
                return 403, "text/xml", f"<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>{says}</Message></Error></ErrorResponse>".encode()
        return forward(self.url, request)


@pytest.fixture(scope="module")
def fleet(tmp_path_factory):
    with moto(tmp_path_factory.mktemp("accounts")) as url:
        yield Fleet(url)


@pytest.fixture(scope="module")
def server(fleet):
    with api(fleet.answer) as url:
        yield url


def models(root):
    """Models by account and region."""
    return {(n.properties["account_id"], n.properties["region"]): n.properties["name"] for n in read_jsonl(root).nodes.values() if MODEL in n.labels and n.properties["observed"]}


def scopes(m):
    return {(s["account"], s["region"]) for s in m["scopes"]}


def test_roles(fleet, server, tmp_path, home):
    roles = tmp_path / "roles.txt"
    roles.write_text(f"# ours\n{role(fleet.two)}\n{role(fleet.denied)}\n")
    out = tmp_path / "snapshot"
    args = ("--role-arn", role(fleet.one), "--role-arn", f"@{roles}", "--external-id", "agreed-on", "--role-session-name", "nightly", "--region", f"{REGION},{OTHER_REGION}")
    export(out, *args, *KINDS, env=environment(home, server), code=3)
    m = manifest(out)
    want = {(a, r) for a in (fleet.one, fleet.two) for r in (REGION, OTHER_REGION)}
    assert scopes(m) == want
    assert models(out) == {k: v for k, v in fleet.models.items() if k in want}
    assert [(g["scope"], g["action"], g["code"]) for g in m["gaps"]] == [(role(fleet.denied), "sts:AssumeRole", "AccessDenied")]
    assert m["options"]["role_arns"] == sorted(map(role, (fleet.one, fleet.two, fleet.denied)))
    assert {(a["ExternalId"], a["RoleSessionName"], a["DurationSeconds"]) for a in fleet.asked} == {("agreed-on", "nightly", "3600")}
    assert "agreed-on" not in (out / "manifest.json").read_text()


def test_the_same_bytes_again(fleet, server, tmp_path, home):
    """Whatever the order of the roles, and of their answers."""
    one, other = tmp_path / "one", tmp_path / "other"
    arns = [role(fleet.one), role(fleet.two)]
    for out, order in ((one, arns), (other, arns[::-1])):
        export(out, "--role-arn", ",".join(order), "--region", REGION, *KINDS, env=environment(home, server))
    for name in ("manifest.json", "jsonl/nodes.jsonl.zst", "jsonl/edges.jsonl.zst"):
        a, b = ((root / name).read_bytes() for root in (one, other))
        if name == "manifest.json":  # it says when the run ended
            a, b = (re.sub(rb'"(began|ended)": "[^"]*"', b"", x) for x in (a, b))
        assert a == b, name


def test_all_denied(fleet, server, tmp_path, home):
    done = export(tmp_path / "snapshot", "--role-arn", role(fleet.denied), "--region", REGION, *KINDS, env=environment(home, server), code=1)
    assert f"the trust policy of {role(fleet.denied)} must name the caller" in done.stderr
    assert not (tmp_path / "snapshot").exists()


def test_organization(fleet, server, tmp_path, home):
    """All regions of all accounts: moto has them all enabled, and answers in each."""
    out = tmp_path / "snapshot"
    done = export(out, "--organization", "--role-name", "audit/sgexport", "--region", "all", "--skip-accounts", fleet.two, *KINDS, env=environment(home, server) | {"AWS_REGION": REGION}, code=3)
    m = manifest(out)
    enabled = {r["RegionName"] for r in client(fleet.url, "ec2").describe_regions()["Regions"] if r["OptInStatus"] != "not-opted-in"}
    assert len(enabled) > 15
    assert scopes(m) == {(a, r) for a in (MANAGEMENT, fleet.one) for r in enabled}
    assert models(out) == {k: v for k, v in fleet.models.items() if k[0] in (MANAGEMENT, fleet.one)}
    assert [g["scope"] for g in m["gaps"]] == [role(fleet.denied)]
    assert m["options"]["accounts_not_active"] == [fleet.suspended] and fleet.suspended in done.stderr
    assert m["options"]["regions"] == ["all"]


def test_chosen_accounts(fleet, server, tmp_path, home):
    out = tmp_path / "snapshot"
    args = ("--organization", "--role-name", "audit/sgexport", "--skip-accounts", f"{fleet.denied},{MANAGEMENT}", "--region", REGION)
    export(out, *args, *KINDS, env=environment(home, server))
    assert scopes(manifest(out)) == {(a, REGION) for a in (fleet.one, fleet.two)}
