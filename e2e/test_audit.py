"""What `sgexport audit` answers of an account in moto, beside what answers.py says by hand: nothing missing, nothing more.

The edges CAN_INVOKE of the same snapshot say the same as the audit, as DuckDB, pyarrow and Neo4j read them.
"""

import json
import re
from urllib.parse import quote

import answers
import duckdb
import jsonschema
import pyarrow.dataset as ds
import pytest
from account import REGION
from answers import ALLOWED, CONDITIONAL
from program import NOW, ROOT, export, manifest, refusal, run
from snapshot import read_jsonl


def audit(root, *args, code=0):
    done = run("audit", root, *args)
    assert done.returncode == code, f"audit ended with {done.returncode}, want {code}:\n{done.stdout[-2000:]}{done.stderr}"
    return done.stdout


def report_of(root):
    """The answers, which must be as the schema in docs/ has them."""
    report = json.loads(audit(root, "--format", "json"))
    schema = json.loads((ROOT / "docs" / "audit.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(report, schema, cls=jsonschema.Draft202012Validator)
    return report


@pytest.fixture(scope="session")
def report(account_snapshot):
    return report_of(account_snapshot)


@pytest.fixture(scope="session")
def short(world):
    return answers.Short(world.made.account)


def same(want, have, what):
    """Two sets, or two dicts with the values that belong to each key."""
    lines = [f"missing: {x}" for x in sorted(set(want) - set(have), key=str)] + [f"too much: {x}" for x in sorted(set(have) - set(want), key=str)]
    if isinstance(want, dict):
        lines += [f"{k}: want {want[k]}, have {have[k]}" for k in sorted(want.keys() & have.keys(), key=str) if want[k] != have[k]]
    assert not lines, f"{what}: {len(lines)} differences:\n" + "\n".join(lines[:60])


def unique(pairs):
    """A dict of pairs, whose keys must be different."""
    pairs = list(pairs)
    out = dict(pairs)
    assert len(out) == len(pairs), "an answer is there twice"
    return out


# ---- each question


def invokers_of(report, short):
    return unique(((short(i["principal"]), short(i["endpoint"]), short(i.get("component", "")), i["action"]), i) for i in report["invokers"])


def test_invokers(report, short):
    want, have = answers.invocations(), invokers_of(report, short)
    same({k: v for k, (v, _) in want.items()}, {k: i["verdict"] for k, i in have.items()}, "invokers")
    for key, (verdict, policy) in want.items():
        by = {short(v["policy"]) for v in have[key]["via"] if v["effect"] == "Allow"}
        assert policy in by, f"{key} is allowed by {by}, not by {policy}"
        said = have[key]["conditions"]
        word = answers.DEPENDS[key[0]] if verdict == CONDITIONAL else None
        assert all(word in c for c in said) and said if word else not said, f"{key}: {said}"


def test_nobody_else_is_in_doubt(report, short):
    """Those of whom answers.py says why they are denied are in no list."""
    named = {x for k in invokers_of(report, short) for x in k[:2]}
    assert not named & answers.DENIED.keys()


def test_bearer(report, short):
    same({p: ALLOWED for p in answers.BEARER}, unique((short(b["principal"]), b["verdict"]) for b in report["bearer"]), "bearer")


def test_openers(report, short):
    want = {
        (principal, thing, "sagemaker:" + answers.OPENED_BY[thing.partition("/")[0]]): (role, ALLOWED)
        for principal, (things, _) in answers.OPENERS.items()
        for thing, role in things.items()
    }
    have = unique(((short(o["principal"]), short(o["resource"]), o["action"]), (short(o.get("role", "")), o["verdict"])) for o in report["openers"])
    same(want, have, "openers")


def test_roles(report, short):
    have = unique((short(r["role"]), (r["class"], {x["code"] for x in r["reasons"]}, r["level"], sorted(short(u) for u in r["used_by"]))) for r in report["roles"])
    same({k: (*v[:3], sorted(v[3])) for k, v in answers.ROLES.items()}, have, "roles")


def test_assume(report, short):
    have = unique(((short(a["principal"]), short(a["role"])), (a["verdict"], a["level"])) for a in report["assume"])
    same({(p, r): (verdict, level) for p, r, verdict, level, _ in answers.ASSUME}, have, "assume")


def test_escalations(report, short):
    want = {(p, path, v): {"role/" + g for g in gains} for p, verdicts in answers.ESCALATIONS.items() for v, paths in verdicts.items() for path, gains in paths.items()}
    have = unique(((short(e["principal"]), e["path"], e["verdict"]), {short(g) for g in e["gains"]}) for e in report["escalations"])
    same(want, have, "escalations")


def test_exposure(report, short):
    have = unique((short(e["resource"]), (e["direct_internet"], e["subnet"], e["open_ingress"], e["egress"], e["level"])) for e in report["exposure"])
    same(answers.EXPOSURE, have, "exposure")


def test_buckets(report):
    have = unique((b["bucket"], (b["public"], b["level"])) for b in report["buckets"])
    same(answers.BUCKETS, have, "buckets")
    assert {b["bucket"] for b in report["buckets"] if b.get("could_be") == "critical" and b["unknown"]} == answers.PERHAPS_PUBLIC


def test_nothing_else_is_unknown(report):
    """Everything was read but repositories, which were not asked for; ACLs, and a bucket that is not there, are what a snapshot cannot hold."""
    assert {(u["label"], *u["questions"]) for u in report["unknown"]} == {("AWSS3Bucket", "buckets"), ("AWSS3Bucket", "findings"), ("AWSECRRepository", "findings")}


# ---- the same in the graph


COLUMNS = ("src", "dst", "path", "ref", "actions", "via", "conditional", "conditions")


def by_duckdb(root):
    db = duckdb.connect()
    db.execute((root / "parquet" / "schema.sql").read_text().replace("read_parquet('", f"read_parquet('{root}/parquet/"))
    rows = db.execute(f'SELECT {", ".join(COLUMNS)} FROM edges."CAN_INVOKE"').fetchall()
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


def by_pyarrow(root):
    return ds.dataset(root / "parquet" / "edges").to_table(columns=list(COLUMNS), filter=ds.field("relationship") == "CAN_INVOKE").to_pylist()


def by_jsonl(root):
    return [{"src": a, "dst": b, "path": path, "ref": ref, "conditions": None} | p for (t, a, b, path, ref), p in read_jsonl(root).edges.items() if t == "CAN_INVOKE"]


@pytest.mark.parametrize("read", [by_duckdb, by_pyarrow, by_jsonl])
def test_edges_say_who_can_invoke(account_snapshot, report, short, read):
    """As many edges as there are principals, endpoints, components and verdicts; with all that the audit says."""
    have, via, conditions = {}, {}, {}
    rows = read(account_snapshot)
    for row in rows:
        verdict = CONDITIONAL if row["conditional"] else ALLOWED
        assert row["path"] == {ALLOWED: "Action", CONDITIONAL: "Condition"}[verdict] and row["actions"] == sorted(set(row["actions"]))
        key = (row["src"], row["dst"], row["ref"], verdict)
        assert key not in via, f"two edges: {key}"
        via[key], conditions[key] = set(row["via"]), set(row["conditions"] or ())
        for action in row["actions"]:
            have[short(row["src"]), short(row["dst"]), short(row["ref"]), action] = verdict
    same({k: v for k, (v, _) in answers.invocations().items()}, have, read.__name__)
    want_via, want_conditions = {}, {}
    for i in report["invokers"]:
        key = (i["principal"], i["endpoint"], i.get("component", ""), i["verdict"])
        want_via.setdefault(key, set()).update(v["statement"] for v in i["via"])
        want_conditions.setdefault(key, set()).update(i["conditions"])
    same(want_via, via, "via")
    same(want_conditions, conditions, "conditions")


# ---- as people read it


def test_the_table_fits(account_snapshot, short):
    lines = audit(account_snapshot).splitlines()
    assert not [line for line in lines if len(line) > 80]
    text = "\n".join(lines)
    assert all(role.removeprefix("role/") in text for role, (kind, *_) in answers.ROLES.items() if kind in ("admin", "permissive"))


def test_fail_on(account_snapshot):
    audit(account_snapshot, "--fail-on", "critical", code=4)
    audit(account_snapshot, "--fail-on", "info", "--format", "json", code=4)
    assert run("audit", account_snapshot, "--fail-on", "dreadful").returncode == 2


def explained(root, principal, resource):
    """What --explain says by action: (verdict, lines)."""
    out = {}
    for part in audit(root, "--explain", principal, resource).split("\n\n"):
        if m := re.match(r"((?:sagemaker|exposure|sts)[^;]*?): (allowed|denied|conditional)", re.sub(r"\s+", " ", part)):
            for action in m[1].split(", "):
                out[action] = (m[2], part)
    return out


def test_explain_has_the_statements_in_the_order_in_which_they_decided(account_snapshot, world):
    """bob: his groups; carol: the policy of the unit, which ends it."""
    verdict, steps = explained(account_snapshot, "bob", "dev-chat")["sagemaker:InvokeEndpoint"]
    assert verdict == "denied" and "Deny" in steps and "group/suspended/inline_policy/NoCalls/statement/1" in steps
    verdict, steps = explained(account_snapshot, "user/carol", world.made.names.arn("endpoint/prod-fraud"))["sagemaker:InvokeEndpointAsync"]
    assert verdict == "denied" and steps.index("service control policy") < steps.index("Deny")
    verdict, steps = explained(account_snapshot, "erin", "dev-chat")["sagemaker:InvokeEndpoint"]
    assert verdict == "allowed" and "boundary" in steps and "policy/Ceiling/statement/1" in steps and "AdministratorAccess/statement/1" in steps
    verdict, steps = explained(account_snapshot, "frank", "shared")["sagemaker:InvokeEndpoint"]
    assert verdict == "conditional" and "aws:SourceIp" in steps


def test_explain_says_what_it_does_not_know(account_snapshot):
    for words in (("nobody", "dev-chat"), ("alice", "no-endpoint")):
        done = run("audit", account_snapshot, "--explain", *words)
        assert done.returncode == 1 and done.stdout == "" and any(w in done.stderr for w in words), done.stderr


# ---- what could not be read


CALLERS = ("--kinds", "Endpoint,InferenceComponent")


def spoilt(world, folder, spoil, *args, code=3):
    """A snapshot of one region of the account, whose answers are spoilt, and what the audit says of it."""
    out = folder / "snapshot"
    with world.spoiled(spoil):
        export(out, "--region", REGION, "--format", "jsonl", "--now", NOW, *args, env=world.env, code=code)
    return out, report_of(out)


def refusing(*operations):
    return lambda operation, request, reply: refusal(request, "AccessDenied", "not allowed", 403) if operation in operations else None


def verdicts(report, short):
    return {k: i["verdict"] for k, i in invokers_of(report, short).items()}


def lacks(report, label, *words):
    """The audit says that something of a label was not read, with all the words, and where it was asked for names how."""
    found = [u for u in report["unknown"] if u.get("label") == label]
    assert any(all(w in u["why"] + u["how"] for w in words) for u in found), f"{words} not in {found}"
    return found


def test_iam_that_may_not_be_read(world, short, tmp_path):
    """Nobody is known to be allowed anything, no role to be harmless, and the run goes on."""
    out, report = spoilt(world, tmp_path, refusing("GetAccountAuthorizationDetails"))
    gaps = {(g["label"], g["code"]) for g in manifest(out)["gaps"]}
    assert gaps >= {(label, "AccessDenied") for label in ("AWSRole", "AWSUser", "AWSGroup", "AWSManagedPolicy")}
    for question in ("invokers", "bearer", "openers", "assume", "escalations"):
        assert not [i for i in report[question] if i["verdict"] == ALLOWED], question
    assert {r["class"] for r in report["roles"]} == {"unknown"} and len(report["roles"]) == len(answers.ROLES)
    for label in ("AWSRole", "AWSUser"):
        (lack,) = [u for u in lacks(report, label, "iam:GetAccountAuthorizationDetails", "AccessDenied") if u["questions"] != ["findings"]]
        assert set(lack["questions"]) >= {"invokers", "bearer", "openers", "roles", "assume", "escalations"} and lack["answers_missing"]
    # Networks were read all the same.
    assert {short(e["resource"]): e["subnet"] for e in report["exposure"]} == {k: v[1] for k, v in answers.EXPOSURE.items() if ":" not in k}
    # Nothing that was asked for may look as if all were well.
    audit(out, "--fail-on", "critical", code=4)
    assert not [1 for t, *_ in read_jsonl(out).edges if t == "CAN_INVOKE"]


@pytest.mark.parametrize("operation", ["ListPoliciesForTarget", "DescribePolicy", "ListParents", "DescribeOrganization"])
def test_organization_policies_that_may_not_be_read(world, short, tmp_path, operation):
    """Whoever would be allowed or denied by them alone is conditional."""
    out, report = spoilt(world, tmp_path, refusing(operation), *CALLERS)
    want = dict.fromkeys(answers.invocations(), CONDITIONAL) | {call: CONDITIONAL for held in answers.HELD for call in answers.pairs(*held)}
    same(want, verdicts(report, short), operation)
    assert all(i["conditions"] for i in report["invokers"])
    assert any("organizations:" + operation in u["why"] for u in report["unknown"]), report["unknown"]
    # An edge says the same.
    assert {p["conditional"] for (t, *_), p in read_jsonl(out).edges.items() if t == "CAN_INVOKE"} == {True}


NETWORKED = ("--kinds", "NotebookInstance,Domain,UserProfile,TrainingJob,Model,Endpoint,EndpointConfig", "--neighbors", "network")


def exposures(report, short):
    return {short(e["resource"]): e for e in report["exposure"]}


# Where it is the main table of the VPC, or IPv6 alone, that decides: which the subnet says.
BY_SUBNET = ("notebook-instance/team", "training-job/other", "training-job/cut", "training-job/v6-in")
# What is still known, by what may not be read.
KNOWN = {
    "DescribeRouteTables": ("AWSEC2RouteTable", lambda name, subnet: False),
    "DescribeSubnets": ("AWSEC2Subnet", lambda name, subnet: name not in BY_SUBNET),
    "DescribeInternetGateways": ("AWSInternetGateway", lambda name, subnet: subnet == "private"),
}
LEVELS = ("info", "low", "medium", "high", "critical")


@pytest.mark.parametrize("operation", KNOWN)
def test_networks_that_may_not_be_read(world, short, tmp_path, operation):
    """A subnet is unknown where what decides was not read, and the rest is as before."""
    _, report = spoilt(world, tmp_path, refusing(operation), *NETWORKED)
    label, known = KNOWN[operation]
    lacks(report, label, "ec2:" + operation, "grant")
    have = exposures(report, short)
    assert have.keys() == {k for k in answers.EXPOSURE if ":" not in k}
    for name, e in have.items():
        direct, subnet, opened, _, level = answers.EXPOSURE[name]
        want = subnet if subnet == "none" or known(name, subnet) else "unknown"
        assert (e["direct_internet"], e["subnet"], e["open_ingress"]) == (direct, want, opened), name
        assert want == subnet or e["unknown"], name
        assert LEVELS.index(e.get("could_be", e["level"])) >= LEVELS.index(level), f"{name} looks better than it is"


def test_security_groups_that_may_not_be_read(world, short, tmp_path):
    _, report = spoilt(world, tmp_path, refusing("DescribeSecurityGroups"), *NETWORKED)
    lacks(report, "AWSEC2SecurityGroup", "ec2:DescribeSecurityGroups")
    for name, e in exposures(report, short).items():
        direct, subnet, opened, egress, _ = answers.EXPOSURE[name]
        assert (e["direct_internet"], e["subnet"], e["egress"]) == (direct, subnet, egress), name
        assert e["open_ingress"] is (False if subnet == "none" else None), name


def test_buckets_that_may_not_be_read(world, tmp_path):
    """Without its policy status a bucket may be public, unless nothing public is let through."""
    _, report = spoilt(world, tmp_path, refusing("s3:policyStatus"), "--kinds", "TrainingJob", "--neighbors", "s3")
    lacks(report, "AWSS3Bucket", "s3:GetBucketPolicyStatus")
    unsure = {name: None for name, (public, _) in answers.BUCKETS.items()}
    have = {b["bucket"]: b["public"] for b in report["buckets"]}
    assert have == unsure | {"ml-artifacts": False, "shut-data": False}


def test_a_snapshot_without_neighbours(world, short, tmp_path):
    """Nothing is known, and the audit says how to know it."""
    out, report = spoilt(world, tmp_path, lambda *_: None, "--neighbors", "none", code=0)
    for question in ("invokers", "bearer", "openers", "assume", "escalations"):
        assert not [i for i in report[question] if i["verdict"] == ALLOWED], question
    assert {r["class"] for r in report["roles"]} == {"unknown"}
    for name, e in exposures(report, short).items():
        direct, subnet, _, egress, _ = answers.EXPOSURE[name]
        assert e["direct_internet"] is direct and e["subnet"] == ("none" if subnet == "none" else "unknown"), name
        assert e["open_ingress"] is (False if subnet == "none" else None), name
    assert {b["public"] for b in report["buckets"]} == {None}
    for label, group in {"AWSRole": "iam", "AWSEC2Subnet": "network", "AWSS3Bucket": "s3"}.items():
        lacks(report, label, f"--neighbors {group}")
    audit(out, "--fail-on", "critical", code=4)
    audit(out, "--fail-on", "critical", "--allow-unknown")


# ---- what is not understood


def rewriting(old, new):
    """Policies that IAM gives with other text; they are URL-encoded in its answer."""
    seen = []

    def spoil(operation, request, reply):
        if operation != "GetAccountAuthorizationDetails":
            return None
        body = reply[2].decode()
        changed = body
        for a, b in {(quote(old, safe=safe), quote(new, safe=safe)) for safe in ("/", "")}:
            changed = changed.replace(a, b)
        seen.append(changed != body)
        return *reply[:2], changed.encode()

    spoil.seen = seen
    return spoil


EVERYWHERE = [*answers.PROD, *answers.DEV, *answers.OTHERS]


def test_a_policy_that_ends_in_the_middle(world, short, tmp_path):
    """Whose policy does not parse may do what no other policy denies."""
    spoil = rewriting('"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}}]}', '"aws:ResourceTag/te')
    out, report = spoilt(world, tmp_path, spoil, *CALLERS)
    assert any(spoil.seen), "there was nothing to cut"
    assert {(g["label"], g["code"]) for g in manifest(out)["gaps"]} == {("AWSPolicyStatement", "UnreadableDocument")}
    want = {k: v for k, (v, _) in answers.invocations().items() if k[0] != "user/carol"}
    for user in ("user/carol", "user/dan"):
        calls = [(EVERYWHERE, "ESB"), ([*answers.DEV, *answers.OTHERS], "A"), (answers.COMPONENTS, "ES")]
        want |= {call: CONDITIONAL for endpoints, letters in calls for call in answers.pairs(user, endpoints, letters)}
    same(want, verdicts(report, short), "invokers")
    for key, i in invokers_of(report, short).items():
        if key[0] in ("user/carol", "user/dan"):
            assert any("policy/InvokeOwnTeam" in c for c in i["conditions"]), i


def test_an_operator_that_nobody_knows(world, short, tmp_path):
    """In an Allow it allows perhaps, in a Deny it denies perhaps."""
    spoil = rewriting('{"StringEquals": {"aws:ResourceTag/team"', '{"StringResembles": {"aws:ResourceTag/team"')
    _, report = spoilt(world, tmp_path, spoil, *CALLERS, code=0)
    assert any(spoil.seen), "there was nothing to change"
    want = {k: v for k, (v, _) in answers.invocations().items() if k[0] != "user/carol"}
    for user in ("user/carol", "user/dan"):
        # Of components the policy does not speak.
        calls = [([*EVERYWHERE, *answers.COMPONENTS], "E"), ([*answers.DEV, *answers.OTHERS], "A")]
        want |= {call: CONDITIONAL for endpoints, letters in calls for call in answers.pairs(user, endpoints, letters)}
    same(want, verdicts(report, short), "invokers")
    for key, i in invokers_of(report, short).items():
        if key[0] in ("user/carol", "user/dan"):
            assert any("StringResembles" in c for c in i["conditions"]), i


def test_an_operator_that_nobody_knows_in_a_deny(world, short, tmp_path):
    suspended = '"Effect": "Deny", "Action": "sagemaker:InvokeEndpoint*", "Resource": "*"'
    spoil = rewriting(suspended, suspended + ', "Condition": {"StringResembles": {"aws:username": "bob"}}')
    _, report = spoilt(world, tmp_path, spoil, *CALLERS, code=0)
    assert any(spoil.seen), "there was nothing to change"
    want = {k: v for k, (v, _) in answers.invocations().items()} | dict.fromkeys(answers.pairs("user/bob", answers.DEV, "ES"), CONDITIONAL)
    same(want, verdicts(report, short), "invokers")
