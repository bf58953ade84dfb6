-- sgexport 0.1.0, snapshot of 2026-01-02T03:04:05.000000Z.
-- For DuckDB, started in the folder that this file is in: duckdb -init schema.sql
--
-- nodes."<Label>" has the nodes of a label with typed columns, edges."<TYPE>" the
-- edges of a type; nodes_all is all nodes with their columns as JSON, edges_all
-- all edges.
--
--   SELECT relationship, path, count(*) FROM edges_all GROUP BY ALL ORDER BY ALL;
--   SELECT id, properties->>'tags' AS tags FROM nodes_all WHERE resource_type = 'AWSSageMakerModel';

CREATE SCHEMA IF NOT EXISTS nodes;
CREATE SCHEMA IF NOT EXISTS edges;
CREATE OR REPLACE VIEW nodes_all AS SELECT * FROM read_parquet('nodes_all/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW edges_all AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSAccount" AS SELECT * FROM read_parquet('nodes/label=AWSAccount/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSAnyPrincipal" AS SELECT "id", "resource_type", "labels", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSAnyPrincipal';
CREATE OR REPLACE VIEW nodes."AWSAthenaWorkGroup" AS SELECT "id", "resource_type", "labels", "arn", "name", "account_id", "region", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSAthenaWorkGroup';
CREATE OR REPLACE VIEW nodes."AWSBedrockResource" AS SELECT "id", "resource_type", "labels", "arn", "name", "account_id", "region", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSBedrockResource';
CREATE OR REPLACE VIEW nodes."AWSCloudFormationStack" AS SELECT "id", "resource_type", "labels", "arn", "name", "account_id", "region", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSCloudFormationStack';
CREATE OR REPLACE VIEW nodes."AWSCloudWatchAlarm" AS SELECT "id", "resource_type", "labels", "arn", "name", "account_id", "region", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSCloudWatchAlarm';
CREATE OR REPLACE VIEW nodes."AWSCloudWatchLogGroup" AS SELECT "id", "resource_type", "labels", "arn", "name", "account_id", "region", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSCloudWatchLogGroup';
CREATE OR REPLACE VIEW nodes."AWSCodeWhispererProfile" AS SELECT "id", "resource_type", "labels", "arn", "name", "account_id", "region", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSCodeWhispererProfile';
CREATE OR REPLACE VIEW nodes."AWSCognitoUserPool" AS SELECT "id", "resource_type", "labels", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSCognitoUserPool';
CREATE OR REPLACE VIEW nodes."AWSDataZoneDomain" AS SELECT "id", "resource_type", "labels", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSDataZoneDomain';
CREATE OR REPLACE VIEW nodes."AWSDataZoneEnvironment" AS SELECT "id", "resource_type", "labels", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSDataZoneEnvironment';
CREATE OR REPLACE VIEW nodes."AWSDataZoneProject" AS SELECT "id", "resource_type", "labels", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSDataZoneProject';
CREATE OR REPLACE VIEW nodes."AWSEC2CapacityReservation" AS SELECT "id", "resource_type", "labels", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSEC2CapacityReservation';
CREATE OR REPLACE VIEW nodes."AWSEC2Image" AS SELECT "id", "resource_type", "labels", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSEC2Image';
CREATE OR REPLACE VIEW nodes."AWSEC2RouteTable" AS SELECT * FROM read_parquet('nodes/label=AWSEC2RouteTable/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSEC2SecurityGroup" AS SELECT * FROM read_parquet('nodes/label=AWSEC2SecurityGroup/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSEC2Subnet" AS SELECT * FROM read_parquet('nodes/label=AWSEC2Subnet/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSECRRepository" AS SELECT * FROM read_parquet('nodes/label=AWSECRRepository/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSECRRepositoryImage" AS SELECT * FROM read_parquet('nodes/label=AWSECRRepositoryImage/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSEKSCluster" AS SELECT "id", "resource_type", "labels", "arn", "name", "account_id", "region", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSEKSCluster';
CREATE OR REPLACE VIEW nodes."AWSEMRCluster" AS SELECT "id", "resource_type", "labels", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSEMRCluster';
CREATE OR REPLACE VIEW nodes."AWSEMRServerlessApplication" AS SELECT "id", "resource_type", "labels", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSEMRServerlessApplication';
CREATE OR REPLACE VIEW nodes."AWSEfsFileSystem" AS SELECT "id", "resource_type", "labels", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSEfsFileSystem';
CREATE OR REPLACE VIEW nodes."AWSEgressOnlyInternetGateway" AS SELECT * FROM read_parquet('nodes/label=AWSEgressOnlyInternetGateway/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSFsxFileSystem" AS SELECT "id", "resource_type", "labels", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSFsxFileSystem';
CREATE OR REPLACE VIEW nodes."AWSGlueCatalog" AS SELECT "id", "resource_type", "labels", "arn", "name", "account_id", "region", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSGlueCatalog';
CREATE OR REPLACE VIEW nodes."AWSGlueDatabase" AS SELECT "id", "resource_type", "labels", "arn", "name", "account_id", "region", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSGlueDatabase';
CREATE OR REPLACE VIEW nodes."AWSGlueTable" AS SELECT "id", "resource_type", "labels", "arn", "name", "account_id", "region", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSGlueTable';
CREATE OR REPLACE VIEW nodes."AWSGroup" AS SELECT * FROM read_parquet('nodes/label=AWSGroup/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSIdentityCenter" AS SELECT "id", "resource_type", "labels", "arn", "name", "account_id", "region", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSIdentityCenter';
CREATE OR REPLACE VIEW nodes."AWSInlinePolicy" AS SELECT * FROM read_parquet('nodes/label=AWSInlinePolicy/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSInternetGateway" AS SELECT * FROM read_parquet('nodes/label=AWSInternetGateway/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSIoTRoleAlias" AS SELECT "id", "resource_type", "labels", "arn", "name", "account_id", "region", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSIoTRoleAlias';
CREATE OR REPLACE VIEW nodes."AWSIoTThing" AS SELECT "id", "resource_type", "labels", "arn", "name", "account_id", "region", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSIoTThing';
CREATE OR REPLACE VIEW nodes."AWSKMSAlias" AS SELECT * FROM read_parquet('nodes/label=AWSKMSAlias/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSKMSKey" AS SELECT * FROM read_parquet('nodes/label=AWSKMSKey/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSLambda" AS SELECT * FROM read_parquet('nodes/label=AWSLambda/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSLineageGroupPolicy" AS SELECT * FROM read_parquet('nodes/label=AWSLineageGroupPolicy/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSManagedPolicy" AS SELECT * FROM read_parquet('nodes/label=AWSManagedPolicy/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSManagedPrefixList" AS SELECT * FROM read_parquet('nodes/label=AWSManagedPrefixList/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSModelPackageGroupPolicy" AS SELECT * FROM read_parquet('nodes/label=AWSModelPackageGroupPolicy/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSNatGateway" AS SELECT * FROM read_parquet('nodes/label=AWSNatGateway/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSNetworkInterface" AS SELECT * FROM read_parquet('nodes/label=AWSNetworkInterface/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSOpenIDConnectProvider" AS SELECT "id", "resource_type", "labels", "name", "account_id", "observed", "unread", "redactions", "arn", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSOpenIDConnectProvider';
CREATE OR REPLACE VIEW nodes."AWSOrganization" AS SELECT "id", "resource_type", "labels", "arn", "name", "account_id", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSOrganization';
CREATE OR REPLACE VIEW nodes."AWSOrganizationPolicy" AS SELECT * FROM read_parquet('nodes/label=AWSOrganizationPolicy/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSOrganizationRoot" AS SELECT * FROM read_parquet('nodes/label=AWSOrganizationRoot/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSOrganizationalUnit" AS SELECT * FROM read_parquet('nodes/label=AWSOrganizationalUnit/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSPolicyStatement" AS SELECT * FROM read_parquet('nodes/label=AWSPolicyStatement/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSPolicyVersion" AS SELECT * FROM read_parquet('nodes/label=AWSPolicyVersion/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSRedshiftCluster" AS SELECT "id", "resource_type", "labels", "arn", "name", "account_id", "region", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSRedshiftCluster';
CREATE OR REPLACE VIEW nodes."AWSRedshiftDatabase" AS SELECT "id", "resource_type", "labels", "arn", "name", "account_id", "region", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSRedshiftDatabase';
CREATE OR REPLACE VIEW nodes."AWSResourceShare" AS SELECT * FROM read_parquet('nodes/label=AWSResourceShare/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSResourceSharePrincipal" AS SELECT * FROM read_parquet('nodes/label=AWSResourceSharePrincipal/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSResourceShareResource" AS SELECT * FROM read_parquet('nodes/label=AWSResourceShareResource/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSRole" AS SELECT * FROM read_parquet('nodes/label=AWSRole/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSRootPrincipal" AS SELECT "id", "resource_type", "labels", "arn", "name", "account_id", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSRootPrincipal';
CREATE OR REPLACE VIEW nodes."AWSS3Bucket" AS SELECT * FROM read_parquet('nodes/label=AWSS3Bucket/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSAMLProvider" AS SELECT * FROM read_parquet('nodes/label=AWSSAMLProvider/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSNSTopic" AS SELECT "id", "resource_type", "labels", "arn", "name", "account_id", "region", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSSNSTopic';
CREATE OR REPLACE VIEW nodes."AWSSQSQueue" AS SELECT "id", "resource_type", "labels", "arn", "name", "account_id", "region", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSSQSQueue';
CREATE OR REPLACE VIEW nodes."AWSSSOApplication" AS SELECT "id", "resource_type", "labels", "arn", "name", "account_id", "region", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSSSOApplication';
CREATE OR REPLACE VIEW nodes."AWSSageMakerAIBenchmarkJob" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerAIBenchmarkJob/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerAIRecommendationJob" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerAIRecommendationJob/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerAIWorkloadConfig" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerAIWorkloadConfig/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerAction" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerAction/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerAlgorithm" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerAlgorithm/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerApp" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerApp/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerAppImageConfig" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerAppImageConfig/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerArtifact" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerArtifact/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerAutoMLCandidate" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerAutoMLCandidate/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerAutoMLJob" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerAutoMLJob/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerCluster" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerCluster/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerClusterExtension" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerClusterExtension/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerClusterNode" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerClusterNode/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerClusterSchedulerConfig" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerClusterSchedulerConfig/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerCodeRepository" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerCodeRepository/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerCompilationJob" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerCompilationJob/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerComputeQuota" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerComputeQuota/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerContext" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerContext/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerDataQualityJobDefinition" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerDataQualityJobDefinition/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerDevice" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerDevice/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerDeviceFleet" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerDeviceFleet/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerDomain" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerDomain/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerEdgeDeploymentPlan" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerEdgeDeploymentPlan/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerEdgePackagingJob" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerEdgePackagingJob/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerEndpoint" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerEndpoint/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerEndpointConfig" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerEndpointConfig/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerExperiment" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerExperiment/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerFeatureGroup" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerFeatureGroup/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerFeatureMetadata" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerFeatureMetadata/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerFlowDefinition" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerFlowDefinition/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerHub" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerHub/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerHubContent" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerHubContent/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerHumanTaskUi" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerHumanTaskUi/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerHyperParameterTuningJob" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerHyperParameterTuningJob/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerImage" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerImage/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerImageVersion" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerImageVersion/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerInferenceComponent" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerInferenceComponent/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerInferenceExperiment" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerInferenceExperiment/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerInferenceRecommendationsJob" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerInferenceRecommendationsJob/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerJob" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerJob/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerLabelingJob" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerLabelingJob/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerLineageGroup" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerLineageGroup/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerMlflowApp" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerMlflowApp/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerMlflowTrackingServer" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerMlflowTrackingServer/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerModel" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerModel/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerModelBiasJobDefinition" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerModelBiasJobDefinition/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerModelCard" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerModelCard/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerModelCardExportJob" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerModelCardExportJob/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerModelCardVersion" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerModelCardVersion/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerModelExplainabilityJobDefinition" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerModelExplainabilityJobDefinition/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerModelPackage" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerModelPackage/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerModelPackageGroup" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerModelPackageGroup/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerModelQualityJobDefinition" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerModelQualityJobDefinition/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerMonitoringAlert" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerMonitoringAlert/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerMonitoringExecution" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerMonitoringExecution/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerMonitoringSchedule" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerMonitoringSchedule/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerNotebookInstance" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerNotebookInstance/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerNotebookInstanceLifecycleConfig" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerNotebookInstanceLifecycleConfig/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerOptimizationJob" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerOptimizationJob/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerPartnerApp" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerPartnerApp/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerPipeline" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerPipeline/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerPipelineExecution" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerPipelineExecution/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerPipelineExecutionStep" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerPipelineExecutionStep/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerPipelineStep" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerPipelineStep/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerPipelineVersion" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerPipelineVersion/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerProcessingJob" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerProcessingJob/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerProject" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerProject/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerReservedCapacity" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerReservedCapacity/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerResourceCatalog" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerResourceCatalog/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerSpace" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerSpace/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerStudioLifecycleConfig" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerStudioLifecycleConfig/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerSubscribedWorkteam" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerSubscribedWorkteam/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerTrainingJob" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerTrainingJob/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerTrainingPlan" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerTrainingPlan/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerTrainingSession" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerTrainingSession/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerTransformJob" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerTransformJob/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerTrial" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerTrial/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerTrialComponent" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerTrialComponent/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerUltraServer" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerUltraServer/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerUserProfile" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerUserProfile/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerWorkforce" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerWorkforce/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSageMakerWorkteam" AS SELECT * FROM read_parquet('nodes/label=AWSSageMakerWorkteam/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSSecretsManagerSecret" AS SELECT "id", "resource_type", "labels", "arn", "name", "account_id", "region", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSSecretsManagerSecret';
CREATE OR REPLACE VIEW nodes."AWSServiceCatalogPath" AS SELECT "id", "resource_type", "labels", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSServiceCatalogPath';
CREATE OR REPLACE VIEW nodes."AWSServiceCatalogProduct" AS SELECT "id", "resource_type", "labels", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSServiceCatalogProduct';
CREATE OR REPLACE VIEW nodes."AWSServiceCatalogProvisionedProduct" AS SELECT "id", "resource_type", "labels", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSServiceCatalogProvisionedProduct';
CREATE OR REPLACE VIEW nodes."AWSServiceCatalogProvisioningArtifact" AS SELECT "id", "resource_type", "labels", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSServiceCatalogProvisioningArtifact';
CREATE OR REPLACE VIEW nodes."AWSServicePrincipal" AS SELECT "id", "resource_type", "labels", "name", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'AWSServicePrincipal';
CREATE OR REPLACE VIEW nodes."AWSTransitGateway" AS SELECT * FROM read_parquet('nodes/label=AWSTransitGateway/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSTransitGatewayAttachment" AS SELECT * FROM read_parquet('nodes/label=AWSTransitGatewayAttachment/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSUser" AS SELECT * FROM read_parquet('nodes/label=AWSUser/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSVpc" AS SELECT * FROM read_parquet('nodes/label=AWSVpc/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."AWSVpcEndpoint" AS SELECT * FROM read_parquet('nodes/label=AWSVpcEndpoint/*.parquet', hive_partitioning = false);
CREATE OR REPLACE VIEW nodes."GitRepository" AS SELECT "id", "resource_type", "labels", "name", "sg_scope", "sg_snapshot" FROM read_parquet('nodes/label=other/*.parquet', hive_partitioning = false) WHERE resource_type = 'GitRepository';
CREATE OR REPLACE VIEW edges."ALLOWS_FROM" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'ALLOWS_FROM';
CREATE OR REPLACE VIEW edges."ASSOCIATED_SUBNET" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'ASSOCIATED_SUBNET';
CREATE OR REPLACE VIEW edges."ASSOCIATED_WITH" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'ASSOCIATED_WITH';
CREATE OR REPLACE VIEW edges."ATTACHED_TO" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'ATTACHED_TO';
CREATE OR REPLACE VIEW edges."CALLED_BY" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'CALLED_BY';
CREATE OR REPLACE VIEW edges."CAN_INVOKE" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'CAN_INVOKE';
CREATE OR REPLACE VIEW edges."CAN_USE_ROLE" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'CAN_USE_ROLE';
CREATE OR REPLACE VIEW edges."CONTAINS" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'CONTAINS';
CREATE OR REPLACE VIEW edges."CREATED" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'CREATED';
CREATE OR REPLACE VIEW edges."DEPENDS_ON" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'DEPENDS_ON';
CREATE OR REPLACE VIEW edges."DERIVED_FROM" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'DERIVED_FROM';
CREATE OR REPLACE VIEW edges."DESCRIBED" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'DESCRIBED';
CREATE OR REPLACE VIEW edges."ENCRYPTED_BY" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'ENCRYPTED_BY';
CREATE OR REPLACE VIEW edges."HAS_EXECUTION_ROLE" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'HAS_EXECUTION_ROLE';
CREATE OR REPLACE VIEW edges."INVOKED" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'INVOKED';
CREATE OR REPLACE VIEW edges."KNOWN_AS" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'KNOWN_AS';
CREATE OR REPLACE VIEW edges."MEMBER_AWS_GROUP" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'MEMBER_AWS_GROUP';
CREATE OR REPLACE VIEW edges."MEMBER_OF" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'MEMBER_OF';
CREATE OR REPLACE VIEW edges."MEMBER_OF_AWS_VPC" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'MEMBER_OF_AWS_VPC';
CREATE OR REPLACE VIEW edges."MEMBER_OF_EC2_SECURITY_GROUP" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'MEMBER_OF_EC2_SECURITY_GROUP';
CREATE OR REPLACE VIEW edges."MONITORED" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'MONITORED';
CREATE OR REPLACE VIEW edges."MOUNTED" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'MOUNTED';
CREATE OR REPLACE VIEW edges."NETWORK_INTERFACE" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'NETWORK_INTERFACE';
CREATE OR REPLACE VIEW edges."NOTIFIED" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'NOTIFIED';
CREATE OR REPLACE VIEW edges."PARENT" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'PARENT';
CREATE OR REPLACE VIEW edges."PART_OF" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'PART_OF';
CREATE OR REPLACE VIEW edges."PART_OF_SUBNET" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'PART_OF_SUBNET';
CREATE OR REPLACE VIEW edges."PERMISSIONS_BOUNDARY" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'PERMISSIONS_BOUNDARY';
CREATE OR REPLACE VIEW edges."PERMISSIVE_IN" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'PERMISSIVE_IN';
CREATE OR REPLACE VIEW edges."POLICY" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'POLICY';
CREATE OR REPLACE VIEW edges."PRODUCED" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'PRODUCED';
CREATE OR REPLACE VIEW edges."PRODUCED_MODEL_ARTIFACT" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'PRODUCED_MODEL_ARTIFACT';
CREATE OR REPLACE VIEW edges."PUBLIC_IN" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'PUBLIC_IN';
CREATE OR REPLACE VIEW edges."READ_FROM" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'READ_FROM';
CREATE OR REPLACE VIEW edges."REFERENCED" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'REFERENCED';
CREATE OR REPLACE VIEW edges."REFERENCED_ARTIFACTS_IN" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'REFERENCED_ARTIFACTS_IN';
CREATE OR REPLACE VIEW edges."REPO_IMAGE" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'REPO_IMAGE';
CREATE OR REPLACE VIEW edges."RESOURCE" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'RESOURCE';
CREATE OR REPLACE VIEW edges."ROUTES_TO_GATEWAY" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'ROUTES_TO_GATEWAY';
CREATE OR REPLACE VIEW edges."ROUTES_TO_PREFIX_LIST" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'ROUTES_TO_PREFIX_LIST';
CREATE OR REPLACE VIEW edges."SHARED" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'SHARED';
CREATE OR REPLACE VIEW edges."SHARED_WITH" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'SHARED_WITH';
CREATE OR REPLACE VIEW edges."STATEMENT" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'STATEMENT';
CREATE OR REPLACE VIEW edges."TRUSTS_AWS_PRINCIPAL" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'TRUSTS_AWS_PRINCIPAL';
CREATE OR REPLACE VIEW edges."USED" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'USED';
CREATE OR REPLACE VIEW edges."USED_IMAGE" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'USED_IMAGE';
CREATE OR REPLACE VIEW edges."WATCHED_BY" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'WATCHED_BY';
CREATE OR REPLACE VIEW edges."WROTE_TO" AS SELECT * FROM read_parquet('edges/*.parquet', hive_partitioning = false) WHERE relationship = 'WROTE_TO';

-- The questions of docs/queries, such as: SELECT * FROM questions.who_can_invoke;
CREATE SCHEMA IF NOT EXISTS questions;
CREATE OR REPLACE VIEW questions.permissive_roles AS -- docs/queries/1-permissive-roles.sql
SELECT DISTINCT u.src AS resource, u.dst AS role, coalesce(p.ref, 'unknown') AS reason, coalesce(p.conditional, true) AS conditional, p.actions, p.via
FROM edges."HAS_EXECUTION_ROLE" AS u
LEFT JOIN nodes."AWSRole" AS r ON r.id = u.dst
LEFT JOIN edges."PERMISSIVE_IN" AS p ON p.src = u.dst
WHERE u.src LIKE 'arn:%:sagemaker:%' AND (p.ref IS NOT NULL OR r.observed IS DISTINCT FROM true)
ORDER BY resource, role, reason;
CREATE OR REPLACE VIEW questions.endpoint_lineage AS -- docs/queries/2-endpoint-lineage.sql
WITH served AS (
  SELECT uses.src AS endpoint, refs.dst AS model FROM edges."USED" AS uses JOIN edges."REFERENCED" AS refs ON refs.src = uses.dst
  UNION SELECT has.src, uses.dst FROM edges."CONTAINS" AS has JOIN edges."USED" AS uses ON uses.src = has.dst
  UNION SELECT has.src, uses.dst FROM edges."CONTAINS" AS has JOIN edges."USED" AS base ON base.src = has.dst JOIN edges."USED" AS uses ON uses.src = base.dst
), behind AS (
  SELECT served.endpoint, m.id AS model FROM served JOIN nodes."AWSSageMakerModel" AS m ON m.id = served.model
), trained AS (
  SELECT made.src AS result, j.id AS job FROM edges."DERIVED_FROM" AS made JOIN nodes."AWSSageMakerTrainingJob" AS j ON j.id = made.dst
  UNION SELECT put.dst, j.id FROM edges."PRODUCED" AS put JOIN nodes."AWSSageMakerTrainingJob" AS j ON j.id = put.src
), came AS (
  SELECT made.src AS model, g.id AS package, g.model_approval_status AS approval, trained.job
  FROM edges."DERIVED_FROM" AS made JOIN nodes."AWSSageMakerModelPackage" AS g ON g.id = made.dst LEFT JOIN trained ON trained.result = g.id
  UNION SELECT trained.result, NULL, NULL, trained.job FROM trained
)
SELECT DISTINCT e.id AS endpoint, behind.model, came.package, came.approval, came.job, r.ref AS data
FROM nodes."AWSSageMakerEndpoint" AS e
LEFT JOIN behind ON behind.endpoint = e.id
LEFT JOIN came ON came.model = behind.model
LEFT JOIN edges."READ_FROM" AS r ON r.src = came.job
ORDER BY endpoint, model, package, job, data;
CREATE OR REPLACE VIEW questions.who_can_invoke AS -- docs/queries/3-who-can-invoke.sql
SELECT c.src AS principal, c.dst AS endpoint, c.ref AS component, a.action, c.conditional, c.conditions, c.via
FROM edges."CAN_INVOKE" AS c CROSS JOIN UNNEST(c.actions) AS a(action)
ORDER BY principal, endpoint, component, action;
CREATE OR REPLACE VIEW questions.notebook_exposure AS -- docs/queries/4-notebook-exposure.sql
SELECT n.id AS notebook, n.status,
  CASE WHEN contains(n.unread, 'direct_internet_access') THEN NULL ELSE coalesce(n.direct_internet_access, 'Enabled') = 'Enabled' END AS direct_internet,
  CASE WHEN contains(n.unread, 'subnet_id') THEN 'unknown' WHEN n.subnet_id IS NULL THEN 'none' WHEN NOT p.conditional THEN 'public'
    WHEN p.conditional OR s.vpc_id IS NULL THEN 'unknown' ELSE 'private' END AS subnet,
  n.subnet_id, p.via
FROM nodes."AWSSageMakerNotebookInstance" AS n
LEFT JOIN edges."PART_OF_SUBNET" AS e ON e.src = n.id
LEFT JOIN nodes."AWSEC2Subnet" AS s ON s.id = e.dst
LEFT JOIN edges."PUBLIC_IN" AS p ON p.src = s.id
WHERE n.observed
ORDER BY notebook;
CREATE OR REPLACE VIEW questions.pipeline_steps AS -- docs/queries/5a-pipeline-steps.sql
WITH part AS (
  SELECT has.src AS pipeline, s.id, s.name, s.type FROM edges."CONTAINS" AS has JOIN nodes."AWSSageMakerPipelineStep" AS s ON s.id = has.dst
)
SELECT DISTINCT p.id AS pipeline, part.name AS step, part.type, before.name AS depends_on
FROM nodes."AWSSageMakerPipeline" AS p
LEFT JOIN part ON part.pipeline = p.id
LEFT JOIN edges."DEPENDS_ON" AS d ON d.src = part.id
LEFT JOIN nodes."AWSSageMakerPipelineStep" AS before ON before.id = d.dst
ORDER BY pipeline, step, depends_on;
CREATE OR REPLACE VIEW questions.pipeline_runs AS -- docs/queries/5b-pipeline-runs.sql
WITH ran AS (
  SELECT made.src AS step, made.relationship AS how, made.dst AS resource FROM edges."PRODUCED" AS made
  UNION SELECT called.src, called.relationship, called.dst FROM edges."INVOKED" AS called
  UNION SELECT told.src, told.relationship, told.dst FROM edges."NOTIFIED" AS told
  UNION SELECT used.src, used.relationship, used.dst FROM edges."USED" AS used
  WHERE used.dst NOT LIKE 'arn:%:sagemaker:%:pipeline/%'
)
SELECT holds.src AS pipeline, x.id AS execution, x.status, s.step_name AS step, s.id AS run, s.step_status, ran.how, ran.resource
FROM edges."CONTAINS" AS holds
JOIN nodes."AWSSageMakerPipelineExecution" AS x ON x.id = holds.dst
LEFT JOIN edges."CONTAINS" AS has ON has.src = x.id
LEFT JOIN nodes."AWSSageMakerPipelineExecutionStep" AS s ON s.id = has.dst
LEFT JOIN ran ON ran.step = s.id
ORDER BY execution, step, how, resource;
CREATE OR REPLACE VIEW questions.pipeline_needs AS -- docs/queries/5c-pipeline-needs.sql
WITH part AS (
  SELECT r.pipeline, r.step, r.resource AS id FROM questions.pipeline_runs AS r WHERE r.how = 'PRODUCED'
  UNION SELECT r.pipeline, r.step, r.run FROM questions.pipeline_runs AS r
  UNION SELECT p.id, NULL, p.id FROM nodes."AWSSageMakerPipeline" AS p
), refers AS (
  SELECT a.src, a.relationship AS how, a.dst, a.ref FROM edges."READ_FROM" AS a
  UNION SELECT b.src, b.relationship, b.dst, b.ref FROM edges."USED_IMAGE" AS b
  UNION SELECT c.src, c.relationship, c.dst, c.ref FROM edges."HAS_EXECUTION_ROLE" AS c
  UNION SELECT d.src, d.relationship, d.dst, d.ref FROM edges."DERIVED_FROM" AS d
  UNION SELECT e.src, e.relationship, e.dst, e.ref FROM edges."USED" AS e
  UNION SELECT f.src, f.relationship, f.dst, f.ref FROM edges."INVOKED" AS f
)
SELECT DISTINCT part.pipeline, part.step, refers.how, refers.dst AS resource, refers.ref
FROM part JOIN refers ON refers.src = part.id LEFT JOIN part AS own ON own.pipeline = part.pipeline AND own.id = refers.dst
WHERE own.id IS NULL AND refers.dst NOT LIKE 'arn:%:sagemaker:%:pipeline/%'
ORDER BY pipeline, step, how, resource, ref;
CREATE OR REPLACE VIEW questions.pipeline_endpoints AS -- docs/queries/5d-pipeline-endpoints.sql
SELECT DISTINCT r.pipeline, l.endpoint, r.resource AS made
FROM questions.pipeline_runs AS r
JOIN (SELECT endpoint, model AS made FROM questions.endpoint_lineage UNION SELECT endpoint, package FROM questions.endpoint_lineage
  UNION SELECT endpoint, job FROM questions.endpoint_lineage UNION SELECT endpoint, endpoint FROM questions.endpoint_lineage) AS l ON l.made = r.resource
WHERE r.how = 'PRODUCED'
ORDER BY pipeline, endpoint, made;
