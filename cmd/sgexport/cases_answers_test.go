package main_test

import "strings"

// noAnswers are bodies with status 200 that are no answer of any operation.
var noAnswers = map[string]string{
	"empty":         "",
	"message":       `{"message":"Forbidden"}`,
	"Message":       `{"Message":"Forbidden","Request":"x"}`,
	"array":         `[]`,
	"null":          `null`,
	"string":        `"x"`,
	"number":        `12`,
	"html":          `<html><body>Sign in</body></html>`,
	"half":          `{"Models":[`,
	"binary":        "\x00\x01\xff",
	"other members": `{"foo":1,"bar":[]}`,
}

// answerCases are answers with status 200 that are none.
func answerCases() []testCase {
	var all []testCase
	// instead answers an operation with a body, and lets the others be.
	instead := func(op, body string) handler {
		return func(o string, in obj, _ string, _ int) answer {
			if o == op {
				return text(200, body)
			}
			return either(usual(o, in), artifact(o))
		}
	}
	listed := func(r *result) {
		r.onlyGap("ListModels", 1)
		r.state("Model", "unavailable", "none")
		r.notObserved(models.arn("m"))
		r.neverPruned("Model")
		r.complete("EndpointConfig")
		r.linked("REFERENCED", configs.arn("c"), models.arn("m"))
	}
	for name, body := range noAnswers {
		all = append(all,
			testCase{name: "answers/ListModels/" + name, exit: incomplete, handle: instead("ListModels", body), check: listed},
			testCase{name: "answers/DescribeEndpointConfig/" + name, exit: incomplete, handle: instead("DescribeEndpointConfig", body), check: func(r *result) {
				r.onlyGap("DescribeEndpointConfig", 1, configs.arn("c"))
				r.state("EndpointConfig", "partial", "all")
				r.kept(configs.arn("c"))
				r.complete("Model")
			}},
		)
	}
	// Lists that are not there, though the service model requires them.
	for name, body := range map[string]string{"list null": `{"Models":null}`, "list object": `{"Models":{}}`, "no list": `{}`, "token alone": `{"NextToken":"t"}`} {
		all = append(all, testCase{name: "answers/ListModels/" + name, exit: incomplete, handle: instead("ListModels", body), check: listed})
	}
	for _, body := range []string{noAnswers["message"], noAnswers["html"], noAnswers["array"]} {
		name := strings.Map(word, body)
		all = append(all,
			testCase{name: "answers/ListPipelines/" + name, exit: incomplete, handle: instead("ListPipelines", body), check: func(r *result) {
				r.gap("ListPipelines")
				r.state("Pipeline", "unavailable", "none")
				r.incomplete("PipelineExecution")
				r.neverPruned("Pipeline", "PipelineExecution")
			}},
			testCase{name: "answers/ListAssociations/" + name, exit: incomplete, handle: instead("ListAssociations", body), check: func(r *result) {
				r.gap("ListAssociations")
				r.incomplete("Artifact")
				r.observed(arn("artifact/a"))
			}},
			testCase{name: "answers/Search/" + name, exit: complete, handle: instead("Search", body), check: func(r *result) {
				r.noGaps() // all of it was described
				r.linked("HAS_EXECUTION_ROLE", models.arn("m"), role)
			}},
			// ListTags may take over, or not: the tag is there, or it is said to be missing.
			testCase{name: "answers/GetResources/" + name, exit: anyExit, handle: func(op string, in obj, _ string, _ int) answer {
				switch op {
				case "GetResources":
					return text(200, body)
				case "ListTags":
					return ok(obj{"Tags": []obj{{"Key": "k", "Value": "v"}}})
				}
				return usual(op, in)
			}, check: func(r *result) {
				if r.code == complete {
					r.tag(models.arn("m"), "k", "v")
					return
				}
				r.incomplete("Model")
				if r.prop(models.arn("m"), "tags") == nil {
					r.unread(models.arn("m"), "tags")
				}
			}},
			testCase{name: "answers/ListTags/" + name, exit: incomplete, handle: func(op string, in obj, _ string, _ int) answer {
				switch op {
				case "GetResources":
					return denied()
				case "ListTags":
					return text(200, body)
				}
				return usual(op, in)
			}, check: func(r *result) {
				r.incomplete("Model")
				r.unread(models.arn("m"), "tags")
			}},
		)
	}
	return append(all,
		// Nothing is required of these: it is an empty list.
		testCase{name: "answers/no member where none is required", exit: complete, handle: func(op string, in obj, _ string, _ int) answer {
			switch op {
			case "ListPipelines", "ListAssociations", "GetResources", "ListTags", "Search", "ListArtifacts", "ListDomains":
				return ok(obj{})
			}
			return usual(op, in)
		}, check: func(r *result) {
			r.noGaps()
			r.complete("Model", "EndpointConfig", "Pipeline", "Artifact", "Domain")
		}},
		testCase{name: "answers/everything is a message", exit: failed, handle: func(op string, _ obj, _ string, _ int) answer {
			if strings.HasPrefix(op, "sts:") {
				return answer{}
			}
			return text(200, noAnswers["message"])
		}},
		testCase{name: "answers/the second page is no answer", exit: incomplete, handle: func(op string, in obj, _ string, _ int) answer {
			if op == "ListModels" && in["NextToken"] == nil {
				return ok(with(models.page("m"), "NextToken", "t"))
			}
			if op == "ListModels" {
				return text(200, noAnswers["message"])
			}
			return usual(op, in)
		}, check: func(r *result) {
			r.onlyGap("ListModels", 1)
			r.state("Model", "partial", "some")
			r.linked("HAS_EXECUTION_ROLE", models.arn("m"), role)
			r.neverPruned("Model")
		}},
		// Search gives a record without what is in it.
		testCase{name: "answers/Search records without a record", exit: complete, handle: func(op string, in obj, _ string, _ int) answer {
			if op == "Search" && in["Resource"] == "Model" {
				return ok(obj{"Results": []any{obj{}, obj{"Model": obj{}}, obj{"Model": obj{"Model": nil}}, obj{"Model": nil}, nil, obj{"Model": obj{"Model": obj{}}}}})
			}
			return usual(op, in)
		}, check: func(r *result) {
			r.noGaps()
			r.complete("Model")
			r.linked("HAS_EXECUTION_ROLE", models.arn("m"), role)
		}},
		testCase{name: "answers/Describe without its wrapper", exit: incomplete, handle: func(op string, in obj, _ string, _ int) answer {
			switch op {
			case "ListClusters":
				return ok(obj{"ClusterSummaries": []obj{{"ClusterName": "c", "ClusterArn": arn("cluster/c"), "CreationTime": created, "ClusterStatus": "InService"}}})
			case "DescribeCluster":
				return ok(obj{"ClusterName": "c", "ClusterArn": arn("cluster/c"), "ClusterStatus": "InService", "InstanceGroups": []obj{}})
			case "ListClusterNodes":
				return ok(obj{"ClusterNodeSummaries": []obj{{"InstanceGroupName": "g", "InstanceId": "i-1", "InstanceType": "ml.c5.large", "LaunchTime": created, "InstanceStatus": obj{"Status": "Running"}}}})
			case "DescribeClusterNode":
				return ok(obj{"NodeDetails": nil})
			}
			return usual(op, in)
		}, check: func(r *result) {
			r.onlyGap("DescribeClusterNode", 1)
			r.state("ClusterNode", "partial", "all")
			r.complete("Model")
		}},
	)
}
