package lineage

import (
	"math"
	"slices"
)

// What has not begun when another has ended wrote nothing that the other read. So of
// the jobs that share a location, some do not come of each other, however their
// locations lie.

// endColumns are the labels that end, with the column that has when.
var endColumns = map[string]string{
	"AWSSageMakerAIBenchmarkJob":          "end_time",
	"AWSSageMakerAIRecommendationJob":     "end_time",
	"AWSSageMakerAutoMLJob":               "end_time",
	"AWSSageMakerCompilationJob":          "compilation_end_time",
	"AWSSageMakerHyperParameterTuningJob": "hyper_parameter_tuning_end_time",
	"AWSSageMakerJob":                     "end_time",
	"AWSSageMakerOptimizationJob":         "optimization_end_time",
	"AWSSageMakerProcessingJob":           "processing_end_time",
	"AWSSageMakerTrainingJob":             "training_end_time",
	"AWSSageMakerTrainingSession":         "end_time",
	"AWSSageMakerTransformJob":            "transform_end_time",
	runLabel:                              "end_time",
	componentLabel:                        "end_time",
}

// noteLabels are about something at the time when others are: what is not known of
// them is as it is of what led to them.
var noteLabels = []string{"AWSSageMakerAction", artifactLabel, "AWSSageMakerContext"}

// Unknown times leave everything possible.
const (
	always = math.MinInt64 // when something began
	never  = math.MaxInt64 // when something ended
)

// times reads when each node began and ended, in microseconds.
func (l *Lineage) times() {
	l.begins, l.ends = make([]int64, len(l.ids)), make([]int64, len(l.ids))
	for i, id := range l.ids {
		l.begins[i], l.ends[i] = always, never
		column, ok := endColumns[l.labels[i]]
		n := l.g.Node(id)
		if !ok || n == nil {
			continue
		}
		for _, begin := range []string{"creation_time", "start_time"} {
			if t, ok := n.Time(begin); ok {
				l.begins[i] = t.UnixMicro()
				break
			}
		}
		if t, ok := n.Time(column); ok {
			l.ends[i] = t.UnixMicro()
		}
	}
}

// A walk up asks when something began, and whether that is before what it comes from
// has ended; a walk down the other way round. Both are the same with the sign turned:
// what is met must not be later than a bound.

// when is what the bound of a place is compared with.
func (w *walker) when(node int32) int64 {
	if w.up {
		return w.l.begins[node]
	}
	return negative(w.l.ends[node])
}

// bound is that of a node by itself.
func (w *walker) bound(node int32) int64 {
	if w.up {
		return w.l.ends[node]
	}
	return negative(w.l.begins[node])
}

// negative turns a time's sign, and what is always into what is never.
func negative(t int64) int64 {
	switch t {
	case always:
		return never
	case never:
		return always
	}
	return -t
}

// inherits reports whether a node has the bound of what led to it.
func (w *walker) inherits(node int32) bool { return slices.Contains(noteLabels, w.l.labels[node]) }
