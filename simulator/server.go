package simulator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"math"
	"net"
	"net/http"
	"net/url"
	"reflect"
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
	NoBody        bool   // the status alone
	Like          Like   // an error that each service has in its own words, in place of all else
}

// A Call is what faults may depend on.
type Call struct {
	Action          string // IAM action such as "sagemaker:ListModels"
	Number          int    // of the calls of that action, from 1
	Account, Region string // that it is about; AssumeRole is about those of the role
	AccessKey       string
	At              time.Time // that it is signed for
	Further         bool      // it asks for a page after the first
}

// Options change how a [Server] answers. The functions are called from many
// goroutines.
type Options struct {
	// Fault is asked before each answer; nil is none. The action is an IAM
	// action such as "sagemaker:ListModels", call counts the calls of that
	// action from 1, body is the request's.
	Fault func(action string, call int, body []byte) *Fault
	// Refuse is asked before Fault, for what takes the place of an answer.
	Refuse func(Call) *Fault
	// Wait is how long an answer takes to come, beside Delay.
	Wait func(Call) time.Duration
	// Empty tells whether a page is empty and has a token.
	Empty func(Call) bool
	// Repeat tells whether a page begins with the last item of the page before.
	Repeat func(Call) bool
	// Gone tells whether a call no longer finds the resource with an ARN.
	Gone func(call Call, arn string) bool
	// Edit returns what takes the place of a document in the answer to an
	// action: nothing (gone), the document, changed or not, or several
	// (duplicates, which fall on both sides of a page's end as any items do).
	// The document is a copy, in the form that [Load] reads, policies as text.
	Edit func(action string, doc map[string]any) []map[string]any
	// Mutate is called with the body of each successful answer and returns what
	// is sent in its place, see [Mutator].
	Mutate func(action string, call int, body []byte) []byte
	// Delay is how long an answer takes to come; a fault waits too.
	Delay func(action string, call int) time.Duration
	// EmptyPages begins every listing with an empty page that has a token,
	// as the API may.
	EmptyPages bool
	// Session is how long credentials of AssumeRole are good for; 0: as long as
	// the caller asks for.
	Session time.Duration
}

// A Server answers for an inventory. It is an [http.Handler], safe for
// concurrent use.
type Server struct {
	accounts *Accounts
	options  Options

	buffers sync.Pool // of answers that were sent

	mu    sync.Mutex
	calls map[string]int
	empty map[string]*region // regions without documents, by account and name
}

// New makes a server of an inventory.
func New(inventory *Inventory, options Options) *Server {
	return NewAccounts(Copies(inventory, 1), options)
}

// NewAccounts makes a server of several accounts.
func NewAccounts(accounts *Accounts, options Options) *Server {
	return &Server{accounts: accounts, options: options, calls: map[string]int{}, empty: map[string]*region{}}
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

func (e *apiError) statusOr(status int) int {
	if e.status != 0 {
		return e.status
	}
	return status
}

// side is whose fault an error is.
func (e *apiError) side(client, server string) string {
	if e.status >= http.StatusInternalServerError {
		return server
	}
	return client
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
	call      *Call
	action    string
	service   *service
	inventory *Inventory
	region    *region
	signed    *signature
	input     map[string]any
}

const (
	jsonType   = "application/x-amz-json-1.1"
	maxRequest = 1 << 20
)

// ServeHTTP answers one call.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if err != nil {
		http.Error(w, "cannot read the request", http.StatusBadRequest)
		return
	}
	c := s.route(r, body)
	number := s.count(c.action)
	c.Action, c.Number = c.action, number
	if !s.waited(r.Context(), c) {
		return
	}
	fault := s.fault(c, body)
	out := s.respond(c, number, fault)
	if out.contentType != "" {
		w.Header().Set("Content-Type", out.contentType)
	}
	if out.bucketRegion != "" {
		w.Header().Set("X-Amz-Bucket-Region", out.bucketRegion)
	}
	if out.errorType != "" {
		w.Header().Set("X-Amzn-Errortype", out.errorType)
	}
	w.Header().Set("X-Amzn-Requestid", fmt.Sprintf("00000000-0000-4000-8000-%012d", number))
	w.Header().Set("Content-Length", fmt.Sprint(len(out.body)))
	w.WriteHeader(out.status)
	if fault != nil && fault.Drop {
		_, _ = w.Write(out.body[:len(out.body)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler) // the way net/http offers to cut a connection
	}
	_, _ = w.Write(out.body) // a client that has gone needs no answer
	if out.reusable {
		s.buffers.Put(&out.body)
	}
}

// buffer is an empty buffer for an answer.
func (s *Server) buffer() []byte {
	if b, ok := s.buffers.Get().(*[]byte); ok {
		return (*b)[:0]
	}
	return nil
}

// waited waits as long as an answer takes, and tells whether the client has too.
func (s *Server) waited(ctx context.Context, c call) bool {
	var wait time.Duration
	if s.options.Delay != nil {
		wait = s.options.Delay(c.action, c.Number)
	}
	if s.options.Wait != nil {
		if more := s.options.Wait(*c.Call); more > math.MaxInt64-wait {
			wait = math.MaxInt64
		} else {
			wait += more
		}
	}
	return pause(ctx, wait)
}

// fault is what takes the place of the answer to a call.
func (s *Server) fault(c call, body []byte) *Fault {
	if s.options.Refuse != nil {
		if fault := s.options.Refuse(*c.Call); fault != nil {
			return fault
		}
	}
	if s.options.Fault != nil {
		return s.options.Fault(c.action, c.Number, body)
	}
	return nil
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

// respond makes the response to a call, or that of its fault.
func (s *Server) respond(c call, number int, fault *Fault) response {
	if fault != nil && !fault.Drop {
		failure := &apiError{code: fault.Code, message: fault.Message, status: fault.Status}
		switch {
		case fault.Like != 0:
			failure = c.service.like(fault.Like, c.operation)
		case fault.NoBody:
			return response{status: failure.statusOr(http.StatusBadRequest)}
		case fault.Body != "":
			return response{status: failure.statusOr(http.StatusBadRequest), contentType: fault.ContentType, body: []byte(fault.Body)}
		}
		return c.protocol.failure(failure)
	}
	value, failure := c.answer()
	if failure != nil {
		return c.protocol.failure(failure)
	}
	out := c.protocol.output(c.operation, value)
	if s.options.Mutate != nil && out.status == http.StatusOK {
		out.body, out.reusable = s.options.Mutate(c.action, number, out.body), false
	}
	return out
}

func (s *Server) count(action string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[action]++
	return s.calls[action]
}

// A call is a request with what becomes of it.
type call struct {
	*Call
	action    string // IAM action
	operation string
	service   *service
	protocol  protocol
	answer    func() (any, *apiError)
}

// route finds what a request asks for. The answer is worked out later, and
// once.
func (s *Server) route(r *http.Request, body []byte) call {
	fail := func(c call, failure *apiError) call {
		c.answer = func() (any, *apiError) { return nil, failure }
		return c
	}
	var form url.Values
	if r.Header.Get("X-Amz-Target") == "" {
		form, _ = url.ParseQuery(string(body)) // what is no form has no Action
	}
	signed := signatureOf(r)
	v := serviceOf(r, signed, form)
	if v == nil {
		c := call{Call: &Call{}, action: "unknown:" + r.Method, service: &service{protocol: jsonRPC{always("message")}}, protocol: jsonRPC{always("message")}}
		return fail(c, &apiError{code: "UnknownOperationException", status: http.StatusNotFound})
	}
	name, path := v.operationOf(r, form)
	c := call{Call: &Call{}, action: v.action(name), operation: name, service: v, protocol: v.protocol}
	operation, shape := v.operations[name], (*shape)(nil)
	if v.dynamic != nil && operation == nil {
		operation, shape = v.dynamic(name)
	}
	switch {
	case operation == nil:
		return fail(c, v.unknown(name))
	case signed == nil:
		return fail(c, v.unsigned())
	}
	c.Account, c.Region, c.AccessKey, c.At = s.accounts.accountOf(signed.key), signed.region, signed.key, signed.at
	inventory, failure := s.signer(v, signed)
	if failure != nil {
		return fail(c, failure)
	}
	input, failure := v.protocol.input(body)
	if failure != nil {
		return fail(c, failure)
	}
	if shape != nil {
		if err := shape.check(input, "input", true); err != nil {
			return fail(c, &apiError{code: "SerializationException", message: err.Error()})
		}
	}
	for member, value := range path {
		input[member] = value
	}
	c.about(input)
	req := &request{call: c.Call, action: c.action, service: v, inventory: inventory, region: s.region(inventory, signed.region), signed: signed, input: input}
	c.answer = func() (any, *apiError) { return operation(s, req) }
	return c
}

// about notes what the input of a call says to faults.
func (c *call) about(input map[string]any) {
	for _, name := range []string{"NextToken", "PaginationToken", "Marker", "nextToken"} {
		c.Further = c.Further || text(input[name]) != ""
	}
	if arn := text(input["RoleArn"]); c.operation == "AssumeRole" && accountOfARN(arn) != "" {
		c.Account = accountOfARN(arn)
	}
}

// region returns the documents of a region; one without any is an account that
// has nothing there.
func (s *Server) region(inventory *Inventory, name string) *region {
	if r := inventory.regions[name]; r != nil {
		return r
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	id := inventory.account + "/" + name
	if s.empty[id] == nil {
		s.empty[id] = newRegion(name, inventory.account)
	}
	return s.empty[id]
}

// operation finds an operation and the shape of its input.
func (t *table) operation(name string) (operation, *shape) {
	switch name {
	case "Search":
		return (*Server).search, t.search
	case "ListTags":
		return (*Server).listTags, t.tags
	}
	if k := t.byList[name]; k != nil {
		return func(s *Server, r *request) (any, *apiError) { return s.list(k, r) }, k.listInput
	}
	if k := t.byDescribe[name]; k != nil {
		return func(s *Server, r *request) (any, *apiError) { return s.describe(k, r) }, k.describeInput
	}
	return nil, nil
}

// sagemakerService is SageMaker, whose operations are those of the kinds.
func sagemakerService() *service {
	return &service{
		scope: "sagemaker", prefix: "sagemaker", target: "SageMaker.",
		// The modelled errors of SageMaker spell it Message, the general ones
		// message.
		protocol: jsonRPC{func(code string) string {
			if strings.HasPrefix(code, "Resource") {
				return "Message"
			}
			return "message"
		}},
		dynamic:    func(name string) (operation, *shape) { return kinds().operation(name) },
		operations: policyOperations(),
		file:       "SageMaker.json", data: reflect.TypeFor[policyData](),
		texts: []string{"ResourcePolicy"},
		keys:  map[string]string{"ModelPackageGroupPolicies": "ModelPackageGroupName", "LineageGroupPolicies": "LineageGroupName"},
	}
}
