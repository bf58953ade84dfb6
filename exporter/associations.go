package exporter

import (
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot/spool"
)

const associatedWith edgeName = "ASSOCIATED_WITH"

// associationsName stands in gaps and file names where a kind has its label.
const associationsName = "Associations"

// associationColumn is the further column of ASSOCIATED_WITH: Produced,
// ContributedTo, DerivedFrom, AssociatedWith or SameAs.
var associationColumn = graph.Column{Name: "association_type", Type: graph.String, Source: "AssociationType"}

// Members of an association.
const (
	sourceMember      = "SourceArn"
	destinationMember = "DestinationArn"
)

// lineageLabels are the kinds of lineage entities: an association has one at one
// end at least. They are read completely only with their associations.
var lineageLabels = []string{"AWSSageMakerAction", "AWSSageMakerArtifact", "AWSSageMakerContext", "AWSSageMakerTrialComponent"}

var listAssociations = listed((*sagemaker.Client).ListAssociations)

// sweepAssociations reads the lineage edges of the whole scope, a page a call.
func (s *scopeRun) sweepAssociations(ctx context.Context) (err error) {
	log, err := s.newLog(nil, associationsName)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	for token := (*string)(nil); ; {
		out, err := s.caller.call(ctx, &listAssociations.operation, listAssociations.next(token, &origin{}), nil)
		if err != nil {
			if _, err := s.gap(ctx, associationsName, listAssociations.action, "", err); err != nil {
				return err
			}
			s.mu.Lock()
			s.partialLineage = true
			s.mu.Unlock()
			return nil
		}
		for _, a := range out.Field(listAssociations.items).Interface().([]types.AssociationSummary) {
			rec := spool.AppendString(nil, aws.ToString(a.SourceArn))
			rec = spool.AppendString(rec, aws.ToString(a.DestinationArn))
			if err := log.Append(spool.AppendString(rec, string(a.AssociationType))); err != nil {
				return err
			}
		}
		next, _ := out.FieldByName("NextToken").Interface().(*string)
		if aws.ToString(next) == "" || token != nil && *next == *token {
			return nil
		}
		token = next
	}
}

// wantsLineage reports whether any kind of lineage entities is read.
func (c *Config) wantsLineage() bool {
	return slices.ContainsFunc(table, func(k *kind) bool { return slices.Contains(lineageLabels, k.label) && c.wants(k) })
}

// withoutAssociations says of the kinds of lineage entities that they are not
// complete.
func withoutAssociations(kinds []graph.KindReport) {
	for i := range kinds {
		if kinds[i].State == graph.Complete && slices.Contains(lineageLabels, kinds[i].Label) {
			kinds[i].State = graph.Partial
		}
	}
}

// association writes the edge of one association. An end that is no SageMaker
// resource of a known kind makes none, and is counted.
func (w *writer) association(scope, text string) error {
	d := spool.NewDecoder(text)
	from, to, typ := d.String(), d.String(), d.String()
	if d.Err() != nil {
		return d.Err()
	}
	var ends [2]reference
	for i, end := range []struct{ member, id string }{{sourceMember, from}, {destinationMember, to}} {
		ref, ok := findAny(nil, end.id)
		if !ok {
			w.notReference(associationsName, end.member)
			return nil
		}
		ends[i] = ref
		if err := w.stub(scope, ref); err != nil {
			return err
		}
	}
	e := &edge{
		typ: string(associatedWith), from: from, fromLabel: ends[0].label, to: to, toLabel: ends[1].label,
		path: destinationMember, ref: to, scope: scope, association: typ,
	}
	// It belongs to the end that is a lineage entity; the other may be anything.
	if !slices.Contains(lineageLabels, e.fromLabel) && slices.Contains(lineageLabels, e.toLabel) {
		e.path, e.ref = sourceMember, from
	}
	return w.edge(e)
}

// notReference counts a value that the spool holds and that cannot be a
// reference.
func (w *writer) notReference(label, path string) {
	list := &w.inv.Report.NotReferences
	i, found := slices.BinarySearchFunc(*list, graph.NotReference{Label: label, Path: path}, compareNotReferences)
	if !found {
		*list = slices.Insert(*list, i, graph.NotReference{Label: label, Path: path})
	}
	(*list)[i].Count++
}
