package simulator_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ram"
	"github.com/aws/aws-sdk-go-v2/service/ram/types"

	"github.com/sgexport/sgexport/simulator"
)

const shareARN = "arn:aws:ram:us-east-1:012345678901:resource-share/"

func TestShares(t *testing.T) {
	var shares, resources, principals []string
	for i := range 3 {
		shares = append(shares, fmt.Sprintf(`{"resourceShareArn": "%ss%d", "name": "n%d", "status": "ACTIVE", "allowExternalPrincipals": true, "creationTime": "2024-01-02T03:04:05.5Z"}`, shareARN, i, i))
		resources = append(resources, fmt.Sprintf(`{"resourceShareArn": "%ss%d", "arn": "arn:r%d", "type": "sagemaker:Hub"}`, shareARN, i, i))
		principals = append(principals, fmt.Sprintf(`{"resourceShareArn": "%ss%d", "id": "%012d", "external": true}`, shareARN, i, i))
	}
	file := `{"resourceShares": [` + strings.Join(shares, ",") + `], "resources": [` + strings.Join(resources, ",") + `], "principals": [` + strings.Join(principals, ",") + `]}`
	options := simulator.Options{Fault: func(action string, call int, _ []byte) *simulator.Fault {
		if action == "ram:ListPrincipals" && call == 1 {
			return &simulator.Fault{Status: 403, Code: "AccessDeniedException", Message: "not authorized to perform: ram:ListPrincipals"}
		}
		return nil
	}}
	client := ram.NewFromConfig(start(t, serve(t, options, map[string]string{"us-east-1/RAM.json": file}), "us-east-1"))
	if _, err := client.ListPrincipals(t.Context(), &ram.ListPrincipalsInput{ResourceOwner: "SELF"}); code(err) != "AccessDeniedException" {
		t.Errorf("denied: %v", err)
	}

	var names []string
	for p := ram.NewGetResourceSharesPaginator(client, &ram.GetResourceSharesInput{ResourceOwner: "SELF", MaxResults: aws.Int32(2)}); p.HasMorePages(); {
		out, err := p.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, share := range out.ResourceShares {
			names = append(names, *share.Name)
			if share.CreationTime.UnixMilli() != 1704164645500 {
				t.Errorf("created %s", share.CreationTime)
			}
		}
	}
	if got := strings.Join(names, " "); got != "n0 n1 n2" {
		t.Errorf("shares %s", got)
	}
	for name, c := range map[string]struct {
		operation string
		input     map[string]any
		want      string // number of items, or an error's code
	}{
		"by ARN":            {"GetResourceShares", map[string]any{"ResourceOwner": "SELF", "ResourceShareArns": []string{shareARN + "s1", shareARN + "s2"}}, "2"},
		"by name":           {"GetResourceShares", map[string]any{"ResourceOwner": "SELF", "Name": "n1"}, "1"},
		"by status":         {"GetResourceShares", map[string]any{"ResourceOwner": "SELF", "ResourceShareStatus": "DELETED"}, "0"},
		"others":            {"GetResourceShares", map[string]any{"ResourceOwner": "OTHER-ACCOUNTS"}, "0"},
		"no owner":          {"GetResourceShares", map[string]any{"ResourceOwner": "ALL"}, "InvalidParameterException"},
		"no share":          {"GetResourceShares", map[string]any{"ResourceOwner": "SELF", "ResourceShareArns": []string{shareARN + "x"}}, "UnknownResourceException"},
		"no ARN":            {"GetResourceShares", map[string]any{"ResourceOwner": "SELF", "ResourceShareArns": []string{"x"}}, "MalformedArnException"},
		"token":             {"GetResourceShares", map[string]any{"ResourceOwner": "SELF", "NextToken": "x"}, "InvalidNextTokenException"},
		"page":              {"GetResourceShares", map[string]any{"ResourceOwner": "SELF", "MaxResults": 501}, "InvalidMaxResultsException"},
		"resources":         {"ListResources", map[string]any{"ResourceOwner": "SELF", "ResourceType": "sagemaker:Hub"}, "3"},
		"resource":          {"ListResources", map[string]any{"ResourceOwner": "SELF", "ResourceArns": []string{"arn:r2"}, "ResourceShareArns": []string{shareARN + "s2"}}, "1"},
		"resource of other": {"ListResources", map[string]any{"ResourceOwner": "SELF", "ResourceArns": []string{"arn:r2"}, "ResourceShareArns": []string{shareARN + "s1"}}, "0"},
		"other type":        {"ListResources", map[string]any{"ResourceOwner": "SELF", "ResourceType": "ec2:Subnet"}, "0"},
		"principals":        {"ListPrincipals", map[string]any{"ResourceOwner": "SELF"}, "3"},
		"principal":         {"ListPrincipals", map[string]any{"ResourceOwner": "SELF", "Principals": []string{"000000000001"}}, "1"},
		"not served":        {"ListResourceTypes", nil, "UnknownOperationException"},
	} {
		out, err := invokeOn(t.Context(), client, c.operation, c.input)
		got := code(err)
		if err == nil {
			for f, value := range reflect.ValueOf(out).Elem().Fields() {
				if f.Type.Kind() == reflect.Slice {
					got = fmt.Sprint(value.Len())
				}
			}
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s (%v)", name, got, c.want, err)
		}
	}
}

func TestShareMembers(t *testing.T) {
	values := map[string]any{"ResourceShareArn": shareARN + "s"}
	share := filledWith(reflect.TypeFor[types.ResourceShare](), "", values)
	resource := filledWith(reflect.TypeFor[types.Resource](), "", values)
	principal := filledWith(reflect.TypeFor[types.Principal](), "", values)
	file := asJSON(map[string]any{"resourceShares": []any{lowered(share)}, "resources": []any{lowered(resource)}, "principals": []any{lowered(principal)}})
	client := ram.NewFromConfig(start(t, serve(t, simulator.Options{}, map[string]string{"us-east-1/RAM.json": file}), "us-east-1"))
	shares, err := client.GetResourceShares(t.Context(), &ram.GetResourceSharesInput{ResourceOwner: "SELF"})
	if err != nil {
		t.Fatal(err)
	}
	compare(t, "share", shares.ResourceShares[0], plainJSON(t, share))
	resources, err := client.ListResources(t.Context(), &ram.ListResourcesInput{ResourceOwner: "SELF"})
	if err != nil {
		t.Fatal(err)
	}
	compare(t, "resource", resources.Resources[0], plainJSON(t, resource))
	principals, err := client.ListPrincipals(t.Context(), &ram.ListPrincipalsInput{ResourceOwner: "SELF"})
	if err != nil {
		t.Fatal(err)
	}
	compare(t, "principal", principals.Principals[0], plainJSON(t, principal))
}
