package checks

import "github.com/sgexport/sgexport/audit"

const (
	domain       = "AWSSageMakerDomain"
	featureGroup = "AWSSageMakerFeatureGroup"
	image        = "AWSSageMakerImage"
	appImage     = "AWSSageMakerAppImageConfig"
	repository   = "AWSSageMakerCodeRepository"
)

var domainChecks = []*Check{
	{
		ID:         "domain-direct-internet",
		Title:      "Apps of a domain reach the internet by the service's own network",
		Severity:   audit.High,
		Fix:        "Update it with AppNetworkAccessType VpcOnly, after its apps are deleted.",
		Aliases:    "sagemaker-domain-in-vpc sagemaker_domain_vpc_only_enabled SM-01",
		References: configRule + "sagemaker-domain-in-vpc.html",
		Reads:      domain + " app_network_access_type",
		Find:       mustBe("VpcOnly", []string{"app_network_access_type AppNetworkAccessType"}, "it is PublicInternetOnly unless it says VpcOnly"),
	},
	{
		ID:         "domain-without-sso",
		Title:      "People sign in to a domain without IAM Identity Center",
		Severity:   audit.Medium,
		Fix:        "Create it again with AuthMode SSO: the setting cannot be changed.",
		Note:       "A domain with AuthMode SSO needs one of the two ids of an application of IAM Identity Center.",
		Aliases:    "sagemaker_domain_sso_configured",
		References: prowler + "sagemaker_domain_sso_configured " + guide + "onboard-sso-users.html",
		Reads:      domain + " auth_mode single_sign_on_application_arn single_sign_on_managed_application_instance_id",
		Find: each(func(o *Subject) {
			if !o.Read("auth_mode") {
				return
			}
			if mode := o.Text("auth_mode"); mode != "SSO" {
				o.Wrong("AuthMode", mode, "who may call CreatePresignedDomainUrl opens it as whom they like")
				return
			}
			applications := []string{"single_sign_on_application_arn", "single_sign_on_managed_application_instance_id"}
			if o.Read(applications...) && o.Text(applications[0]) == "" && o.Text(applications[1]) == "" {
				o.Wrong("SingleSignOnApplicationArn", "", "IAM Identity Center has no application for it")
			}
		}),
	},
	{
		ID:         "domain-untagged",
		Title:      "Domain has no tags",
		Severity:   audit.Low,
		Fix:        "Tag it with its owner and purpose.",
		Aliases:    "domain-tagged",
		References: api + "API_AddTags.html",
		Reads:      domain + " tags:M",
		Find:       tagged(),
	},
}

var resourceChecks = []*Check{
	{
		ID:         "app-image-config-untagged",
		Title:      "App image configuration has no tags",
		Severity:   audit.Low,
		Fix:        "Tag it with its owner and purpose.",
		Note:       "Security Hub can be told keys that are required; here, any tag does that is not one of AWS.",
		Aliases:    "SageMaker.6 sagemaker-app-image-config-tagged",
		References: hub + "6",
		Reads:      appImage + " tags:M",
		Find:       tagged(),
	},
	{
		ID:         "image-untagged",
		Title:      "Image has no tags",
		Severity:   audit.Low,
		Fix:        "Tag it with its owner and purpose.",
		Note:       "Security Hub can be told keys that are required; here, any tag does that is not one of AWS.",
		Aliases:    "SageMaker.7 sagemaker-image-tagged",
		References: hub + "7",
		Reads:      image + " tags:M",
		Find:       tagged(),
	},
	{
		ID:         "image-without-description",
		Title:      "Image has no description",
		Severity:   audit.Low,
		Fix:        "Update it with a Description of what it is for.",
		Aliases:    "image-description",
		References: api + "API_UpdateImage.html",
		Reads:      image + " description",
		Find:       mustHave("description Description", "nobody can tell what it is for"),
	},
	{
		ID:         "feature-group-untagged",
		Title:      "Feature group has no tags",
		Severity:   audit.Low,
		Fix:        "Tag it with its owner and purpose.",
		Aliases:    "feature-group-tagged",
		References: guide + "feature-store-create-feature-group.html",
		Reads:      featureGroup + " tags:M",
		Find:       tagged(),
	},
	{
		ID:         "code-repository-without-secret",
		Title:      "Code repository is read without a secret of Secrets Manager",
		Severity:   audit.Low, // a public repository needs none, and a private one can be read by other means
		Fix:        "Keep its credentials in Secrets Manager, and update it with GitConfig.SecretArn.",
		Note:       "A public repository needs none.",
		References: guide + "nbi-git-resource.html",
		Reads:      repository + " git_config_secret_arn",
		Find:       mustHave("git_config_secret_arn GitConfig.SecretArn", "it is public, or its credentials are kept where people put them"),
	},
}
