package collect

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"reflect"
	"regexp"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"

	"github.com/sgexport/sgexport/exporter/calling"
	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/names"
	"github.com/sgexport/sgexport/exporter/operation"
	"github.com/sgexport/sgexport/exporter/reading"
	"github.com/sgexport/sgexport/exporter/record"
	"github.com/sgexport/sgexport/exporter/redact"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot/spool"
)

// tagsName stands in gaps and file names where a kind has its label.
const tagsName = "Tags"

// A tagSweep is how reading the tags of a scope went.
type tagSweep struct {
	log, unread *logFile
	state       graph.State
	swept       chan struct{}  // closed when state is that of the sweep
	known       *memory[known] // resources, by ARN in small letters, whose tags are known

	mu      sync.Mutex // of what follows, while tags are listed
	missed  int        // resources whose tags could not be read
	read    int        // those whose tags could be
	refusal *refusal   // of the first resource by id that may not be asked
}

// sweepTags reads the tags of all SageMaker resources of the scope, a page of
// resources a call.
func (s *scope) sweepTags(ctx context.Context) (err error) {
	defer close(s.tags.swept)
	s.tags.known = newMemory(s.shelf, knownCodec)
	s.tags.log = s.newLog(&s.at, tagsName, record.Log{Content: record.Tags})
	s.tags.unread = s.newLog(&s.at, tagsName+"Unread", record.Log{Content: record.Unread})
	if one := s.journal.saved(s.at.Region, savedTags); one != nil {
		return s.restoreTags(one)
	}
	var calls atomic.Int64
	op := &catalog.TagSweep
	in := op.Input("")
	in.Interface().(*resourcegroupstaggingapi.GetResourcesInput).ResourceTypeFilters = []string{"sagemaker"}
	named := newMemory(s.shelf, knownCodec)
	defer func() { err = first(err, named.forget()) }()
	var foreign error // what has no place in the answer: it may lack others
	failure, err := s.caller.Pages(ctx, op, in, &calls, func(out reflect.Value) (calling.Page, error) {
		list := out.Addr().Interface().(*resourcegroupstaggingapi.GetResourcesOutput).ResourceTagMappingList
		page := calling.Page{Items: len(list)}
		for _, r := range list {
			id := operation.Text(reflect.ValueOf(r), "ResourceARN")
			switch a, _ := names.ParseARN(id); {
			case a.Region != s.at.Region || a.Account != s.at.Account && names.IsAccountID(a.Account):
				foreign = &calling.NoAnswer{Operation: op.Name, What: "names " + cmp.Or(calling.OneLine(id), "no resource") + ", and not what is here alone"}
				continue
			case named.has(identityOf(id)):
				continue // the first is kept
			}
			named.put(identityOf(id), known{})
			s.tags.known.put(folded(id), known{})
			page.New++
			if err := s.appendTags(id, tagsIn(reflect.ValueOf(r.Tags))); err != nil {
				return page, err
			}
		}
		return page, nil
	})
	if err != nil {
		return err
	}
	s.tags.state = graph.Complete
	if failure = cmp.Or(failure, foreign); failure == nil {
		if err := s.tags.log.close(); err != nil {
			return err
		}
		return s.journal.add(&saved{Region: s.at.Region, What: savedTags, Log: s.tags.log.name(), Calls: calls.Load()})
	}
	switch f := calling.Classify(ctx, failure); f.Class {
	case calling.Credentials, calling.Cancelled:
		return s.gap(ctx, tagsName, op.Action, "", f, failure)
	default:
		s.tags.state = graph.Partial // ListTags takes over
		s.tags.refusal = &refusal{Failure: f}
		return nil
	}
}

// tagsIn returns a list of tags as a map.
func tagsIn(list reflect.Value) map[string]string {
	tags := map[string]string{}
	for i := range list.Len() {
		if one := list.Index(i); operation.Has(one, "Key") { // it may be empty
			tags[operation.Text(one, "Key")] = operation.Text(one, "Value")
		}
	}
	return tags
}

// A tagless is a resource whose tags are not known.
type tagless struct{ label, id string }

// listTags reads the tags of each resource that has none yet, where they could
// not all be swept. A few are asked for first: where all of those are denied,
// the others are taken to be.
func (s *scope) listTags(ctx context.Context) (err error) {
	if s.tags.state == graph.Complete {
		return s.tags.known.forget()
	}
	defer func() {
		err = errors.Join(err, s.tags.known.forget(), s.tags.log.close(), s.tags.unread.close())
	}()
	sweep := s.tags.refusal.Failure
	s.tags.refusal = nil
	if sweep.Code == graph.CodeEndlessPages {
		return s.doubtTags(sweep)
	}
	chosen, err := s.tagScouts(ctx)
	if err != nil {
		return err
	}
	if err := s.each(ctx, func(f func(tagless) error) error {
		for _, r := range chosen {
			if err := f(r); err != nil {
				return err
			}
		}
		return nil
	}, s.listTagsOf); err != nil {
		return err
	}
	rest := s.listTagsOf
	if s.tags.read == 0 && s.tags.refusal != nil {
		rest = func(_ context.Context, r tagless) error { return s.missTags(r, s.tags.refusal.Failure) }
	}
	err = s.each(ctx, func(f func(tagless) error) error {
		return s.eachTagless(func(r tagless) error {
			if slices.Contains(chosen, r) {
				return nil
			}
			return f(r)
		})
	}, rest)
	s.settleTags(sweep)
	return err
}

// doubtTags says of all resources that their tags may be others: the sweep did not
// end, so nothing tells what it has left out. What it named is kept.
func (s *scope) doubtTags(sweep calling.Failure) error {
	s.note(tagsName, catalog.TagSweep.Action, "", sweep.Code, sweep.Message)
	return s.eachTaggable(func(k *kindRun, rec *record.Record) error { return s.unreadTags(k.Label, rec.ID) })
}

// settleTags says how reading tags went in all.
func (s *scope) settleTags(sweep calling.Failure) {
	unknown := s.tags.missed == 0 && s.tags.read == 0 && !s.allListed() // whose tags should have been asked for
	switch {
	case s.tags.missed == 0 && !unknown:
		s.tags.state = graph.Complete
	case s.tags.read > 0 || s.tags.known.len() > 0:
		s.tags.state = graph.Partial
	default:
		s.tags.state = stateOf(sweep.Class)
	}
	if unknown || s.tags.missed > 0 && s.tags.read == 0 {
		s.note(tagsName, catalog.TagSweep.Action, "", sweep.Code, sweep.Message)
	}
}

// allListed reports whether all that can have tags was listed.
func (s *scope) allListed() bool {
	for _, r := range s.kinds {
		if l := &r.listing; r.wanted && r.Taggable && (l.failed || l.none != "" && l.none != graph.Unoffered) {
			return false
		}
	}
	return true
}

// each calls do with what list gives, several at a time.
func (s *scope) each(ctx context.Context, list func(func(tagless) error) error, do func(context.Context, tagless) error) error {
	g, gctx := newCrew(ctx, max(1, s.cfg.Calls.Concurrency))
	err := list(func(r tagless) error {
		g.Go(graph.NoPanic(func() error { return do(gctx, r) }))
		return gctx.Err()
	})
	return first(g.Wait(), err)
}

// tagScouts returns the first resources without tags by the hash of their ids.
func (s *scope) tagScouts(ctx context.Context) ([]tagless, error) {
	var chosen []tagless
	byHash := func(a, b tagless) int {
		x, y := identityOf(a.id), identityOf(b.id)
		return bytes.Compare(x[:], y[:])
	}
	err := s.eachTagless(func(r tagless) error {
		i, _ := slices.BinarySearchFunc(chosen, r, byHash)
		chosen = slices.Insert(chosen, i, r)
		chosen = chosen[:min(len(chosen), scouts)]
		return ctx.Err()
	})
	return chosen, err
}

// eachTagless calls f with each resource of the scope whose tags are not known
// and that can have some.
func (s *scope) eachTagless(f func(tagless) error) error {
	return s.eachTaggable(func(k *kindRun, rec *record.Record) error {
		if s.tags.known.has(folded(rec.ID)) || k.Text(rec, "status") == "Deleted" {
			return nil
		}
		return f(tagless{k.Label, rec.ID})
	})
}

// eachTaggable calls f with each resource of the scope that can have tags and was
// read out of what does not tell them.
func (s *scope) eachTaggable(f func(k *kindRun, rec *record.Record) error) error {
	for _, k := range s.cfg.Table.Kinds {
		r := s.kinds[k.Label]
		if r == nil || !r.wanted || !k.Taggable {
			continue
		}
		err := r.log.each(func(text string) error {
			rec, err := record.Decode(text)
			if err != nil || k.Tagged(&rec) {
				return err
			}
			return f(r, &rec)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// untaggable matches what ListTags says of what can have no tags.
var untaggable = regexp.MustCompile(`(?i)invalid resource type|(?:not|n't) support(?:ed for)? tag|tagging is not supported|not taggable|cannot be tagged`)

// listTagsOf reads the tags of one resource.
func (s *scope) listTagsOf(ctx context.Context, r tagless) error {
	op := &catalog.ListTags
	in := op.Input("")
	in.Interface().(*sagemaker.ListTagsInput).ResourceArn = &r.id
	tags := map[string]string{}
	failure, err := s.caller.Pages(ctx, op, in, nil, func(out reflect.Value) (calling.Page, error) {
		list := out.FieldByName("Tags")
		page := calling.Page{Items: list.Len()}
		for key, value := range tagsIn(list) {
			if _, known := tags[key]; !known {
				page.New++
			}
			tags[key] = value
		}
		return page, nil
	})
	if err != nil {
		return err
	}
	if failure != nil {
		f := calling.Classify(ctx, failure)
		switch {
		case f.Class != calling.Denied && untaggable.MatchString(f.Message):
			s.gotTags()
			return nil
		case f.Class == calling.Credentials, f.Class == calling.Cancelled:
			return s.gap(ctx, r.label, op.Action, r.id, f, failure)
		}
		if len(tags) > 0 { // what came of further pages is kept
			if err := s.appendTags(r.id, tags); err != nil {
				return err
			}
		}
		return s.missTags(r, f)
	}
	s.gotTags()
	return s.appendTags(r.id, tags)
}

func (s *scope) gotTags() {
	s.tags.mu.Lock()
	s.tags.read++
	s.tags.mu.Unlock()
}

// missTags notes that the tags of a resource could not be read.
func (s *scope) missTags(r tagless, f calling.Failure) error {
	s.tags.mu.Lock()
	s.tags.missed++
	if s.tags.refusal == nil || s.tags.refusal.id != "" && r.id < s.tags.refusal.id {
		s.tags.refusal = &refusal{r.id, f}
	}
	if f.Class != calling.Denied && f.Class != calling.Unoffered {
		s.tags.read++ // not all are denied
	}
	s.tags.mu.Unlock()
	s.note(r.label, catalog.ListTags.Action, r.id, f.Code, f.Message)
	return s.unreadTags(r.label, r.id)
}

// unreadTags marks a resource whose tags were not read.
func (s *scope) unreadTags(label, id string) error {
	k := s.kinds[label]
	k.stateMu.Lock()
	k.unread.count(nil, "", []string{reading.ColumnTags})
	k.stateMu.Unlock()
	rec := spool.AppendString(spool.AppendString(spool.AppendString(nil, label), id), reading.ColumnTags)
	return s.tags.unread.append(rec)
}

// appendTags spools the tags of one resource, and what was taken out of them.
func (s *scope) appendTags(id string, tags map[string]string) error {
	if len(tags) == 0 {
		return nil
	}
	value, redactions := reading.TagsValue(tags, s.cfg.Redact)
	text := ""
	if len(redactions) > 0 {
		text = string(redact.AppendRedactions(nil, redactions))
		s.redactedTags(id)
	}
	rec := spool.AppendString(spool.AppendString(nil, s.fileID(id)), text)
	return s.tags.log.append(spool.AppendValue(rec, value))
}
