"""Random requests with their policies, the same ones for each seed, and how other evaluators are asked about them."""

import json
import random
from dataclasses import dataclass, field

HERE, THERE = "111122223333", "444455556666"
FULL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}

# action: (resource, tags of the resource count, has it a policy of its own, must that allow)
TARGETS = {
    "sagemaker:InvokeEndpoint": ("arn:aws:sagemaker:{region}:{account}:endpoint/{name}", True, False, False),
    "sagemaker:InvokeEndpointAsync": ("arn:aws:sagemaker:{region}:{account}:endpoint/{name}", True, False, False),
    "sagemaker:DeleteModel": ("arn:aws:sagemaker:{region}:{account}:model/{name}", True, False, False),
    "sagemaker:CreatePresignedNotebookInstanceUrl": ("arn:aws:sagemaker:{region}:{account}:notebook-instance/{name}", True, False, False),
    "s3:GetObject": ("arn:aws:s3:::{name}/train/1.csv", False, True, False),
    "s3:PutObject": ("arn:aws:s3:::{name}/train/1.csv", False, True, False),
    "s3:ListBucket": ("arn:aws:s3:::{name}", False, True, False),
    "kms:Decrypt": ("arn:aws:kms:{region}:{account}:key/{name}", False, True, True),
    "sts:AssumeRole": ("arn:aws:iam::{account}:role/{name}", False, True, True),
    "iam:PassRole": ("arn:aws:iam::{account}:role/{name}", False, False, False),
    "ecr:GetAuthorizationToken": ("*", False, False, False),
}
NAMES = ["churn", "fraud", "churn-v2"]
REGIONS = ["us-east-1", "eu-west-1"]
TEAMS = ["red", "blue"]


@dataclass
class Case:
    """One request. `context` is all that is known; `hidden` are the keys of it that the second question leaves out."""

    name: str
    action: str
    resource: str
    account: str
    principal: dict
    context: dict
    identity: list
    boundary: dict | None = None
    session_policy: dict | None = None
    scp: list = field(default_factory=list)
    rcp: list = field(default_factory=list)
    policy: dict | None = None
    must: bool = False
    hidden: list = field(default_factory=list)

    def ours(self, complete=True):
        """The case as policy/internal/evaljson takes it."""
        context = {k: v if isinstance(v, list) else [v] for k, v in self.context.items() if complete or k not in self.hidden}
        case = {
            "name": self.name,
            "action": self.action,
            "resource": {"arn": self.resource, "account": self.account},
            "principal": {k: v for k, v in self.principal.items() if k != "tags"},
            "context": context,
            "complete": complete,
            "policies": {"identity": self.identity, "resourceMust": self.must},
        }
        for member, value in (("boundary", self.boundary), ("session", self.session_policy and [self.session_policy]), ("scp", self.scp), ("rcp", self.rcp), ("resource", self.policy)):
            if value:
                case["policies"][member] = value
        return case

    def session(self):
        """The ARN of who calls: of the session, for a role."""
        if self.principal["kind"] == "user":
            return self.principal["arn"]
        account, name = self.principal["arn"].split(":")[4], self.principal["arn"].split("/")[-1]
        return f"arn:aws:sts::{account}:assumed-role/{name}/{self.principal['session']}"

    def simulation(self):
        """The case as iam-simulate takes it. It adds the policy that allows all to each level of RCPs by itself."""

        def named(policies):
            return [{"name": str(i), "policy": p} for i, p in enumerate(policies)]

        simulation = {
            "request": {
                "principal": self.session(),
                "action": self.action,
                "resource": {"resource": self.resource, "accountId": self.account},
                "contextVariables": self.context,
            },
            "identityPolicies": named(self.identity),
            "serviceControlPolicies": [{"orgIdentifier": f"ou-{i}", "policies": named(p)} for i, p in enumerate(reversed(self.scp))],
            "resourceControlPolicies": [
                {"orgIdentifier": f"ou-{i}", "policies": named([x for x in p if x != allowed_to_all()])} for i, p in enumerate(reversed(self.rcp))
            ],
        }
        if self.boundary:
            simulation["permissionBoundaryPolicies"] = named([self.boundary])
        if self.policy:
            simulation["resourcePolicy"] = self.policy
        if self.session_policy:
            simulation["sessionPolicy"] = self.session_policy
        return {"name": self.name, "simulation": simulation}


def allowed_to_all():
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def pick(self, *options):
        return self.random.choice(options)

    def chance(self, percent):
        return self.random.randrange(100) < percent

    def some(self, make):
        return make() if self.chance(60) else list(dict.fromkeys([make(), make()]))

    def actions(self, action):
        service, name = action.split(":")
        verb = name[:4]
        return lambda: self.pick(
            action, action, f"{service}:*", f"{service}:{verb}*", f"{service}:{name[:-1]}?", "*", action.upper() if service == "s3" else action.lower(),
            "ec2:*", "s3:Get*", "sagemaker:*Endpoint*", f"{service}:*{name[-4:]}",
        )  # fmt: skip

    def resources(self, resource):
        if resource == "*":
            return lambda: self.pick("*", "*", "arn:aws:s3:::*", "arn:aws:ecr:*:*:repository/*")
        head, _, tail = resource.rpartition(":")
        options = [
            resource, resource, "*", resource[:-1] + "*", resource[:-2] + "??", head + ":*", "arn:aws:s3:::other/*",
            resource.replace("churn", "*"), resource.replace("us-east-1", "*"), resource.replace(HERE, "*"), resource.replace("churn", "fraud"),
            resource.replace("churn", "${aws:PrincipalTag/project}"), resource.replace("churn", "${aws:PrincipalTag/project, 'churn'}"),
            resource.replace("churn", "${aws:username}"), resource.replace("train", "*"),
        ]  # fmt: skip
        return lambda: self.pick(*options)

    def condition(self):
        team, other = self.pick(*TEAMS), self.pick(*TEAMS)
        options = [
            ("StringEquals", "aws:PrincipalTag/team", team),
            ("StringNotEquals", "aws:PrincipalTag/team", team),
            ("StringEquals", "aws:ResourceTag/team", "${aws:PrincipalTag/team}"),
            ("StringEquals", "aws:ResourceTag/team", [team, other]),
            ("StringNotEquals", "aws:ResourceTag/stage", "prod"),
            ("StringNotEqualsIfExists", "aws:ResourceTag/stage", "PROD"),
            ("StringEqualsIgnoreCase", "aws:ResourceTag/stage", "PROD"),
            ("StringNotEqualsIgnoreCase", "aws:PrincipalTag/team", team.upper()),
            ("StringLike", "aws:PrincipalTag/team", [team[0] + "*", "?lue"]),
            ("StringNotLike", "aws:PrincipalTag/project", ["ch*", "x"]),
            ("StringEquals", "aws:RequestedRegion", self.pick(["us-east-1"], REGIONS)),
            ("StringNotEquals", "aws:RequestedRegion", REGIONS),
            ("IpAddress", "aws:SourceIp", self.pick("203.0.113.0/24", ["198.51.100.0/24", "2001:db8::/32"])),
            ("NotIpAddress", "aws:SourceIp", ["203.0.113.0/24", "198.51.100.0/25"]),
            ("Bool", "aws:MultiFactorAuthPresent", "true"),
            ("Bool", "aws:MultiFactorAuthPresent", "false"),
            ("BoolIfExists", "aws:MultiFactorAuthPresent", self.pick("true", "false")),
            ("Bool", "aws:SecureTransport", self.pick("true", "false")),
            ("Null", "aws:SourceVpce", self.pick("true", "false")),
            ("Null", "aws:PrincipalTag/team", self.pick("true", "false")),
            ("StringEquals", "aws:SourceVpce", "vpce-1a2b3c4d"),
            ("StringNotEqualsIfExists", "aws:SourceVpce", "vpce-1a2b3c4d"),
            ("DateLessThan", "aws:CurrentTime", self.pick("2025-01-01T00:00:00Z", "2030-01-01T00:00:00Z")),
            ("DateGreaterThanEquals", "aws:CurrentTime", self.pick("2026-01-01T00:00:00Z", "2030-01-01T00:00:00Z")),
            ("NumericLessThan", "aws:MultiFactorAuthAge", self.pick("300", "7200")),
            ("NumericGreaterThanEqualsIfExists", "aws:MultiFactorAuthAge", "3600"),
            ("ArnLike", "aws:PrincipalArn", self.pick("arn:aws:iam::*:role/*", f"arn:aws:iam::{HERE}:user/a*", f"arn:aws:iam::{THERE}:*")),
            ("ArnNotEquals", "aws:PrincipalArn", [f"arn:aws:iam::{HERE}:role/runner", f"arn:aws:iam::{HERE}:user/*"]),
            ("StringLike", "aws:PrincipalArn", f"arn:aws:iam::{HERE}:*"),
            ("StringEquals", "aws:PrincipalAccount", self.pick(HERE, THERE)),
            ("StringEquals", "aws:PrincipalOrgID", "o-exampleorgid"),
            ("StringNotEqualsIfExists", "aws:PrincipalOrgID", "o-exampleorgid"),
            ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", ["o-exampleorgid/r-ab12/ou-ab12-1*", "o-other/*"]),
            ("ForAllValues:StringLike", "aws:PrincipalOrgPaths", ["o-exampleorgid/*"]),
            ("ForAnyValue:StringEquals", "aws:CalledVia", ["athena.amazonaws.com"]),
            ("ForAllValues:StringEquals", "aws:CalledVia", ["athena.amazonaws.com", "dynamodb.amazonaws.com"]),
            ("ForAllValues:StringNotEquals", "aws:CalledVia", ["athena.amazonaws.com"]),
            ("StringEquals", "aws:username", ["ann", "bob"]),
            ("StringNotEquals", "aws:username", "ann"),
            ("StringLike", "aws:userid", self.pick("AROA*:nightly", "AIDA*", "*:nightly")),
            ("StringEquals", "aws:PrincipalType", self.pick("User", "AssumedRole")),
            ("StringEquals", "aws:ResourceAccount", "${aws:PrincipalAccount}"),
        ]
        operator, key, values = self.pick(*options)
        return operator, key, values

    def conditions(self):
        out = {}
        for _ in range(self.pick(1, 1, 2)):
            operator, key, values = self.condition()
            out.setdefault(operator, {})[key] = values
        return out

    def statement(self, action, resource, deny=25, plain=45):
        s = {"Effect": "Deny" if self.chance(deny) else "Allow"}
        s["NotAction" if self.chance(12) else "Action"] = self.some(self.actions(action))
        s["NotResource" if self.chance(12) and resource != "*" else "Resource"] = self.some(self.resources(resource))
        if not self.chance(plain):
            s["Condition"] = self.conditions()
        return s

    def document(self, action, resource, most=3, **how):
        return {"Version": "2012-10-17", "Statement": [self.statement(action, resource, **how) for _ in range(self.random.randint(1, most))]}

    def principal_element(self, case):
        who = case["principal"]["arn"]
        account = who.split(":")[4]
        options = [
            "*", {"AWS": "*"}, {"AWS": who}, {"AWS": who}, {"AWS": account}, {"AWS": f"arn:aws:iam::{account}:root"}, {"AWS": f"arn:aws:iam::{THERE}:root"},
            {"AWS": [f"arn:aws:iam::{HERE}:user/zoe", who]}, {"Service": "sagemaker.amazonaws.com"}, {"AWS": f"arn:aws:iam::{HERE}:role/other"},
        ]  # fmt: skip
        if case["principal"]["kind"] == "role":
            options.append({"AWS": f"arn:aws:sts::{account}:assumed-role/{who.split('/')[-1]}/{self.pick('nightly', 'adhoc')}"})
        return self.pick(*options)

    def not_principal(self, case):
        who = case["principal"]["arn"]
        account, name = who.split(":")[4], who.split("/")[-1]
        levels = [f"arn:aws:iam::{account}:root", who]
        if case["principal"]["kind"] == "role":
            levels.append(f"arn:aws:sts::{account}:assumed-role/{name}/{case['principal']['session']}")
        others = [f"arn:aws:iam::{THERE}:user/zoe", f"arn:aws:iam::{THERE}:root"]
        return {"AWS": self.pick(levels, levels, levels + others, others, levels[1:])}

    def resource_policy(self, case, action, resource):
        document = self.document(action, resource, deny=30)
        for s in document["Statement"]:
            if s["Effect"] == "Deny" and action != "sts:AssumeRole" and self.chance(25):
                s["NotPrincipal"] = self.not_principal(case)
            else:
                s["Principal"] = self.principal_element(case)
            if action == "sts:AssumeRole":
                s.pop("Resource", None)
                s.pop("NotResource", None)
                if "NotAction" in s:
                    s["Action"] = s.pop("NotAction")
                s["Action"] = action
        return document

    def context(self, principal, resource, account, tagged):
        kind, arn = principal["kind"], principal["arn"]
        who = arn.split(":")[4]
        context = {
            "aws:PrincipalArn": arn,
            "aws:PrincipalAccount": who,
            "aws:PrincipalType": "User" if kind == "user" else "AssumedRole",
            "aws:userid": principal["id"] if kind == "user" else f"{principal['id']}:{principal['session']}",
            "aws:PrincipalIsAWSService": "false",
            "aws:SecureTransport": self.pick("true", "true", "false"),
            "aws:CurrentTime": "2026-11-27T12:00:00Z",
            "aws:ResourceAccount": account,
            "aws:RequestedRegion": resource.split(":")[3] if resource.count(":") > 3 and resource.split(":")[3] else self.pick(*REGIONS),
        }
        if kind == "user":
            context["aws:username"] = arn.split("/")[-1]
        for key in ("team", "project"):
            if self.chance(60):
                context[f"aws:PrincipalTag/{key}"] = self.pick(*TEAMS) if key == "team" else self.pick("churn", "fraud")
        if tagged:
            if self.chance(60):
                context["aws:ResourceTag/team"] = self.pick(*TEAMS)
            if self.chance(50):
                context["aws:ResourceTag/stage"] = self.pick("prod", "dev")
        if self.chance(70):
            context["aws:SourceIp"] = self.pick("203.0.113.7", "198.51.100.9", "2001:db8::7", "192.0.2.1")
        elif self.chance(70):
            context["aws:SourceVpce"] = self.pick("vpce-1a2b3c4d", "vpce-0000")
        if self.chance(60):
            context["aws:MultiFactorAuthPresent"] = self.pick("true", "false")
            if context["aws:MultiFactorAuthPresent"] == "true":
                context["aws:MultiFactorAuthAge"] = self.pick("100", "3600")
        if self.chance(60):
            context["aws:PrincipalOrgID"] = self.pick("o-exampleorgid", "o-other")
            context["aws:PrincipalOrgPaths"] = [context["aws:PrincipalOrgID"] + "/r-ab12/ou-ab12-11111111/"]
        if self.chance(20):
            context["aws:CalledVia"] = self.pick(["athena.amazonaws.com"], ["cloudformation.amazonaws.com", "dynamodb.amazonaws.com"])
        return context

    def case(self, n):
        action = self.pick(*TARGETS)
        form, tagged, has_policy, must = TARGETS[action]
        account = self.pick(HERE, HERE, HERE, THERE)
        resource = form.format(region=self.pick(*REGIONS), account=account, name=self.pick(*NAMES))
        if self.chance(55):
            principal = {"kind": "user", "arn": f"arn:aws:iam::{HERE}:user/{self.pick('ann', 'bob', 'churn')}", "id": "AIDAEXAMPLEEXAMPLE1"}
        else:
            principal = {"kind": "role", "arn": f"arn:aws:iam::{HERE}:role/{self.pick('runner', 'ann')}", "id": "AROAEXAMPLEEXAMPLE1", "session": "nightly"}
        case = {"principal": principal}
        identity = [self.document(action, resource, deny=20) for _ in range(self.pick(0, 1, 1, 1, 2))]
        if self.chance(35):
            identity.append(FULL)
        boundary = self.document(action, resource, deny=15, plain=60) if self.chance(20) else None
        session = self.document(action, resource, deny=15, plain=60) if principal["kind"] == "role" and self.chance(15) else None
        scp = []
        for _ in range(self.pick(0, 0, 0, 1, 2)):
            level = [self.document(action, resource, most=2, deny=60, plain=40)]
            if self.chance(80):
                level.append(FULL)
            scp.append(level)
        policy = self.resource_policy(case, action, resource) if has_policy and (must or self.chance(60)) else None
        rcp = []
        if has_policy and self.chance(20):
            # AWS takes no Allow, no NotAction and no "*" as the Action of an RCP.
            document = self.document(action, resource, most=2, deny=100)
            for s in document["Statement"]:
                s["Principal"] = "*"
                s.pop("NotAction", None)
                s["Action"] = self.pick(action, action.split(":")[0] + ":*")
            rcp = [[document, allowed_to_all()]]
        context = self.context(principal, resource, account, tagged)
        hidden = [k for k in context if k.startswith(("aws:SourceIp", "aws:SourceVpce", "aws:MultiFactor", "aws:CurrentTime", "aws:SecureTransport", "aws:CalledVia"))]
        return Case(f"case-{n}", action, resource, account, principal, context, identity, boundary, session, scp, rcp, policy, must, hidden)


def cases(seed, count):
    generator = Generator(seed)
    return [generator.case(n) for n in range(count)]


def lines(values):
    return "".join(json.dumps(v) + "\n" for v in values)
