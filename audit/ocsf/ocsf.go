package ocsf

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/audit/arn"
)

// The class, and the version of the schema: https://schema.ocsf.io/1.5.0/classes/compliance_finding
const (
	schemaVersion = "1.5.0"
	categoryUID   = 2
	classUID      = 2003
	activityID    = 1  // create: a snapshot does not know what was before it
	awsAccount    = 10 // of account.type_id
)

// Write writes a report's items as a JSON array of events, one a line. Version is that
// of the program. The same report gives the same bytes. It fails where the report names
// no account and region.
func Write(w io.Writer, r *audit.Report, version string) error {
	homes, ok := arn.NewHomes(r.Scopes)
	if !ok {
		return errors.New("the snapshot names no account and region, and events come from one")
	}
	taken, err := time.Parse(time.RFC3339Nano, r.Snapshot)
	if err != nil {
		return fmt.Errorf("time of the snapshot: %w", err)
	}
	v := &writer{version, taken.UnixMilli(), map[string]*audit.Rule{}, homes}
	all := r.Rules()
	for i := range all {
		v.rules[all[i].ID] = &all[i]
	}
	return r.WriteItems(w, func(i *audit.Item) any { return v.event(i) })
}

// A writer knows what all events of a report need.
type writer struct {
	version string
	taken   int64 // ms since 1970
	rules   map[string]*audit.Rule
	homes   *arn.Homes
}

func (v *writer) event(i *audit.Item) *event {
	rule := v.rules[i.Rule]
	inAccount, region := v.homes.Of(i.IDs()...)
	partition := arn.PartitionOf(region)
	severity, severityID := severityOf(i.Level)
	e := &event{
		ActivityID: activityID, ActivityName: "Create", CategoryUID: categoryUID, CategoryName: "Findings",
		ClassUID: classUID, ClassName: "Compliance Finding", TypeUID: classUID*100 + activityID, Time: v.taken,
		SeverityID: severityID, Severity: severity, StatusID: 1, Status: "New", Message: i.Message,
		Metadata:    metadata{schemaVersion, product{"sgexport", "sgexport", v.version}, []string{"cloud"}, i.Rule},
		Cloud:       cloud{"AWS", account{inAccount, awsAccount, "AWS Account"}, region, partition},
		FindingInfo: findingInfo{i.Fingerprint(), rule.Title, i.Message, v.taken, []string{i.List}},
		Compliance:  compliance{i.Rule, 3, "Fail", notNil(rule.Aliases)},
		Remediation: remediation{cmp.Or(i.Fix, rule.Fix), slices.Concat([]string{rule.Page}, rule.References)},
		Unmapped:    unmapped{i.Level, i.CouldBe, i.Principal, i.Conditions, i.Unknown},
	}
	if i.Level == audit.Info && i.CouldBe != "" {
		e.Compliance.StatusID, e.Compliance.Status = 2, "Warning"
	}
	if w := i.Waived; w != nil {
		e.StatusID, e.Status, e.Comment = 3, "Suppressed", w.Reason
		if w.Until != "" {
			e.Comment = "until " + w.Until + ": " + w.Reason
		}
	}
	for n, id := range i.IDs() {
		a := arn.Parse(id)
		res := resource{UID: id, Name: id[strings.LastIndexAny(id, "/:")+1:], Type: a.Kind(), Region: a.Region, Partition: cmp.Or(a.Partition, partition)}
		if n == 0 {
			res.Data = &data{notNil(i.Evidence)}
		}
		e.Resources = append(e.Resources, res)
	}
	return e
}

func severityOf(l audit.Level) (name string, id int) {
	switch l {
	case audit.Critical:
		return "Critical", 5
	case audit.High:
		return "High", 4
	case audit.Medium:
		return "Medium", 3
	case audit.Low:
		return "Low", 2
	}
	return "Informational", 1
}

// notNil returns list, or an empty one where it is nil.
func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
