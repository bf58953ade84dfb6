package main_test

import (
	"fmt"
	"math/rand"
	"strings"
)

var (
	jobs     = shelf{"TrainingJob", "ListTrainingJobs", "TrainingJobSummaries", "training-job/", obj{"TrainingJobStatus": "Completed", "RoleArn": role}}
	packages = shelf{"ModelPackage", "ListModelPackages", "ModelPackageSummaryList", "model-package/", obj{"ModelPackageStatus": "Completed"}}
)

// one lists and describes a single resource, with these members beside those of
// the shelf.
func (s shelf) one(op string, name string, members ...any) answer {
	switch op {
	case s.list:
		return ok(s.page(name))
	case "Describe" + s.kind:
		return ok(s.record(name, members...))
	}
	return answer{}
}

// container is a model's only container.
func container(members ...any) []any { return []any{"PrimaryContainer", with(obj{}, members...)} }

// idCases are about what is one node and what is two, and what a reference tells.
func idCases() []testCase {
	var all []testCase
	all = append(all, collisionCases()...)
	all = append(all, artifactCases()...)
	all = append(all, caseCases()...)
	all = append(all, nameCases()...)
	return append(all, ownerCases()...)
}

// alphabet are texts that names of everything are taken from, so that they
// collide.
var alphabet = []string{
	account, "999999999999", "0a1b2c3d-0000-1111-2222-333344445555", "subnet-0123456789abcdef0", "sg-01234567", "fs-0123456789abcdef0", "subnet-1", "fs-1",
	"abc", "AWSS3Bucket:abc", "git@github.com:a/b", "unresolved:x", "arn:aws:iam::" + account + ":role/r",
}

// collisionCases give the same names to buckets, keys, subnets, images and
// whatever else has an id of its own.
func collisionCases() []testCase {
	all := []testCase{{
		name: "ids/a bucket called like the account and one like a key", exit: complete, handle: func(op string, _ obj, _ string, _ int) answer {
			key := alphabet[2]
			return jobs.one(op, "j", "OutputDataConfig", obj{"S3OutputPath": "s3://" + account + "/out", "KmsKeyId": key}, "InputDataConfig", []obj{channel("s3://"+key+"/x", nil)})
		}, check: func(r *result) {
			r.linked("ENCRYPTED_BY", jobs.arn("j"), alphabet[2])
			r.linked("WROTE_TO", jobs.arn("j"), "AWSS3Bucket:"+account)
			r.linked("READ_FROM", jobs.arn("j"), "AWSS3Bucket:"+alphabet[2])
			r.has("AWSS3Bucket:"+account, "name", account)
			if n := r.nodes[account]; n.Labels[0] != "AWSAccount" {
				r.Errorf("the account is %+v", n)
			}
		},
	}, {
		name: "ids/one ARN in two kinds", exit: incomplete, handle: func(op string, body obj, _ string, _ int) answer {
			if op == "ListCodeRepositories" {
				return ok(obj{"CodeRepositorySummaryList": []obj{{"CodeRepositoryName": "m", "CodeRepositoryArn": endpoints.arn("e"), "CreationTime": created}}})
			}
			return endpoints.serve(op, body, "e")
		}, check: func(r *result) {
			r.observed(endpoints.arn("e"), arn("code-repository/m"))
			r.gap("ListCodeRepositories")
		},
	}}
	for seed := range 12 {
		all = append(all, testCase{name: fmt.Sprint("ids/names of one alphabet ", seed), exit: complete, handle: collisions(int64(seed)), check: func(r *result) {
			for id, n := range r.nodes {
				for _, other := range n.Labels[1:] {
					if strings.HasPrefix(id, other+":") {
						r.Errorf("%s has a further label before it", id)
					}
				}
			}
		}})
	}
	return all
}

func channel(uri string, fileSystem obj) obj {
	source := obj{"S3DataSource": obj{"S3DataType": "S3Prefix", "S3Uri": uri}}
	if fileSystem != nil {
		source = obj{"FileSystemDataSource": fileSystem}
	}
	return obj{"ChannelName": "c", "DataSource": source}
}

// collisions is an account in which everything has a name of the alphabet.
func collisions(seed int64) handler {
	return func(op string, _ obj, _ string, _ int) answer {
		random := rand.New(rand.NewSource(seed)) //nolint:gosec // the same for each call
		pick := func() string { return alphabet[random.Intn(len(alphabet))] }
		return either(
			jobs.one(op, "j", "AlgorithmSpecification", obj{"TrainingImage": pick()}, "OutputDataConfig", obj{"S3OutputPath": "s3://" + pick() + "/x", "KmsKeyId": pick()},
				"VpcConfig", obj{"Subnets": []string{pick(), pick()}, "SecurityGroupIds": []string{pick(), pick()}},
				"InputDataConfig", []obj{
					channel("s3://"+pick()+"/x", nil),
					channel("", obj{"FileSystemId": pick(), "FileSystemType": "EFS"}), channel("", obj{"FileSystemId": pick(), "FileSystemType": "FSxLustre"}),
					channel("", obj{"FileSystemId": "fs-1", "FileSystemType": "EFS"}), channel("", obj{"FileSystemId": "fs-1", "FileSystemType": "FSxLustre"}),
				}),
			models.one(op, "m", append(container("Image", pick(), "ModelDataUrl", "s3://"+pick()+"/m"), "VpcConfig", obj{"Subnets": []string{pick()}, "SecurityGroupIds": []string{pick()}})...),
			shelf{"Project", "ListProjects", "ProjectSummaryList", "project/", nil}.one(op, "p", "ProjectId", "p-1", "ProjectStatus", "CreateCompleted",
				"ServiceCatalogProvisioningDetails", obj{"ProductId": pick(), "ProvisioningArtifactId": pick(), "PathId": pick()},
				"ServiceCatalogProvisionedProductDetails", obj{"ProvisionedProductId": pick()}),
			shelf{"CodeRepository", "ListCodeRepositories", "CodeRepositorySummaryList", "code-repository/", nil}.one(op, "c", "LastModifiedTime", created,
				"GitConfig", obj{"RepositoryUrl": pick()}),
		)
	}
}

// artifactCases compare artifacts as what they name.
func artifactCases() []testCase {
	secretly := "sk-" + strings.Repeat("aB3dE5fG7h", 4)
	var all []testCase
	for _, c := range []struct {
		name, produced, referenced string
		derived                    bool
	}{
		{"the same", "s3://bkt/out/j/model.tar.gz", "s3://bkt/out/j/model.tar.gz", true},
		{"a slash at the end of one", "s3://bkt/out/j/model", "s3://bkt/out/j/model/", true},
		{"https in path style", "s3://bkt/out/j/m.tgz", "https://s3.us-east-1.amazonaws.com/bkt/out/j/m.tgz", true},
		{"https with the bucket in the host", "https://bkt.s3.amazonaws.com/out/j/m.tgz", "s3://bkt/out/j/m.tgz", true},
		{"https with dots in the bucket", "https://b.k.t.s3.eu-west-1.amazonaws.com/out/j/", "s3://b.k.t/out/j", true},
		{"percent-encoding", "https://bkt.s3.amazonaws.com/out/a%20b%2Bc/m.tgz", "s3://bkt/out/a b+c/m.tgz", true},
		{"percent-encoding in both schemes", "s3://bkt/out/a%20b/m.tgz", "https://bkt.s3.amazonaws.com/out/a%20b/m.tgz", true},
		{"a longer name", "s3://bkt/j1", "s3://bkt/j10", false},
		{"what is below", "s3://bkt/out/j", "s3://bkt/out/j/model.tar.gz", false},
		{"another case", "s3://bkt/out/J", "s3://bkt/out/j", false},
		{"another bucket", "s3://bkt/out/j", "s3://bkt2/out/j", false},
		{"secrets that differ", "s3://bkt/" + secretly + "/m", "s3://bkt/" + strings.ToUpper(secretly[:8]) + secretly[8:] + "x/m", false},
		{"the same secret", "s3://bkt/" + secretly + "/m", "s3://bkt/" + secretly + "/m", true},
	} {
		all = append(all, testCase{name: "ids/artifacts: " + c.name, exit: complete, handle: func(op string, _ obj, _ string, _ int) answer {
			return either(jobs.one(op, "j", "ModelArtifacts", obj{"S3ModelArtifacts": c.produced}), models.one(op, "m", container("ModelDataUrl", c.referenced)...))
		}, check: func(r *result) {
			if got := r.edge("DERIVED_FROM", models.arn("m"), jobs.arn("j")); got != c.derived {
				r.Errorf("derived: %v", got)
			}
		}})
	}
	return all
}

// caseCases refer to jobs by ARNs whose case AWS changed, or did not.
func caseCases() []testCase {
	component := shelf{"TrialComponent", "ListTrialComponents", "TrialComponentSummaries", "experiment-trial-component/", nil}
	var all []testCase
	for _, c := range []struct{ name, job, referred, to string }{
		{"in small letters", "Fraud-Job", "fraud-job", "Fraud-Job"},
		{"as it is", "Fraud-Job", "Fraud-Job", "Fraud-Job"},
		{"that of another", "fraud-job", "Fraud-JOB", "fraud-job"},
		{"in other letters", "fraud-Job", "Fraud-job", "Fraud-job"},
	} {
		// Search has no record of the component: that is a gap.
		all = append(all, testCase{name: "ids/ARN " + c.name, exit: incomplete, handle: func(op string, body obj, _ string, _ int) answer {
			return either(jobs.serve(op, body, c.job), component.one(op, "t", "Source", obj{"SourceArn": jobs.arn(c.referred), "SourceType": "SageMakerTrainingJob"}))
		}, args: []string{"--region", "us-east-1", "--kinds", "TrainingJob,TrialComponent"}, check: func(r *result) {
			r.linked("DERIVED_FROM", component.arn("t"), jobs.arn(c.to))
			if _, made := r.nodes[jobs.arn(c.referred)]; made != (c.referred == c.to) {
				r.Errorf("a node that has the ARN as the reference spells it: %v", made)
			}
		}})
	}
	return all
}

// nameCases refer by names that clients write for nothing, by names of hub
// contents, and by images of hosts that look like AWS's.
func nameCases() []testCase {
	var all []testCase
	for _, name := range []string{"None", "null", "-"} {
		for _, there := range []bool{true, false} {
			all = append(all, testCase{name: fmt.Sprintf("ids/a model called %s: %v", name, there), exit: complete, handle: func(op string, body obj, _ string, _ int) answer {
				model := "other"
				if there {
					model = name
				}
				return either(models.serve(op, body, model), configs.one(op, "c", "ProductionVariants", []obj{{"VariantName": "v", "ModelName": name}}))
			}, check: func(r *result) {
				if got := r.edge("REFERENCED", configs.arn("c"), models.arn(name)); got != there {
					r.Errorf("an edge: %v", got)
				}
				if _, made := r.nodes[models.arn(name)]; made != there {
					r.Errorf("a node: %v", made)
				}
			}})
		}
	}
	all = append(all, testCase{name: "ids/a model called null, and NULL", exit: complete, handle: func(op string, body obj, _ string, _ int) answer {
		return either(models.serve(op, body, "null"), configs.one(op, "c", "ProductionVariants", []obj{{"VariantName": "v", "ModelName": "NULL"}}))
	}, check: func(r *result) { r.linked("REFERENCED", configs.arn("c"), models.arn("null")) }})
	images := map[string]string{
		account + ".dkr.ecr.us-east-1.amazonaws.com/abc:1": "abc", account + ".DKR.ECR.us-east-1.amazonaws.com/abc:1": "abc",
		account + ".dkr-ecr.us-east-1.on.aws/abc:1": "abc", "public.ecr.aws/bitnami/python:3.9": "", "registry.local:5000/a/b": "",
		"attacker.example/x.dkr.ecr.us-east-1.amazonaws.com/repo": "", account + ".dkr.ecr.us-east-1.attacker.example/repo:1": "",
		account + ".dkr.ecr.us-east-1.amazonaws.com.attacker.example/repo:1": "", account + ".dkr.ecr.us-east-1.amazonaws.comx/repo:1": "",
	}
	for image, repository := range images {
		all = append(all, testCase{name: "ids/image " + image, exit: complete, handle: func(op string, _ obj, _ string, _ int) answer {
			return models.one(op, "m", container("Image", image)...)
		}, check: func(r *result) {
			r.linked("USED_IMAGE", models.arn("m"), image)
			for id, n := range r.nodes {
				if n.Labels[0] == "AWSECRRepository" && id != "arn:aws:ecr:us-east-1:"+account+":repository/"+repository {
					r.Errorf("there is %s", id)
				}
			}
			if repository != "" {
				r.linked("REPO_IMAGE", "arn:aws:ecr:us-east-1:"+account+":repository/"+repository, image)
			}
		}})
	}
	return append(all, hubCases()...)
}

// hubCases refer to contents of hubs by their names.
func hubCases() []testCase {
	public := strings.Replace(arn("hub/SageMakerPublicHub"), account, "aws", 1)
	content := strings.Replace(arn("hub-content/SageMakerPublicHub/Model/llama/2.1.0"), account, "aws", 1)
	hub := func(listed bool) handler {
		return func(op string, body obj, _ string, _ int) answer {
			item := obj{"HubName": "SageMakerPublicHub", "HubArn": public, "HubStatus": "InService", "CreationTime": created, "LastModifiedTime": created}
			details := obj{
				"HubContentName": "llama", "HubContentArn": content, "HubContentVersion": "2.1.0", "HubContentType": "Model", "DocumentSchemaVersion": "1",
				"HubContentStatus": "Available", "CreationTime": created, "HubName": "SageMakerPublicHub", "HubArn": public, "HubContentDocument": "{}",
			}
			switch {
			case op == "ListHubs" && listed:
				return ok(obj{"HubSummaries": []obj{item}})
			case op == "DescribeHub":
				return ok(item)
			case op == "ListHubContents" && body["HubContentType"] == "Model":
				return ok(obj{"HubContentSummaries": []obj{with(details, "HubName", nil, "HubArn", nil, "HubContentDocument", nil)}})
			case op == "DescribeHubContent":
				return ok(details)
			}
			return packages.one(op, "g", "InferenceSpecification", obj{"Containers": []obj{
				{"BaseModel": obj{"HubContentName": "llama", "HubContentVersion": "2.1.0"}}, {"BaseModel": obj{"HubContentName": "mistral"}},
			}})
		}
	}
	unresolved := "unresolved:" + account + "/" + region + "/hub-content/"
	withoutARN := func(r *result, id, name string) {
		r.has(id, "name", name)
		r.has(id, "region", region)
		r.has(id, "observed", false)
		if p := r.nodes[id].Properties; p["arn"] != nil || p["account_id"] != nil {
			r.Errorf("%s has an ARN or an account: %v", id, p)
		}
	}
	return []testCase{
		{name: "ids/a hub content that nothing lists", exit: complete, handle: hub(false), check: func(r *result) {
			r.linked("DERIVED_FROM", packages.arn("g"), unresolved+"llama/2.1.0")
			withoutARN(r, unresolved+"llama/2.1.0", "llama")
			withoutARN(r, unresolved+"mistral", "mistral")
			r.has(unresolved+"llama/2.1.0", "hub_content_version", "2.1.0")
		}},
		{name: "ids/AWS's public hub", exit: complete, handle: hub(true), check: func(r *result) {
			r.linked("DERIVED_FROM", packages.arn("g"), content)
			withoutARN(r, unresolved+"mistral", "mistral")
			for _, id := range []string{public, content} {
				r.has(id, "account_id", "aws")
				if r.edge("RESOURCE", account, id) {
					r.Errorf("%s is a resource of the account", id)
				}
			}
		}},
	}
}

// ownerCases have one resource in the lists of two accounts' regions: what is
// shared is its owner's.
func ownerCases() []testCase {
	shared := strings.Replace(arn("model-package-group/g"), account, "999999999999", 1)
	return []testCase{{name: "ids/a package group of another account", exit: complete, handle: func(op string, _ obj, _ string, _ int) answer {
		item := obj{"ModelPackageGroupName": "g", "ModelPackageGroupArn": shared, "ModelPackageGroupStatus": "Completed", "CreationTime": created}
		switch op {
		case "ListModelPackageGroups":
			return ok(obj{"ModelPackageGroupSummaryList": []obj{item}})
		case "DescribeModelPackageGroup":
			return ok(with(item, "CreatedBy", obj{}))
		}
		return answer{}
	}, check: func(r *result) {
		r.observed(shared)
		r.has(shared, "account_id", "999999999999")
		r.linked("RESOURCE", "999999999999", shared)
		if r.edge("RESOURCE", account, shared) {
			r.Error("it is a resource of the account that it is shared with")
		}
	}}}
}
