package exporter

import (
	"context"
	"errors"
	"slices"

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

// tagRecord is a resource's tags as the spool keeps them.
func tagRecord(id string, tags map[string]string, redact bool) []byte {
	return spool.AppendValue(spool.AppendString(nil, id), tagsValue(tags, redact))
}

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
			if class, code, message := classify(err); class == credentials {
				return &CredentialsError{Code: code, Err: errors.New(message)}
			} else if class == cancelled {
				return err
			}
			s.report.Tags = graph.Denied // ListTags takes over
			return nil
		}
		for _, r := range out.ResourceTagMappingList {
			tags := map[string]string{}
			for _, t := range r.Tags {
				tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
			}
			if err := log.Append(tagRecord(aws.ToString(r.ResourceARN), tags, s.cfg.Redact)); err != nil {
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

// errTagsDenied stops the fallback at its first denial.
var errTagsDenied = errors.New("tags denied")

// listTags reads the tags of each resource that has none yet: the fallback
// where GetResources is denied.
func (s *scopeRun) listTags(ctx context.Context) (err error) {
	log, err := s.newLog(nil, tagsName+"Listed")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(s.cfg.Concurrency)
	for _, l := range s.ownLogs() {
		tags := slices.IndexFunc(l.kind.columns, func(c graph.Column) bool { return c.Name == columnTags })
		err := spool.ReadLog(l.path, func(text string) error {
			rec, err := decodeRecord(text)
			if err != nil {
				return err
			}
			if rec.values[tags].IsNull() && gctx.Err() == nil {
				g.Go(func() error { return s.tagsOf(gctx, log, l.kind.label, rec.id) })
			}
			return nil
		})
		if err != nil {
			return errors.Join(err, g.Wait())
		}
	}
	switch err := g.Wait(); {
	case errors.Is(err, errTagsDenied):
		s.report.Tags = graph.Denied
		return nil
	case err != nil:
		return err
	}
	s.report.Tags = graph.Complete
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

func (s *scopeRun) tagsOf(ctx context.Context, log *spool.Log, label, id string) error {
	tags := map[string]string{}
	in := &sagemaker.ListTagsInput{ResourceArn: aws.String(id), MaxResults: aws.Int32(pageSize)}
	for {
		var out *sagemaker.ListTagsOutput
		err := s.caller.enter(ctx, listTagsName, nil, func(r aws.RetryerV2) (err error) {
			out, err = s.caller.client.ListTags(ctx, in, func(o *sagemaker.Options) { o.Retryer = r })
			return err
		})
		if err != nil {
			switch class, _, _ := classify(err); class {
			case gone:
				return nil
			case denied, unavailable:
				if ctx.Err() != nil {
					return errTagsDenied // another call has said so already
				}
				if _, err := s.gap(tagsName, listTagsName, "", err); err != nil {
					return err
				}
				return errTagsDenied
			}
			_, err := s.gap(label, listTagsName, id, err)
			return err
		}
		for _, t := range out.Tags {
			tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
		}
		if aws.ToString(out.NextToken) == "" {
			break
		}
		in.NextToken = out.NextToken
	}
	if len(tags) == 0 {
		return nil
	}
	return log.Append(tagRecord(id, tags, s.cfg.Redact))
}
