package checks

import "github.com/sgexport/sgexport/audit"

const notebook = "AWSSageMakerNotebookInstance"

var notebookChecks = []*Check{
	{
		ID:         "notebook-direct-internet",
		Title:      "Notebook instance has direct internet access",
		Severity:   audit.High,
		Fix:        "Create it again with DirectInternetAccess Disabled, in a subnet of your own: the setting cannot be changed.",
		Note:       "DirectInternetAccess without a value counts, since then it is Enabled; prowler leaves that to people.",
		Aliases:    "SageMaker.1 sagemaker-notebook-no-direct-internet-access sagemaker_notebook_instance_without_direct_internet_access_configured sagemaker_notebook_no_direct_internet_access sagemaker_notebook_instance_direct_internet_access_disabled CKV_AWS_122 SageMakerNotebookNoDirectInternetAccess AwsSolutions-SM3 SM-01",
		References: hub + "1 " + configRule + "sagemaker-notebook-no-direct-internet-access.html",
		Reads:      notebook + " direct_internet_access",
		Find: each(func(o *Subject) {
			if !o.Read("direct_internet_access") {
				return
			}
			switch v := o.Text("direct_internet_access"); v {
			case "Enabled":
				o.Wrong("DirectInternetAccess", v, "the service's own network interface leads to the internet")
			case "":
				o.Wrong("DirectInternetAccess", "", "it is not set, and then it is enabled")
			}
		}),
	},
	{
		ID:         "notebook-no-vpc",
		Title:      "Notebook instance is not in a VPC of the account",
		Severity:   audit.High,
		Fix:        "Create it again with a SubnetId of your own: the setting cannot be changed.",
		Aliases:    "SageMaker.2 sagemaker-notebook-instance-inside-vpc sagemaker_notebook_instance_vpc_settings_configured sagemaker_notebook_instance_in_vpc CKV_AWS_306 SageMakerNotebookInVPC AwsSolutions-SM1 SM-10",
		References: hub + "2 " + configRule + "sagemaker-notebook-instance-inside-vpc.html",
		Reads:      notebook + " subnet_id",
		Find:       mustHave("subnet_id SubnetId", "it runs in a network of the service, which no security group or flow log of yours sees"),
	},
	{
		ID:         "notebook-root-access",
		Title:      "Users of a notebook instance have root access",
		Severity:   audit.High,
		Fix:        "Stop it, update it with RootAccess Disabled, and start it: lifecycle scripts run as root all the same.",
		Note:       "RootAccess without a value counts, since then it is Enabled; Security Hub and prowler find Enabled alone.",
		Aliases:    "SageMaker.3 sagemaker-notebook-instance-root-access-check sagemaker_notebook_instance_root_access_disabled CKV_AWS_307 SM-09",
		References: hub + "3 " + guide + "nbi-root-access.html",
		Reads:      notebook + " root_access",
		Find:       mustBe("Disabled", []string{"root_access RootAccess"}, "users are root unless it is Disabled"),
	},
	{
		ID:         "notebook-old-platform",
		Title:      "Notebook instance runs on a platform that is not supported any more",
		Severity:   audit.Medium,
		Fix:        "Create it again with PlatformIdentifier " + supportedPlatform + ".",
		Note:       "The platform that counts is Security Hub's, which changed it; Steampipe takes notebook-al2-v3 unless it is told another.",
		Aliases:    "SageMaker.8 sagemaker-notebook-instance-platform-version sagemaker_notebook_instance_supported_platform_version",
		References: hub + "8 " + guide + "nbi-al2.html",
		Reads:      notebook + " platform_identifier",
		Find:       mustBe(supportedPlatform, []string{"platform_identifier PlatformIdentifier"}, "Security Hub takes "+supportedPlatform+" alone; other tools still take notebook-al2-v3"),
	},
	{
		ID:         "notebook-imds-v1",
		Title:      "Notebook instance answers requests for its metadata without a session token",
		Severity:   audit.Medium,
		Fix:        "Stop it, update it with MinimumInstanceMetadataServiceVersion 2, and start it.",
		Note:       "Checkov gives no severity.",
		Aliases:    "CKV_AWS_371",
		References: api + "API_InstanceMetadataServiceConfiguration.html",
		Reads:      reads(notebook, imds),
		Find:       mustBe("2", []string{imds}, "version 1 is taken unless the minimum is 2: a request that is forged from inside gets the role's credentials"),
	},
}

const (
	supportedPlatform = "notebook-al2023-v1"
	imds              = "minimum_instance_metadata_service_version InstanceMetadataServiceConfiguration.MinimumInstanceMetadataServiceVersion"
)
