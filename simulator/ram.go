package simulator

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ram/types"
)

// ramData is <account>/<region>/RAM.json: what the account shares with others.
// Its members begin with a small letter, as those of the API do.
type ramData struct {
	ResourceShares []types.ResourceShare
	Resources      []types.Resource
	Principals     []types.Principal
}

// ramService is the Resource Access Manager.
func ramService() *service {
	paths := map[string]string{"/getresourceshares": "GetResourceShares", "/listresources": "ListResources", "/listprincipals": "ListPrincipals"}
	return &service{
		scope: "ram", prefix: "ram",
		protocol: restJSON{message: "message"},
		owns:     func(r *http.Request, signed bool) bool { return signed || paths[r.URL.Path] != "" },
		find: func(r *http.Request) (string, map[string]string) {
			if name := paths[r.URL.Path]; name != "" && r.Method == http.MethodPost {
				return name, nil
			}
			return "unknown", nil
		},
		operations: map[string]operation{
			"GetResourceShares": shared("resourceShares", func(r *request, share map[string]any) bool {
				return given(r, "name", share["name"]) && given(r, "resourceShareStatus", share["status"])
			}),
			"ListResources": shared("resources", func(r *request, resource map[string]any) bool {
				return given(r, "resourceType", resource["type"]) && given(r, "resourceArns", resource["arn"])
			}),
			"ListPrincipals": shared("principals", func(r *request, principal map[string]any) bool {
				return given(r, "principals", principal["id"])
			}),
		},
		file: "RAM.json", data: reflect.TypeFor[ramData](), lower: true,
		keys: map[string]string{"resourceShares": "resourceShareArn"},
		refers: []reference{
			{"resources", "resourceShareArn", "resourceShares", "resourceShareArn"},
			{"principals", "resourceShareArn", "resourceShares", "resourceShareArn"},
		},
		complete: func(st *store) error {
			for i, doc := range st.sections["resourceShares"] {
				if part := fmt.Sprintf(":ram:%s:%s:resource-share/", st.region, st.account); !strings.Contains(text(doc.body["resourceShareArn"]), part) {
					return fmt.Errorf("resourceShares[%d].resourceShareArn: does not contain %s", i, part)
				}
			}
			return nil
		},
	}
}

// given tells whether a value is the one, or among those, that a member of a
// request gives; without the member it is.
func given(r *request, member string, value any) bool {
	switch wanted := r.input[member].(type) {
	case nil:
		return true
	case []any:
		return slices.Contains(wanted, value)
	default:
		return wanted == value
	}
}

// shared lists a section of what the account shares. Others share nothing
// with it.
func shared(section string, fits func(r *request, doc map[string]any) bool) operation {
	return func(s *Server, r *request) (any, *apiError) {
		st := s.store(r.service, r)
		docs := st.sections[section]
		switch r.input["resourceOwner"] {
		case "SELF":
		case "OTHER-ACCOUNTS":
			docs = nil
		default:
			return nil, &apiError{code: "InvalidParameterException", message: "The resourceOwner is missing or is none."}
		}
		for _, arn := range texts(r.input["resourceShareArns"]) {
			switch {
			case !strings.HasPrefix(arn, "arn:"):
				return nil, &apiError{code: "MalformedArnException", message: "The specified Amazon Resource Name (ARN) " + arn + " is not valid."}
			case st.find("resourceShares", "resourceShareArn", arn) == nil:
				return nil, &apiError{code: "UnknownResourceException", message: "ResourceShare " + arn + " could not be found."}
			}
		}
		limit, failure := r.limit("maxResults", "InvalidMaxResultsException", 1, 500, 500)
		if failure != nil {
			return nil, failure
		}
		items, next, failure := s.items(r, listing{
			docs: docs, limit: limit, token: "nextToken", badToken: "InvalidNextTokenException",
			match: func(doc map[string]any) bool {
				return given(r, "resourceShareArns", doc["resourceShareArn"]) && fits(r, doc)
			},
		})
		if failure != nil {
			return nil, failure
		}
		return withToken(map[string]any{section: r.service.project(section, items)}, "nextToken", next), nil
	}
}
