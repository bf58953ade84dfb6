package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/sgexport/sgexport/exporter"
	"github.com/sgexport/sgexport/graph"
)

// A watched is the progress of a run whose clock and waits the test sets.
type watched struct {
	*progress
	out   bytes.Buffer
	clock time.Time
	waits []exporter.Wait
}

func watch(o exportOptions) *watched {
	o.kinds, o.regions = []string{"AWSSageMakerModel", "AWSSageMakerEndpoint", "AWSSageMakerApp"}, []string{"us-east-1"}
	w := &watched{clock: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	w.progress = newProgress(&w.out, &o, func() []exporter.Wait { return w.waits }, func() time.Time { return w.clock })
	return w
}

// after lets time pass, in ticks of a fifth of a second.
func (w *watched) after(d time.Duration) {
	for end := w.clock.Add(d); w.clock.Before(end); {
		w.clock = w.clock.Add(200 * time.Millisecond)
		w.tick()
	}
}

// since returns what was written since it was called last.
func (w *watched) since() string {
	defer w.out.Reset()
	return w.out.String()
}

func event(noun string, listed, written, calls int64, state graph.State) exporter.Event {
	return exporter.Event{Scope: "1/us-east-1", Label: "AWSSageMaker" + noun, Listed: listed, Written: written, Calls: calls, State: state}
}

func TestProgressWithoutATerminal(t *testing.T) {
	w := watch(exportOptions{})
	want := func(text string) {
		t.Helper()
		if got := w.since(); got != text {
			t.Errorf("after %s: got %q, want %q", w.clock.Sub(w.began), got, text)
		}
	}
	want("reading 3 kinds in us-east-1\n")
	w.after(9 * time.Second)
	want("")
	w.event(event("Model", 200, 100, 3, ""))
	w.event(event("Endpoint", 0, 0, 1, ""))
	w.after(1200 * time.Millisecond)
	want("0 of 3 kinds, 200 found, 4 calls, 10 s; reading Endpoint, Model\n")
	w.event(event("App", 0, 0, 1, graph.Complete)) // has nothing
	want("")
	w.event(event("Model", 200, 200, 5, graph.Limited))
	want("us-east-1      Model                            limited         200 found      5 calls\n")
	w.after(9 * time.Second)
	want("")
	w.waits = []exporter.Wait{
		{Scope: "1/us-east-1", Action: "DescribeEndpoint", Why: "no answer", Since: w.clock.Add(-12 * time.Second)},
		{Scope: "1/us-east-1", Action: "ListModels", Why: "throttled", Since: w.clock.Add(-40 * time.Second)},
		{Scope: "1/us-east-1", Action: "ListApps", Why: "throttled", Since: w.clock},
	}
	w.after(time.Second)
	want("2 of 3 kinds, 200 found, 7 calls, 20 s; throttled: ListModels, 41 s; no answer: DescribeEndpoint, 13 s\n")
	w.event(event("Endpoint", 0, 0, 1, graph.Denied))
	want("us-east-1      Endpoint                         denied            0 found      1 calls\n")
}

// What is waited for from the start is told at once.
func TestProgressOfAWait(t *testing.T) {
	w := watch(exportOptions{})
	w.waits = []exporter.Wait{{Action: "GetCallerIdentity", Why: "no answer", Since: w.clock}}
	w.since()
	w.after(3 * time.Second)
	if got, want := w.since(), "0 of 3 kinds, 0 found, 0 calls, 2 s; no answer: GetCallerIdentity, 2 s\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	w.after(9 * time.Second)
	if got := w.since(); strings.Count(got, "\n") > 1 {
		t.Errorf("it repeats itself: %q", got)
	}
}

func TestProgressAsJSON(t *testing.T) {
	w := watch(exportOptions{jsonLog: true})
	w.event(event("Model", 2, 2, 3, graph.Complete))
	w.waits = []exporter.Wait{{Scope: "1/us-east-1", Action: "ListApps", Why: "throttled", Since: w.clock}}
	w.after(11 * time.Second)
	var messages []string
	for line := range strings.Lines(w.since()) {
		var entry map[string]any
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatal(err)
		}
		messages = append(messages, entry["msg"].(string))
		if entry["msg"] == "progress" {
			if waits := entry["waits"].([]any); len(waits) != 1 || waits[0].(map[string]any)["action"] != "ListApps" || entry["kinds_done"] != 1.0 {
				t.Errorf("got %s", line)
			}
		}
	}
	if got := strings.Join(messages, " "); got != "reading kind progress" {
		t.Errorf("got %s", got)
	}
}

func TestQuietProgress(t *testing.T) {
	for _, jsonLog := range []bool{false, true} {
		w := watch(exportOptions{quiet: true, jsonLog: jsonLog})
		w.event(event("Model", 2, 2, 3, graph.Complete))
		w.after(time.Minute)
		w.close()
		if got := w.since(); got != "" {
			t.Errorf("got %q", got)
		}
	}
}

// Whatever the names and numbers, no line is wider than a terminal.
func TestProgressIsNarrow(t *testing.T) {
	w := watch(exportOptions{})
	for _, region := range []string{"ap-northeast-1", "ap-southeast-1"} {
		w.event(exporter.Event{Scope: "1/" + region, Label: "AWSSageMakerModelExplainabilityJobDefinition", Listed: 10_000_000, Calls: 100_000})
	}
	w.waits = []exporter.Wait{
		{Scope: "1/ap-northeast-1", Action: "DescribeModelExplainabilityJobDefinition", Why: "throttled", Since: w.clock.Add(-time.Hour)},
		{Scope: "1/ap-northeast-1", Action: "DescribeModelExplainabilityJobDefinition", Why: "throttled", Since: w.clock.Add(-time.Hour)},
	}
	w.update()
	for _, text := range []string{*w.overall.Load(), *w.waiting.Load()} {
		if n := len([]rune(text)); n >= columns {
			t.Errorf("%d columns: %s", n, text)
		}
	}
	if got := *w.waiting.Load(); !strings.HasPrefix(got, "throttled: DescribeModelExplainabilityJobDefinition in ap-northeast-1, 60 min") {
		t.Errorf("got %q", got)
	}
}
