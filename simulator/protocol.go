package simulator

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// A protocol is how a service writes what it is asked and what it answers.
// Where in a request the operation is named is the service's own business.
type protocol interface {
	// input reads the parameters of a call.
	input(body []byte) (map[string]any, *apiError)
	// output writes the answer to an operation.
	output(operation string, value any) response
	// failure writes an error.
	failure(failure *apiError) response
}

// A response is what is sent.
type response struct {
	status       int
	contentType  string
	bucketRegion string // of a redirect of S3
	errorType    string // of an error in REST JSON
	body         []byte
	reusable     bool // nobody else has the body
}

// raw is an answer that is sent as it is.
type raw struct {
	contentType string
	body        []byte
}

const requestID = "00000000-0000-4000-8000-000000000000"

// jsonInput reads a JSON object; an empty body is an empty one.
func jsonInput(body []byte) (map[string]any, *apiError) {
	if len(bytes.TrimSpace(body)) == 0 {
		return map[string]any{}, nil
	}
	value, err := decode(body)
	object, ok := value.(map[string]any)
	if err != nil || !ok {
		return nil, &apiError{code: "SerializationException", message: "want a JSON object"}
	}
	for name, value := range object {
		if value == nil {
			delete(object, name)
		}
	}
	return object, nil
}

// encodeJSON writes an answer in JSON.
func encodeJSON(value any) ([]byte, *apiError) {
	if body, ok := value.(encoded); ok {
		return body, nil
	}
	body, err := json.Marshal(value)
	if err != nil {
		return nil, &apiError{code: "InternalFailure", message: err.Error(), status: http.StatusInternalServerError}
	}
	return body, nil
}

// jsonRPC is AWS JSON 1.1: the operation is in X-Amz-Target.
type jsonRPC struct {
	// message is the member of an error with that code that holds its message.
	message func(code string) string
}

func (p jsonRPC) input(body []byte) (map[string]any, *apiError) { return jsonInput(body) }

func (p jsonRPC) output(_ string, value any) response {
	body, failure := encodeJSON(value)
	if failure != nil {
		return p.failure(failure)
	}
	_, reusable := value.(encoded)
	return response{status: http.StatusOK, contentType: jsonType, body: body, reusable: reusable}
}

func (p jsonRPC) failure(failure *apiError) response {
	body, _ := encodeJSON(map[string]string{"__type": failure.code, p.message(failure.code): failure.message}) // strings
	return response{status: failure.statusOr(http.StatusBadRequest), contentType: jsonType, body: body}
}

// always says that all errors of a service have their message in one member.
func always(member string) func(string) string { return func(string) string { return member } }

// restJSON is REST with JSON: the operation is in the method and the path.
type restJSON struct {
	message string // the member of an error with its message
	kind    string // the member that tells whose fault it is; "": it has none
}

const plainJSON = "application/json"

func (p restJSON) input(body []byte) (map[string]any, *apiError) { return jsonInput(body) }

func (p restJSON) output(_ string, value any) response {
	body, failure := encodeJSON(value)
	if failure != nil {
		return p.failure(failure)
	}
	return response{status: http.StatusOK, contentType: plainJSON, body: body}
}

func (p restJSON) failure(failure *apiError) response {
	object := map[string]string{p.message: failure.message}
	if p.kind != "" {
		object[p.kind] = failure.side("User", "Service")
	}
	body, _ := encodeJSON(object) // strings
	return response{status: failure.statusOr(http.StatusBadRequest), contentType: plainJSON, errorType: failure.code, body: body}
}

// query is the query protocol: a form with the Action, and XML.
type query struct{ namespace string }

func (p query) input(body []byte) (map[string]any, *apiError) { return formInput(body) }

func (p query) output(operation string, value any) response {
	return xmlResponse(http.StatusOK, operation+"Response", p.namespace, []node{
		{name: operation + "Result", children: value.([]node)},
		{name: "ResponseMetadata", children: []node{{name: "RequestId", text: requestID}}},
	})
}

func (p query) failure(failure *apiError) response {
	return xmlResponse(failure.statusOr(http.StatusBadRequest), "ErrorResponse", p.namespace, []node{
		{name: "Error", children: []node{
			{name: "Type", text: failure.side("Sender", "Receiver")},
			{name: "Code", text: failure.code},
			{name: "Message", text: failure.message},
		}},
		{name: "RequestId", text: requestID},
	})
}

// ec2Query is the query protocol as EC2 speaks it: answers have no Result
// element, errors are in a list.
type ec2Query struct{ namespace string }

func (p ec2Query) input(body []byte) (map[string]any, *apiError) { return formInput(body) }

func (p ec2Query) output(operation string, value any) response {
	return xmlResponse(http.StatusOK, operation+"Response", p.namespace,
		append([]node{{name: "requestId", text: requestID}}, value.([]node)...))
}

func (p ec2Query) failure(failure *apiError) response {
	return xmlResponse(failure.statusOr(http.StatusBadRequest), "Response", "", []node{
		{name: "Errors", children: []node{{name: "Error", children: []node{
			{name: "Code", text: failure.code},
			{name: "Message", text: failure.message},
		}}}},
		{name: "RequestID", text: requestID},
	})
}

// formInput reads the parameters of a form. Lists have numbers in the names,
// after "member" where the protocol has that: SubnetId.1, Filter.member.1.
func formInput(body []byte) (map[string]any, *apiError) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, &apiError{code: "MalformedQueryString", message: "The query string contains a syntax error"}
	}
	tree := map[string]any{}
	for _, name := range sortedKeys(form) {
		if name == "Action" || name == "Version" {
			continue
		}
		parts := slices.DeleteFunc(strings.Split(name, "."), func(part string) bool { return part == "member" })
		at := tree
		for _, part := range parts[:len(parts)-1] {
			next, ok := at[part].(map[string]any)
			if !ok {
				next = map[string]any{}
				at[part] = next
			}
			at = next
		}
		at[parts[len(parts)-1]] = form.Get(name)
	}
	input, _ := numbered(tree).(map[string]any)
	return input, nil
}

// numbered makes a list of an object whose members are numbers.
func numbered(v any) any {
	object, ok := v.(map[string]any)
	if !ok {
		return v
	}
	numbers := make([]int, 0, len(object))
	for name, value := range object {
		object[name] = numbered(value)
		if n, err := strconv.Atoi(name); err == nil {
			numbers = append(numbers, n)
		}
	}
	if len(numbers) == 0 || len(numbers) != len(object) {
		return object
	}
	slices.Sort(numbers)
	list := make([]any, len(numbers))
	for i, n := range numbers {
		list[i] = object[strconv.Itoa(n)]
	}
	return list
}

// restXML is REST with XML, as S3 speaks it.
type restXML struct {
	namespace string
	wrapped   bool // errors stand in an ErrorResponse
}

func (p restXML) input([]byte) (map[string]any, *apiError) { return map[string]any{}, nil }

func (p restXML) output(_ string, value any) response {
	if value, ok := value.(raw); ok {
		return response{status: http.StatusOK, contentType: value.contentType, body: value.body}
	}
	root := value.(element)
	body, err := encodeElement(root, p.namespace)
	if err != nil {
		return p.failure(&apiError{code: "InternalError", message: err.Error(), status: http.StatusInternalServerError})
	}
	return response{status: http.StatusOK, contentType: "application/xml", body: body}
}

func (p restXML) failure(failure *apiError) response {
	status := failure.statusOr(http.StatusBadRequest)
	if p.wrapped {
		return xmlResponse(status, "ErrorResponse", "", []node{
			{name: "Error", children: []node{{name: "Code", text: failure.code}, {name: "Message", text: failure.message}}},
			{name: "RequestId", text: requestID},
			{name: "HostId", text: "example"},
		})
	}
	return response{status: status, contentType: "application/xml", bucketRegion: failure.bucketRegion, body: encodeRestError(failure)}
}
