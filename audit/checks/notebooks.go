package checks

import "github.com/sgexport/sgexport/audit"

var notebookChecks = []*Check{
	{
		ID:         "notebook-direct-internet",
		Title:      "Notebook instance has direct internet access",
		Severity:   audit.High,
		Fix:        "Create it again with DirectInternetAccess Disabled, in a subnet of your own: the setting cannot be changed.",
		Aliases:    "SageMaker.1 sagemaker-notebook-no-direct-internet-access sagemaker_notebook_instance_without_direct_internet_access_configured CKV_AWS_122 SageMakerNotebookNoDirectInternetAccess SM-01",
		References: "https://docs.aws.amazon.com/securityhub/latest/userguide/sagemaker-controls.html#sagemaker-1",
		Reads:      "AWSSageMakerNotebookInstance direct_internet_access",
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
}
