package main_test

import "strings"

// regionCases are regions that refuse, or lack, what others have.
func regionCases() []testCase {
	first := []string{"--region", "ap-east-1", "--region", "us-east-1"}
	// refuses is a region that gives one answer to all but, perhaps, STS.
	refuses := func(a answer, sts bool) handler {
		return func(op string, body obj, region string, _ int) answer {
			if region == "ap-east-1" && (sts || !strings.HasPrefix(op, "sts:")) {
				return a
			}
			return usual(op, body)
		}
	}
	unavailable := func(code string) func(*result) {
		return func(r *result) {
			r.regionUnavailable("ap-east-1", code)
			r.complete("Model", "EndpointConfig")
			r.linked("HAS_EXECUTION_ROLE", models.arn("m"), role)
		}
	}
	var all []testCase
	for _, code := range []string{"UnrecognizedClientException", "InvalidClientTokenId", "OptInRequired", "AuthFailure", "InvalidSignatureException"} {
		all = append(all, testCase{
			name: "regions/first refuses with " + code, exit: incomplete, args: first,
			handle: refuses(fault(code, "The security token included in the request is invalid"), false), check: unavailable(code),
		})
	}
	onlyRegion := func(code string) handler {
		return func(op string, _ obj, _ string, _ int) answer {
			if strings.HasPrefix(op, "sts:") {
				return answer{}
			}
			return fault(code, "no")
		}
	}
	// Every region refuses STS; and where one answers, the run goes on there.
	for _, c := range []struct {
		name, says string
		a          answer
	}{
		{"denied", "ask who administers the account", answer{status: 403, code: "AccessDenied", message: "with an explicit deny in a service control policy"}},
		{"out of order", "InternalFailure", answer{status: 500, code: "InternalFailure", message: "We encountered an internal error."}},
	} {
		all = append(all,
			testCase{
				name: "regions/STS " + c.name + " in the first", exit: complete, args: first,
				handle: func(op string, body obj, region string, _ int) answer {
					switch {
					case region != "ap-east-1":
						return usual(op, body)
					case strings.HasPrefix(op, "sts:"):
						return c.a
					}
					return answer{} // nothing is there
				},
				check: func(r *result) { r.complete("Model") },
			},
			testCase{
				name: "regions/STS " + c.name + " in all", exit: failed, args: first,
				handle: func(op string, _ obj, _ string, _ int) answer {
					if strings.HasPrefix(op, "sts:") {
						return c.a
					}
					return answer{}
				},
				check: func(r *result) { r.says(c.says); r.says(`GetCallerIdentity in ap-east-1`) },
			},
		)
	}
	return append(all,
		testCase{
			name: "regions/first refuses in two ways", exit: incomplete, args: first,
			handle: func(op string, body obj, region string, _ int) answer {
				switch {
				case region != "ap-east-1" || strings.HasPrefix(op, "sts:"):
					return usual(op, body)
				case len(op)%2 == 0:
					return fault("OptInRequired", "not subscribed")
				}
				return fault("UnrecognizedClientException", "The security token included in the request is invalid")
			},
			check: func(r *result) {
				r.stateIn("ap-east-1", "Model", "unavailable", "none")
				if len(r.manifest.Gaps) != 2 {
					r.Errorf("%d gaps for a region that is closed", len(r.manifest.Gaps))
				}
			},
		},
		testCase{
			name: "regions/first refuses, STS too", exit: incomplete, args: first,
			handle: refuses(answer{status: 403, code: "InvalidClientTokenId", message: "The security token included in the request is invalid"}, true),
			check: func(r *result) {
				r.complete("Model")
				r.observed(models.arn("m"))
				for _, g := range r.manifest.Gaps {
					if g.Scope != account+"/ap-east-1" {
						r.Errorf("a gap is not of the region that refuses: %+v", g)
					}
				}
			},
		},
		testCase{
			name: "regions/every one refuses, STS too", exit: failed, args: first,
			handle: func(string, obj, string, int) answer {
				return answer{status: 403, code: "InvalidClientTokenId", message: "The security token included in the request is invalid"}
			},
			check: func(r *result) {
				r.says(`InvalidClientTokenId`)
				r.says(`credentials`)
				r.saysNot(`check the network`)
			},
		},
		testCase{
			name: "regions/the only one refuses", exit: failed, handle: onlyRegion("UnrecognizedClientException"),
			check: func(r *result) {
				r.says(`UnrecognizedClientException`)
				r.says(`has not enabled the region`)
				r.saysNot(`check the network`)
			},
		},
		testCase{
			name: "regions/denied in one by an organization", exit: incomplete, args: first,
			handle: refuses(fault("AccessDeniedException", "with an explicit deny in a service control policy"), false),
			check: func(r *result) {
				r.stateIn("ap-east-1", "Model", "denied", "none")
				if len(r.manifest.Gaps) != 1 {
					r.Errorf("%d gaps for a region that is closed", len(r.manifest.Gaps))
				}
				r.complete("Model")
			},
		},
		testCase{
			name: "regions/all is denied", exit: failed, handle: onlyRegion("AccessDeniedException"),
			check: func(r *result) { r.says(`AccessDenied`) },
		},
		testCase{
			name: "regions/all but one list is denied", exit: incomplete,
			handle: func(op string, _ obj, _ string, _ int) answer {
				if strings.HasPrefix(op, "sts:") || op == "ListModels" {
					return answer{}
				}
				return denied()
			},
			check: func(r *result) {
				r.complete("Model")
				r.state("Endpoint", "denied", "none")
				r.state("EndpointConfig", "denied", "none")
				r.incomplete("ImageVersion", "PipelineExecution", "Artifact")
				r.neverPruned("Endpoint", "ImageVersion")
				for _, op := range []string{"ListEndpoints", "ListEndpointConfigs"} {
					if g := r.gap(op); g.Code != "AccessDeniedException" || g.Count != 1 || len(g.IDs) > 0 {
						r.Errorf("the gap of a list is %+v", g)
					}
				}
			},
		},
		testCase{
			name: "regions/an empty account", exit: complete, check: func(r *result) {
				r.noGaps()
				r.says(`(?i)no SageMaker resources in`)
				if c := r.manifest.Complete; c == nil || !*c {
					r.Errorf("an empty account is said to be incomplete")
				}
			},
		},
		testCase{
			name: "regions/operations that one lacks", exit: complete,
			handle: func(op string, body obj, _ string, _ int) answer {
				switch op {
				case "ListImages":
					return fault("UnknownOperationException", "")
				case "ListCodeRepositories":
					return answer{status: 404, code: "UnknownOperationException"}
				case "ListNotebookInstances":
					return fault("InvalidAction", "Could not find operation ListNotebookInstances")
				case "ListAlgorithms":
					return fault("ValidationException", "The operation ListAlgorithms is not supported in this region.")
				case "ListClusters":
					return fault("ValidationException", "Operation is not supported in the called region")
				case "Search":
					return fault("UnknownOperationException", "The requested operation is not supported in the called region.")
				}
				return usual(op, body)
			},
			check: func(r *result) {
				r.noGaps()
				for _, kind := range []string{"Image", "CodeRepository", "NotebookInstance", "Algorithm", "Cluster"} {
					r.state(kind, "unoffered", "none")
					r.neverPruned(kind)
				}
				r.complete("Model", "EndpointConfig")
				r.linked("HAS_EXECUTION_ROLE", models.arn("m"), role)
			},
		},
		testCase{
			name: "regions/an endpoint that has one region's resources for all", exit: incomplete, args: first,
			handle: func(op string, body obj, _ string, _ int) answer { return usual(op, body) },
			check: func(r *result) {
				r.complete("Model")
				r.stateIn("ap-east-1", "Model", "partial", "some")
			},
		},
		testCase{
			name: "regions/not what a validation error says", exit: incomplete,
			handle: func(op string, body obj, _ string, _ int) answer {
				if op == "ListImages" {
					return fault("ValidationException", "1 validation error detected: Value at 'maxResults' failed to satisfy constraint")
				}
				return usual(op, body)
			},
			check: func(r *result) {
				r.incomplete("Image")
				r.gap("ListImages")
			},
		},
	)
}
