package simulator

import (
	"reflect"
	"strings"
	"sync"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

// A row is what cannot be derived about a kind. Adding a kind is adding a row;
// a union or a list filter of a new form makes the table panic when it is
// built, which every test of this package does.
type row struct {
	name     string          // the API's noun; documents are in <name>.json
	noun     string          // in the ARN; by default the name in kebab-case
	arn      string          // document member with the ARN; by default name + "Arn"
	list     [2]reflect.Type // input, output
	describe [2]reflect.Type // input, output
	key      []string        // members that identify it to Describe
	anyOf    []string        // further key members, of which one is given
	byARN    bool            // Describe takes an ARN (or its end) in place of the name

	page      int    // documented default of MaxResults; 0: 100
	sort      string // documented default of SortBy; "": CreationTime
	ascending bool   // documented default of SortOrder

	search string // type of resource in Search
	record string // path of the record in a SearchRecord
	// missing is the message of the ValidationException about a resource that
	// is not there, with {name} and {arn}; "" for the kinds that have the
	// newer ResourceNotFound.
	missing string
	// filters take the place of those derived from the members of the List
	// input. They run on every listing, given or not.
	filters map[string]filter
}

func op[In, Out any]() [2]reflect.Type {
	return [2]reflect.Type{reflect.TypeFor[In](), reflect.TypeFor[Out]()}
}

var rows = []row{
	{
		name:     "NotebookInstance",
		list:     op[sagemaker.ListNotebookInstancesInput, sagemaker.ListNotebookInstancesOutput](),
		describe: op[sagemaker.DescribeNotebookInstanceInput, sagemaker.DescribeNotebookInstanceOutput](),
		key:      []string{"NotebookInstanceName"},
		sort:     "Name", ascending: true,
		missing: "RecordNotFound",
	},
	{
		name:     "NotebookInstanceLifecycleConfig",
		list:     op[sagemaker.ListNotebookInstanceLifecycleConfigsInput, sagemaker.ListNotebookInstanceLifecycleConfigsOutput](),
		describe: op[sagemaker.DescribeNotebookInstanceLifecycleConfigInput, sagemaker.DescribeNotebookInstanceLifecycleConfigOutput](),
		key:      []string{"NotebookInstanceLifecycleConfigName"},
		missing:  "Unable to describe Notebook Instance Lifecycle Config '{arn}'. (Details: RecordNotFound)",
	},
	{
		name:     "CodeRepository",
		list:     op[sagemaker.ListCodeRepositoriesInput, sagemaker.ListCodeRepositoriesOutput](),
		describe: op[sagemaker.DescribeCodeRepositoryInput, sagemaker.DescribeCodeRepositoryOutput](),
		key:      []string{"CodeRepositoryName"},
		sort:     "Name", ascending: true,
		missing: "Cannot find CodeRepository: {arn}",
	},
	{
		name:      "Domain",
		list:      op[sagemaker.ListDomainsInput, sagemaker.ListDomainsOutput](),
		describe:  op[sagemaker.DescribeDomainInput, sagemaker.DescribeDomainOutput](),
		key:       []string{"DomainId"},
		page:      10,
		ascending: true,
	},
	{
		name:     "UserProfile",
		list:     op[sagemaker.ListUserProfilesInput, sagemaker.ListUserProfilesOutput](),
		describe: op[sagemaker.DescribeUserProfileInput, sagemaker.DescribeUserProfileOutput](),
		key:      []string{"DomainId", "UserProfileName"},
		page:     10, ascending: true,
	},
	{
		name:     "Space",
		list:     op[sagemaker.ListSpacesInput, sagemaker.ListSpacesOutput](),
		describe: op[sagemaker.DescribeSpaceInput, sagemaker.DescribeSpaceOutput](),
		key:      []string{"DomainId", "SpaceName"},
		page:     10, ascending: true,
	},
	{
		name:     "App",
		list:     op[sagemaker.ListAppsInput, sagemaker.ListAppsOutput](),
		describe: op[sagemaker.DescribeAppInput, sagemaker.DescribeAppOutput](),
		key:      []string{"DomainId", "AppType", "AppName"},
		anyOf:    []string{"UserProfileName", "SpaceName"},
		page:     10, ascending: true,
	},
	{
		name:     "StudioLifecycleConfig",
		list:     op[sagemaker.ListStudioLifecycleConfigsInput, sagemaker.ListStudioLifecycleConfigsOutput](),
		describe: op[sagemaker.DescribeStudioLifecycleConfigInput, sagemaker.DescribeStudioLifecycleConfigOutput](),
		key:      []string{"StudioLifecycleConfigName"},
		page:     10,
	},
	{
		name:     "Model",
		list:     op[sagemaker.ListModelsInput, sagemaker.ListModelsOutput](),
		describe: op[sagemaker.DescribeModelInput, sagemaker.DescribeModelOutput](),
		key:      []string{"ModelName"},
		search:   "Model", record: "Model.Model",
		missing: `Could not find model "{arn}".`,
	},
	{
		name:      "ModelPackage",
		list:      op[sagemaker.ListModelPackagesInput, sagemaker.ListModelPackagesOutput](),
		describe:  op[sagemaker.DescribeModelPackageInput, sagemaker.DescribeModelPackageOutput](),
		key:       []string{"ModelPackageName"},
		byARN:     true,
		ascending: true,
		search:    "ModelPackage", record: "ModelPackage",
		missing: "ModelPackage {arn} does not exist.",
		filters: map[string]filter{"ModelPackageType": ofPackageType, "ModelPackageGroupName": ofPackageGroup},
	},
	{
		name:      "ModelPackageGroup",
		list:      op[sagemaker.ListModelPackageGroupsInput, sagemaker.ListModelPackageGroupsOutput](),
		describe:  op[sagemaker.DescribeModelPackageGroupInput, sagemaker.DescribeModelPackageGroupOutput](),
		key:       []string{"ModelPackageGroupName"},
		byARN:     true,
		ascending: true,
		search:    "ModelPackageGroup", record: "ModelPackageGroup",
		missing: "ModelPackageGroup {arn} does not exist.",
		filters: map[string]filter{"CrossAccountFilterOption": ofThisAccount},
	},
	{
		name:     "EndpointConfig",
		list:     op[sagemaker.ListEndpointConfigsInput, sagemaker.ListEndpointConfigsOutput](),
		describe: op[sagemaker.DescribeEndpointConfigInput, sagemaker.DescribeEndpointConfigOutput](),
		key:      []string{"EndpointConfigName"},
		missing:  `Could not find endpoint configuration "{arn}".`,
	},
	{
		name:     "Endpoint",
		list:     op[sagemaker.ListEndpointsInput, sagemaker.ListEndpointsOutput](),
		describe: op[sagemaker.DescribeEndpointInput, sagemaker.DescribeEndpointOutput](),
		key:      []string{"EndpointName"},
		page:     10,
		search:   "Endpoint", record: "Endpoint",
		missing: `Could not find endpoint "{arn}".`,
	},
	{
		name:     "InferenceComponent",
		list:     op[sagemaker.ListInferenceComponentsInput, sagemaker.ListInferenceComponentsOutput](),
		describe: op[sagemaker.DescribeInferenceComponentInput, sagemaker.DescribeInferenceComponentOutput](),
		key:      []string{"InferenceComponentName"},
		page:     10,
		missing:  `Could not find inference component "{arn}".`,
	},
	{
		name:      "TrainingJob",
		list:      op[sagemaker.ListTrainingJobsInput, sagemaker.ListTrainingJobsOutput](),
		describe:  op[sagemaker.DescribeTrainingJobInput, sagemaker.DescribeTrainingJobOutput](),
		key:       []string{"TrainingJobName"},
		ascending: true,
		search:    "TrainingJob", record: "TrainingJob",
		missing: "Requested resource not found.",
	},
	{
		name:     "TransformJob",
		list:     op[sagemaker.ListTransformJobsInput, sagemaker.ListTransformJobsOutput](),
		describe: op[sagemaker.DescribeTransformJobInput, sagemaker.DescribeTransformJobOutput](),
		key:      []string{"TransformJobName"},
		page:     10,
		missing:  "Could not find requested job with name: {name}",
	},
}

// A kind is a row with all that follows from it.
type kind struct {
	row
	listOp, describeOp       string // operation names
	items                    string // list member of the List output
	item, detail, found      *shape // types of list item, Describe output, Search record (nil)
	listInput, describeInput *shape
	members                  map[string]*shape // all that a document may have
	summarised               []string          // members XSummary of a list item, made from X
}

type table struct {
	kinds  []*kind
	byName map[string]*kind
	search *shape // input of Search
	tags   *shape // input of ListTags
}

// kinds is the table, built when first asked for and never changed.
var kinds = sync.OnceValue(func() *table {
	all := shapes{}
	t := &table{
		byName: map[string]*kind{},
		search: all.of(reflect.TypeFor[sagemaker.SearchInput]()),
		tags:   all.of(reflect.TypeFor[sagemaker.ListTagsInput]()),
	}
	record := all.of(reflect.TypeFor[types.SearchRecord]())
	for _, r := range rows {
		k := newKind(r, all, record)
		t.kinds = append(t.kinds, k)
		t.byName[k.name] = k
	}
	return t
})

func newKind(r row, all shapes, record *shape) *kind {
	k := &kind{row: r, members: map[string]*shape{"Tags": all.of(reflect.TypeFor[[]types.Tag]())}}
	if k.noun == "" {
		k.noun = kebab(k.name)
	}
	if k.arn == "" {
		k.arn = k.name + "Arn"
	}
	if k.page == 0 {
		k.page = 100
	}
	if k.sort == "" {
		k.sort = "CreationTime"
	}
	k.listOp = strings.TrimSuffix(k.list[0].Name(), "Input")
	k.describeOp = strings.TrimSuffix(k.describe[0].Name(), "Input")
	k.listInput, k.describeInput = all.of(k.list[0]), all.of(k.describe[0])
	for name, s := range all.of(k.list[1]).fields {
		if s.form == listForm {
			k.items, k.item = name, s.elem
		}
	}
	k.detail = all.of(k.describe[1])
	shapes := []*shape{k.detail, k.item}
	if k.record != "" {
		k.found = record
		for _, name := range strings.Split(k.record, ".") {
			k.found = k.found.fields[name]
		}
		shapes = append(shapes, k.found)
	}
	for _, s := range shapes {
		for name, member := range s.fields {
			if k.members[name] == nil {
				k.members[name] = member
			}
		}
	}
	for name := range k.item.fields {
		base, ok := strings.CutSuffix(name, "Summary")
		if ok && k.detail.fields[name] == nil && k.detail.fields[base] != nil {
			k.summarised = append(k.summarised, name)
		}
	}
	filters := map[string]filter{}
	for name, s := range k.listInput.fields {
		switch name {
		case "MaxResults", "NextToken", "SortBy", "SortOrder":
		default:
			if filters[name] = k.filters[name]; filters[name] == nil {
				filters[name] = k.derive(name, s)
			}
		}
	}
	k.filters = filters
	return k
}

// summary is the document as an item of a List.
func (k *kind) summary(doc map[string]any) any {
	item := k.item.project(doc).(map[string]any)
	for _, name := range k.summarised {
		if value, ok := doc[strings.TrimSuffix(name, "Summary")]; ok && item[name] == nil {
			item[name] = k.item.fields[name].project(value)
		}
	}
	return item
}

// result is the document as a result of Search.
func (k *kind) result(doc map[string]any) any {
	out := k.found.project(doc)
	path := strings.Split(k.record, ".")
	for i := len(path) - 1; i >= 0; i-- {
		out = map[string]any{path[i]: out}
	}
	return out
}

// member finds the document member that an input member speaks of: Status is
// EndpointStatus in an Endpoint and Status in an App.
func (k *kind) member(name string) (string, bool) {
	if name == "ModifiedTime" {
		name = "LastModifiedTime"
	}
	if name == "Name" && len(k.key) > 0 && k.members[k.name+name] == nil {
		return k.key[len(k.key)-1], true
	}
	plural := strings.TrimSuffix(name, "y") + "ies"
	for _, candidate := range []string{k.name + name, name, plural} {
		if k.members[candidate] != nil {
			return candidate, true
		}
	}
	return "", false
}

func kebab(name string) string {
	var b strings.Builder
	for i, r := range name {
		if i > 0 && unicode.IsUpper(r) {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
