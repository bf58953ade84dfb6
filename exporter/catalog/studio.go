package catalog

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
)

// Blocks of rules that several settings share. The apps that a block names are
// those whose settings have the field.

// resourceSpecs are the images and scripts that apps start with.
func resourceSpecs(settings string) []Rule {
	return slices.Concat(
		used.to(toKind("AWSSageMakerImage"), settings+".SageMakerImageArn"),
		used.to(toKind("AWSSageMakerImageVersion"), settings+".SageMakerImageVersionArn"),
		used.to(toKind("AWSSageMakerStudioLifecycleConfig"), settings+".LifecycleConfigArn"),
		used.to(toKind("AWSSageMakerTrainingPlan"), settings+".TrainingPlanArn"),
	)
}

func customImages(app string) []Rule {
	return slices.Concat(
		used.to(toKind("AWSSageMakerImage"), app+"AppSettings.CustomImages[].ImageName"),
		used.to(toKind("AWSSageMakerAppImageConfig"), app+"AppSettings.CustomImages[].AppImageConfigName"),
	)
}

func lifecycleConfigs(paths ...string) []Rule {
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

var studioKinds = []Entry{
	{
		Label:    "AWSSageMakerDomain",
		Doc:      "Studio domain",
		Resource: "domain/{DomainId}",
		ARN:      "DomainArn",
		List:     listed((*sagemaker.Client).ListDomains),
		Describe: described((*sagemaker.Client).DescribeDomain, "DomainId"),
		Edges: [][]Rule{
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
		Label:    "AWSSageMakerUserProfile",
		Doc:      "user of a Studio domain",
		Resource: "user-profile/{DomainId}/{UserProfileName}",
		ARN:      "UserProfileArn",
		List:     listed((*sagemaker.Client).ListUserProfiles),
		Describe: described((*sagemaker.Client).DescribeUserProfile, "DomainId", "UserProfileName"),
		Edges: [][]Rule{
			contains.from(toKind("AWSSageMakerDomain"), "DomainId"),
			under("UserSettings", userSettings),
		},
	},
	{
		Label:    "AWSSageMakerSpace",
		Doc:      "Studio space",
		Resource: "space/{DomainId}/{SpaceName}",
		ARN:      "SpaceArn",
		List:     listed((*sagemaker.Client).ListSpaces),
		Describe: described((*sagemaker.Client).DescribeSpace, "DomainId", "SpaceName"),
		Edges: [][]Rule{
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
		Label:    "AWSSageMakerApp",
		Doc:      "running Studio application",
		Resource: "app/{DomainId}/{UserProfileName|SpaceName}/{AppType}/{AppName}",
		ARN:      "AppArn",
		List:     listed((*sagemaker.Client).ListApps),
		Describe: described((*sagemaker.Client).DescribeApp, "DomainId", "UserProfileName", "SpaceName", "AppType", "AppName"),
		Edges: [][]Rule{
			contains.from(toKind("AWSSageMakerDomain"), "DomainId"),
			contains.from(toKind("AWSSageMakerUserProfile"), "UserProfileName"),
			contains.from(toKind("AWSSageMakerSpace"), "SpaceName"),
			resourceSpecs("ResourceSpec"),
			lifecycleConfigs("BuiltInLifecycleConfigArn"),
		},
	},
	{
		Label:    "AWSSageMakerStudioLifecycleConfig",
		Doc:      "start-up script of Studio applications",
		Resource: "studio-lifecycle-config/{StudioLifecycleConfigName}",
		ARN:      "StudioLifecycleConfigArn",
		List:     listed((*sagemaker.Client).ListStudioLifecycleConfigs),
		Describe: described((*sagemaker.Client).DescribeStudioLifecycleConfig, "StudioLifecycleConfigName"),
		Final:    unchanging(),
	},
	{
		Label:    "AWSSageMakerImage",
		Doc:      "custom Studio image",
		Resource: "image/{ImageName}",
		ARN:      "ImageArn",
		List:     listed((*sagemaker.Client).ListImages),
		Describe: described((*sagemaker.Client).DescribeImage, "ImageName"),
		Edges:    [][]Rule{hasExecutionRole.to(toRole, "RoleArn")},
	},
	{
		Label:    "AWSSageMakerImageVersion",
		Doc:      "version of a custom Studio image",
		Resource: "image-version/{ImageName}/{Version}",
		Names:    map[string]string{"Version": "image_version"},
		ARN:      "ImageVersionArn",
		List:     listed((*sagemaker.Client).ListImageVersions).of("AWSSageMakerImage", "ImageName=name"),
		Describe: described((*sagemaker.Client).DescribeImageVersion, "ImageName", "Version"),
		Edges: [][]Rule{
			contains.from(toKind("AWSSageMakerImage"), "ImageArn"),
			usedImage.to(toImage, "BaseImage", "ContainerImage"),
		},
	},
	{
		Label:    "AWSSageMakerAppImageConfig",
		Doc:      "how a custom image runs in Studio",
		Resource: "app-image-config/{AppImageConfigName}",
		ARN:      "AppImageConfigArn",
		List:     listed((*sagemaker.Client).ListAppImageConfigs),
	},
}
