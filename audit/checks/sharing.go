package checks

import (
	"strings"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/graph/view"
)

// shareable are kinds that AWS RAM, or a policy of their own, shares with other
// accounts. Source: AWS RAM User Guide, Shareable AWS resources.
var shareable = strings.Fields(`AWSSageMakerModelPackageGroup AWSSageMakerHub AWSSageMakerLineageGroup AWSSageMakerFeatureGroup AWSSageMakerPipeline
	AWSSageMakerModelCard AWSSageMakerMlflowTrackingServer AWSSageMakerMlflowApp AWSSageMakerPartnerApp AWSSageMakerResourceCatalog`)

var sharingChecks = []*Check{
	{
		ID:       "resource-shared-outside",
		Title:    "Resource of SageMaker is shared with another account",
		Severity: audit.Medium,
		Fix:      "Name the accounts that need it, inside of the organization, in the resource's policy or its share, and take out all others.",
		References: "https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-deploy-xaccount.html " +
			"https://docs.aws.amazon.com/ram/latest/userguide/shareable.html https://docs.aws.amazon.com/sagemaker/latest/dg/xaccount-lineage-tracking.html",
		Reads: strings.Join(shareable, " account_id\n") + ` account_id
AWSModelPackageGroupPolicy document
AWSLineageGroupPolicy document
AWSResourceShare name status
AWSResourceShareResource resource_arn resource_share_arn
AWSResourceSharePrincipal principal_id external:B resource_share_arn
AWSAccount organization_id`,
		Find: func(s *Search) {
			shares := sharesOf(s)
			for _, label := range shareable {
				eachOf(label, func(o *Subject) {
					o.findShares(shares)
					o.findSharingPolicy()
				})(s)
			}
		},
	},
}

// shares are shares of AWS RAM by the ARN of what is shared.
type shares struct {
	of         map[string][]string     // ARNs of shares
	principals map[string][]*view.Node // by share
	unread     []*view.Node            // what does not say which share it is of
}

func sharesOf(s *Search) *shares {
	all := &shares{of: map[string][]string{}, principals: map[string][]*view.Node{}}
	known := func(n *view.Node, column string) bool {
		if n.Known(column) {
			return true
		}
		all.unread = append(all.unread, n)
		return false
	}
	for _, n := range s.Nodes("AWSResourceShareResource") {
		if !known(n, "resource_arn") || !known(n, "resource_share_arn") {
			continue
		}
		all.of[n.Text("resource_arn")] = append(all.of[n.Text("resource_arn")], n.Text("resource_share_arn"))
	}
	for _, n := range s.Nodes("AWSResourceSharePrincipal") {
		if !known(n, "resource_share_arn") {
			continue
		}
		all.principals[n.Text("resource_share_arn")] = append(all.principals[n.Text("resource_share_arn")], n)
	}
	return all
}

// findShares finds with whom AWS RAM shares a resource.
func (o *Subject) findShares(all *shares) {
	o.Listed("AWSResourceShareResource", "AWSResourceSharePrincipal")
	for _, n := range all.unread {
		if n.Scope == o.Scope {
			o.Lack(n.Scope, n.Label)
		}
	}
	for _, share := range all.of[o.ID] {
		if n := o.Search.Node(share); !o.ReadOf(n, "AWSResourceShare", "status") || n.Text("status") != "ACTIVE" {
			continue
		}
		for _, p := range all.principals[share] {
			if !o.ReadOf(p, p.Label, "principal_id", "external") {
				continue
			}
			level, detail := audit.Low, "the share is for it, inside of the organization"
			if external, _ := p.Bool("external"); external {
				level, detail = audit.High, "the share is for it, outside of the organization"
			}
			o.WrongOf(share, "principalId", p.Text("principal_id"), "%s", detail)
			o.Severe(worst(o.severity, level))
		}
	}
}

// findSharingPolicy finds whom a resource's own policy lets in.
func (o *Subject) findSharingPolicy() {
	var label string
	var actions []string
	resources := []string{o.ID}
	switch o.Label {
	case "AWSSageMakerModelPackageGroup":
		label, actions = "AWSModelPackageGroupPolicy", strings.Fields("DescribeModelPackageGroup DescribeModelPackage ListModelPackages CreateModelPackage UpdateModelPackage CreateModel DeleteModelPackage")
		// Its packages stand below the group's name, in whatever version.
		resources = append(resources, strings.Replace(o.ID, ":model-package-group/", ":model-package/", 1)+"/1")
	case "AWSSageMakerLineageGroup":
		label, actions = "AWSLineageGroupPolicy", strings.Fields("DescribeLineageGroup QueryLineage DescribeAction DescribeArtifact DescribeContext DescribeTrialComponent AddAssociation DeleteAssociation")
	default:
		return
	}
	for i := range actions {
		actions[i] = "sagemaker:" + actions[i]
	}
	p := o.Search.Node(o.ID + "/policy")
	if p == nil {
		o.Listed(label)
		return
	}
	if !o.ReadOf(p, label, "document") {
		return
	}
	for _, resource := range resources {
		outsiders, ok := outsidersOf(p.ID, p.Text("document"), resource, o.Account(), actions...)
		if !ok {
			o.Lack(p.Scope, label)
		}
		for _, who := range outsiders {
			o.WrongOf(p.ID, "ResourcePolicy", who.statement, "%s is let in to %s", who.says(), resource)
			o.Severe(worst(o.severity, who.level(o.Search.Graph, o.Account())))
		}
	}
}
