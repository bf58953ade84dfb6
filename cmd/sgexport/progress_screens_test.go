package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sgexport/sgexport/exporter"
	"github.com/sgexport/sgexport/graph"
)

// wantScreen compares what the screen shows.
func (w *watched) wantScreen(t *testing.T, columns int, want ...string) {
	t.Helper()
	if got := w.picture(columns); !slices.Equal(got, want) {
		t.Errorf("%d columns: got\n%s\nwant\n%s", columns, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// A kind has a percentage once its list has ended, and an operation that is throttled is
// seen at once.
func TestScreens(t *testing.T) {
	w := watch(exportOptions{})
	one := event("Model", 500, 100, 3, "")
	two := event("Endpoint", 300, 200, 3, "")
	two.ListedAll = true
	w.event(event("App", 12, 12, 1, graph.Complete))
	for range 10 {
		one.Written, two.Written = one.Written+40, two.Written+5
		w.event(one)
		w.event(two)
		w.after(time.Second)
	}
	w.again = [2]int64{3, 0}
	w.waits = []exporter.Wait{{Scope: "1/us-east-1", Action: "DescribeEndpoint", Why: "waiting", Since: w.clock}}
	w.rates = []exporter.Rate{{Scope: "1/us-east-1", Action: "DescribeEndpoint", PerSecond: 4.96}, {Scope: "1/us-east-1", Action: "ListApps", PerSecond: 1}}
	w.after(time.Second)
	w.wantScreen(t, 80,
		"[=====------------] 1 of 3 lists, 812 found, 41/s, 7 calls, 3 throttled, 11 s",
		"about 11 s left or more",
		"  Endpoint                 [========--]  83%       250 / 300 4.5/s 11 s",
		"  Model                                                  500  36/s",
		"throttled to 5.0/s: DescribeEndpoint, 0 s")
	w.wantScreen(t, 60,
		"[====--------] 1 of 3 lists, 812 found, 41/s, 7 calls, 3",
		"  throttled, 11 s",
		"about 11 s left or more",
		"  Endpoint                  83%       250 / 300 4.5/s 11 s",
		"  Model                                     500  36/s",
		"throttled to 5.0/s: DescribeEndpoint, 0 s")
	w.event(event("Model", 500, 500, 4, graph.Complete))
	w.event(event("Endpoint", 300, 300, 4, graph.Complete))
	const read = "[=================] 3 of 3 lists, 812 found, 9 calls, 3 throttled, 11 s"
	w.sendingTo()
	w.wantScreen(t, 80, read, "writing jsonl, cypher: 1 of at most 5 nodes, 3.0 KiB")
	w.publish()
	w.wantScreen(t, 80, read, "publishing, 3.0 KiB")
}

// Of many scopes each has a line, not each of their kinds, and accounts are counted.
func TestProgressOfManyAccounts(t *testing.T) {
	w := watch(exportOptions{accountOptions: accountOptions{accounts: 10}})
	w.since()
	for i := range 10 {
		scope := fmt.Sprintf("20000000000%d/us-east-1", i)
		w.event(exporter.Event{Scope: scope})
		for _, noun := range []string{"Model", "Endpoint", "App"} {
			e := exporter.Event{Scope: scope, Label: kindPrefix + noun, Listed: 5, Written: 5, Calls: 1, State: graph.Complete, Resumed: i == 0}
			if noun == "App" {
				e.Listed, e.Written = 0, 0
			}
			if i == 3 && noun == "Model" {
				e.Listed, e.Written, e.State = 0, 0, graph.Denied
			}
			if i < 4 {
				w.event(e)
			}
		}
		if i < 4 {
			w.event(exporter.Event{Scope: scope, State: graph.Complete})
		}
	}
	w.after(11 * time.Second)
	want := "3 lists were read by an earlier run\n" +
		"200000000000/us-east-1        2 kinds        10 found, 3 kinds of an earlier run\n" +
		"200000000001/us-east-1        2 kinds        10 found\n" +
		"200000000002/us-east-1        2 kinds        10 found\n" +
		"200000000003/us-east-1        2 kinds         5 found, 1 kind not in full\n" +
		"12 of 30 lists, 4 of 10 accounts, 35 found, 12 calls, 10 s\n"
	if got := w.since(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// A run of an hour in which little happens is some dozens of lines.
func TestProgressOfAnHour(t *testing.T) {
	w := watch(exportOptions{})
	w.event(event("Model", 500_000, 100, 3, ""))
	w.after(time.Hour)
	if n := strings.Count(w.since(), "\n"); n < 30 || n > 60 {
		t.Errorf("%d lines", n)
	}
}

// What was not read again is said at the end, and how fast the rest was.
func TestReadText(t *testing.T) {
	for want, r := range map[string]result{
		"": {read: 100, reading: 2 * time.Second},
		"read: 60,000 resources in 20 s, 3,000/s":                                                  {read: 60_000, reading: 20 * time.Second},
		"read: 41 lists were read by an earlier run; 1,200 resources taken from --base old (then)": {read: 3, reading: time.Second, resumed: 41, reused: 1_200, base: "old (then)"},
		"read: 0 resources in 12 s; 1 list was read by an earlier run":                             {reading: 12 * time.Second, resumed: 1},
	} {
		if got := readText(&r); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// Where there is nothing is said of the regions that were asked for, and no other is
// proposed where one of them has something.
func TestWriteEmpty(t *testing.T) {
	report := &graph.Report{}
	for _, region := range []string{"global", "a", "b", "c", "d", "e", "f"} {
		report.Scopes = append(report.Scopes, graph.ScopeReport{Account: "1", Region: region})
	}
	for want, c := range map[string]struct {
		scopes     []string
		everywhere bool
	}{
		"": {nil, false},
		"no SageMaker resources in 1/a\nno SageMaker resources in 1/b\n": {[]string{"1/a", "1/b"}, false},
		"no SageMaker resources in 5 of the 6 scopes\n":                  {[]string{"1/a", "1/b", "1/c", "1/d", "1/e"}, true},
	} {
		var b strings.Builder
		p := paragraphs{w: &b, columns: 80}
		writeEmpty(&p, c.scopes, ownScopes(report), c.everywhere)
		if b.String() != want {
			t.Errorf("got %q, want %q", b.String(), want)
		}
	}
	var b strings.Builder
	p := paragraphs{w: &b, columns: 80}
	writeEmpty(&p, []string{"1/a"}, 1, false)
	if got := b.String(); got != "no SageMaker resources in 1/a (--region reads another region)\n" {
		t.Errorf("got %q", got)
	}
}

// While a list is read, and nothing else, its pace is that of the list.
func TestScreenOfAListing(t *testing.T) {
	w := watch(exportOptions{})
	e := event("Model", 0, 0, 0, "")
	for range 8 {
		e.Listed += 100
		w.event(e)
		w.after(time.Second)
	}
	w.wantScreen(t, 80, "[-----------------] 0 of 3 lists, 800 found, 0 calls, 8 s", "  Model                         800 listed 100/s", "reading Model")
	e.ListedAll = true
	w.event(e)
	for range 6 {
		e.Written += 50
		w.event(e)
		w.after(time.Second)
	}
	w.wantScreen(t, 80, "[-----------------] 0 of 3 lists, 800 found, 30/s, 0 calls, 14 s", "about 10 s left or more",
		"  Model                    [===-------]  37%       300 / 800 50/s 10 s", "reading Model")
}
