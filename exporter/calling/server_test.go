package calling

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"

	"github.com/sgexport/sgexport/exporter/operation"
)

var (
	listModels    = operation.Of(operation.SageMaker, (*sagemaker.Client).ListModels)
	describeModel = operation.Of(operation.SageMaker, (*sagemaker.Client).DescribeModel)
	search        = operation.Of(operation.SageMaker, (*sagemaker.Client).Search)
)

// serve returns a caller of a server.
func serve(t *testing.T, o Options, h http.HandlerFunc) *Caller {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	if o.Clock == nil {
		o.Clock = time.Now
	}
	return New(aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(s.URL),
		Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
	}, "012345678901/us-east-1", o)
}

// saying answers each call with the same body.
func saying(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// paged answers with one body after the other, and with the last one for ever.
func paged(bodies ...string) http.HandlerFunc {
	var mu sync.Mutex
	n := 0
	return func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		body := bodies[min(n, len(bodies)-1)]
		n++
		mu.Unlock()
		if body == "" {
			saying(400, `{"__type": "ValidationException", "message": "x"}`)(w, r)
			return
		}
		saying(200, body)(w, r)
	}
}

// page is the body of a page of models.
func page(token string, names ...string) string {
	body := `{"Models": [`
	for i, n := range names {
		if i > 0 {
			body += ", "
		}
		body += fmt.Sprintf(`{"ModelName": %q}`, n)
	}
	body += "]"
	if token != "" {
		body += fmt.Sprintf(`, "NextToken": %q`, token)
	}
	return body + "}"
}

// names are those of the models of a page.
func names(out reflect.Value) []string {
	var all []string
	for _, m := range out.Addr().Interface().(*sagemaker.ListModelsOutput).Models {
		all = append(all, *m.ModelName)
	}
	return all
}

// reflectText is a text as the members of inputs have it.
func reflectText(s string) reflect.Value { return reflect.ValueOf(&s) }
