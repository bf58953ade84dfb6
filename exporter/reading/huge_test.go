package reading

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"

	"github.com/sgexport/sgexport/exporter/record"
)

// TestHuge reads values that are far larger than others, and counts how many bytes are
// allocated for each of theirs: how long they live is for nobody to say.
func TestHuge(t *testing.T) {
	const size = 1 << 20
	text := func(piece string) *string {
		s := strings.Repeat(piece, size/len(piece))
		return &s
	}
	list := func(piece string) *string {
		s := `{"Steps":[` + *text(piece + ",") + piece + `]}`
		return &s
	}
	for _, c := range []struct {
		name, label string
		v           any
		most        float64
	}{
		{"text", "AWSSageMakerPipeline", sagemaker.DescribePipelineOutput{PipelineDescription: text("a text that says nothing at all ")}, 0.1},
		{"prose", "AWSSageMakerPipeline", sagemaker.DescribePipelineOutput{PipelineDescription: text("the token of a pass is the key: value ")}, 6},
		{"map", "AWSSageMakerTrainingJob", sagemaker.DescribeTrainingJobOutput{HyperParameters: map[string]string{"corpus": *text("a text that says nothing at all ")}}, 0.1},
		{"many", "AWSSageMakerTrainingJob", sagemaker.DescribeTrainingJobOutput{HyperParameters: func() map[string]string {
			m := map[string]string{}
			for i := range size / 64 {
				m[fmt.Sprintf("parameter_number_%d", i)] = fmt.Sprintf("value %d of quite a number of them", i)
			}
			return m
		}()}, 12},
		{"document", "AWSSageMakerPipeline", sagemaker.DescribePipelineOutput{PipelineDefinition: list(`{"Name":"a","Type":"Training","Arguments":{"Epochs":10}}`)}, 0.1},
		{"document with words", "AWSSageMakerPipeline", sagemaker.DescribePipelineOutput{PipelineDefinition: list(`{"Name":"a","Type":"Training","Arguments":{"KeyName":"pattern","Epochs":10}}`)}, 4},
		{"document with secrets", "AWSSageMakerPipeline", sagemaker.DescribePipelineOutput{PipelineDefinition: list(`{"Name":"a","Type":"Training","Arguments":{"Password":"hunter2","Epochs":10}}`)}, 45},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := table.NewReader(table.Kind(c.label), record.Scope{Account: "012345678901", Region: "us-east-1", Partition: "aws"}, true)
			v := reflect.New(reflect.TypeOf(c.v)).Elem()
			v.Set(reflect.ValueOf(c.v))
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			rec, _ := r.Read(v, &Origin{})
			runtime.ReadMemStats(&after)
			if rec.Values == nil {
				t.Fatal("nothing was read")
			}
			if got := float64(after.TotalAlloc-before.TotalAlloc) / size; got > c.most {
				t.Errorf("%.2f bytes for each, want at most %.2f", got, c.most)
			}
		})
	}
}
