package exporter

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"golang.org/x/sync/errgroup"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot/spool"
)

const (
	getResources = "tag:GetResources"
	listTagsName = "sagemaker:ListTags"
	tagsName     = "Tags" // in gaps and file names, where a kind has its label
)

// sweepTags reads the tags of all SageMaker resources of the scope, a page of
// resources a call.
func (s *scopeRun) sweepTags(ctx context.Context, cfg aws.Config) (err error) {
	log, err := s.newLog(nil, tagsName)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	client := resourcegroupstaggingapi.NewFromConfig(cfg)
	in := &resourcegroupstaggingapi.GetResourcesInput{ResourceTypeFilters: []string{"sagemaker"}, ResourcesPerPage: aws.Int32(pageSize)}
	for {
		var out *resourcegroupstaggingapi.GetResourcesOutput
		err := s.caller.enter(ctx, getResources, nil, func(r aws.RetryerV2) (err error) {
			out, err = client.GetResources(ctx, in, func(o *resourcegroupstaggingapi.Options) { o.Retryer = r })
			return err
		})
		if err != nil {
			switch class, code, message := classify(ctx, err); class {
			case credentials:
				return &CredentialsError{Code: code, Err: errors.New(message)}
			case cancelled:
				return ctx.Err()
			}
			s.report.Tags = graph.Denied // ListTags takes over
			return nil
		}
		for _, r := range out.ResourceTagMappingList {
			tags := map[string]string{}
			for _, t := range r.Tags {
				tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
			}
			a, _ := parseARN(aws.ToString(r.ResourceARN))
			if err := s.appendTags(log, labelOfARN(a), aws.ToString(r.ResourceARN), tags); err != nil {
				return err
			}
		}
		if aws.ToString(out.PaginationToken) == "" {
			s.report.Tags = graph.Complete
			return nil
		}
		in.PaginationToken = out.PaginationToken
	}
}

// A tagless is a resource whose record has no tags.
type tagless struct{ label, id string }

// listTags reads the tags of each resource that has none yet: the fallback
// where GetResources is denied. One resource is asked for first: where that is
// denied, all are taken to be, and one gap stands for them.
func (s *scopeRun) listTags(ctx context.Context) (err error) {
	var first tagless // the same one in every run
	err = s.eachTagless(func(r tagless) error {
		if first.id == "" || r.id < first.id {
			first = r
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.report.Tags = graph.Complete
	if first.id == "" {
		return nil
	}
	tags, failure := s.tagsOf(ctx, first.id)
	if failure != nil {
		if class, _, _ := classify(ctx, failure); class == denied || class == unavailable {
			s.report.Tags, err = s.gap(ctx, tagsName, listTagsName, "", failure)
			return err
		}
	}
	log, err := s.newLog(nil, tagsName+"Listed")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	var missed atomic.Bool
	keep := func(ctx context.Context, r tagless, tags map[string]string, err error) error {
		if err == nil {
			return s.appendTags(log, r.label, r.id, tags)
		}
		if class, _, _ := classify(ctx, err); class == gone {
			return nil
		}
		missed.Store(true)
		_, err = s.gap(ctx, r.label, listTagsName, r.id, err)
		return err
	}
	if err := keep(ctx, first, tags, failure); err != nil {
		return err
	}
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(s.cfg.Concurrency)
	err = s.eachTagless(func(r tagless) error {
		if r == first {
			return nil
		}
		g.Go(func() error {
			tags, err := s.tagsOf(gctx, r.id)
			return keep(gctx, r, tags, err)
		})
		return gctx.Err()
	})
	if err := cmp.Or(g.Wait(), err); err != nil {
		return err
	}
	if missed.Load() {
		s.report.Tags = graph.Partial
	}
	return nil
}

// eachTagless calls f with each resource of the scope that was read without tags.
func (s *scopeRun) eachTagless(f func(tagless) error) error {
	for _, l := range s.ownLogs() {
		tags := slices.IndexFunc(l.kind.columns, func(c graph.Column) bool { return c.Name == columnTags })
		err := spool.ReadLog(l.path, func(text string) error {
			rec, err := decodeRecord(text)
			if err != nil || !rec.values[tags].IsNull() {
				return err
			}
			return f(tagless{l.kind.label, rec.id})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// ownLogs returns the scope's spools of kinds, which are complete by now.
func (s *scopeRun) ownLogs() []logFile {
	s.collector.mu.Lock()
	defer s.collector.mu.Unlock()
	var own []logFile
	for _, l := range s.inv.logs {
		if l.kind != nil && l.scope == s.scope {
			own = append(own, l)
		}
	}
	return own
}

// tagsOf reads the tags of one resource.
func (s *scopeRun) tagsOf(ctx context.Context, id string) (map[string]string, error) {
	tags := map[string]string{}
	in := &sagemaker.ListTagsInput{ResourceArn: aws.String(id), MaxResults: aws.Int32(pageSize)}
	for {
		var out *sagemaker.ListTagsOutput
		err := s.caller.enter(ctx, listTagsName, nil, func(r aws.RetryerV2) (err error) {
			out, err = s.caller.client.ListTags(ctx, in, func(o *sagemaker.Options) { o.Retryer = r })
			return err
		})
		if err != nil {
			return nil, err
		}
		for _, t := range out.Tags {
			tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
		}
		if aws.ToString(out.NextToken) == "" {
			return tags, nil
		}
		in.NextToken = out.NextToken
	}
}

// appendTags spools the tags of one resource; label is "" where its ARN is of
// no kind.
func (s *scopeRun) appendTags(log *spool.Log, label, id string, tags map[string]string) error {
	if len(tags) == 0 {
		return nil
	}
	value, hit := tagsValue(tags, s.cfg.Redact)
	if hit && label != "" {
		s.collector.mu.Lock()
		s.redacted[label+"."+columnTags] = true
		s.collector.mu.Unlock()
	}
	return log.Append(spool.AppendValue(spool.AppendString(nil, id), value))
}
