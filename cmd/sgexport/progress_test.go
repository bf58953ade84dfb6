package main

import (
	"bytes"
	"slices"
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
	rates []exporter.Rate
	again [2]int64
}

// A fixedWaits is what a run waits for, as the test has it.
type fixedWaits struct{ of *watched }

func (w fixedWaits) List() []exporter.Wait {
	list := slices.Clone(w.of.waits)
	slices.SortFunc(list, func(a, b exporter.Wait) int { return a.Since.Compare(b.Since) })
	return list
}

func (w fixedWaits) Again() (throttled, failed int64) { return w.of.again[0], w.of.again[1] }

func (w fixedWaits) Rates() []exporter.Rate { return w.of.rates }

func watch(o exportOptions) *watched {
	o.kinds, o.regions = []string{"AWSSageMakerModel", "AWSSageMakerEndpoint", "AWSSageMakerApp"}, []string{"us-east-1"}
	w := &watched{clock: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	if o.jsonLog {
		o.log = newRunLog(&w.out, o.quiet)
	}
	w.progress = newProgress(&w.out, &o, fixedWaits{w}, func() time.Time { return w.clock })
	return w
}

// after lets time pass, in ticks of a fifth of a second.
func (w *watched) after(d time.Duration) {
	for end := w.clock.Add(d); w.clock.Before(end); {
		w.clock = w.clock.Add(200 * time.Millisecond)
		w.tick()
	}
}

// sendingTo lets the run write what it has read: one node so far.
func (w *watched) sendingTo() {
	sink := w.write([]string{"jsonl", "cypher"}, discard{}, func() (nodes, edges int64) { return 5, 9 }, func() int64 { return 3 << 10 })
	_ = sink.Node(&graph.Node{})
}

// A discard is a sink that keeps nothing.
type discard struct{}

func (discard) Node(*graph.Node) error { return nil }
func (discard) Edge(*graph.Edge) error { return nil }
func (discard) Close() error           { return nil }

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
	want("0 of 3 lists, 200 found, 10/s, 4 calls, 10 s; reading Endpoint, Model\n")
	w.event(event("App", 0, 0, 1, graph.Complete)) // has nothing
	w.event(event("Model", 200, 200, 5, graph.Limited))
	want("") // it is held back
	w.after(5 * time.Second)
	want("us-east-1      Model                            limited           200 found\n")
	w.waits = []exporter.Wait{
		{Scope: "1/us-east-1", Action: "DescribeEndpoint", Why: "no answer", Since: w.clock.Add(-7 * time.Second)},
		{Scope: "1/us-east-1", Action: "ListModels", Why: "throttled", Since: w.clock.Add(-35 * time.Second)},
		{Scope: "1/us-east-1", Action: "ListApps", Why: "throttled", Since: w.clock.Add(5 * time.Second)},
	}
	w.after(5 * time.Second)
	want("2 of 3 lists, 200 found, 10/s, 7 calls, 20 s; throttled: ListModels, 39 s; no answer: DescribeEndpoint, 11 s; 1 more wait\n")
	w.event(event("Endpoint", 0, 0, 1, graph.Denied))
	w.sendingTo()
	w.waits = nil
	w.after(10 * time.Second)
	want("us-east-1      Endpoint                         denied              0 found\n3 of 3 lists, 200 found, 7 calls, 30 s; writing jsonl, cypher: 1 of at most 5 nodes, 3.0 KiB\n")
	w.close(false)
	w.close(true) // nothing more
	want("1 kind: none\n")
}

// What was read until a run fails is of no use to anybody.
func TestProgressOfAFailure(t *testing.T) {
	w := watch(exportOptions{})
	w.since()
	w.event(event("Model", 200, 200, 5, graph.Complete))
	w.close(true)
	if got := w.since(); got != "" {
		t.Errorf("got %q", got)
	}
}

func TestVerboseProgress(t *testing.T) {
	w := watch(exportOptions{verbose: true})
	w.since()
	w.event(event("App", 0, 0, 1, graph.Complete))
	w.event(event("Model", 1_234_567, 1_234_567, 12_345, graph.Limited))
	want := "us-east-1      App                      complete            0 found      1 calls\n" +
		"us-east-1      Model                    limited     1,234,567 found 12,345 calls\n"
	if got := w.since(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// What is waited for from the start is told at once.
func TestProgressOfAWait(t *testing.T) {
	w := watch(exportOptions{})
	w.waits = []exporter.Wait{{Action: "GetCallerIdentity", Why: "no answer", Since: w.clock}}
	w.since()
	w.after(3 * time.Second)
	if got, want := w.since(), "0 of 3 lists, 0 found, 0 calls, 2 s; no answer: GetCallerIdentity, 2 s\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	w.after(9 * time.Second)
	if got := w.since(); strings.Count(got, "\n") > 1 {
		t.Errorf("it repeats itself: %q", got)
	}
}

// How long it takes is said of lists that have ended, at their own pace, once there is
// one. Before that there is no percentage.
func TestTimeLeft(t *testing.T) {
	w := watch(exportOptions{})
	left := func(want, line string) {
		t.Helper()
		if got := w.left(); got != want {
			t.Errorf("after %s: got %q, want %q", w.clock.Sub(w.began), got, want)
		}
		if got := w.kindBars(1, 79); len(got) != 1 || got[0] != line {
			t.Errorf("after %s: got %q, want %q", w.clock.Sub(w.began), got, line)
		}
	}
	e := event("App", 1_000, 0, 1, "")
	write := func(n int64, d time.Duration) {
		for range d / time.Second {
			e.Written += n
			w.event(e)
			w.after(time.Second)
		}
	}
	write(20, 10*time.Second)
	left("", "  App                         200 / 1,000+ 20/s")
	e.ListedAll, e.Listed = true, 2_000
	write(20, 10*time.Second)
	left("about 1 min 20 s left or more", "  App                      [==--------]  20%     400 / 2,000 20/s 1 min 20 s")
	late := e // from another goroutine, made before
	late.Written, late.ListedAll = 380, false
	w.event(late)
	left("about 1 min 20 s left or more", "  App                      [==--------]  20%     400 / 2,000 20/s 1 min 20 s")
	w.after(11 * time.Second) // it stands still
	left("", "  App                      [==--------]  20%     400 / 2,000")
}

func TestPace(t *testing.T) {
	var p pace
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for i := range 300 { // a minute: 10 calls a second, then 50
		calls := int64(2 * i)
		if i > 150 {
			calls = 300 + int64(10*(i-150))
		}
		p.note(at.Add(time.Duration(i)*200*time.Millisecond), calls)
		if got := rate(p.perSecond()); i == 5 && got != "" || i == 100 && got != "10/s" || i == 299 && got != "50/s" {
			t.Errorf("after %d notes: %q", i+1, got)
		}
	}
	if len(p.samples) > 60 {
		t.Errorf("it keeps %d samples", len(p.samples))
	}
}

func TestQuietProgress(t *testing.T) {
	for _, jsonLog := range []bool{false, true} {
		w := watch(exportOptions{quiet: true, jsonLog: jsonLog})
		w.event(event("Model", 2, 2, 3, graph.Complete))
		w.after(time.Minute)
		w.close(false)
		if got := w.since(); got != "" {
			t.Errorf("got %q", got)
		}
	}
}

// Whatever the names and numbers, no line is wider than the window, and none is lost.
func TestPictureIsNarrow(t *testing.T) {
	w := watch(exportOptions{})
	for _, region := range []string{"ap-northeast-1", "ap-southeast-1"} {
		w.event(exporter.Event{Scope: "1/" + region})
		for _, noun := range []string{"ModelExplainabilityJobDefinition", "Model", "模型数据准备模型数据准备模型数据准备", "App", "Endpoint"} {
			w.event(exporter.Event{Scope: "1/" + region, Label: "AWSSageMaker" + noun, Listed: 10_000_000, Written: 1_234_567, Calls: 100_000, ListedAll: true})
		}
	}
	for _, region := range []string{"ap-northeast-1", "ap-southeast-1"} {
		w.event(exporter.Event{Scope: "1/" + region, Label: "AWSSageMakerTrial", State: graph.Complete})
	}
	w.waits = []exporter.Wait{
		{Scope: "1/ap-northeast-1", Action: "DescribeModelExplainabilityJobDefinition", Why: "throttled", Since: w.clock.Add(-time.Hour)},
		{Scope: "1/ap-southeast-1", Action: "DescribeModelExplainabilityJobDefinition", Why: "throttled", Since: w.clock.Add(-time.Hour)},
	}
	w.note()
	for _, columns := range []int{200, 80, 60, 40, 20, 1} {
		s := &screen{}
		s.show(w.picture(columns))
		var b strings.Builder
		for i := range maxLines {
			if err := s.row(&b, i, columns); err != nil {
				t.Fatal(err)
			}
		}
		lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
		if columns >= 80 && len(lines) != 2+1+maxBars-1+2 || len(lines) > maxLines {
			t.Errorf("%d columns: %d lines", columns, len(lines))
		}
		if text := strings.Join(strings.Fields(b.String()), " "); columns == 40 && (!strings.Contains(text, "2 of 12 lists, 0 of 2 regions, 100,000,000 found, 1,000,000 calls, 0 s") || !strings.Contains(text, "in ap-northeast-1, 60 min; throttled: ")) {
			t.Errorf("something is lost: %s", text)
		}
		for _, line := range lines {
			if n := width(line); n > min(columns, tableWidth) || n >= columns && columns > 1 {
				t.Errorf("%d columns and not %d: %s", n, columns, line)
			}
		}
		if columns < 80 {
			continue
		}
		for i, want := range []string{"[==---------------] 2 of 12 lists", "  calls, 0 s", "1 kind: none", "  ap-northeast-1 App                   [=---------]  12% 1,234,567 / 10,000,000"} {
			if !strings.HasPrefix(lines[i], want) {
				t.Errorf("line %d is %q, and does not begin with %q", i+1, lines[i], want)
			}
		}
		waits := lines[len(lines)-2:]
		const one = "throttled: DescribeModelExplainabilityJobDefinition in "
		if waits[0] != one+"ap-northeast-1, 60 min;" || waits[1] != "  "+one+"ap-southeast-1, 60 min" {
			t.Errorf("the last lines are %q", waits)
		}
	}
}
