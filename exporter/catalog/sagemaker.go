package catalog

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/sgexport/sgexport/exporter/operation"
)

// A method is an operation of SageMaker's client.
type method[In, Out any] func(*sagemaker.Client, context.Context, *In, ...func(*sagemaker.Options)) (*Out, error)

func operationOf[In, Out any](f method[In, Out]) operation.Operation {
	return operation.Of(operation.SageMaker, f)
}

// listed makes a list of a method. The page is the one list of structures in
// the output. set changes the input of each call.
func listed[In, Out any](f method[In, Out], set ...func(*In)) *List {
	l := &List{Operation: operationOf(f), Items: -1}
	for i := range l.Out.NumField() {
		if t := l.Out.Field(i).Type; t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct {
			if l.Items >= 0 {
				panic(fmt.Sprintf("catalog: %s has two lists", l.Out))
			}
			l.Items, l.Item = i, t.Elem()
		}
	}
	if l.Items < 0 {
		panic(fmt.Sprintf("catalog: %s has no list", l.Out))
	}
	l.Set = func(in any) {
		for _, f := range set {
			f(in.(*In))
		}
	}
	return l
}

// described makes a describe of a method. Each key is a member of the input
// that the list item has too, or input=item where the names differ.
func described[In, Out any](f method[In, Out], keys ...string) *Describe {
	return &Describe{Operation: operationOf(f), Keys: keysOf(keys)}
}

// with changes the input of each call.
func with[In any](d *Describe, set func(*In)) *Describe {
	d.Set = func(in any) { set(in.(*In)) }
	return d
}

func searched(resource types.ResourceType, member string) *Search {
	s := &Search{Resource: string(resource), Members: strings.Split(member, "."), Created: "CreationTime"}
	t := reflect.TypeFor[types.SearchRecord]()
	for _, m := range s.Members {
		f, ok := t.FieldByName(m)
		if !ok {
			panic(fmt.Sprintf("catalog: %s has no member %s", t, m))
		}
		t = operation.Indirect(f.Type)
	}
	s.Record = t
	return s
}

// also makes the search one that tells something that the details lack.
func also(s *Search, members ...string) *Search {
	s.Also = members
	return s
}

// sourceMargin is by how much, in seconds, the times of a job and of the trial
// component that SageMaker keeps of it may differ.
const sourceMargin = 24 * 60 * 60

// sourceOf searches the records of jobs inside those of the trial components that
// SageMaker keeps of every job.
func sourceOf(member, sourceType string) *Search {
	s := searched(types.ResourceTypeExperimentTrialComponent, "TrialComponent.SourceDetail."+member)
	s.Filters, s.Margin = []Filter{{"Source.SourceType", sourceType}}, sourceMargin
	return s
}

// Operations that are of no one kind.
var (
	CallerIdentity = operation.Of(operation.STS, (*sts.Client).GetCallerIdentity)
	SearchRecords  = operationOf((*sagemaker.Client).Search)
	TagSweep       = operation.Of(operation.Tagging, (*resourcegroupstaggingapi.Client).GetResources)
	ListTags       = operationOf((*sagemaker.Client).ListTags)
)
