package audit

import (
	"slices"
	"strings"

	"github.com/sgexport/sgexport/graph/view"
)

// keptText lists the labels of which nodes are kept, and their columns, as
// [view.Columns] reads them.
const keptText = `
AWSAccount organization_id organization_master_account_id organization_feature_set parents:J service_control_policies:J resource_control_policies:J account_aliases:L block_public_acls:B ignore_public_acls:B block_public_policy:B restrict_public_buckets:B
AWSOrganizationalUnit parents:J service_control_policies:J resource_control_policies:J
AWSOrganizationRoot parents:J service_control_policies:J resource_control_policies:J
AWSOrganizationPolicy arn name content
AWSRole arn name account_id roleid assume_role_policy_document attached_managed_policies:J role_policy_list:J permissions_boundary_arn instance_profile_list:J tags:M
AWSUser arn name account_id userid group_list:L attached_managed_policies:J user_policy_list:J permissions_boundary_arn tags:M
AWSGroup arn name account_id attached_managed_policies:J group_policy_list:J
AWSManagedPolicy arn name account_id default_version_id policy_version_list:J
AWSSAMLProvider arn account_id
AWSOpenIDConnectProvider arn account_id
AWSEC2Subnet vpc_id cidr_block map_public_ip_on_launch:B assign_ipv6_address_on_creation:B ipv6_cidr_block_association_set:J owner_id
AWSVpc cidr_block is_default:B
AWSEC2RouteTable vpc_id associations:J routes:J
AWSInternetGateway attachments:J
AWSNatGateway state connectivity_type subnet_id vpc_id
AWSTransitGatewayAttachment state vpc_id transit_gateway_id
AWSVpcEndpoint service_name policy_document private_dns_enabled:B state vpc_endpoint_type vpc_id subnet_ids:L route_table_ids:L
AWSEC2SecurityGroup vpc_id ip_permissions:J ip_permissions_egress:J
AWSManagedPrefixList prefix_list_name address_family state entries:J owner_id
AWSNetworkInterface association_public_ip ipv6_addresses:J subnet_id vpc_id groups:J status
AWSS3Bucket name region block_public_acls:B ignore_public_acls:B block_public_policy:B restrict_public_buckets:B policy_is_public:B policy
AWSKMSKey arn account_id region enabled:B key_state key_manager policy grants_count:I
AWSECRRepository arn name account_id region policy_text
AWSLambda arn name account_id region role policy
AWSModelPackageGroupPolicy document
AWSLineageGroupPolicy document
AWSResourceShare name status allow_external_principals:B

AWSSageMakerEndpoint name account_id region status tags:M endpoint_config_name pending_deployment_summary_endpoint_config_name
AWSSageMakerEndpointConfig name account_id region tags:M execution_role_arn enable_network_isolation:B vpc_config_subnets:L vpc_config_security_group_ids:L production_variants:J shadow_production_variants:J
AWSSageMakerInferenceComponent name account_id region status tags:M endpoint_arn specification_model_name specifications:J
AWSSageMakerModel name account_id region tags:M execution_role_arn containers:J primary_container_image primary_container_model_data_url primary_container_model_data_source:J primary_container_additional_model_data_sources:J enable_network_isolation:B vpc_config_subnets:L vpc_config_security_group_ids:L
AWSSageMakerModelPackage name account_id region tags:M inference_specification_containers:J
AWSSageMakerModelPackageGroup name account_id region tags:M
AWSSageMakerNotebookInstance name account_id region status tags:M role_arn direct_internet_access subnet_id security_groups:L network_interface_id root_access notebook_instance_lifecycle_config_name
AWSSageMakerNotebookInstanceLifecycleConfig name account_id region tags:M
AWSSageMakerStudioLifecycleConfig name account_id region tags:M
AWSSageMakerDomain name account_id region status tags:M domain_id auth_mode app_network_access_type subnet_ids:L default_user_settings_security_groups:L default_space_settings_security_groups:L domain_settings_security_group_ids:L default_user_settings_execution_role default_space_settings_execution_role
AWSSageMakerUserProfile name account_id region status tags:M domain_id user_settings_security_groups:L user_settings_execution_role
AWSSageMakerSpace name account_id region status tags:M domain_id ownership_settings_owner_user_profile_name space_settings_remote_access
AWSSageMakerApp name account_id region status tags:M domain_id
AWSSageMakerMlflowTrackingServer name account_id region status tags:M role_arn
AWSSageMakerMlflowApp name account_id region status tags:M role_arn
AWSSageMakerPartnerApp name account_id region status tags:M execution_role_arn
AWSSageMakerPipeline name account_id region status tags:M role_arn
AWSSageMakerHub name account_id region tags:M
AWSSageMakerFeatureGroup name account_id region tags:M
AWSSageMakerLineageGroup name account_id region tags:M
AWSSageMakerCluster name account_id region status tags:M instance_groups:J restricted_instance_groups:J vpc_config_subnets:L vpc_config_security_group_ids:L

AWSSageMakerTrainingJob status enable_network_isolation:B vpc_config_subnets:L vpc_config_security_group_ids:L
AWSSageMakerProcessingJob status network_config_enable_network_isolation:B network_config_vpc_config:J
AWSSageMakerTransformJob status model_name
AWSSageMakerAutoMLJob status security_config_vpc_config:J
AWSSageMakerHyperParameterTuningJob status training_job_definition_enable_network_isolation:B training_job_definition_vpc_config:J training_job_definitions:J
AWSSageMakerCompilationJob status vpc_config_subnets:L vpc_config_security_group_ids:L
AWSSageMakerOptimizationJob status vpc_config_subnets:L vpc_config_security_group_ids:L
AWSSageMakerInferenceRecommendationsJob status input_config_vpc_config:J
AWSSageMakerAIBenchmarkJob status network_config_vpc_config:J
AWSSageMakerLabelingJob status labeling_job_algorithms_config_labeling_job_resource_config:J
AWSSageMakerTrainingSession status vpc_config_subnets:L vpc_config_security_group_ids:L
AWSSageMakerDataQualityJobDefinition network_config_enable_network_isolation:B network_config_vpc_config:J
AWSSageMakerModelQualityJobDefinition network_config_enable_network_isolation:B network_config_vpc_config:J
AWSSageMakerModelBiasJobDefinition network_config_enable_network_isolation:B network_config_vpc_config:J
AWSSageMakerModelExplainabilityJobDefinition network_config_enable_network_isolation:B network_config_vpc_config:J
AWSSageMakerMonitoringSchedule status monitoring_schedule_config_monitoring_job_definition:J monitoring_schedule_config_monitoring_job_definition_name
AWSSageMakerClusterNode override_vpc_config_subnets:L override_vpc_config_security_group_ids:L
AWSSageMakerWorkforce name status workforce_vpc_config_subnets:L workforce_vpc_config_security_group_ids:L
`

// Kept is the part of a graph that the questions need. A column that a snapshot's
// schema lacks, or has as another type, was not read.
func Kept() *view.Keep { return &view.Keep{Labels: view.Columns(keptText), Edges: keptEdges()} }

// keptEdges returns of which types which edges are kept.
func keptEdges() map[string]view.KeepEdges {
	all := view.KeepEdges{}
	between := func(pairs ...string) view.KeepEdges {
		return view.KeepEdges{Ends: func(from, to string) bool {
			return slices.Contains(pairs, strings.TrimPrefix(from, sagemaker)+" "+strings.TrimPrefix(to, sagemaker))
		}}
	}
	return map[string]view.KeepEdges{
		"HAS_EXECUTION_ROLE":   all,
		"MEMBER_AWS_GROUP":     all,
		"TRUSTS_AWS_PRINCIPAL": all,
		"POLICY":               all,
		"SHARED":               all,
		"SHARED_WITH":          between("AWSResourceShare AWSAccount"),
		"CONTAINS":             between("Domain UserProfile", "Domain Space", "Domain App", "UserProfile App", "Space App", "Endpoint InferenceComponent", "Cluster ClusterNode"),
		"REFERENCED":           between("EndpointConfig Model"),
		"USED":                 between("Endpoint EndpointConfig", "InferenceComponent Model", "TransformJob Model", "NotebookInstance NotebookInstanceLifecycleConfig"),
		"MEMBER_OF":            between("ModelPackage ModelPackageGroup"),
		"DERIVED_FROM":         between("Model ModelPackage"),
		"ENCRYPTED_BY":         {Ends: func(from, _ string) bool { return from == "AWSS3Bucket" }},
		"NETWORK_INTERFACE":    all,
		"CAN_USE_ROLE":         all,
	}
}

// sagemaker is what the labels of SageMaker's own kinds begin with.
const sagemaker = "AWSSageMaker"
