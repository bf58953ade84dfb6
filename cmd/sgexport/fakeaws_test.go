package main_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
)

// An obj is a JSON object of the API.
type obj map[string]any

// A handler is how a fake AWS answers. op is the operation: ListModels,
// GetResources; sts:AssumeRole; sso:GetRoleCredentials; s3:GetBucketLocation.
// body is its input, region that of the signature, and n how often op was
// called before. The zero answer is the usual one.
type handler func(op string, body obj, region string, n int) answer

// An answer is what one call gets: an error where code is set, else raw, else
// body; or whatever serve does.
type answer struct {
	status        int // 0 is 200, or 400 of an error
	code, message string
	body          any    // as JSON
	raw           string // as it is
	header        map[string]string
	serve         http.HandlerFunc
}

func (a answer) isZero() bool { return reflect.ValueOf(a).IsZero() }

// ok is a usual answer, fault an error, and text a body that may be no JSON.
func ok(body obj) answer                           { return answer{body: body} }
func fault(code, message string) answer            { return answer{code: code, message: message} }
func text(status int, body string) answer          { return answer{status: status, raw: body} }
func denied() answer                               { return fault("AccessDeniedException", "not authorized") }
func served(f http.HandlerFunc) answer             { return answer{serve: f} }
func hangs(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// account is whose credentials the fake takes.
const account = "111122223333"

// A fakeAWS answers SageMaker, the tagging API, STS, the portal of IAM Identity
// Center, and S3.
type fakeAWS struct {
	*httptest.Server
	t      *testing.T
	handle handler

	mu    sync.Mutex
	asked map[string][]obj // inputs by operation
}

func newFakeAWS(t *testing.T, h handler) *fakeAWS {
	f := &fakeAWS{t: t, handle: h, asked: map[string][]obj{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /{$}", f.post)
	mux.HandleFunc("GET /federation/credentials", f.portal)
	mux.HandleFunc("/{bucket}", f.bucket)
	mux.HandleFunc("/{bucket}/{$}", f.bucket)
	f.Server = httptest.NewServer(mux)
	t.Cleanup(func() { f.CloseClientConnections(); f.Close() })
	return f
}

// calls returns how often an operation was called, retries included.
func (f *fakeAWS) calls(op string) int { return len(f.inputs(op)) }

// inputs returns what an operation was called with.
func (f *fakeAWS) inputs(op string) []obj {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.asked[op])
}

// operations returns every operation that was called, sorted.
func (f *fakeAWS) operations() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Sorted(maps.Keys(f.asked))
}

var signedFor = regexp.MustCompile(`Credential=[^/]+/\d+/([^/]+)/`)

// answer asks the handler. A handler that panics is a fault of the test.
func (f *fakeAWS) answer(r *http.Request, op string, body obj) (a answer) {
	region := ""
	if m := signedFor.FindStringSubmatch(r.Header.Get("Authorization")); m != nil {
		region = m[1]
	}
	f.mu.Lock()
	n := len(f.asked[op])
	f.asked[op] = append(f.asked[op], body)
	f.mu.Unlock()
	defer func() {
		if p := recover(); p != nil {
			f.t.Errorf("the handler of the test panics at %s %v: %v", op, body, p)
		}
	}()
	if f.handle != nil {
		a = f.handle(op, body, region, n)
	}
	return a
}

func (f *fakeAWS) post(w http.ResponseWriter, r *http.Request) {
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return // the program went away
	}
	_, op, rpc := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	if !rpc {
		f.query(w, r, string(data))
		return
	}
	in := obj{}
	if err := json.Unmarshal(data, &in); err != nil {
		f.t.Errorf("the input of %s is no JSON object: %v", op, err)
	}
	a := f.answer(r, op, in)
	if a.isZero() {
		a = ok(emptyAnswer(op))
	}
	if a.code != "" {
		a.body = obj{"__type": a.code, "message": a.message}
	}
	a.write(w, r, "application/x-amz-json-1.1")
}

// query answers STS, in XML.
func (f *fakeAWS) query(w http.ResponseWriter, r *http.Request, form string) {
	values, err := url.ParseQuery(form)
	if err != nil {
		f.t.Errorf("the input %q is no form: %v", form, err)
	}
	in := obj{}
	for k := range values {
		in[k] = values.Get(k)
	}
	op := values.Get("Action")
	a := f.answer(r, "sts:"+op, in)
	if a.code != "" {
		a.raw = fmt.Sprintf("<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error></ErrorResponse>", a.code, a.message)
	}
	if a.isZero() {
		switch op {
		case "GetCallerIdentity":
			a = identity(account)
		case "AssumeRole":
			a = text(200, "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>x</SecretAccessKey>"+
				"<SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>")
		default:
			a = answer{status: 400, raw: "<ErrorResponse><Error><Code>InvalidAction</Code><Message>no " + op + "</Message></Error></ErrorResponse>"}
		}
	}
	a.write(w, r, "text/xml")
}

// identity is who calls.
func identity(account string) answer {
	return text(200, "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::"+account+":user/u</Arn><UserId>AIDAX</UserId><Account>"+
		account+"</Account></GetCallerIdentityResult></GetCallerIdentityResponse>")
}

// portal gives a role's credentials for a session of IAM Identity Center.
func (f *fakeAWS) portal(w http.ResponseWriter, r *http.Request) {
	a := f.answer(r, "sso:GetRoleCredentials", obj{"roleName": r.URL.Query().Get("role_name"), "accountId": r.URL.Query().Get("account_id")})
	if a.isZero() {
		a = fault("ResourceNotFoundException", "no such role")
	}
	if a.code != "" {
		a.body, a.header = obj{"message": a.message}, map[string]string{"X-Amzn-ErrorType": a.code}
	}
	a.write(w, r, "application/json")
}

// bucket answers S3, path style.
func (f *fakeAWS) bucket(w http.ResponseWriter, r *http.Request) {
	op := r.Method
	for sub := range r.URL.Query() {
		switch sub {
		case "location":
			op = "GetBucketLocation"
		case "publicAccessBlock":
			op = "GetPublicAccessBlock"
		case "policyStatus":
			op = "GetBucketPolicyStatus"
		case "policy":
			op = "GetBucketPolicy"
		case "encryption":
			op = "GetBucketEncryption"
		case "versioning":
			op = "GetBucketVersioning"
		}
	}
	a := f.answer(r, "s3:"+op, obj{"Bucket": r.PathValue("bucket")})
	if a.isZero() {
		a = answer{status: 404, code: "NoSuchBucket", message: "The specified bucket does not exist"}
	}
	if a.code != "" {
		a.raw = fmt.Sprintf("<Error><Code>%s</Code><Message>%s</Message></Error>", a.code, a.message)
	}
	a.write(w, r, "application/xml")
}

func (a answer) write(w http.ResponseWriter, r *http.Request, contentType string) {
	if a.serve != nil {
		a.serve(w, r)
		return
	}
	data := []byte(a.raw)
	if a.raw == "" && a.body != nil {
		var err error
		if data, err = json.Marshal(a.body); err != nil {
			panic(err)
		}
	}
	w.Header().Set("Content-Type", contentType)
	for k, v := range a.header {
		w.Header().Set(k, v)
	}
	switch {
	case a.status != 0:
		w.WriteHeader(a.status)
	case a.code != "":
		w.WriteHeader(http.StatusBadRequest)
	}
	_, _ = w.Write(data) // the program may be gone
}

// outputs are the output types of the operations, by their names.
var outputs = sync.OnceValue(func() map[string]reflect.Type {
	types := map[string]reflect.Type{}
	for _, client := range []reflect.Type{reflect.TypeFor[*sagemaker.Client](), reflect.TypeFor[*resourcegroupstaggingapi.Client]()} {
		for m := range client.Methods() {
			if m.Type.NumOut() == 2 && m.Type.Out(0).Kind() == reflect.Pointer {
				types[m.Name] = m.Type.Out(0).Elem()
			}
		}
	}
	return types
})

// emptyAnswer is what an operation answers in an empty account: of what lists,
// the empty list.
func emptyAnswer(op string) obj {
	empty := obj{}
	out := outputs()[op]
	if out == nil || !strings.HasPrefix(op, "List") && op != "Search" && op != "GetResources" {
		return empty
	}
	for i := range out.NumField() {
		if out.Field(i).Type.Kind() == reflect.Slice {
			empty[out.Field(i).Name] = []any{}
		}
	}
	return empty
}
