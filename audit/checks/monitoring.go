package checks

import "github.com/sgexport/sgexport/audit"

// The settings of jobs and definitions with a NetworkConfig.
const (
	isolation         = "network_config_enable_network_isolation:B NetworkConfig.EnableNetworkIsolation"
	trafficEncryption = "network_config_enable_inter_container_traffic_encryption:B NetworkConfig.EnableInterContainerTrafficEncryption"
)

// Inside of the definition that a schedule has itself. One that names a definition
// has none: what is wrong with it is found with that.
const (
	scheduleIsolation = "monitoring_schedule_config_monitoring_job_definition:J MonitoringScheduleConfig.MonitoringJobDefinition.NetworkConfig.EnableNetworkIsolation"
	scheduleTraffic   = "monitoring_schedule_config_monitoring_job_definition:J MonitoringScheduleConfig.MonitoringJobDefinition.NetworkConfig.EnableInterContainerTrafficEncryption"
)

const schedule = "AWSSageMakerMonitoringSchedule"

var monitoringChecks = []*Check{
	isolated("data-quality", "DataQuality", audit.Medium, "SageMaker.11 sagemaker-data-quality-job-isolation SM-13", hub+"11"),
	isolated("model-bias", "ModelBias", audit.Medium, "SageMaker.12 sagemaker-model-bias-job-isolation SM-13", hub+"12"),
	isolated("model-explainability", "ModelExplainability", audit.High, "SageMaker.20 sagemaker-model-explainability-job-network-isolation SM-13", hub+"20"),
	isolated("model-quality", "ModelQuality", audit.High, "SageMaker.25 sagemaker-model-quality-job-definition-isolation SM-13", hub+"25"),
	{
		ID:         "monitoring-schedule-no-network-isolation",
		Title:      "Containers of a monitoring schedule have a network",
		Severity:   audit.Medium,
		Fix:        "Update it with NetworkConfig.EnableNetworkIsolation in its MonitoringJobDefinition.",
		Aliases:    "SageMaker.14 sagemaker-monitoring-schedule-isolation SM-13",
		References: hub + "14",
		Reads:      reads(schedule, scheduleIsolation),
		Find:       mustBe(true, []string{scheduleIsolation}, canCallOut),
	},
	encrypted("data-quality", "DataQuality", "SageMaker.9 sagemaker-data-quality-job-encrypt-in-transit CKV_AWS_369 SM-16", hub+"9", "",
		mustBe(true, []string{trafficEncryption}, inTheClear)),
	encrypted("model-bias", "ModelBias", "SageMaker.15 sagemaker-model-bias-job-encrypt-in-transit", hub+"15", alone, ofSeveral),
	encrypted("model-explainability", "ModelExplainability", "SageMaker.10 sagemaker-model-explainability-job-encrypt-in-transit", hub+"10", alone, ofSeveral),
	encrypted("model-quality", "ModelQuality", "SageMaker.13 sagemaker-model-quality-job-encrypt-in-transit", hub+"13", "",
		mustBe(true, []string{trafficEncryption}, inTheClear)),
	{
		ID:         "monitoring-schedule-traffic-in-the-clear",
		Title:      "Monitoring schedule does not encrypt what its containers send one another",
		Severity:   audit.Medium,
		Fix:        "Update it with NetworkConfig.EnableInterContainerTrafficEncryption in its MonitoringJobDefinition.",
		Aliases:    "SageMaker.22 sagemaker-monitoring-schedule-traffic-encryption",
		References: hub + "22",
		Reads:      reads(schedule, scheduleTraffic),
		Find:       mustBe(true, []string{scheduleTraffic}, inTheClear),
	},
}

func definition(kind string) string { return "AWSSageMaker" + kind + "JobDefinition" }

// isolated returns the check of network isolation of one kind of definition.
func isolated(id, kind string, severity audit.Level, aliases, references string) *Check {
	return &Check{
		ID:         id + "-no-network-isolation",
		Title:      "Containers of a " + id + " job definition have a network",
		Severity:   severity,
		Fix:        "Create it again with NetworkConfig.EnableNetworkIsolation.",
		Aliases:    aliases,
		References: references,
		Reads:      reads(definition(kind), isolation),
		Find:       mustBe(true, []string{isolation}, canCallOut),
	}
}

// encrypted returns the check of traffic between the containers of one kind of
// definition.
func encrypted(id, kind, aliases, references, note string, find func(*Search)) *Check {
	return &Check{
		Note:       note,
		ID:         id + "-traffic-in-the-clear",
		Title:      "Jobs of a " + id + " job definition do not encrypt what their containers send one another",
		Severity:   audit.Medium,
		Fix:        "Create it again with NetworkConfig.EnableInterContainerTrafficEncryption.",
		Aliases:    aliases,
		References: references,
		Reads:      reads(definition(kind), trafficEncryption, instances),
		Find:       find,
	}
}

const instances = "job_resources_cluster_config:J JobResources.ClusterConfig.InstanceCount"

// alone says what AWS's rules for two kinds pass.
const alone = "One instance alone is passed: it sends nothing to others."

// ofSeveral finds definitions that do not encrypt traffic and have two instances or
// more: AWS's rules for these two kinds pass the others, in which there is no such
// traffic.
func ofSeveral(s *Search) {
	encryption, count := at(trafficEncryption), at(instances)
	each(func(o *Subject) {
		for _, m := range o.at(encryption) {
			if m.value == true {
				continue
			}
			for _, c := range o.at(count) {
				if n, _ := c.value.(float64); n >= 2 {
					o.Wrong(m.path, m.shown(), "%s", inTheClear)
				}
			}
		}
	})(s)
}
