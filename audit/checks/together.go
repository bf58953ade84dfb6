package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/graph/view"
)

// These look at what is bad together: each part has an answer or a check of its own.

var roleEdges = map[string]view.KeepEdges{"HAS_EXECUTION_ROLE": {}}

var togetherChecks = []*Check{
	{
		ID:       "notebook-exposed-and-privileged",
		Title:    "Notebook instance has a way to the internet, root access and a role that may too much",
		Severity: audit.Critical,
		Fix:      "Take the role's permissions down to what the notebook needs first; then create it again without root access, in a private subnet.",
		References: "https://docs.aws.amazon.com/sagemaker/latest/dg/notebook-interface-endpoint.html https://docs.aws.amazon.com/sagemaker/latest/dg/nbi-root-access.html " +
			"https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html",
		Reads: "AWSSageMakerNotebookInstance name status root_access role_arn direct_internet_access notebook_instance_lifecycle_config_name\nAWSRole",
		Asks:  "exposure roles",
		Find: func(s *Search) {
			t := newTogether(s.Report)
			each(func(o *Subject) {
				root := o.Text("root_access")
				p := parts{o: o}
				p.exposed(t.exposure[o.ID])
				p.add(o.Read("root_access"), root != "Disabled", o.ID, "RootAccess", root, "users are root there")
				p.privileged(t, o.Text("role_arn"), o.Read("role_arn"))
				if name := o.Text("notebook_instance_lifecycle_config_name"); p.found() && name != "" {
					o.Wrong("NotebookInstanceLifecycleConfigName", name, "a script runs as root when it starts")
				}
			})(s)
		},
	},
	{
		ID:         "domain-exposed-and-privileged",
		Title:      "Domain reaches the internet without a VPC, and its default role may too much",
		Severity:   audit.High,
		Fix:        "Give users roles with what they need, then set AppNetworkAccessType to VpcOnly.",
		References: "https://docs.aws.amazon.com/sagemaker/latest/dg/studio-notebooks-and-internet-access.html https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html",
		Reads:      "AWSSageMakerDomain name status app_network_access_type default_user_settings_execution_role default_space_settings_execution_role\nAWSRole",
		Asks:       "exposure roles",
		Find: func(s *Search) {
			t := newTogether(s.Report)
			each(func(o *Subject) {
				for _, column := range []string{"default_user_settings_execution_role", "default_space_settings_execution_role"} {
					role := o.Text(column)
					if o.Read(column) && role == "" {
						continue
					}
					p := parts{o: o}
					p.exposed(t.exposure[o.ID])
					p.privileged(t, role, o.Known(column))
					if p.found() && t.roles[role].Class == audit.Admin {
						o.Severe(audit.Critical)
					}
				}
			})(s)
		},
	},
	{
		ID:         "job-exposed-and-privileged",
		Title:      "Job that is not over, or a cluster, has a way to the internet and a role that may too much",
		Severity:   audit.Medium,
		Fix:        "Run jobs in private subnets or with EnableNetworkIsolation, and with a role that may what the job needs.",
		References: "https://docs.aws.amazon.com/sagemaker/latest/dg/train-vpc.html https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html",
		Reads:      strings.Join(exposedJobs, " name status\n") + " name status\nAWSRole",
		Edges:      roleEdges,
		Asks:       "exposure roles",
		Find: func(s *Search) {
			t := newTogether(s.Report)
			for _, label := range exposedJobs {
				eachOf(label, func(o *Subject) {
					if !o.Read("status") || audit.IsOver(o.Label, o.Text("status")) {
						return
					}
					for _, e := range s.From("HAS_EXECUTION_ROLE", o.ID) {
						p := parts{o: o}
						p.exposed(t.exposure[o.ID])
						p.privileged(t, e.To, true)
						if p.found() && t.roles[e.To].Class == audit.Admin {
							o.Severe(audit.High)
						}
					}
				})(s)
			}
		},
	},
}

// exposedJobs are what runs code with a role, beside notebooks, domains and models.
var exposedJobs = strings.Fields(`AWSSageMakerTrainingJob AWSSageMakerProcessingJob AWSSageMakerAutoMLJob AWSSageMakerHyperParameterTuningJob AWSSageMakerMonitoringSchedule AWSSageMakerCluster`)

// together are the answers that are put together, by resource.
type together struct {
	exposure map[string]*audit.Exposure
	roles    map[string]*audit.Role
}

func newTogether(r *audit.Report) *together {
	t := &together{map[string]*audit.Exposure{}, map[string]*audit.Role{}}
	for i := range r.Exposure {
		t.exposure[r.Exposure[i].Resource] = &r.Exposure[i]
	}
	for i := range r.Roles {
		t.roles[r.Roles[i].Role] = &r.Roles[i]
	}
	return t
}

// parts are facts that make a finding where all of them hold. One that does not makes
// none, whatever else was not read.
type parts struct {
	o        *Subject
	fails    bool
	unread   []view.Part
	evidence []audit.Evidence
}

// add adds a fact: whether it is known, whether it holds, and what says so.
func (p *parts) add(known, holds bool, resource, field, value, detail string) {
	switch {
	case !known:
		p.unread = append(p.unread, view.Part{Scope: p.o.Scope, Label: p.o.Label})
	case !holds:
		p.fails = true
	default:
		p.evidence = append(p.evidence, audit.Evidence{Resource: resource, Field: field, Value: value, Detail: detail})
	}
}

// found adds the facts to the subject where all hold, and what was not read where
// none fails.
func (p *parts) found() bool {
	if p.fails {
		return false
	}
	for _, u := range p.unread {
		p.o.Lack(u.Scope, u.Label)
	}
	if len(p.unread) > 0 {
		return false
	}
	for _, e := range p.evidence {
		if !slices.Contains(p.o.evidence, e) {
			p.o.evidence = append(p.o.evidence, e)
		}
	}
	return true
}

// exposed is the fact that there is a way between the resource and the internet: a
// network of the service's own that leads there, or a public subnet.
func (p *parts) exposed(e *audit.Exposure) {
	switch {
	case e == nil:
		p.unread = append(p.unread, view.Part{Scope: p.o.Scope, Label: p.o.Label})
	case e.DirectInternet != nil && *e.DirectInternet:
		p.add(true, true, p.o.ID, "", "", "a network of the service's own leads it to the internet")
	case e.Subnet == audit.PublicSubnet:
		p.add(true, true, p.o.ID, "SubnetId", strings.Join(e.Subnets, " "), "its subnet is public")
	case e.DirectInternet == nil:
		p.unread = append(p.unread, view.Part{Scope: p.o.Scope, Label: p.o.Label})
	case e.Subnet == audit.UnknownSubnet:
		p.unread = append(p.unread, view.Part{Scope: p.o.Scope, Label: "AWSEC2Subnet"})
	default:
		p.fails = true
	}
	if e != nil && !p.fails && e.OpenIngress != nil && *e.OpenIngress {
		p.evidence = append(p.evidence, audit.Evidence{Resource: p.o.ID, Field: "SecurityGroups", Detail: "a security group lets in what comes from the internet"})
	}
}

// mostReasons is how many of a role's a finding tells: its answer in roles has all.
const mostReasons = 3

// privileged is the fact that a role is an administrator's, or permissive.
func (p *parts) privileged(t *together, role string, known bool) {
	r := t.roles[role]
	switch {
	case !known:
		p.unread = append(p.unread, view.Part{Scope: p.o.Scope, Label: p.o.Label})
	case r == nil || r.Class == audit.ClassUnknown:
		p.unread = append(p.unread, view.Part{Scope: globalOf(p.o.Node), Label: "AWSRole"})
	default:
		bad := r.Class == audit.Admin || r.Class == audit.Permissive
		detail := "it runs as this role"
		if few := r.Reasons[:min(mostReasons, len(r.Reasons))]; len(few) > 0 {
			detail += ": " + details(few)
			if more := len(r.Reasons) - len(few); more > 0 {
				detail += fmt.Sprintf("; and %d more reasons, all in roles", more)
			}
		}
		p.add(true, bad, role, "class", string(r.Class), detail)
	}
}
