package resolve

import (
	"errors"
	"fmt"
	"io"
	"math/rand"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/reading"
	"github.com/sgexport/sgexport/exporter/record"
	"github.com/sgexport/sgexport/formats/cypher"
	"github.com/sgexport/sgexport/formats/graphml"
	"github.com/sgexport/sgexport/formats/jsonl"
	"github.com/sgexport/sgexport/formats/parquet"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot"
	"github.com/sgexport/sgexport/internal/snapshot/spool"
)

const jobLabel = "AWSSageMakerTrainingJob"

// jobs makes records that look as those of training jobs do.
type jobs struct {
	kind *reading.Kind
	at   record.Scope
}

func newJobs(t *reading.Table) *jobs {
	return &jobs{kind: t.Kind(jobLabel), at: record.Scope{Account: "012345678901", Region: "us-east-1", Partition: "aws"}}
}

// record is the i-th of them, with at most so many references.
func (j *jobs) record(i, refs int) *record.Record {
	name := fmt.Sprintf("Churn-Training-%08d", i)
	resource := "training-job/" + name
	id := "arn:aws:sagemaker:us-east-1:012345678901:" + resource
	created := int64(1_750_000_000_000_000 + i*1_000_000)
	bucket := func(n int) string { return fmt.Sprintf("lumen-raw-data-%d", n%40) }
	role := "arn:aws:iam::012345678901:role/SageMakerTrainingRole" + strconv.Itoa(i%20)
	texts := map[string]string{
		"name": name, "arn": id, "account_id": "012345678901", "region": "us-east-1", "status": "Completed", "secondary_status": "Completed", "role_arn": role,
		"algorithm_specification_training_image": "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1", "algorithm_specification_training_input_mode": "File",
		"model_artifacts_s3_model_artifacts": "s3://lumen-ml-artifacts/training/" + name + "/output/model.tar.gz",
		"output_data_config_s3_output_path":  "s3://lumen-ml-artifacts/training",
		"resource_config_instance_type":      "ml.m5.xlarge",
		"input_data_config":                  `[{"ChannelName":"train","DataSource":{"S3DataSource":{"S3DataDistributionType":"FullyReplicated","S3DataType":"S3Prefix","S3Uri":"s3://` + bucket(i) + `/train/` + name + `"}}}]`,
		"secondary_status_transitions":       `[{"EndTime":"2025-06-30T18:47:56.000000Z","StartTime":"2025-06-30T18:46:21.000000Z","Status":"Starting","StatusMessage":"Preparing the instances for training"},{"EndTime":"2025-06-30T18:49:41.000000Z","StartTime":"2025-06-30T18:47:56.000000Z","Status":"Training","StatusMessage":"Training image download completed. Training in progress."},{"EndTime":"2025-06-30T18:49:56.250000Z","StartTime":"2025-06-30T18:49:56.000000Z","Status":"Completed"}]`,
	}
	rec := &record.Record{ID: id, Key: resource, Values: make([]graph.Value, len(j.kind.Columns))}
	for c, column := range j.kind.Columns {
		text, there := texts[column.Name]
		switch {
		case column.Name == "observed":
			rec.Values[c] = graph.BoolValue(true)
		case column.Name == "hyper_parameters":
			rec.Values[c] = graph.MapValue([]string{"eta", "0.2", "max_depth", "5", "num_round", strconv.Itoa(i % 1000), "objective", "binary:logistic"})
		case column.Name == "tags":
			rec.Values[c] = graph.MapValue([]string{"Owner", "jonas", "team", strconv.Itoa(i % 30)})
		case column.Type == graph.String && there:
			rec.Values[c] = graph.StringValue(text)
		case column.Type == graph.JSON && there:
			rec.Values[c] = graph.JSONValue(text)
		case column.Type == graph.Timestamp:
			rec.Values[c] = graph.MicrosValue(created)
		case column.Type == graph.Int && c%2 == 0:
			rec.Values[c] = graph.IntValue(int64(i % 5000))
		}
	}
	to := func(path, value string, r catalog.Reference) {
		for rule := range j.kind.Rules {
			if j.kind.Rules[rule].Path == path && len(rec.Refs) < refs {
				rec.Refs = append(rec.Refs, record.Ref{Rule: rule, Value: value, Reference: r})
				return
			}
		}
	}
	s3 := func(path, bucket, key string) {
		to(path, "s3://"+bucket+"/"+key, catalog.Reference{Label: "AWSS3Bucket", ID: bucket})
	}
	to("RoleArn", role, catalog.Reference{Label: "AWSRole", ID: role})
	s3("ModelArtifacts.S3ModelArtifacts", "lumen-ml-artifacts", "training/"+name+"/output/model.tar.gz")
	image := texts["algorithm_specification_training_image"]
	to("AlgorithmSpecification.TrainingImage", image, catalog.Reference{Label: "AWSECRRepositoryImage", ID: image})
	for n := range 3 {
		s3("InputDataConfig[].DataSource.S3DataSource.S3Uri", bucket(i+n), "train/"+name)
	}
	s3("OutputDataConfig.S3OutputPath", "lumen-ml-artifacts", "training")
	for n := range 2 {
		subnet := fmt.Sprintf("subnet-%08x", n+i%3)
		to("VpcConfig.Subnets[]", subnet, catalog.Reference{Label: "AWSEC2Subnet", ID: subnet})
	}
	to("VpcConfig.SecurityGroupIds[]", "sg-0123abcd", catalog.Reference{Label: "AWSEC2SecurityGroup", ID: "sg-0123abcd"})
	tuning := "arn:aws:sagemaker:us-east-1:012345678901:hyper-parameter-tuning-job/tune-" + strconv.Itoa(i/50)
	to("TuningJobArn", tuning, catalog.Reference{Label: "AWSSageMakerHyperParameterTuningJob", ID: tuning})
	s3("CheckpointConfig.S3Uri", "lumen-checkpoints", name)
	return rec
}

// write writes some of them to a log.
func (j *jobs) write(tb testing.TB, path string, order []int, refs int) record.Log {
	tb.Helper()
	log, err := spool.CreateLog(path)
	if err != nil {
		tb.Fatal(err)
	}
	var buf []byte
	for _, i := range order {
		buf = j.record(i, refs).Append(buf[:0])
		if err := log.Append(buf); err != nil {
			tb.Fatal(err)
		}
	}
	if err := log.Close(); err != nil {
		tb.Fatal(err)
	}
	return record.Log{Path: path, Scope: &j.at, Content: record.Resources, Label: jobLabel}
}

// counting is a sink that counts.
type counting struct{ nodes, edges int }

func (c *counting) Node(*graph.Node) error { c.nodes++; return nil }
func (c *counting) Edge(*graph.Edge) error { c.edges++; return nil }
func (c *counting) Close() error           { return nil }

// dropped is a file that nothing is kept of.
type dropped struct{ io.Writer }

func (dropped) Close() error { return nil }

// formats opens all formats as an export does; what they write is dropped.
func formats(tb testing.TB, h *graph.Header) graph.Sink {
	tb.Helper()
	var sinks []graph.Sink
	for _, open := range []graph.Open{jsonl.Open, parquet.Open, graphml.Open, cypher.Options{}.Open} {
		sink, err := open(func(string) (io.WriteCloser, error) { return dropped{io.Discard}, nil }, h)
		if err != nil {
			tb.Fatal(err)
		}
		sinks = append(sinks, sink)
	}
	counter := snapshot.NewCounter(h.Schema)
	counter.To(snapshot.Fan(sinks...))
	return counter
}

// setting is a number of the environment, for benchmarks of other sizes.
func setting(tb testing.TB, name string, usual int) int {
	tb.Helper()
	s := os.Getenv(name)
	if s == "" {
		return usual
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

// BenchmarkResolve resolves training jobs of 13 edges: what comes out is counted, or
// written in all formats and dropped. SGEXPORT_BENCH_JOBS is how many jobs there are,
// SGEXPORT_BENCH_EDGES how many edges each has, SGEXPORT_BENCH_CHUNK how many bytes a
// sorter holds.
func BenchmarkResolve(b *testing.B) {
	n, edges := setting(b, "SGEXPORT_BENCH_JOBS", 20_000), setting(b, "SGEXPORT_BENCH_EDGES", 13)
	chunk := setting(b, "SGEXPORT_BENCH_CHUNK", 0)
	table := reading.Compile(catalog.New())
	log := newJobs(table).write(b, filepath.Join(b.TempDir(), "jobs.log"), rand.Perm(n), edges-1)
	for name, open := range map[string]func(*graph.Schema) graph.Sink{
		"counted": func(*graph.Schema) graph.Sink { return &counting{} },
		"formats": func(s *graph.Schema) graph.Sink { return formats(b, &graph.Header{Schema: s}) },
	} {
		b.Run(name, func(b *testing.B) {
			dir := b.TempDir()
			b.ReportAllocs()
			for b.Loop() {
				g, err := Prepare(b.Context(), Input{
					Labels: table.Table, Schema: table.Schema, Logs: []record.Log{log}, Report: &graph.Report{Scopes: []graph.ScopeReport{{Account: "012345678901", Region: "us-east-1", Partition: "aws"}}},
					Dir: dir, Chunks: Chunks{Nodes: chunk, Edges: chunk, Joins: chunk},
				})
				if err != nil {
					b.Fatal(err)
				}
				sink := open(g.Schema())
				if err := errors.Join(g.Send(sink, nil), sink.Close(), g.Close()); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/job")
		})
	}
}
