package collect

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/names"
	"github.com/sgexport/sgexport/exporter/record"
	"github.com/sgexport/sgexport/internal/snapshot/spool"
)

// mostReferred bounds the memory of which references were noted lately. It only
// saves the sorter work: the same one twice is looked up once anyway.
const mostReferred = 100_000

// referredMemory is the memory in which references are sorted, in bytes.
const referredMemory = 8 << 20

// A referredSet gathers what the resources of a target refer to, of one label.
type referredSet struct {
	file  *logFile
	round int

	mu      sync.Mutex
	lately  map[lateReference]bool
	regions map[string]bool // in which something was noted
}

// A lateReference is what one resource refers to, as it says it.
type lateReference struct{ region, id, arn string }

// newReferredSet makes one; round tells those of a label apart.
func (t *target) newReferredSet(label string, round int) *referredSet {
	at := t.identity
	at.Region = record.GlobalRegion
	return &referredSet{file: t.newLog(&at, label+"_referred"+strconv.Itoa(round), record.Log{}), lately: map[lateReference]bool{}, regions: map[string]bool{}, round: round}
}

// isReferred reports whether a label is read for what something refers to.
func isReferred(e *catalog.Entry) bool {
	return e.Lookup != nil || e.List != nil && e.List.Batch != nil && e.List.Batch.Of == ""
}

// refer notes what a resource refers to that is in a region, which is that of names
// without one.
func (s *scope) refer(to *catalog.Reference, region string) error {
	set := s.referred[to.Label]
	if set == nil || to.ID == "" {
		return s.referImplied(to, region)
	}
	late := lateReference{region, to.ID, to.ARN}
	set.mu.Lock()
	defer set.mu.Unlock()
	if set.lately[late] {
		return nil
	}
	if len(set.lately) >= mostReferred {
		clear(set.lately)
	}
	// What it is a part of may be long, and is not to stay.
	set.lately[lateReference{region, strings.Clone(to.ID), strings.Clone(to.ARN)}] = true
	if l := s.cfg.Table.Entry(to.Label).Lookup; l != nil && l.Always != nil && !slices.Contains(l.Always(s.at.Account), to.ID) {
		return nil
	}
	region, ok := s.lookupRegion(to, region)
	if !ok {
		return nil
	}
	set.regions[region] = true
	return set.file.append(spool.AppendKey(nil, region, to.ID))
}

// referImplied notes the node that an id implies.
func (s *scope) referImplied(to *catalog.Reference, region string) error {
	i := s.cfg.Table.Entry(to.Label).Implies
	if i == nil || to.ID == "" || s.referred[i.Label] == nil {
		return nil
	}
	id, ok := i.ID(to.ID)
	if !ok {
		return nil
	}
	return s.refer(&catalog.Reference{Label: i.Label, ID: id}, region)
}

// lookupRegion is the region of the scope that has what is referred to. ok is
// false where that is not for this run to read.
func (s *scope) lookupRegion(to *catalog.Reference, region string) (in string, ok bool) {
	a, isARN := names.ParseARN(cmp.Or(to.ARN, to.ID))
	if isARN && a.Account != "" && a.Account != s.at.Account {
		return "", false
	}
	if s.cfg.Table.Entry(to.Label).Scope == catalog.InAccount {
		return record.GlobalRegion, true
	}
	if isARN && a.Region != "" {
		region = a.Region
	}
	return region, slices.Contains(s.Regions, region)
}

// each calls f with each region and id, once, in order.
func (s *referredSet) each(ctx context.Context, dir string, f func(region, id string) error) error {
	sorter := spool.NewSorter(ctx, dir, referredMemory)
	err := s.file.each(func(key string) error { return sorter.Add([]byte(key), nil) })
	if err != nil {
		return errors.Join(err, sorter.Close())
	}
	last := ""
	return sorter.Sorted(func(key, _ string) error {
		if key == last {
			return nil
		}
		last = key
		parts := spool.Parts(key)
		return f(parts[0], parts[1])
	})
}
