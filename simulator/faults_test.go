package simulator_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	taggingtypes "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/sgexport/sgexport/simulator"
)

func TestParseFault(t *testing.T) {
	for text, want := range map[string]simulator.Rule{
		"throttle:ListModels=10/20":                    {Fault: "throttle", Operations: []string{"ListModels"}, Rate: 10, Burst: 20},
		"status:Describe*=503@5%":                      {Fault: "status", Operations: []string{"Describe*"}, Status: 503, Share: 0.05},
		"status:*=500+empty@3-5":                       {Fault: "status", Operations: []string{"*"}, Status: 500, Body: "empty", First: 3, Last: 5},
		"hang:ListImages":                              {Fault: "hang", Operations: []string{"ListImages"}},
		"latency:s3:GetBucket*+Search=1ms-2ms":         {Fault: "latency", Operations: []string{"s3:GetBucket*", "Search"}, Low: time.Millisecond, High: 2 * time.Millisecond},
		"deny:200000000001/us-east-1/ListModels@2-":    {Fault: "deny", Account: "200000000001", Region: "us-east-1", Operations: []string{"ListModels"}, First: 2},
		"vanish:DescribeModel=a*@7":                    {Fault: "vanish", Operations: []string{"DescribeModel"}, Names: "a*", First: 7, Last: 7},
		"huge:DescribeTrainingJob=20MB":                {Fault: "huge", Operations: []string{"DescribeTrainingJob"}, Bytes: 20_000_000},
		"expire=100":                                   {Fault: "expire", Calls: 100},
		"expire=2026-01-02T03:04:05Z":                  {Fault: "expire", Until: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)},
		"session=15s":                                  {Fault: "session", Low: 15 * time.Second},
		"deny:sagemaker:ListTags+tagging:GetResources": {},
	} {
		got, err := simulator.ParseFault(text)
		if want.Fault == "" {
			if err == nil {
				t.Errorf("%s is taken", text)
			}
			continue
		}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	for text, want := range map[string]string{
		"slow:ListModels":             `there is no fault "slow"; there are latency, `,
		"hang":                        "want the operation after hang:, as in hang:ListModels",
		"hang:ListModels=1":           "hang takes no value",
		"hang:ListModel":              `no operation is called "ListModel"`,
		"deny:x/ListModels":           `"x" is neither an account nor a region`,
		"latency:*":                   "want a value: latency:*=TIME",
		"latency:*=2s-1s":             "1s is less than 2s",
		"latency:*=-1s":               "want TIME",
		"throttle:ListModels=10":      `"10" is not as 10/20`,
		"throttle:ListModels=0/5":     "is not as 10/20",
		"throttle:ListModels=NaN/NaN": "is not as 10/20",
		"status:*=200":                `"200" is no status of an error`,
		"status:*=503+big":            "empty or html",
		"cut:*@0%":                    "is no share",
		"cut:*@x":                     `"x" after the @ is neither a share, as 5%, nor calls`,
		"cut:*@5-3":                   "are no calls",
		"huge:*=much":                 `"much" is no number of bytes`,
		"expire=soon":                 `"soon" is neither a number nor a time`,
		"expire=5@3":                  "expire takes neither operations nor @",
	} {
		if _, err := simulator.ParseFault(text); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), fmt.Sprintf("fault %q", text)) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

// A clock that is turned by hand.
type handClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *handClock) time() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *handClock) turn(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// faulty serves the demo with faults; nothing is retried.
func faulty(t *testing.T, clock func() time.Time, texts ...string) aws.Config {
	t.Helper()
	demo, err := simulator.Demo()
	if err != nil {
		t.Fatal(err)
	}
	faults, err := simulator.ParseFaults(1, texts...)
	if err != nil {
		t.Fatal(err)
	}
	cfg := start(t, simulator.New(demo, faults.Options(clock)), "us-east-1")
	cfg.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
	return cfg
}

func TestThrottle(t *testing.T) {
	clock := &handClock{now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	cfg := faulty(t, clock.time, "throttle:ListModels=2/3")
	api := sagemaker.NewFromConfig(cfg)
	through := func(calls int) int {
		n := 0
		for range calls {
			switch _, err := api.ListModels(t.Context(), nil); code(err) {
			case "<nil>":
				n++
			case "ThrottlingException":
			default:
				t.Fatal(err)
			}
		}
		return n
	}
	got := []int{through(5)}
	for _, d := range []time.Duration{500 * time.Millisecond, time.Second, time.Hour} {
		clock.turn(d)
		got = append(got, through(5))
	}
	if want := []int{3, 1, 2, 3}; !slices.Equal(got, want) {
		t.Errorf("let through %v, want %v", got, want)
	}
	other := cfg.Copy()
	other.Region = "eu-west-1"
	if _, err := sagemaker.NewFromConfig(other).ListModels(t.Context(), nil); err != nil {
		t.Errorf("another region has no bucket of its own: %v", err)
	}
}

// TestServiceErrors asks services of each protocol for what they may not, and so on.
func TestServiceErrors(t *testing.T) {
	for fault, want := range map[string]string{
		"deny":     "AccessDeniedException AccessDenied UnauthorizedOperation AccessDenied",
		"unknown":  "UnknownOperationException InvalidAction InvalidAction NotImplemented",
		"throttle": "ThrottlingException Throttling RequestLimitExceeded SlowDown",
		"expire":   "ExpiredTokenException ExpiredToken RequestExpired ExpiredToken",
	} {
		text := map[string]string{"throttle": "throttle:*=0.001/1", "expire": "expire=0"}[fault]
		if text == "" {
			text = fault + ":*"
		}
		clock := &handClock{}
		cfg := faulty(t, clock.time, text)
		var got []string
		for range 2 { // the first calls fill no bucket
			got = nil
			_, err := sagemaker.NewFromConfig(cfg).ListModels(t.Context(), nil)
			got = append(got, code(err))
			_, err = iam.NewFromConfig(cfg).GetAccountAuthorizationDetails(t.Context(), nil)
			got = append(got, code(err))
			_, err = ec2.NewFromConfig(cfg).DescribeVpcs(t.Context(), nil)
			got = append(got, code(err))
			_, err = s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true }).GetBucketPolicy(t.Context(), &s3.GetBucketPolicyInput{Bucket: aws.String("lumen-ml-artifacts")})
			got = append(got, code(err))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v", fault, got)
		}
	}
}

func TestExpiry(t *testing.T) {
	cfg := faulty(t, time.Now, "expire=2")
	first, second := as(cfg, "AKIAFIRST", ""), as(cfg, "AKIASECOND", "")
	var got []string
	for range 2 {
		_, err := sagemaker.NewFromConfig(first).ListModels(t.Context(), nil)
		got = append(got, code(err))
		_, err = sts.NewFromConfig(first).GetCallerIdentity(t.Context(), nil)
		got = append(got, code(err))
	}
	_, err := sagemaker.NewFromConfig(second).ListModels(t.Context(), nil)
	got = append(got, code(err))
	if want := []string{"<nil>", "<nil>", "ExpiredTokenException", "ExpiredToken", "<nil>"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	cfg = faulty(t, time.Now, "expire=2020-01-01T00:00:00Z")
	if _, err := sts.NewFromConfig(cfg).GetCallerIdentity(t.Context(), nil); code(err) != "ExpiredToken" {
		t.Error(err)
	}
	if _, err := sagemaker.NewFromConfig(cfg).ListModels(t.Context(), nil); code(err) != "ExpiredTokenException" {
		t.Error(err)
	}
}

// TestAnswersAway has what takes the place of an answer without an error of the API.
func TestAnswersAway(t *testing.T) {
	cfg := faulty(t, time.Now, "status:ListModels=503+empty", "status:ListEndpoints=500", "status:ListDomains=502+html", "cut:ListImages@1", "hang:ListHubs")
	post := func(ctx context.Context, operation string) (int, string, error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, *cfg.BaseEndpoint, strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Amz-Target", "SageMaker."+operation)
		req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/sagemaker/aws4_request, SignedHeaders=host, Signature=0")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return 0, "", err
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		return resp.StatusCode, string(body), err
	}
	for operation, want := range map[string]string{
		"ListModels":    "503 ",
		"ListEndpoints": `500 {"__type":"InternalFailure","message":"The request processing has failed because of an unknown error"}`,
		"ListDomains":   "502 <html><body>the proxy has a bad day</body></html>",
	} {
		status, body, err := post(t.Context(), operation)
		if got := fmt.Sprint(status, " ", body); err != nil || got != want {
			t.Errorf("%s: %s, %v", operation, got, err)
		}
	}
	if _, _, err := post(t.Context(), "ListImages"); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("cut: %v", err)
	}
	if status, _, err := post(t.Context(), "ListImages"); err != nil || status != 200 {
		t.Errorf("only the first is cut: %d, %v", status, err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	if _, _, err := post(ctx, "ListHubs"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("hang: %v", err)
	}
}

// pagedNames lists all models, n to a page, and the number of pages.
func pagedNames(t *testing.T, cfg aws.Config, n int32) (names []string, pages int, err error) {
	t.Helper()
	p := sagemaker.NewListModelsPaginator(sagemaker.NewFromConfig(cfg), &sagemaker.ListModelsInput{MaxResults: &n})
	for p.HasMorePages() {
		page, err := p.NextPage(t.Context())
		if err != nil {
			return names, pages, err
		}
		pages++
		for _, m := range page.Models {
			names = append(names, *m.ModelName)
		}
	}
	return names, pages, nil
}

func TestPageFaults(t *testing.T) {
	whole, pages, err := pagedNames(t, faulty(t, time.Now), 3)
	if err != nil || pages < 4 {
		t.Fatal(pages, err)
	}
	for text, more := range map[string]int{"empty:ListModels": 1, "empty:ListModels@2": 1, "empty:ListModels@2-3": 2} {
		names, n, err := pagedNames(t, faulty(t, time.Now, text), 3)
		if err != nil || !slices.Equal(names, whole) || n != pages+more {
			t.Errorf("%s: %d pages, %v, %v", text, n, names, err)
		}
	}
	names, n, err := pagedNames(t, faulty(t, time.Now, "twice:ListModels"), 3)
	var want []string
	for i, name := range whole { // pages of three: the first has three, the others two new ones
		if i >= 3 && i%2 == 1 {
			want = append(want, whole[i-1])
		}
		want = append(want, name)
	}
	if err != nil || !slices.Equal(names, want) || n <= pages {
		t.Errorf("twice: %d pages, %v, %v", n, names, err)
	}
	names, _, err = pagedNames(t, faulty(t, time.Now, "tokens:ListModels@3"), 3)
	if code(err) != "ValidationException" || !slices.Equal(names, whole[:6]) {
		t.Errorf("tokens: %v, %v", names, err)
	}
}

func TestVanish(t *testing.T) {
	cfg := faulty(t, time.Now, "vanish:DescribeModel+GetResources=fraud-*")
	api := sagemaker.NewFromConfig(cfg)
	names, _, err := pagedNames(t, cfg, 100)
	if err != nil {
		t.Fatal(err)
	}
	gone := 0
	for _, name := range names {
		_, err := api.DescribeModel(t.Context(), &sagemaker.DescribeModelInput{ModelName: &name})
		if strings.HasPrefix(name, "fraud-") != (code(err) == "ValidationException") {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil {
			gone++
		}
	}
	if gone == 0 || gone == len(names) {
		t.Errorf("%d of %d are gone", gone, len(names))
	}
	tags, err := resourcegroupstaggingapi.NewFromConfig(cfg).GetResources(t.Context(), nil)
	if err != nil || slices.ContainsFunc(tags.ResourceTagMappingList, func(m taggingtypes.ResourceTagMapping) bool { return strings.Contains(*m.ResourceARN, "/fraud-") }) {
		t.Error(err)
	}
}

// TestFaultShares looks whether chance depends on the seed, and takes about its share.
func TestFaultShares(t *testing.T) {
	failed := func(seed uint64) string {
		faults, err := simulator.ParseFaults(seed, "status:ListModels=500@30%")
		if err != nil {
			t.Fatal(err)
		}
		refuse := faults.Options(time.Now).Refuse
		var all strings.Builder
		for call := 1; call <= 1000; call++ {
			if refuse(simulator.Call{Action: "sagemaker:ListModels", Number: call}) != nil {
				fmt.Fprint(&all, call, " ")
			}
		}
		if n := strings.Count(all.String(), " "); n < 240 || n > 360 {
			t.Errorf("%d of 1000", n)
		}
		return all.String()
	}
	first, again, other := failed(1), failed(1), failed(2)
	if first != again || first == other {
		t.Error("the seed does not decide alone")
	}
}

func TestHuge(t *testing.T) {
	cfg := faulty(t, time.Now, "huge:DescribeTrainingJob=1MB")
	out, err := sagemaker.NewFromConfig(cfg).DescribeTrainingJob(t.Context(), &sagemaker.DescribeTrainingJobInput{TrainingJobName: aws.String("fraud-gbm-2025-02-25")})
	if err != nil || len(out.HyperParameters["padding"]) != 1_000_000 {
		t.Errorf("%d hyperparameters, %v", len(out.HyperParameters), err)
	}
}
