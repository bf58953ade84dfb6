package simulator

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"
)

// A Fault takes the place of an answer.
type Fault struct {
	Status        int    // HTTP status; 0: 400
	Code, Message string // of an error in the protocol of the operation
	Body          string // if not empty, the whole body instead, as a proxy would send HTML
	ContentType   string // of Body
	Drop          bool   // cut the connection in the middle of the true answer; the rest is ignored
}

// Options change how a [Server] answers. The functions are called from many
// goroutines.
type Options struct {
	// Fault is asked before each answer; nil is none. The action is an IAM
	// action such as "sagemaker:ListModels", call counts the calls of that
	// action from 1, body is the request's.
	Fault func(action string, call int, body []byte) *Fault
	// Edit returns what takes the place of a document in the answer to an
	// action: nothing (gone), the document, changed or not, or several
	// (duplicates, which fall on both sides of a page's end as any items do).
	// The document is a copy, in the form that [Load] reads. Buckets are not
	// asked about.
	Edit func(action string, doc map[string]any) []map[string]any
	// Mutate is called with the body of each successful answer and returns what
	// is sent in its place, see [Mutator].
	Mutate func(action string, call int, body []byte) []byte
	// Delay is how long an answer takes to come; a fault waits too.
	Delay func(action string, call int) time.Duration
	// EmptyPages begins every listing with an empty page that has a token,
	// as the API may.
	EmptyPages bool
}

// A Server answers for an inventory. It is an [http.Handler], safe for
// concurrent use.
type Server struct {
	inventory *Inventory
	options   Options

	mu    sync.Mutex
	calls map[string]int
	empty map[string]*region // regions without documents
}

// New makes a server of an inventory.
func New(inventory *Inventory, options Options) *Server {
	return &Server{inventory: inventory, options: options, calls: map[string]int{}, empty: map[string]*region{}}
}

// Actions are the IAM actions asked for so far, sorted, with operations that
// do not exist.
func (s *Server) Actions() []string { return sortedKeys(s.Calls()) }

// Calls is the number of calls so far by IAM action.
func (s *Server) Calls() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	calls := make(map[string]int, len(s.calls))
	for action, n := range s.calls {
		calls[action] = n
	}
	return calls
}

// Serve listens on addr, "host:port" on the loopback interface, or "" for a
// free port of 127.0.0.1, and answers with handler until ctx ends or stop is
// called. It returns the URL to set as the SDK's base endpoint.
func Serve(ctx context.Context, handler http.Handler, addr string) (endpoint string, stop func() error, err error) {
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return "", nil, fmt.Errorf("simulator address: %w", err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return "", nil, fmt.Errorf("simulator address: %q is not of the loopback interface", host)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return "", nil, fmt.Errorf("simulator: %w", err)
	}
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          log.New(io.Discard, "", 0), // an aborted connection is a client's or a fault's will
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	stop = sync.OnceValue(func() error {
		err := server.Close()
		if serveErr := <-served; !errors.Is(serveErr, http.ErrServerClosed) {
			err = errors.Join(err, serveErr)
		}
		return err
	})
	context.AfterFunc(ctx, func() { _ = stop() })
	return "http://" + listener.Addr().String(), stop, nil
}

// An apiError is an error as the API answers it.
type apiError struct {
	code, message string
	status        int // 0: 400
	// of S3: the bucket asked for, and the region it is in, if another
	bucket, bucketRegion string
}

func invalid(format string, args ...any) *apiError {
	return &apiError{code: "ValidationException", message: fmt.Sprintf(format, args...)}
}

// constraint is a ValidationException in the words of the API.
func constraint(member string, value any, rule string) *apiError {
	shown := "null"
	if value != nil {
		shown = fmt.Sprintf("'%v'", value)
	}
	return invalid("1 validation error detected: Value %s at '%s' failed to satisfy constraint: %s",
		shown, strings.ToLower(member[:1])+member[1:], rule)
}

// A request is what an operation gets.
type request struct {
	action string
	region *region
	input  map[string]any
}

const (
	sagemakerTarget = "SageMaker."
	taggingTarget   = "ResourceGroupsTaggingAPI_20170126."
	jsonType        = "application/x-amz-json-1.1"
	maxRequest      = 1 << 20
)

// ServeHTTP answers one call.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if err != nil {
		http.Error(w, "cannot read the request", http.StatusBadRequest)
		return
	}
	action, answer := s.route(r, body)
	call := s.count(action)
	if s.options.Delay != nil && !pause(r.Context(), s.options.Delay(action, call)) {
		return
	}
	var fault *Fault
	if s.options.Fault != nil {
		fault = s.options.Fault(action, call, body)
	}
	out := s.respond(action, call, fault, answer)
	if out.contentType != "" {
		w.Header().Set("Content-Type", out.contentType)
	}
	if out.bucketRegion != "" {
		w.Header().Set("X-Amz-Bucket-Region", out.bucketRegion)
	}
	w.Header().Set("X-Amzn-Requestid", fmt.Sprintf("00000000-0000-4000-8000-%012d", call))
	w.Header().Set("Content-Length", fmt.Sprint(len(out.body)))
	w.WriteHeader(out.status)
	if fault != nil && fault.Drop {
		_, _ = w.Write(out.body[:len(out.body)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler) // the way net/http offers to cut a connection
	}
	_, _ = w.Write(out.body) // a client that has gone needs no answer
}

// pause waits, and tells whether the client has waited too.
func pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// A response is what is sent.
type response struct {
	status       int
	contentType  string
	bucketRegion string
	body         []byte
}

// respond makes the response to a call, or that of its fault.
func (s *Server) respond(action string, call int, fault *Fault, answer func() (any, *apiError)) response {
	p := protocolOf(action)
	if fault != nil && !fault.Drop {
		status := fault.Status
		if status == 0 {
			status = http.StatusBadRequest
		}
		if fault.Body != "" {
			return response{status: status, contentType: fault.ContentType, body: []byte(fault.Body)}
		}
		return p.encodeError(&apiError{code: fault.Code, message: fault.Message, status: status})
	}
	value, failure := answer()
	if failure != nil {
		return p.encodeError(failure)
	}
	out := p.encode(value)
	if s.options.Mutate != nil && out.status == http.StatusOK {
		out.body = s.options.Mutate(action, call, out.body)
	}
	return out
}

func (s *Server) count(action string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[action]++
	return s.calls[action]
}

var credential = regexp.MustCompile(`Credential=[^/,]+/\d{8}/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request`)

// scopeOf is the region and the service that a request is signed for; "" if it
// is not signed.
func scopeOf(r *http.Request) (region, service string) {
	scope := credential.FindStringSubmatch(r.Header.Get("Authorization"))
	if scope == nil {
		return "", ""
	}
	return scope[1], scope[2]
}

// route finds the IAM action of a call and the function that answers it.
func (s *Server) route(r *http.Request, body []byte) (string, func() (any, *apiError)) {
	fail := func(failure *apiError) func() (any, *apiError) {
		return func() (any, *apiError) { return nil, failure }
	}
	signed, service := scopeOf(r)
	if service == "s3" || (signed == "" && bucketReadOf(r) != nil) {
		return s.s3(r)
	}
	target := r.Header.Get("X-Amz-Target")
	var action string
	var operation func(*request) (any, *apiError)
	var input *shape
	switch name, ok := strings.CutPrefix(target, sagemakerTarget); {
	case ok:
		action = "sagemaker:" + name
		operation, input = s.sagemaker(name)
	case strings.HasPrefix(target, taggingTarget):
		action = "tag:" + strings.TrimPrefix(target, taggingTarget)
		if action == "tag:GetResources" {
			operation = s.getResources
		}
	default:
		form, err := url.ParseQuery(string(body))
		if err != nil || form.Get("Action") == "" {
			return "unknown:" + r.Method, fail(&apiError{code: "UnknownOperationException", status: http.StatusNotFound})
		}
		action = "sts:" + form.Get("Action")
		if action != "sts:GetCallerIdentity" {
			return action, fail(&apiError{code: "InvalidAction", message: "Could not find operation " + form.Get("Action") + " for version 2011-06-15"})
		}
		operation = s.getCallerIdentity
		body = nil
	}
	if operation == nil {
		return action, fail(&apiError{code: "UnknownOperationException"})
	}
	if signed == "" {
		return action, fail(&apiError{code: "MissingAuthenticationTokenException", message: "Missing Authentication Token", status: http.StatusForbidden})
	}
	req := &request{action: action, region: s.region(signed), input: map[string]any{}}
	if len(bytes.TrimSpace(body)) > 0 {
		value, err := decode(body)
		object, ok := value.(map[string]any)
		if err != nil || !ok {
			return action, fail(&apiError{code: "SerializationException", message: "want a JSON object"})
		}
		for name, value := range object {
			if value == nil {
				delete(object, name)
			}
		}
		req.input = object
	}
	if input != nil {
		if err := input.check(req.input, "input", true); err != nil {
			return action, fail(&apiError{code: "SerializationException", message: err.Error()})
		}
	}
	return action, func() (any, *apiError) { return operation(req) }
}

// region returns the documents of a region; one without any is an account that
// has nothing there.
func (s *Server) region(name string) *region {
	if r := s.inventory.regions[name]; r != nil {
		return r
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.empty[name] == nil {
		s.empty[name] = newRegion(name, s.inventory.account)
	}
	return s.empty[name]
}

// sagemaker finds an operation and the shape of its input.
func (s *Server) sagemaker(name string) (func(*request) (any, *apiError), *shape) {
	switch name {
	case "Search":
		return s.search, kinds().search
	case "ListTags":
		return s.listTags, kinds().tags
	}
	if k := kinds().byList[name]; k != nil {
		return func(r *request) (any, *apiError) { return s.list(k, r) }, k.listInput
	}
	if k := kinds().byDescribe[name]; k != nil {
		return func(r *request) (any, *apiError) { return s.describe(k, r) }, k.describeInput
	}
	return nil, nil
}

// A callerIdentity is the answer of STS, in its namespace.
type callerIdentity struct {
	XMLName   xml.Name `xml:"https://sts.amazonaws.com/doc/2011-06-15/ GetCallerIdentityResponse"`
	Arn       string   `xml:"GetCallerIdentityResult>Arn"`
	UserID    string   `xml:"GetCallerIdentityResult>UserId"`
	Account   string   `xml:"GetCallerIdentityResult>Account"`
	RequestID string   `xml:"ResponseMetadata>RequestId"`
}

func (s *Server) getCallerIdentity(r *request) (any, *apiError) {
	partition, _, _ := strings.Cut(strings.TrimPrefix(r.region.arnOf(kinds().kinds[0], ""), "arn:"), ":")
	return callerIdentity{
		Arn:       fmt.Sprintf("arn:%s:sts::%s:assumed-role/InventoryReader/sgexport", partition, s.inventory.account),
		UserID:    "AROAEXAMPLEINVENTORY:sgexport",
		Account:   s.inventory.account,
		RequestID: "00000000-0000-4000-8000-000000000000",
	}, nil
}

// A protocol is how a service writes its answers.
type protocol int

const (
	jsonProtocol  protocol = iota // SageMaker, Resource Groups Tagging
	queryProtocol                 // STS
	restProtocol                  // S3
)

func protocolOf(action string) protocol {
	switch {
	case strings.HasPrefix(action, "sts:"):
		return queryProtocol
	case strings.HasPrefix(action, "s3:"):
		return restProtocol
	}
	return jsonProtocol
}

func (p protocol) encode(value any) response {
	var body []byte
	var err error
	contentType := jsonType
	switch p {
	case jsonProtocol:
		body, err = json.Marshal(value)
	case queryProtocol:
		contentType = "text/xml"
		body, err = xml.Marshal(value)
	case restProtocol:
		contentType = "application/xml"
		body, err = encodeElement(value.(element))
	}
	if err != nil {
		return p.encodeError(&apiError{code: "InternalFailure", message: err.Error(), status: http.StatusInternalServerError})
	}
	return response{status: http.StatusOK, contentType: contentType, body: body}
}

// An errorResponse is an error in the query protocol.
type errorResponse struct {
	XMLName xml.Name `xml:"https://sts.amazonaws.com/doc/2011-06-15/ ErrorResponse"`
	Type    string   `xml:"Error>Type"`
	Code    string   `xml:"Error>Code"`
	Message string   `xml:"Error>Message"`
}

func (p protocol) encodeError(failure *apiError) response {
	var out response
	switch p {
	case restProtocol:
		out = response{contentType: "application/xml", bucketRegion: failure.bucketRegion, body: encodeRestError(failure)}
	case queryProtocol:
		side := "Sender"
		if failure.status >= http.StatusInternalServerError {
			side = "Receiver"
		}
		out = p.encode(errorResponse{Type: side, Code: failure.code, Message: failure.message})
	case jsonProtocol:
		// The modelled errors of SageMaker spell it Message, the general ones
		// message.
		member := "message"
		if strings.HasPrefix(failure.code, "Resource") || strings.HasSuffix(failure.code, "ParameterException") {
			member = "Message"
		}
		out = p.encode(map[string]string{"__type": failure.code, member: failure.message})
	}
	if out.status = failure.status; out.status == 0 {
		out.status = http.StatusBadRequest
	}
	return out
}
