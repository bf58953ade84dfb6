"""Fills a moto server, through boto3, with everything of the first kinds that moto can hold.

Two regions, more than one page of models, several variants, containers and
channels, and texts that are hard on every file format.
"""

import boto3
from botocore.config import Config

ACCOUNT = "123456789012"
REGIONS = ("us-east-1", "eu-west-1")
# Buckets that there are; all others are only referred to.
GUARDED_BUCKET, BARE_BUCKET = "models", "raw-data"
BUCKET_KEY_ARN = f"arn:aws:kms:{REGIONS[0]}:{ACCOUNT}:key/0b0b0b0b-12ab-34cd-56ef-1234567890ab"

# Each is a trap for some format: quotes and escapes of Cypher, JSON and XML,
# control characters, line ends of Unicode, characters outside the BMP, text
# that looks like markup, a script or a number.
HOSTILE = {
    "quotes": "it's \"quoted\" `ticks` \\ and \\' and \\u0041 and a last \\",
    "lines": "a\nb\r\nc\rd\te\u0085f\u2028g\u2029h",
    "controls": "nul \x00 bell \x07 esc \x1b us \x1f rs \x1e gs \x1d del \x7f",
    "unicode": "żółć 漢字 \U0001f600 \U0001f469\u200d\U0001f52c e\u0301 \ufeff \ufffe \uffff \ue000",
    "markup": "<a href='x'>&amp; ]]> <!-- --> <?xml?> &#0; <![CDATA[",
    "script": "'}) DETACH DELETE n; // /* \n:begin\n:exit\n$param {x:1} ${HOME} $(id)",
    "blank": " ",
    "null": "null",
    "number": "9007199254740993",
    "separators": "a|b,c;d:e~f",
}


def client(endpoint, region, service="sagemaker", key="testing"):
    """A boto3 client with credentials that no one would accept; moto takes the account from the key."""
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id=key,
        aws_secret_access_key="testing",
        config=Config(retries={"max_attempts": 1}, parameter_validation=True),
    )


def tags(**values):
    return [{"Key": k, "Value": v} for k, v in values.items()]


def hostile_tags():
    return [{"Key": f"tag {k}", "Value": v} for k, v in HOSTILE.items()] + tags(empty="")


class Region:
    """The resources of one region. Each method creates one group of them."""

    def __init__(self, endpoint, region):
        self.region = region
        self.api = client(endpoint, region)
        self.key = f"arn:aws:kms:{region}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
        self.alias = f"arn:aws:kms:{region}:{ACCOUNT}:alias/training"
        self.ecr = f"{ACCOUNT}.dkr.ecr.{region}.amazonaws.com"
        self.vpc = {"SecurityGroupIds": ["sg-0123456789abcdef0", "sg-0fedcba9876543210"], "Subnets": ["subnet-0123456789abcdef0", "subnet-0aaaaaaaaaaaaaaa1"]}

    @staticmethod
    def role(name):
        return f"arn:aws:iam::{ACCOUNT}:role/service-role/{name}"

    def fill(self, models):
        self.notebooks()
        self.registry()
        self.models(models)
        self.endpoints()
        self.training()
        self.transforms()
        self.domain()

    def notebooks(self):
        self.api.create_notebook_instance_lifecycle_config(
            NotebookInstanceLifecycleConfigName="install-tools",
            OnCreate=[{"Content": "IyEvYmluL2Jhc2gKZWNobyBoZWxsbwo="}],
            OnStart=[{"Content": "IyEvYmluL2Jhc2gK"}],
        )
        self.api.create_notebook_instance(
            NotebookInstanceName="plain",
            InstanceType="ml.t2.medium",
            RoleArn=self.role("Notebook"),
            DirectInternetAccess="Enabled",
            Tags=hostile_tags(),
        )
        self.api.create_notebook_instance(
            NotebookInstanceName="locked-down",
            InstanceType="ml.t2.large",
            SubnetId=self.vpc["Subnets"][0],
            SecurityGroupIds=self.vpc["SecurityGroupIds"],
            RoleArn=self.role("Notebook"),
            KmsKeyId=self.key,
            LifecycleConfigName="install-tools",
            DirectInternetAccess="Disabled",
            VolumeSizeInGB=100,
            AcceleratorTypes=["ml.eia1.medium"],
            DefaultCodeRepository="https://git.example.com/team/notebooks.git",
            AdditionalCodeRepositories=["shared-code", "https://git.example.com/team/more.git"],
            RootAccess="Disabled",
        )

    def registry(self):
        container = {
            "ContainerHostname": "first",
            "Image": f"{self.ecr}/churn:1.2",
            "ImageDigest": "sha256:" + "ab" * 32,
            "ModelDataUrl": "s3://models/churn/model.tar.gz",
            "Environment": {"LOG": "debug", **HOSTILE},
            "Framework": "XGBOOST",
        }
        for name in ("churn", "fraud"):
            self.api.create_model_package_group(
                ModelPackageGroupName=name, ModelPackageGroupDescription=HOSTILE["quotes"], Tags=tags(team=HOSTILE["unicode"])
            )
        for name, text in HOSTILE.items():
            self.api.create_model_package_group(ModelPackageGroupName=f"hostile-{name}", ModelPackageGroupDescription=text)
        for status in ("Approved", "Rejected", "PendingManualApproval"):
            self.api.create_model_package(
                ModelPackageGroupName="churn",
                ModelPackageDescription=HOSTILE["script"],
                ModelApprovalStatus=status,
                InferenceSpecification={
                    "Containers": [container, {"Image": "public.ecr.aws/x/y@sha256:" + "cd" * 32}],
                    "SupportedContentTypes": ["", *HOSTILE.values()],
                    "SupportedResponseMIMETypes": ["text/csv"],
                    "SupportedTransformInstanceTypes": ["ml.m5.large"],
                    "SupportedRealtimeInferenceInstanceTypes": ["ml.t2.medium"],
                },
                AdditionalInferenceSpecifications=[{"Name": "gpu", "Containers": [{"Image": f"{self.ecr}/churn:gpu", "ModelDataUrl": "https://models.s3.eu-west-1.amazonaws.com/gpu/model.tar.gz"}]}],
                SourceAlgorithmSpecification={
                    "SourceAlgorithms": [{"AlgorithmName": "boosted", "ModelDataUrl": "s3://algorithms/model.tar.gz"}]
                },
                ValidationSpecification={
                    "ValidationRole": self.role("Validation"),
                    "ValidationProfiles": [
                        {
                            "ProfileName": "p",
                            "TransformJobDefinition": {
                                "MaxConcurrentTransforms": 1,
                                "TransformInput": {"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://validation/in"}}},
                                "TransformOutput": {"S3OutputPath": "s3://validation/out", "KmsKeyId": "alias/validation"},
                                "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeKmsKeyId": self.key},
                            },
                        }
                    ],
                },
                ModelMetrics={"ModelQuality": {"Statistics": {"ContentType": "json", "S3Uri": "s3://metrics/statistics.json"}}},
                DriftCheckBaselines={"Bias": {"ConfigFile": {"S3Uri": "s3://metrics/bias.json"}}},
                CustomerMetadataProperties={"note": HOSTILE["markup"]},
                MetadataProperties={"CommitId": "abc", "GeneratedBy": HOSTILE["quotes"]},
                Domain="MACHINE_LEARNING",
                Task="CLASSIFICATION",
                SamplePayloadUrl="s3://samples/payload.tar.gz",
            )
        self.api.create_model_package(
            ModelPackageName="standalone",
            ModelPackageDescription="in no group",
            InferenceSpecification={"Containers": [{"Image": f"{self.ecr}/standalone"}], "SupportedContentTypes": [], "SupportedResponseMIMETypes": []},
            CertifyForMarketplace=False,
            Tags=hostile_tags(),
        )

    def models(self, count):
        package = f"arn:aws:sagemaker:{self.region}:{ACCOUNT}:model-package/churn/1"
        self.api.create_model(
            ModelName="primary",
            PrimaryContainer={
                "ContainerHostname": "only",
                "Image": f"{self.ecr}/churn@sha256:" + "ef" * 32,
                "ImageConfig": {"RepositoryAccessMode": "Platform"},
                "Mode": "SingleModel",
                "ModelDataUrl": "s3://models/churn/output/model.tar.gz",
                "Environment": {"EMPTY": "", **HOSTILE},
                "MultiModelConfig": {"ModelCacheSetting": "Enabled"},
            },
            ExecutionRoleArn=self.role("Models"),
            VpcConfig=self.vpc,
            EnableNetworkIsolation=True,
            Tags=hostile_tags(),
        )
        self.api.create_model(
            ModelName="chain",
            Containers=[
                {"Image": f"{self.ecr}/step-one:latest", "ModelDataUrl": "s3://models/one.tar.gz"},
                {"Image": f"{self.ecr}/step-two", "ModelDataSource": {"S3DataSource": {"S3Uri": "s3://models/two/", "S3DataType": "S3Prefix", "CompressionType": "None"}}},
                {"ModelPackageName": package},
            ],
            InferenceExecutionConfig={"Mode": "Serial"},
            ExecutionRoleArn=self.role("Models"),
        )
        # What the first training job makes.
        self.api.create_model(
            ModelName="trained",
            PrimaryContainer={"Image": f"{self.ecr}/churn:1.2", "ModelDataUrl": f"s3://models-{self.region}/churn/train-0/output/model.tar.gz"},
            ExecutionRoleArn=self.role("Models"),
        )
        # Its package is of another account: a reference that nothing here answers to.
        self.api.create_model(
            ModelName="bought",
            PrimaryContainer={"ModelPackageName": f"arn:aws:sagemaker:{self.region}:999988887777:model-package/vendor"},
            ExecutionRoleArn=self.role("Models"),
        )
        for i in range(count):
            self.api.create_model(
                ModelName=f"model-{i:04}",
                PrimaryContainer={"Image": f"{self.ecr}/many:{i % 7}", "ModelDataUrl": f"s3://models/many/{i}/model.tar.gz"},
                ExecutionRoleArn=self.role(f"Models-{i % 5}"),
                # Less than a hundred with tags: moto's GetResources fails at endpoint
                # configurations, and on a second page a retry then says that there is no more.
                Tags=tags(number=str(i)) if i % 5 == 0 else [],
            )

    def endpoints(self):
        self.api.create_endpoint_config(
            EndpointConfigName="two-variants",
            ProductionVariants=[
                {"VariantName": "a", "ModelName": "primary", "InitialInstanceCount": 2, "InstanceType": "ml.m5.large", "InitialVariantWeight": 0.7},
                {"VariantName": "b", "ModelName": "chain", "InitialInstanceCount": 1, "InstanceType": "ml.c5.xlarge", "InitialVariantWeight": 0.3},
            ],
            DataCaptureConfig={
                "EnableCapture": True,
                "InitialSamplingPercentage": 20,
                "DestinationS3Uri": "s3://capture/two-variants",
                "KmsKeyId": "1234abcd-12ab-34cd-56ef-1234567890ab",
                "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
            },
            AsyncInferenceConfig={
                "OutputConfig": {
                    "S3OutputPath": "s3://async/out",
                    "S3FailurePath": "s3://async/failed",
                    "KmsKeyId": "alias/async",
                    "NotificationConfig": {
                        "SuccessTopic": f"arn:aws:sns:{self.region}:{ACCOUNT}:done",
                        "ErrorTopic": f"arn:aws:sns:{self.region}:{ACCOUNT}:failed",
                    },
                }
            },
            KmsKeyId=self.alias,
            Tags=hostile_tags(),
        )
        # Its model is deleted afterwards, so that the reference dangles.
        self.api.create_model(ModelName="deleted-since", ExecutionRoleArn=self.role("Models"))
        self.api.create_endpoint_config(
            EndpointConfigName="serverless",
            ProductionVariants=[{"VariantName": "v", "ModelName": "deleted-since", "ServerlessConfig": {"MemorySizeInMB": 2048, "MaxConcurrency": 5}}],
        )
        self.api.delete_model(ModelName="deleted-since")
        self.api.create_endpoint(EndpointName="scores", EndpointConfigName="two-variants", Tags=hostile_tags())
        self.api.create_endpoint(EndpointName="serverless", EndpointConfigName="serverless")

    def training(self):
        for i in range(3):
            self.api.create_training_job(
                TrainingJobName=f"train-{i}",
                HyperParameters={"depth": "6", "empty": "", **HOSTILE},
                AlgorithmSpecification={"TrainingImage": f"{self.ecr}/trainer:{i}", "TrainingInputMode": "File", "EnableSageMakerMetricsTimeSeries": True},
                RoleArn=self.role("Notebook"),
                InputDataConfig=[
                    {
                        "ChannelName": channel,
                        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://raw-data/{channel}", "S3DataDistributionType": "FullyReplicated"}},
                        "ContentType": HOSTILE["quotes"],
                    }
                    for channel in ("train", "validation")
                ]
                + [
                    {
                        "ChannelName": "shared",
                        "DataSource": {
                            "FileSystemDataSource": {"FileSystemId": "fs-0123456789abcdef0", "FileSystemAccessMode": "ro", "FileSystemType": "EFS", "DirectoryPath": "/"}
                        },
                    }
                ],
                OutputDataConfig={"S3OutputPath": f"s3://models-{self.region}/churn", "KmsKeyId": self.key},
                ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 30, "VolumeKmsKeyId": "alias/volumes"},
                VpcConfig=self.vpc,
                StoppingCondition={"MaxRuntimeInSeconds": 3600},
                CheckpointConfig={"S3Uri": "s3://checkpoints/churn"},
                TensorBoardOutputConfig={"S3OutputPath": "s3://tensorboard/churn"},
                DebugHookConfig={"S3OutputPath": "s3://debug/churn"},
                DebugRuleConfigurations=[{"RuleConfigurationName": "loss", "RuleEvaluatorImage": f"{self.ecr}/rules:1", "S3OutputPath": "s3://debug/rules"}],
                ExperimentConfig={"ExperimentName": "exp", "TrialName": "trial", "RunName": "run"},
                EnableNetworkIsolation=i == 1,
                EnableManagedSpotTraining=i == 2,
                Tags=hostile_tags(),
            )

    def transforms(self):
        self.api.create_transform_job(
            TransformJobName="nightly",
            ModelName="primary",
            MaxConcurrentTransforms=4,
            MaxPayloadInMB=6,
            BatchStrategy="MultiRecord",
            Environment={"EMPTY": "", **HOSTILE},
            ModelClientConfig={"InvocationsTimeoutInSeconds": 60, "InvocationsMaxRetries": 1},
            TransformInput={"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://batch/in"}}, "ContentType": "text/csv", "SplitType": "Line"},
            TransformOutput={"S3OutputPath": "s3://batch/out", "AssembleWith": "Line", "KmsKeyId": self.key},
            TransformResources={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeKmsKeyId": self.key},
            DataProcessing={"InputFilter": "$", "OutputFilter": "$['a',\"b\"]", "JoinSource": "Input"},
            DataCaptureConfig={"DestinationS3Uri": "s3://capture/batch", "KmsKeyId": "alias/capture"},
            ExperimentConfig={"ExperimentName": "exp"},
            Tags=hostile_tags(),
        )

    def domain(self):
        self.api.create_domain(
            DomainName="studio",
            AuthMode="IAM",
            DefaultUserSettings={
                "ExecutionRole": self.role("Studio"),
                "SecurityGroups": self.vpc["SecurityGroupIds"][:1],
                "SharingSettings": {"NotebookOutputOption": "Allowed", "S3OutputPath": "s3://studio/shared", "S3KmsKeyId": self.key},
                "JupyterServerAppSettings": {
                    "DefaultResourceSpec": {
                        "SageMakerImageArn": f"arn:aws:sagemaker:{self.region}:{ACCOUNT}:image/jupyter",
                        "LifecycleConfigArn": f"arn:aws:sagemaker:{self.region}:{ACCOUNT}:studio-lifecycle-config/start",
                    },
                    "CodeRepositories": [{"RepositoryUrl": "https://git.example.com/team/studio.git"}],
                },
                "KernelGatewayAppSettings": {"CustomImages": [{"ImageName": "kernels", "AppImageConfigName": "kernels"}]},
                "CanvasAppSettings": {"WorkspaceSettings": {"S3ArtifactPath": "s3://canvas/artifacts", "S3KmsKeyId": "alias/canvas"}},
            },
            DomainSettings={"SecurityGroupIds": self.vpc["SecurityGroupIds"][1:], "RStudioServerProDomainSettings": {"DomainExecutionRoleArn": self.role("RStudio")}},
            DefaultSpaceSettings={"ExecutionRole": self.role("Spaces")},
            SubnetIds=self.vpc["Subnets"],
            VpcId="vpc-0123456789abcdef0",
            KmsKeyId=self.key,
            AppNetworkAccessType="VpcOnly",
            Tags=hostile_tags(),
        )


def buckets(endpoint):
    """Two of the buckets that the resources refer to: one with every setting, one bare."""
    api = client(endpoint, REGIONS[0], "s3")
    api.create_bucket(Bucket=GUARDED_BUCKET)
    api.put_bucket_versioning(Bucket=GUARDED_BUCKET, VersioningConfiguration={"Status": "Enabled"})
    api.put_bucket_encryption(
        Bucket=GUARDED_BUCKET,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": BUCKET_KEY_ARN}, "BucketKeyEnabled": True}]
        },
    )
    # Not all the same, so that none can be taken for another.
    api.put_public_access_block(
        Bucket=GUARDED_BUCKET,
        PublicAccessBlockConfiguration={"BlockPublicAcls": True, "IgnorePublicAcls": False, "BlockPublicPolicy": False, "RestrictPublicBuckets": True},
    )
    client(endpoint, REGIONS[1], "s3").create_bucket(Bucket=BARE_BUCKET, CreateBucketConfiguration={"LocationConstraint": REGIONS[1]})


def fill(endpoint, models=(250, 3)):
    """Creates the inventory in both regions; models is how many plain models each has."""
    buckets(endpoint)
    for region, count in zip(REGIONS, models, strict=True):
        Region(endpoint, region).fill(count)
