package simulator_test

import (
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/sgexport/sgexport/simulator"
)

func TestFunctions(t *testing.T) {
	const prefix = "arn:aws:lambda:us-east-1:012345678901:function:"
	const file = `{
		"Functions": [
			{"FunctionName": "open", "FunctionArn": "` + prefix + `open", "Role": "arn:aws:iam::012345678901:role/r", "Runtime": "python3.12"},
			{"FunctionName": "plain", "FunctionArn": "` + prefix + `plain"}
		],
		"Policies": [{"FunctionName": "open", "RevisionId": "1", "Policy": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*"}]}}]
	}`
	fault := func(action string, call int, _ []byte) *simulator.Fault {
		if action == "lambda:GetPolicy" && call == 1 {
			return &simulator.Fault{Status: 403, Code: "AccessDeniedException", Message: "not authorized to perform: lambda:GetPolicy"}
		}
		return nil
	}
	server := serve(t, simulator.Options{Fault: fault}, map[string]string{"us-east-1/Lambda.json": file})
	client := lambda.NewFromConfig(start(t, server, "us-east-1"))
	if _, err := client.GetPolicy(t.Context(), &lambda.GetPolicyInput{FunctionName: aws.String("open")}); code(err) != "AccessDeniedException" {
		t.Errorf("denied: %v", err)
	}
	for given, want := range map[string]string{ // the name, or an error's code; for the policy
		"open":                       "open, its policy",
		"plain":                      "plain, ResourceNotFoundException",
		"ghost":                      "ResourceNotFoundException, ResourceNotFoundException",
		"open:$LATEST":               "open, its policy",
		"open:7":                     "ResourceNotFoundException, ResourceNotFoundException",
		"012345678901:function:open": "open, its policy",
		"999999999999:function:open": "ResourceNotFoundException, ResourceNotFoundException",
		prefix + "open":              "open, its policy",
		prefix + "open:$LATEST":      "open, its policy",
		"arn:aws:lambda:eu-west-1:012345678901:function:open": "ResourceNotFoundException, ResourceNotFoundException",
		"arn:aws:lambda:us-east-1:432418664414:function:open": "ResourceNotFoundException, ResourceNotFoundException",
		"op en": "InvalidParameterValueException, InvalidParameterValueException",
	} {
		configuration, err := client.GetFunctionConfiguration(t.Context(), &lambda.GetFunctionConfigurationInput{FunctionName: &given})
		got := code(err)
		if err == nil {
			got = *configuration.FunctionName
		}
		policy, err := client.GetPolicy(t.Context(), &lambda.GetPolicyInput{FunctionName: &given})
		if err == nil && *policy.Policy == `{"Statement":[{"Effect":"Allow","Principal":"*"}],"Version":"2012-10-17"}` && *policy.RevisionId == "1" {
			got += ", its policy"
		} else {
			got += ", " + code(err)
		}
		if got != want {
			t.Errorf("%s: %s, want %s", given, got, want)
		}
	}
	whole, err := client.GetFunction(t.Context(), &lambda.GetFunctionInput{FunctionName: aws.String("open")})
	if err != nil || *whole.Configuration.Role != "arn:aws:iam::012345678901:role/r" || whole.Configuration.Runtime != types.RuntimePython312 {
		t.Errorf("whole: %s, %v", asJSON(whole), err)
	}
	if _, err := client.GetFunction(t.Context(), &lambda.GetFunctionInput{FunctionName: aws.String("open"), Qualifier: aws.String("9")}); code(err) != "ResourceNotFoundException" {
		t.Errorf("version: %v", err)
	}
	if _, err := client.ListFunctions(t.Context(), &lambda.ListFunctionsInput{}); code(err) != "UnknownOperationException" {
		t.Errorf("not served: %v", err)
	}
}

func TestFunctionMembers(t *testing.T) {
	doc := filledWith(reflect.TypeFor[types.FunctionConfiguration](), "", map[string]any{"FunctionName": "f", "FunctionArn": "arn:aws:lambda:us-east-1:012345678901:function:f"})
	file := asJSON(map[string]any{"Functions": []any{doc}})
	client := lambda.NewFromConfig(start(t, serve(t, simulator.Options{}, map[string]string{"us-east-1/Lambda.json": file}), "us-east-1"))
	out, err := client.GetFunction(t.Context(), &lambda.GetFunctionInput{FunctionName: aws.String("f")})
	if err != nil {
		t.Fatal(err)
	}
	compare(t, "function", *out.Configuration, plainJSON(t, doc))
}
