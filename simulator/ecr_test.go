package simulator_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"

	"github.com/sgexport/sgexport/simulator"
)

func TestRepositories(t *testing.T) {
	var repositories []string
	for i := range 5 {
		repositories = append(repositories, fmt.Sprintf(`{"repositoryName": "team/r%d", "repositoryArn": "arn:aws:ecr:us-east-1:012345678901:repository/team/r%d", "registryId": "012345678901", "createdAt": "2024-01-02T03:04:05Z"}`, i, i))
	}
	file := `{"repositories": [` + strings.Join(repositories, ",") + `], "policies": [{"repositoryName": "team/r1", "policyText": {"Version": "2008-10-17", "Statement": []}}]}`
	server := serve(t, simulator.Options{}, map[string]string{"us-east-1/ECR.json": file})
	client := ecr.NewFromConfig(start(t, server, "us-east-1"))

	policy, err := client.GetRepositoryPolicy(t.Context(), &ecr.GetRepositoryPolicyInput{RepositoryName: aws.String("team/r1")})
	if err != nil || *policy.PolicyText != `{"Statement":[],"Version":"2008-10-17"}` || *policy.RegistryId != "012345678901" {
		t.Errorf("policy: %s, %v", asJSON(policy), err)
	}
	for name, c := range map[string]struct {
		input ecr.GetRepositoryPolicyInput
		want  string
	}{
		"none":             {ecr.GetRepositoryPolicyInput{RepositoryName: aws.String("team/r2")}, "RepositoryPolicyNotFoundException"},
		"no repository":    {ecr.GetRepositoryPolicyInput{RepositoryName: aws.String("ghost")}, "RepositoryNotFoundException"},
		"another registry": {ecr.GetRepositoryPolicyInput{RepositoryName: aws.String("team/r1"), RegistryId: aws.String("999999999999")}, "RepositoryNotFoundException"},
	} {
		if _, err := client.GetRepositoryPolicy(t.Context(), &c.input); code(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	var names []string
	for p := ecr.NewDescribeRepositoriesPaginator(client, &ecr.DescribeRepositoriesInput{MaxResults: aws.Int32(2)}); p.HasMorePages(); {
		out, err := p.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, repository := range out.Repositories {
			names = append(names, strings.TrimPrefix(*repository.RepositoryName, "team/"))
		}
	}
	if got := strings.Join(names, " "); got != "r0 r1 r2 r3 r4" {
		t.Errorf("pages: %s", got)
	}
	two, err := client.DescribeRepositories(t.Context(), &ecr.DescribeRepositoriesInput{RepositoryNames: []string{"team/r3", "team/r0", "team/r3"}})
	if err != nil || len(two.Repositories) != 2 || *two.Repositories[0].RepositoryName != "team/r3" || two.Repositories[0].CreatedAt.Year() != 2024 {
		t.Errorf("by name: %s, %v", asJSON(two), err)
	}
	for name, c := range map[string]struct {
		input ecr.DescribeRepositoriesInput
		want  string
	}{
		"unknown":        {ecr.DescribeRepositoriesInput{RepositoryNames: []string{"team/r0", "ghost"}}, "RepositoryNotFoundException"},
		"names and page": {ecr.DescribeRepositoriesInput{RepositoryNames: []string{"team/r0"}, MaxResults: aws.Int32(1)}, "InvalidParameterException"},
		"large page":     {ecr.DescribeRepositoriesInput{MaxResults: aws.Int32(1001)}, "InvalidParameterException"},
		"token":          {ecr.DescribeRepositoriesInput{NextToken: aws.String("x")}, "InvalidParameterException"},
	} {
		if _, err := client.DescribeRepositories(t.Context(), &c.input); code(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	if out, err := client.DescribeRepositories(t.Context(), &ecr.DescribeRepositoriesInput{RegistryId: aws.String("999999999999")}); err != nil || len(out.Repositories) != 0 {
		t.Errorf("another registry: %s, %v", asJSON(out), err)
	}
}

func TestRepositoryMembers(t *testing.T) {
	doc := filledWith(reflect.TypeFor[types.Repository](), "", map[string]any{"RepositoryName": "r", "RepositoryArn": "arn:aws:ecr:us-east-1:012345678901:repository/r"})
	file := asJSON(map[string]any{"repositories": []any{lowered(doc)}})
	client := ecr.NewFromConfig(start(t, serve(t, simulator.Options{}, map[string]string{"us-east-1/ECR.json": file}), "us-east-1"))
	out, err := client.DescribeRepositories(t.Context(), &ecr.DescribeRepositoriesInput{})
	if err != nil || len(out.Repositories) != 1 {
		t.Fatalf("%s, %v", asJSON(out), err)
	}
	compare(t, "repository", out.Repositories[0], plainJSON(t, doc))
}
