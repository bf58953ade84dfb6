"""What a snapshot holds of IAM and of networks, beside what boto3 reads of the same account in moto."""

import json

import pytest
from account import AWS_MANAGED, REGION
from expected import SHORT, comparable, leaf, snake
from inventory import client
from snapshot import Schema, read_jsonl


@pytest.fixture(scope="module")
def graph(account_snapshot):
    return read_jsonl(account_snapshot)


def observed(graph, *labels):
    return {id: n for id, n in graph.nodes.items() if n.label in labels and n.properties["observed"]}


# ---- IAM


@pytest.fixture(scope="module")
def details(world):
    """What GetAccountAuthorizationDetails answers: of AWS's own policies those that are attached, which boto3 asks
    moto for itself."""
    pages = client(world.env["AWS_ENDPOINT_URL"], REGION, "iam", world.made.key).get_paginator("get_account_authorization_details").paginate()
    found = pages.build_full_result()
    return {kind: found[member] for kind, member in (("user", "UserDetailList"), ("role", "RoleDetailList"), ("group", "GroupDetailList"), ("policy", "Policies"))}


INLINE = {"user": "UserPolicyList", "role": "RolePolicyList", "group": "GroupPolicyList"}
LABELS = {"user": "AWSUser", "role": "AWSRole", "group": "AWSGroup", "policy": "AWSManagedPolicy"}


def listed(v):
    return v if isinstance(v, list) else [v]


def documents(details):
    """Each policy that counts: (id, document)."""
    for kind, inline in INLINE.items():
        for x in details[kind]:
            for p in x.get(inline, ()):
                yield f"{x['Arn']}/inline_policy/{p['PolicyName']}", p["PolicyDocument"]
    for p in details["policy"]:
        (version,) = (v for v in p["PolicyVersionList"] if v["IsDefaultVersion"])
        yield p["Arn"], version["Document"]


def test_everybody_is_there(graph, details, world):
    for kind, label in LABELS.items():
        assert observed(graph, label).keys() == {x["Arn"] for x in details[kind]}, kind
    # moto does not say it of users.
    assert len(details["user"]) > 20 and len(details["role"]) > 20
    assert {p["Arn"].removeprefix(AWS_MANAGED) for p in details["policy"] if p["Arn"].startswith(AWS_MANAGED)} == {"AdministratorAccess", "AmazonSageMakerFullAccess"}


def test_documents_are_as_boto3_reads_them(graph, details):
    for kind, inline in INLINE.items():
        for x in details[kind]:
            have = graph.nodes[x["Arn"]].properties
            texts = json.loads(have[snake(inline)])
            assert {p["PolicyName"]: json.loads(p["PolicyDocument"]) for p in texts} == {p["PolicyName"]: p["PolicyDocument"] for p in x.get(inline, ())}
            assert json.loads(have["attached_managed_policies"]) == sorted(x["AttachedManagedPolicies"], key=lambda p: p["PolicyArn"])
            if kind != "group":
                assert have.get("tags", {}) == {t["Key"]: t["Value"] for t in x.get("Tags", ())}
            if kind == "role":
                assert json.loads(have["assume_role_policy_document"]) == x["AssumeRolePolicyDocument"]
            if kind == "user":
                assert have["group_list"] == x["GroupList"]
            assert have.get("permissions_boundary_arn") == x.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"), x["Arn"]


def test_statements_are_nodes(graph, details):
    """One for each statement of each policy, with what it says as lists."""
    want = {}
    for policy, text in documents(details):
        for i, s in enumerate(listed(text["Statement"]), 1):
            want[f"{policy}/statement/{i}"] = {
                **{k.lower(): listed(s[k]) for k in ("Action", "NotAction", "Resource", "NotResource") if k in s},
                **{snake(k): s[k] for k in ("Effect", "Sid") if k in s},
                **({"name": s["Sid"]} if "Sid" in s else {}),
                **({"condition": s["Condition"]} if "Condition" in s else {}),
            }
    have = {}
    for id, n in observed(graph, "AWSPolicyStatement").items():
        p = {k: v for k, v in n.properties.items() if k not in ("observed", "account_id", "number")}
        have[id] = p | ({"condition": json.loads(p["condition"])} if "condition" in p else {})
    assert have == want


def test_edges_between_principals_and_policies(graph, details, world):
    n, want = world.made.names, set()
    for kind, inline in INLINE.items():
        for x in details[kind]:
            want |= {("POLICY", x["Arn"], p["PolicyArn"]) for p in x["AttachedManagedPolicies"]}
            want |= {("POLICY", x["Arn"], f"{x['Arn']}/inline_policy/{p['PolicyName']}") for p in x.get(inline, ())}
            want |= {("MEMBER_AWS_GROUP", x["Arn"], n.iam("group/" + g)) for g in x.get("GroupList", ())}
            if boundary := x.get("PermissionsBoundary"):
                want.add(("PERMISSIONS_BOUNDARY", x["Arn"], boundary["PermissionsBoundaryArn"]))
            for s in x.get("AssumeRolePolicyDocument", {}).get("Statement", ()):
                for names in s["Principal"].values():
                    want |= {("TRUSTS_AWS_PRINCIPAL", x["Arn"], p) for p in listed(names)}
    for policy, text in documents(details):
        want |= {("STATEMENT", policy, f"{policy}/statement/{i}") for i, _ in enumerate(listed(text["Statement"]), 1)}
    types = {t for t, _, _ in want}
    have = {(t, a, b) for t, a, b, _, _ in graph.edges if t in types and graph.nodes[a].label not in ORGANIZATION}
    assert have == want


# ---- organization

ORGANIZATION = ("AWSAccount", "AWSOrganizationalUnit", "AWSOrganizationRoot")


def test_organization(graph, world):
    """The account, two units, the root, with what is attached to each."""
    levels, at = [], world.made.account
    while at:
        levels.append({graph.nodes[b].properties["name"] for t, a, b, _, _ in graph.edges if t == "POLICY" and a == at})
        (at,) = [b for t, a, b, _, _ in graph.edges if t == "PARENT" and a == at] or [None]
    both = {"FullAWSAccess", "RCPFullAWSAccess"}
    assert levels == [both | {"LandingStays"}, {"RCPFullAWSAccess", "NoTuning"}, both | {"ProductionQueue", "OursAlone"}, both | {"OneRegion"}]


# ---- networks

# Operation, list in its answer, id: by label. Named otherwise are an ARN of one's own, and the name.
NETWORK = {
    "AWSVpc": ("describe_vpcs", "Vpcs", "VpcId"),
    "AWSEC2Subnet": ("describe_subnets", "Subnets", "SubnetId"),
    "AWSEC2RouteTable": ("describe_route_tables", "RouteTables", "RouteTableId"),
    "AWSInternetGateway": ("describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
    "AWSEgressOnlyInternetGateway": ("describe_egress_only_internet_gateways", "EgressOnlyInternetGateways", "EgressOnlyInternetGatewayId"),
    "AWSNatGateway": ("describe_nat_gateways", "NatGateways", "NatGatewayId"),
    "AWSTransitGateway": ("describe_transit_gateways", "TransitGateways", "TransitGatewayId"),
    "AWSTransitGatewayAttachment": ("describe_transit_gateway_vpc_attachments", "TransitGatewayVpcAttachments", "TransitGatewayAttachmentId"),
    "AWSVpcEndpoint": ("describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId"),
    "AWSEC2SecurityGroup": ("describe_security_groups", "SecurityGroups", "GroupId"),
    "AWSManagedPrefixList": ("describe_managed_prefix_lists", "PrefixLists", "PrefixListId"),
}
RENAMED = {"subnet_arn": "arn", "security_group_arn": "arn", "transit_gateway_arn": "arn", "prefix_list_arn": "arn", "group_name": "name"}
# Of what the account refers to: what VPCs, gateways and lists there are besides is not read.
WANTED = {"AWSVpc": 3, "AWSEC2Subnet": 12, "AWSEC2RouteTable": 12, "AWSInternetGateway": 2, "AWSEC2SecurityGroup": 9, "AWSManagedPrefixList": 3}


@pytest.mark.parametrize("label", NETWORK)
def test_networks_are_as_boto3_reads_them(graph, account_snapshot, world, label):
    operation, member, key = NETWORK[label]
    ec2 = client(world.env["AWS_ENDPOINT_URL"], REGION, "ec2", world.made.key)
    shape = ec2.meta.service_model.operation_model(ec2.meta.method_to_api_mapping[operation]).output_shape.members[member].member
    found = {x[key]: x for x in ec2.get_paginator(operation).paginate().build_full_result()[member]}
    nodes, columns = observed(graph, label), Schema(account_snapshot).nodes[label]
    assert len(nodes) == WANTED.get(label, len(found)) > 0
    for id, n in nodes.items():
        want = {"observed": True, "region": REGION, "account_id": world.made.account, "tags": {t["Key"]: t["Value"] for t in found[id].get("Tags", ())}}
        if label == "AWSManagedPrefixList":
            entries = ec2.get_managed_prefix_list_entries(PrefixListId=id)["Entries"]
            assert json.loads(n.properties["entries"]) == entries
        for name, v in found[id].items():
            inner = shape.members[name]
            if inner.type_name == "structure":
                inside = {f"{snake(name)}_{snake(x)}": leaf(inner.members[x], w) for x, w in v.items()}
                want |= {SHORT.get(column, column): w for column, w in inside.items()}
            elif name != "Tags":
                want[RENAMED.get(snake(name), snake(name))] = leaf(inner, v)
        if label == "AWSManagedPrefixList":  # it is looked up by its id, for what a question needs of it
            want = {k: v for k, v in want.items() if k in columns} | {"name": found[id]["PrefixListName"]}
        elif "Name" in want["tags"]:
            want["name"] = want["tags"]["Name"]
        assert comparable({k: v for k, v in n.properties.items() if k != "entries"}, columns) == want, id
