package calling

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/sgexport/sgexport/exporter/operation"
)

// call calls ListModels once and says how that ended.
func call(ctx context.Context, c *Caller) (Failure, error) {
	_, err := c.Call(ctx, &listModels, listModels.Input(""), nil)
	if err == nil {
		return Failure{}, nil
	}
	return Classify(ctx, err), err
}

// TestTimeout has servers that never answer in full.
func TestTimeout(t *testing.T) {
	for name, h := range map[string]func(http.ResponseWriter, *http.Request){
		"hanging": func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
		},
		"hanging after its headers": func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			w.Header().Set("Content-Type", "application/x-amz-json-1.1")
			w.WriteHeader(200)
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		},
		"dripping": func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			w.Header().Set("Content-Type", "application/x-amz-json-1.1")
			_, _ = io.WriteString(w, `{"Models": [`)
			for r.Context().Err() == nil {
				_, _ = io.WriteString(w, " ")
				w.(http.Flusher).Flush()
				time.Sleep(10 * time.Millisecond)
			}
		},
		"dripping an error": func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			w.WriteHeader(500)
			for r.Context().Err() == nil {
				_, _ = io.WriteString(w, " ")
				w.(http.Flusher).Flush()
				time.Sleep(10 * time.Millisecond)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var n atomic.Int64
			c := serve(t, Options{CallTimeout: 200 * time.Millisecond}, func(w http.ResponseWriter, r *http.Request) {
				n.Add(1)
				_, _ = io.Copy(io.Discard, r.Body)
				// An answer that overtakes the end of the request breaks the connection:
				// the SDK closes the request's body while net/http still writes it.
				time.Sleep(20 * time.Millisecond)
				h(w, r)
			})
			began := time.Now()
			f, err := call(t.Context(), c)
			if f.Code != "Timeout" || f.Class != Failed || n.Load() != serverTries {
				t.Errorf("%d attempts: %+v, %v", n.Load(), f, err)
			}
			if took := time.Since(began); took < serverTries*200*time.Millisecond || took > 30*time.Second {
				t.Errorf("it took %s", took)
			}
			if f, _ := call(t.Context(), c); f.Code != "Timeout" {
				t.Errorf("the next call: %+v", f)
			}
		})
	}
}

// TestTimeoutOnce answers after one attempt that took too long.
func TestTimeoutOnce(t *testing.T) {
	var n atomic.Int64
	c := serve(t, Options{CallTimeout: 300 * time.Millisecond}, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if n.Add(1) == 1 {
			<-r.Context().Done()
			return
		}
		saying(200, page("", "m"))(w, r)
	})
	if f, err := call(t.Context(), c); err != nil || n.Load() != 2 {
		t.Errorf("%d attempts: %+v, %v", n.Load(), f, err)
	}
}

// TestStoppedCall stops a run that waits for an answer.
func TestStoppedCall(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := serve(t, Options{}, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		cancel()
		<-r.Context().Done()
	})
	if f, err := call(ctx, c); f.Class != Cancelled {
		t.Errorf("%+v, %v", f, err)
	}
}

// TestSize answers with more than any answer should have.
func TestSize(t *testing.T) {
	long := func(w io.Writer) {
		_, _ = io.WriteString(w, `{"Models": [], "Newer": "`)
		chunk := strings.Repeat("x", 1<<20)
		for range maxBody>>20 + 1 {
			if _, err := io.WriteString(w, chunk); err != nil {
				return
			}
		}
		_, _ = io.WriteString(w, `"}`)
	}
	for name, h := range map[string]http.HandlerFunc{
		"plain": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/x-amz-json-1.1")
			long(w)
		},
		"packed": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/x-amz-json-1.1")
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			long(z)
			_ = z.Close()
		},
		"error": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(400)
			long(w)
		},
	} {
		var n atomic.Int64
		c := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) { n.Add(1); h(w, r) })
		f, err := call(t.Context(), c)
		if f.Code != "AnswerTooLarge" || f.Class != Failed || n.Load() != 1 {
			t.Errorf("%s: %d attempts: %+v, %v", name, n.Load(), f, err)
		}
	}
}

// TestRedirects sends a call on to where it came from, for ever, and a few times.
func TestRedirects(t *testing.T) {
	location := operation.Of(operation.S3, (*s3.Client).GetBucketLocation)
	in := location.Input("")
	operation.SetText(in.Elem().FieldByName("Bucket"), "b")
	for _, c := range []struct {
		redirects, calls int64
		code             string
	}{{1 << 30, 1 + mostRedirects, "TooManyRedirects"}, {mostRedirects, 1 + mostRedirects, ""}, {1, 2, ""}} {
		var n atomic.Int64
		caller := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
			if n.Add(1) <= c.redirects {
				http.Redirect(w, r, r.URL.String(), http.StatusTemporaryRedirect)
				return
			}
			_, _ = io.WriteString(w, `<LocationConstraint>eu-west-1</LocationConstraint>`)
		})
		_, err := caller.Call(t.Context(), &location, in, nil)
		var f Failure
		if err != nil {
			f = Classify(t.Context(), err)
		}
		// The request that is too much may reach the server before it is stopped.
		if got := n.Load(); f.Code != c.code || got < c.calls || got > c.calls+1 {
			t.Errorf("%d redirects: %d requests, %+v", c.redirects, got, f)
		}
	}
}

// TestPacked answers with a body that is packed, and with one that says so and is
// not.
func TestPacked(t *testing.T) {
	c := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = io.WriteString(z, page("", "m"))
		_ = z.Close()
	})
	out, err := c.Call(t.Context(), &listModels, listModels.Input(""), nil)
	if err != nil || len(names(out)) != 1 {
		t.Errorf("%v", err)
	}
	c = serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		saying(200, page("", "m"))(w, r)
	})
	if f, err := call(t.Context(), c); err == nil || f.Class != Failed {
		t.Errorf("%+v, %v", f, err)
	}
}

// TestThrottledLane throttles one operation for ever: after the time for that no
// further call of it is made, and the others go on.
func TestThrottledLane(t *testing.T) {
	for _, status := range []int{400, 429, 503} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			var n, passed atomic.Int64
			start := time.Now()
			o := Options{GiveUpAfter: 10 * time.Minute, Concurrency: 4, Waits: &Waits{}}
			// Each look at the clock takes three minutes.
			o.Clock = func() time.Time { return start.Add(time.Duration(passed.Add(1)) * 3 * time.Minute) }
			c := serve(t, o, func(w http.ResponseWriter, r *http.Request) {
				if !strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".ListModels") {
					saying(200, `{"ModelName": "m"}`)(w, r)
					return
				}
				n.Add(1)
				if status == 400 {
					saying(400, `{"__type": "ThrottlingException", "message": "Rate exceeded"}`)(w, r)
					return
				}
				w.WriteHeader(status) // bare
			})
			f, err := call(t.Context(), c)
			var over *ThrottledError
			if f.Code != "Throttled" || f.Class != Failed || !errors.As(err, &over) || n.Load() < 2 {
				t.Errorf("%d attempts: %+v, %v", n.Load(), f, err)
			}
			before, calls := n.Load(), c.Calls()
			for range 10 {
				if f, _ := call(t.Context(), c); f.Code != "Throttled" {
					t.Errorf("a later call: %+v", f)
				}
			}
			if n.Load() != before || c.Calls() != calls {
				t.Errorf("%d later attempts, %d calls", n.Load()-before, c.Calls()-calls)
			}
			in := describeModel.Input("")
			in.Elem().FieldByName("ModelName").Set(reflectText("m"))
			if _, err := c.Call(t.Context(), &describeModel, in, nil); err != nil {
				t.Errorf("another operation: %v", err)
			}
			if list := o.Waits.List(); len(list) != 0 {
				t.Errorf("still waiting: %v", list)
			}
		})
	}
}

// TestThrottledOnce throttles the first attempt alone.
func TestThrottledOnce(t *testing.T) {
	for _, status := range []int{429, 503} {
		var n atomic.Int64
		c := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
			if n.Add(1) == 1 {
				w.WriteHeader(status)
				return
			}
			saying(200, page("", "m"))(w, r)
		})
		if f, err := call(t.Context(), c); err != nil || n.Load() != 2 || c.Calls() != 1 {
			t.Errorf("%d: %d attempts, %+v, %v", status, n.Load(), f, err)
		}
	}
}

// TestConcurrency has no more calls of an operation in flight than it may.
func TestConcurrency(t *testing.T) {
	var flying, most atomic.Int64
	c := serve(t, Options{Concurrency: 3}, func(w http.ResponseWriter, r *http.Request) {
		if n := flying.Add(1); n > most.Load() {
			most.Store(n)
		}
		time.Sleep(5 * time.Millisecond)
		flying.Add(-1)
		saying(200, page("", "m"))(w, r)
	})
	done := make(chan error)
	for range 30 {
		go func() {
			_, err := call(t.Context(), c)
			done <- err
		}()
	}
	for range 30 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if n := most.Load(); n > 3 || n < 2 {
		t.Errorf("%d calls in flight", n)
	}
}

// TestWaitIsShown looks at a call that has no answer yet.
func TestWaitIsShown(t *testing.T) {
	w := &Waits{}
	seen := make(chan []Wait, 1)
	c := serve(t, Options{Waits: w}, func(rw http.ResponseWriter, r *http.Request) {
		seen <- w.List()
		saying(200, page("", "m"))(rw, r)
	})
	if _, err := call(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	list := <-seen
	if len(list) != 1 || list[0].Action != "ListModels" || list[0].Scope != "012345678901/us-east-1" || list[0].Why != "waiting" || list[0].Since.IsZero() {
		t.Errorf("%+v", list)
	}
	if len(w.List()) != 0 {
		t.Errorf("still waiting: %v", w.List())
	}
}
