package main_test

import (
	"fmt"
	"strings"
)

// A pager is an operation that answers in pages, and what a page with some
// items looks like.
type pager struct {
	op, action string
	token      string // member with the next token
	kind       string // what is not complete where the pages do not end; "" where nothing is missing
	page       func(items ...int) obj
	others     handler            // what is around it
	kept       func(*result, int) // checks that an item is there
}

func pagers() []pager {
	m := func(i int) string { return fmt.Sprint("m", i) }
	three := func(op string, body obj) answer { return models.serve(op, body, "m0", "m1", "m2") }
	read := func(r *result, i int) {
		r.Helper()
		r.observed(models.arn(m(i)))
		r.linked("HAS_EXECUTION_ROLE", models.arn(m(i)), role)
	}
	tags := func(items ...int) []obj {
		list := []obj{}
		for _, i := range items {
			list = append(list, obj{"Key": fmt.Sprint("k", i), "Value": "v"})
		}
		return list
	}
	version := func(i int) string { return arn(fmt.Sprint("image-version/i/", i+1)) }
	return []pager{
		{
			op: "ListModels", action: "ListModels", token: "NextToken", kind: "Model",
			page: func(items ...int) obj {
				var names []string
				for _, i := range items {
					names = append(names, m(i))
				}
				return models.page(names...)
			},
			others: func(op string, body obj, _ string, _ int) answer {
				if op == "DescribeModel" {
					return ok(models.record(body["ModelName"].(string)))
				}
				return answer{}
			},
			kept: read,
		},
		{
			op: "ListImageVersions", action: "ListImageVersions", token: "NextToken", kind: "ImageVersion",
			page: func(items ...int) obj {
				list := []obj{}
				for _, i := range items {
					list = append(list, obj{"ImageArn": arn("image/i"), "ImageVersionArn": version(i), "ImageVersionStatus": "CREATED", "Version": i + 1, "CreationTime": created, "LastModifiedTime": created})
				}
				return obj{"ImageVersions": list}
			},
			others: func(op string, body obj, _ string, _ int) answer {
				switch op {
				case "ListImages":
					return ok(obj{"Images": []obj{{"ImageName": "i", "ImageArn": arn("image/i"), "ImageStatus": "CREATED", "CreationTime": created, "LastModifiedTime": created}}})
				case "DescribeImage":
					return ok(obj{"ImageName": "i", "ImageArn": arn("image/i"), "ImageStatus": "CREATED", "CreationTime": created, "LastModifiedTime": created})
				case "DescribeImageVersion":
					v := int(body["Version"].(float64))
					return ok(obj{"ImageArn": arn("image/i"), "ImageVersionArn": version(v - 1), "Version": v, "CreationTime": created, "LastModifiedTime": created, "ImageVersionStatus": "CREATED"})
				}
				return answer{}
			},
			kept: func(r *result, i int) { r.Helper(); r.observed(version(i)) },
		},
		{
			op: "DescribeFeatureGroup", action: "DescribeFeatureGroup", token: "NextToken", kind: "FeatureGroup",
			page: func(items ...int) obj {
				list := []obj{}
				for _, i := range items {
					list = append(list, obj{"FeatureName": fmt.Sprint("feature", i), "FeatureType": "String"})
				}
				return obj{"FeatureGroupName": "g", "FeatureGroupArn": arn("feature-group/g"), "CreationTime": created, "RecordIdentifierFeatureName": "feature0", "EventTimeFeatureName": "feature0", "RoleArn": role, "FeatureDefinitions": list}
			},
			others: func(op string, _ obj, _ string, _ int) answer {
				if op == "ListFeatureGroups" {
					return ok(obj{"FeatureGroupSummaries": []obj{{"FeatureGroupName": "g", "FeatureGroupArn": arn("feature-group/g"), "CreationTime": created}}})
				}
				return answer{}
			},
			kept: func(r *result, i int) {
				r.Helper()
				r.linked("HAS_EXECUTION_ROLE", arn("feature-group/g"), role)
				if s := fmt.Sprint(r.prop(arn("feature-group/g"), "feature_definitions")); strings.Count(s, fmt.Sprintf(`"feature%d"`, i)) != 1 {
					r.Errorf("the features are %s, want feature%d once", s, i)
				}
			},
		},
		{
			// What Search does not give is described: nothing is missing.
			op: "Search", action: "Search", token: "NextToken",
			page: func(items ...int) obj {
				list := []obj{}
				for _, i := range items {
					list = append(list, obj{"Model": obj{"Model": models.record(m(i))}})
				}
				return obj{"Results": list}
			},
			others: func(op string, body obj, _ string, _ int) answer { return three(op, body) },
			kept:   func(r *result, i int) { r.Helper(); read(r, min(i, 2)) },
		},
		{
			op: "GetResources", action: "tag:GetResources", token: "PaginationToken", kind: "Model",
			page: func(items ...int) obj {
				list := []obj{}
				for _, i := range items {
					list = append(list, obj{"ResourceARN": models.arn(m(i)), "Tags": tags(i)})
				}
				return obj{"ResourceTagMappingList": list}
			},
			others: func(op string, body obj, _ string, _ int) answer { return three(op, body) },
			kept:   func(r *result, i int) { r.Helper(); r.tag(models.arn(m(i)), fmt.Sprint("k", i), "v") },
		},
		{
			op: "ListTags", action: "ListTags", token: "NextToken", kind: "Model",
			page: func(items ...int) obj { return obj{"Tags": tags(items...)} },
			others: func(op string, body obj, _ string, _ int) answer {
				if op == "GetResources" {
					return denied()
				}
				return models.serve(op, body, "m0")
			},
			kept: func(r *result, i int) { r.Helper(); r.tag(models.arn("m0"), fmt.Sprint("k", i), "v") },
		},
		{
			op: "ListAssociations", action: "ListAssociations", token: "NextToken", kind: "Artifact",
			page: func(items ...int) obj {
				list := []obj{}
				for _, i := range items {
					list = append(list, association(i))
				}
				return obj{"AssociationSummaries": list}
			},
			others: func(op string, _ obj, _ string, _ int) answer { return artifact(op) },
			kept: func(r *result, i int) {
				r.Helper()
				r.linked("ASSOCIATED_WITH", arn("artifact/a"), arn(fmt.Sprint("artifact/b", i)))
			},
		},
	}
}

// pageCases are pages that do not end, of every operation that has pages.
func pageCases() []testCase {
	var all []testCase
	for _, p := range pagers() {
		for _, fault := range []struct {
			name string
			page func(token string, n int) (items []int, next string)
			kept []int
			most int // calls
		}{
			{"tokens A B C A", func(token string, _ int) ([]int, string) {
				i := strings.Index("ABC", token) + min(len(token), 1) // "" is 0, A is 1, B is 2, C is 3
				return []int{i % 3}, string("ABCA"[i])
			}, []int{0, 1, 2}, 300},
			{"new tokens and the same item", func(_ string, n int) ([]int, string) { return []int{0}, fmt.Sprint("t", n) }, []int{0}, 300},
			{"new tokens and nothing", func(token string, n int) ([]int, string) {
				if token == "" {
					return []int{0}, fmt.Sprint("t", n)
				}
				return nil, fmt.Sprint("t", n)
			}, []int{0}, 100_000},
			{"one token for ever", func(token string, n int) ([]int, string) {
				if token == "" {
					return []int{0}, "T"
				}
				return []int{n}, "T"
			}, []int{0}, 300},
		} {
			exit := incomplete
			if p.kind == "" {
				exit = anyExit
			}
			all = append(all, testCase{name: "pages/" + p.op + "/" + fault.name, exit: exit, handle: func(op string, body obj, region string, n int) answer {
				if op != p.op || op == "Search" && body["Resource"] != "Model" {
					return p.others(op, body, region, n)
				}
				token, _ := body[p.token].(string)
				items, next := fault.page(token, n)
				return ok(with(p.page(items...), p.token, next))
			}, check: func(r *result) {
				for _, i := range fault.kept {
					p.kept(r, i)
				}
				r.atMost(p.op, fault.most)
				if p.kind == "" {
					return
				}
				if len(r.gaps(p.action)) != 1 {
					r.Errorf("there are %d gaps of %s, want one: %+v", len(r.gaps(p.action)), p.action, r.manifest.Gaps)
				}
				r.incomplete(p.kind)
				if p.op == "ListModels" || p.op == "ListImageVersions" {
					r.state(p.kind, "partial", "some")
					r.neverPruned(p.kind)
				}
			}})
		}
	}
	// An empty page with a token is not the end.
	return append(all, testCase{name: "pages/empty pages before the last", exit: complete, handle: func(op string, body obj, _ string, _ int) answer {
		if op != "ListModels" {
			return models.serve(op, body, "m")
		}
		switch body["NextToken"] {
		case nil:
			return ok(with(models.page(), "NextToken", "A"))
		case "A":
			return ok(with(models.page(), "NextToken", "B"))
		}
		return ok(models.page("m"))
	}, check: func(r *result) {
		r.noGaps()
		r.complete("Model")
		r.observed(models.arn("m"))
	}}, testCase{name: "pages/an item on two pages", exit: complete, handle: func(op string, body obj, _ string, _ int) answer {
		if op == "ListModels" && body["NextToken"] == nil {
			return ok(with(models.page("a", "b"), "NextToken", "A"))
		}
		if op == "ListModels" {
			return ok(models.page("b", "c"))
		}
		return models.serve(op, body, "a", "b", "c")
	}, check: func(r *result) {
		r.noGaps()
		if k := r.state("Model", "complete", "all"); k.Listed != 3 || k.Written != 3 {
			r.Errorf("%d listed and %d written, want 3", k.Listed, k.Written)
		}
	}})
}
