package main

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

// kinds are those that the benchmark makes many of.
func kinds() map[string]kind {
	return map[string]kind{
		"TrainingJob": {
			search: types.ResourceTypeTrainingJob,
			list: func(ctx context.Context, c *sagemaker.Client, token *string) ([]string, *string, error) {
				out, err := c.ListTrainingJobs(ctx, &sagemaker.ListTrainingJobsInput{MaxResults: aws.Int32(pageSize), NextToken: token})
				if err != nil {
					return nil, nil, err
				}
				return namesOf(out.TrainingJobSummaries, func(s *types.TrainingJobSummary) *string { return s.TrainingJobName }), out.NextToken, nil
			},
		},
		"Model": {
			search: types.ResourceTypeModel,
			list: func(ctx context.Context, c *sagemaker.Client, token *string) ([]string, *string, error) {
				out, err := c.ListModels(ctx, &sagemaker.ListModelsInput{MaxResults: aws.Int32(pageSize), NextToken: token})
				if err != nil {
					return nil, nil, err
				}
				return namesOf(out.Models, func(s *types.ModelSummary) *string { return s.ModelName }), out.NextToken, nil
			},
		},
		"ProcessingJob": {
			list: func(ctx context.Context, c *sagemaker.Client, token *string) ([]string, *string, error) {
				out, err := c.ListProcessingJobs(ctx, &sagemaker.ListProcessingJobsInput{MaxResults: aws.Int32(pageSize), NextToken: token})
				if err != nil {
					return nil, nil, err
				}
				return namesOf(out.ProcessingJobSummaries, func(s *types.ProcessingJobSummary) *string { return s.ProcessingJobName }), out.NextToken, nil
			},
			describe: func(ctx context.Context, c *sagemaker.Client, name string) error {
				_, err := c.DescribeProcessingJob(ctx, &sagemaker.DescribeProcessingJobInput{ProcessingJobName: &name})
				return err
			},
		},
		"TransformJob": {
			list: func(ctx context.Context, c *sagemaker.Client, token *string) ([]string, *string, error) {
				out, err := c.ListTransformJobs(ctx, &sagemaker.ListTransformJobsInput{MaxResults: aws.Int32(pageSize), NextToken: token})
				if err != nil {
					return nil, nil, err
				}
				return namesOf(out.TransformJobSummaries, func(s *types.TransformJobSummary) *string { return s.TransformJobName }), out.NextToken, nil
			},
			describe: func(ctx context.Context, c *sagemaker.Client, name string) error {
				_, err := c.DescribeTransformJob(ctx, &sagemaker.DescribeTransformJobInput{TransformJobName: &name})
				return err
			},
		},
	}
}

func namesOf[T any](items []T, name func(*T) *string) []string {
	names := make([]string, len(items))
	for i := range items {
		names[i] = aws.ToString(name(&items[i]))
	}
	return names
}
