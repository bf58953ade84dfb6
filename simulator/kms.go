package simulator

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/kms/types"
)

// kmsData is <account>/<region>/KMS.json.
type kmsData struct {
	Keys    []kmsKey
	Aliases []types.AliasListEntry
}

// kmsKey is a key with its default policy and its grants.
type kmsKey struct {
	KeyMetadata types.KeyMetadata
	Policy      string
	Grants      []types.GrantListEntry
}

// kmsService is the Key Management Service.
func kmsService() *service {
	return &service{
		scope: "kms", prefix: "kms", target: "TrentService.",
		protocol: jsonRPC{always("message")},
		operations: map[string]operation{
			"DescribeKey":  (*Server).describeKey,
			"GetKeyPolicy": (*Server).getKeyPolicy,
			"ListAliases":  (*Server).listAliases,
			"ListGrants":   (*Server).listGrants,
		},
		file: "KMS.json", data: reflect.TypeFor[kmsData](),
		texts:  []string{"Policy"},
		keys:   map[string]string{"Keys": "KeyMetadata.KeyId", "Aliases": "AliasArn"},
		refers: []reference{{"Aliases", "TargetKeyId", "Keys", "KeyMetadata.KeyId"}},
		complete: func(st *store) error {
			for i, doc := range st.sections["Keys"] {
				arn := first(lookup(doc.body, "KeyMetadata.Arn"))
				if end := fmt.Sprintf(":kms:%s:%s:key/%s", st.region, st.account, first(lookup(doc.body, "KeyMetadata.KeyId"))); !strings.HasSuffix(arn, end) {
					return fmt.Errorf("Keys[%d].KeyMetadata.Arn: %s does not end with %s", i, arn, end)
				}
			}
			for i, doc := range st.sections["Aliases"] {
				arn, name := text(doc.body["AliasArn"]), text(doc.body["AliasName"])
				if end := fmt.Sprintf(":kms:%s:%s:%s", st.region, st.account, name); !strings.HasPrefix(name, "alias/") || !strings.HasSuffix(arn, end) {
					return fmt.Errorf("Aliases[%d].AliasArn: %s is not the ARN of the alias %s", i, arn, name)
				}
			}
			return nil
		},
	}
}

// key is what an action sees of the key that a request names by its id or ARN,
// or, where the operation takes these, by an alias.
func (s *Server) key(r *request, aliases bool) (map[string]any, *apiError) {
	given := text(r.input["KeyId"])
	if given == "" {
		return nil, constraint("KeyId", nil, "Member must not be null")
	}
	st := s.store(r.service, r)
	id := given
	if strings.HasPrefix(given, "arn:") {
		parts := strings.SplitN(given, ":", 6)
		switch {
		case len(parts) < 6 || parts[2] != "kms":
			return nil, &apiError{code: "InvalidArnException", message: "Invalid arn " + given}
		case parts[3] != r.region.name:
			return nil, &apiError{code: "NotFoundException", message: "Invalid arn " + parts[3]}
		case parts[4] != r.inventory.account:
			return nil, &apiError{code: "AccessDeniedException", message: "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access."}
		}
		id = strings.TrimPrefix(parts[5], "key/")
	}
	if strings.HasPrefix(id, "alias/") {
		if !aliases {
			return nil, &apiError{code: "NotFoundException", message: fmt.Sprintf("Invalid keyId '%s'", given)}
		}
		alias := s.one(r, st.find("Aliases", "AliasName", id))
		if alias == nil || alias["TargetKeyId"] == nil {
			return nil, &apiError{code: "NotFoundException", message: fmt.Sprintf("Alias arn:%s:kms:%s:%s:%s is not found.", r.region.partition(), r.region.name, r.inventory.account, id)}
		}
		id = text(alias["TargetKeyId"])
	}
	key := s.one(r, st.find("Keys", "KeyMetadata.KeyId", id))
	if key == nil {
		return nil, &apiError{code: "NotFoundException", message: fmt.Sprintf("Key 'arn:%s:kms:%s:%s:key/%s' does not exist", r.region.partition(), r.region.name, r.inventory.account, id)}
	}
	return key, nil
}

func (s *Server) describeKey(r *request) (any, *apiError) {
	key, failure := s.key(r, true)
	if failure != nil {
		return nil, failure
	}
	return map[string]any{"KeyMetadata": r.service.item("Keys").fields["KeyMetadata"].project(key["KeyMetadata"])}, nil
}

func (s *Server) getKeyPolicy(r *request) (any, *apiError) {
	key, failure := s.key(r, false)
	if failure != nil {
		return nil, failure
	}
	if name := text(r.input["PolicyName"]); name != "" && name != "default" {
		return nil, &apiError{code: "NotFoundException", message: "No such policy exists"}
	}
	return map[string]any{"Policy": key["Policy"], "PolicyName": "default"}, nil
}

func (s *Server) listGrants(r *request) (any, *apiError) {
	key, failure := s.key(r, false)
	if failure != nil {
		return nil, failure
	}
	var docs []*document
	for _, grant := range objects(key["Grants"]) {
		if id := r.input["GrantId"]; id == nil || id == grant["GrantId"] {
			docs = append(docs, &document{body: grant})
		}
	}
	items, out, failure := s.kmsPage(r, listing{docs: docs})
	if failure != nil {
		return nil, failure
	}
	grants := []any{}
	for _, one := range items {
		grants = append(grants, r.service.item("Keys").fields["Grants"].elem.project(one.body))
	}
	out["Grants"] = grants
	return out, nil
}

func (s *Server) listAliases(r *request) (any, *apiError) {
	l := listing{docs: s.store(r.service, r).sections["Aliases"]}
	if r.input["KeyId"] != nil {
		key, failure := s.key(r, false)
		if failure != nil {
			return nil, failure
		}
		id := first(lookup(key, "KeyMetadata.KeyId"))
		l.match = func(alias map[string]any) bool { return alias["TargetKeyId"] == id }
	}
	items, out, failure := s.kmsPage(r, l)
	if failure != nil {
		return nil, failure
	}
	out["Aliases"] = r.service.project("Aliases", items)
	return out, nil
}

// kmsPage are the items of a page, and the output's members that tell whether
// there are more.
func (s *Server) kmsPage(r *request, l listing) ([]item, map[string]any, *apiError) {
	var failure *apiError
	if l.limit, failure = r.limit("Limit", "ValidationException", 1, 100, 50); failure != nil {
		return nil, nil, failure
	}
	l.token, l.badToken = "Marker", "InvalidMarkerException"
	items, next, failure := s.items(r, l)
	return items, withToken(map[string]any{"Truncated": next != ""}, "NextMarker", next), failure
}
