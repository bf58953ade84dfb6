package catalog

import (
	"testing"

	"github.com/sgexport/sgexport/exporter/names"
)

// BenchmarkLabelOf measures what the label of an ARN costs, from its text on.
func BenchmarkLabelOf(b *testing.B) {
	table := New()
	for _, text := range []string{
		"arn:aws:sagemaker:us-east-1:012345678901:training-job/churn-xgboost-2025-01-07",
		"arn:aws:sagemaker:us-east-1:012345678901:model-package/churn/12",
		"arn:aws:sagemaker:us-east-1:012345678901:pipeline/churn/execution/abcdefghijkl",
		"arn:aws:iam::012345678901:role/service-role/SageMakerTrainingRole",
		"arn:aws:ec2:us-east-1:012345678901:subnet/subnet-0123456789abcdef0",
	} {
		a, _ := names.ParseARN(text)
		b.Run(a.Resource, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				a, _ := names.ParseARN(text)
				table.LabelOf(a)
			}
		})
	}
	claims := NewClaims(table)
	b.Run("Claims", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			claims.Add(bucketLabel, "lumen-ml-artifacts")
		}
	})
}
