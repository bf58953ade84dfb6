package operation

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sts"
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
)

// newS3 asks by path where the endpoint is not AWS's own: a bucket's name is no
// host there.
func newS3(cfg aws.Config) *s3.Client {
	return s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = o.BaseEndpoint != nil })
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
