package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"

	"github.com/sgexport/sgexport/exporter"
	"github.com/sgexport/sgexport/graph"
)

// A progress shows how far the collecting is: bars on a terminal, otherwise a
// line for each kind that is done.
type progress struct {
	mu    sync.Mutex
	lines io.Writer // above the bars, where there are bars
	log   *slog.Logger
	bars  *mpb.Progress       // nil without a terminal
	shown map[string]*mpb.Bar // of kinds that are being read
}

// maxBars is how many bars are on the screen at a time: a region has dozens of
// kinds, and more would scroll away.
const maxBars = 12

func newJSONLog(w io.Writer) *slog.Logger { return slog.New(slog.NewJSONHandler(w, nil)) }

func newProgress(stderr io.Writer, jsonLog bool) *progress {
	p := &progress{lines: stderr, shown: map[string]*mpb.Bar{}}
	switch {
	case jsonLog:
		p.log = newJSONLog(stderr)
	case isTerminal(stderr):
		p.bars = mpb.New(mpb.WithOutput(stderr), mpb.WithWidth(30))
		p.lines = p.bars
	}
	return p
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

func (p *progress) event(e exporter.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	noun := strings.TrimPrefix(e.Label, "AWSSageMaker")
	_, region, _ := strings.Cut(e.Scope, "/")
	switch {
	case e.State == graph.Skipped:
	case e.State != "" && p.log != nil:
		p.log.Info("kind", "scope", e.Scope, "label", e.Label, "state", e.State, "listed", e.Listed, "written", e.Written, "calls", e.Calls)
	case e.State != "":
		if bar := p.shown[e.Scope+e.Label]; bar != nil {
			bar.Abort(true)
			delete(p.shown, e.Scope+e.Label)
		}
		if e.Listed > 0 || e.State != graph.Complete || p.bars == nil {
			fmt.Fprintf(p.lines, "%-15s %-32s %-12s %8s found %6s calls\n", region, noun, e.State, grouped(e.Written), grouped(e.Calls))
		}
	case p.bars != nil && e.Listed > 0:
		key := e.Scope + e.Label
		if p.shown[key] == nil {
			if len(p.shown) == maxBars {
				return
			}
			p.shown[key] = p.bars.AddBar(0,
				mpb.PrependDecorators(decor.Name(fmt.Sprintf("%-15s %-32s", region, noun))),
				mpb.AppendDecorators(decor.CountersNoUnit("%d / %d"), decor.AverageSpeed(0, "  %.0f/s")))
		}
		p.shown[key].SetTotal(e.Listed, false)
		p.shown[key].SetCurrent(e.Written)
	}
}

// close takes the bars off the screen.
func (p *progress) close() {
	p.mu.Lock()
	for _, bar := range p.shown {
		bar.Abort(true)
	}
	p.mu.Unlock()
	if p.bars != nil {
		p.bars.Wait()
	}
}
