package simulator

import (
	"fmt"
	"slices"
	"strings"
)

// taggingService is the Resource Groups Tagging API.
func taggingService() *service {
	return &service{
		scope: "tagging", prefix: "tag", target: "ResourceGroupsTaggingAPI_20170126.",
		protocol: jsonRPC{func(code string) string {
			if strings.HasSuffix(code, "ParameterException") {
				return "Message"
			}
			return "message"
		}},
		operations: map[string]operation{"GetResources": (*Server).getResources},
	}
}

// listTags answers ListTags of SageMaker for any resource of the inventory.
func (s *Server) listTags(r *request) (any, *apiError) {
	limit, failure := r.maxResults(50, 0, 50)
	if failure != nil {
		return nil, failure
	}
	arn, _ := r.input["ResourceArn"].(string)
	if arn == "" {
		return nil, constraint("ResourceArn", nil, "Member must not be null")
	}
	doc := r.region.findARN(arn)
	var found []map[string]any
	if doc != nil {
		found = s.matching(r, &page{bodiless: true}, doc)
	}
	if len(found) == 0 {
		return nil, invalid("Could not find resource: %s", arn)
	}
	tags, _ := fields{doc, found[0]}.member("Tags").([]any)
	items, next, failure := r.stretch(tags, limit)
	if failure != nil {
		return nil, failure
	}
	return withToken(map[string]any{"Tags": items}, "NextToken", next), nil
}

// getResources answers GetResources of the Resource Groups Tagging API: the
// resources of the region that have tags, by ARN.
func (s *Server) getResources(r *request) (any, *apiError) {
	invalidParameter := func(format string, args ...any) *apiError {
		return &apiError{code: "InvalidParameterException", message: fmt.Sprintf(format, args...)}
	}
	limit, failure := r.bounded("ResourcesPerPage", 1, 100, 50)
	if failure == nil {
		_, failure = r.bounded("TagsPerPage", 100, 500, 100)
	}
	if failure != nil {
		return nil, invalidParameter("%s", failure.message)
	}
	p := &page{limit: limit, tokenName: "PaginationToken"}
	if r.input["TagsPerPage"] != nil {
		p.maxWeight, _ = r.bounded("TagsPerPage", 100, 500, 100)
		p.weight = func(doc map[string]any) int { return len(doc["Tags"].([]any)) }
	}
	filters := texts(r.input["ResourceTypeFilters"])
	arns := texts(r.input["ResourceARNList"])
	tagFilters := objects(r.input["TagFilters"])
	if arns != nil && (filters != nil || tagFilters != nil || r.input["PaginationToken"] != nil || r.input["ResourcesPerPage"] != nil) {
		return nil, invalidParameter("ResourceARNList cannot be combined with filters or pagination")
	}
	if len(filters) > 100 || len(arns) > 100 {
		return nil, invalidParameter("at most 100 filters or ARNs")
	}
	for _, f := range filters {
		if f == "" || strings.Count(f, ":") > 1 {
			return nil, invalidParameter("The resource type %q is not valid", f)
		}
	}
	p.docs = r.region.tagged()
	p.keep = func(doc *document) bool {
		return wanted(filters, doc.kind.noun) && (arns == nil || slices.Contains(arns, doc.arn))
	}
	mapping := func(doc *document, body map[string]any) any {
		return map[string]any{"ResourceARN": body[doc.kind.arn], "Tags": body["Tags"]}
	}
	if s.asIs() && tagFilters == nil && p.weight == nil {
		out, failure := s.encodedPage(r, p, "ResourceTagMappingList", "PaginationToken", func(b []byte, doc *document) ([]byte, *apiError) {
			return doc.appendView(b, r.action, func(body map[string]any) any { return mapping(doc, body) })
		})
		if failure != nil {
			return nil, invalidParameter("%s", failure.message)
		}
		return out, nil
	}
	p.match = func(doc fields) bool {
		if _, ok := doc.member("Tags").([]any); !ok {
			return false
		}
		for _, f := range tagFilters {
			key, _ := f["Key"].(string)
			have, values := doc.lookup("Tags."+key), texts(f["Values"])
			if len(have) == 0 || (len(values) > 0 && !slices.Contains(values, have[0])) {
				return false
			}
		}
		return true
	}
	items, failure := s.page(r, p, mapping)
	if failure != nil {
		return nil, invalidParameter("%s", failure.message)
	}
	return map[string]any{"ResourceTagMappingList": items, "PaginationToken": p.token}, nil
}

// wanted tells whether a filter, service or service:type, takes a resource of
// SageMaker; no filter takes all.
func wanted(filters []string, noun string) bool {
	return len(filters) == 0 || slices.Contains(filters, "sagemaker") || slices.Contains(filters, "sagemaker:"+noun)
}

func texts(v any) []string {
	items, _ := v.([]any)
	var out []string
	for _, item := range items {
		text, _ := item.(string)
		out = append(out, text)
	}
	return out
}
