package catalog

// LongestName is how many characters a column's name has at most: what PostgreSQL,
// Redshift and others of its kin take.
const LongestName = 63

// ShortNames returns the names of columns whose own would be longer, by the API field
// path that they come from. Source of the bound: PostgreSQL, "Identifiers and Key Words".
func ShortNames() map[string]string {
	return map[string]string{
		"BestTrainingJob.FinalHyperParameterTuningJobObjectiveMetric":                "best_training_job_objective_metric",
		"DataQualityAppSpecification.PostAnalyticsProcessorSourceUri":                "data_quality_app_specification_post_analytics_source_uri",
		"HumanLoopActivationConfig.HumanLoopActivationConditionsConfig":              "human_loop_activation_conditions_config",
		"HyperParameterTuningJobConfig.HyperParameterTuningJobObjective":             "hyper_parameter_tuning_job_config_objective",
		"HyperParameterTuningJobConfig.TrainingJobEarlyStoppingType":                 "hyper_parameter_tuning_job_config_early_stopping_type",
		"HyperParameterTuningJobConfig.TuningJobCompletionCriteria":                  "hyper_parameter_tuning_job_config_completion_criteria",
		"InferenceSpecification.SupportedRealtimeInferenceInstanceTypes":             "inference_specification_realtime_inference_instance_types",
		"InstanceMetadataServiceConfiguration.MinimumInstanceMetadataServiceVersion": "minimum_instance_metadata_service_version",
		"LabelingJobAlgorithmsConfig.InitialActiveLearningModelArn":                  "labeling_job_initial_active_learning_model_arn",
		"LabelingJobAlgorithmsConfig.LabelingJobAlgorithmSpecificationArn":           "labeling_job_algorithm_specification_arn",
		"LastMonitoringExecutionSummary.MonitoringJobDefinitionName":                 "last_monitoring_execution_job_definition_name",
		"ModelQualityAppSpecification.PostAnalyticsProcessorSourceUri":               "model_quality_app_specification_post_analytics_source_uri",
		"OverallBestTrainingJob.FinalHyperParameterTuningJobObjectiveMetric":         "overall_best_training_job_objective_metric",
		"PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsAAAARecord":              "private_dns_name_options_on_launch_enable_aaaa_record",
		"PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsARecord":                 "private_dns_name_options_on_launch_enable_a_record",
		"ResourceShareConfiguration.RetainSharingOnAccountLeaveOrganization":         "retain_sharing_on_account_leave_organization",
		"ServiceCatalogProvisionedProductDetails.ProvisionedProductId":               "service_catalog_provisioned_product_id",
		"ServiceCatalogProvisionedProductDetails.ProvisionedProductStatusMessage":    "service_catalog_provisioned_product_status_message",
		"TrainingJobDefinition.EnableInterContainerTrafficEncryption":                "training_job_definition_inter_container_traffic_encryption",
		"TuningJobCompletionDetails.NumberOfTrainingJobsObjectiveNotImproving":       "tuning_job_completion_details_training_jobs_not_improving",
	}
}
