package checks

import "github.com/sgexport/sgexport/audit"

// keyTable has everything of SageMaker's that can be encrypted with a key of the
// account's, kind by kind. A test of the catalog looks whether a field that names a
// key is missing here.
var keyTable = []keyed{
	{
		id: "notebook-volume", what: "Volume of a notebook instance", label: "NotebookInstance",
		note:       "Medium as of Security Hub; prowler says high.",
		keys:       []string{"kms_key_id KmsKeyId"},
		aliases:    "SageMaker.21 sagemaker-notebook-instance-storage-vol-kms-encrypted sagemaker-notebook-instance-kms-key-configured sagemaker_notebook_instance_encryption_enabled sagemaker_notebook_instance_kms_key_configured sagemaker_notebook_instance_encryption_at_rest_enabled CKV_AWS_22 CKV_AWS_187 AwsSolutions-SM2 SageMakerNotebookInstanceKMSKeyConfigured SM-03",
		references: hub + "21 " + configRule + "sagemaker-notebook-instance-kms-key-configured.html",
	},
	{
		id: "domain-volume", what: "File system of a domain", label: "Domain",
		keys:     []string{"kms_key_id KmsKeyId"},
		unless:   "home_efs_file_system_kms_key_id", // its name in older domains
		severity: audit.High, aliases: "sagemaker_domain_encrypted_with_cmk CKV_AWS_187 SM-03",
		references: prowler + "sagemaker_domain_encrypted_with_cmk " + encryptionGuide,
	},
	{
		id: "domain-shared-notebooks", what: "What people share of their notebooks in a domain", label: "Domain",
		keys:    []string{"default_user_settings_sharing_settings:J DefaultUserSettings.SharingSettings.S3KmsKeyId"},
		sibling: "S3OutputPath",
	},
	{
		id: "domain-canvas", what: "What Canvas writes in a domain", label: "Domain",
		keys: []string{"default_user_settings_canvas_app_settings:J DefaultUserSettings.CanvasAppSettings.WorkspaceSettings.S3KmsKeyId"},
	},
	{
		id: "user-profile-shared-notebooks", what: "What a user profile shares of its notebooks", label: "UserProfile",
		keys:    []string{"user_settings_sharing_settings:J UserSettings.SharingSettings.S3KmsKeyId"},
		sibling: "S3OutputPath",
	},
	{
		id: "user-profile-canvas", what: "What Canvas writes for a user profile", label: "UserProfile",
		keys: []string{"user_settings_canvas_app_settings:J UserSettings.CanvasAppSettings.WorkspaceSettings.S3KmsKeyId"},
	},
	{
		id: "endpoint-config-volume", what: "Volume of an endpoint", label: "EndpointConfig",
		note:       "Instances with local NVMe storage encrypt it by themselves and take no key: waive those.",
		keys:       []string{"kms_key_id KmsKeyId"},
		aliases:    "sagemaker-endpoint-config-kms-key-required sagemaker-endpoint-configuration-kms-key-configured sagemaker_endpoint_config_kms_encryption_enabled sagemaker_endpoint_configuration_kms_key_configured sagemaker_endpoint_configuration_encryption_at_rest_enabled CKV_AWS_98 SageMakerEndpointConfigurationKMSKeyConfigured",
		references: configRule + "sagemaker-endpoint-configuration-kms-key-configured.html " + encryptionGuide,
	},
	{
		id: "endpoint-config-capture", what: "What an endpoint captures of its calls", label: "EndpointConfig",
		keys:   []string{"data_capture_config_kms_key_id DataCaptureConfig.KmsKeyId"},
		beside: "data_capture_config_destination_s3_uri", unless: "data_capture_config_enable_capture:B=false",
	},
	{
		id: "endpoint-config-async-output", what: "Output of an asynchronous endpoint", label: "EndpointConfig",
		keys: []string{"async_inference_config_output_config:J AsyncInferenceConfig.OutputConfig.KmsKeyId"},
	},
	{
		id: "endpoint-config-core-dump", what: "Core dump of an endpoint", label: "EndpointConfig",
		keys: []string{
			"production_variants:J ProductionVariants[].CoreDumpConfig.KmsKeyId",
			"shadow_production_variants:J ShadowProductionVariants[].CoreDumpConfig.KmsKeyId",
		},
	},
	{
		id: "inference-experiment-volume", what: "Volume of an inference experiment", label: "InferenceExperiment",
		keys:       []string{"kms_key KmsKey"},
		aliases:    "SageMaker.23 sagemaker-inf-experiment-instance-storage-kms-encrypted",
		references: hub + "23",
	},
	{
		id: "inference-experiment-data", what: "What an inference experiment stores of its calls", label: "InferenceExperiment",
		note:    "Passed where an experiment stores nothing.",
		keys:    []string{"data_storage_config_kms_key DataStorageConfig.KmsKey"},
		beside:  "data_storage_config_destination",
		aliases: "SageMaker.24 sagemaker-inf-experiment-data-storage-kms-encrypted", references: hub + "24",
	},
	{
		id: "feature-group-offline-store", what: "Offline store of a feature group", label: "FeatureGroup",
		note:       "Medium as of Security Hub.",
		keys:       []string{"offline_store_config_s3_storage_config:J OfflineStoreConfig.S3StorageConfig.KmsKeyId"},
		aliases:    "SageMaker.17 sagemaker-featuregroup-encryption-at-rest sagemaker_feature_group_offline_store_encrypted_with_cmk SM-15",
		references: hub + "17",
	},
	{
		id: "feature-group-online-store", what: "Online store of a feature group", label: "FeatureGroup",
		note:   "Online stores of the type InMemory are passed, as by Security Hub.",
		keys:   []string{"online_store_config_security_config:J OnlineStoreConfig.SecurityConfig.KmsKeyId"},
		beside: "online_store_config_enable_online_store:B", unless: "online_store_config_storage_type=InMemory",
		aliases: "SageMaker.18 sagemaker-featuregroup-online-store-encryption SM-15", references: hub + "18",
	},
	{
		id: "data-quality-output", what: "Output of a data quality job definition", label: "DataQualityJobDefinition",
		keys:    []string{"data_quality_job_output_config_kms_key_id DataQualityJobOutputConfig.KmsKeyId"},
		beside:  "data_quality_job_output_config_monitoring_outputs:J",
		aliases: "CKV_AWS_367",
	},
	{
		id: "data-quality-volume", what: "Volume of a data quality job definition", label: "DataQualityJobDefinition",
		keys:    []string{clusterVolume},
		aliases: "CKV_AWS_368",
	},
	{
		id: "model-bias-output", what: "Output of a model bias job definition", label: "ModelBiasJobDefinition",
		keys:   []string{"model_bias_job_output_config_kms_key_id ModelBiasJobOutputConfig.KmsKeyId"},
		beside: "model_bias_job_output_config_monitoring_outputs:J",
	},
	{
		id: "model-bias-volume", what: "Volume of a model bias job definition", label: "ModelBiasJobDefinition",
		keys: []string{clusterVolume},
	},
	{
		id: "model-explainability-output", what: "Output of a model explainability job definition", label: "ModelExplainabilityJobDefinition",
		keys:   []string{"model_explainability_job_output_config_kms_key_id ModelExplainabilityJobOutputConfig.KmsKeyId"},
		beside: "model_explainability_job_output_config_monitoring_outputs:J",
	},
	{
		id: "model-explainability-volume", what: "Volume of a model explainability job definition", label: "ModelExplainabilityJobDefinition",
		keys: []string{clusterVolume},
	},
	{
		id: "model-quality-output", what: "Output of a model quality job definition", label: "ModelQualityJobDefinition",
		keys:   []string{"model_quality_job_output_config_kms_key_id ModelQualityJobOutputConfig.KmsKeyId"},
		beside: "model_quality_job_output_config_monitoring_outputs:J",
	},
	{
		id: "model-quality-volume", what: "Volume of a model quality job definition", label: "ModelQualityJobDefinition",
		keys: []string{clusterVolume},
	},
	{
		id: "monitoring-schedule-output", what: "Output of a monitoring schedule", label: "MonitoringSchedule",
		note: "A schedule that names a definition is passed: the definition is looked at.",
		keys: []string{"monitoring_schedule_config_monitoring_job_definition:J MonitoringScheduleConfig.MonitoringJobDefinition.MonitoringOutputConfig.KmsKeyId"},
	},
	{
		id: "monitoring-schedule-volume", what: "Volume of a monitoring schedule", label: "MonitoringSchedule",
		note: "A schedule that names a definition is passed: the definition is looked at.",
		keys: []string{"monitoring_schedule_config_monitoring_job_definition:J MonitoringScheduleConfig.MonitoringJobDefinition.MonitoringResources.ClusterConfig.VolumeKmsKeyId"},
	},
	{
		id: "cluster-volume", what: "Volume of a cluster", label: "Cluster",
		keys: []string{
			"instance_groups:J InstanceGroups[].InstanceStorageConfigs[].EbsVolumeConfig.VolumeKmsKeyId",
			"restricted_instance_groups:J RestrictedInstanceGroups[].InstanceStorageConfigs[].EbsVolumeConfig.VolumeKmsKeyId",
		},
	},
	{
		id: "flow-definition-output", what: "Output of a flow definition", label: "FlowDefinition",
		keys:    []string{outputKey},
		beside:  "output_config_s3_output_path",
		aliases: "CKV_AWS_372",
	},
	{
		id: "device-fleet-output", what: "Output of a device fleet", label: "DeviceFleet",
		keys: []string{outputKey}, beside: "output_config_s3_output_location",
	},
	{id: "mlflow-app", what: "MLflow app", label: "MlflowApp", keys: []string{"kms_key_id KmsKeyId"}},
	{id: "partner-app", what: "Partner app", label: "PartnerApp", keys: []string{"kms_key_id KmsKeyId"}},
	{id: "model-card", what: "Model card", label: "ModelCard", keys: []string{"security_config_kms_key_id SecurityConfig.KmsKeyId"}, severity: audit.Low},
	{id: "model-package", what: "What a model package says", label: "ModelPackage", keys: []string{"security_config_kms_key_id SecurityConfig.KmsKeyId"}, severity: audit.Low},
	{
		id: "model-package-validation", what: "What validates a model package", label: "ModelPackage",
		keys: []string{
			"validation_specification_validation_profiles:J ValidationSpecification.ValidationProfiles[].TransformJobDefinition.TransformOutput.KmsKeyId",
			"validation_specification_validation_profiles:J ValidationSpecification.ValidationProfiles[].TransformJobDefinition.TransformResources.VolumeKmsKeyId",
		},
		severity: audit.Low,
	},
	{
		id: "algorithm-validation", what: "What validates an algorithm", label: "Algorithm",
		keys: []string{
			"validation_specification_validation_profiles:J ValidationSpecification.ValidationProfiles[].TrainingJobDefinition.OutputDataConfig.KmsKeyId",
			"validation_specification_validation_profiles:J ValidationSpecification.ValidationProfiles[].TrainingJobDefinition.ResourceConfig.VolumeKmsKeyId",
			"validation_specification_validation_profiles:J ValidationSpecification.ValidationProfiles[].TransformJobDefinition.TransformOutput.KmsKeyId",
			"validation_specification_validation_profiles:J ValidationSpecification.ValidationProfiles[].TransformJobDefinition.TransformResources.VolumeKmsKeyId",
		},
		severity: audit.Low,
	},
}

// jobKeyTable has what jobs write.
var jobKeyTable = []keyed{
	{
		id: "training-job-volume", what: "Volume of a training job", label: "TrainingJob",
		note:     "Instances with local NVMe storage encrypt it by themselves and take no key: waive those. prowler's name says output, which it does not look at: see training-job-output-without-key.",
		keys:     []string{"resource_config_volume_kms_key_id ResourceConfig.VolumeKmsKeyId"},
		beside:   "resource_config_instance_type resource_config_instance_groups:J resource_config_instance_preferences:J",
		severity: audit.High, aliases: "sagemaker_training_jobs_volume_and_output_encryption_enabled",
		references: prowler + "sagemaker_training_jobs_volume_and_output_encryption_enabled " + encryptionGuide,
	},
	{
		id: "training-job-output", what: "Output of a training job", label: "TrainingJob",
		note:    "Steampipe's name says volume, which it does not look at: see training-job-volume-without-key.",
		keys:    []string{"output_data_config_kms_key_id OutputDataConfig.KmsKeyId"},
		beside:  "output_data_config_s3_output_path",
		aliases: "sagemaker_training_job_volume_and_data_encryption_enabled",
	},
	{
		id: "training-session-output", what: "Output of a training session", label: "TrainingSession",
		keys: []string{"output_config_s3_location:J OutputConfig.S3Location.KmsKeyArn"},
	},
	{
		id: "processing-job-volume", what: "Volume of a processing job", label: "ProcessingJob",
		keys:     []string{"processing_resources_cluster_config:J ProcessingResources.ClusterConfig.VolumeKmsKeyId"},
		severity: audit.High, aliases: "sagemaker_processing_job_volume_encrypted_with_cmk SM-17",
		references: prowler + "sagemaker_processing_job_volume_encrypted_with_cmk " + encryptionGuide,
	},
	{
		id: "processing-job-output", what: "Output of a processing job", label: "ProcessingJob",
		keys:    []string{"processing_output_config_kms_key_id ProcessingOutputConfig.KmsKeyId"},
		beside:  "processing_output_config_outputs:J",
		aliases: "SM-17",
	},
	{
		id: "processing-job-dataset", what: "Result of a query for a processing job", label: "ProcessingJob",
		keys: []string{
			"processing_inputs:J ProcessingInputs[].DatasetDefinition.AthenaDatasetDefinition.KmsKeyId",
			"processing_inputs:J ProcessingInputs[].DatasetDefinition.RedshiftDatasetDefinition.KmsKeyId",
		},
	},
	{
		id: "transform-job-volume", what: "Volume of a transform job", label: "TransformJob",
		keys:     []string{"transform_resources_volume_kms_key_id TransformResources.VolumeKmsKeyId"},
		beside:   "transform_resources_instance_type",
		severity: audit.High, aliases: "sagemaker_transform_job_volume_encrypted_with_cmk SM-18",
		references: prowler + "sagemaker_transform_job_volume_encrypted_with_cmk " + encryptionGuide,
	},
	{
		id: "transform-job-output", what: "Output of a transform job", label: "TransformJob",
		keys:   []string{"transform_output_kms_key_id TransformOutput.KmsKeyId"},
		beside: "transform_output_s3_output_path",
	},
	{
		id: "transform-job-capture", what: "What a transform job captures of its calls", label: "TransformJob",
		keys:   []string{"data_capture_config_kms_key_id DataCaptureConfig.KmsKeyId"},
		beside: "data_capture_config_destination_s3_uri",
	},
	{
		id: "tuning-job-volume", what: "Volume of a tuning job's training jobs", label: "HyperParameterTuningJob",
		keys: []string{
			"training_job_definition_resource_config:J TrainingJobDefinition.ResourceConfig.VolumeKmsKeyId",
			"training_job_definition_hyper_parameter_tuning_resource_config:J TrainingJobDefinition.HyperParameterTuningResourceConfig.VolumeKmsKeyId",
			"training_job_definitions:J TrainingJobDefinitions[].ResourceConfig.VolumeKmsKeyId",
			"training_job_definitions:J TrainingJobDefinitions[].HyperParameterTuningResourceConfig.VolumeKmsKeyId",
		},
		aliases: "SM-19",
	},
	{
		id: "tuning-job-output", what: "Output of a tuning job's training jobs", label: "HyperParameterTuningJob",
		keys: []string{
			"training_job_definition_output_data_config:J TrainingJobDefinition.OutputDataConfig.KmsKeyId",
			"training_job_definitions:J TrainingJobDefinitions[].OutputDataConfig.KmsKeyId",
		},
		aliases: "SM-19",
	},
	{
		id: "automl-job-volume", what: "Volume of an AutoML job's training jobs", label: "AutoMLJob",
		keys: []string{"security_config_volume_kms_key_id SecurityConfig.VolumeKmsKeyId"},
	},
	{
		id: "automl-job-output", what: "Output of an AutoML job", label: "AutoMLJob",
		keys:   []string{"output_data_config_kms_key_id OutputDataConfig.KmsKeyId"},
		beside: "output_data_config_s3_output_path",
	},
	{
		id: "compilation-job-output", what: "Output of a compilation job", label: "CompilationJob",
		keys: []string{outputKey}, beside: "output_config_s3_output_location",
		aliases: "SM-20",
	},
	{
		id: "optimization-job-output", what: "Output of an optimization job", label: "OptimizationJob",
		keys: []string{outputKey}, beside: "output_config_s3_output_location",
	},
	{
		id: "edge-packaging-job-output", what: "Output of an edge packaging job", label: "EdgePackagingJob",
		keys: []string{outputKey}, beside: "output_config_s3_output_location",
	},
	{
		id: "edge-packaging-job-volume", what: "Volume of an edge packaging job", label: "EdgePackagingJob",
		keys: []string{"resource_key ResourceKey"},
	},
	{
		id: "labeling-job-output", what: "Output of a labeling job", label: "LabelingJob",
		keys: []string{outputKey}, beside: "output_config_s3_output_path",
	},
	{
		id: "labeling-job-volume", what: "Volume of a labeling job's training jobs", label: "LabelingJob",
		keys: []string{"labeling_job_algorithms_config_labeling_job_resource_config:J LabelingJobAlgorithmsConfig.LabelingJobResourceConfig.VolumeKmsKeyId"},
	},
	{
		id: "recommendations-job-volume", what: "Volume of an inference recommendations job", label: "InferenceRecommendationsJob",
		keys: []string{"input_config_volume_kms_key_id InputConfig.VolumeKmsKeyId"},
	},
}

// Keys that stand at the same place in many kinds.
const (
	outputKey     = "output_config_kms_key_id OutputConfig.KmsKeyId"
	clusterVolume = "job_resources_cluster_config:J JobResources.ClusterConfig.VolumeKmsKeyId"
)
