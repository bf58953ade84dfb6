package main_test

import "strings"

// recordCases are records of something else than what was asked for, or of
// another time.
func recordCases() []testCase {
	var all []testCase
	otherRegion := strings.Replace(models.arn("m"), region, "eu-west-1", 1)
	otherAccount := strings.Replace(models.arn("m"), account, "999988887777", 1)
	for name, id := range map[string]any{
		"another account": otherAccount, "another region": otherRegion, "another kind": endpoints.arn("m"), "another resource": models.arn("m2"),
		"no ARN": nil, "what is no ARN": "m", "a longer name": models.arn("m/x"),
	} {
		if id == nil { // its name tells which one it is
			all = append(all, testCase{name: "records/Describe has no ARN", exit: complete, handle: func(op string, body obj, _ string, _ int) answer {
				if op == "DescribeModel" {
					return ok(models.record("m", "ModelArn", nil))
				}
				return models.serve(op, body, "m")
			}, check: func(r *result) {
				r.linked("HAS_EXECUTION_ROLE", models.arn("m"), role)
			}})
			continue
		}
		all = append(all,
			testCase{name: "records/Describe is of " + name, exit: incomplete, handle: func(op string, body obj, _ string, _ int) answer {
				if op == "DescribeModel" {
					return ok(models.record("m", "ModelArn", id))
				}
				return models.serve(op, body, "m")
			}, check: func(r *result) {
				r.onlyGap("DescribeModel", 1, models.arn("m"))
				r.state("Model", "partial", "all")
				r.kept(models.arn("m"))
				r.notObserved(otherRegion, otherAccount, endpoints.arn("m"), models.arn("m2"))
				if r.edge("HAS_EXECUTION_ROLE", models.arn("m"), role) {
					r.Errorf("the role of something else became that of the model")
				}
			}},
			testCase{name: "records/Search is of " + name, exit: complete, handle: func(op string, body obj, _ string, _ int) answer {
				if op == "Search" && body["Resource"] == "Model" {
					return ok(obj{"Results": []obj{{"Model": obj{"Model": models.record("m", "ModelArn", id, "ExecutionRoleArn", role+"-other")}}}})
				}
				return models.serve(op, body, "m")
			}, check: func(r *result) {
				r.noGaps()
				r.complete("Model")
				r.linked("HAS_EXECUTION_ROLE", models.arn("m"), role)
				r.has(models.arn("m"), "execution_role_arn", role)
				r.notObserved(otherRegion, otherAccount, endpoints.arn("m"), models.arn("m2"))
			}},
		)
	}
	return append(all,
		stale("status", "ProjectSummaryList", "Project", "project/p", obj{"ProjectName": "p", "ProjectId": "p-1", "ProjectStatus": "CreateCompleted"}, obj{"ProjectStatus": "CreateInProgress"}, "status", "CreateCompleted"),
		stale("the status of a part", "FeatureGroupSummaries", "FeatureGroup", "feature-group/f",
			obj{"FeatureGroupName": "f", "FeatureGroupStatus": "Created", "OfflineStoreStatus": obj{"Status": "Disabled"}}, obj{"OfflineStoreStatus": obj{"Status": "Active"}}, "offline_store_status_status", "Disabled"),
		stale("the time of change", "ExperimentSummaries", "Experiment", "experiment/e",
			obj{"ExperimentName": "e", "DisplayName": "new", "LastModifiedTime": created + 900}, obj{"DisplayName": "old", "LastModifiedTime": created + 100}, "display_name", "new"),
		stale("the time of creation", "Models", "Model", "model/m",
			obj{"ModelName": "m", "CreationTime": created + 900}, obj{"CreationTime": created}, "creation_time", "2023-11-14T22:28:20Z"),
		stale("approval", "ModelPackageSummaryList", "ModelPackage", "model-package/g/1",
			obj{"ModelPackageName": "g", "ModelPackageGroupName": "g", "ModelPackageVersion": 1, "ModelPackageStatus": "Completed", "ModelApprovalStatus": "Rejected"}, obj{"ModelApprovalStatus": "Approved"}, "model_approval_status", "Rejected"),
		stale("version", "ModelPackageSummaryList", "ModelPackage", "model-package/g/2",
			obj{"ModelPackageName": "g", "ModelPackageGroupName": "g", "ModelPackageVersion": 2, "ModelPackageStatus": "Completed"}, obj{"ModelPackageVersion": 1}, "model_package_version", "2"),
		stale("the status of a tuning job", "HyperParameterTuningJobSummaries", "HyperParameterTuningJob", "hyper-parameter-tuning-job/h", obj{
			"HyperParameterTuningJobName": "h", "HyperParameterTuningJobStatus": "Completed", "Strategy": "Bayesian", "TrainingJobStatusCounters": obj{}, "ObjectiveStatusCounters": obj{},
			"HyperParameterTuningJobConfig": obj{"Strategy": "Bayesian", "ResourceLimits": obj{}},
		}, obj{"HyperParameterTuningJobStatus": "InProgress"}, "status", "Completed"),
	)
}

// stale is a resource of which Search has an older record than List: it differs
// in some members, of which one becomes column.
func stale(what, member, kind, path string, now, old obj, column, want string) testCase {
	with := func(changes obj) obj {
		o := obj{kind + "Arn": arn(path), "CreationTime": created}
		for _, members := range []obj{now, changes} {
			for k, v := range members {
				o[k] = v
			}
		}
		return o
	}
	list := "List" + strings.TrimSuffix(kind, "s") + "s"
	return testCase{name: "records/Search is older in " + what, exit: complete, handle: func(op string, body obj, _ string, _ int) answer {
		switch {
		case op == list:
			return ok(obj{member: []obj{with(nil)}})
		case op == "Describe"+kind:
			return ok(with(nil))
		case op == "Search" && body["Resource"] == kind:
			record := obj{kind: with(old)}
			if kind == "Model" {
				record = obj{"Model": record}
			}
			return ok(obj{"Results": []obj{record}})
		}
		return answer{}
	}, check: func(r *result) {
		r.noGaps()
		r.complete(kind)
		if n := r.calls("Describe" + kind); n != 1 {
			r.Errorf("Describe%s is called %d times, want once", kind, n)
		}
		if got := r.prop(arn(path), column); !sameMoment(got, want) {
			r.has(arn(path), column, want)
		}
	}}
}
