package main_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// limitCases are answers without end, in time or in size, and what is read of
// too much.
func limitCases() []testCase {
	short := []string{"--region", region, "--call-timeout", "1s"}
	var all []testCase
	// Three ways not to answer, and what that costs.
	for name, never := range map[string]http.HandlerFunc{
		"hangs": hangs, "drips": drips(`{"Models":[`), "stops half-way": func(w http.ResponseWriter, r *http.Request) {
			afterRequest()
			_, _ = io.WriteString(w, `{"`)
			_ = http.NewResponseController(w).Flush()
			hangs(w, r)
		},
	} {
		on := func(op string, only func(obj) bool) handler {
			return func(o string, body obj, _ string, _ int) answer {
				if o == op && (only == nil || only(body)) {
					return served(never)
				}
				return either(models.serve(o, body, "m", "n"), usual(o, body))
			}
		}
		timedOut := func(r *result, g gapPart) {
			r.Helper()
			if !strings.Contains(strings.ToLower(g.Code), "timeout") {
				r.Errorf("the code of the gap names no timeout: %+v", g)
			}
		}
		all = append(all,
			testCase{name: "limits/" + name + "/ListModels", args: short, exit: incomplete, handle: on("ListModels", nil), check: func(r *result) {
				timedOut(r, r.onlyGap("ListModels", 1))
				r.state("Model", "unavailable", "none")
				r.neverPruned("Model")
				r.complete("EndpointConfig")
			}},
			testCase{name: "limits/" + name + "/DescribeModel", args: short, exit: incomplete, handle: on("DescribeModel", func(b obj) bool { return b["ModelName"] == "n" }), check: func(r *result) {
				timedOut(r, r.onlyGap("DescribeModel", 1, models.arn("n")))
				r.state("Model", "partial", "all")
				r.kept(models.arn("n"))
				r.linked("HAS_EXECUTION_ROLE", models.arn("m"), role)
			}},
			testCase{name: "limits/" + name + "/Search", args: short, exit: complete, handle: on("Search", func(b obj) bool { return b["Resource"] == "Model" }), check: func(r *result) {
				r.noGaps() // all of it was described
				r.linked("HAS_EXECUTION_ROLE", models.arn("m"), role)
			}},
			testCase{name: "limits/" + name + "/GetCallerIdentity", args: short, exit: failed, handle: on("sts:GetCallerIdentity", nil), check: func(r *result) {
				r.says(`GetCallerIdentity`)
			}},
		)
	}
	throttled := []string{"--region", region, "--give-up-after", "3s"}
	forever := func(ops ...string) handler {
		return func(op string, body obj, _ string, _ int) answer {
			if slices.Contains(ops, op) {
				return fault("ThrottlingException", "Rate exceeded")
			}
			return usual(op, body)
		}
	}
	all = append(all,
		testCase{name: "limits/throttled/DescribeModel", args: throttled, exit: incomplete, handle: forever("DescribeModel"), check: func(r *result) {
			r.onlyGap("DescribeModel", 1, models.arn("m"))
			r.state("Model", "partial", "all")
			r.kept(models.arn("m"))
			r.complete("EndpointConfig")
		}},
		testCase{name: "limits/throttled/Search", args: throttled, exit: complete, handle: forever("Search"), check: func(r *result) {
			r.noGaps() // all of it was described
			r.linked("HAS_EXECUTION_ROLE", models.arn("m"), role)
		}},
		testCase{name: "limits/throttled/tags", args: throttled, exit: incomplete, handle: forever("GetResources", "ListTags"), check: func(r *result) {
			r.incomplete("Model")
			r.unread(models.arn("m"), "tags")
		}},
		testCase{name: "limits/the whole run", args: []string{"--region", region, "--timeout", "3s"}, exit: failed, handle: func(op string, body obj, _ string, _ int) answer {
			if op == "ListModels" {
				return served(hangs)
			}
			return usual(op, body)
		}, check: func(r *result) { r.says(`--timeout|(?i)timed out|time limit`) }},
	)
	// Bodies without end, as they come and packed. The whole run may take a
	// gibibyte; decoding what is sent at most takes several.
	const sent, kept = 768 << 20, 1 << 30
	for name, body := range map[string]http.HandlerFunc{
		"spaces": endless(`{"Models":[`, " ", sent), "one text": endless(`{"Models":[{"ModelName":"`, "x", sent),
		"items": endless(`{"Models":[`, `{"ModelName":"m"},`, sent), "a gzip bomb": bomb(`{"Models":[`, sent),
		"a gzip bomb of one text": bomb(`{"Models":[{"ModelName":"`, sent), "an error": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
			endless(`{"__type":"ValidationException","message":"`, "x", sent)(w, r)
		},
	} {
		for _, op := range []string{"ListModels", "DescribeModel"} {
			if op == "DescribeModel" && name != "one text" && name != "a gzip bomb" {
				continue
			}
			all = append(all, testCase{name: "limits/size/" + op + "/" + name, exit: incomplete, limit: 2 * time.Minute, memory: kept, handle: func(o string, in obj, _ string, _ int) answer {
				if o == op {
					return served(body)
				}
				return usual(o, in)
			}, check: func(r *result) {
				r.onlyGap(op, 1)
				r.incomplete("Model")
				r.complete("EndpointConfig")
				if op == "DescribeModel" {
					r.kept(models.arn("m"))
				}
			}})
		}
	}
	return append(all,
		testCase{name: "limits/gzip that is as it should be", exit: complete, handle: func(op string, in obj, _ string, _ int) answer {
			if op == "ListModels" {
				return answer{raw: packed(`{"Models":[{"ModelName":"m","ModelArn":"`+models.arn("m")+`","CreationTime":1700000000}]}`, 0), header: map[string]string{"Content-Encoding": "gzip"}}
			}
			return usual(op, in)
		}, check: func(r *result) { r.complete("Model"); r.observed(models.arn("m")) }},
		testCase{name: "limits/all executions", exit: complete, args: []string{"--region", region, "--pipeline-executions", "all"}, handle: executions(25), check: func(r *result) {
			r.noGaps()
			r.complete("PipelineExecution")
			r.observed(arn("pipeline/p/execution/024"))
			if !r.prunesNodes("PipelineExecution") {
				r.Errorf("all executions were listed, and prune.cypher deletes none")
			}
		}},
		testCase{name: "limits/as many executions as the limit", exit: complete, handle: executions(10), check: func(r *result) {
			r.noGaps()
			r.complete("PipelineExecution")
			r.observed(arn("pipeline/p/execution/009"))
		}},
		searchOnly("0", "limited"), searchOnly("2", "limited"), searchOnly("3", "complete"), searchOnly("all", "complete"),
	)
}

// searchOnly are three training jobs with a limit to how many are described:
// beyond it Search is used, whose records lack references.
func searchOnly(limit, state string) testCase {
	jobs := []string{"a", "b", "c"}
	server := arn("mlflow-tracking-server/s")
	item := func(name string) obj {
		return obj{"TrainingJobName": name, "TrainingJobArn": arn("training-job/" + name), "CreationTime": created, "TrainingJobStatus": "Completed", "LastModifiedTime": created}
	}
	record := func(name string) obj { return with(item(name), "RoleArn", role, "SecondaryStatus", "Completed") }
	return testCase{name: "limits/Search with --describe-limit " + limit, exit: complete, args: []string{"--region", region, "--describe-limit", limit}, handle: func(op string, body obj, _ string, _ int) answer {
		switch {
		case op == "ListTrainingJobs":
			items := []obj{}
			for _, j := range jobs {
				items = append(items, item(j))
			}
			return ok(obj{"TrainingJobSummaries": items})
		case op == "DescribeTrainingJob":
			return ok(with(record(body["TrainingJobName"].(string)), "MlflowConfig", obj{"MlflowResourceArn": server}))
		case op == "Search" && body["Resource"] == "TrainingJob":
			records := []obj{}
			for _, j := range jobs {
				records = append(records, obj{"TrainingJob": record(j)})
			}
			return ok(obj{"Results": records})
		}
		return answer{}
	}, check: func(r *result) {
		r.noGaps()
		k := r.state("TrainingJob", state, "all")
		r.linked("HAS_EXECUTION_ROLE", arn("training-job/a"), role)
		if !r.prunesNodes("TrainingJob") || !r.prunesEdges("TrainingJob", "RoleArn") {
			r.Errorf("all training jobs and their roles are known: prune.cypher should delete what is gone")
		}
		if got := slices.ContainsFunc(r.edges, func(e edgeLine) bool { return e.Dst == server }); got != (state == "complete") {
			r.Errorf("there is an edge to %s: %v", server, got)
		}
		if r.prunesEdges("TrainingJob", "MlflowConfig.MlflowResourceArn") != (state == "complete") {
			r.Errorf("prune.cypher should delete edges of MlflowConfig.MlflowResourceArn only where it was read")
		}
		if state == "complete" {
			r.saysNot(`--describe-limit`)
			return
		}
		r.says(`(?s)--describe-limit all:.*TrainingJob`)
		r.saysNot(`everything was read`)
		found := false
		for _, u := range unreadOf(r, k) {
			if u.Because != "limit" || u.Count != len(jobs) {
				r.Errorf("not read is %+v, want because of a limit, %d times", u, len(jobs))
			}
			found = found || slices.Contains(u.Paths, "MlflowConfig.MlflowResourceArn")
			r.unread(arn("training-job/a"), u.Column)
		}
		if !found {
			r.Errorf("the manifest does not say that MlflowConfig.MlflowResourceArn was not read: %s", k.Unread)
		}
	}}
}

// afterRequest waits until the client has surely written its request to the end: an
// answer that overtakes it breaks the connection, for the SDK closes the request's
// body while net/http still writes it.
func afterRequest() { time.Sleep(20 * time.Millisecond) }

// drips sends a body a byte at a time, without end.
func drips(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		afterRequest()
		for i := 0; ; i++ {
			b := byte(' ')
			if i < len(body) {
				b = body[i]
			}
			if _, err := w.Write([]byte{b}); err != nil {
				return
			}
			_ = http.NewResponseController(w).Flush()
			select {
			case <-r.Context().Done():
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	}
}

// endless sends a body that repeats, up to a size, and then nothing.
func endless(begin, repeat string, size int) http.HandlerFunc {
	chunk := strings.Repeat(repeat, 1<<20/len(repeat))
	return func(w http.ResponseWriter, r *http.Request) {
		_, err := io.WriteString(w, begin)
		for n := 0; n < size && err == nil; n += len(chunk) {
			_, err = io.WriteString(w, chunk)
		}
		_ = http.NewResponseController(w).Flush()
		hangs(w, r)
	}
}

// bomb sends a little that unpacks to a lot.
func bomb(begin string, size int) http.HandlerFunc {
	data := sync.OnceValue(func() string { return packed(begin, size) })
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		_, _ = io.WriteString(w, data()) // the program may be gone
	}
}

// packed is a text with many spaces after it, packed.
func packed(text string, spaces int) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	chunk := bytes.Repeat([]byte(" "), 1<<20)
	_, err := io.WriteString(z, text)
	for n := 0; n < spaces && err == nil; n += len(chunk) {
		_, err = z.Write(chunk)
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		panic(err)
	}
	return b.String()
}

// A watch is what a program writes, until it matches.
type watch struct {
	pattern *regexp.Regexp
	found   chan struct{}

	mu   sync.Mutex
	data []byte
	done bool
}

func newWatch(pattern string) *watch {
	return &watch{pattern: regexp.MustCompile(pattern), found: make(chan struct{})}
}

func (w *watch) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.data = append(w.data, p...)
	if !w.done && w.pattern.Match(w.data) {
		w.done = true
		close(w.found)
	}
	return len(p), nil
}

func (w *watch) text() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return string(w.data)
}
