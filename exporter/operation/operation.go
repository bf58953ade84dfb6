// Package operation makes values of the calls of AWS APIs: what goes in, what
// comes out, how its pages hang together, which IAM action it needs. A value is
// made of a typed method of the SDK, so the linker keeps only the operations
// that are named.
//
// It calls nothing by itself: package calling does, with limits and retries.
package operation

import (
	"context"
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// A Service is one API of AWS, without its types.
type Service struct {
	Prefix string // of its IAM actions, such as sagemaker
	Global bool   // it has one inventory for the account, not one for each region

	client func(aws.Config) any
}

// Client makes a client of the service.
func (s *Service) Client(cfg aws.Config) any { return s.client(cfg) }

// Settings are what a caller decides for one call.
type Settings struct {
	Retryer  aws.Retryer
	Region   string                                                    // "" for the client's own
	Protocol func(smithyhttp.ClientProtocol) smithyhttp.ClientProtocol // wraps how answers are read; nil for services that cannot
}

// An API is a service with the types of its client C and its options O.
type API[C, O any] struct {
	*Service
	set func(*O, Settings)
}

func newAPI[C, O any](prefix string, client func(aws.Config) *C, set func(*O, Settings)) *API[C, O] {
	return &API[C, O]{&Service{Prefix: prefix, client: func(cfg aws.Config) any { return client(cfg) }}, set}
}

// An Operation is one call of an API, without its types.
type Operation struct {
	Service *Service
	Name    string // such as ListModels
	Action  string // IAM action, such as sagemaker:ListModels
	In, Out reflect.Type
	Paging  Paging
	Root    string // XML element that an answer is; "" where the protocol is looked into

	invoke func(ctx context.Context, client, in any, s Settings) (any, error)
	mend   func(out any) // nil where an answer is as it should be
}

// Paging is how the pages of an operation hang together: members of its input
// and output. The zero Paging is for an operation that answers at once.
type Paging struct {
	TokenIn, TokenOut string
	Size              string // member for the size of a page
	Most              int32  // the largest page that the operation takes
}

// pageSize is the largest page that every list and search of the kinds takes.
// Source: the service models' bounds of MaxResults.
const pageSize = 100

// Of makes an operation of a method of an API's client.
func Of[C, O, In, Out any](api *API[C, O], f func(*C, context.Context, *In, ...func(*O)) (*Out, error)) Operation {
	in, out := reflect.TypeFor[In](), reflect.TypeFor[Out]()
	name := strings.TrimSuffix(in.Name(), "Input")
	return Operation{
		Service: api.Service, Name: name, Action: api.Prefix + ":" + name, In: in, Out: out, Paging: pagingOf(in, out),
		invoke: func(ctx context.Context, client, in any, s Settings) (any, error) {
			return f(client.(*C), ctx, in.(*In), func(o *O) { api.set(o, s) })
		},
	}
}

// As returns the operation with another IAM action than its own name.
func (op Operation) As(action string) Operation {
	op.Action = action
	return op
}

// Rooted returns an operation whose answer is an XML element of that name.
func (op Operation) Rooted(name string) Operation {
	op.Root = name
	return op
}

// Sized returns an operation whose pages have another size than those of the kinds:
// the largest that its service takes.
func (op Operation) Sized(most int32) Operation {
	op.Paging.Most = most
	return op
}

// Mended returns an operation whose answers go through f, which gets a pointer to the
// output: a service may write something in a way of its own.
func Mended[Out any](op Operation, f func(*Out)) Operation {
	op.mend = func(out any) { f(out.(*Out)) }
	return op
}

func pagingOf(in, out reflect.Type) Paging {
	for _, p := range []Paging{
		{"NextToken", "NextToken", "MaxResults", pageSize},
		{"PaginationToken", "PaginationToken", "ResourcesPerPage", pageSize},
		{"Marker", "Marker", "MaxItems", pageSize},  // IAM
		{"Marker", "NextMarker", "Limit", pageSize}, // KMS
	} {
		_, takes := in.FieldByName(p.TokenIn)
		_, gives := out.FieldByName(p.TokenOut)
		if !takes || !gives {
			continue
		}
		if _, ok := in.FieldByName(p.Size); !ok {
			p.Size = ""
		}
		return p
	}
	return Paging{}
}

// Invoke makes the call with a client of the operation's service. in is a
// pointer to its input, and what is returned the output itself.
func (op *Operation) Invoke(ctx context.Context, client, in any, s Settings) (reflect.Value, error) {
	out, err := op.invoke(ctx, client, in, s)
	if err != nil {
		return reflect.Value{}, err
	}
	if op.mend != nil {
		op.mend(out)
	}
	return reflect.ValueOf(out).Elem(), nil
}

// Input returns a new input for the page that token leads to; "" is the first.
func (op *Operation) Input(token string) reflect.Value {
	in := reflect.New(op.In)
	op.Page(in, token)
	return in
}

// Page makes an input the one for the page that token leads to.
func (op *Operation) Page(in reflect.Value, token string) {
	if op.Paging.Size != "" {
		in.Elem().FieldByName(op.Paging.Size).Set(reflect.ValueOf(aws.Int32(op.Paging.Most)))
	}
	if token != "" {
		SetText(in.Elem().FieldByName(op.Paging.TokenIn), token)
	}
}

// Next returns the token of the page after an output, or "".
func (op *Operation) Next(out reflect.Value) string {
	if op.Paging.TokenOut == "" {
		return ""
	}
	return Text(out, op.Paging.TokenOut)
}
