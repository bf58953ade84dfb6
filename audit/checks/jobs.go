package checks

import "github.com/sgexport/sgexport/audit"

const (
	trainingJob   = "AWSSageMakerTrainingJob"
	processingJob = "AWSSageMakerProcessingJob"
	autoMLJob     = "AWSSageMakerAutoMLJob"
	tuningJob     = "AWSSageMakerHyperParameterTuningJob"
)

// What it means that something is off.
const (
	canCallOut = "its containers may call out, with the data that they read and the credentials of the role"
	inTheClear = "what its instances send one another is not encrypted"
	inService  = "it runs in a network of the service, which no security group or flow log of yours sees"
)

var jobChecks = []*Check{
	{
		ID:         "training-job-no-network-isolation",
		Title:      "Containers of a training job have a network",
		Severity:   audit.High,
		Fix:        "Run it with EnableNetworkIsolation.",
		Aliases:    "sagemaker_training_jobs_network_isolation_enabled sagemaker_training_job_network_isolation_enabled",
		References: prowler + "sagemaker_training_jobs_network_isolation_enabled " + guide + "mkt-algo-model-internet-free.html",
		Reads:      trainingJob + " enable_network_isolation:B",
		Find:       mustBe(true, []string{"enable_network_isolation:B EnableNetworkIsolation"}, canCallOut),
	},
	{
		ID:         "training-job-traffic-in-the-clear",
		Title:      "Training job does not encrypt what its containers send one another",
		Severity:   audit.Medium,
		Fix:        "Run it with EnableInterContainerTrafficEncryption.",
		Aliases:    "sagemaker_training_jobs_intercontainer_encryption_enabled sagemaker_training_job_inter_container_traffic_encryption_enabled",
		References: prowler + "sagemaker_training_jobs_intercontainer_encryption_enabled " + guide + "train-encrypt.html",
		Reads:      trainingJob + " enable_inter_container_traffic_encryption:B",
		Find:       mustBe(true, []string{"enable_inter_container_traffic_encryption:B EnableInterContainerTrafficEncryption"}, inTheClear),
	},
	{
		ID:         "training-job-no-vpc",
		Title:      "Training job is not in a VPC of the account",
		Severity:   audit.High,
		Fix:        "Run it with a VpcConfig.",
		Aliases:    "sagemaker_training_jobs_vpc_settings_configured sagemaker_training_job_in_vpc",
		References: prowler + "sagemaker_training_jobs_vpc_settings_configured " + guide + "train-vpc.html",
		Reads:      trainingJob + " vpc_config_subnets:L",
		Find:       mustHave("vpc_config_subnets:L VpcConfig.Subnets", inService),
	},
	{
		ID:         "processing-job-no-network-isolation",
		Title:      "Containers of a processing job have a network",
		Severity:   audit.Medium, // as of the definitions that make most such jobs
		Fix:        "Run it with NetworkConfig.EnableNetworkIsolation.",
		References: guide + "mkt-algo-model-internet-free.html",
		Reads:      processingJob + " network_config_enable_network_isolation:B",
		Find:       mustBe(true, []string{isolation}, canCallOut),
	},
	{
		ID:         "processing-job-traffic-in-the-clear",
		Title:      "Processing job does not encrypt what its containers send one another",
		Severity:   audit.Medium,
		Fix:        "Run it with NetworkConfig.EnableInterContainerTrafficEncryption.",
		Note:       "The sample's check looks at keys too: see processing-job-volume-without-key and -output-without-key.",
		Aliases:    "SM-17",
		References: samples,
		Reads:      processingJob + " network_config_enable_inter_container_traffic_encryption:B",
		Find:       mustBe(true, []string{trafficEncryption}, inTheClear),
	},
	{
		ID:         "tuning-job-no-network-isolation",
		Title:      "Training jobs of a tuning job have a network",
		Severity:   audit.Medium, // its training jobs are found by themselves
		Fix:        "Run it with EnableNetworkIsolation in each of its training job definitions.",
		References: guide + "mkt-algo-model-internet-free.html",
		Reads:      reads(tuningJob, tuningIsolation...) + " training_job_definition_role_arn",
		Find:       tuning(tuningIsolation, canCallOut),
	},
	{
		ID:         "tuning-job-traffic-in-the-clear",
		Title:      "Training jobs of a tuning job do not encrypt what their containers send one another",
		Severity:   audit.Medium,
		Fix:        "Run it with EnableInterContainerTrafficEncryption in each of its training job definitions.",
		Note:       "The sample's check looks at keys too: see tuning-job-volume-without-key and -output-without-key.",
		Aliases:    "SM-19",
		References: samples + " " + guide + "train-encrypt.html",
		Reads:      reads(tuningJob, tuningTraffic...) + " training_job_definition_role_arn",
		Find:       tuning(tuningTraffic, inTheClear),
	},
	{
		ID:         "automl-job-no-vpc",
		Title:      "AutoML job is not in a VPC of the account",
		Severity:   audit.Medium,
		Fix:        "Run it with SecurityConfig.VpcConfig: an AutoML job has no setting for network isolation.",
		Note:       "AutoML jobs have no setting for network isolation; without a VPC, they run in the network of the service.",
		Aliases:    "SM-21",
		References: samples + " " + api + "API_AutoMLSecurityConfig.html",
		Reads:      autoMLJob + " security_config_vpc_config:J",
		Find: each(func(o *Subject) {
			doc, ok := o.Document("security_config_vpc_config")
			vpc, _ := doc.(map[string]any)
			if subnets, _ := vpc["Subnets"].([]any); ok && len(subnets) == 0 {
				o.Wrong("SecurityConfig.VpcConfig", "", "%s", inService)
			}
		}),
	},
	{
		ID:         "automl-job-traffic-in-the-clear",
		Title:      "AutoML job does not encrypt what its containers send one another",
		Severity:   audit.Medium,
		Fix:        "Run it with SecurityConfig.EnableInterContainerTrafficEncryption.",
		References: api + "API_AutoMLSecurityConfig.html",
		Reads:      autoMLJob + " security_config_enable_inter_container_traffic_encryption:B",
		Find: mustBe(true, []string{
			"security_config_enable_inter_container_traffic_encryption:B SecurityConfig.EnableInterContainerTrafficEncryption",
		}, inTheClear),
	},
}

// The settings of a tuning job with one training job definition, and with several.
var (
	tuningIsolation = []string{
		"training_job_definition_enable_network_isolation:B TrainingJobDefinition.EnableNetworkIsolation",
		"training_job_definitions:J TrainingJobDefinitions[].EnableNetworkIsolation",
	}
	tuningTraffic = []string{
		"training_job_definition_inter_container_traffic_encryption:B TrainingJobDefinition.EnableInterContainerTrafficEncryption",
		"training_job_definitions:J TrainingJobDefinitions[].EnableInterContainerTrafficEncryption",
	}
)

// tuning is a Find that wants a setting to be true in what training jobs are made
// from: one definition, which has a role, or several.
func tuning(places []string, means string) func(*Search) {
	one, several := at(places[0]), at(places[1])
	return each(func(o *Subject) {
		found := o.at(several)
		if o.Read("training_job_definition_role_arn") && o.Text("training_job_definition_role_arn") != "" {
			found = append(o.at(one), found...)
		}
		for _, m := range found {
			if m.value != true {
				o.Wrong(m.path, m.shown(), "%s", means)
			}
		}
	})
}
