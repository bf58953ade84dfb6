package collect

import (
	"context"
	"fmt"
	"regexp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/sgexport/sgexport/exporter/calling"
	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/names"
	"github.com/sgexport/sgexport/graph"
)

// home is the region in which it is asked who calls, where no regions are given.
func (t *Target) home() string {
	if t.AWS.Region != "" {
		return t.AWS.Region
	}
	return names.HomeRegion("")
}

// settleRegions asks which regions the account has enabled, where all of them are to
// be read. Where it may not be asked, each that the target knows of is read, and
// that is a gap: which of them are enabled, and whether there are others, is not known.
func (t *target) settleRegions(ctx context.Context) error {
	if !t.everywhere {
		return nil
	}
	var f calling.Failure
	asked := []string{names.HomeRegion(t.identity.Partition)}
	if t.accepted != asked[0] { // a policy may close regions, that one too
		asked = append(asked, t.accepted)
	}
	for _, region := range asked {
		enabled, failure := t.enabledRegions(ctx, region)
		if failure == nil {
			t.Regions = enabled
			return nil
		}
		switch f = calling.Classify(ctx, failure); f.Class {
		case calling.Credentials:
			return credentialsError(f, failure)
		case calling.Cancelled:
			return ctx.Err()
		case calling.Doubted:
			if err := t.stillAccepted(ctx, f); err != nil {
				return err
			}
		}
	}
	t.Regions = slices.DeleteFunc(slices.Clone(t.Known), func(r string) bool { return names.PartitionOf(r) != t.identity.Partition })
	if len(t.Regions) == 0 || t.AWS.BaseEndpoint != nil { // who stands in for AWS answers alike for any region
		return &RegionsError{fmt.Errorf("ask which regions the account has enabled (%s): %s: %s", catalog.EnabledRegions.Action, f.Code, f.Message), f.Code}
	}
	t.unsure = gapOf(graph.Gap{
		Scope: t.identity.Account, Label: regionLabel, Action: catalog.EnabledRegions.Action, Code: f.Code, Count: 1,
		Message: fmt.Sprintf("which regions are enabled is not known, so the %d that this program knows were asked: %s", len(t.Regions), f.Message),
	})
	return nil
}

// A RegionsError says that it cannot be known which regions to read.
type RegionsError struct {
	Err  error
	Code string
}

func (e *RegionsError) Error() string { return e.Err.Error() }

func (e *RegionsError) Unwrap() error { return e.Err }

// regionForm is what a region is called: it becomes a part of hosts and of files' names.
var regionForm = regexp.MustCompile(`^[a-z]{2,8}(?:-[a-z]{2,12}){1,3}-\d{1,2}$`)

// enabledRegions asks in one region which ones are enabled, sorted.
func (t *target) enabledRegions(ctx context.Context, region string) ([]string, error) {
	op := &catalog.EnabledRegions
	cfg := t.AWS.Copy()
	cfg.Region = region
	out, err := calling.New(cfg, t.identity.Account, t.cfg.Calls).Call(ctx, op, op.Input(""), nil)
	if err != nil {
		return nil, err
	}
	var all []string
	for _, r := range out.Addr().Interface().(*ec2.DescribeRegionsOutput).Regions {
		switch {
		case r.RegionName == nil || !regionForm.MatchString(*r.RegionName):
			return nil, &calling.NoAnswer{Operation: op.Name, What: "names a region that is none"}
		case r.OptInStatus == nil || *r.OptInStatus != "not-opted-in":
			all = append(all, *r.RegionName)
		}
	}
	if len(all) == 0 {
		return nil, &calling.NoAnswer{Operation: op.Name, What: "names no region"}
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// settleOffered makes of a region without SageMaker one that does not offer it, where
// nobody asked for that region by its name: AWS has no list of those that have it, and
// there is no host in the others. It is so only where each list came upon that; one
// that had an answer, or another error, shows that there is something.
func (s *scope) settleOffered() (without bool) {
	if !s.everywhere || !s.hasNoHost() {
		return false
	}
	s.edges.failed = false
	for _, r := range s.kinds {
		if r.IsKind() && r.wanted {
			r.listing.none, r.listing.failed = graph.Unoffered, false
		}
	}
	return true
}

// listsNoHost reports whether a gap is that of a list for which there is no host.
func (s *scope) listsNoHost(g *graph.Gap) bool {
	e := s.cfg.Table.Entry(g.Label)
	return isOfNoHost(g) && (g.Label == catalog.Associations.Name || e != nil && e.IsKind())
}

// hasNoHost reports whether there is no host for SageMaker in the region.
func (s *scope) hasNoHost() bool {
	for _, r := range s.kinds {
		if r.IsKind() && r.wanted && (r.listing.answered || r.listing.none == graph.Denied) {
			return false
		}
	}
	none := false
	for _, g := range s.gaps.Gaps() {
		if e := s.cfg.Table.Entry(g.Label); e == nil || !e.IsKind() {
			continue // of tags, of neighbours
		}
		if !isOfNoHost(g) {
			return false
		}
		none = none || g.Code == graph.CodeNoSuchHost
	}
	return none
}

// isOfNoHost reports whether a gap says that there is no host, or follows from that.
func isOfNoHost(g *graph.Gap) bool {
	return g.Code == graph.CodeNoSuchHost || g.Code == graph.CodeParentNotListed
}

// offersNothing fails where all regions were to be read and none has SageMaker: that
// says something of the network, and nothing of the account.
func (t *target) offersNothing(scopes []*scope) error {
	if !t.everywhere || len(scopes) == 0 {
		return nil
	}
	for _, s := range scopes {
		if !s.hasNoHost() {
			return nil
		}
	}
	return &EndpointError{Err: fmt.Errorf("none of the %d regions that account %s has enabled has a host for SageMaker", len(scopes), t.identity.Account), Code: graph.CodeNoSuchHost}
}
