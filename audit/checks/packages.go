package checks

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/graph/location"
	"github.com/sgexport/sgexport/graph/view"
)

const packageReads = "AWSSageMakerModelPackage name status model_approval_status"

// eachApproved looks at the packages that are approved for deployment.
func eachApproved(look func(o *Subject)) func(*Search) {
	return each(func(o *Subject) {
		if o.Read("model_approval_status") && o.Text("model_approval_status") == "Approved" {
			look(o)
		}
	})
}

var packageChecks = []*Check{
	{
		ID:         "endpoint-serves-unapproved-package",
		Title:      "Endpoint serves a model package that is not approved",
		Severity:   audit.High,
		Fix:        "Deploy an approved version, or approve this one after a review; let the pipeline deploy approved packages only.",
		References: "https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-approve.html",
		Reads:      servedReads + "\nAWSSageMakerModelPackage model_approval_status",
		Edges:      servedEdges(map[string]view.KeepEdges{"DERIVED_FROM": between("Model ModelPackage")}),
		Find: each(func(o *Subject) {
			for _, m := range o.served() {
				for _, e := range o.Search.from("DERIVED_FROM", m.id, "AWSSageMakerModelPackage") {
					o.findUnapproved(&e, m.trail)
				}
			}
		}),
	},
	{
		ID:         "endpoint-serves-unexplained-model",
		Title:      "Endpoint serves a model that no package, job or hub content explains",
		Severity:   audit.Medium,
		Fix:        "Find out who made the artifact; register it in a model package group and deploy the package.",
		References: "https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry.html https://docs.aws.amazon.com/sagemaker/latest/dg/lineage-tracking.html",
		Reads:      servedReads + "\nAWSSageMakerModelPackage\nAWSSageMakerHubContent\nAWSS3Bucket\n" + strings.Join(artifactWriters, "\n"),
		Edges: servedEdges(map[string]view.KeepEdges{
			"DERIVED_FROM":            {Ends: func(from, _ string) bool { return from == "AWSSageMakerModel" }, Details: true},
			"REFERENCED_ARTIFACTS_IN": between("Model AWSS3Bucket"),
			"WROTE_TO":                {Ends: writesArtifacts, Details: true},
			"PRODUCED":                {Ends: func(_, to string) bool { return to == "AWSSageMakerModel" }},
		}),
		Find: each(func(o *Subject) {
			for _, m := range o.served() {
				o.findUnexplained(&m)
			}
		}),
	},
	{
		ID:         "package-skips-validation",
		Title:      "Approved model package was registered without validation",
		Severity:   audit.Medium,
		Fix:        "Register the model again without SkipModelValidation.",
		References: "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackage.html",
		Reads:      packageReads + " skip_model_validation",
		Find: eachApproved(func(o *Subject) {
			if v := o.Text("skip_model_validation"); o.Read("skip_model_validation") && v == "All" {
				o.Wrong("SkipModelValidation", v, "SageMaker did not look whether the model can be deployed")
			}
		}),
	},
	{
		ID:         "package-approved-without-reason",
		Title:      "Model package is approved and nothing says why",
		Severity:   audit.Low,
		Fix:        "Set ApprovalDescription when a package is approved: who looked at what.",
		References: "https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-approve.html",
		Reads:      packageReads + " approval_description",
		Find: eachApproved(func(o *Subject) {
			if o.Read("approval_description") && strings.TrimSpace(o.Text("approval_description")) == "" {
				o.Wrong("ApprovalDescription", "", "it is empty")
			}
		}),
	},
	{
		ID:         "package-approved-by-its-creator",
		Title:      "Model package is approved, and who made it changed it last",
		Severity:   audit.Medium,
		Fix:        "Have somebody else approve: allow sagemaker:UpdateModelPackage to reviewers, not to those who register packages.",
		References: "https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-approve.html",
		Reads:      packageReads + " created_by_iam_identity:J created_by_user_profile_arn last_modified_by_iam_identity:J last_modified_by_user_profile_arn",
		Find: eachApproved(func(o *Subject) {
			if !o.Read("created_by_iam_identity", "created_by_user_profile_arn", "last_modified_by_iam_identity", "last_modified_by_user_profile_arn") {
				return
			}
			field, by := "UserProfileArn", o.Text("created_by_user_profile_arn")
			last := o.Text("last_modified_by_user_profile_arn")
			if by == "" || last == "" {
				field, by, last = "IamIdentity.Arn", identityOf(o.JSON("created_by_iam_identity")), identityOf(o.JSON("last_modified_by_iam_identity"))
			}
			switch {
			case by == "" || last == "":
				o.Lack(o.Scope, o.Label) // the API does not tell who it was
			case by == last:
				o.Wrong("CreatedBy."+field, by, "made the package")
				o.Wrong("LastModifiedBy."+field, last, "changed it last, and it is approved")
			}
		}),
	},
	{
		ID:         "package-without-model-card",
		Title:      "Approved model package has no model card",
		Severity:   audit.Low,
		Fix:        "Describe intended use, training data and evaluation in a model card of the package.",
		References: "https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-details.html https://docs.aws.amazon.com/sagemaker/latest/dg/model-cards.html",
		Reads:      packageReads + " model_card_model_card_status\nAWSSageMakerModelCard",
		Edges:      map[string]view.KeepEdges{"DESCRIBED": between("ModelCard ModelPackage")},
		Find: eachApproved(func(o *Subject) {
			if !o.Read("model_card_model_card_status") || o.Text("model_card_model_card_status") != "" || len(o.Search.to("DESCRIBED", o.ID, "AWSSageMakerModelCard")) > 0 {
				return
			}
			if o.ListedWith("AWSSageMakerModelCard", "content") {
				o.Wrong("ModelCard", "", "the package has none, and no other one describes it")
			}
		}),
	},
	{
		ID:         "model-card-undocumented",
		Title:      "Model card says neither what the model is nor what it is for",
		Severity:   audit.Low,
		Fix:        "Fill in model_overview.model_description and intended_uses.",
		References: "https://docs.aws.amazon.com/sagemaker/latest/dg/model-cards.html",
		Reads:      "AWSSageMakerModelCard name content",
		Find: each(func(o *Subject) {
			if !o.Read("content") {
				return
			}
			var card struct {
				Overview struct {
					Description string `json:"model_description"`
				} `json:"model_overview"`
				Uses map[string]any `json:"intended_uses"`
			}
			if json.Unmarshal([]byte(cmp.Or(o.Text("content"), "{}")), &card) != nil {
				o.Lack(o.Scope, o.Label)
				return
			}
			if strings.TrimSpace(card.Overview.Description) == "" && len(card.Uses) == 0 {
				o.Wrong("Content", "", "it has neither model_overview.model_description nor intended_uses")
			}
		}),
	},
	{
		ID:         "hub-content-undocumented",
		Title:      "Content of a hub has neither description nor documentation",
		Severity:   audit.Low,
		Fix:        "Import the content again with HubContentDescription and HubContentMarkdown.",
		References: "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ImportHubContent.html",
		Reads:      "AWSSageMakerHubContent name account_id hub_content_description hub_content_markdown sage_maker_public_hub_content_arn",
		Find: each(func(o *Subject) {
			if !o.Read("account_id") || o.Account() == "aws" || !o.Read("hub_content_description", "hub_content_markdown", "sage_maker_public_hub_content_arn") {
				return // AWS's own is not ours to describe
			}
			if o.Text("sage_maker_public_hub_content_arn") == "" && strings.TrimSpace(o.Text("hub_content_description")+o.Text("hub_content_markdown")) == "" {
				o.Wrong("HubContentDescription", "", "it is empty, and so is HubContentMarkdown")
			}
		}),
	},
}

// identityOf returns who a structure IamIdentity is, or "" where it may be several: all
// of a domain act in one session of the role, and only a source identity tells them
// apart.
func identityOf(text string) string {
	var identity struct{ Arn, PrincipalID, SourceIdentity string }
	if json.Unmarshal([]byte(text), &identity) != nil {
		return ""
	}
	who := cmp.Or(identity.Arn, identity.PrincipalID)
	switch {
	case identity.SourceIdentity != "":
		return who + " for " + identity.SourceIdentity
	case strings.HasSuffix(who, "/SageMaker"):
		return ""
	}
	return who
}

// findUnapproved finds a package that is not approved.
func (o *Subject) findUnapproved(e *view.Edge, t trail) {
	p := o.Search.Node(e.To)
	if !o.ReadOf(p, "AWSSageMakerModelPackage", "model_approval_status") {
		return
	}
	status := p.Text("model_approval_status")
	if status == "Approved" || status == "" { // one without a group has no approval
		return
	}
	o.Follows(t.along(e, "the model is this package"))
	o.WrongOf(p.ID, "ModelApprovalStatus", status, "the package is not approved")
	level := audit.High
	if status == "PendingManualApproval" {
		level = audit.Medium
	}
	o.Severe(worst(o.severity, level))
}

// artifactWriters are jobs that write what models are made of.
var artifactWriters = strings.Fields(`AWSSageMakerTrainingJob AWSSageMakerProcessingJob AWSSageMakerCompilationJob AWSSageMakerOptimizationJob
	AWSSageMakerHyperParameterTuningJob AWSSageMakerAutoMLJob AWSSageMakerEdgePackagingJob`)

func writesArtifacts(from, to string) bool {
	return to == "AWSS3Bucket" && slices.Contains(artifactWriters, from)
}

// isJumpStart reports whether a bucket is the one in which AWS keeps the artifacts of
// JumpStart in a region. Source: Amazon SageMaker Developer Guide, "SageMaker JumpStart
// pretrained models" (permissions).
func isJumpStart(bucket, region string) bool {
	return bucket == "jumpstart-cache-prod-"+region || bucket == "jumpstart-private-cache-prod-"+region
}

// findUnexplained finds a model with an artifact that nothing explains.
func (o *Subject) findUnexplained(m *served) {
	s := o.Search
	if len(s.From("DERIVED_FROM", m.id)) > 0 || len(s.To("PRODUCED", m.id)) > 0 || m.Node == nil {
		return
	}
	for _, e := range s.from("REFERENCED_ARTIFACTS_IN", m.id, "AWSS3Bucket") {
		if isJumpStart(e.To, o.Region()) || s.isWritten(&e) {
			continue
		}
		if o.Listed(artifactWriters...) && o.ListedWith("AWSSageMakerTrainingJob", "model_artifacts_s3_model_artifacts") && m.Observed() {
			o.Follows(m.trail.along(&e, "no job and no package of the snapshot has this artifact"))
		}
	}
}

// isWritten reports whether a job wrote to the location of an artifact, or above it.
func (s *Search) isWritten(artifact *view.Edge) bool {
	for _, e := range s.To("WROTE_TO", artifact.To) {
		if below(artifact.Ref, e.Ref) && slices.Contains(artifactWriters, e.FromLabel) {
			return true
		}
	}
	return false
}

// below reports whether a location is another, or in its folder, however both are
// spelled.
func below(ref, folder string) bool {
	rest, ok := strings.CutPrefix(location.Artifact(ref), strings.TrimRight(location.Artifact(folder), "/"))
	return ok && folder != "" && (rest == "" || rest[0] == '/')
}
