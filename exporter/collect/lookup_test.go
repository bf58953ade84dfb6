package collect

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"

	"github.com/sgexport/sgexport/exporter/calling"
	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/operation"
	"github.com/sgexport/sgexport/exporter/reading"
	"github.com/sgexport/sgexport/graph"
)

const (
	account = "012345678901"
	key     = "AWSKMSKey"
)

// regionalTable has keys that are looked up where they live. The call stands in
// for one of another service: what counts is where it is sent.
func regionalTable() *reading.Table {
	type details struct {
		Image *sagemaker.DescribeImageOutput
	}
	c := catalog.New()
	e := c.Entry(key)
	e.Columns = []graph.Column{{Name: "region", Type: graph.String}, {Name: "arn", Type: graph.String, Source: "Image.ImageArn"}}
	e.Group = "keys"
	e.Lookup = &catalog.Lookup{
		Details: reflect.TypeFor[details](),
		Pieces:  []catalog.Piece{{Operation: operation.Of(operation.SageMaker, (*sagemaker.Client).DescribeImage), Member: "Image", Key: "ImageName"}},
	}
	return reading.Compile(c)
}

// regionOf reads where a request is sent out of its signature.
func regionOf(r *http.Request) string {
	_, scope, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	return strings.Split(scope, "/")[2]
}

// TestRegionalLookup has notebooks in two regions whose keys are there, in the
// other region, in one that is not read, and in another account.
func TestRegionalLookup(t *testing.T) {
	keyARN := func(region, account, id string) string {
		return fmt.Sprintf("arn:aws:kms:%s:%s:key/%s", region, account, id)
	}
	keys := map[string][]string{
		"us-east-1": {"bare", keyARN("us-east-1", account, "own"), keyARN("eu-west-1", account, "there"), keyARN("sa-east-1", account, "unread"), keyARN("us-east-1", "210987654321", "foreign")},
		"eu-west-1": {keyARN("eu-west-1", account, "there"), "bare"},
	}
	var mu sync.Mutex
	var asked []string
	answer := func(region, action string, in map[string]any) any {
		notebook := func(i int) map[string]any {
			name := fmt.Sprintf("n%d", i)
			return map[string]any{
				"NotebookInstanceName": name, "KmsKeyId": keys[region][i],
				"NotebookInstanceArn": "arn:aws:sagemaker:" + region + ":" + account + ":notebook-instance/" + name,
			}
		}
		switch action {
		case "ListNotebookInstances":
			list := []any{}
			for i := range keys[region] {
				list = append(list, notebook(i))
			}
			return map[string]any{"NotebookInstances": list}
		case "DescribeNotebookInstance":
			return notebook(int(in["NotebookInstanceName"].(string)[1] - '0'))
		case "GetResources":
			return map[string]any{"ResourceTagMappingList": []any{}}
		case "DescribeImage":
			mu.Lock()
			defer mu.Unlock()
			asked = append(asked, region+" "+in["ImageName"].(string))
			return map[string]any{"ImageArn": "arn:of:" + in["ImageName"].(string)}
		}
		return map[string]any{}
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, action, ok := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		if !ok {
			_, _ = fmt.Fprintf(w, `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>%s</Account><Arn>arn:aws:iam::%s:user/u</Arn><UserId>u</UserId></GetCallerIdentityResult></GetCallerIdentityResponse>`, account, account)
			return
		}
		var in map[string]any
		body, _ := io.ReadAll(r.Body)
		_ = json.Unmarshal(body, &in)
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		_ = json.NewEncoder(w).Encode(answer(regionOf(r), action, in))
	}))
	t.Cleanup(server.Close)
	cfg := aws.Config{BaseEndpoint: aws.String(server.URL), Credentials: credentials.NewStaticCredentialsProvider("k", "s", "")}
	result, err := Run(t.Context(), Config{
		Table: regionalTable(), Targets: []Target{{AWS: cfg, Regions: []string{"us-east-1", "eu-west-1"}}},
		Kinds: []string{"AWSSageMakerNotebookInstance"}, Groups: []string{"keys"}, DescribeLimit: 100, Newest: 10,
		Dir: t.TempDir(), Calls: calling.Options{Clock: time.Now},
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(asked)
	if want := []string{"eu-west-1 bare", "eu-west-1 there", "us-east-1 bare", "us-east-1 own"}; !slices.Equal(asked, want) {
		t.Errorf("asked for %q, want %q", asked, want)
	}
	written := map[string]int64{}
	for _, s := range result.Report.Scopes {
		for _, k := range s.Kinds {
			if k.Label == key {
				written[s.Region] = k.Written
			}
		}
	}
	if want := map[string]int64{"eu-west-1": 2, "us-east-1": 2}; !reflect.DeepEqual(written, want) {
		t.Errorf("keys by scope: %v, want %v; gaps %+v", written, want, result.Report.Gaps)
	}
}
