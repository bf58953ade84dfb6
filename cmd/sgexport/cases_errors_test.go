package main_test

import (
	"context"
	"fmt"
	"hash/fnv"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// errorCases are errors of single operations.
func errorCases() []testCase {
	var all []testCase
	// One of two is gone by the time that it is described.
	for i, gone := range []answer{
		fault("ResourceNotFound", ""),
		fault("ResourceNotFoundException", "EndpointConfig gone"),
		{status: 404, code: "ResourceNotFoundException", message: "no"},
		fault("ValidationException", `Could not find endpoint configuration "`+configs.arn("gone")+`".`),
		fault("ValidationException", "EndpointConfig gone does not exist."),
		fault("ValidationException", "Endpoint configuration doesn't exist"),
		fault("ValidationException", "No endpoint config with name: gone"),
		fault("ValidationException", "No EndpointConfig with name gone in this account"),
		fault("ValidationException", "Cannot find endpoint configuration gone"),
		fault("ValidationException", "Can't find gone"),
		fault("ValidationException", "Unable to find endpoint configuration gone"),
		fault("ValidationException", "RecordNotFound"),
		fault("ValidationException", "Requested resource not found."),
		fault("ValidationException", "The resource gone was not found"),
		fault("ValidationException", "No such endpoint configuration: gone"),
		fault("ValidationException", "gone no longer exists"),
	} {
		all = append(all, testCase{name: fmt.Sprintf("errors/gone %02d %s %s", i+1, gone.code, strings.Map(word, gone.message)), exit: complete, handle: func(op string, body obj, _ string, _ int) answer {
			if op == "DescribeEndpointConfig" && body["EndpointConfigName"] == "gone" {
				return gone
			}
			return configs.serve(op, body, "c", "gone")
		}, check: func(r *result) {
			r.noGaps()
			if k := r.state("EndpointConfig", "complete", "all"); k.Listed != 2 || k.Written != 1 || k.Gone != 1 {
				r.Errorf("%d listed, %d written, %d gone, want 2, 1, 1", k.Listed, k.Written, k.Gone)
			}
			r.notObserved(configs.arn("gone"))
			r.observed(configs.arn("c"))
		}})
	}
	// These sound like it, and are something else.
	for name, other := range map[string]answer{
		"constraint": fault("ValidationException", "1 validation error detected: Value 'there' at 'endpointConfigName' failed to satisfy constraint: Member must satisfy regular expression pattern"),
		"denied":     fault("AccessDeniedException", "The resource does not exist or you are not authorized to see it"),
		"server":     {status: 500, code: "InternalFailure", message: "could not find a leader"},
		"key":        fault("KMSAccessDeniedException", "key not found"),
	} {
		all = append(all, testCase{name: "errors/not gone/" + name, exit: incomplete, handle: func(op string, body obj, _ string, _ int) answer {
			if op == "DescribeEndpointConfig" && body["EndpointConfigName"] == "there" {
				return other
			}
			return configs.serve(op, body, "c", "there")
		}, check: func(r *result) {
			r.onlyGap("DescribeEndpointConfig", 1, configs.arn("there"))
			r.state("EndpointConfig", "partial", "all")
			r.kept(configs.arn("there"))
		}})
	}
	all = append(all, goneAll(true), goneAll(false))
	for _, s := range []shelf{configs, models} {
		all = append(all, deniedOf(s, "all", func(int) bool { return true }))
	}
	all = append(all,
		deniedOf(configs, "one", func(i int) bool { return i == 77 }),
		deniedOf(configs, "the first", func(i int) bool { return i == 0 }),
		deniedOf(configs, "every second", func(i int) bool { return i%2 == 1 }),
		deniedOf(configs, "the first twenty", func(i int) bool { return i < 20 }),
	)
	return append(all,
		testCase{name: "errors/expired in the middle", exit: failed, handle: func(op string, body obj, _ string, _ int) answer {
			if op == "DescribeModel" {
				return fault("ExpiredTokenException", "The security token included in the request is expired")
			}
			return usual(op, body)
		}, check: func(r *result) {
			r.says(`expired`)
			r.says(`(?i)refresh|renew|new credentials|log in`)
		}},
		testCase{name: "errors/tags of one denied", exit: incomplete, handle: func(op string, body obj, _ string, _ int) answer {
			switch {
			case op == "GetResources", op == "ListTags" && body["ResourceArn"] == models.arn("a"):
				return denied()
			case op == "ListTags":
				return ok(obj{"Tags": []obj{{"Key": "k", "Value": "v"}}})
			}
			return models.serve(op, body, "a", "b", "c")
		}, check: func(r *result) {
			r.onlyGap("ListTags", 1, models.arn("a"))
			r.tag(models.arn("b"), "k", "v")
			r.tag(models.arn("c"), "k", "v")
			r.state("Model", "partial", "all")
			r.unread(models.arn("a"), "tags")
		}},
		testCase{name: "errors/tags of all denied", exit: incomplete, handle: func(op string, body obj, _ string, _ int) answer {
			if op == "GetResources" || op == "ListTags" {
				return denied()
			}
			return models.serve(op, body, names("m", 100)...)
		}, check: func(r *result) {
			if len(r.gaps("ListTags")) == 0 {
				r.Errorf("there is no gap of ListTags: %+v", r.manifest.Gaps)
			}
			r.incomplete("Model")
			r.unread(models.arn("m0000"), "tags")
			r.atMost("ListTags", 20)
		}},
		testCase{name: "errors/503 and 429 five times", exit: complete, limit: 2 * time.Minute, handle: func(op string, body obj, _ string, n int) answer {
			switch {
			case op == "ListModels" && n < 5:
				return text(503, "")
			case op == "ListEndpointConfigs" && n < 5:
				return text(429, "Too Many Requests")
			}
			return usual(op, body)
		}, check: func(r *result) {
			r.noGaps()
			r.complete("Model", "EndpointConfig")
		}},
		testCase{name: "errors/a server error that passes", exit: complete, handle: func(op string, body obj, _ string, n int) answer {
			switch {
			case op == "ListModels" && n == 0:
				return answer{status: 500, code: "InternalFailure", message: "again"}
			case op == "DescribeModel" && n == 0:
				return served(func(w http.ResponseWriter, _ *http.Request) { // half an answer
					w.Header().Set("Content-Length", "1000")
					fmt.Fprint(w, `{"ModelName":`)
				})
			}
			return usual(op, body)
		}, check: func(r *result) {
			r.noGaps()
			r.complete("Model")
			r.linked("HAS_EXECUTION_ROLE", models.arn("m"), role)
		}},
		testCase{name: "errors/a server error that stays", exit: incomplete, handle: func(op string, body obj, _ string, _ int) answer {
			if op == "ListModels" {
				return answer{status: 500, code: "InternalFailure", message: "never"}
			}
			return usual(op, body)
		}, check: func(r *result) {
			if g := r.onlyGap("ListModels", 1); g.Code != "InternalFailure" {
				r.Errorf("the gap is %+v", g)
			}
			r.state("Model", "unavailable", "none")
			r.neverPruned("Model")
			r.complete("EndpointConfig")
		}},
		testCase{name: "errors/the second page is denied", exit: incomplete, handle: func(op string, body obj, _ string, _ int) answer {
			if op == "ListModels" && body["NextToken"] == nil {
				return ok(with(models.page("m"), "NextToken", "A"))
			}
			if op == "ListModels" {
				return denied()
			}
			return usual(op, body)
		}, check: func(r *result) {
			r.onlyGap("ListModels", 1)
			r.state("Model", "partial", "some")
			r.observed(models.arn("m"))
			r.neverPruned("Model")
		}},
		searchFails("always", func(in obj, _ int32) bool { return in["SearchExpression"] == nil }),
		searchFails("for a while", func(_ obj, n int32) bool { return n <= 5 }),
		testCase{name: "errors/Search denied", exit: complete, handle: func(op string, body obj, _ string, _ int) answer {
			if op == "Search" {
				return denied()
			}
			return models.serve(op, body, "m")
		}, check: func(r *result) { // Describe says all of it
			r.noGaps()
			r.linked("HAS_EXECUTION_ROLE", models.arn("m"), role)
		}},
		buckets("all is read", "", answer{}),
		buckets("one piece denied", "s3:GetBucketPolicyStatus", answer{status: 403, code: "AccessDenied", message: "Access Denied"}),
		buckets("answers that are errors", "s3:GetBucketPolicyStatus", answer{status: 404, code: "NoSuchBucketPolicy", message: "The bucket policy does not exist"}),
		testCase{name: "errors/no neighbours", exit: complete, args: []string{"--region", region, "--neighbors", "none"}, handle: inBucket, check: func(r *result) {
			r.noGaps()
			r.linked("REFERENCED_ARTIFACTS_IN", models.arn("m"), "bkt")
			r.notObserved("bkt")
			for _, op := range r.fake.operations() {
				if strings.HasPrefix(op, "s3:") {
					r.Errorf("%s is called", op)
				}
			}
		}},
	)
}

func word(r rune) rune {
	if strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", r) {
		return r
	}
	return '-'
}

// goneAll is an operation that says of everything that it is gone. Where List
// then names it still, that is no answer.
func goneAll(still bool) testCase {
	c := testCase{name: fmt.Sprintf("errors/all gone, listed still %v", still), exit: complete, handle: func(op string, body obj, _ string, n int) answer {
		switch {
		case op == "DescribeEndpointConfig":
			return fault("ValidationException", "Could not find it")
		case op == "ListEndpointConfigs" && (still || n == 0):
			return ok(configs.page(names("c", 30)...))
		}
		return answer{}
	}, check: func(r *result) {
		r.noGaps()
		if k := r.state("EndpointConfig", "complete", "all"); k.Gone != 30 {
			r.Errorf("%d are gone, want 30", k.Gone)
		}
	}}
	if still {
		c.exit, c.check = incomplete, func(r *result) {
			r.onlyGap("DescribeEndpointConfig", 30, configs.arns(names("c", 10)...)...)
			r.state("EndpointConfig", "partial", "all")
			r.kept(configs.arns(names("c", 30)...)...)
		}
	}
	return c
}

// deniedOf are 200 resources, of which some must not be described.
func deniedOf(s shelf, name string, deny func(int) bool) testCase {
	all := names("x", 200)
	var gap, read []string
	for i, n := range all {
		if deny(i) {
			gap = append(gap, s.arn(n))
		} else {
			read = append(read, s.arn(n))
		}
	}
	return testCase{name: "errors/Describe" + s.kind + " denied of " + name, exit: incomplete, handle: func(op string, body obj, _ string, _ int) answer {
		if op == "Describe"+s.kind && deny(slices.Index(all, body[s.kind+"Name"].(string))) {
			return denied()
		}
		return s.serve(op, body, all...)
	}, check: func(r *result) {
		r.onlyGap("Describe"+s.kind, len(gap), gap[:min(10, len(gap))]...)
		r.state(s.kind, "partial", "all")
		r.kept(gap...)
		r.observed(read...)
		for _, id := range read {
			if r.prop(id, "unread") != nil {
				r.Errorf("%s was not read, and it may be", id)
				break
			}
		}
		if len(read) == 0 {
			r.atMost("Describe"+s.kind, 20)
		}
		if !r.prunesNodes(s.kind) || r.prunesEdges(s.kind, "ProductionVariants[].ModelName") || r.prunesEdges(s.kind, "ExecutionRoleArn") {
			r.Errorf("all ids are known, and no edges: prune.cypher should delete nodes alone")
		}
		unread := unreadOf(r, r.kindIn(region, s.kind))
		if !slices.ContainsFunc(unread, func(u unreadPart) bool { return u.Because == "gap" && u.Count == len(gap) }) {
			r.Errorf("the manifest says that this was not read: %+v; want a column with %d because of a gap", unread, len(gap))
		}
	}}
}

// searchFails is a search of 3,000 models whose second page fails: the nth time
// that it is asked for, or not. What it did not give is searched for again, and
// not described one by one.
func searchFails(name string, fails func(in obj, n int32) bool) testCase {
	var second atomic.Int32
	all := names("m", 3000)
	var items, found []obj
	for i, n := range all {
		items = append(items, models.item(n, "CreationTime", created+i))
		found = append(found, obj{"Model": obj{"Model": models.record(n, "CreationTime", created+i)}})
	}
	return testCase{name: "errors/a page of Search fails " + name, exit: complete, handle: func(op string, body obj, _ string, _ int) answer {
		switch {
		case op == "ListModels":
			return ok(paged(body, "Models", items))
		case op == "Search" && body["Resource"] == "Model":
			if body["NextToken"] == "100" && fails(body, second.Add(1)) {
				return answer{status: 500, code: "InternalFailure", message: "no"}
			}
			in := found
			if e, _ := body["SearchExpression"].(map[string]any); e != nil {
				in = between(found, e)
			}
			return ok(paged(body, "Results", in))
		case op == "DescribeModel":
			return ok(models.record(body["ModelName"].(string)))
		}
		return answer{}
	}, check: func(r *result) {
		r.noGaps()
		if k := r.state("Model", "complete", "all"); k.Written != len(all) {
			r.Errorf("%d models were read, want %d", k.Written, len(all))
		}
		r.atMost("DescribeModel", 20)
		r.atMost("Search", 300)
		for _, n := range all {
			if r.prop(models.arn(n), "execution_role_arn") != role {
				r.Errorf("the details of %s were not read", n)
				break
			}
		}
	}}
}

// paged is the page of 100 items that the input's token leads to.
func paged(in obj, member string, items []obj) obj {
	from := 0
	if t, _ := in["NextToken"].(string); t != "" {
		fmt.Sscan(t, &from)
	}
	to := min(from+100, len(items))
	page := obj{member: items[min(from, to):to]}
	if to < len(items) {
		page["NextToken"] = fmt.Sprint(to)
	}
	return page
}

// between are the records of models that the filters of a search let through.
// There are filters by creation time alone.
func between(found []obj, expression map[string]any) []obj {
	return slices.DeleteFunc(slices.Clone(found), func(o obj) bool {
		at := time.Unix(int64(o["Model"].(obj)["Model"].(obj)["CreationTime"].(int)), 0)
		filters, _ := expression["Filters"].([]any)
		for _, f := range filters {
			filter := f.(map[string]any)
			limit, err := time.Parse(time.RFC3339Nano, filter["Value"].(string))
			if filter["Name"] != "CreationTime" || err != nil {
				panic(fmt.Sprint("a filter that is not known: ", filter))
			}
			pass := false
			switch filter["Operator"] {
			case "GreaterThanOrEqualTo":
				pass = !at.Before(limit)
			case "GreaterThan":
				pass = at.After(limit)
			case "LessThan":
				pass = at.Before(limit)
			case "LessThanOrEqualTo":
				pass = !at.After(limit)
			}
			if !pass {
				return true
			}
		}
		return false
	})
}

// inBucket is a model whose artifact is in the bucket bkt.
func inBucket(op string, _ obj, _ string, _ int) answer {
	switch op {
	case "ListModels":
		return ok(models.page("m"))
	case "DescribeModel":
		return ok(models.record("m", "PrimaryContainer", obj{"ModelDataUrl": "s3://bkt/model.tar.gz"}))
	case "s3:GetBucketLocation":
		return text(200, `<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">eu-west-1</LocationConstraint>`)
	case "s3:GetPublicAccessBlock":
		return text(200, `<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls><BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>`)
	case "s3:GetBucketPolicyStatus":
		return text(200, `<PolicyStatus><IsPublic>false</IsPublic></PolicyStatus>`)
	case "s3:GetBucketPolicy":
		return text(200, `{"Version":"2012-10-17","Statement":[]}`)
	case "s3:GetBucketEncryption":
		return text(200, `<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>`)
	case "s3:GetBucketVersioning":
		return text(200, `<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>`)
	}
	return answer{}
}

// buckets reads the bucket that a model refers to; op answers a.
func buckets(name, op string, a answer) testCase {
	c := testCase{name: "errors/bucket/" + name, exit: complete, handle: func(o string, body obj, region string, n int) answer {
		if o == op {
			return a
		}
		return inBucket(o, body, region, n)
	}, check: func(r *result) {
		r.observed("bkt")
		r.linked("REFERENCED_ARTIFACTS_IN", models.arn("m"), "bkt")
		for _, piece := range []string{"GetBucketLocation", "GetPublicAccessBlock", "GetBucketPolicyStatus", "GetBucketEncryption", "GetBucketVersioning"} {
			if r.calls("s3:"+piece) != 1 {
				r.Errorf("%s is called %d times, want once", piece, r.calls("s3:"+piece))
			}
		}
		if a.code == "AccessDenied" {
			if g := r.onlyGap(op, 1, "bkt"); g.Code != a.code {
				r.Errorf("the gap is %+v", g)
			}
			r.stateIn("global", "AWSS3Bucket", "partial", "all")
			return
		}
		r.noGaps()
	}}
	if a.code == "AccessDenied" {
		c.exit = incomplete
	}
	return c
}

// orderChangesNothing runs one account twice, its answers in another order each
// time: gaps, states, nodes and edges must be the same.
func orderChangesNothing(t *testing.T, sgexport string) {
	account := func(salt string) handler {
		return func(op string, body obj, _ string, _ int) answer {
			h := fnv.New32()
			fmt.Fprint(h, salt, op, body)
			time.Sleep(time.Duration(h.Sum32()%20) * time.Millisecond)
			switch {
			case op == "DescribeModel", op == "ListPipelines", op == "DescribeEndpointConfig" && body["EndpointConfigName"].(string) > "c0015":
				return denied()
			}
			return either(models.serve(op, body, names("m", 60)...), configs.serve(op, body, names("c", 30)...), endpoints.serve(op, body, names("e", 20)...))
		}
	}
	var runs []*result
	for _, salt := range []string{"a", "b"} {
		c := testCase{exit: incomplete, handle: account(salt)}
		runs = append(runs, c.run(t, sgexport))
	}
	a, b := runs[0], runs[1]
	if !reflect.DeepEqual(a.manifest, b.manifest) {
		t.Errorf("the manifests differ:\n%+v\n%+v", a.manifest, b.manifest)
	}
	for _, name := range []string{"jsonl/nodes.jsonl", "jsonl/edges.jsonl", "cypher/prune.cypher"} {
		if string(a.file(name)) != string(b.file(name)) {
			t.Errorf("%s differs", name)
		}
	}
}

// throttlingIsShown reads stderr while a list is throttled: it says so long
// before it gives up.
func throttlingIsShown(t *testing.T, sgexport string) {
	fake := newFakeAWS(t, func(op string, _ obj, _ string, _ int) answer {
		if op == "ListDeviceFleets" {
			return fault("ThrottlingException", "Rate exceeded")
		}
		return answer{}
	})
	ctx, cancel := context.WithTimeout(t.Context(), 45*time.Second)
	defer cancel()
	cmd, _ := (&testCase{}).command(ctx, t, sgexport, fake.URL)
	seen := newWatch(`(?i)throttled?\b.*ListDeviceFleets`)
	cmd.Stderr = seen
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-seen.found:
	case <-ctx.Done():
		t.Errorf("stderr does not say that ListDeviceFleets is throttled:\n%s", seen.text())
	}
	cancel()
	_ = cmd.Wait() // it was killed
}
