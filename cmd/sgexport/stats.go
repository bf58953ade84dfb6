package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/sgexport/sgexport/formats/jsonl"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot"
)

func statsCommand() *cli.Command {
	return &cli.Command{
		Name:      "stats",
		Usage:     "count what is in a snapshot, offline",
		ArgsUsage: "SNAPSHOT",
		Description: `Counts nodes by kind, family, account and region, and edges by type, and says
which kinds have nothing and which were not read whole. The counts are those of
the manifest; accounts and regions are counted in the JSON lines or, where the
snapshot has none, taken from what the manifest says was read in each.
docs/stats.md has the words.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "format", Aliases: []string{"f"}, Value: "table", Usage: "`FORMAT`: " + strings.Join(statsFormats, " or ")},
		},
		Action: func(c *cli.Context) error {
			f := c.String("format")
			if !slices.Contains(statsFormats, f) {
				return usagef("there is no format %q; there are %s%s", f, strings.Join(statsFormats, ", "), didYouMean(f, statsFormats))
			}
			path, err := oneArgument(c, "snapshot")
			if err != nil {
				return err
			}
			s, err := statsOf(c, path)
			if err != nil {
				return err
			}
			if f == "json" {
				e := json.NewEncoder(c.App.Writer)
				e.SetEscapeHTML(false)
				e.SetIndent("", "  ")
				return e.Encode(s)
			}
			s.print(c.App.Writer, path)
			return nil
		},
	}
}

// statsFormats are the values of --format.
var statsFormats = []string{"table", "json"}

// A stats is what a snapshot comes to in numbers. docs/stats.schema.json describes its
// JSON. Lists are sorted: the most first, then by name.
type stats struct {
	Snapshot  time.Time `json:"snapshot"`
	Complete  bool      `json:"complete"` // it holds everything that exists
	Nodes     int64     `json:"nodes"`
	Edges     int64     `json:"edges"`
	Gaps      int       `json:"gaps"`
	Families  []count   `json:"families"`
	Labels    []labeled `json:"labels"`
	Edged     []count   `json:"edge_types"`
	Accounts  []count   `json:"accounts"`
	Regions   []count   `json:"regions"`
	CountedIn string    `json:"counted_in"` // where accounts and regions are from: jsonl or manifest
	States    []count   `json:"states"`     // of lists: one kind in one region
	None      []string  `json:"none"`       // labels that were listed in full, and of which there is none; sorted
}

// A count is how many there are of something; "" is what has no such thing.
type count struct {
	Name  string `json:"name"`
	Count int64  `json:"count"`
}

// A labeled is how many nodes a label has.
type labeled struct {
	Label  string `json:"label"`
	Family string `json:"family"`
	Nodes  int64  `json:"nodes"`
	Read   int64  `json:"read"`  // of them, as far as the manifest says; the others are only referred to
	State  string `json:"state"` // the worst of its regions; "" where it is not read at all
}

// statsOf counts what is in a snapshot.
func statsOf(c *cli.Context, path string) (*stats, error) {
	forLarge := boundMemory()
	snap, err := snapshot.Open(path)
	if err != nil {
		return nil, err
	}
	forLarge(snap.Manifest)
	m := snap.Manifest
	s := &stats{Snapshot: m.Snapshot, Complete: m.IsComplete, Nodes: m.Counts.Nodes, Edges: m.Counts.Edges, Gaps: len(m.Gaps), Edged: counts(m.Counts.EdgeTypes)}
	s.byLabel(snap)
	if !slices.Contains(m.Formats, "jsonl") {
		s.byScope(&m.Report)
		return s, nil
	}
	return s, s.byPlace(path, jsonl.NewReader(snap.Opener(c.Context), snap.Schema))
}

// byLabel counts by label, family and state.
func (s *stats) byLabel(snap *snapshot.Snapshot) {
	read, state, states, families := map[string]int64{}, map[string]graph.State{}, map[string]int64{}, map[string]int64{}
	for i := range snap.Manifest.Scopes {
		for _, k := range snap.Manifest.Scopes[i].Kinds {
			states[string(k.State)]++
			read[k.Label] += k.Written
			if worst, seen := state[k.Label]; !seen || stateRank(k.State) < stateRank(worst) {
				state[k.Label] = k.State
			}
		}
	}
	s.Labels, s.None = []labeled{}, []string{}
	for label, n := range snap.Manifest.Counts.Labels {
		family := ""
		if l := snap.Schema.Label(label); l != nil {
			family = l.Family
		}
		families[family] += n
		s.Labels = append(s.Labels, labeled{label, family, n, min(n, read[label]), string(state[label])})
	}
	slices.SortFunc(s.Labels, func(a, b labeled) int { return cmp.Or(cmp.Compare(b.Nodes, a.Nodes), cmp.Compare(a.Label, b.Label)) })
	for label, worst := range state {
		if snap.Manifest.Counts.Labels[label] == 0 && (worst == graph.Complete || worst == graph.Unoffered) {
			s.None = append(s.None, label)
		}
	}
	slices.Sort(s.None)
	s.Families, s.States = counts(families), counts(states)
}

// stateRank orders the worst first. A region that does not have a kind has nothing of it:
// that is as good as complete.
func stateRank(state graph.State) int {
	order := []graph.State{graph.Denied, graph.Unavailable, graph.Partial, graph.Skipped, graph.Limited, graph.Complete, graph.Unoffered}
	if i := slices.Index(order, state); i >= 0 {
		return i
	}
	return -1 // a word that this program does not know promises nothing
}

// byScope takes accounts and regions from what was read in each.
func (s *stats) byScope(r *graph.Report) {
	accounts, regions := map[string]int64{}, map[string]int64{}
	for i := range r.Scopes {
		scope := &r.Scopes[i]
		account, region, _ := strings.Cut(scope.ID(), "/")
		for _, k := range scope.Kinds {
			accounts[account] += k.Written
			regions[region] += k.Written
		}
	}
	s.CountedIn, s.Accounts, s.Regions = "manifest", counts(accounts), counts(regions)
}

// mostPlaces is how many accounts or regions are counted apart. There are no more; a
// snapshot that was made to do harm may say so.
const mostPlaces = 100_000

// byPlace counts the nodes of each account and region.
func (s *stats) byPlace(path string, source *jsonl.Reader) error {
	accounts, regions := map[string]int64{}, map[string]int64{}
	var n int64
	columns := map[*graph.Label][2]int{}
	err := source.Nodes(func(node *graph.Node) error {
		at, seen := columns[node.Label]
		if !seen {
			at = [2]int{node.Label.Column("account_id"), node.Label.Column("region")}
			columns[node.Label] = at
		}
		accounts[textAt(node, at[0])]++
		regions[textAt(node, at[1])]++
		if n++; n > s.Nodes || len(accounts) > mostPlaces || len(regions) > mostPlaces {
			return fmt.Errorf("%s: the JSON lines have more than the manifest says: the snapshot is damaged; see 'sgexport verify %s'", path, quoted(path))
		}
		return nil
	})
	if err == nil && n != s.Nodes {
		err = fmt.Errorf("%s: the JSON lines have %d nodes, and the manifest says %d: the snapshot is damaged; see 'sgexport verify %s'", path, n, s.Nodes, quoted(path))
	}
	s.CountedIn, s.Accounts, s.Regions = "jsonl", counts(accounts), counts(regions)
	return err
}

// textAt is the text in a column, "" where there is none.
func textAt(n *graph.Node, column int) string {
	if column < 0 || n.Values[column].Type() != graph.String {
		return ""
	}
	return n.Values[column].Text()
}

// counts are numbers by name, the most first; what is 0 is left out.
func counts(of map[string]int64) []count {
	all := []count{}
	for _, name := range slices.Sorted(maps.Keys(of)) {
		if of[name] != 0 {
			all = append(all, count{name, of[name]})
		}
	}
	slices.SortStableFunc(all, func(a, b count) int { return cmp.Compare(b.Count, a.Count) })
	return all
}
