// Sdkalone asks a simulator for what an export asks of it, with aws-sdk-go-v2 alone, and
// throws the answers away once they are decoded: the peer of `make bench-collect`.
//
//	go run ./e2e/bench/sdkalone --endpoint http://127.0.0.1:8088 --search TrainingJob,Model --describe ProcessingJob,TransformJob
//
// It prints how many calls it made and how many resources were listed, as JSON.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
	"golang.org/x/sync/errgroup"
)

// pageSize is that of the export.
const pageSize = 100

// A kind is how the resources of one are listed and described.
type kind struct {
	list     func(ctx context.Context, c *sagemaker.Client, token *string) (names []string, next *string, err error)
	describe func(ctx context.Context, c *sagemaker.Client, name string) error
	search   types.ResourceType // "" where Search does not have them
}

func main() {
	endpoint := flag.String("endpoint", "", "`URL` of the simulator")
	region := flag.String("region", "us-east-1", "`REGION` to read")
	searched := flag.String("search", "", "`LIST` of kinds that are listed and searched")
	described := flag.String("describe", "", "`LIST` of kinds that are listed and described")
	concurrency := flag.Int("concurrency", 16, "Describe calls in flight, `N`")
	flag.Parse()
	r := &run{concurrency: *concurrency, cfg: aws.Config{
		Region: *region, BaseEndpoint: endpoint, Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
		HTTPClient: whole{awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) { t.MaxIdleConnsPerHost = 256 })},
	}}
	if err := r.all(context.Background(), split(*searched), split(*described)); err != nil {
		fmt.Fprintln(os.Stderr, "sdkalone:", err)
		os.Exit(1)
	}
	if err := json.NewEncoder(os.Stdout).Encode(map[string]int64{"calls": r.calls.Load(), "resources": r.resources.Load()}); err != nil {
		fmt.Fprintln(os.Stderr, "sdkalone:", err)
		os.Exit(1)
	}
}

// A whole client reads answers before the SDK gets them. The SDK closes the body of a
// request as soon as there is an answer; where net/http has not seen its end by then, it
// closes the connection, and the rest of the answer is lost: on a busy machine, of one call
// in ten.
type whole struct{ aws.HTTPClient }

// Do implements aws.HTTPClient.
func (w whole) Do(req *http.Request) (*http.Response, error) {
	resp, err := w.HTTPClient.Do(req)
	if err != nil {
		return nil, err
	}
	var body bytes.Buffer
	body.Grow(int(max(0, resp.ContentLength)) + bytes.MinRead)
	_, err = body.ReadFrom(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(&body)
	return resp, nil
}

func split(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' })
}

// A run counts what it asks.
type run struct {
	cfg              aws.Config
	concurrency      int
	calls, resources atomic.Int64
}

// all reads the kinds and the tags, each at the same time as the others, as an export does.
func (r *run) all(ctx context.Context, searched, described []string) error {
	table := kinds()
	c := sagemaker.NewFromConfig(r.cfg)
	g, ctx := errgroup.WithContext(ctx)
	for _, name := range searched {
		k, ok := table[name]
		if !ok || k.search == "" {
			return fmt.Errorf("no kind %q that is searched", name)
		}
		g.Go(func() error {
			if _, err := r.list(ctx, c, k); err != nil {
				return err
			}
			return r.search(ctx, c, k.search)
		})
	}
	for _, name := range described {
		k, ok := table[name]
		if !ok || k.describe == nil {
			return fmt.Errorf("no kind %q that is described", name)
		}
		g.Go(func() error {
			names, err := r.list(ctx, c, k)
			if err != nil {
				return err
			}
			return r.describe(ctx, c, k, names)
		})
	}
	g.Go(func() error { return r.tags(ctx) })
	return g.Wait()
}

// list reads all pages, and returns the names where they are needed.
func (r *run) list(ctx context.Context, c *sagemaker.Client, k kind) (names []string, err error) {
	var token *string
	for {
		page, next, err := k.list(ctx, c, token)
		if err != nil {
			return nil, err
		}
		r.calls.Add(1)
		r.resources.Add(int64(len(page)))
		if k.describe != nil {
			names = append(names, page...)
		}
		if next == nil {
			return names, nil
		}
		token = next
	}
}

func (r *run) search(ctx context.Context, c *sagemaker.Client, resource types.ResourceType) error {
	pages := sagemaker.NewSearchPaginator(c, &sagemaker.SearchInput{Resource: resource, MaxResults: aws.Int32(pageSize)})
	for pages.HasMorePages() {
		if _, err := pages.NextPage(ctx); err != nil {
			return err
		}
		r.calls.Add(1)
	}
	return nil
}

func (r *run) describe(ctx context.Context, c *sagemaker.Client, k kind, names []string) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(r.concurrency)
	for _, name := range names {
		g.Go(func() error {
			r.calls.Add(1)
			return k.describe(ctx, c, name)
		})
	}
	return g.Wait()
}

func (r *run) tags(ctx context.Context) error {
	pages := resourcegroupstaggingapi.NewGetResourcesPaginator(resourcegroupstaggingapi.NewFromConfig(r.cfg), &resourcegroupstaggingapi.GetResourcesInput{
		ResourceTypeFilters: []string{"sagemaker"}, ResourcesPerPage: aws.Int32(pageSize),
	})
	for pages.HasMorePages() {
		if _, err := pages.NextPage(ctx); err != nil {
			return err
		}
		r.calls.Add(1)
	}
	return nil
}
