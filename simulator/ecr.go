package simulator

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ecr/types"
)

// ecrData is <account>/<region>/ECR.json. Its members begin with a small
// letter, as those of the API do.
type ecrData struct {
	Repositories []types.Repository
	Policies     []repositoryPolicy
}

// repositoryPolicy is what GetRepositoryPolicy says of one of the
// repositories.
type repositoryPolicy struct{ RepositoryName, PolicyText string }

// ecrService is the Elastic Container Registry.
func ecrService() *service {
	return &service{
		scope: "ecr", prefix: "ecr", target: "AmazonEC2ContainerRegistry_V20150921.",
		protocol: jsonRPC{always("message")},
		operations: map[string]operation{
			"DescribeRepositories": (*Server).describeRepositories,
			"GetRepositoryPolicy":  (*Server).getRepositoryPolicy,
		},
		file: "ECR.json", data: reflect.TypeFor[ecrData](), lower: true,
		texts:  []string{"policyText"},
		keys:   map[string]string{"repositories": "repositoryName", "policies": "repositoryName"},
		refers: []reference{{"policies", "repositoryName", "repositories", "repositoryName"}},
		complete: func(st *store) error {
			for i, doc := range st.sections["repositories"] {
				if end := fmt.Sprintf(":ecr:%s:%s:repository/%s", st.region, st.account, doc.body["repositoryName"]); !strings.HasSuffix(text(doc.body["repositoryArn"]), end) {
					return fmt.Errorf("repositories[%d].repositoryArn: does not end with %s", i, end)
				}
			}
			return nil
		},
	}
}

// repository finds a repository of the account's registry.
func (s *Server) repository(r *request, name string) (*document, *apiError) {
	registry := text(r.input["registryId"])
	if registry == "" {
		registry = r.inventory.account
	}
	if doc := s.store(r.service, r).find("repositories", "repositoryName", name); registry == r.inventory.account && s.one(r, doc) != nil {
		return doc, nil
	}
	return nil, &apiError{code: "RepositoryNotFoundException", message: fmt.Sprintf("The repository with name '%s' does not exist in the registry with id '%s'", name, registry)}
}

func (s *Server) describeRepositories(r *request) (any, *apiError) {
	docs := s.store(r.service, r).sections["repositories"]
	names := texts(r.input["repositoryNames"])
	switch registry := r.input["registryId"]; {
	case len(names) > 0 && (r.input["maxResults"] != nil || r.input["nextToken"] != nil):
		return nil, &apiError{code: "InvalidParameterException", message: "Invalid parameter at 'maxResults' failed to satisfy constraint: 'must not be given with repositoryNames'"}
	case len(names) > 0:
		docs = nil
		for _, name := range names {
			doc, failure := s.repository(r, name)
			if failure != nil {
				return nil, failure
			}
			if !slices.Contains(docs, doc) {
				docs = append(docs, doc)
			}
		}
	case registry != nil && registry != r.inventory.account:
		docs = nil
	}
	limit, failure := r.limit("maxResults", "InvalidParameterException", 1, 1000, 100)
	if failure != nil {
		return nil, failure
	}
	items, next, failure := s.items(r, listing{docs: docs, limit: limit, token: "nextToken", badToken: "InvalidParameterException"})
	if failure != nil {
		return nil, failure
	}
	return withToken(map[string]any{"repositories": r.service.project("repositories", items)}, "nextToken", next), nil
}

func (s *Server) getRepositoryPolicy(r *request) (any, *apiError) {
	name := text(r.input["repositoryName"])
	if name == "" {
		return nil, &apiError{code: "InvalidParameterException", message: "Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must not be null'"}
	}
	if _, failure := s.repository(r, name); failure != nil {
		return nil, failure
	}
	policy := s.one(r, s.store(r.service, r).find("policies", "repositoryName", name))
	if policy == nil {
		return nil, &apiError{code: "RepositoryPolicyNotFoundException", message: fmt.Sprintf("Repository policy does not exist for the repository with name '%s' in the registry with id '%s'", name, r.inventory.account)}
	}
	return map[string]any{"registryId": r.inventory.account, "repositoryName": name, "policyText": policy["policyText"]}, nil
}
