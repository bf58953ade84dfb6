package simulator_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"github.com/sgexport/sgexport/simulator"
)

// start serves over HTTP until the test ends and returns a configuration for
// the real SDK.
func start(t *testing.T, server http.Handler, region string) aws.Config {
	t.Helper()
	url, stop, err := simulator.Serve(t.Context(), server, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
	return aws.Config{
		Region:       region,
		BaseEndpoint: aws.String(url),
		Credentials:  credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
	}
}

type (
	lister    func(ctx context.Context, c *sagemaker.Client, size *int32) ([]any, error)
	describer func(ctx context.Context, c *sagemaker.Client, doc map[string]any) (any, error)
)

// operations calls the SDK for each kind.
var operations = map[string]struct {
	list     lister
	describe describer
}{
	"NotebookInstance": {
		func(ctx context.Context, c *sagemaker.Client, size *int32) ([]any, error) {
			return pages(ctx, sagemaker.NewListNotebookInstancesPaginator(c, &sagemaker.ListNotebookInstancesInput{MaxResults: size}),
				func(o *sagemaker.ListNotebookInstancesOutput) []types.NotebookInstanceSummary {
					return o.NotebookInstances
				})
		},
		func(ctx context.Context, c *sagemaker.Client, doc map[string]any) (any, error) {
			return c.DescribeNotebookInstance(ctx, &sagemaker.DescribeNotebookInstanceInput{NotebookInstanceName: str(doc, "NotebookInstanceName")})
		},
	},
	"NotebookInstanceLifecycleConfig": {
		func(ctx context.Context, c *sagemaker.Client, size *int32) ([]any, error) {
			return pages(ctx, sagemaker.NewListNotebookInstanceLifecycleConfigsPaginator(c, &sagemaker.ListNotebookInstanceLifecycleConfigsInput{MaxResults: size}),
				func(o *sagemaker.ListNotebookInstanceLifecycleConfigsOutput) []types.NotebookInstanceLifecycleConfigSummary {
					return o.NotebookInstanceLifecycleConfigs
				})
		},
		func(ctx context.Context, c *sagemaker.Client, doc map[string]any) (any, error) {
			return c.DescribeNotebookInstanceLifecycleConfig(ctx, &sagemaker.DescribeNotebookInstanceLifecycleConfigInput{NotebookInstanceLifecycleConfigName: str(doc, "NotebookInstanceLifecycleConfigName")})
		},
	},
	"CodeRepository": {
		func(ctx context.Context, c *sagemaker.Client, size *int32) ([]any, error) {
			return pages(ctx, sagemaker.NewListCodeRepositoriesPaginator(c, &sagemaker.ListCodeRepositoriesInput{MaxResults: size}),
				func(o *sagemaker.ListCodeRepositoriesOutput) []types.CodeRepositorySummary {
					return o.CodeRepositorySummaryList
				})
		},
		func(ctx context.Context, c *sagemaker.Client, doc map[string]any) (any, error) {
			return c.DescribeCodeRepository(ctx, &sagemaker.DescribeCodeRepositoryInput{CodeRepositoryName: str(doc, "CodeRepositoryName")})
		},
	},
	"Domain": {
		func(ctx context.Context, c *sagemaker.Client, size *int32) ([]any, error) {
			return pages(ctx, sagemaker.NewListDomainsPaginator(c, &sagemaker.ListDomainsInput{MaxResults: size}),
				func(o *sagemaker.ListDomainsOutput) []types.DomainDetails { return o.Domains })
		},
		func(ctx context.Context, c *sagemaker.Client, doc map[string]any) (any, error) {
			return c.DescribeDomain(ctx, &sagemaker.DescribeDomainInput{DomainId: str(doc, "DomainId")})
		},
	},
	"UserProfile": {
		func(ctx context.Context, c *sagemaker.Client, size *int32) ([]any, error) {
			return pages(ctx, sagemaker.NewListUserProfilesPaginator(c, &sagemaker.ListUserProfilesInput{MaxResults: size}),
				func(o *sagemaker.ListUserProfilesOutput) []types.UserProfileDetails { return o.UserProfiles })
		},
		func(ctx context.Context, c *sagemaker.Client, doc map[string]any) (any, error) {
			return c.DescribeUserProfile(ctx, &sagemaker.DescribeUserProfileInput{DomainId: str(doc, "DomainId"), UserProfileName: str(doc, "UserProfileName")})
		},
	},
	"Space": {
		func(ctx context.Context, c *sagemaker.Client, size *int32) ([]any, error) {
			return pages(ctx, sagemaker.NewListSpacesPaginator(c, &sagemaker.ListSpacesInput{MaxResults: size}),
				func(o *sagemaker.ListSpacesOutput) []types.SpaceDetails { return o.Spaces })
		},
		func(ctx context.Context, c *sagemaker.Client, doc map[string]any) (any, error) {
			return c.DescribeSpace(ctx, &sagemaker.DescribeSpaceInput{DomainId: str(doc, "DomainId"), SpaceName: str(doc, "SpaceName")})
		},
	},
	"App": {
		func(ctx context.Context, c *sagemaker.Client, size *int32) ([]any, error) {
			return pages(ctx, sagemaker.NewListAppsPaginator(c, &sagemaker.ListAppsInput{MaxResults: size}),
				func(o *sagemaker.ListAppsOutput) []types.AppDetails { return o.Apps })
		},
		func(ctx context.Context, c *sagemaker.Client, doc map[string]any) (any, error) {
			return c.DescribeApp(ctx, &sagemaker.DescribeAppInput{
				DomainId: str(doc, "DomainId"), AppName: str(doc, "AppName"), AppType: types.AppType(*str(doc, "AppType")),
				UserProfileName: str(doc, "UserProfileName"), SpaceName: str(doc, "SpaceName"),
			})
		},
	},
	"StudioLifecycleConfig": {
		func(ctx context.Context, c *sagemaker.Client, size *int32) ([]any, error) {
			return pages(ctx, sagemaker.NewListStudioLifecycleConfigsPaginator(c, &sagemaker.ListStudioLifecycleConfigsInput{MaxResults: size}),
				func(o *sagemaker.ListStudioLifecycleConfigsOutput) []types.StudioLifecycleConfigDetails {
					return o.StudioLifecycleConfigs
				})
		},
		func(ctx context.Context, c *sagemaker.Client, doc map[string]any) (any, error) {
			return c.DescribeStudioLifecycleConfig(ctx, &sagemaker.DescribeStudioLifecycleConfigInput{StudioLifecycleConfigName: str(doc, "StudioLifecycleConfigName")})
		},
	},
	"Model": {
		func(ctx context.Context, c *sagemaker.Client, size *int32) ([]any, error) {
			return pages(ctx, sagemaker.NewListModelsPaginator(c, &sagemaker.ListModelsInput{MaxResults: size}),
				func(o *sagemaker.ListModelsOutput) []types.ModelSummary { return o.Models })
		},
		func(ctx context.Context, c *sagemaker.Client, doc map[string]any) (any, error) {
			return c.DescribeModel(ctx, &sagemaker.DescribeModelInput{ModelName: str(doc, "ModelName")})
		},
	},
	"ModelPackage": {
		func(ctx context.Context, c *sagemaker.Client, size *int32) ([]any, error) {
			return pages(ctx, sagemaker.NewListModelPackagesPaginator(c, &sagemaker.ListModelPackagesInput{MaxResults: size, ModelPackageType: types.ModelPackageTypeBoth}),
				func(o *sagemaker.ListModelPackagesOutput) []types.ModelPackageSummary {
					return o.ModelPackageSummaryList
				})
		},
		func(ctx context.Context, c *sagemaker.Client, doc map[string]any) (any, error) {
			return c.DescribeModelPackage(ctx, &sagemaker.DescribeModelPackageInput{ModelPackageName: str(doc, "ModelPackageArn")})
		},
	},
	"ModelPackageGroup": {
		func(ctx context.Context, c *sagemaker.Client, size *int32) ([]any, error) {
			return pages(ctx, sagemaker.NewListModelPackageGroupsPaginator(c, &sagemaker.ListModelPackageGroupsInput{MaxResults: size}),
				func(o *sagemaker.ListModelPackageGroupsOutput) []types.ModelPackageGroupSummary {
					return o.ModelPackageGroupSummaryList
				})
		},
		func(ctx context.Context, c *sagemaker.Client, doc map[string]any) (any, error) {
			return c.DescribeModelPackageGroup(ctx, &sagemaker.DescribeModelPackageGroupInput{ModelPackageGroupName: str(doc, "ModelPackageGroupName")})
		},
	},
	"EndpointConfig": {
		func(ctx context.Context, c *sagemaker.Client, size *int32) ([]any, error) {
			return pages(ctx, sagemaker.NewListEndpointConfigsPaginator(c, &sagemaker.ListEndpointConfigsInput{MaxResults: size}),
				func(o *sagemaker.ListEndpointConfigsOutput) []types.EndpointConfigSummary { return o.EndpointConfigs })
		},
		func(ctx context.Context, c *sagemaker.Client, doc map[string]any) (any, error) {
			return c.DescribeEndpointConfig(ctx, &sagemaker.DescribeEndpointConfigInput{EndpointConfigName: str(doc, "EndpointConfigName")})
		},
	},
	"Endpoint": {
		func(ctx context.Context, c *sagemaker.Client, size *int32) ([]any, error) {
			return pages(ctx, sagemaker.NewListEndpointsPaginator(c, &sagemaker.ListEndpointsInput{MaxResults: size}),
				func(o *sagemaker.ListEndpointsOutput) []types.EndpointSummary { return o.Endpoints })
		},
		func(ctx context.Context, c *sagemaker.Client, doc map[string]any) (any, error) {
			return c.DescribeEndpoint(ctx, &sagemaker.DescribeEndpointInput{EndpointName: str(doc, "EndpointName")})
		},
	},
	"InferenceComponent": {
		func(ctx context.Context, c *sagemaker.Client, size *int32) ([]any, error) {
			return pages(ctx, sagemaker.NewListInferenceComponentsPaginator(c, &sagemaker.ListInferenceComponentsInput{MaxResults: size}),
				func(o *sagemaker.ListInferenceComponentsOutput) []types.InferenceComponentSummary {
					return o.InferenceComponents
				})
		},
		func(ctx context.Context, c *sagemaker.Client, doc map[string]any) (any, error) {
			return c.DescribeInferenceComponent(ctx, &sagemaker.DescribeInferenceComponentInput{InferenceComponentName: str(doc, "InferenceComponentName")})
		},
	},
	"TrainingJob": {
		func(ctx context.Context, c *sagemaker.Client, size *int32) ([]any, error) {
			return pages(ctx, sagemaker.NewListTrainingJobsPaginator(c, &sagemaker.ListTrainingJobsInput{MaxResults: size}),
				func(o *sagemaker.ListTrainingJobsOutput) []types.TrainingJobSummary { return o.TrainingJobSummaries })
		},
		func(ctx context.Context, c *sagemaker.Client, doc map[string]any) (any, error) {
			return c.DescribeTrainingJob(ctx, &sagemaker.DescribeTrainingJobInput{TrainingJobName: str(doc, "TrainingJobName")})
		},
	},
	"TransformJob": {
		func(ctx context.Context, c *sagemaker.Client, size *int32) ([]any, error) {
			return pages(ctx, sagemaker.NewListTransformJobsPaginator(c, &sagemaker.ListTransformJobsInput{MaxResults: size}),
				func(o *sagemaker.ListTransformJobsOutput) []types.TransformJobSummary { return o.TransformJobSummaries })
		},
		func(ctx context.Context, c *sagemaker.Client, doc map[string]any) (any, error) {
			return c.DescribeTransformJob(ctx, &sagemaker.DescribeTransformJobInput{TransformJobName: str(doc, "TransformJobName")})
		},
	},
}

// searches takes the record of a kind out of a Search result.
var searches = map[types.ResourceType]func(types.SearchRecord) any{
	types.ResourceTypeTrainingJob:       func(r types.SearchRecord) any { return r.TrainingJob },
	types.ResourceTypeEndpoint:          func(r types.SearchRecord) any { return r.Endpoint },
	types.ResourceTypeModel:             func(r types.SearchRecord) any { return r.Model.Model },
	types.ResourceTypeModelPackage:      func(r types.SearchRecord) any { return r.ModelPackage },
	types.ResourceTypeModelPackageGroup: func(r types.SearchRecord) any { return r.ModelPackageGroup },
}

// pages follows a paginator to its end.
func pages[O, T any, P interface {
	HasMorePages() bool
	NextPage(context.Context, ...func(*sagemaker.Options)) (O, error)
}](ctx context.Context, p P, items func(O) []T) ([]any, error) {
	var all []any
	for p.HasMorePages() {
		out, err := p.NextPage(ctx)
		if err != nil {
			return all, err
		}
		for _, item := range items(out) {
			all = append(all, item)
		}
	}
	return all, nil
}

func str(doc map[string]any, member string) *string {
	if text, ok := doc[member].(string); ok {
		return &text
	}
	return nil
}

// toDocument writes what the SDK read in the form of a document.
func toDocument(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil
		}
		if name, ok := unionMember(v); ok {
			return map[string]any{name: toDocument(v.Elem().Elem().FieldByName("Value"))}
		}
		return toDocument(v.Elem())
	case reflect.Struct:
		if t, ok := v.Interface().(time.Time); ok {
			return t.UTC().Format(time.RFC3339Nano)
		}
		out := map[string]any{}
		for f, value := range v.Fields() {
			if f.IsExported() && f.Name != "ResultMetadata" {
				if member := toDocument(value); member != nil {
					out[f.Name] = member
				}
			}
		}
		return out
	case reflect.Slice:
		if v.IsNil() {
			return nil
		}
		if b, ok := v.Interface().([]byte); ok {
			return base64.StdEncoding.EncodeToString(b)
		}
		out := make([]any, v.Len())
		for i := range out {
			out[i] = toDocument(v.Index(i))
		}
		return out
	case reflect.Map:
		if v.IsNil() {
			return nil
		}
		out := map[string]any{}
		for iter := v.MapRange(); iter.Next(); {
			out[iter.Key().String()] = toDocument(iter.Value())
		}
		return out
	case reflect.String:
		if v.String() == "" && v.Type() != reflect.TypeFor[string]() {
			return nil // an enum that was not there
		}
		return v.String()
	case reflect.Float32:
		return strconv.FormatFloat(v.Float(), 'g', -1, 32)
	case reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'g', -1, 64)
	}
	return fmt.Sprint(v.Interface())
}

func unionMember(v reflect.Value) (string, bool) {
	if v.Kind() != reflect.Interface {
		return "", false
	}
	name, prefix := v.Elem().Elem().Type().Name(), v.Type().Name()+"Member"
	return name[len(prefix):], true
}
