package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sgexport/sgexport/exporter"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/simulator"
)

// A logLine is an event of the log.
type logLine map[string]any

// logged reads a log, each line of which is as docs/log.schema.json says.
func logged(t *testing.T, text string) (lines []logLine) {
	t.Helper()
	for line := range strings.Lines(text) {
		validate(t, "log.schema.json", line)
		var l logLine
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, l)
	}
	return lines
}

// messages are the names of events, each once, in the order in which they first come.
func messages(lines []logLine) string {
	var names []string
	for _, l := range lines {
		if name := l["msg"].(string); !strings.Contains(" "+strings.Join(names, " ")+" ", " "+name+" ") {
			names = append(names, name)
		}
	}
	return strings.Join(names, " ")
}

// exportLogged runs an export against the demo, in which some calls fail.
func exportLogged(t *testing.T, want int, fault func(action string) *simulator.Fault, args ...string) []logLine {
	t.Helper()
	demo, err := simulator.Demo()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(simulator.New(demo, simulator.Options{Fault: func(action string, _ int, _ []byte) *simulator.Fault { return fault(action) }}))
	t.Cleanup(server.Close)
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	var stdout, stderr bytes.Buffer
	args = append([]string{"sgexport", "export", "--endpoint-url", server.URL, "--region", "us-east-1", "--format", "jsonl", "--log-format", "json", "--out", filepath.Join(t.TempDir(), "s")}, args...)
	if code := run(args, strings.NewReader(""), &stdout, &stderr); code != want {
		t.Fatalf("exit code %d, want %d\n%s", code, want, stderr.String())
	}
	return logged(t, stderr.String())
}

func denying(actions ...string) func(action string) *simulator.Fault {
	return func(action string) *simulator.Fault {
		for _, a := range actions {
			if strings.HasPrefix(action, a) {
				return &simulator.Fault{Status: 400, Code: "AccessDeniedException", Message: "you may not"}
			}
		}
		return nil
	}
}

func TestLogOfARun(t *testing.T) {
	lines := exportLogged(t, exitIncomplete, denying("sagemaker:ListModels", "sagemaker:ListEndpoints"), "--region", "eu-north-1")
	if got := messages(lines); got != "start account kind empty gap limit done" && got != "start account kind gap limit done" {
		t.Errorf("got %s", got)
	}
	gaps := map[string]bool{}
	for _, l := range lines {
		if l["msg"] == "gap" {
			gaps[l["action"].(string)] = l["code"] == "AccessDeniedException" && l["message"] == "you may not"
		}
	}
	if len(gaps) != 2 || !gaps["sagemaker:ListModels"] || !gaps["sagemaker:ListEndpoints"] {
		t.Errorf("gaps: %v", gaps)
	}
	done := lines[len(lines)-1]
	if done["exit_status"] != 3.0 || done["gaps"] != 2.0 || done["limits"] == 0.0 || done["duration_seconds"] == 0.0 || done["complete"] != false || done["files"] != 4.0 {
		t.Errorf("done: %v", done)
	}
}

// The last line of a run that fails says so, and nothing else than JSON is written.
func TestLogOfAFailure(t *testing.T) {
	all := denying("sagemaker:", "sts:")
	for name, c := range map[string]struct {
		args   []string
		fault  func(string) *simulator.Fault
		status float64
		says   string
	}{
		"denied by STS": {nil, all, 1, "STS answers this to who needs no permission"},
		"strict":        {[]string{"--strict"}, denying(), 1, "--strict: the snapshot would not be complete"},
		"no such place": {[]string{"--out", "/nonexistent/a/b"}, denying(), 1, "/nonexistent/a"},
		"a doubt":       {[]string{"--region", "eu-centrall-1", "--strict", "--out", "-"}, denying(), 1, "--strict"},
	} {
		t.Run(name, func(t *testing.T) {
			lines := exportLogged(t, int(c.status), c.fault, c.args...)
			last := lines[len(lines)-1]
			if last["msg"] != "failed" || last["exit_status"] != c.status || !strings.Contains(last["text"].(string), c.says) {
				t.Errorf("the last line is %v", last)
			}
			if name == "a doubt" && (lines[0]["level"] != "WARN" || !strings.Contains(lines[0]["text"].(string), "did you mean eu-central-1")) {
				t.Errorf("the first line is %v", lines[0])
			}
			if strings.Contains(last["text"].(string), "check the network") {
				t.Errorf("it blames the network: %v", last["text"])
			}
		})
	}
}

func TestLogOfAnInterruption(t *testing.T) {
	var b bytes.Buffer
	ctx, cancel := context.WithCancelCause(t.Context())
	l := newRunLog(&b, false)
	if err := l.failed(ctx, nil, time.Second); err != nil {
		t.Error(err)
	}
	if err := l.failed(ctx, errIncomplete, time.Second); err != errIncomplete {
		t.Error(err)
	}
	cancel(errStopped)
	if err := l.failed(ctx, errors.New("context canceled"), time.Second); !errors.As(err, new(saidError)) {
		t.Error(err)
	}
	lines := logged(t, b.String())
	if len(lines) != 1 || lines[0]["exit_status"] != 130.0 || lines[0]["duration_seconds"] != 1.0 {
		t.Errorf("got %v", lines)
	}
}

func TestLogOfProgress(t *testing.T) {
	w := watch(exportOptions{jsonLog: true})
	w.event(event("Model", 2, 2, 3, graph.Complete))
	w.event(event("App", 0, 0, 3, graph.Complete)) // has nothing
	w.waits = []exporter.Wait{{Scope: "1/us-east-1", Action: "ListApps", Why: "throttled", Since: w.clock}}
	w.rates, w.again = []exporter.Rate{{Scope: "1/us-east-1", Action: "ListApps", PerSecond: 1.5}}, [2]int64{7, 2}
	w.after(11 * time.Second)
	lines := logged(t, w.since())
	if got := messages(lines); got != "start kind throttled heartbeat" || len(lines) != 5 {
		t.Fatalf("got %v", lines)
	}
	if lines[0]["kinds"] != 3.0 {
		t.Errorf("got %v", lines[0])
	}
	if lines[2]["action"] != "ListApps" || lines[2]["per_second"] != 1.5 {
		t.Errorf("got %v", lines[2])
	}
	beat := lines[4]
	waits := beat["waits"].([]any)
	if len(waits) != 1 || waits[0].(map[string]any)["action"] != "ListApps" || beat["lists_done"] != 2.0 || beat["lists"] != 3.0 || beat["throttled"] != 7.0 || beat["retried"] != 2.0 {
		t.Errorf("got %v", beat)
	}
}
