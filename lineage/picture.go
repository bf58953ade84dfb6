package lineage

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// mostDrawn is how many places a picture has: nobody reads more. The nearest are
// drawn, and the picture says how many are not.
const mostDrawn = 400

// A picture is what is drawn of a walk: places and which way data goes between them.
type picture struct {
	places []drawn
	arrows []arrow
	left   int // places that are not drawn
}

// A drawn place is a box with two lines of text.
type drawn struct {
	kind, name string
	facts      string
	id         string // all of it: the ARN, or the location
	family     family
	isSpot     bool
	isStart    bool
}

// An arrow leads from what was there first to what came of it.
type arrow struct {
	from, to int
	how      How
	both     bool // both are about one thing
	edges    []Edge
}

// picture joins both directions of a walk.
func (w *Walk) picture() *picture {
	p := &picture{}
	at := map[string]int{}
	type reached struct {
		walker *walker
		place  *place
	}
	var all []reached
	for _, walker := range []*walker{w.up, w.down} {
		if walker != nil {
			for _, place := range walker.places {
				all = append(all, reached{walker, place})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b reached) int { return cmp.Compare(a.place.depth, b.place.depth) })
	left := map[string]bool{}
	for _, r := range all {
		key := r.walker.l.drawnKey(r.place)
		if _, ok := at[key]; ok {
			continue
		}
		if len(p.places) == mostDrawn {
			left[key] = true
			continue
		}
		at[key] = len(p.places)
		p.places = append(p.places, r.walker.l.drawn(r.place))
	}
	p.left = len(left)
	arrows := map[[2]int]int{}
	for _, r := range all {
		from, ok := at[r.walker.l.drawnKey(r.place)]
		if !ok {
			continue
		}
		for _, way := range r.walker.ways(r.place) {
			if to, ok := at[r.walker.l.drawnKey(way.to)]; ok {
				p.arrow(arrows, from, to, r.walker.up, way.edges)
			}
		}
	}
	return p
}

// arrow notes the edges between two places, all of a pair in one arrow.
func (p *picture) arrow(arrows map[[2]int]int, from, to int, up bool, edges []Edge) {
	both := !slices.ContainsFunc(edges, func(e Edge) bool { return e.Flow != Same })
	if up && edges[0].Type != "MEMBER_OF" || edges[0].Type == "MEMBER_OF" && p.places[from].id == edges[0].To {
		from, to = to, from
	}
	if _, turned := arrows[[2]int{to, from}]; both && turned {
		from, to = to, from
	}
	i, ok := arrows[[2]int{from, to}]
	if !ok {
		i = len(p.arrows)
		arrows[[2]int{from, to}] = i
		p.arrows = append(p.arrows, arrow{from: from, to: to, how: edges[0].How, both: both})
	}
	a := &p.arrows[i]
	for _, e := range edges {
		if !slices.Contains(a.edges, e) {
			a.edges = append(a.edges, e)
		}
		if howRank(e.How) < howRank(a.how) {
			a.how = e.How
		}
	}
}

// howRank orders the surest first.
func howRank(h How) int { return slices.Index([]How{Declared, Referenced, Derived, Guessed}, h) }

// drawnKey is the same for what is one box.
func (l *Lineage) drawnKey(p *place) string {
	if p.isSpot {
		return l.address(p)
	}
	return l.ids[p.node]
}

func (l *Lineage) drawn(p *place) drawn {
	id, label := l.ids[p.node], l.labels[p.node]
	d := drawn{kind: strings.TrimPrefix(short(label), "AWS"), name: l.name(id), id: id, family: familyOf(label), isStart: p.depth == 0}
	if p.isSpot {
		d.kind, d.name, d.id, d.isSpot = "location", strings.TrimPrefix(l.address(p), "s3://"), l.address(p), true
		return d
	}
	if parts := strings.SplitN(id, ":", 6); len(parts) == 6 && parts[0] == "arn" {
		if _, rest, ok := strings.Cut(parts[5], "/"); ok && label != artifactLabel {
			d.name = rest
		}
	}
	d.facts = strings.Join(l.facts(id), ", ")
	return d
}

// tooltip is what a picture tells where one points at an arrow: the edges.
func (a *arrow) tooltip() string {
	var lines []string
	for _, e := range a.edges {
		lines = append(lines, fmt.Sprintf("%s %s (%s)", e.Type, e.Path, e.How))
	}
	slices.Sort(lines)
	lines = slices.Compact(lines)
	if more := len(lines) - 10; more > 0 {
		lines = append(lines[:10], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(lines, "\n")
}

// A family has a colour in pictures.
type family struct{ fill, line string }

// The families: light boxes with dark text and lines, which are read on light and on
// dark ground.
var families = []struct {
	family
	labels string // words that labels have, the first family that fits counts
}{
	{family{"#fde2e4", "#b4434f"}, "Endpoint EndpointConfig InferenceComponent InferenceExperiment DeviceFleet Device EdgeDeploymentPlan"},
	{family{"#d8f0dc", "#2f7d43"}, "Model ModelPackage ModelPackageGroup Algorithm HubContent Hub AutoMLCandidate AWSBedrockResource"},
	{family{"#d9e7fb", "#2f62a8"}, "AWSS3Bucket FeatureGroup AWSGlueTable AWSGlueDatabase AWSRedshiftDatabase AWSEfsFileSystem AWSFsxFileSystem"},
	{family{"#e8e8ea", "#5f6368"}, "AWSECRRepositoryImage AWSECRRepository AWSLambda AWSSQSQueue AWSSNSTopic AWSEMRCluster AWSEMRServerlessApplication NotebookInstance"},
	{family{"#d5eff0", "#1f7a80"}, "Pipeline PipelineVersion PipelineExecution PipelineExecutionStep PipelineStep"},
	{family{"#f7e3fa", "#8a3f98"}, "MonitoringSchedule MonitoringExecution DataQualityJobDefinition ModelQualityJobDefinition ModelBiasJobDefinition ModelExplainabilityJobDefinition"},
	{family{"#fbf3cf", "#8a6d1a"}, "Artifact Action Context TrialComponent"},
	{family{"#fde8d3", "#a85d16"}, ""}, // jobs
}

func familyOf(label string) family {
	for _, f := range families {
		if f.labels == "" || hasWord(f.labels, short(label)) {
			return f.family
		}
	}
	return family{}
}

// printable is a text without what is no character: names are anybody's.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

// cut leaves the two ends of a text that is too long.
func cut(s string, width int) string {
	r := []rune(s)
	if len(r) <= width {
		return s
	}
	head := (width - 1) / 2
	return string(r[:head]) + "…" + string(r[len(r)-(width-1-head):])
}
