package simulator

import (
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

// lambdaData is <account>/<region>/Lambda.json.
type lambdaData struct {
	Functions []types.FunctionConfiguration
	Policies  []functionPolicy
}

// functionPolicy is what GetPolicy says of one of the functions.
type functionPolicy struct{ FunctionName, Policy, RevisionId string }

const functionsPath = "/2015-03-31/functions/"

// lambdaService is Lambda.
func lambdaService() *service {
	return &service{
		scope: "lambda", prefix: "lambda",
		protocol: restJSON{message: "Message", kind: "Type"},
		owns:     func(r *http.Request, signed bool) bool { return signed || strings.HasPrefix(r.URL.Path, functionsPath) },
		find: func(r *http.Request) (string, map[string]string) {
			path, ok := strings.CutPrefix(r.URL.Path, functionsPath)
			name, part, _ := strings.Cut(path, "/")
			operation := map[string]string{"": "GetFunction", "configuration": "GetFunctionConfiguration", "policy": "GetPolicy"}[part]
			if !ok || name == "" || operation == "" || r.Method != http.MethodGet {
				return "unknown", nil
			}
			return operation, map[string]string{"FunctionName": name, "Qualifier": r.URL.Query().Get("Qualifier")}
		},
		operations: map[string]operation{
			"GetFunction":              (*Server).getFunction,
			"GetFunctionConfiguration": (*Server).getFunctionConfiguration,
			"GetPolicy":                (*Server).getFunctionPolicy,
		},
		file: "Lambda.json", data: reflect.TypeFor[lambdaData](),
		texts:  []string{"Policy"},
		keys:   map[string]string{"Functions": "FunctionName", "Policies": "FunctionName"},
		refers: []reference{{"Policies", "FunctionName", "Functions", "FunctionName"}},
		complete: func(st *store) error {
			for i, doc := range st.sections["Functions"] {
				if end := fmt.Sprintf(":lambda:%s:%s:function:%s", st.region, st.account, doc.body["FunctionName"]); !strings.HasSuffix(text(doc.body["FunctionArn"]), end) {
					return fmt.Errorf("Functions[%d].FunctionArn: does not end with %s", i, end)
				}
			}
			return nil
		},
	}
}

// functionName is how a request names a function: by its name, its account and
// name, or its ARN, each perhaps with a version.
var functionName = regexp.MustCompile(`^(?:arn:[^:]*:lambda:([^:]*):)?(?:(\d{12}):)?(?:function:)?([A-Za-z0-9_-]+)(?::([$A-Za-z0-9_-]+))?$`)

// function is what an action sees of the function that a request names.
func (s *Server) function(r *request) (map[string]any, *apiError) {
	missing := &apiError{code: "ResourceNotFoundException", message: "Function not found: " + text(r.input["FunctionName"]), status: http.StatusNotFound}
	parts := functionName.FindStringSubmatch(text(r.input["FunctionName"]))
	if parts == nil {
		return nil, &apiError{code: "InvalidParameterValueException", message: "The function name is not valid."}
	}
	region, account, name, version := parts[1], parts[2], parts[3], parts[4]
	if version == "" {
		version = text(r.input["Qualifier"])
	}
	doc := s.one(r, s.store(r.service, r).find("Functions", "FunctionName", name))
	if doc == nil || (region != "" && region != r.region.name) || (account != "" && account != r.inventory.account) || (version != "" && version != "$LATEST") {
		return nil, missing
	}
	return doc, nil
}

func (s *Server) getFunctionConfiguration(r *request) (any, *apiError) {
	function, failure := s.function(r)
	if failure != nil {
		return nil, failure
	}
	return r.service.item("Functions").project(function), nil
}

func (s *Server) getFunction(r *request) (any, *apiError) {
	configuration, failure := s.getFunctionConfiguration(r)
	if failure != nil {
		return nil, failure
	}
	return map[string]any{"Configuration": configuration, "Code": map[string]any{"RepositoryType": "S3"}}, nil
}

func (s *Server) getFunctionPolicy(r *request) (any, *apiError) {
	function, failure := s.function(r)
	if failure != nil {
		return nil, failure
	}
	policy := s.one(r, s.store(r.service, r).find("Policies", "FunctionName", text(function["FunctionName"])))
	if policy == nil {
		return nil, &apiError{code: "ResourceNotFoundException", message: "The resource you requested does not exist.", status: http.StatusNotFound}
	}
	out := map[string]any{"Policy": policy["Policy"]}
	return withToken(out, "RevisionId", text(policy["RevisionId"])), nil
}
