"""What the questions of the audit must answer of the account in account.py, worked out by hand from its policies and
routes, each with the reason. Nothing here was computed.

Names are short: `user/alice` for arn:aws:iam::<account>:user/alice, `endpoint/shared` for the endpoint in us-east-1;
what is of another account or region is spelled out. Whoever is in no list is denied; DENIED says why, where that is
not plain.

Sources: IAM User Guide, "Policy evaluation logic" and "IAM JSON policy element reference"; Organizations User Guide,
"SCP evaluation"; Service Authorization Reference, SageMaker; Amazon VPC User Guide, "Route table concepts"; Amazon S3
User Guide, "Blocking public access"; pathfinding.cloud, sagemaker-001 to -005.
"""

from account import ELSEWHERE, MANAGEMENT, PARTNER, REGION

ALLOWED, CONDITIONAL = "allowed", "conditional"
ADMINISTRATOR, FULL_ACCESS = "arn:aws:iam::aws:policy/AdministratorAccess", "arn:aws:iam::aws:policy/AmazonSageMakerFullAccess"
ACCESS_ROLE = "role/OrganizationAccountAccessRole"

# ---- who can invoke

PROD, DEV = ["prod-fraud", "prod-scores"], ["dev-chat", "dev-batch"]
OTHERS = ["shared", "components"]
COMPONENTS = ["components/small", "components/large"]

# Principal, endpoints (with a component: endpoint/component), actions by their first letter (InvokeEndpoint,
# InvokeEndpoint-Async, -WithResponseStream, -WithBidirectionalStream), verdict, the policy that allows, why.
INVOKERS = [
    ("user/alice", DEV, "ES", ALLOWED, "group/scientists/inline_policy/DevEndpoints", "her group allows the two actions on dev-*"),
    ("user/carol", ["prod-fraud", "dev-batch"], "E", ALLOWED, "policy/InvokeOwnTeam", "the endpoint has the tag team of carol: fraud"),
    ("user/carol", ["dev-batch"], "A", ALLOWED, "policy/InvokeOwnTeam", "as above; on prod-fraud the SCP ProductionQueue denies all but the team platform"),
    ("user/erin", DEV, "EASB", ALLOWED, ADMINISTRATOR, "an administrator whose boundary leaves sagemaker:Invoke* on dev-*"),
    ("user/frank", PROD + DEV + OTHERS + COMPONENTS, "ES", CONDITIONAL, "user/frank/inline_policy/own", "aws:SourceIp is not known"),
    ("user/frank", PROD + DEV + OTHERS, "B", CONDITIONAL, "user/frank/inline_policy/own", "aws:SourceIp is not known; the call names no component"),
    ("user/frank", DEV + OTHERS, "A", CONDITIONAL, "user/frank/inline_policy/own", "as above; on prod-* the SCP denies him, who has no tag team"),
    ("user/frank", ["dev-chat"], "E", ALLOWED, "user/frank/inline_policy/own", "the second statement has no condition"),
    ("user/grace", DEV, "EASB", ALLOWED, "user/grace/inline_policy/own", "NotAction leaves invoking; the Deny spares dev-*"),
    ("user/heidi", ["dev-chat"], "E", ALLOWED, "user/heidi/inline_policy/own", "by name"),
    ("user/ivan", ["dev-batch"], "A", ALLOWED, "user/ivan/inline_policy/own", "by name"),
    ("user/judy", PROD, "ESB", CONDITIONAL, "user/judy/inline_policy/own", "with MFA alone; Async is denied by the SCP"),
    ("user/karl", PROD, "A", ALLOWED, "user/karl/inline_policy/own", "the SCP spares the team platform"),
    ("user/mike", ["components", "components/small"], "E", ALLOWED, "user/mike/inline_policy/own", "the endpoint and its components, but large, which is denied"),
    ("user/nina", ["components"], "E", ALLOWED, "user/nina/inline_policy/own", "the endpoint is the required resource of the call"),
    ("user/nina", COMPONENTS, "E", CONDITIONAL, "user/nina/inline_policy/own", "nothing speaks of the components, optional resources of the call"),
    ("role/Analyst", ["dev-chat"], "E", ALLOWED, "role/Analyst/inline_policy/own", "by name"),
    ("role/Bounded", DEV, "EASB", ALLOWED, ADMINISTRATOR, "as erin"),
]
# Who may do everything with endpoints; all but the team platform are kept from the queue of prod-*.
for role, policy in {"role/NotebookAdmin": ADMINISTRATOR, ACCESS_ROLE: ADMINISTRATOR, "role/NotebookTeam": FULL_ACCESS, "role/LandingZone": "role/LandingZone/inline_policy/own"}.items():
    INVOKERS += [
        (role, PROD + DEV + OTHERS, "ESB", ALLOWED, policy, "sagemaker:* or more; the FullAccess policy spares neither endpoints nor components"),
        (role, DEV + OTHERS, "A", ALLOWED, policy, "on prod-* the SCP denies"),
        (role, COMPONENTS, "ES", ALLOWED, policy, "as the endpoint"),
    ]

DENIED = {
    "endpoint/euro": "the SCP OneRegion denies every call in eu-west-1",
    "user/bob": "the Deny of the group suspended comes before the Allow of scientists",
    "user/dan": "he has no tag team, so the variable has no value and the condition does not hold, not even where the endpoint has no tag",
    "user/lena": "a component alone is not the required resource of the call",
}

# Pairs that an SCP alone denies, in us-east-1: principal, endpoints, actions.
HELD = [("user/carol", ["prod-fraud"], "A"), ("user/frank", PROD, "A"), ("user/judy", PROD, "A")] + [
    (role, PROD, "A") for role in ("role/NotebookAdmin", ACCESS_ROLE, "role/NotebookTeam", "role/LandingZone")
]

# What a conditional answer depends on, by whom: a word of each condition.
DEPENDS = {"user/frank": "aws:SourceIp", "user/judy": "aws:MultiFactorAuthPresent", "user/nina": "component"}

ACTIONS = {"E": "sagemaker:InvokeEndpoint", "A": "sagemaker:InvokeEndpointAsync", "S": "sagemaker:InvokeEndpointWithResponseStream", "B": "sagemaker:InvokeEndpointWithBidirectionalStream"}  # fmt: skip


def pairs(principal, endpoints, letters):
    """Each call: (principal, endpoint, component or nothing, action)."""
    for endpoint in endpoints:
        endpoint, _, component = endpoint.partition("/")
        for letter in letters:
            yield principal, f"endpoint/{endpoint}", component and f"inference-component/{component}", ACTIONS[letter]


def invocations():
    """INVOKERS by call: (verdict, policy). What is allowed comes before what is conditional."""
    out = {}
    for principal, endpoints, letters, verdict, policy, _ in INVOKERS:
        for call in pairs(principal, endpoints, letters):
            if verdict == ALLOWED or call not in out:
                out[call] = (verdict, policy)
    return out


class Short:
    """Makes names as they are here of ARNs in the account."""

    def __init__(self, account):
        self.prefixes = {f"arn:aws:iam::{account}:": "", f"arn:aws:sagemaker:{REGION}:{account}:": "", f"arn:aws:sagemaker:{ELSEWHERE}:{account}:": ELSEWHERE + ":"}

    def __call__(self, id):
        for prefix, short in self.prefixes.items():
            if id.startswith(prefix):
                return short + id.removeprefix(prefix)
        return id


# ---- who can use a bearer token: that and InvokeEndpoint on some endpoint of the region

BEARER = {
    "user/grace": "NotAction leaves it, and dev-* to invoke",
    "user/heidi": "has both",
    "role/NotebookAdmin": "everything",
    ACCESS_ROLE: "everything",
    "role/NotebookTeam": "sagemaker:*; an action without resources is spared by no NotResource",
    "role/LandingZone": "sagemaker:*",
}
# ivan has the token alone; erin's and Bounded's boundary has no CallWithBearerToken.

# ---- who can open what

# Things that open, and the role that one then has.
NOTEBOOKS = {"notebook-instance/legacy": "role/NotebookAdmin", "notebook-instance/team": "role/NotebookTeam", "notebook-instance/open": "role/Trainer", "notebook-instance/bounded": "role/Bounded"}  # fmt: skip
# guest has no role of its own, and takes that of the domain. d-sso/sam is in a domain of single sign-on, which has no such URL.
PROFILES = {"user-profile/d-studio/sam": "role/StudioUser", "user-profile/d-studio/guest": "role/StudioUser"}
SPACES = {"space/d-studio/desk": "role/StudioUser"}  # sam's own; his other one, shelf, has no remote access
SERVERS = {"mlflow-tracking-server/runs": "role/Trainer"}
APPS = {"partner-app/app-0123456789ab": "role/Trainer"}
OPENED_BY = {
    "notebook-instance": "CreatePresignedNotebookInstanceUrl",
    "user-profile": "CreatePresignedDomainUrl",
    "space": "StartSession",
    "mlflow-tracking-server": "CreatePresignedMlflowTrackingServerUrl",
    "partner-app": "CreatePartnerAppPresignedUrl",
}

EVERYTHING = NOTEBOOKS | PROFILES | SPACES | SERVERS | APPS
OPENERS = {
    "role/NotebookAdmin": (EVERYTHING, "everything"),
    ACCESS_ROLE: (EVERYTHING, "everything"),
    "role/LandingZone": (EVERYTHING, "sagemaker:* on everything"),
    "role/NotebookTeam": (NOTEBOOKS | PROFILES | SERVERS, "FullAccess has user profiles in a statement of their own, and neither spaces nor partner apps"),
    "user/quinn": ({"notebook-instance/legacy": "role/NotebookAdmin"}, "by name"),
    "user/sam": ({"user-profile/d-studio/sam": "role/StudioUser"}, "the profile with the user's own name"),
}

# ---- what execution roles may: class, codes of reasons, level, what runs as the role

TRAINED = ["bare", "gone", "isolated", "other", "partner", "ranges", "transit", "v6-out"]
ROLES = {
    "role/NotebookAdmin": ("admin", {"administrator"}, "critical", ["notebook-instance/legacy"]),
    # sagemaker:* (and other services' *), so each sagemaker:Create…, and PassRole on every role to SageMaker.
    "role/NotebookTeam": ("permissive", {"service-wildcard", "sagemaker-create", "passrole-any", "escalation"}, "high", ["notebook-instance/team"]),
    # One bucket to read, one to write; what it could poison runs as itself.
    "role/Trainer": (
        "ok",
        set(),
        "info",
        [f"training-job/{j}" for j in TRAINED]
        + ["domain/d-sso", "mlflow-tracking-server/runs", "model/served", "model/walled", "eu-west-1:model/served", "notebook-instance/open", "partner-app/app-0123456789ab"],
    ),
    "role/Bounded": ("ok", set(), "info", ["notebook-instance/bounded"]),  # the boundary leaves an administrator almost nothing
    "role/LandingZone": ("permissive", {"service-wildcard", "sagemaker-create", "escalation"}, "medium", ["pipeline/nightly"]),
    "role/StudioUser": ("permissive", {"escalation"}, "high", ["domain/d-studio", "user-profile/d-studio/sam"]),  # passes Trainer to a training job
    "role/DataLake": ("permissive", {"service-wildcard", "data-all-buckets"}, "medium", ["training-job/v6-in"]),
    "role/FromHere": ("permissive", {"data-all-buckets"}, "medium", ["training-job/cut"]),  # on a condition of the policy
    "role/Deleted": ("unknown", {"role-does-not-exist"}, "low", ["training-job/sealed"]),
}

# ---- who can become whom

PARTNER_ROOT, MANAGEMENT_ROOT = f"arn:aws:iam::{PARTNER}:root", f"arn:aws:iam::{MANAGEMENT}:root"
ETL = f"arn:aws:iam::{PARTNER}:role/etl"
# Principal, role, verdict, level, why.
ASSUME = [
    ("user/uma", "role/Analyst", ALLOWED, "info", "the role trusts the account, and her policy allows it"),
    ("user/victor", "role/Analyst", ALLOWED, "info", "as uma, on every role"),
    ("role/NotebookAdmin", "role/Analyst", ALLOWED, "info", "everything"),
    (ACCESS_ROLE, "role/Analyst", ALLOWED, "info", "everything"),
    ("user/victor", "role/Research", ALLOWED, "info", "has the tag that the trust policy asks for; the administrators have not, and uma's policy names another role"),
    ("user/erin", "role/Vault", ALLOWED, "info", "named by the trust policy: an implicit deny of a boundary does not limit that for a user; for the role Bounded it does"),
    ("role/NotebookAdmin", "role/Anyone", ALLOWED, "info", "the trust policy lets in everyone whose ARN is role/Notebook*"),
    ("role/NotebookTeam", "role/Anyone", ALLOWED, "info", "the same; its own policies need not allow it"),
    (PARTNER_ROOT, "role/PartnerReader", CONDITIONAL, "info", "who knows the external id"),
    (ETL, "role/PartnerReader", CONDITIONAL, "info", "the same: it is of that account"),
    (ETL, "role/PartnerOpen", ALLOWED, "high", "a role of another account, without any condition"),
    (PARTNER_ROOT, "role/internal/Ledger", CONDITIONAL, "info", "the RCP OursAlone: whether that account is in the organization is not known"),
    (ETL, "role/internal/Ledger", CONDITIONAL, "info", "the same"),
    (MANAGEMENT_ROOT, "role/internal/Payroll", ALLOWED, "high", "the management account is in the organization"),
    (MANAGEMENT_ROOT, ACCESS_ROLE, ALLOWED, "critical", "as Organizations made it; it is an administrator"),
    ("oidc-provider/token.actions.githubusercontent.com", "role/GitHub", CONDITIONAL, "info", "what the token says"),
    ("saml-provider/office", "role/Staff", CONDITIONAL, "info", "what the assertion says"),
]

# ---- who gains which role

# Roles that SageMaker may run as, for who may pass every role: the SCP LandingStays keeps LandingZone; Foreign trusts
# SageMaker of another account alone, Function another service.
PASSED = {"NotebookAdmin", "NotebookTeam", "Trainer", "Bounded", "StudioUser", "DataLake", "FromHere"}
# Everything that runs as a role that one passes. A tuning job is not among them: the SCP NoTuning does not allow it.
WITH_ROLE = ["sagemaker-001", "sagemaker-002", "sagemaker-003", "automl-job", "automl-job-v2", "transform-job", "endpoint", "update-endpoint", "pipeline", "cluster", "monitoring-schedule"]
IN_DOMAIN = ["user-profile", "update-user-profile"]


def everything(role, pass_roles=True, studio=True):
    """What who may do all of sagemaker:* gains, besides the role itself: path and roles, by verdict."""
    allowed = {
        "sagemaker-004": {"NotebookAdmin", "Trainer", "Bounded"},  # legacy, open, bounded run
        "sagemaker-005": {"NotebookAdmin", "NotebookTeam", "Trainer", "Bounded"},
        "start-notebook": {"NotebookTeam"},  # team is stopped
        "notebook-change-script": {"NotebookAdmin"},  # that of legacy
        "open-user-profile": {"StudioUser"},
        "update-pipeline": {"LandingZone"},  # which no one may pass, and nightly has
    }
    if studio:
        # d-sso and its sam have Trainer, d-studio and its users StudioUser.
        allowed |= {"start-session": {"StudioUser"}, "studio-script-of-profile": {"StudioUser", "Trainer"}, "studio-script-of-domain": {"StudioUser", "Trainer"}}
    if pass_roles:
        allowed |= dict.fromkeys(WITH_ROLE + (IN_DOMAIN if studio else []), PASSED)
    # What the existing scripts do is not known.
    conditional = {"notebook-attach-script": {"NotebookAdmin", "NotebookTeam", "Trainer", "Bounded"}}
    return {v: {path: gains - {role} for path, gains in paths.items() if gains - {role}} for v, paths in ((ALLOWED, allowed), (CONDITIONAL, conditional))}


def both(*parts):
    return {v: {k: g for p in parts for k, g in p.get(v, {}).items()} for v in (ALLOWED, CONDITIONAL)}


# Objects and tags that endpoints in service run as Trainer. The image under a tag is taken when the endpoint is deployed.
OBJECTS, IMAGES = {ALLOWED: {"model-poisoning": {"Trainer"}}}, {CONDITIONAL: {"image-poisoning": {"Trainer"}}}

ESCALATIONS = {
    "role/NotebookAdmin": both(everything("NotebookAdmin"), OBJECTS, IMAGES),
    ACCESS_ROLE: both(everything(None), OBJECTS, IMAGES),
    # FullAccess spares domains, user profiles and spaces; the repository's name has "sagemaker" in it, the bucket's has not.
    "role/NotebookTeam": both(everything("NotebookTeam", studio=False), IMAGES),
    "role/LandingZone": everything("LandingZone", pass_roles=False),
    "role/StudioUser": {ALLOWED: {"sagemaker-002": {"Trainer"}}},
    "role/DataLake": OBJECTS,
    "user/oscar": {ALLOWED: {"sagemaker-001": {"NotebookAdmin", "NotebookTeam"}}},  # role/Notebook*
    "user/quinn": {ALLOWED: {"sagemaker-003": PASSED, "sagemaker-004": {"NotebookAdmin"}}},
    "user/rita": {ALLOWED: {"sagemaker-005": {"NotebookTeam"}}, CONDITIONAL: {"notebook-attach-script": {"NotebookTeam"}}},  # the notebook that she owns
    "user/sam": {ALLOWED: {"open-user-profile": {"StudioUser"}}},
    "user/tina": {ALLOWED: {"update-pipeline": {"LandingZone"}}},
    "user/grace": both(OBJECTS, IMAGES),  # NotAction leaves S3 and ECR
}
# peggy passes roles to EC2 alone.

# ---- where the audit is too careful

# No outsider has an ARN of role/Notebook* of this account, and neither has SageMaker itself, but the audit says that it
# depends on that. What it knows better one day is to be taken out of here.
ASSUME.append(("*", "role/Anyone", CONDITIONAL, "info", "too careful"))
for role in ("role/NotebookAdmin", ACCESS_ROLE, "role/NotebookTeam"):
    ESCALATIONS[role][CONDITIONAL] |= {path: {"Anyone"} for path in ESCALATIONS[role][ALLOWED] if path in WITH_ROLE + IN_DOMAIN}
ESCALATIONS["user/quinn"][CONDITIONAL] = {"sagemaker-003": {"Anyone"}}

# ---- what is exposed: direct internet, subnet, open ingress, egress, level

EXPOSURE = {
    "notebook-instance/legacy": (True, "none", False, "internet", "high"),  # SageMaker's own network
    "notebook-instance/team": (False, "private", False, "internet", "info"),  # the main table of its own VPC leads to a NAT gateway; the group lets in another group
    "notebook-instance/open": (True, "public", True, "internet", "high"),
    "notebook-instance/bounded": (False, "public", False, "internet", "high"),  # the two halves are a default
    # The jobs are over.
    "training-job/v6-out": (False, "private", True, "internet", "low"),  # out alone, over IPv6; the group lets in ::/0
    "training-job/v6-in": (False, "public", False, "internet", "low"),
    "training-job/ranges": (False, "public", False, "internet", "low"),  # a prefix list with one public range; the same range is let in, which is a few addresses
    "training-job/partner": (False, "private", False, "none", "info"),  # a prefix list of private addresses: nothing of them comes through an internet gateway
    "training-job/gone": (False, "private", True, "none", "low"),  # a blackhole; two halves let in
    "training-job/isolated": (False, "private", False, "none", "info"),  # a gateway endpoint of S3 alone; an office is let in
    "training-job/transit": (False, "private", False, "outside", "info"),
    "training-job/other": (False, "public", False, "internet", "low"),  # the main table of the other VPC
    "training-job/cut": (False, "private", False, "none", "info"),  # a blackhole: the gateway is detached
    "training-job/bare": (True, "none", False, "internet", "low"),
    "training-job/sealed": (False, "none", False, "none", "info"),  # network isolation
    "model/served": (True, "none", False, "internet", "low"),
    "eu-west-1:model/served": (True, "none", False, "internet", "low"),
    "model/walled": (False, "private", False, "none", "info"),
    "domain/d-studio": (False, "public", False, "internet", "high"),  # the worse of its two subnets
    "domain/d-sso": (True, "private", False, "internet", "high"),  # PublicInternetOnly
    "user-profile/d-studio/sam": (False, "public", True, "internet", "high"),  # in the subnets of the domain with a group of its own
}
for name in [*PROD, *OTHERS]:
    EXPOSURE[f"endpoint/{name}"] = (True, "none", False, "internet", "medium")  # as the model behind it
EXPOSURE["eu-west-1:endpoint/euro"] = EXPOSURE["endpoint/shared"]
for name in DEV:
    EXPOSURE[f"endpoint/{name}"] = (False, "private", False, "none", "info")

# ---- which buckets are public, with the level

BUCKETS = {
    "ml-artifacts": (False, "info"),  # no policy, and ACLs do not count
    "ml-data": (False, "info"),  # its policy is for the account alone
    "open-data": (True, "critical"),
    "kept-data": (True, "critical"),  # BlockPublicPolicy refuses new policies, and leaves the one that is there
    "shut-data": (False, "info"),  # RestrictPublicBuckets
    "plain-data": (False, "info"),  # by its policy; ACLs, which a snapshot does not hold, may make it so: see PERHAPS_PUBLIC
    "left-behind": (None, "info"),  # there is no such bucket here
}
PERHAPS_PUBLIC = {"plain-data", "left-behind"}
