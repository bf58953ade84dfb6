package main_test

import (
	"strings"
)

// contradictionCases are answers that say less than an earlier one, or are about
// something else.
func contradictionCases() []testCase {
	var all []testCase
	all = append(all, thinCases()...)
	all = append(all, foreignCases()...)
	all = append(all, goneCases()...)
	return append(all, tagCases()...)
}

// thinCases have descriptions that say less than the list does.
func thinCases() []testCase {
	item := func(members ...any) obj {
		return with(jobs.item("j"), append([]any{"TrainingJobStatus", "Completed", "LastModifiedTime", created}, members...)...)
	}
	thin := func(name string, listed, described obj) testCase {
		return testCase{name: "contradictions/Describe " + name, exit: incomplete, handle: func(op string, _ obj, _ string, _ int) answer {
			switch op {
			case "ListTrainingJobs":
				return ok(obj{"TrainingJobSummaries": []obj{listed}})
			case "DescribeTrainingJob":
				return ok(described)
			}
			return answer{}
		}, check: func(r *result) {
			r.observed(jobs.arn("j"))
			r.state("TrainingJob", "partial", "all")
			r.unread(jobs.arn("j"), "role_arn")
			if r.prunesEdges("TrainingJob", "RoleArn") {
				r.Error("edges that were not read are pruned")
			}
		}}
	}
	return []testCase{
		thin("says name, ARN and creation time", item(), jobs.item("j")),
		thin("says less than the list", item(), item("LastModifiedTime", nil)),
		thin("says nothing, and the list only the name", jobs.item("j", "CreationTime", nil), obj{}),
		{name: "contradictions/Describe says more than the list, and not all of it", exit: complete, handle: func(op string, _ obj, _ string, _ int) answer {
			switch op {
			case "ListTrainingJobs":
				return ok(obj{"TrainingJobSummaries": []obj{item()}})
			case "DescribeTrainingJob":
				return ok(jobs.item("j", "RoleArn", role))
			}
			return answer{}
		}, check: func(r *result) {
			r.complete("TrainingJob")
			r.has(jobs.arn("j"), "status", "Completed") // as the list has it
			r.linked("HAS_EXECUTION_ROLE", jobs.arn("j"), role)
		}},
	}
}

// foreignCases list and describe what belongs to another parent, and two things
// under one id.
func foreignCases() []testCase {
	cards := shelf{"ModelCard", "ListModelCards", "ModelCardSummaries", "model-card/", obj{"ModelCardStatus": "Draft", "ModelCardVersion": 1, "Content": "{}", "CreatedBy": obj{}}}
	version := func(card string, n int) obj {
		return obj{"ModelCardName": card, "ModelCardArn": cards.arn(card), "ModelCardVersion": n, "ModelCardStatus": "Draft", "CreationTime": created}
	}
	schedules := shelf{"MonitoringSchedule", "ListMonitoringSchedules", "MonitoringScheduleSummaries", "monitoring-schedule/", obj{"MonitoringScheduleStatus": "Scheduled", "LastModifiedTime": created, "MonitoringScheduleConfig": obj{}}}
	pipelines := shelf{"Pipeline", "ListPipelines", "PipelineSummaries", "pipeline/", obj{"PipelineStatus": "Active"}}
	execution := arn("pipeline/p/execution/1")
	run := func(job string) obj {
		return obj{
			"MonitoringScheduleName": "s", "ScheduledTime": created, "CreationTime": created, "LastModifiedTime": created,
			"MonitoringExecutionStatus": "Completed", "ProcessingJobArn": arn("processing-job/" + job),
		}
	}
	return []testCase{
		{name: "contradictions/versions of another card", exit: incomplete, handle: func(op string, body obj, _ string, _ int) answer {
			if op == "ListModelCardVersions" {
				return ok(obj{"ModelCardVersionSummaryList": []obj{version("b", 1), version("b", 2)}})
			}
			return cards.serve(op, body, "a")
		}, check: func(r *result) {
			r.notObserved(arn("model-card/a/version/1"), arn("model-card/a/version/2"), arn("model-card/b/version/1"))
			r.state("ModelCardVersion", "partial", "some")
			r.gap("ListModelCardVersions")
		}},
		{name: "contradictions/an execution of another pipeline", exit: incomplete, handle: func(op string, body obj, _ string, _ int) answer {
			switch op {
			case "ListPipelineExecutions":
				return ok(obj{"PipelineExecutionSummaries": []obj{{"PipelineExecutionArn": execution, "StartTime": created}}})
			case "DescribePipelineExecution":
				return ok(obj{"PipelineExecutionArn": execution, "PipelineArn": pipelines.arn("p"), "CreationTime": created})
			}
			return pipelines.serve(op, body, "q")
		}, check: func(r *result) {
			r.notObserved(execution)
			if _, made := r.nodes[pipelines.arn("p")]; made {
				r.Error("a pipeline that nothing lists is there")
			}
		}},
		{name: "contradictions/a description that names another parent", exit: incomplete, handle: func(op string, body obj, _ string, _ int) answer {
			switch op {
			case "ListPipelineExecutions":
				return ok(obj{"PipelineExecutionSummaries": []obj{{"PipelineExecutionArn": execution, "StartTime": created}}})
			case "DescribePipelineExecution":
				return ok(obj{"PipelineExecutionArn": execution, "PipelineArn": pipelines.arn("other"), "CreationTime": created})
			}
			return pipelines.serve(op, body, "p")
		}, check: func(r *result) {
			r.observed(execution)
			if g := r.gap("DescribePipelineExecution"); g.Code != "OtherResource" {
				r.Errorf("the gap is %+v", g)
			}
			if r.edge("CONTAINS", pipelines.arn("other"), execution) {
				r.Error("the other pipeline contains it")
			}
		}},
		{name: "contradictions/two runs at one time", exit: incomplete, handle: func(op string, body obj, _ string, _ int) answer {
			if op == "ListMonitoringExecutions" {
				return ok(obj{"MonitoringExecutionSummaries": []obj{run("one"), run("two")}})
			}
			return schedules.serve(op, body, "s")
		}, check: func(r *result) {
			if g := r.gap("ListMonitoringExecutions"); g.Code != "SameID" {
				r.Errorf("the gap is %+v", g)
			}
			r.neverPruned("MonitoringExecution")
		}},
		{name: "contradictions/names that differ in what is no text", exit: incomplete, handle: func(op string, _ obj, _ string, _ int) answer {
			item := func(name string, status string) string {
				return `{"EndpointName":"` + name + `","EndpointArn":"` + endpoints.arn(name) + `","EndpointStatus":"` + status + `","CreationTime":1700000000,"LastModifiedTime":1700000000}`
			}
			if op == "ListEndpoints" {
				return text(200, `{"Endpoints":[`+item(`\ud800`, "InService")+","+item(`\ud801`, "Failed")+"]}")
			}
			return answer{}
		}, check: func(r *result) {
			if g := r.gap("ListEndpoints"); g.Code != "SameID" {
				r.Errorf("the gap is %+v", g)
			}
		}},
		{name: "contradictions/one run twice", exit: complete, handle: func(op string, body obj, _ string, _ int) answer {
			if op == "ListMonitoringExecutions" {
				return ok(obj{"MonitoringExecutionSummaries": []obj{run("one"), run("one")}})
			}
			return schedules.serve(op, body, "s")
		}, check: func(r *result) { r.complete("MonitoringExecution") }},
		{name: "contradictions/an association without an end", exit: incomplete, handle: func(op string, _ obj, _ string, _ int) answer {
			if op == "ListAssociations" {
				return ok(obj{"AssociationSummaries": []obj{{"DestinationArn": arn("artifact/a"), "AssociationType": "Produced"}}})
			}
			return answer{}
		}, check: func(r *result) {
			r.gap("ListAssociations")
			r.incomplete("Artifact", "Context")
			if r.prunesEdges("Artifact", "DestinationArn") {
				r.Error("associations are pruned")
			}
		}},
	}
}

// goneCases have Describe calls that fail for something else that is not there.
func goneCases() []testCase {
	var all []testCase
	for _, message := range []string{
		"The KMS key arn:aws:kms:us-east-1:111122223333:key/k does not exist", "Could not find VPC vpc-1", "Role r could not be found", "You do not have permission, or it does not exist",
	} {
		all = append(all, testCase{name: "contradictions/not what is gone: " + message[:12], exit: incomplete, handle: func(op string, body obj, _ string, _ int) answer {
			if op == "DescribeModel" {
				return fault("ValidationException", message)
			}
			return models.serve(op, body, "m")
		}, check: func(r *result) { r.kept(models.arn("m")) }})
	}
	return append(all, testCase{name: "contradictions/every list is unoffered", exit: incomplete, handle: func(op string, _ obj, _ string, _ int) answer {
		if strings.HasPrefix(op, "List") {
			return fault("UnknownOperationException", "")
		}
		return answer{}
	}, check: func(r *result) {
		if len(r.manifest.Gaps) != 1 || r.manifest.Gaps[0].Code != "NothingOffered" {
			r.Errorf("gaps %+v", r.manifest.Gaps)
		}
	}})
}

// tagCases have sweeps of tags that name other things than what is there.
func tagCases() []testCase {
	var all []testCase
	for name, named := range map[string]string{
		"another region": strings.Replace(models.arn("m"), region, "eu-west-1", 1), "another account": strings.Replace(models.arn("m"), account, "999999999999", 1), "nothing": "",
	} {
		all = append(all, testCase{name: "contradictions/tags of " + name, exit: complete, handle: func(op string, body obj, _ string, _ int) answer {
			tags := []obj{{"Key": "k", "Value": "v"}}
			switch op {
			case "GetResources":
				return ok(obj{"ResourceTagMappingList": []obj{{"ResourceARN": named, "Tags": []obj{{"Key": "wrong", "Value": "v"}}}}})
			case "ListTags":
				return ok(obj{"Tags": tags})
			}
			return models.serve(op, body, "m")
		}, check: func(r *result) {
			r.tag(models.arn("m"), "k", "v") // ListTags takes over
		}})
	}
	return all
}
