package simulator_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	tagging "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/sgexport/sgexport/simulator"
)

const arnPrefix = "arn:aws:sagemaker:us-east-1:012345678901:"

// load makes an inventory of us-east-1 from documents by kind.
func load(t *testing.T, documents map[string][]map[string]any) *simulator.Inventory {
	t.Helper()
	files := fstest.MapFS{}
	for kind, docs := range documents {
		text, err := json.Marshal(docs)
		if err != nil {
			t.Fatal(err)
		}
		files["012345678901/us-east-1/"+kind+".json"] = &fstest.MapFile{Data: text}
	}
	inventory, err := simulator.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	return inventory
}

// models makes n models, m000 the oldest, an hour apart.
func models(n int) []map[string]any {
	docs := make([]map[string]any, n)
	for i := range docs {
		name := fmt.Sprintf("m%03d", i)
		docs[i] = map[string]any{
			"ModelName": name, "ModelArn": arnPrefix + "model/" + name,
			"CreationTime": time.Date(2025, 1, 1, i, 0, 0, 0, time.UTC).Format(time.RFC3339),
			"Tags":         []any{map[string]any{"Key": "n", "Value": fmt.Sprint(i)}},
		}
	}
	return docs
}

func code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return fmt.Sprint(err)
}

func modelNames(out *sagemaker.ListModelsOutput) string {
	var names []string
	for _, m := range out.Models {
		names = append(names, *m.ModelName)
	}
	return strings.Join(names, " ")
}

func TestListPages(t *testing.T) {
	server := simulator.New(load(t, map[string][]map[string]any{"Model": models(5)}), simulator.Options{})
	client := sagemaker.NewFromConfig(start(t, server, "us-east-1"))

	first, err := client.ListModels(t.Context(), &sagemaker.ListModelsInput{MaxResults: aws.Int32(2)})
	if err != nil {
		t.Fatal(err)
	}
	if got := modelNames(first); got != "m004 m003" || first.NextToken == nil {
		t.Errorf("first page %q, token %v", got, first.NextToken)
	}
	second, err := client.ListModels(t.Context(), &sagemaker.ListModelsInput{MaxResults: aws.Int32(3), NextToken: first.NextToken})
	if err != nil {
		t.Fatal(err)
	}
	if got := modelNames(second); got != "m002 m001 m000" || second.NextToken != nil {
		t.Errorf("second page %q, token %v", got, second.NextToken)
	}

	// A token is of one listing, and nobody else's work.
	for name, input := range map[string]*sagemaker.ListModelsInput{
		"tampered":      {NextToken: aws.String(strings.ToUpper(*first.NextToken))},
		"other filter":  {NextToken: first.NextToken, NameContains: aws.String("m00")},
		"not base64":    {NextToken: aws.String("?")},
		"page too big":  {MaxResults: aws.Int32(101)},
		"page too tiny": {MaxResults: aws.Int32(0)},
		"unknown order": {SortOrder: "Sideways"},
	} {
		if _, err := client.ListModels(t.Context(), input); code(err) != "ValidationException" {
			t.Errorf("%s: %v", name, err)
		}
	}
	other := sagemaker.NewFromConfig(start(t, server, "eu-west-1"))
	if _, err := other.ListModels(t.Context(), &sagemaker.ListModelsInput{NextToken: first.NextToken}); code(err) != "ValidationException" {
		t.Errorf("token of another region: %v", err)
	}
	if out, err := other.ListModels(t.Context(), &sagemaker.ListModelsInput{}); err != nil || len(out.Models) != 0 {
		t.Errorf("region without documents: %v, %v", out, err)
	}
}

func TestListFilters(t *testing.T) {
	client := sagemaker.NewFromConfig(start(t, simulator.New(load(t, map[string][]map[string]any{"Model": models(12)}), simulator.Options{}), "us-east-1"))
	at := func(hour int) *time.Time { return aws.Time(time.Date(2025, 1, 1, hour, 0, 0, 0, time.UTC)) }
	for want, input := range map[string]*sagemaker.ListModelsInput{
		"m011 m010":           {CreationTimeAfter: at(9)},
		"m001 m000":           {CreationTimeBefore: at(2)},
		"m011 m010 m001 m000": {NameContains: aws.String("m0"), CreationTimeAfter: nil, SortBy: types.ModelSortKeyName, MaxResults: aws.Int32(100)},
		"m000 m001 m002":      {SortOrder: types.OrderKeyAscending, MaxResults: aws.Int32(3)},
		"m003":                {CreationTimeAfter: at(2), CreationTimeBefore: at(4), NameContains: aws.String("3")},
	} {
		out, err := client.ListModels(t.Context(), input)
		if err != nil {
			t.Fatal(err)
		}
		got := modelNames(out)
		if input.SortBy != "" { // the whole list: its ends
			names := strings.Fields(got)
			got = strings.Join(append(names[:2:2], names[len(names)-2:]...), " ")
		}
		if got != want {
			t.Errorf("%+v: %s, want %s", input, got, want)
		}
	}
}

func TestMissing(t *testing.T) {
	client := sagemaker.NewFromConfig(start(t, simulator.New(load(t, map[string][]map[string]any{"Model": models(1)}), simulator.Options{}), "us-east-1"))
	older := []string{
		"NotebookInstance", "NotebookInstanceLifecycleConfig", "CodeRepository", "Model", "ModelPackage", "ModelPackageGroup",
		"EndpointConfig", "Endpoint", "InferenceComponent", "ProcessingJob", "TrainingJob", "TransformJob",
	}
	for kind, call := range operations {
		if call.describe == "" {
			continue
		}
		doc := map[string]any{}
		for member := range call.key {
			doc[member] = "ghost"
		}
		for member, value := range map[string]any{"AppType": "JupyterLab", "HubContentType": "Model", "JobCategory": "AgentRFT", "ModelCardVersion": 7.0, "PipelineVersionId": 7.0, "Version": 7.0} {
			if doc[member] != nil {
				doc[member] = value
			}
		}
		_, err := call.described(t.Context(), client, doc)
		if slices.Contains(older, kind) {
			if code(err) != "ValidationException" {
				t.Errorf("%s: %v", kind, err)
			}
		} else if code(err) != "ResourceNotFound" || !strings.Contains(err.Error(), "ghost") {
			t.Errorf("%s: %v", kind, err)
		}
	}
	_, err := client.DescribeModel(t.Context(), &sagemaker.DescribeModelInput{ModelName: aws.String("M000")})
	if err == nil || !strings.Contains(err.Error(), `Could not find model "`+arnPrefix+`model/M000".`) {
		t.Error(err)
	}
	_, err = client.DescribeNotebookInstance(t.Context(), &sagemaker.DescribeNotebookInstanceInput{NotebookInstanceName: aws.String("ghost")})
	if err == nil || !strings.HasSuffix(err.Error(), "ValidationException: RecordNotFound") {
		t.Error(err)
	}
}

func TestFaults(t *testing.T) {
	once := func(f simulator.Fault) func(string, int, []byte) *simulator.Fault {
		return func(action string, call int, _ []byte) *simulator.Fault {
			if action == "sagemaker:ListModels" && call == 1 {
				return &f
			}
			return nil
		}
	}
	for name, c := range map[string]struct {
		fault simulator.Fault
		want  string
	}{
		"denied":   {simulator.Fault{Code: "AccessDeniedException", Message: "not allowed to perform sagemaker:ListModels"}, "AccessDeniedException: not allowed"},
		"throttle": {simulator.Fault{Status: 400, Code: "ThrottlingException", Message: "Rate exceeded"}, "ThrottlingException: Rate exceeded"},
		"html":     {simulator.Fault{Status: 500, Body: "<html>moto</html>", ContentType: "text/html"}, "StatusCode: 500"},
		"dropped":  {simulator.Fault{Drop: true}, "deserialization failed"},
	} {
		server := simulator.New(load(t, map[string][]map[string]any{"Model": models(50)}), simulator.Options{Fault: once(c.fault)})
		client := sagemaker.NewFromConfig(start(t, server, "us-east-1"))
		noRetry := func(o *sagemaker.Options) { o.Retryer = aws.NopRetryer{} }
		if _, err := client.ListModels(t.Context(), &sagemaker.ListModelsInput{}, noRetry); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if out, err := client.ListModels(t.Context(), &sagemaker.ListModelsInput{}); err != nil || len(out.Models) != 50 {
			t.Errorf("%s: the second call: %v", name, err)
		}
		if calls := server.Calls(); calls["sagemaker:ListModels"] != 2 || len(calls) != 1 {
			t.Errorf("%s: calls %v", name, calls)
		}
	}
}

// TestMutate changes answers, but no faults and no errors.
func TestMutate(t *testing.T) {
	inventory := load(t, map[string][]map[string]any{"Model": models(5)})
	var seen []string
	mutate := func(action string, call int, body []byte) []byte {
		seen = append(seen, fmt.Sprint(action, call, len(body) > 0))
		return []byte(`{"Models": []}`)
	}
	fault := func(_ string, call int, _ []byte) *simulator.Fault {
		if call == 2 {
			return &simulator.Fault{Code: "ValidationException", Message: "no"}
		}
		return nil
	}
	client := sagemaker.NewFromConfig(start(t, simulator.New(inventory, simulator.Options{Mutate: mutate, Fault: fault}), "us-east-1"))
	for call := range 3 {
		out, err := client.ListModels(t.Context(), &sagemaker.ListModelsInput{})
		if (err != nil) != (call == 1) || (err == nil && len(out.Models) != 0) {
			t.Errorf("call %d: %+v, %v", call, out, err)
		}
	}
	if _, err := client.DescribeModel(t.Context(), &sagemaker.DescribeModelInput{ModelName: aws.String("ghost")}); code(err) != "ValidationException" {
		t.Error(err)
	}
	if want := []string{"sagemaker:ListModels1 true", "sagemaker:ListModels3 true"}; !slices.Equal(seen, want) {
		t.Errorf("mutated %q, want %q", seen, want)
	}
}

func TestDelay(t *testing.T) {
	inventory := load(t, map[string][]map[string]any{"Model": models(5)})
	delay := func(_ string, call int) time.Duration {
		if call == 1 {
			return 50 * time.Millisecond
		}
		return time.Hour
	}
	client := sagemaker.NewFromConfig(start(t, simulator.New(inventory, simulator.Options{Delay: delay}), "us-east-1"))
	begin := time.Now()
	if _, err := client.ListModels(t.Context(), &sagemaker.ListModelsInput{}); err != nil || time.Since(begin) < 50*time.Millisecond {
		t.Errorf("after %s: %v", time.Since(begin), err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := client.ListModels(ctx, &sagemaker.ListModelsInput{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

// TestStubborn follows listings that go round in circles, to their end.
func TestStubborn(t *testing.T) {
	inventory := load(t, map[string][]map[string]any{"Model": models(30)})
	circles := map[bool]bool{} // with tokens that are new
	for seed := range uint64(20) {
		server := simulator.New(inventory, simulator.Options{Mutate: stubbornOnly(seed)})
		client := sagemaker.NewFromConfig(start(t, server, "us-east-1"))
		input := &sagemaker.ListModelsInput{MaxResults: aws.Int32(10)}
		tokens := map[string]bool{}
		for server.Calls()["sagemaker:ListModels"] < 100 {
			out, err := client.ListModels(t.Context(), input)
			if err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			if input.NextToken = out.NextToken; out.NextToken == nil {
				break
			}
			tokens[*out.NextToken] = true
		}
		if pages := server.Calls()["sagemaker:ListModels"]; pages < 40 || pages > 50 {
			t.Errorf("seed %d: %d pages", seed, pages)
		}
		circles[len(tokens) > 10] = true
	}
	if len(circles) != 2 {
		t.Errorf("tokens are new: %v", circles)
	}
}

// stubbornOnly makes a listing begin again for as long as Mutator may.
func stubbornOnly(seed uint64) func(string, int, []byte) []byte {
	return func(action string, call int, body []byte) []byte {
		if call > 40 {
			return body
		}
		_, out := simulator.Mutation(seed, 1, action, call, body)
		return out
	}
}

func TestEdit(t *testing.T) {
	options := simulator.Options{EmptyPages: true, Edit: func(action string, doc map[string]any) []map[string]any {
		switch {
		case action == "sagemaker:ListModels" && doc["ModelName"] == "m001":
			return []map[string]any{doc, doc}
		case action == "sagemaker:DescribeModel" && doc["ModelName"] == "m002":
			return nil
		case action == "sagemaker:DescribeModel":
			doc["ExecutionRoleArn"] = "None"
		}
		return []map[string]any{doc}
	}}
	client := sagemaker.NewFromConfig(start(t, simulator.New(load(t, map[string][]map[string]any{"Model": models(3)}), options), "us-east-1"))
	var got []string
	for p := sagemaker.NewListModelsPaginator(client, &sagemaker.ListModelsInput{MaxResults: aws.Int32(2)}); p.HasMorePages(); {
		out, err := p.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, modelNames(out))
	}
	if want := []string{"", "m002 m001", "m001 m000"}; !slices.Equal(got, want) {
		t.Errorf("pages %q, want %q", got, want)
	}
	if _, err := client.DescribeModel(t.Context(), &sagemaker.DescribeModelInput{ModelName: aws.String("m002")}); code(err) != "ValidationException" {
		t.Errorf("gone on Describe: %v", err)
	}
	out, err := client.DescribeModel(t.Context(), &sagemaker.DescribeModelInput{ModelName: aws.String("m001")})
	if err != nil || *out.ExecutionRoleArn != "None" {
		t.Errorf("edited: %v, %v", out, err)
	}
}

func TestSearch(t *testing.T) {
	client := sagemaker.NewFromConfig(start(t, simulator.New(load(t, map[string][]map[string]any{"Model": models(25)}), simulator.Options{}), "us-east-1"))
	f := func(name string, op types.Operator, value string) types.Filter {
		filter := types.Filter{Name: &name, Operator: op}
		if value != "" {
			filter.Value = &value
		}
		return filter
	}
	for name, c := range map[string]struct {
		expression *types.SearchExpression
		want       int
	}{
		"all":       {nil, 25},
		"from":      {&types.SearchExpression{Filters: []types.Filter{f("CreationTime", types.OperatorGreaterThanOrEqualTo, "2025-01-01T20:00:00Z")}}, 5},
		"range":     {&types.SearchExpression{Filters: []types.Filter{f("CreationTime", types.OperatorGreaterThan, "2025-01-01T20:00:00Z"), f("CreationTime", types.OperatorLessThan, "2025-01-01T22:00:00Z")}}, 1},
		"name":      {&types.SearchExpression{Filters: []types.Filter{f("ModelName", types.OperatorEquals, "m003")}}, 1},
		"names":     {&types.SearchExpression{Filters: []types.Filter{f("ModelName", types.OperatorIn, "m003,m004, m9")}}, 2},
		"contains":  {&types.SearchExpression{Filters: []types.Filter{f("ModelName", types.OperatorContains, "m01")}}, 10},
		"tag":       {&types.SearchExpression{Filters: []types.Filter{f("Tags.n", types.OperatorLessThanOrEqualTo, "4")}}, 5},
		"or":        {&types.SearchExpression{Operator: types.BooleanOperatorOr, Filters: []types.Filter{f("ModelName", types.OperatorEquals, "m003"), f("ModelName", types.OperatorEquals, "m004")}}, 2},
		"not there": {&types.SearchExpression{Filters: []types.Filter{f("ExecutionRoleArn", types.OperatorNotExists, "")}}, 25},
		"sub":       {&types.SearchExpression{SubExpressions: []types.SearchExpression{{Filters: []types.Filter{f("ModelName", types.OperatorNotEquals, "m003")}}}}, 24},
	} {
		var got int
		for p := sagemaker.NewSearchPaginator(client, &sagemaker.SearchInput{Resource: types.ResourceTypeModel, SearchExpression: c.expression, MaxResults: aws.Int32(7)}); p.HasMorePages(); {
			out, err := p.NextPage(t.Context())
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if len(out.Results) > 7 || *out.TotalHits.Value != int64(c.want) {
				t.Errorf("%s: %d results, %d hits", name, len(out.Results), *out.TotalHits.Value)
			}
			for _, r := range out.Results {
				if r.Model.Model.ModelName == nil || len(r.Model.Model.Tags) != 1 {
					t.Errorf("%s: %+v", name, r.Model.Model)
				}
			}
			got += len(out.Results)
		}
		if got != c.want {
			t.Errorf("%s: %d results, want %d", name, got, c.want)
		}
	}
	out, err := client.Search(t.Context(), &sagemaker.SearchInput{Resource: types.ResourceTypeModel, SortBy: aws.String("CreationTime"), SortOrder: types.SearchSortOrderAscending})
	if err != nil || len(out.Results) != 10 || *out.Results[0].Model.Model.ModelName != "m000" {
		t.Errorf("default page: %v, %v", out, err)
	}
	if out, err := client.Search(t.Context(), &sagemaker.SearchInput{Resource: types.ResourceTypeProject}); err != nil || len(out.Results) != 0 {
		t.Errorf("type without documents: %v, %v", out, err)
	}
	for name, input := range map[string]*sagemaker.SearchInput{
		"type":     {Resource: "Cat"},
		"bounds":   {Resource: types.ResourceTypeModel, MaxResults: aws.Int32(101)},
		"property": {Resource: types.ResourceTypeModel, SearchExpression: &types.SearchExpression{Filters: []types.Filter{f("Colour", types.OperatorEquals, "red")}}},
		"operator": {Resource: types.ResourceTypeModel, SearchExpression: &types.SearchExpression{Filters: []types.Filter{f("ModelName", "Like", "red")}}},
		"empty":    {Resource: types.ResourceTypeModel, SearchExpression: &types.SearchExpression{}},
	} {
		if _, err := client.Search(t.Context(), input); code(err) != "ValidationException" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTags(t *testing.T) {
	docs := models(130)
	var many []any
	for i := range 60 {
		many = append(many, map[string]any{"Key": fmt.Sprintf("k%02d", i), "Value": "v"})
	}
	docs[0]["Tags"] = many
	delete(docs[1], "Tags")
	server := simulator.New(load(t, map[string][]map[string]any{"Model": docs}), simulator.Options{})
	config := start(t, server, "us-east-1")
	client := sagemaker.NewFromConfig(config)

	var tags []types.Tag
	for p := sagemaker.NewListTagsPaginator(client, &sagemaker.ListTagsInput{ResourceArn: aws.String(arnPrefix + "model/m000")}); p.HasMorePages(); {
		out, err := p.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		tags = append(tags, out.Tags...)
	}
	if len(tags) != 60 || *tags[59].Key != "k59" {
		t.Errorf("%d tags", len(tags))
	}
	if _, err := client.ListTags(t.Context(), &sagemaker.ListTagsInput{ResourceArn: aws.String(arnPrefix + "model/m000"), MaxResults: aws.Int32(49)}); code(err) != "ValidationException" {
		t.Errorf("bounds: %v", err)
	}
	if _, err := client.ListTags(t.Context(), &sagemaker.ListTagsInput{ResourceArn: aws.String(arnPrefix + "model/ghost")}); code(err) != "ValidationException" {
		t.Errorf("ghost: %v", err)
	}

	groups := resourcegroupstaggingapi.NewFromConfig(config)
	count := func(input *resourcegroupstaggingapi.GetResourcesInput) (n, pages int) {
		for p := resourcegroupstaggingapi.NewGetResourcesPaginator(groups, input); p.HasMorePages(); pages++ {
			out, err := p.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range out.ResourceTagMappingList {
				if !strings.HasPrefix(*m.ResourceARN, arnPrefix+"model/m") || len(m.Tags) == 0 {
					t.Errorf("%+v", m)
				}
			}
			n += len(out.ResourceTagMappingList)
		}
		return n, pages
	}
	for name, c := range map[string]struct {
		input    resourcegroupstaggingapi.GetResourcesInput
		n, pages int
	}{
		"default": {resourcegroupstaggingapi.GetResourcesInput{ResourceTypeFilters: []string{"sagemaker"}}, 129, 3},
		"hundred": {resourcegroupstaggingapi.GetResourcesInput{ResourceTypeFilters: []string{"sagemaker:model"}, ResourcesPerPage: aws.Int32(100)}, 129, 2},
		"other":   {resourcegroupstaggingapi.GetResourcesInput{ResourceTypeFilters: []string{"sagemaker:endpoint", "s3"}}, 0, 1},
		"by tag":  {resourcegroupstaggingapi.GetResourcesInput{TagFilters: []tagging.TagFilter{{Key: aws.String("n"), Values: []string{"7", "8"}}}}, 2, 1},
		"by arn":  {resourcegroupstaggingapi.GetResourcesInput{ResourceARNList: []string{arnPrefix + "model/m000", arnPrefix + "model/m001"}}, 1, 1},
		"by tags": {resourcegroupstaggingapi.GetResourcesInput{TagsPerPage: aws.Int32(100), ResourcesPerPage: aws.Int32(100)}, 129, 2},
	} {
		if n, pages := count(&c.input); n != c.n || pages != c.pages {
			t.Errorf("%s: %d resources in %d pages, want %d in %d", name, n, pages, c.n, c.pages)
		}
	}
	for _, size := range []int32{0, 101} {
		var bad *tagging.InvalidParameterException
		if _, err := groups.GetResources(t.Context(), &resourcegroupstaggingapi.GetResourcesInput{ResourcesPerPage: aws.Int32(size)}); !errors.As(err, &bad) {
			t.Errorf("%d a page: %v", size, err)
		}
	}
}

func TestIdentityAndUnknown(t *testing.T) {
	server := simulator.New(load(t, map[string][]map[string]any{"Model": models(1)}), simulator.Options{})
	config := start(t, server, "cn-north-1")
	out, err := sts.NewFromConfig(config).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if err != nil {
		t.Fatal(err)
	}
	if *out.Account != "012345678901" || !strings.HasPrefix(*out.Arn, "arn:aws-cn:sts::012345678901:") {
		t.Errorf("%s %s", *out.Account, *out.Arn)
	}
	client := sagemaker.NewFromConfig(config)
	if _, err := client.DeleteModel(t.Context(), &sagemaker.DeleteModelInput{ModelName: aws.String("m000")}); code(err) != "UnknownOperationException" {
		t.Error(err)
	}
	if _, err := sts.NewFromConfig(config).GetSessionToken(t.Context(), &sts.GetSessionTokenInput{}); code(err) != "InvalidAction" {
		t.Error(err)
	}
	if _, err := client.ListModels(t.Context(), &sagemaker.ListModelsInput{}); err != nil {
		t.Error(err)
	}
	want := []string{"sagemaker:DeleteModel", "sagemaker:ListModels", "sts:GetCallerIdentity", "sts:GetSessionToken"}
	if got := server.Actions(); !slices.Equal(got, want) {
		t.Errorf("actions %q, want %q", got, want)
	}
}

// TestRaw sends what the SDK would not.
func TestRaw(t *testing.T) {
	server := simulator.New(load(t, map[string][]map[string]any{"Model": models(1)}), simulator.Options{})
	url := *start(t, server, "us-east-1").BaseEndpoint
	const signature = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20250101/us-east-1/sagemaker/aws4_request, SignedHeaders=host, Signature=0"
	for name, c := range map[string]struct {
		target, authorization, body string
		status                      int
		want                        string
	}{
		"fine":       {"SageMaker.ListModels", signature, `{"Colour": 1}`, 200, `"CreationTime":1735689600,`},
		"unsigned":   {"SageMaker.ListModels", "", `{}`, 403, "MissingAuthenticationTokenException"},
		"not JSON":   {"SageMaker.ListModels", signature, `{`, 400, "SerializationException"},
		"wrong type": {"SageMaker.ListModels", signature, `{"MaxResults": "5"}`, 400, "SerializationException"},
		"no key":     {"SageMaker.DescribeModel", signature, `{}`, 400, "Value null at 'modelName' failed"},
		"no parent":  {"SageMaker.ListImageVersions", signature, `{}`, 400, "Value null at 'imageName' failed"},
		"no type":    {"SageMaker.ListJobs", signature, `{}`, 400, "Value null at 'jobCategory' failed"},
		"no target":  {"", signature, ``, 404, "UnknownOperationException"},
		"no such":    {"SageMaker.PaintModel", signature, `{}`, 400, "UnknownOperationException"},
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Amz-Target", c.target)
		req.Header.Set("Authorization", c.authorization)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if err := errors.Join(err, resp.Body.Close()); err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode != c.status || !strings.Contains(string(body), c.want) {
			t.Errorf("%s: %d %s", name, resp.StatusCode, body)
		}
	}
}

func TestConcurrent(t *testing.T) {
	inventory := load(t, map[string][]map[string]any{"Model": models(300)})
	server := simulator.New(inventory, simulator.Options{})
	config := start(t, server, "us-east-1")
	client, groups := sagemaker.NewFromConfig(config), resourcegroupstaggingapi.NewFromConfig(config)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			items, err := operations["Model"].items(t.Context(), client, 40)
			if err != nil || len(items) != 300 {
				t.Errorf("%d models, %v", len(items), err)
			}
		})
		wg.Go(func() {
			out, err := client.Search(t.Context(), &sagemaker.SearchInput{Resource: types.ResourceTypeModel, MaxResults: aws.Int32(100)})
			if err != nil || len(out.Results) != 100 {
				t.Errorf("search: %v", err)
			}
		})
		wg.Go(func() {
			if _, err := groups.GetResources(t.Context(), &resourcegroupstaggingapi.GetResourcesInput{}); err != nil {
				t.Error(err)
			}
			server.Actions()
		})
	}
	wg.Wait()
	if calls := server.Calls(); calls["sagemaker:ListModels"] < 64 || calls["sagemaker:Search"] < 8 {
		t.Errorf("calls %v", calls)
	}
}

func TestServe(t *testing.T) {
	server := simulator.New(load(t, map[string][]map[string]any{"Model": models(1)}), simulator.Options{})
	for _, addr := range []string{"0.0.0.0:0", "example.com:80", "127.0.0.1", ":0"} {
		if _, stop, err := simulator.Serve(t.Context(), server, addr); err == nil {
			t.Errorf("%q is served: %v", addr, stop())
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	url, stop, err := simulator.Serve(ctx, server, "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := stop(); err != nil {
		t.Errorf("stopped by the context and again: %v", err)
	}
	if resp, err := http.Get(url); err == nil {
		t.Errorf("still there: %v", resp.Body.Close())
	}
}
