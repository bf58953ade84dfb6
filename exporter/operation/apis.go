package operation

import (
	"context"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/ram"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	smithyendpoints "github.com/aws/smithy-go/endpoints"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// The APIs that are asked. A further one is one more value here.
var (
	SageMaker = newAPI("sagemaker", func(cfg aws.Config) *sagemaker.Client { return sagemaker.NewFromConfig(cfg) }, func(o *sagemaker.Options, s Settings) {
		o.Retryer, o.Region, o.Protocol = s.Retryer, regionOf(o.Region, s), protocolOf(o.Protocol, s)
	})
	Tagging = newAPI("tag", func(cfg aws.Config) *resourcegroupstaggingapi.Client {
		return resourcegroupstaggingapi.NewFromConfig(cfg)
	}, func(o *resourcegroupstaggingapi.Options, s Settings) {
		o.Retryer, o.Region, o.Protocol = s.Retryer, regionOf(o.Region, s), protocolOf(o.Protocol, s)
	})
	STS = newAPI("sts", func(cfg aws.Config) *sts.Client { return sts.NewFromConfig(cfg) }, func(o *sts.Options, s Settings) {
		o.Retryer, o.Region = s.Retryer, regionOf(o.Region, s)
	})
	S3 = newAPI("s3", newS3, func(o *s3.Options, s Settings) {
		o.Retryer, o.Region = s.Retryer, regionOf(o.Region, s)
	})
	S3Control = newAPI("s3", newS3Control, func(o *s3control.Options, s Settings) {
		o.Retryer, o.Region = s.Retryer, regionOf(o.Region, s)
	})
	IAM = newAPI("iam", func(cfg aws.Config) *iam.Client { return iam.NewFromConfig(cfg) }, func(o *iam.Options, s Settings) {
		o.Retryer, o.Region = s.Retryer, regionOf(o.Region, s)
	})
	EC2 = newAPI("ec2", func(cfg aws.Config) *ec2.Client { return ec2.NewFromConfig(cfg) }, func(o *ec2.Options, s Settings) {
		o.Retryer, o.Region = s.Retryer, regionOf(o.Region, s)
	})
	KMS = newAPI("kms", func(cfg aws.Config) *kms.Client { return kms.NewFromConfig(cfg) }, func(o *kms.Options, s Settings) {
		o.Retryer, o.Region, o.Protocol = s.Retryer, regionOf(o.Region, s), protocolOf(o.Protocol, s)
	})
	ECR = newAPI("ecr", func(cfg aws.Config) *ecr.Client { return ecr.NewFromConfig(cfg) }, func(o *ecr.Options, s Settings) {
		o.Retryer, o.Region, o.Protocol = s.Retryer, regionOf(o.Region, s), protocolOf(o.Protocol, s)
	})
	Lambda = newAPI("lambda", func(cfg aws.Config) *lambda.Client { return lambda.NewFromConfig(cfg) }, func(o *lambda.Options, s Settings) {
		o.Retryer, o.Region, o.Protocol = s.Retryer, regionOf(o.Region, s), protocolOf(o.Protocol, s)
	})
	Organizations = newAPI("organizations", func(cfg aws.Config) *organizations.Client { return organizations.NewFromConfig(cfg) }, func(o *organizations.Options, s Settings) {
		o.Retryer, o.Region, o.Protocol = s.Retryer, regionOf(o.Region, s), protocolOf(o.Protocol, s)
	})
	RAM = newAPI("ram", func(cfg aws.Config) *ram.Client { return ram.NewFromConfig(cfg) }, func(o *ram.Options, s Settings) {
		o.Retryer, o.Region, o.Protocol = s.Retryer, regionOf(o.Region, s), protocolOf(o.Protocol, s)
	})
)

// newS3 asks by path where the endpoint is not AWS's own: a bucket's name is no
// host there.
func newS3(cfg aws.Config) *s3.Client {
	return s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = o.BaseEndpoint != nil })
}

// newS3Control asks at the endpoint as it is where that is not AWS's own: AWS's has the
// account before its host.
func newS3Control(cfg aws.Config) *s3control.Client {
	return s3control.NewFromConfig(cfg, func(o *s3control.Options) {
		if o.BaseEndpoint == nil {
			return
		}
		o.EndpointResolverV2 = fixedEndpoint(*o.BaseEndpoint)
		o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
			return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("NoHostPrefix", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
				return next.HandleInitialize(smithyhttp.DisableEndpointHostPrefix(ctx, true), in)
			}), middleware.Before)
		})
	})
}

// A fixedEndpoint is an endpoint that does not depend on what is asked.
type fixedEndpoint string

// ResolveEndpoint implements s3control.EndpointResolverV2.
func (e fixedEndpoint) ResolveEndpoint(context.Context, s3control.EndpointParameters) (smithyendpoints.Endpoint, error) {
	u, err := url.Parse(string(e))
	if err != nil {
		return smithyendpoints.Endpoint{}, err
	}
	return smithyendpoints.Endpoint{URI: *u}, nil
}

func regionOf(own string, s Settings) string {
	if s.Region != "" {
		return s.Region
	}
	return own
}

func protocolOf(own smithyhttp.ClientProtocol, s Settings) smithyhttp.ClientProtocol {
	if s.Protocol == nil {
		return own
	}
	return s.Protocol(own)
}
