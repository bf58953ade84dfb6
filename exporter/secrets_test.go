package exporter_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sgexport/sgexport/simulator"
)

// A decision says what a place of the API that gives names values, or holds the
// arguments of a command or a document, may hold.
type decision int

const (
	harmless    decision = iota // no text of the account's
	environment                 // variables: each value is secret
	byName                      // what the name says
	arguments                   // of a command
	script                      // the body of one
	document                    // JSON or YAML of somebody's making
	secret                      // the member's own name says so
)

// decisions are what was decided of each such place: the member of a structure, or
// the structure that is a name and a value. The keys match whole names.
var decisions = map[string]decision{
	`\w+\.(Optimization|Override|Container)?Environment(Variables)?`: environment,
	`EnvironmentParameter`: environment,

	`\w+\.(HyperParameters|StaticHyperParameters|TextGenerationHyperParameters|TunedHyperParameters|RuleParameters|HookParameters|CollectionParameters|ProfilingParameters|Properties|CustomerMetadataProperties)`: byName,
	`TrialComponent\.(Parameters|InputArtifacts|OutputArtifacts)`:                                                                                byName,
	`PartnerAppConfig\.Arguments|OidcConfigForResponse\.AuthenticationRequestExtraParams|AIRecommendationOptimizationDetail\.OptimizationConfig`: byName,
	`ClusterKubernetesConfig(Node)?Details\.(Current|Desired)Labels`:                                                                             byName,
	`Tag|Parameter|CfnStackParameter|ProvisioningParameter|OutputParameter|FeatureParameter|HyperParameterSpecification|ClusterKubernetesTaint`:  byName,
	`CategoricalParameter(Range)?`: byName,

	`\w+\.Container(Arguments|Entrypoint)`: arguments,

	`DescribeStudioLifecycleConfigOutput\.StudioLifecycleConfigContent|NotebookInstanceLifecycleHook\.Content`: script,

	`\w+\.(HubContentDocument|JobConfigDocument|PipelineDefinition|ModelCardContent|ConfigurationValues|Inline)|DescribeModelCardOutput\.Content|ModelCard\.Content`: document,

	`CallbackStepMetadata\.CallbackToken`: secret,

	`LineageMetadata\.(Action|Artifact|Context)Arns`:                          harmless, // ARNs by ARN
	`DescribeClusterSchedulerConfigOutput\.StatusDetails`:                     harmless, // states
	`ClusterInstanceGroupDetails\.ActiveOperations`:                           harmless, // numbers
	`TimeSeriesTransformations\.(Aggregation|Filling)`:                        harmless, // words of the API
	`AutoMLCandidate\.InferenceContainerDefinitions`:                          harmless, // by kind of processor; the environments inside have their own
	`(Continuous|Integer)ParameterRange`:                                      harmless, // numbers
	`Metric(Data|Datum)|Final(AutoML|HyperParameterTuning)JobObjectiveMetric`: harmless, // numbers
	`ModelCard|DescribeModelCardOutput|DescribeUserProfileOutput`:             harmless, // the name is that of the resource
}

var (
	valueLike    = regexp.MustCompile(`^(?:\w*Values?|Content|Data|Default\w*Value)$`)
	nameLike     = regexp.MustCompile(`^(?:\w*Name|Key|\w+Key)$`)
	argumentLike = regexp.MustCompile(`(?i)(?:argument|argv|args|entrypoint|command|cmd|flag)s?$`)
	documentLike = regexp.MustCompile(`(?i)(?:script|content|document|definition|inline|yaml|json|userdata|configurationvalues)$`)
	secretLike   = regexp.MustCompile(`(?i)(?:password|secret|token|credentials?|apikey|accesskey|privatekey)$`)
	notSecret    = regexp.MustCompile(`^(?:NextToken|ClientToken|ClientRequestToken)$`)
)

// placesIn calls found with each place in a type that asks for a decision. kind is
// what a structure of the test's own is called.
func placesIn(kind string, t reflect.Type, seen map[reflect.Type]bool, found func(name string)) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if seen[t] || t == reflect.TypeFor[time.Time]() {
		return
	}
	seen[t] = true
	for _, m := range unions[t] {
		value, _ := m.FieldByName("Value")
		if member := strings.TrimPrefix(m.Name(), t.Name()+"Member"); asksForDecision(member, value.Type) {
			found(t.Name() + "." + member)
		}
		placesIn(kind, value.Type, seen, found)
	}
	if t.Kind() != reflect.Struct {
		return
	}
	if isPair(t) {
		found(t.Name())
	}
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() || f.Name == "ResultMetadata" {
			continue
		}
		if asksForDecision(f.Name, f.Type) {
			found(cmp.Or(t.Name(), kind) + "." + f.Name)
		}
		placesIn(kind, f.Type, seen, found)
	}
}

// isPair reports whether a structure gives a name a value.
func isPair(t reflect.Type) bool {
	name, value := false, false
	for i := range t.NumField() {
		f := t.Field(i)
		text := f.Type == reflect.TypeFor[*string]()
		name = name || text && nameLike.MatchString(f.Name)
		value = value || valueLike.MatchString(f.Name)
	}
	return name && value && t.Name() != ""
}

// asksForDecision reports whether a member may hold secrets of its own.
func asksForDecision(name string, t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t.Kind() == reflect.Map:
		return true
	case t == reflect.TypeFor[[]string]():
		return argumentLike.MatchString(name)
	case t == reflect.TypeFor[string]():
		return documentLike.MatchString(name) || secretLike.MatchString(name) && !notSecret.MatchString(name)
	}
	return false
}

// decisionOf returns what was decided of a place, and the patterns that say so.
func decisionOf(name string) (d decision, patterns []string) {
	for p, form := range decisionForms() {
		if form.MatchString(name) {
			d, patterns = decisions[p], append(patterns, p)
		}
	}
	return d, patterns
}

// decisionForms are the keys of decisions, compiled.
var decisionForms = sync.OnceValue(func() map[string]*regexp.Regexp {
	all := map[string]*regexp.Regexp{}
	for p := range decisions {
		all[p] = regexp.MustCompile(`^(?:` + p + `)$`)
	}
	return all
})

// TestSecretGuard fails where the API has a place for names with values, for
// arguments or for a document, and nobody decided what it may hold: as after an
// update of the SDK.
func TestSecretGuard(t *testing.T) {
	needed := map[string]bool{}
	seen := map[reflect.Type]bool{}
	for _, d := range describedKinds {
		placesIn(d.kind, d.output, seen, func(name string) {
			switch _, patterns := decisionOf(name); len(patterns) {
			case 0:
				t.Errorf("%s may hold secrets: decide on it in decisions", name)
			case 1:
				needed[patterns[0]] = true
			default:
				t.Errorf("%s has several decisions: %q", name, patterns)
			}
		})
	}
	for pattern := range decisions {
		if !needed[pattern] {
			t.Errorf("nothing needs the decision on %s", pattern)
		}
	}
}

// canary is what must be found nowhere. It looks like no token.
const canary = "c4naryValue"

// tokenOf is a token whose form alone tells what it is.
var tokenOf = "ghp_" + strings.Repeat("c4naryValue", 4)[:36]

// A spoiler puts secrets into a document, each where one may stand.
type spoiler struct {
	*filler
	names  map[string]bool // that must be found again
	spoilt int
}

// value returns a value of the document with secrets in it. owner is the structure
// that it is a member of.
func (s *spoiler) value(owner, path, name string, t reflect.Type, v any) any {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	d, _ := decisionOf(cmp.Or(owner, s.kind) + "." + name)
	switch v := v.(type) {
	case map[string]any:
		if t.Kind() == reflect.Map {
			return s.mapping(d, path, t.Elem(), v)
		}
		return s.structure(path, t, v)
	case []any:
		if t.Elem() == reflect.TypeFor[string]() {
			for i := range v {
				v[i] = s.text(harmless, path+"[]", v[i].(string))
			}
			if d == arguments {
				s.spoilt++
				v = append(v, "--db-password", canary, "--token="+canary)
			}
			return v
		}
		for i := range v {
			v[i] = s.value("", path+"[]", "", t.Elem(), v[i])
		}
		if t.Elem().Kind() == reflect.Struct && isPair(t.Elem()) {
			v = append(v, s.pair(t.Elem())...)
		}
		return v
	case string:
		if t == reflect.TypeFor[string]() {
			return s.text(d, path, v)
		}
	}
	return v
}

func (s *spoiler) mapping(d decision, path string, elem reflect.Type, v map[string]any) any {
	for k, inner := range v {
		switch text, isText := inner.(string); {
		case isText && d == environment:
			v[k] = canary + text
			s.names[k] = true
		case isText && elem == reflect.TypeFor[string]():
			v[k] = s.text(harmless, path+"{}", text)
			s.names[k] = true
		default:
			v[k] = s.value("", path+"{}", "", elem, inner)
		}
	}
	if d != byName && d != environment {
		return v
	}
	s.spoilt++
	s.names["db_password"] = true
	switch {
	case elem == reflect.TypeFor[string]():
		v["db_password"], v["sagemaker_job_env"] = canary, `{"ANY":"`+canary+`"}`
	case unions[elem] != nil:
		v["db_password"] = map[string]any{"StringValue": canary}
	default:
		v["db_password"] = map[string]any{"Value": canary, "MediaType": "text"}
	}
	return v
}

func (s *spoiler) structure(path string, t reflect.Type, v map[string]any) any {
	if t.Kind() == reflect.Interface {
		for _, m := range unions[t] {
			member := strings.TrimPrefix(m.Name(), t.Name()+"Member")
			if inner, ok := v[member]; ok {
				value, _ := m.FieldByName("Value")
				v[member] = s.value(t.Name(), join(path, member), member, value.Type, inner)
			}
		}
		return v
	}
	environmental := t.Name() == "EnvironmentParameter"
	for i := range t.NumField() {
		f := t.Field(i)
		inner, ok := v[f.Name]
		if !ok || !f.IsExported() || f.Name == "Tags" {
			continue
		}
		if environmental && f.Name == "Value" {
			v[f.Name] = canary
			continue
		}
		if text, isText := inner.(string); isText && isPair(t) && nameLike.MatchString(f.Name) {
			if s.keys[join(path, f.Name)] == "" && s.rules[join(path, f.Name)] == nil && path != "" {
				v[f.Name] = text + " " + tokenOf // no name of a secret
			}
			continue
		}
		v[f.Name] = s.value(t.Name(), join(path, f.Name), f.Name, f.Type, inner)
	}
	return v
}

// pair is one more name with its value.
func (s *spoiler) pair(t reflect.Type) []any {
	if d, _ := decisionOf(t.Name()); d != byName {
		return nil
	}
	one := map[string]any{}
	for i := range t.NumField() {
		f := t.Field(i)
		switch {
		case f.Type == reflect.TypeFor[*string]() && nameLike.MatchString(f.Name):
			one[f.Name] = "DB_PASSWORD"
		case f.Type == reflect.TypeFor[*string]() && valueLike.MatchString(f.Name):
			one[f.Name] = canary
		case f.Type == reflect.TypeFor[[]string]() && valueLike.MatchString(f.Name):
			one[f.Name] = []any{canary}
		}
	}
	s.spoilt++
	s.names["DB_PASSWORD"] = true
	return []any{one}
}

// text is a text of the document with secrets in it. What identifies a resource
// stays, and a reference goes on pointing to the same.
func (s *spoiler) text(d decision, path, text string) string {
	w := s.rules[path]
	switch {
	case d == script, d == secret:
		s.spoilt++
		return canary + text
	case w != nil && w.label == "GitRepository":
		s.spoilt++
		return strings.Replace(text, "://", "://user:"+canary+"@", 1)
	case w != nil && w.label == "AWSS3Bucket" && strings.HasPrefix(text, "s3://"):
		s.spoilt++
		return text + "?X-Amz-Signature=" + canary
	case w != nil, s.keys[path] != "", path == s.kind+"Arn", path == s.kind+"Name", strings.HasPrefix(text, "arn:"):
		return text
	case strings.HasSuffix(path, "BaseModel.HubContentVersion"): // a part of the id that the name beside it makes
		return text
	case d == document:
		s.spoilt++
		s.names[text] = true
		return fmt.Sprintf(`{"Note":%q,"Environment":{"ANY":%q},"List":[{"Name":"DB_PASSWORD","Value":%q}]}`, text, canary, canary)
	}
	s.spoilt++
	s.names[text] = true
	return text + ": password=" + canary + " https://user:" + canary + "@example.com/x?sig=" + canary + " " + tokenOf
}

// TestNoCanary serves, for each kind, a resource that has a secret in every member
// where one may stand. None may be found again, and everything else must.
func TestNoCanary(t *testing.T) {
	for _, d := range describedKinds {
		t.Run(d.kind, func(t *testing.T) {
			t.Parallel()
			for variant := range variants(d.output) {
				s := &spoiler{filler: newFiller(d), names: map[string]bool{}}
				s.variant = variant
				doc := s.document()
				s.structure("", d.output, doc)
				if !s.noARN {
					doc["Tags"] = append(doc["Tags"].([]any), map[string]any{"Key": "db_password", "Value": canary}, map[string]any{"Key": "note " + tokenOf, "Value": "password=" + canary})
				}
				denied := "sagemaker:Search"
				if s.joined {
					denied = ""
				}
				cfg, _ := serve(t, docs(t, s.inventory(t, doc)), simulator.Options{Fault: failing(denied, "AccessDeniedException", "no "+tokenOf+" password="+canary)})
				cfg.DescribeLimit, cfg.Redact = -1, true
				redacted := collect(t, cfg)
				s.find(t, redacted)
				cfg.Redact, cfg.Dir = false, t.TempDir()
				whole := collect(t, cfg)
				if kindsOf(redacted) != kindsOf(whole) {
					t.Errorf("redaction changes the edges\n%s\nto\n%s", kindsOf(whole), kindsOf(redacted))
				}
				if text := fmt.Sprint(whole.nodes); s.spoilt > 0 && !strings.Contains(text, canary) {
					t.Errorf("the test puts no secret anywhere")
				}
			}
		})
	}
}

// kindsOf are the edges of a run without their ends, which may have secrets.
func kindsOf(r *result) string {
	var all []string
	for _, e := range r.edges {
		_, rest, _ := strings.Cut(e, " -")
		typ, _, _ := strings.Cut(rest, "-> ")
		all = append(all, typ)
	}
	slices.Sort(all)
	return strings.Join(all, "\n")
}

// find looks for secrets and names in what a run gave.
func (s *spoiler) find(t *testing.T, r *result) {
	t.Helper()
	report, err := json.Marshal(r.report)
	if err != nil {
		t.Fatal(err)
	}
	node := r.node(t, s.label(), s.arn())
	var all strings.Builder
	for key, n := range r.nodes {
		all.WriteString(key)
		for _, c := range slices.Sorted(maps.Keys(n)) {
			all.WriteString("\n" + c + "=" + n[c])
		}
	}
	for what, text := range map[string]string{"report": string(report), "edges": strings.Join(r.edges, "\n"), "nodes": all.String()} {
		if i := strings.Index(text, canary); i >= 0 {
			t.Errorf("a secret is in the %s: …%s…", what, text[max(0, i-300):min(len(text), i+100)])
		}
	}
	own := strings.Join(slices.Sorted(maps.Values(node)), "\n")
	for name := range s.names {
		if !strings.Contains(own, strings.Trim(compactText(name), `"`)) {
			t.Errorf("%q is lost", name)
		}
	}
	if s.spoilt > 0 && node["redactions"] == "" {
		t.Errorf("the node does not say what was taken out")
	}
	for path, w := range s.rules {
		from, to := s.arn(), w.other
		if w.rule.Reverse {
			from, to = to, from
		}
		edge := fmt.Sprintf("%s -%s(%s)-> %s ", from, w.edge, w.rule.Path, to)
		if w.ref != "" && !slices.ContainsFunc(r.edges, func(e string) bool { return strings.HasPrefix(e, edge) }) {
			t.Errorf("redaction took the edge of %s: %s", path, edge)
		}
	}
}

// compactText is a text as a node has it inside JSON.
func compactText(s string) string {
	data, _ := json.Marshal(s) // a text is always JSON
	return string(data)
}
