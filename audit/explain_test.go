package audit_test

import (
	"strings"
	"testing"

	"github.com/sgexport/sgexport/audit"
)

// TestExplainNames names principals and resources in all ways.
func TestExplainNames(t *testing.T) {
	const eu = "arn:aws:sagemaker:eu-west-1:" + testAccount + ":"
	g := iamAccount()
	g.nodes["AWSRole"][iamARN+"role/service-role/Deep"] = properties{"name": "Deep", "role_policy_list": inline(allowing("sagemaker:InvokeEndpoint", "*"))}
	g.nodes["AWSSageMakerEndpoint"][eu+"endpoint/dev"] = properties{"name": "dev"}
	g.nodes["AWSSageMakerEndpointConfig"][sagemakerARN+"endpoint-config/prod"] = properties{"name": "prod"}
	graph := g.read(t)
	for _, c := range []struct{ principal, resource, want string }{
		{"Deep", "prod", "endpoint/prod"}, // and not the configuration, of which nothing is asked
		{"role/Deep", "endpoint/prod", "endpoint/prod"},
		{"service-role/Deep", sagemakerARN + "endpoint/prod", "endpoint/prod"},
		{testAccount + ":role/Deep", "us-east-1:endpoint/dev", "endpoint/dev"},
		{"Deep", testAccount + ":us-east-1:dev", "endpoint/dev"},
		{"Deep", "n", "notebook-instance/n"},
		{"ada", "role/Deep", "role/service-role/Deep"},
	} {
		traces, err := audit.Explain(graph, c.principal, c.resource)
		if err != nil {
			t.Errorf("%s %s: %v", c.principal, c.resource, err)
			continue
		}
		if !strings.HasSuffix(traces[0].Resource, ":"+c.want) || strings.HasPrefix(traces[0].Resource, eu) {
			t.Errorf("%s is %s", c.resource, traces[0].Resource)
		}
	}
	for _, c := range []struct{ principal, resource, want string }{
		{"Deep", "dev", "may be " + eu + "endpoint/dev, " + sagemakerARN + "endpoint/dev"},
		{"Deep", "nothing", "has no"},
		{"Deep", "endpoint-config/prod", "no question"},
		{"prod", "prod", "has no \"prod\""},
		{"role/service-role", "prod", "has no"},
		{"eu-west-1:Deep", "prod", "has no"},
	} {
		if _, err := audit.Explain(graph, c.principal, c.resource); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s: %v, want %s", c.principal, c.resource, err, c.want)
		}
	}
}
