package exporter

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
)

// Blocks of rules that several settings share. The apps that a block names are
// those whose settings have the field.

// resourceSpecs are the images and scripts that apps start with.
func resourceSpecs(settings string) []rule {
	return slices.Concat(
		used.to(toKind("AWSSageMakerImage"), settings+".SageMakerImageArn"),
		used.to(toKind("AWSSageMakerImageVersion"), settings+".SageMakerImageVersionArn"),
		used.to(toKind("AWSSageMakerStudioLifecycleConfig"), settings+".LifecycleConfigArn"),
		used.to(toKind("AWSSageMakerTrainingPlan"), settings+".TrainingPlanArn"),
	)
}

func customImages(app string) []rule {
	return slices.Concat(
		used.to(toKind("AWSSageMakerImage"), app+"AppSettings.CustomImages[].ImageName"),
		used.to(toKind("AWSSageMakerAppImageConfig"), app+"AppSettings.CustomImages[].AppImageConfigName"),
	)
}

func lifecycleConfigs(paths ...string) []rule {
	return used.to(toKind("AWSSageMakerStudioLifecycleConfig"), paths...)
}

var (
	// jupyterSettings stand in the settings of users and of spaces alike.
	jupyterSettings = slices.Concat(
		resourceSpecs("{JupyterServer,KernelGateway,JupyterLab}AppSettings.DefaultResourceSpec"),
		lifecycleConfigs("{JupyterServer,KernelGateway}AppSettings.LifecycleConfigArns[]"),
		used.to(toGit, "{JupyterServer,JupyterLab}AppSettings.CodeRepositories[].RepositoryUrl"),
		customImages("KernelGateway"),
	)
	// defaultSettings stand in the defaults of users and of spaces.
	defaultSettings = slices.Concat(
		jupyterSettings,
		hasExecutionRole.to(toRole, "ExecutionRole"),
		memberOfSecurityGroup.to(toSecurityGroup, "SecurityGroups[]"),
		customImages("JupyterLab"),
		lifecycleConfigs("JupyterLabAppSettings.LifecycleConfigArns[]", "JupyterLabAppSettings.BuiltInLifecycleConfigArn"),
		canUseRole.to(toRole, "JupyterLabAppSettings.EmrSettings.{AssumableRoleArns,ExecutionRoleArns}[]"),
		mounted.to(toEFS, "CustomFileSystemConfigs[].EFSFileSystemConfig.FileSystemId"),
		mounted.to(toFSx, "CustomFileSystemConfigs[].FSxLustreFileSystemConfig.FileSystemId"),
		readFrom.to(toBucket, "CustomFileSystemConfigs[].S3FileSystemConfig.S3Uri"),
	)
	userSettings = slices.Concat(
		defaultSettings,
		resourceSpecs("{TensorBoard,RSession,CodeEditor}AppSettings.DefaultResourceSpec"),
		customImages("{RSession,CodeEditor}"),
		lifecycleConfigs("CodeEditorAppSettings.LifecycleConfigArns[]", "CodeEditorAppSettings.BuiltInLifecycleConfigArn"),
		wroteTo.to(toBucket, "SharingSettings.S3OutputPath", "CanvasAppSettings.WorkspaceSettings.S3ArtifactPath"),
		encryptedBy.to(toKey, "SharingSettings.S3KmsKeyId", "CanvasAppSettings.WorkspaceSettings.S3KmsKeyId"),
		canUseRole.to(toRole,
			"CanvasAppSettings.TimeSeriesForecastingSettings.AmazonForecastRoleArn",
			"CanvasAppSettings.ModelRegisterSettings.CrossAccountModelRegisterRoleArn",
			"CanvasAppSettings.GenerativeAiSettings.AmazonBedrockRoleArn",
			"CanvasAppSettings.EmrServerlessSettings.ExecutionRoleArn"),
		used.to(toSecret, "CanvasAppSettings.IdentityProviderOAuthSettings[].SecretArn"),
	)
)

var studioKinds = []kind{
	{
		label:    "AWSSageMakerDomain",
		arn:      "DomainArn",
		list:     listed((*sagemaker.Client).ListDomains),
		describe: described((*sagemaker.Client).DescribeDomain, "DomainId"),
		edges: [][]rule{
			used.to(toSSOApplication, "SingleSignOnApplicationArn", "DomainSettings.UnifiedStudioSettings.SingleSignOnApplicationArn"),
			memberOfSecurityGroup.to(toSecurityGroup, "SecurityGroupIdForDomainBoundary", "DomainSettings.SecurityGroupIds[]"),
			partOfSubnet.to(toSubnet, "SubnetIds[]"),
			memberOfVpc.to(toVpc, "VpcId"),
			encryptedBy.to(toKey, "KmsKeyId", "HomeEfsFileSystemKmsKeyId"),
			mounted.to(toEFS, "HomeEfsFileSystemId"),
			under("DomainSettings",
				canUseRole.to(toRole, "RStudioServerProDomainSettings.DomainExecutionRoleArn"),
				resourceSpecs("RStudioServerProDomainSettings.DefaultResourceSpec"),
				sharedWith.to(toAccount, "DockerSettings.VpcOnlyTrustedAccounts[]", "UnifiedStudioSettings.DomainAccountId"),
				used.to(toQProfile, "AmazonQSettings.QProfileArn"),
				used.to(toDataZoneDomain, "UnifiedStudioSettings.DomainId"),
				used.to(toDataZoneProject, "UnifiedStudioSettings.ProjectId"),
				used.to(toDataZoneEnv, "UnifiedStudioSettings.EnvironmentId"),
				readFrom.to(toBucket, "UnifiedStudioSettings.ProjectS3Path"),
			),
			under("DefaultUserSettings", userSettings),
			under("DefaultSpaceSettings", defaultSettings),
		},
	},
	{
		label:    "AWSSageMakerUserProfile",
		arn:      "UserProfileArn",
		list:     listed((*sagemaker.Client).ListUserProfiles),
		describe: described((*sagemaker.Client).DescribeUserProfile, "DomainId", "UserProfileName"),
		edges: [][]rule{
			contains.from(toKind("AWSSageMakerDomain"), "DomainId"),
			under("UserSettings", userSettings),
		},
	},
	{
		label:    "AWSSageMakerSpace",
		arn:      "SpaceArn",
		list:     listed((*sagemaker.Client).ListSpaces),
		describe: described((*sagemaker.Client).DescribeSpace, "DomainId", "SpaceName"),
		edges: [][]rule{
			contains.from(toKind("AWSSageMakerDomain"), "DomainId"),
			used.to(toKind("AWSSageMakerUserProfile"), "OwnershipSettings.OwnerUserProfileName"),
			under("SpaceSettings",
				jupyterSettings,
				resourceSpecs("CodeEditorAppSettings.DefaultResourceSpec"),
				mounted.to(toEFS, "CustomFileSystems[].EFSFileSystem.FileSystemId"),
				mounted.to(toFSx, "CustomFileSystems[].FSxLustreFileSystem.FileSystemId"),
				readFrom.to(toBucket, "CustomFileSystems[].S3FileSystem.S3Uri"),
			),
		},
	},
	{
		label:    "AWSSageMakerApp",
		arn:      "AppArn",
		list:     listed((*sagemaker.Client).ListApps),
		describe: described((*sagemaker.Client).DescribeApp, "DomainId", "UserProfileName", "SpaceName", "AppType", "AppName"),
		edges: [][]rule{
			contains.from(toKind("AWSSageMakerDomain"), "DomainId"),
			contains.from(toKind("AWSSageMakerUserProfile"), "UserProfileName"),
			contains.from(toKind("AWSSageMakerSpace"), "SpaceName"),
			resourceSpecs("ResourceSpec"),
			lifecycleConfigs("BuiltInLifecycleConfigArn"),
		},
	},
	{
		label:    "AWSSageMakerStudioLifecycleConfig",
		arn:      "StudioLifecycleConfigArn",
		list:     listed((*sagemaker.Client).ListStudioLifecycleConfigs),
		describe: described((*sagemaker.Client).DescribeStudioLifecycleConfig, "StudioLifecycleConfigName"),
	},
	{
		label:    "AWSSageMakerImage",
		arn:      "ImageArn",
		list:     listed((*sagemaker.Client).ListImages),
		describe: described((*sagemaker.Client).DescribeImage, "ImageName"),
		edges:    [][]rule{hasExecutionRole.to(toRole, "RoleArn")},
	},
	{
		label:    "AWSSageMakerImageVersion",
		arn:      "ImageVersionArn",
		list:     listed((*sagemaker.Client).ListImageVersions).of("AWSSageMakerImage", "ImageName=name"),
		describe: described((*sagemaker.Client).DescribeImageVersion, "ImageName", "Version"),
		edges: [][]rule{
			contains.from(toKind("AWSSageMakerImage"), "ImageArn"),
			usedImage.to(toImage, "BaseImage", "ContainerImage"),
		},
	},
	{
		label: "AWSSageMakerAppImageConfig",
		arn:   "AppImageConfigArn",
		list:  listed((*sagemaker.Client).ListAppImageConfigs),
	},
}
