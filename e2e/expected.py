"""The graph that a moto account must give, worked out from what boto3 reads there.

Nothing here comes from the Go program: the types are botocore's, the rules are
written again from the contract. References are found by what a text looks like
and by what its member is called, not by a list of paths.
"""

import re
from dataclasses import dataclass
from datetime import UTC

from botocore.exceptions import ClientError
from inventory import ACCOUNT, REGIONS, client
from snapshot import Graph, parse

# What moto lists, and by which member it describes.
KINDS = {
    "NotebookInstance": "NotebookInstanceName",
    "Model": "ModelName",
    "ModelPackageGroup": "ModelPackageGroupName",
    "ModelPackage": "ModelPackageArn",
    "EndpointConfig": "EndpointConfigName",
    "Endpoint": "EndpointName",
    "TrainingJob": "TrainingJobName",
    "TransformJob": "TransformJobName",
    "Domain": "DomainId",
}
# Kinds that moto lists and that the test makes none of, and those that are read from them.
EMPTY = (
    "AutoMLCandidate", "AutoMLJob", "Cluster", "ClusterExtension", "ClusterNode", "CompilationJob", "DataQualityJobDefinition", "Experiment",
    "HyperParameterTuningJob", "ModelBiasJobDefinition", "ModelCard", "ModelCardExportJob", "ModelCardVersion", "ModelExplainabilityJobDefinition",
    "ModelQualityJobDefinition", "Pipeline",
    "PipelineExecution", "PipelineExecutionStep", "PipelineStep", "PipelineVersion", "ProcessingJob", "Trial",
)
# What moto cannot list: HTTP 500 with a page of HTML. There are more; these have something to lose.
UNLISTED = ("UserProfile", "Space", "App", "CodeRepository", "StudioLifecycleConfig", "NotebookInstanceLifecycleConfig", "InferenceComponent", "FeatureGroup")

# Further labels of neighbours, for queries written for Cartography.
EXTRA = {
    "AWSS3Bucket": ["S3Bucket"],
    "AWSRole": ["AWSPrincipal"],
    "AWSKMSKey": ["KMSKey"],
    "AWSKMSAlias": ["KMSAlias"],
    "AWSEC2Subnet": ["EC2Subnet"],
    "AWSEC2SecurityGroup": ["EC2SecurityGroup"],
    "AWSNetworkInterface": ["NetworkInterface"],
    "AWSECRRepositoryImage": ["ECRRepositoryImage"],
    "AWSECRRepository": ["ECRRepository"],
}


# ---- what boto3 reads


@dataclass
class Resource:
    kind: str
    region: str
    described: dict
    tags: dict

    @property
    def label(self):
        return "AWSSageMaker" + self.kind

    @property
    def arn(self):
        return self.described[self.kind + "Arn"]


def resources(endpoint):
    """Everything that boto3 lists in both regions, described one by one, with its tags."""
    found = []
    for region in REGIONS:
        api = client(endpoint, region)
        for kind, key in KINDS.items():
            argument = "ModelPackageName" if kind == "ModelPackage" else key
            snake_kind = snake(kind)
            more = {"ModelPackageType": "Both"} if kind == "ModelPackage" else {}
            for page in api.get_paginator(f"list_{snake_kind}s").paginate(**more):
                (items,) = (v for v in page.values() if isinstance(v, list))
                for item in items:
                    described = getattr(api, f"describe_{snake_kind}")(**{argument: item[key]})
                    described.pop("ResponseMetadata")
                    found.append(Resource(kind, region, described, tags(api, described[kind + "Arn"])))
    return found


def tags(api, arn):
    """The tags of a resource; none where moto answers 500, as it does for model packages."""
    try:
        return {t["Key"]: t["Value"] for page in api.get_paginator("list_tags").paginate(ResourceArn=arn) for t in page["Tags"]}
    except ClientError as e:
        assert e.response["ResponseMetadata"]["HTTPStatusCode"] == 500 and ":model-package/" in arn, e
        return {}


def unlisted(endpoint):
    """The kinds of UNLISTED that moto does refuse to list; a newer moto may learn one."""
    api = client(endpoint, REGIONS[0])
    refused = []
    for kind in UNLISTED:
        operation = {"CodeRepository": "list_code_repositories"}.get(kind, f"list_{snake(kind)}s")
        try:
            getattr(api, operation)()
        except ClientError as e:
            assert e.response["ResponseMetadata"]["HTTPStatusCode"] == 500, e
            refused.append(kind)
    return refused


# What S3 is asked of a bucket: the member of its answer, and the error that says there is no such setting.
BUCKET = {
    "get_bucket_location": ("LocationConstraint", None),
    "get_public_access_block": ("PublicAccessBlockConfiguration", "NoSuchPublicAccessBlockConfiguration"),
    "get_bucket_policy_status": ("PolicyStatus", "NoSuchBucketPolicy"),
    "get_bucket_encryption": ("ServerSideEncryptionConfiguration", "ServerSideEncryptionConfigurationNotFoundError"),
    "get_bucket_versioning": (None, None),
}


def bucket(endpoint, name):
    """The columns of a bucket, as boto3 reads them; None if there is no such bucket."""
    api, out = client(endpoint, REGIONS[0], "s3"), {"name": name, "observed": True}
    for operation, (member, none) in BUCKET.items():
        try:
            answer = getattr(api, operation)(Bucket=name)
        except ClientError as e:
            code = e.response["Error"]["Code"]
            if code == "NoSuchBucket":
                return None
            assert code == none, e
            continue
        answer = answer[member] if member else {k: v for k, v in answer.items() if k != "ResponseMetadata"}
        if member == "LocationConstraint":
            out["region"] = answer or "us-east-1"
        elif member == "ServerSideEncryptionConfiguration":
            shape = api.meta.service_model.shape_for("ServerSideEncryptionRules")
            out["encryption_rules"] = Json(plain(shape, answer["Rules"]))
        else:
            out |= {{"IsPublic": "policy_is_public", "Status": "versioning_status", "MFADelete": "mfa_delete"}.get(k) or snake(k): v for k, v in answer.items()}
    return out


def account(endpoint):
    """The columns of the account, as boto3 reads them; it is in no organization."""
    try:
        client(endpoint, REGIONS[0], "organizations").describe_organization()
        raise AssertionError("moto has an organization: compare what it says")
    except ClientError as e:
        assert e.response["Error"]["Code"] == "AWSOrganizationsNotInUseException", e
    return {"observed": True, "account_aliases": client(endpoint, REGIONS[0], "iam").list_account_aliases()["AccountAliases"]}


# ---- properties


# Of what moto has, the columns whose names would be longer than some engines take.
SHORT = {
    "inference_specification_supported_realtime_inference_instance_types": "inference_specification_realtime_inference_instance_types",
    "private_dns_name_options_on_launch_enable_resource_name_dns_a_record": "private_dns_name_options_on_launch_enable_a_record",
    "private_dns_name_options_on_launch_enable_resource_name_dns_aaaa_record": "private_dns_name_options_on_launch_enable_aaaa_record",
}


def snake(name):
    """VpcConfig, S3Uri, MaxPayloadInMB: vpc_config, s3_uri, max_payload_in_mb."""
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()


def time_text(t):
    return t.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Json:
    """A value that is JSON in a string; two are equal when they say the same."""

    def __init__(self, value):
        self.value = value

    def __eq__(self, other):
        return repr(self.value) == repr(other.value)

    def __repr__(self):
        return f"Json({self.value!r})"


def plain(shape, v):
    """A value of the API as JSON has it, members sorted."""
    if shape.type_name == "structure":
        return {name: plain(shape.members[name], v[name]) for name in sorted(v)}
    if shape.type_name == "list":
        return [plain(shape.member, x) for x in v]
    if shape.type_name == "map":
        return {k: plain(shape.value, v[k]) for k in sorted(v)}
    if shape.type_name == "timestamp":
        return time_text(v)
    if shape.type_name in ("float", "double"):
        return float(v)
    return v


def leaf(shape, v):
    """The property that a member becomes."""
    if shape.type_name in ("string", "integer", "long", "float", "double", "boolean", "timestamp"):
        return plain(shape, v)
    if shape.type_name == "list" and shape.member.type_name == "string":
        return list(v)
    if shape.type_name == "map" and shape.value.type_name == "string":
        return dict(v)
    return Json(plain(shape, v))


def properties(resource, shape):
    out = {
        "account_id": ACCOUNT,
        "region": resource.region,
        "observed": True,
        "tags": resource.tags,
    }
    for name, v in resource.described.items():
        inner = shape.members[name]
        own = name.removeprefix(resource.kind)
        if own in ("Name", "Arn", "Status"):
            name = own
        if inner.type_name == "structure":
            for deeper, w in v.items():
                column = f"{snake(name)}_{snake(deeper)}"
                out[SHORT.get(column, column)] = leaf(inner.members[deeper], w)
        elif name != "Tags":
            out[snake(name)] = leaf(inner, v)
    return out


def comparable(properties, columns):
    """What a snapshot has, with its JSON texts as values; they must be canonical."""
    out = {}
    for name, v in properties.items():
        if columns[name] == "json":
            outside = re.sub(r'"(?:[^"\\]|\\.)*"', "", v)
            assert not re.search(r"\s", outside), f"{name} is not canonical JSON: {v}"
            v = parse(v)
            check_sorted(v, name)
            v = Json(v)
        out[name] = v
    # Whether a resource without tags has an empty map or none depends on the API
    # that the tags were read with; both say that there are none.
    if "tags" in columns:
        out.setdefault("tags", {})
    return out


def check_sorted(v, name):
    if isinstance(v, dict):
        assert list(v) == sorted(v), f"{name} is not canonical JSON: keys {list(v)}"
    for x in v.values() if isinstance(v, dict) else v if isinstance(v, list) else ():
        check_sorted(x, name)


# ---- references

# Members that name a resource: of the same account and region, by its name.
NAMED = {
    "ModelName": "model",
    "EndpointConfigName": "endpoint-config",
    "ModelPackageGroupName": "model-package-group",
    "NotebookInstanceLifecycleConfigName": "notebook-instance-lifecycle-config",
    "AdditionalCodeRepositories[]": "code-repository",
    "AlgorithmName": "algorithm",
    "ExperimentName": "experiment",
    "TrialName": "experiment-trial",
    "RunName": "experiment-trial-component",
    "ImageName": "image",
    "AppImageConfigName": "app-image-config",
}
LABEL_OF_TYPE = {
    "model": "Model",
    "endpoint-config": "EndpointConfig",
    "model-package-group": "ModelPackageGroup",
    "model-package": "ModelPackage",
    "notebook-instance-lifecycle-config": "NotebookInstanceLifecycleConfig",
    "code-repository": "CodeRepository",
    "algorithm": "Algorithm",
    "experiment": "Experiment",
    "experiment-trial": "Trial",
    "experiment-trial-component": "TrialComponent",
    "image": "Image",
    "app-image-config": "AppImageConfig",
    "studio-lifecycle-config": "StudioLifecycleConfig",
    "user-profile": "UserProfile",
}
# Texts that look like a reference and are none.
NOT_REFERENCES = {
    ("ModelPackage", "ModelPackageStatusDetails.ValidationStatuses[].Name"): "the package itself",
    ("ModelPackage", "ModelPackageStatusDetails.ImageScanStatuses[].Name"): "the package itself",
    ("Domain", "SingleSignOnApplicationArn"): "moto makes an ARN of service sagemaker, which is no application",
}


def texts(v, path=""):
    """(path without indexes, text) of every text of a described resource."""
    if isinstance(v, dict):
        for name, x in v.items():
            yield from texts(x, f"{path}.{name}" if path else name)
    elif isinstance(v, list):
        for x in v:
            yield from texts(x, path + "[]")
    elif isinstance(v, str):
        yield path, v


def target(resource, path, text):
    """(label, id) of what a text refers to, or None."""
    member = path.rpartition(".")[2]
    if text == resource.arn or member in ("Environment", "HyperParameters") or "Environment." in path or "HyperParameters." in path:
        return None
    arn = text.split(":", 5) if re.fullmatch(r"arn:aws[a-z-]*:[a-z0-9-]+:\S*", text) else None
    if arn:
        service, kind, _, name = arn[2], *re.match(r"([^/:]*)([/:]?)(.*)", arn[5]).groups()
        if service == "kms":
            return ("AWSKMSKey", name) if kind == "key" else ("AWSKMSAlias", text)
        if service == "sagemaker" and kind in LABEL_OF_TYPE:
            return "AWSSageMaker" + LABEL_OF_TYPE[kind], text
        return {("iam", "role"): "AWSRole", ("sns", arn[5]): "AWSSNSTopic"}[service, kind], text
    if member.endswith("KmsKeyId"):
        if text.startswith("alias/"):
            return "AWSKMSAlias", f"arn:aws:kms:{resource.region}:{ACCOUNT}:{text}"
        return "AWSKMSKey", text
    if text.startswith("s3://"):
        return "AWSS3Bucket", text.split("/")[2]
    if m := re.match(r"https://([a-z0-9.-]+)\.s3[.-][a-z0-9-]*\.?amazonaws\.com/", text):
        return "AWSS3Bucket", m[1]
    if re.match(r"https://.*\.git$", text):
        return "GitRepository", text
    for prefix, label in {"subnet-": "AWSEC2Subnet", "sg-": "AWSEC2SecurityGroup", "vpc-": "AWSVpc", "fs-": "AWSEfsFileSystem"}.items():
        if text.startswith(prefix):
            return label, text
    if member.endswith("Image"):
        return "AWSECRRepositoryImage", text
    if member in NAMED and member != resource.kind + "Name":
        kind = NAMED[member]
        return "AWSSageMaker" + LABEL_OF_TYPE[kind], f"arn:aws:sagemaker:{resource.region}:{ACCOUNT}:{kind}/{text}"
    return None


def edge_type(kind, path, label):
    """The name of the relationship, by what is referred to and from where."""
    member = path.rpartition(".")[2]
    if label == "AWSS3Bucket":
        if "Artifact" in member and kind == "TrainingJob":
            return "PRODUCED_MODEL_ARTIFACT"
        if "TransformOutput" in path or member in ("S3OutputPath", "S3FailurePath", "DestinationS3Uri", "S3ArtifactPath") or path == "CheckpointConfig.S3Uri":
            return "WROTE_TO"
        if "ModelMetrics" in path or "DriftCheck" in path or member == "SamplePayloadUrl":
            return "REFERENCED"
        return "REFERENCED_ARTIFACTS_IN" if kind in ("Model", "ModelPackage") and "Profiles" not in path else "READ_FROM"
    if label == "AWSRole":
        return "CAN_USE_ROLE" if "RStudio" in path else "HAS_EXECUTION_ROLE"
    if label == "AWSSageMakerModel":
        return "USED" if kind == "TransformJob" else "REFERENCED"
    return {
        "AWSKMSKey": "ENCRYPTED_BY",
        "AWSKMSAlias": "ENCRYPTED_BY",
        "AWSEC2Subnet": "PART_OF_SUBNET",
        "AWSEC2SecurityGroup": "MEMBER_OF_EC2_SECURITY_GROUP",
        "AWSVpc": "MEMBER_OF_AWS_VPC",
        "AWSEfsFileSystem": "READ_FROM",
        "AWSECRRepositoryImage": "USED_IMAGE",
        "AWSSNSTopic": "NOTIFIED",
        "AWSSageMakerModelPackage": "DERIVED_FROM",
        "AWSSageMakerAlgorithm": "DERIVED_FROM",
        "AWSSageMakerModelPackageGroup": "MEMBER_OF",
        "AWSSageMakerExperiment": "MEMBER_OF",
        "AWSSageMakerTrial": "MEMBER_OF",
        "AWSSageMakerTrialComponent": "MEMBER_OF",
        "AWSSageMakerUserProfile": "CREATED",
    }.get(label, "USED")


BUCKET_KEY = "Encryption.ServerSideEncryptionConfiguration.Rules[].ApplyServerSideEncryptionByDefault.KMSMasterKeyID"

# ---- the graph


def graph(endpoint, found):
    """The whole graph. The properties of what is only referred to, which the contract leaves open, are None."""
    g = Graph()
    api = client(endpoint, REGIONS[0])
    g.add_node(ACCOUNT, "AWSAccount", ["AWSAccount"], account(endpoint))
    neighbors = {}
    for r in found:
        shape = api.meta.service_model.operation_model("Describe" + r.kind).output_shape
        g.add_node(r.arn, r.label, [r.label], properties(r, shape))
        g.add_edge("RESOURCE", ACCOUNT, r.arn, "", "", {})
        for path, text in texts(r.described):
            to = None if (r.kind, path) in NOT_REFERENCES else target(r, path, text)
            if to is None:
                continue
            label, id = to
            neighbors[id] = label
            ends = (id, r.arn) if label == "AWSSageMakerUserProfile" else (r.arn, id)
            g.edges[edge_type(r.kind, path, label), *ends, path, text] = {}
            if m := re.match(r"(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com/([^:@]+)", text):
                repository = f"arn:aws:ecr:{m[2]}:{m[1]}:repository/{m[3]}"
                neighbors[repository] = "AWSECRRepository"
                g.edges["REPO_IMAGE", repository, id, "", ""] = {}
    for name in [id for id, label in neighbors.items() if label == "AWSS3Bucket"]:
        if read := bucket(endpoint, name):
            g.add_node(name, "AWSS3Bucket", ["AWSS3Bucket", *EXTRA["AWSS3Bucket"]], read)
            for rule in read["encryption_rules"].value if "encryption_rules" in read else ():
                if key := rule["ApplyServerSideEncryptionByDefault"].get("KMSMasterKeyID"):
                    label, id = target(Resource("S3Bucket", read["region"], {"S3BucketArn": ""}, {}), "KmsKeyId", key)
                    neighbors[id] = label
                    g.edges["ENCRYPTED_BY", name, id, BUCKET_KEY, key] = {}
    for id, label in neighbors.items():
        if id not in g.nodes:
            g.add_node(id, label, [label, *EXTRA.get(label, [])], None)
    derived(g, found)
    return g


def derived(g, found):
    """The edges that no field says."""
    jobs = [r for r in found if r.kind == "TrainingJob"]
    for job in jobs:
        for notebook in found:
            if notebook.kind == "NotebookInstance" and notebook.region == job.region and notebook.described["RoleArn"] == job.described["RoleArn"] and notebook.described["CreationTime"] < job.described["CreationTime"]:
                g.edges["CALLED_BY", job.arn, notebook.arn, "RoleArn", job.described["RoleArn"]] = {"inferred": True}
        artifact = job.described["ModelArtifacts"]["S3ModelArtifacts"]
        for r in found:
            if r.kind in ("Model", "ModelPackage"):
                for path, text in texts(r.described):
                    if text == artifact and "Environment" not in path:
                        g.edges["DERIVED_FROM", r.arn, job.arn, path, artifact] = {"inferred": True}


def reduced(have, schema):
    """A snapshot's graph with as much as `graph` works out."""
    g = Graph()
    for id, n in have.nodes.items():
        observed = n.properties.get("observed")
        if observed:
            read = {k: v for k, v in n.properties.items() if k not in ("unread", "redactions")}  # of which test_moto has tests of its own
            g.add_node(id, n.label, n.labels, comparable(read, schema.nodes[n.label]))
        else:
            assert observed is False or not n.label.startswith(("AWSSageMaker", "AWSS3Bucket")), f"{id} does not say whether it was observed"
            g.add_node(id, n.label, n.labels, None)
    for key, p in have.edges.items():
        if p.get("inferred"):
            assert p["basis"], f"edge {key} does not say what it was inferred from"
        g.add_edge(*key, {k: v for k, v in p.items() if k != "basis"})
    return g
