"""A member account of an organization, made through boto3 in moto, with something to find for each question of the
audit. What is to be found is in answers.py.

moto does not hold all of SageMaker; what it cannot answer (user profiles, spaces, inference components, MLflow,
partner apps, lifecycle configurations) the simulator answers from the documents here. A proxy in front of both
sends each call to where it belongs, see `World.answer`.
"""

import json
import re
from contextlib import contextmanager
from xml.etree import ElementTree

from inventory import client, tags
from program import api, environment, forward, moto, s3_error, simulate

REGION, ELSEWHERE = "us-east-1", "eu-west-1"
MANAGEMENT, PARTNER = "111122223333", "999988887777"


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action, resource="*", **more):
    return allow(action, resource, **more) | {"Effect": "Deny"}


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(kind, *names, action="sts:AssumeRole", **condition):
    """A trust policy; the condition is by operator."""
    more = {"Condition": condition} if condition else {}
    return document({"Effect": "Allow", "Principal": {kind: list(names)}, "Action": action, **more})


AWS_MANAGED = "arn:aws:iam::aws:policy/"
ADMINISTRATOR, FULL_ACCESS = AWS_MANAGED + "AdministratorAccess", AWS_MANAGED + "AmazonSageMakerFullAccess"
TO_SAGEMAKER = {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}
SAGEMAKER = trust("Service", "sagemaker.amazonaws.com")


class Names:
    """ARNs in the account."""

    def __init__(self, account):
        self.account = account

    def iam(self, path):
        return f"arn:aws:iam::{self.account}:{path}"

    def arn(self, path, region=REGION):
        return f"arn:aws:sagemaker:{region}:{self.account}:{path}"


# ---- organization


def service_control(n):
    """Policies by what they are attached to: the root, two units in one another, the account."""
    return {
        "root": {
            # Regions: but for global services.
            "OneRegion": document(
                {
                    "Effect": "Deny",
                    "NotAction": ["iam:*", "sts:*", "organizations:*", "s3:*"],
                    "Resource": "*",
                    "Condition": {"StringNotEquals": {"aws:RequestedRegion": REGION}},
                }
            )
        },
        "ml": {
            "ProductionQueue": document(
                deny("sagemaker:InvokeEndpointAsync", "arn:aws:sagemaker:*:*:endpoint/prod-*", Condition={"StringNotEquals": {"aws:PrincipalTag/team": "platform"}})
            )
        },
        # In place of FullAWSAccess, which is taken away there.
        "production": {"NoTuning": document({"Effect": "Allow", "NotAction": "sagemaker:CreateHyperParameterTuningJob", "Resource": "*"})},
        "account": {"LandingStays": document(deny("iam:PassRole", "arn:aws:iam::*:role/Landing*"))},
    }


def resource_control(organization):
    """What outsiders may not do to resources of the second level."""
    return {
        "ml": {
            "OursAlone": document(
                {
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "sts:AssumeRole",
                    "Resource": "arn:aws:iam::*:role/internal/*",
                    "Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": organization}, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}},
                }
            )
        }
    }


# ---- IAM


def policies(n):
    """Customer managed policies, in two versions where it is a list: the last one is the default."""
    return {
        "InvokeOwnTeam": [
            document(allow("sagemaker:*")),
            document(
                allow(
                    ["sagemaker:InvokeEndpoint", "sagemaker:InvokeEndpointAsync"],
                    n.arn("endpoint/*"),
                    Condition={"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}},
                )
            ),
        ],
        "Ceiling": [document(allow("sagemaker:Invoke*", n.arn("endpoint/dev-*")), allow("sagemaker:Describe*"))],
    }


def groups(n):
    return {
        "scientists": {"DevEndpoints": document(allow(["sagemaker:InvokeEndpoint", "sagemaker:InvokeEndpointWithResponseStream"], n.arn("endpoint/dev-*")))},
        "suspended": {"NoCalls": document(deny("sagemaker:InvokeEndpoint*"))},
    }


def users(n):
    """Inline statements; and groups, tags, managed, boundary where there are some."""
    own = n.iam("policy/")
    notebook_steps = ["sagemaker:StopNotebookInstance", "sagemaker:UpdateNotebookInstance", "sagemaker:StartNotebookInstance"]
    return {
        "alice": dict(groups=["scientists"], tags={"team": "research"}),
        "bob": dict(groups=["scientists", "suspended"]),
        "carol": dict(managed=[own + "InvokeOwnTeam"], tags={"team": "fraud"}),
        "dan": dict(managed=[own + "InvokeOwnTeam"]),
        "erin": dict(managed=[ADMINISTRATOR], boundary=own + "Ceiling"),
        "frank": dict(
            statements=[
                allow("sagemaker:InvokeEndpoint*", Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}),
                allow("sagemaker:InvokeEndpoint", n.arn("endpoint/dev-chat")),
            ]
        ),
        "grace": dict(
            statements=[
                {
                    "Effect": "Allow",
                    "NotAction": ["iam:*", "sts:*", "sagemaker:Create*", "sagemaker:Update*", "sagemaker:Start*"],
                    "Resource": "*",
                },
                {"Effect": "Deny", "Action": "sagemaker:InvokeEndpoint*", "NotResource": n.arn("endpoint/dev-*")},
            ]
        ),
        "heidi": dict(statements=[allow("sagemaker:CallWithBearerToken"), allow("sagemaker:InvokeEndpoint", n.arn("endpoint/dev-chat"))]),
        "ivan": dict(statements=[allow("sagemaker:CallWithBearerToken"), allow("sagemaker:InvokeEndpointAsync", n.arn("endpoint/dev-batch"))]),
        "judy": dict(
            statements=[
                allow("sagemaker:InvokeEndpoint*", n.arn("endpoint/prod-*")),
                deny("*", Condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}),
            ]
        ),
        "karl": dict(statements=[allow("sagemaker:InvokeEndpointAsync", n.arn("endpoint/prod-*"))], tags={"team": "platform"}),
        "lena": dict(statements=[allow("sagemaker:InvokeEndpoint", n.arn("inference-component/*"))]),
        "mike": dict(
            statements=[
                allow("sagemaker:InvokeEndpoint", [n.arn("endpoint/components"), n.arn("inference-component/*")]),
                deny("sagemaker:InvokeEndpoint", n.arn("inference-component/large")),
            ]
        ),
        "nina": dict(statements=[allow("sagemaker:InvokeEndpoint", n.arn("endpoint/components"))]),
        "oscar": dict(statements=[allow("iam:PassRole", n.iam("role/Notebook*"), Condition=TO_SAGEMAKER), allow("sagemaker:CreateNotebookInstance")]),
        "peggy": dict(
            statements=[
                allow("iam:PassRole", n.iam("role/*"), Condition={"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}),
                allow("sagemaker:CreateTrainingJob"),
            ]
        ),
        "quinn": dict(
            statements=[
                allow("iam:PassRole"),
                allow("sagemaker:CreateProcessingJob"),
                allow("sagemaker:CreatePresignedNotebookInstanceUrl", n.arn("notebook-instance/legacy")),
            ]
        ),
        "rita": dict(
            statements=[
                allow("sagemaker:CreateNotebookInstanceLifecycleConfig"),
                allow(notebook_steps, Condition={"StringEquals": {"aws:ResourceTag/owner": "${aws:username}"}}),
            ]
        ),
        "sam": dict(statements=[allow("sagemaker:CreatePresignedDomainUrl", n.arn("user-profile/*/${aws:username}"))]),
        "tina": dict(statements=[allow(["sagemaker:UpdatePipeline", "sagemaker:StartPipelineExecution"], n.arn("pipeline/nightly"))]),
        "uma": dict(statements=[allow("sts:AssumeRole", n.iam("role/Analyst"))], tags={"team": "research"}),
        "victor": dict(statements=[allow("sts:AssumeRole")], tags={"team": "research"}),
    }


def roles(n, organization):
    """As `users`, with the trust policy; a path before the name."""
    own = n.iam("policy/")
    return {
        # Of SageMaker's resources.
        "NotebookAdmin": dict(trust=SAGEMAKER, managed=[ADMINISTRATOR]),
        "NotebookTeam": dict(trust=SAGEMAKER, managed=[FULL_ACCESS]),
        "Trainer": dict(
            trust=SAGEMAKER,
            statements=[
                allow("s3:GetObject", "arn:aws:s3:::ml-data/*"),
                allow("s3:PutObject", "arn:aws:s3:::ml-artifacts/*"),
                allow(["ecr:GetAuthorizationToken", "logs:CreateLogStream", "logs:PutLogEvents", "cloudwatch:PutMetricData"]),
            ],
        ),
        "Bounded": dict(trust=SAGEMAKER, managed=[ADMINISTRATOR], boundary=own + "Ceiling"),
        "LandingZone": dict(trust=SAGEMAKER, statements=[allow("sagemaker:*")]),
        "StudioUser": dict(trust=SAGEMAKER, statements=[allow("sagemaker:CreateTrainingJob"), allow("iam:PassRole", n.iam("role/Trainer"), Condition=TO_SAGEMAKER)]),
        "DataLake": dict(trust=SAGEMAKER, statements=[allow("s3:*")]),
        "FromHere": dict(trust=SAGEMAKER, statements=[allow("s3:GetObject", Condition={"StringEquals": {"aws:SourceVpce": "vpce-0123456789abcdef0"}})]),
        # Not of SageMaker's here: another service, and another account's SageMaker.
        "Function": dict(trust=trust("Service", "lambda.amazonaws.com")),
        "Foreign": dict(trust=trust("Service", "sagemaker.amazonaws.com", StringEquals={"aws:SourceAccount": PARTNER})),
        # Of people and of other accounts.
        "Analyst": dict(trust=trust("AWS", n.iam("root")), statements=[allow("sagemaker:InvokeEndpoint", n.arn("endpoint/dev-chat"))]),
        "Research": dict(trust=trust("AWS", n.iam("root"), StringEquals={"aws:PrincipalTag/team": "research"})),
        "Vault": dict(trust=trust("AWS", n.iam("user/erin"), n.iam("role/Bounded"))),
        "Anyone": dict(trust=trust("AWS", "*", ArnLike={"aws:PrincipalArn": n.iam("role/Notebook*")})),
        "PartnerReader": dict(trust=trust("AWS", f"arn:aws:iam::{PARTNER}:root", StringEquals={"sts:ExternalId": "f1f2f3"})),
        "PartnerOpen": dict(trust=trust("AWS", f"arn:aws:iam::{PARTNER}:role/etl")),
        "internal/Ledger": dict(trust=trust("AWS", f"arn:aws:iam::{PARTNER}:root")),
        "internal/Payroll": dict(trust=trust("AWS", f"arn:aws:iam::{MANAGEMENT}:root")),
        "GitHub": dict(
            trust=trust(
                "Federated",
                n.iam("oidc-provider/token.actions.githubusercontent.com"),
                action="sts:AssumeRoleWithWebIdentity",
                StringLike={"token.actions.githubusercontent.com:sub": "repo:example/models:*"},
            )
        ),
        "Staff": dict(
            trust=trust(
                "Federated", n.iam("saml-provider/office"), action="sts:AssumeRoleWithSAML", StringEquals={"SAML:aud": "https://signin.aws.amazon.com/saml"}
            )
        ),
    }


# Made by Organizations, with the administrator's policy.
ACCESS_ROLE = "OrganizationAccountAccessRole"


# ---- buckets: policy, whether S3 calls it public, the bucket's access block

BLOCK = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


def anyone_reads(bucket, **more):
    return document({"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*", **more})


def buckets(n):
    return {
        "ml-artifacts": dict(block=BLOCK),
        "ml-data": dict(policy=anyone_reads("ml-data", Condition={"StringEquals": {"aws:PrincipalAccount": n.account}}), public=False, block=("IgnorePublicAcls",)),
        "open-data": dict(policy=anyone_reads("open-data"), public=True),
        "kept-data": dict(policy=anyone_reads("kept-data"), public=True, block=("BlockPublicPolicy", "IgnorePublicAcls")),
        "shut-data": dict(policy=anyone_reads("shut-data"), public=True, block=("RestrictPublicBuckets", "IgnorePublicAcls")),
        "plain-data": dict(),
    }


# ---- what moto has not


def overlay(n, ids):
    """Documents by kind, for the simulator."""
    at = "2025-03-04T05:06:07Z"

    def profile(domain, name, **settings):
        return {
            "DomainId": domain, "UserProfileName": name, "UserProfileArn": n.arn(f"user-profile/{domain}/{name}"), "Status": "InService",
            "CreationTime": at, "LastModifiedTime": at, "UserSettings": settings, "Tags": [],
        }  # fmt: skip

    def space(name, **settings):
        return {
            "DomainId": "d-studio", "SpaceName": name, "SpaceArn": n.arn(f"space/d-studio/{name}"), "Status": "InService", "CreationTime": at, "LastModifiedTime": at,
            "OwnershipSettings": {"OwnerUserProfileName": "sam"}, "SpaceSharingSettings": {"SharingType": "Private"}, "SpaceSettings": settings, "Tags": [],
        }  # fmt: skip

    def component(name):
        return {
            "InferenceComponentName": name, "InferenceComponentArn": n.arn(f"inference-component/{name}"), "EndpointName": "components",
            "EndpointArn": n.arn("endpoint/components"), "VariantName": "v", "InferenceComponentStatus": "InService", "CreationTime": at, "LastModifiedTime": at,
            "Specification": {"ModelName": "served"}, "RuntimeConfig": {"DesiredCopyCount": 1, "CurrentCopyCount": 1}, "Tags": [],
        }  # fmt: skip

    return {
        "UserProfile": [profile("d-studio", "sam", ExecutionRole=n.iam("role/StudioUser"), SecurityGroups=[ids["sg/open"]]), profile("d-studio", "guest"), profile("d-sso", "sam")],
        "Space": [space("desk", RemoteAccess="ENABLED"), space("shelf")],
        "InferenceComponent": [component("small"), component("large")],
        "MlflowTrackingServer": [
            {
                "TrackingServerName": "runs", "TrackingServerArn": n.arn("mlflow-tracking-server/runs"), "TrackingServerStatus": "Created", "IsActive": "Active",
                "ArtifactStoreUri": "s3://ml-artifacts/mlflow", "TrackingServerSize": "Small", "RoleArn": n.iam("role/Trainer"), "CreationTime": at, "LastModifiedTime": at,
                "Tags": [],
            }
        ],
        "PartnerApp": [
            {
                "Name": "vendor", "Arn": n.arn("partner-app/app-0123456789ab"), "Type": "comet", "Status": "Available", "CreationTime": at, "LastModifiedTime": at,
                "ExecutionRoleArn": n.iam("role/Trainer"), "AuthType": "IAM", "Tier": "small", "Tags": [],
            }
        ],
        "NotebookInstanceLifecycleConfig": [
            {
                "NotebookInstanceLifecycleConfigName": "setup", "NotebookInstanceLifecycleConfigArn": n.arn("notebook-instance-lifecycle-config/setup"),
                "OnStart": [{"Content": "IyEvYmluL2Jhc2gK"}], "CreationTime": at, "LastModifiedTime": at, "Tags": [],
            }
        ],
    }  # fmt: skip


# ---- networks

# Subnets: VPC, IPv4 range, whether it has IPv6, and route table; None is the main one of its VPC.
SUBNETS = {
    "public": ("home", "10.0.0.0/24", False, "public"),
    "fallback": ("home", "10.0.1.0/24", False, None),
    "split": ("home", "10.0.2.0/24", False, "split"),
    "v6-out": ("home", "10.0.3.0/24", True, "v6-out"),
    "v6-in": ("home", "10.0.4.0/24", True, "v6-in"),
    "ranges": ("home", "10.0.5.0/24", False, "ranges"),
    "partner": ("home", "10.0.6.0/24", False, "partner"),
    "gone": ("home", "10.0.7.0/24", False, "gone"),
    "isolated": ("home", "10.0.8.0/24", False, "isolated"),
    "transit": ("home", "10.0.9.0/24", False, "transit"),
    "other": ("other", "10.1.0.0/24", False, None),
    "cut": ("cut", "10.2.0.0/24", False, None),
}
# Routes of tables beside the local ones: destination and where to. The main table of a VPC has the VPC's name.
ROUTES = {
    "home": [("0.0.0.0/0", "nat")],
    "other": [("0.0.0.0/0", "igw/other")],
    "cut": [("0.0.0.0/0", "igw/cut")],
    "public": [("0.0.0.0/0", "igw/home")],
    "split": [("0.0.0.0/1", "igw/home"), ("128.0.0.0/1", "igw/home")],
    "v6-out": [("::/0", "eigw")],
    "v6-in": [("::/0", "igw/home")],
    "ranges": [("pl/public", "igw/home")],
    "partner": [("pl/private", "igw/home")],
    "gone": [("0.0.0.0/0", "igw/gone")],
    "isolated": [],
    "transit": [("0.0.0.0/0", "tgw")],
}
LISTS = {"public": ["52.94.0.0/22", "10.9.0.0/16"], "private": ["10.8.0.0/16"]}
# Security groups of the VPC home, by what they let in.
GROUPS = {
    "closed": {},
    "open": {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
    "inner": {"IpProtocol": "-1", "UserIdGroupPairs": ["open"]},
    "office": {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "203.0.113.0/24"}]},
    "halves": {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/1"}, {"CidrIp": "128.0.0.0/1"}]},
    "six": {"IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]},
    "listed": {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "PrefixListIds": ["public"]},
}

# ---- what runs in them: subnets, security groups, role and what more

NOTEBOOKS = {
    "legacy": ([], [], "NotebookAdmin", {"DirectInternetAccess": "Enabled", "LifecycleConfigName": "setup"}),
    "team": (["fallback"], ["inner"], "NotebookTeam", {"DirectInternetAccess": "Disabled", "Tags": tags(owner="rita")}),
    "open": (["public"], ["open"], "Trainer", {"DirectInternetAccess": "Enabled"}),
    "bounded": (["split"], ["inner"], "Bounded", {"DirectInternetAccess": "Disabled"}),
}
JOBS = {
    "v6-out": (["v6-out"], ["six"], "Trainer", {}),
    "v6-in": (["v6-in"], ["closed"], "DataLake", {}),
    "ranges": (["ranges"], ["listed"], "Trainer", {}),
    "partner": (["partner"], ["office", "closed"], "Trainer", {}),
    "gone": (["gone"], ["halves"], "Trainer", {}),
    "isolated": (["isolated"], ["office"], "Trainer", {}),
    "transit": (["transit"], ["closed"], "Trainer", {}),
    "other": (["other"], ["other"], "Trainer", {}),
    "cut": (["cut"], ["cut"], "FromHere", {}),
    "bare": ([], [], "Trainer", {}),
    "sealed": ([], [], "Deleted", {"EnableNetworkIsolation": True}),
}
ENDPOINTS = {
    "prod-fraud": ("plain", tags(team="fraud")),
    "prod-scores": ("plain", tags(team="research")),
    "dev-chat": ("walled", tags(team="research")),
    "dev-batch": ("walled", tags(team="fraud")),
    "shared": ("plain", []),
    "components": ("plain", []),
}


# ---- making it


class Builder:
    """Makes the account. `ids` are what moto called things by the names that they have here."""

    def __init__(self, url):
        self.url, self.ids = url, {}
        self.organize()
        sts = client(url, REGION, "sts", self.management())
        self.key = sts.assume_role(RoleArn=f"arn:aws:iam::{self.account}:role/{ACCESS_ROLE}", RoleSessionName="e2e")["Credentials"]["AccessKeyId"]
        self.names = Names(self.account)

    def management(self):
        """A key of the management account: what a role of it that nobody made gives."""
        sts = client(self.url, REGION, "sts")
        return sts.assume_role(RoleArn=f"arn:aws:iam::{MANAGEMENT}:role/admin", RoleSessionName="e2e")["Credentials"]["AccessKeyId"]

    def api(self, service, region=REGION):
        return client(self.url, region, service, self.key)

    def organize(self):
        org = client(self.url, REGION, "organizations", self.management())
        self.organization = org.create_organization(FeatureSet="ALL")["Organization"]["Id"]
        root = org.list_roots()["Roots"][0]["Id"]
        ml = org.create_organizational_unit(ParentId=root, Name="ml")["OrganizationalUnit"]["Id"]
        production = org.create_organizational_unit(ParentId=ml, Name="production")["OrganizationalUnit"]["Id"]
        self.account = org.create_account(AccountName="models", Email="models@example.com")["CreateAccountStatus"]["AccountId"]
        org.move_account(AccountId=self.account, SourceParentId=root, DestinationParentId=production)
        targets = {"root": root, "ml": ml, "production": production, "account": self.account}
        for kind, attached in (("SERVICE", service_control(None)), ("RESOURCE", resource_control(self.organization))):
            defaults = {"SERVICE": "p-FullAWSAccess", "RESOURCE": "p-RCPFullAWSAccess"}
            for name, target in targets.items():
                have = {p["Id"] for p in org.list_policies_for_target(TargetId=target, Filter=f"{kind}_CONTROL_POLICY")["Policies"]}
                if defaults[kind] not in have:
                    org.attach_policy(PolicyId=defaults[kind], TargetId=target)
                for policy, text in attached.get(name, {}).items():
                    made = org.create_policy(Name=policy, Description=policy, Type=f"{kind}_CONTROL_POLICY", Content=text)["Policy"]["PolicySummary"]["Id"]
                    org.attach_policy(PolicyId=made, TargetId=target)
                if name == "production" and kind == "SERVICE":
                    org.detach_policy(PolicyId=defaults[kind], TargetId=target)

    # ---- IAM

    def people(self):
        iam, n = self.api("iam"), self.names
        for name, versions in policies(n).items():
            arn = iam.create_policy(PolicyName=name, PolicyDocument=versions[0])["Policy"]["Arn"]
            for text in versions[1:]:
                iam.create_policy_version(PolicyArn=arn, PolicyDocument=text, SetAsDefault=True)
        for name, inline in groups(n).items():
            iam.create_group(GroupName=name)
            for policy, text in inline.items():
                iam.put_group_policy(GroupName=name, PolicyName=policy, PolicyDocument=text)
        for name, u in users(n).items():
            boundary = {"PermissionsBoundary": u["boundary"]} if "boundary" in u else {}
            iam.create_user(UserName=name, Tags=tags(**u.get("tags", {})), **boundary)
            for group in u.get("groups", ()):
                iam.add_user_to_group(GroupName=group, UserName=name)
            for arn in u.get("managed", ()):
                iam.attach_user_policy(UserName=name, PolicyArn=arn)
            if "statements" in u:
                iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=document(*u["statements"]))
        iam.create_saml_provider(Name="office", SAMLMetadataDocument="<EntityDescriptor/>" * 100)
        iam.create_open_id_connect_provider(Url="https://token.actions.githubusercontent.com", ClientIDList=["sts.amazonaws.com"], ThumbprintList=["a" * 40])
        for path, r in roles(n, self.organization).items():
            folder, _, name = path.rpartition("/")
            boundary = {"PermissionsBoundary": r["boundary"]} if "boundary" in r else {}
            iam.create_role(RoleName=name, Path=f"/{folder}/" if folder else "/", AssumeRolePolicyDocument=r["trust"], **boundary)
            for arn in r.get("managed", ()):
                iam.attach_role_policy(RoleName=name, PolicyArn=arn)
            if "statements" in r:
                iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document(*r["statements"]))
        iam.attach_role_policy(RoleName=ACCESS_ROLE, PolicyArn=ADMINISTRATOR)

    # ---- EC2

    def networks(self):
        ec2, ids = self.api("ec2"), self.ids
        for i, vpc in enumerate(("home", "other", "cut")):
            ids["vpc/" + vpc] = made = ec2.create_vpc(CidrBlock=f"10.{i}.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]["VpcId"]
            ids["igw/" + vpc] = gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
            ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=made)
            tables = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [made]}])["RouteTables"]
            (ids["rtb/" + vpc],) = (t["RouteTableId"] for t in tables if any(a["Main"] for a in t["Associations"]))
        home = ids["vpc/home"]
        ids["igw/gone"] = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ids["eigw"] = ec2.create_egress_only_internet_gateway(VpcId=home)["EgressOnlyInternetGateway"]["EgressOnlyInternetGatewayId"]
        for name, ranges in LISTS.items():
            ids["pl/" + name] = ec2.create_managed_prefix_list(
                PrefixListName=name, AddressFamily="IPv4", MaxEntries=5, Entries=[{"Cidr": r, "Description": r} for r in ranges]
            )["PrefixList"]["PrefixListId"]
        six = ec2.describe_vpcs(VpcIds=[home])["Vpcs"][0]["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"].removesuffix("00::/56")
        for i, (name, (vpc, cidr, v6, _)) in enumerate(SUBNETS.items()):
            more = {"Ipv6CidrBlock": f"{six}{i:02x}::/64"} if v6 else {}
            ids["subnet/" + name] = ec2.create_subnet(VpcId=ids["vpc/" + vpc], CidrBlock=cidr, **more)["Subnet"]["SubnetId"]
        ids["nat"] = ec2.create_nat_gateway(SubnetId=ids["subnet/public"], AllocationId=ec2.allocate_address(Domain="vpc")["AllocationId"])["NatGateway"]["NatGatewayId"]
        ids["tgw"] = ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
        ec2.create_transit_gateway_vpc_attachment(TransitGatewayId=ids["tgw"], VpcId=home, SubnetIds=[ids["subnet/transit"]])
        self.routes(ec2)
        # A gateway that a VPC has lost, and one that there is no more.
        ec2.detach_internet_gateway(InternetGatewayId=ids["igw/cut"], VpcId=ids["vpc/cut"])
        ec2.delete_internet_gateway(InternetGatewayId=ids["igw/gone"])
        ec2.create_vpc_endpoint(VpcId=home, VpcEndpointType="Gateway", ServiceName=f"com.amazonaws.{REGION}.s3", RouteTableIds=[ids["rtb/isolated"]])
        ec2.create_vpc_endpoint(
            VpcId=home, VpcEndpointType="Interface", ServiceName=f"com.amazonaws.{REGION}.sagemaker.runtime", SubnetIds=[ids["subnet/isolated"]], PrivateDnsEnabled=True
        )
        self.security_groups(ec2)

    def routes(self, ec2):
        ids = self.ids
        for _, (vpc, _, _, table) in SUBNETS.items():
            if table and "rtb/" + table not in ids:
                ids["rtb/" + table] = ec2.create_route_table(VpcId=ids["vpc/" + vpc])["RouteTable"]["RouteTableId"]
        for name, (_, _, _, table) in SUBNETS.items():
            if table:
                ec2.associate_route_table(RouteTableId=ids["rtb/" + table], SubnetId=ids["subnet/" + name])
        members = {"nat": "NatGatewayId", "igw": "GatewayId", "eigw": "EgressOnlyInternetGatewayId", "tgw": "TransitGatewayId"}
        for table, routes in ROUTES.items():
            for to, by in routes:
                where = "DestinationPrefixListId" if to in ids else "DestinationIpv6CidrBlock" if ":" in to else "DestinationCidrBlock"
                ec2.create_route(RouteTableId=ids["rtb/" + table], **{where: ids.get(to, to), members[by.partition("/")[0]]: ids[by]})

    def security_groups(self, ec2):
        ids = self.ids
        for name, vpc in [(g, "home") for g in GROUPS] + [("other", "other"), ("cut", "cut")]:
            ids["sg/" + name] = ec2.create_security_group(GroupName=name, Description=name, VpcId=ids["vpc/" + vpc])["GroupId"]
        for name, rule in GROUPS.items():
            rule = dict(rule)
            if "UserIdGroupPairs" in rule:
                rule["UserIdGroupPairs"] = [{"GroupId": ids["sg/" + g]} for g in rule["UserIdGroupPairs"]]
            if "PrefixListIds" in rule:
                rule["PrefixListIds"] = [{"PrefixListId": ids["pl/" + x]} for x in rule["PrefixListIds"]]
            if rule:
                ec2.authorize_security_group_ingress(GroupId=ids["sg/" + name], IpPermissions=[rule])

    # ---- S3

    def storage(self):
        s3 = self.api("s3")
        for name, b in buckets(self.names).items():
            s3.create_bucket(Bucket=name)
            if "block" in b:
                s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration={x: x in b["block"] for x in BLOCK})
            if "policy" in b:
                s3.put_bucket_policy(Bucket=name, Policy=b["policy"])

    # ---- SageMaker

    def vpc_config(self, subnets, groups):
        return {"Subnets": [self.ids["subnet/" + s] for s in subnets], "SecurityGroupIds": [self.ids["sg/" + g] for g in groups]}

    def learning(self):
        api, n, ids = self.api("sagemaker"), self.names, self.ids
        for name, (subnets, groups, role, more) in NOTEBOOKS.items():
            where = {"SubnetId": ids["subnet/" + subnets[0]], "SecurityGroupIds": [ids["sg/" + g] for g in groups]} if subnets else {}
            api.create_notebook_instance(NotebookInstanceName=name, InstanceType="ml.t3.medium", RoleArn=n.iam("role/" + role), **where, **more)
        api.stop_notebook_instance(NotebookInstanceName="team")
        for name, (subnets, groups, role, more) in JOBS.items():
            where = {"VpcConfig": self.vpc_config(subnets, groups)} if subnets else {}
            api.create_training_job(
                TrainingJobName=name,
                AlgorithmSpecification={"TrainingImage": f"{n.account}.dkr.ecr.{REGION}.amazonaws.com/trainer:1", "TrainingInputMode": "File"},
                RoleArn=n.iam("role/" + role),
                InputDataConfig=[
                    {"ChannelName": bucket, "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{bucket}/in"}}}
                    for bucket in (*buckets(n), "left-behind")
                ],
                OutputDataConfig={"S3OutputPath": "s3://ml-artifacts/out"},
                ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 30},
                StoppingCondition={"MaxRuntimeInSeconds": 3600},
                **where,
                **more,
            )
        self.serving(api, n.iam("role/Trainer"))
        self.serving(self.api("sagemaker", ELSEWHERE), n.iam("role/Trainer"), {"euro": ("plain", [])})
        for name, more in {
            "studio": {"AuthMode": "IAM", "Tags": tags(team="ml"), "AppNetworkAccessType": "VpcOnly", "SubnetIds": [ids["subnet/isolated"], ids["subnet/public"]]},
            "sso": {"AuthMode": "SSO", "Tags": tags(team="ml"), "AppNetworkAccessType": "PublicInternetOnly", "SubnetIds": [ids["subnet/isolated"]]},
        }.items():
            role = {"studio": "StudioUser", "sso": "Trainer"}[name]
            api.create_domain(DomainName=name, VpcId=ids["vpc/home"], DefaultUserSettings={"ExecutionRole": n.iam("role/" + role), "SecurityGroups": [ids["sg/closed"]]}, **more)
        api.create_pipeline(
            PipelineName="nightly", ClientRequestToken="n" * 32, RoleArn=n.iam("role/LandingZone"), PipelineDefinition=json.dumps({"Version": "2020-12-01", "Steps": []})
        )

    def serving(self, api, role, endpoints=ENDPOINTS):
        container = {"Image": f"{self.account}.dkr.ecr.{REGION}.amazonaws.com/sagemaker-serving:1", "ModelDataUrl": "s3://ml-artifacts/served/model.tar.gz"}
        api.create_model(ModelName="served", PrimaryContainer=container, ExecutionRoleArn=role)
        variant = {"VariantName": "v", "InitialInstanceCount": 2, "InstanceType": "ml.m5.large"}
        api.create_endpoint_config(EndpointConfigName="plain", ProductionVariants=[variant | {"ModelName": "served"}])
        if endpoints is ENDPOINTS:
            api.create_model(ModelName="walled", PrimaryContainer=container, ExecutionRoleArn=role, VpcConfig=self.vpc_config(["isolated"], ["closed"]))
            api.create_endpoint_config(EndpointConfigName="walled", ProductionVariants=[variant | {"ModelName": "walled"}])
        for name, (config, labels) in endpoints.items():
            api.create_endpoint(EndpointName=name, EndpointConfigName=config, Tags=labels)

    def build(self):
        self.people()
        self.networks()
        self.storage()
        self.learning()
        return self


# ---- serving it


def authorizations(xml, n):
    """What moto has of AWS's own policies, IAM has of those that are attached; and moto keeps no boundary of a user."""
    ElementTree.register_namespace("", IAM[1:-1])
    root = ElementTree.fromstring(xml)
    for policies in root.iter(IAM + "Policies"):
        for p in list(policies):
            if p.findtext(IAM + "Arn").startswith(AWS_MANAGED) and p.findtext(IAM + "AttachmentCount") == "0":
                policies.remove(p)
    for user in root.iterfind(f".//{IAM}UserDetailList/{IAM}member"):
        if boundary := users(n)[user.findtext(IAM + "UserName")].get("boundary"):
            e = ElementTree.SubElement(user, IAM + "PermissionsBoundary")
            ElementTree.SubElement(e, IAM + "PermissionsBoundaryType").text = "PermissionsBoundaryPolicy"
            ElementTree.SubElement(e, IAM + "PermissionsBoundaryArn").text = boundary
    return ElementTree.tostring(root)


IAM = "{https://iam.amazonaws.com/doc/2010-05-08/}"


class World:
    """The account behind a proxy, whose logic is `answer`. `env` is for a program that reads the account."""

    def __init__(self, made, moto_url, simulator_url, home):
        self.made, self.moto, self.simulator = made, moto_url, simulator_url
        self.env = environment(home) | {"AWS_ACCESS_KEY_ID": made.key}
        self.spoil = lambda operation, request, reply: None
        self.asked = {}

    @contextmanager
    def spoiled(self, spoil):
        """Meanwhile spoil(operation, request, reply) is called with each answer, and what it returns, unless it is
        None, is sent in its place."""
        true, self.spoil = self.spoil, spoil
        try:
            yield
        finally:
            self.spoil = true

    def answer(self, operation, request):
        reply = self.true_answer(operation, request)
        return self.spoil(operation, request, reply) or reply

    def true_answer(self, operation, request):
        target = request.headers.get("X-Amz-Target", "")
        if operation == "s3:policyStatus":
            return self.policy_status(request.path.split("/")[1].partition("?")[0])
        if operation == "DescribeNotebookInstanceLifecycleConfig":  # which moto has, and not the list
            return forward(self.simulator, request)
        if operation == "GetAccountAuthorizationDetails":
            return self.authorizations(request)
        # The account is a delegated administrator: moto would tell it nothing.
        management = {"x-moto-account-id": MANAGEMENT} if target.startswith("AWSOrganizations") else {}
        reply = forward(self.moto, request, management)
        # Neither knows the tags of what the other has, so they must be asked for one by one.
        if reply[0] >= 404 and "html" in (reply[1] or "") and "Tagging" not in target:
            return forward(self.simulator, request)
        if operation == "DescribeRouteTables":
            reply = (*reply[:2], self.blackholes(reply[2]))
        return reply

    def authorizations(self, request):
        """They do not change, and moto takes a second for all the policies of AWS's own."""
        asked = bytes(request.body)
        if asked not in self.asked:
            status, kind, xml, *_ = forward(self.moto, request)
            self.asked[asked] = status, kind, authorizations(xml, self.made.names)
        return self.asked[asked]

    def policy_status(self, bucket):
        """What moto does not say as S3 does."""
        b = buckets(self.made.names).get(bucket)
        if b is None:
            return s3_error("NoSuchBucket", "The specified bucket does not exist", 404)
        if "public" not in b:
            return s3_error("NoSuchBucketPolicy", "The bucket policy does not exist", 404)
        return 200, "application/xml", f"<PolicyStatus><IsPublic>{'TRUE' if b['public'] else 'FALSE'}</IsPublic></PolicyStatus>".encode()

    def blackholes(self, xml):
        """moto calls each route active; EC2 one whose gateway is gone or detached a blackhole."""
        gone = b"|".join(self.made.ids[name].encode() for name in ("igw/gone", "igw/cut"))
        return re.sub(rb"<item>(?:(?!<item>|</item>).)*(?:" + gone + rb").*?</item>", lambda m: m[0].replace(b"active", b"blackhole"), xml, flags=re.S)


@contextmanager
def account(folder, home):
    """Makes the account and serves it; gives its World."""
    with moto(folder, MOTO_IAM_LOAD_MANAGED_POLICIES="true") as url:
        made = Builder(url).build()
        inventory = folder / "inventory" / made.account / REGION
        inventory.mkdir(parents=True)
        for kind, documents in overlay(made.names, made.ids).items():
            (inventory / f"{kind}.json").write_text(json.dumps(documents))
        with simulate(folder / "inventory", folder) as simulator:
            world = World(made, url, simulator, home)
            with api(world.answer) as proxy:
                world.env["AWS_ENDPOINT_URL"] = proxy
                yield world
