package reading

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	static "github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"github.com/sgexport/sgexport/exporter/record"
)

// canned is a transport that has one answer for every call.
type canned []byte

func (c canned) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}},
		Body: io.NopCloser(bytes.NewReader(c)), ContentLength: int64(len(c)),
	}, nil
}

func (c canned) client() *sagemaker.Client {
	return sagemaker.NewFromConfig(aws.Config{
		Region: "us-east-1", HTTPClient: &http.Client{Transport: c},
		Credentials: static.NewStaticCredentialsProvider("AKIDEXAMPLE", "example", ""),
	})
}

// pageOf is how many items an answer of a list or a search has.
const pageOf = 100

// An answer is what a call answers with: head, an item for each number, tail.
type answer struct {
	name, label      string
	head, item, tail string
	items            int
	call             func(*testing.B, *sagemaker.Client) (reflect.Value, error) // the list, or the output
}

func (a *answer) text() canned {
	var b strings.Builder
	b.WriteString(a.head)
	for i := range a.items {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strings.NewReplacer("%d", fmt.Sprint(i), "%t", fmt.Sprint(i%7), "%h", fmt.Sprintf("%012x", i*7919)).Replace(a.item))
	}
	b.WriteString(a.tail)
	return canned(b.String())
}

// trainingJob is what an account has most of. What is called %d is another one in
// each, %t one of seven, %h a part of a UUID.
const trainingJob = `{"TrainingJobName":"churn-xgboost-2025-01-07-%d","TrainingJobArn":"arn:aws:sagemaker:us-east-1:012345678901:training-job/churn-xgboost-2025-01-07-%d",
"TuningJobArn":"arn:aws:sagemaker:us-east-1:012345678901:hyper-parameter-tuning-job/churn-tuning-%t","TrainingJobStatus":"Completed","SecondaryStatus":"Completed",
"ModelArtifacts":{"S3ModelArtifacts":"s3://lumen-ml-artifacts/training/churn-xgboost-2025-01-07-%d/output/model.tar.gz"},
"HyperParameters":{"num_round":"30%d","max_depth":"%t","eta":"0.2","gamma":"4","min_child_weight":"6","subsample":"0.8","objective":"binary:logistic","eval_metric":"auc",
"sagemaker_program":"train.py","sagemaker_region":"us-east-1","sagemaker_submit_directory":"s3://lumen-ml-code/churn/%t/sourcedir.tar.gz","sagemaker_job_name":"churn-xgboost-2025-01-07-%d","_tuning_objective_metric":"validation:auc"},
"AlgorithmSpecification":{"TrainingImage":"683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-%t","TrainingInputMode":"File","EnableSageMakerMetricsTimeSeries":true,
"MetricDefinitions":[{"Name":"train:auc","Regex":".*\\[[0-9]+\\].*#011train-auc:([-+]?[0-9]*\\.?[0-9]+(?:[eE][-+]?[0-9]+)?).*"},{"Name":"validation:auc","Regex":".*\\[[0-9]+\\].*#011validation-auc:([-+]?[0-9]*\\.?[0-9]+).*"}]},
"RoleArn":"arn:aws:iam::012345678901:role/service-role/SageMakerTrainingRole-%t",
"InputDataConfig":[{"ChannelName":"train","DataSource":{"S3DataSource":{"S3DataType":"S3Prefix","S3Uri":"s3://lumen-raw-data/churn/2025-%t/train/","S3DataDistributionType":"FullyReplicated"}},"ContentType":"text/csv","CompressionType":"None","RecordWrapperType":"None"},
{"ChannelName":"validation","DataSource":{"S3DataSource":{"S3DataType":"S3Prefix","S3Uri":"s3://lumen-raw-data/churn/2025-%t/validation/","S3DataDistributionType":"FullyReplicated"}},"ContentType":"text/csv","CompressionType":"None","RecordWrapperType":"None"}],
"OutputDataConfig":{"KmsKeyId":"arn:aws:kms:us-east-1:012345678901:key/1234abcd-12ab-34cd-56ef-1234567890ab","S3OutputPath":"s3://lumen-ml-artifacts/training/","CompressionType":"GZIP"},
"ResourceConfig":{"InstanceType":"ml.m5.xlarge","InstanceCount":1,"VolumeSizeInGB":30,"VolumeKmsKeyId":"alias/lumen-volumes"},
"VpcConfig":{"SecurityGroupIds":["sg-0123456789abcdef%t"],"Subnets":["subnet-0123456789abcdef0","subnet-0123456789abcdef1"]},
"StoppingCondition":{"MaxRuntimeInSeconds":3600,"MaxWaitTimeInSeconds":7200},"CreationTime":1736248805.25,"TrainingStartTime":1736248905.25,"TrainingEndTime":1736249805.25,"LastModifiedTime":1736249805.25,
"SecondaryStatusTransitions":[{"Status":"Starting","StartTime":1736248805.25,"EndTime":1736248905.25,"StatusMessage":"Preparing the instances for training"},{"Status":"Downloading","StartTime":1736248905.25,"EndTime":1736249005.25,"StatusMessage":"Downloading input data"},
{"Status":"Training","StartTime":1736249005.25,"EndTime":1736249705.25,"StatusMessage":"Training image download completed. Training in progress."},{"Status":"Completed","StartTime":1736249705.25,"EndTime":1736249805.25,"StatusMessage":"Training job completed"}],
"FinalMetricDataList":[{"MetricName":"train:auc","Value":0.91,"Timestamp":1736249705},{"MetricName":"validation:auc","Value":0.88,"Timestamp":1736249705}],
"EnableNetworkIsolation":false,"EnableInterContainerTrafficEncryption":true,"EnableManagedSpotTraining":true,"CheckpointConfig":{"S3Uri":"s3://lumen-ml-artifacts/checkpoints/churn-xgboost-2025-01-07-%d"},
"TrainingTimeInSeconds":800,"BillableTimeInSeconds":240,"ExperimentConfig":{"ExperimentName":"churn","TrialName":"churn-%t"},
"Environment":{"LOG_LEVEL":"info","TEAM":"growth"},"RetryStrategy":{"MaximumRetryAttempts":1},
"Tags":[{"Key":"team","Value":"growth"},{"Key":"sagemaker:tuning-job","Value":"churn-tuning-%t"},{"Key":"run","Value":"7f1d2c3b-0000-4000-8000-%h"}]}`

var answers = []answer{
	{"TrainingJob", "AWSSageMakerTrainingJob", `{"Results":[`, `{"TrainingJob":` + trainingJob + `}`, `]}`, pageOf, func(b *testing.B, c *sagemaker.Client) (reflect.Value, error) {
		out, err := c.Search(b.Context(), &sagemaker.SearchInput{Resource: types.ResourceTypeTrainingJob})
		if err != nil {
			return reflect.Value{}, err
		}
		list := make([]types.TrainingJob, len(out.Results))
		for i := range list {
			list[i] = *out.Results[i].TrainingJob
		}
		return reflect.ValueOf(list), nil
	}},
	{
		"TrainingJobSummary", "AWSSageMakerTrainingJob", `{"TrainingJobSummaries":[`, `{"TrainingJobName":"churn-xgboost-2025-01-07-%d","TrainingJobArn":"arn:aws:sagemaker:us-east-1:012345678901:training-job/churn-xgboost-2025-01-07-%d",
"CreationTime":1736248805.25,"TrainingEndTime":1736249805.25,"LastModifiedTime":1736249805.25,"TrainingJobStatus":"Completed","SecondaryStatus":"Completed","WarmPoolStatus":{"Status":"Reused","ReusedByJob":"churn-xgboost-2025-01-08-%d"}}`, `]}`, pageOf,
		func(b *testing.B, c *sagemaker.Client) (reflect.Value, error) {
			out, err := c.ListTrainingJobs(b.Context(), &sagemaker.ListTrainingJobsInput{})
			if err != nil {
				return reflect.Value{}, err
			}
			return reflect.ValueOf(out.TrainingJobSummaries), nil
		},
	},
	{
		"Model", "AWSSageMakerModel", ``, `{"ModelName":"churn-%d","ModelArn":"arn:aws:sagemaker:us-east-1:012345678901:model/churn-%d","CreationTime":1736248805.25,"ExecutionRoleArn":"arn:aws:iam::012345678901:role/service-role/SageMakerServing-%t",
"EnableNetworkIsolation":true,"VpcConfig":{"SecurityGroupIds":["sg-0123456789abcdef%t"],"Subnets":["subnet-0123456789abcdef0","subnet-0123456789abcdef1"]},
"PrimaryContainer":{"Image":"683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-%t","Mode":"SingleModel","ModelDataUrl":"s3://lumen-ml-artifacts/training/churn-xgboost-2025-01-07-%d/output/model.tar.gz",
"Environment":{"SAGEMAKER_PROGRAM":"inference.py","SAGEMAKER_SUBMIT_DIRECTORY":"/opt/ml/model/code","SAGEMAKER_REGION":"us-east-1","MMS_DEFAULT_WORKERS_PER_MODEL":"4"}}}`, ``, 1,
		func(b *testing.B, c *sagemaker.Client) (reflect.Value, error) {
			return one(c.DescribeModel(b.Context(), &sagemaker.DescribeModelInput{ModelName: aws.String("m")}))
		},
	},
	{
		"EndpointConfig", "AWSSageMakerEndpointConfig", ``, `{"EndpointConfigName":"churn-%d","EndpointConfigArn":"arn:aws:sagemaker:us-east-1:012345678901:endpoint-config/churn-%d","CreationTime":1736248805.25,"KmsKeyId":"1234abcd-12ab-34cd-56ef-1234567890ab",
"ProductionVariants":[{"VariantName":"a","ModelName":"churn-%d","InitialInstanceCount":2,"InstanceType":"ml.m5.large","InitialVariantWeight":0.9,"VolumeSizeInGB":20},{"VariantName":"b","ModelName":"churn-%t","InitialInstanceCount":1,"InstanceType":"ml.m5.large","InitialVariantWeight":0.1}],
"DataCaptureConfig":{"EnableCapture":true,"InitialSamplingPercentage":20,"DestinationS3Uri":"s3://lumen-ml-capture/churn","CaptureOptions":[{"CaptureMode":"Input"},{"CaptureMode":"Output"}],"CaptureContentTypeHeader":{"CsvContentTypes":["text/csv"]}},
"AsyncInferenceConfig":{"OutputConfig":{"S3OutputPath":"s3://lumen-ml-capture/async","NotificationConfig":{"SuccessTopic":"arn:aws:sns:us-east-1:012345678901:done"}}}}`, ``, 1,
		func(b *testing.B, c *sagemaker.Client) (reflect.Value, error) {
			return one(c.DescribeEndpointConfig(b.Context(), &sagemaker.DescribeEndpointConfigInput{EndpointConfigName: aws.String("c")}))
		},
	},
	{
		"ProcessingJob", "AWSSageMakerProcessingJob", ``, `{"ProcessingJobName":"prepare-%d","ProcessingJobArn":"arn:aws:sagemaker:us-east-1:012345678901:processing-job/prepare-%d","ProcessingJobStatus":"Completed","CreationTime":1736248805.25,"ProcessingStartTime":1736248905.25,"ProcessingEndTime":1736249805.25,
"LastModifiedTime":1736249805.25,"ProcessingInputs":[{"InputName":"code","AppManaged":false,"S3Input":{"S3Uri":"s3://lumen-ml-code/prepare/%t/preprocess.py","LocalPath":"/opt/ml/processing/input/code","S3DataType":"S3Prefix","S3InputMode":"File","S3DataDistributionType":"FullyReplicated","S3CompressionType":"None"}},
{"InputName":"raw","AppManaged":false,"S3Input":{"S3Uri":"s3://lumen-raw-data/churn/2025-%t/","LocalPath":"/opt/ml/processing/input/raw","S3DataType":"S3Prefix","S3InputMode":"File","S3DataDistributionType":"FullyReplicated","S3CompressionType":"None"}}],
"ProcessingOutputConfig":{"KmsKeyId":"alias/lumen","Outputs":[{"OutputName":"train","AppManaged":false,"S3Output":{"S3Uri":"s3://lumen-raw-data/prepared/%d/train","LocalPath":"/opt/ml/processing/train","S3UploadMode":"EndOfJob"}}]},
"ProcessingResources":{"ClusterConfig":{"InstanceCount":1,"InstanceType":"ml.m5.xlarge","VolumeSizeInGB":30}},"StoppingCondition":{"MaxRuntimeInSeconds":3600},
"AppSpecification":{"ImageUri":"683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1","ContainerEntrypoint":["python3","/opt/ml/processing/input/code/preprocess.py"],"ContainerArguments":["--split","0.2","--seed","%d"]},
"Environment":{"LOG_LEVEL":"info"},"NetworkConfig":{"EnableNetworkIsolation":false,"VpcConfig":{"SecurityGroupIds":["sg-0123456789abcdef%t"],"Subnets":["subnet-0123456789abcdef0"]}},"RoleArn":"arn:aws:iam::012345678901:role/service-role/SageMakerTrainingRole-%t","ExperimentConfig":{"ExperimentName":"churn"}}`, ``, 1,
		func(b *testing.B, c *sagemaker.Client) (reflect.Value, error) {
			return one(c.DescribeProcessingJob(b.Context(), &sagemaker.DescribeProcessingJobInput{ProcessingJobName: aws.String("p")}))
		},
	},
}

// one is an output as a list of one.
func one[T any](out *T, err error) (reflect.Value, error) {
	if err != nil {
		return reflect.Value{}, err
	}
	return reflect.ValueOf([]T{*out}), nil
}

// BenchmarkRead measures, for each structure, what the SDK needs to get and decode
// its answer (sdk), and what it takes from there to the bytes of the spool (read).
// Both are for one resource; the second beside the first is what counts.
func BenchmarkRead(b *testing.B) {
	scope := record.Scope{Account: "012345678901", Region: "us-east-1", Partition: "aws"}
	for i := range answers {
		a := &answers[i]
		client := a.text().client()
		b.Run(a.name+"/sdk", func(b *testing.B) {
			b.ReportAllocs()
			for n := 0; n < b.N; n += a.items {
				if _, err := a.call(b, client); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(a.name+"/read", func(b *testing.B) {
			list, err := a.call(b, client)
			if err != nil {
				b.Fatal(err)
			}
			r := table.NewReader(table.Kind(a.label), scope, true)
			var dst []byte
			b.ReportAllocs()
			b.ResetTimer()
			for n := 0; n < b.N; n++ {
				rec, _ := r.Read(list.Index(n%list.Len()), &Origin{})
				dst = rec.Append(dst[:0])
			}
		})
	}
}

// BenchmarkIdentify measures what the collector asks of each item and each record before
// it is read.
func BenchmarkIdentify(b *testing.B) {
	scope := record.Scope{Account: "012345678901", Region: "us-east-1", Partition: "aws"}
	var lists []reflect.Value
	for _, a := range answers[:2] {
		list, err := a.call(b, a.text().client())
		if err != nil {
			b.Fatal(err)
		}
		lists = append(lists, list)
	}
	k := table.Kind("AWSSageMakerTrainingJob")
	r := table.NewReader(k, scope, true)
	b.Run("item", func(b *testing.B) {
		b.ReportAllocs()
		for n := 0; n < b.N; n++ {
			item := lists[1].Index(n % pageOf)
			if id, _ := r.Identify(item, &Origin{Item: item}); id == "" || r.OddARN(item) != "" || k.UnreadableTime(item) {
				b.Fatal(id)
			}
			k.Said(item)
		}
	})
	b.Run("record", func(b *testing.B) {
		b.ReportAllocs()
		for n := 0; n < b.N; n++ {
			rec := lists[0].Index(n % pageOf)
			if id, _ := r.Identify(rec, &Origin{}); id == "" || k.Repeats(rec) {
				b.Fatal(id)
			}
			k.Contradicts(Saying{members: 1<<7 - 1}, rec)
		}
	})
}
