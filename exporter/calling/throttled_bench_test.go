package calling

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
)

// A mix is two operations, of which a server takes so many calls a second.
type mix struct {
	calls, rates [2]int
	queue        bool // all calls stand in one queue, the two operations in turn
	workers      int  // of the queue, or of each operation
}

// The mixes of the experiment that the limits come from; the server needs 39 s for each,
// for its buckets hold a second's calls.
var mixes = map[string]mix{
	"A":       {calls: [2]int{400, 400}, rates: [2]int{10, 40}, workers: 64},
	"A-queue": {calls: [2]int{400, 400}, rates: [2]int{10, 40}, workers: 64, queue: true},
	"B":       {calls: [2]int{80, 1600}, rates: [2]int{2, 40}, workers: 40},
}

// A throttling server has a bucket for each operation, and takes 40 ms for an answer.
type throttling struct {
	mu      sync.Mutex
	buckets map[string]*bucket
	refused int
}

func (s *throttling) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	time.Sleep(40 * time.Millisecond)
	_, name, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	s.mu.Lock()
	ok := s.buckets[name].take(time.Now())
	if !ok {
		s.refused++
	}
	s.mu.Unlock()
	if !ok {
		saying(400, `{"__type": "ThrottlingException", "message": "Rate exceeded"}`)(w, r)
		return
	}
	saying(200, `{"ModelName": "m", "Models": []}`)(w, r)
}

// A peer makes calls of the two operations.
type peer func(cfg aws.Config) (list, describe func(context.Context) error)

var peers = map[string]peer{
	"sgexport": func(cfg aws.Config) (list, describe func(context.Context) error) {
		c := New(cfg, "s", Options{Clock: time.Now})
		one := describeModel.Input("")
		one.Elem().FieldByName("ModelName").Set(reflect.ValueOf(aws.String("m")))
		return func(ctx context.Context) error {
				_, err := c.Call(ctx, &listModels, listModels.Input(""), nil)
				return err
			},
			func(ctx context.Context) error { _, err := c.Call(ctx, &describeModel, one, nil); return err }
	},
	"sdk-standard": func(cfg aws.Config) (list, describe func(context.Context) error) {
		cfg.RetryMode = aws.RetryModeStandard
		return plain(sagemaker.NewFromConfig(cfg), nil, nil)
	},
	"sdk-adaptive": func(cfg aws.Config) (list, describe func(context.Context) error) {
		cfg.RetryMode = aws.RetryModeAdaptive
		return plain(sagemaker.NewFromConfig(cfg), nil, nil)
	},
	"sdk-adaptive-each": func(cfg aws.Config) (list, describe func(context.Context) error) {
		return plain(sagemaker.NewFromConfig(cfg), retry.NewAdaptiveMode(), retry.NewAdaptiveMode())
	},
}

// plain calls by the SDK alone, with a retryer for each operation where there is one.
func plain(client *sagemaker.Client, forList, forDescribe aws.Retryer) (list, describe func(context.Context) error) {
	with := func(r aws.Retryer) func(*sagemaker.Options) {
		return func(o *sagemaker.Options) {
			if r != nil {
				o.Retryer = r
			}
		}
	}
	return func(ctx context.Context) error {
			_, err := client.ListModels(ctx, &sagemaker.ListModelsInput{}, with(forList))
			return err
		}, func(ctx context.Context) error {
			_, err := client.DescribeModel(ctx, &sagemaker.DescribeModelInput{ModelName: aws.String("m")}, with(forDescribe))
			return err
		}
}

// run makes the calls of a mix and returns how many had no answer.
func (m mix) run(ctx context.Context, calls [2]func(context.Context) error) (lost int64) {
	var failed atomic.Int64
	var done sync.WaitGroup
	work := func(jobs chan int) {
		for range m.workers {
			done.Go(func() {
				for op := range jobs {
					if calls[op](ctx) != nil {
						failed.Add(1)
					}
				}
			})
		}
	}
	queues := [2]chan int{make(chan int, m.calls[0]+m.calls[1]), make(chan int, m.calls[1])}
	if m.queue {
		queues[1] = queues[0]
	} else {
		work(queues[1])
	}
	work(queues[0])
	for i := range max(m.calls[0], m.calls[1]) {
		for op := range queues {
			if i < m.calls[op] {
				queues[op] <- op
			}
		}
	}
	close(queues[0])
	if !m.queue {
		close(queues[1])
	}
	done.Wait()
	return failed.Load()
}

// BenchmarkThrottled measures how long calls take that a server throttles, against what
// the server needs, beside the modes of the SDK. Each run takes 40 s or more:
//
//	go test ./exporter/calling -run '^$' -bench Throttled -benchtime 1x
func BenchmarkThrottled(b *testing.B) {
	for _, name := range []string{"A", "A-queue", "B"} {
		for _, who := range []string{"sgexport", "sdk-adaptive-each", "sdk-adaptive", "sdk-standard"} {
			b.Run(name+"/"+who, func(b *testing.B) {
				m := mixes[name]
				for b.Loop() {
					now := time.Now()
					server := &throttling{buckets: map[string]*bucket{}}
					ideal := 0.0
					for i, op := range []string{"ListModels", "DescribeModel"} {
						rate := float64(m.rates[i])
						server.buckets[op] = &bucket{rate: rate, size: rate, tokens: rate, at: now}
						ideal = max(ideal, (float64(m.calls[i])-rate)/rate)
					}
					s := httptest.NewServer(server)
					list, describe := peers[who](aws.Config{
						Region: "us-east-1", BaseEndpoint: aws.String(s.URL),
						Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
					})
					lost := m.run(b.Context(), [2]func(context.Context) error{list, describe})
					took := time.Since(now).Seconds()
					s.Close()
					b.ReportMetric(took/ideal, "×ideal")
					b.ReportMetric(float64(lost), "lost")
					b.ReportMetric(100*float64(server.refused)/float64(m.calls[0]+m.calls[1]), "%refused")
				}
			})
		}
	}
}

// BenchmarkCall measures the cost of a call beside that of the SDK alone, without a
// network.
func BenchmarkCall(b *testing.B) {
	body, err := json.Marshal(map[string]any{"ModelName": "m", "ModelArn": "arn:aws:sagemaker:us-east-1:012345678901:model/m", "CreationTime": 1.7e9})
	if err != nil {
		b.Fatal(err)
	}
	cfg := aws.Config{
		Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
		HTTPClient: inMemory(func(*http.Request) (int, io.Reader, int64) {
			return 200, strings.NewReader(string(body)), int64(len(body))
		}),
	}
	for _, who := range []string{"sgexport", "sdk-standard", "sdk-adaptive"} {
		b.Run(who, func(b *testing.B) {
			_, describe := peers[who](cfg)
			b.ReportAllocs()
			for b.Loop() {
				if err := describe(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
