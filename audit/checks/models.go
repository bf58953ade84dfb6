package checks

import "github.com/sgexport/sgexport/audit"

const (
	model          = "AWSSageMakerModel"
	endpointConfig = "AWSSageMakerEndpointConfig"
)

var modelChecks = []*Check{
	{
		ID:         "model-no-network-isolation",
		Title:      "Containers of a model have a network",
		Severity:   audit.Medium,
		Fix:        "Create it again with EnableNetworkIsolation.",
		Note:       "Medium as of Security Hub; prowler says high.",
		Aliases:    "SageMaker.5 sagemaker-model-isolation-enabled sagemaker_models_network_isolation_enabled sagemaker_model_network_isolation_enabled CKV_AWS_370 SM-11",
		References: hub + "5 " + configRule + "sagemaker-model-isolation-enabled.html",
		Reads:      model + " enable_network_isolation:B",
		Find:       mustBe(true, []string{"enable_network_isolation:B EnableNetworkIsolation"}, "its containers may call out, with what they are asked and the credentials of the role"),
	},
	{
		ID:         "model-no-vpc",
		Title:      "Model is not in a VPC of the account",
		Severity:   audit.Medium,
		Fix:        "Create it again with a VpcConfig.",
		Aliases:    "sagemaker-model-in-vpc sagemaker_models_vpc_settings_configured sagemaker_model_in_vpc",
		References: configRule + "sagemaker-model-in-vpc.html",
		Reads:      model + " vpc_config_subnets:L",
		Find:       mustHave("vpc_config_subnets:L VpcConfig.Subnets", "its containers reach the network from that of the service"),
	},
	{
		ID:         "model-platform-registry",
		Title:      "Image of a model is pulled from outside of the VPC",
		Severity:   audit.Medium,
		Fix:        "Create it again with ImageConfig.RepositoryAccessMode Vpc.",
		Note:       "A model with several containers is looked at by model-containers-platform-registry.",
		Aliases:    "SageMaker.16 sagemaker-model-private-registry-required SM-14",
		References: hub + "16 " + configRule + "sagemaker-model-private-registry-required.html",
		Reads:      model + " primary_container_image_config:J primary_container_image primary_container_model_package_name primary_container_model_data_url primary_container_model_data_source:J",
		Find: each(func(o *Subject) {
			if o.Read("primary_container_image_config", "primary_container_image", "primary_container_model_package_name", "primary_container_model_data_url", "primary_container_model_data_source") && o.hasPrimaryContainer() {
				o.viaPlatform("PrimaryContainer.ImageConfig", "primary_container_image_config")
			}
		}),
	},
	{
		ID:         "model-containers-platform-registry",
		Title:      "Image of one of a model's containers is pulled from outside of the VPC",
		Severity:   audit.Medium,
		Fix:        "Create it again with ImageConfig.RepositoryAccessMode Vpc for each of its containers.",
		Aliases:    "SageMaker.19 sagemaker-model-multicontainer-private-registry",
		References: hub + "19 " + configRule + "sagemaker-model-multicontainer-private-registry.html",
		Reads:      model + " containers:J",
		Find:       mustBe("Vpc", []string{"containers:J Containers[].ImageConfig.RepositoryAccessMode"}, viaPlatform),
	},
}

const viaPlatform = "it is pulled from Amazon ECR by the network of the service, which it is unless it says Vpc"

// hasPrimaryContainer reports whether a model has one: without, it has several
// containers, or none.
func (o *Subject) hasPrimaryContainer() bool {
	return o.Text("primary_container_image") != "" || o.Text("primary_container_model_package_name") != "" || o.Text("primary_container_model_data_url") != "" ||
		o.JSON("primary_container_model_data_source") != "" || o.JSON("primary_container_image_config") != ""
}

// viaPlatform finds an image that is not pulled by way of the VPC.
func (o *Subject) viaPlatform(field, column string) {
	doc, ok := o.Document(column)
	if !ok {
		return
	}
	config, _ := doc.(map[string]any)
	if mode, _ := config["RepositoryAccessMode"].(string); mode != "Vpc" {
		o.Wrong(field+".RepositoryAccessMode", mode, "%s", viaPlatform)
	}
}

var endpointChecks = []*Check{
	{
		ID:         "endpoint-config-one-instance",
		Title:      "Endpoint configuration has a variant with one instance at first",
		Severity:   audit.Medium,
		Fix:        "Create a configuration with an InitialInstanceCount of 2 or more, and update the endpoint with it.",
		Note:       "Serverless variants have no instances and are passed, as by Security Hub; so are variants that start without any count.",
		Aliases:    "SageMaker.4 sagemaker-endpoint-config-prod-instance-count sagemaker_endpoint_config_prod_variant_instances sagemaker_endpoint_configuration_prod_instance_count_greater_than_one SM-12",
		References: hub + "4 " + configRule + "sagemaker-endpoint-config-prod-instance-count.html",
		Reads:      endpointConfig + " production_variants:J",
		Find: each(func(o *Subject) {
			for _, m := range o.at(at("production_variants:J ProductionVariants[].InitialInstanceCount")) {
				// A serverless variant has no instances, and one without a count none at first.
				if count, ok := m.value.(float64); ok && m.in["ServerlessConfig"] == nil && count <= 1 {
					o.Wrong(m.path, m.shown(), "nothing answers while this one is replaced, or its zone fails")
				}
			}
		}),
	},
}
