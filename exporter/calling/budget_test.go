package calling

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// TestConnectionsAreShared has lanes that take all they get and hang: each next one gets
// some.
func TestConnectionsAreShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &NewBudget(64, 0).connections
		var lanes [6]share
		for i := range lanes {
			lanes[i].standing = answering
		}
		ctx, cancel := context.WithCancel(t.Context())
		var done sync.WaitGroup
		var given atomic.Int64
		for i := range lanes {
			for range 100 {
				done.Go(func() {
					if c.acquire(ctx, &lanes[i], nil) == nil {
						given.Add(1)
					}
				})
			}
			synctest.Wait()
			if lanes[i].held == 0 {
				t.Errorf("lane %d has none: %d are free", i, c.free)
			}
		}
		if lanes[0].held != 32 {
			t.Errorf("the first lane has %d of 64", lanes[0].held)
		}
		// What the first lane gives back goes to those with the fewest.
		before := lanes[0].held
		for range 30 {
			c.release(&lanes[0])
		}
		synctest.Wait()
		if lanes[0].held > before-24 {
			t.Errorf("the first lane took back %d of 30", lanes[0].held-before+30)
		}
		for i := range lanes[1:] {
			if n := lanes[1+i].held; n < 3 {
				t.Errorf("lane %d has %d", 1+i, n)
			}
		}
		cancel()
		done.Wait()
		for i := range lanes {
			for lanes[i].held > 0 {
				c.release(&lanes[i])
			}
		}
		if c.free != 64 || len(c.waiting) != 0 || given.Load() < 64 {
			t.Errorf("%d of 64 are free at the end, %d lanes wait, %d were given", c.free, len(c.waiting), given.Load())
		}
	})
}

// TestConnectionsServeAll lets many calls of a few lanes through one slot.
func TestConnectionsServeAll(t *testing.T) {
	for _, size := range []int{1, 2, 3, 7} {
		c := &NewBudget(size, 0).connections
		var lanes [5]share
		var flying, most atomic.Int64
		var done sync.WaitGroup
		for i := range 500 {
			done.Go(func() {
				s := &lanes[i%len(lanes)]
				if err := c.acquire(t.Context(), s, nil); err != nil {
					t.Error(err)
					return
				}
				most.Store(max(most.Load(), flying.Add(1)))
				flying.Add(-1)
				c.release(s)
			})
		}
		done.Wait()
		if c.free != size || most.Load() > int64(size) {
			t.Errorf("%d of %d are free, %d were in flight", c.free, size, most.Load())
		}
	}
}

// TestBytes has a pool of 100.
func TestBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &bytesPool{free: 100}
		var got []string
		var mu sync.Mutex
		take := func(ctx context.Context, name string, k *ticket, n int64) {
			go func() {
				err := p.take(ctx, k, n, func() {})
				mu.Lock()
				defer mu.Unlock()
				got = append(got, fmt.Sprintf("%s %v", name, err == nil))
			}()
			synctest.Wait()
		}
		expect := func(want string) {
			t.Helper()
			synctest.Wait()
			if text := strings.Join(got, ", "); text != want {
				t.Errorf("got %s, want %s; %d are free", text, want, p.free)
			}
			got = nil
		}
		var a, b, c, d ticket
		take(t.Context(), "a", &a, 250) // alone
		expect("a true")
		take(t.Context(), "b", &b, 60)
		stopped, cancel := context.WithCancel(t.Context())
		take(stopped, "c", &c, 10)
		expect("")
		cancel()
		expect("c false")
		p.give(&a, 250)
		expect("b true")
		take(t.Context(), "d", &d, 30)
		expect("d true")
		take(t.Context(), "d more", &d, 50) // holds some, needs more, and is not the oldest
		expect("")
		take(t.Context(), "b more", &b, 500) // the oldest
		expect("b more true")
		p.give(&b, 560)
		expect("d more true")
		p.give(&d, 80)
		if p.free != 100 || len(p.tickets) != 0 {
			t.Errorf("%d of 100 are free at the end, %d tickets", p.free, len(p.tickets))
		}
	})
}

// An inMemory server answers without a network. Its body is never looked at as a whole.
type inMemory func(*http.Request) (status int, body io.Reader, length int64)

func (f inMemory) Do(r *http.Request) (*http.Response, error) {
	_, _ = io.Copy(io.Discard, r.Body)
	status, body, length := f(r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return &http.Response{
		StatusCode: status, Body: io.NopCloser(body), ContentLength: length, Request: r,
		Header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}},
	}, nil
}

func (f inMemory) caller(o Options) *Caller {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	return New(aws.Config{
		Region: "us-east-1", HTTPClient: f,
		Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
	}, "012345678901/us-east-1", o)
}

// large is a page, or details, with so many bytes that nobody reads.
func large(bytes int) string {
	return `{"ModelName": "m", "Models": [], "Newer": "` + strings.Repeat("x", bytes) + `"}`
}

// TestAnswersAreBounded has large answers, of a known length and of an unknown one, that
// are in use for a while: no more than the budget has, and one.
func TestAnswersAreBounded(t *testing.T) {
	const size, budget = 1 << 20, 4 << 20
	body := large(size)
	for _, told := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			var inUse, most, made atomic.Int64
			c := inMemory(func(*http.Request) (int, io.Reader, int64) {
				if made.Add(1); told {
					return 200, strings.NewReader(body), int64(len(body))
				}
				return 200, strings.NewReader(body), -1
			}).caller(Options{Budget: NewBudget(0, budget), CallTimeout: time.Second})
			var done sync.WaitGroup
			for range 40 {
				done.Go(func() {
					ctx, end := c.Hold(t.Context())
					defer end()
					in := describeModel.Input("")
					in.Elem().FieldByName("ModelName").Set(reflectText("m"))
					failure, err := c.Pages(ctx, &describeModel, in, nil, func(reflect.Value) (Page, error) { return Page{}, nil })
					if failure != nil || err != nil {
						t.Errorf("%v, %v", failure, err)
					}
					most.Store(max(most.Load(), inUse.Add(1)))
					time.Sleep(10 * time.Second) // longer than a call may take
					inUse.Add(-1)
				})
			}
			done.Wait()
			if n := most.Load(); n > budget/size+1 || n < 2 || made.Load() != 40 {
				t.Errorf("told %v: %d answers in use, %d calls", told, n, made.Load())
			}
			p := &c.options.Budget.details
			if p.free != budget || len(p.tickets) != 0 {
				t.Errorf("told %v: %d are free at the end, %d tickets", told, p.free, len(p.tickets))
			}
		})
	}
}

// TestPagesWaitForDetails has lists of large pages whose functions wait for large details
// of several pages, over few connections: that ends.
func TestPagesWaitForDetails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n atomic.Int64
		page := strings.Replace(large(600<<10), `"Models"`, `"NextToken": "t%d", "Models"`, 1)
		c := inMemory(func(r *http.Request) (int, io.Reader, int64) {
			time.Sleep(10 * time.Millisecond)
			body := strings.Replace(page, "t%d", fmt.Sprint("t", n.Add(1)), 1)
			return 200, strings.NewReader(body), int64(len(body))
		}).caller(Options{Concurrency: 4, Budget: NewBudget(4, 1<<20)})
		describe := func() {
			ctx, end := c.Hold(t.Context())
			defer end()
			in := describeModel.Input("")
			in.Elem().FieldByName("ModelName").Set(reflectText("m"))
			for range 3 { // the pages of one
				if _, err := c.Call(ctx, &describeModel, in, nil); err != nil {
					t.Error(err)
				}
			}
		}
		var lists sync.WaitGroup
		for range 8 {
			lists.Go(func() {
				pages := 0
				failure, err := c.Pages(t.Context(), &listModels, listModels.Input(""), nil, func(reflect.Value) (Page, error) {
					var details sync.WaitGroup
					for range 4 {
						details.Go(describe)
					}
					details.Wait()
					pages++
					return Page{Items: 1, New: 1, Last: pages == 3}, nil
				})
				if failure != nil || err != nil {
					t.Errorf("%v, %v", failure, err)
				}
			})
		}
		lists.Wait()
		if want := int64(8*3 + 8*3*4*3); n.Load() != want {
			t.Errorf("%d calls, want %d", n.Load(), want)
		}
		b := c.options.Budget
		if b.connections.free != 4 || b.details.free != 1<<20 || b.pages.free != 1<<19 {
			t.Errorf("free at the end: %d connections, %d bytes of details, %d of pages", b.connections.free, b.details.free, b.pages.free)
		}
	})
}

// describeMany makes so many calls at once, and waits for all.
func describeMany(t *testing.T, c *Caller, n int) {
	var calls sync.WaitGroup
	for range n {
		calls.Go(func() {
			in := describeModel.Input("")
			in.Elem().FieldByName("ModelName").Set(reflectText("m"))
			if _, err := c.Call(t.Context(), &describeModel, in, nil); err != nil {
				t.Error(err)
			}
		})
	}
	calls.Wait()
}

// TestHungOperation hangs one operation for ever, with more calls than there are
// connections: another one is not held back, and no more time goes by than its own
// attempts take.
func TestHungOperation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := inMemory(func(r *http.Request) (int, io.Reader, int64) {
			if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".ListModels") {
				<-r.Context().Done()
				return 500, strings.NewReader("{}"), 2
			}
			time.Sleep(10 * time.Millisecond)
			return 200, strings.NewReader(`{"ModelName": "m"}`), 18
		}).caller(Options{Concurrency: 64, Budget: NewBudget(16, 0)})
		began := time.Now()
		var hung sync.WaitGroup
		for range 64 {
			hung.Go(func() {
				if f, err := call(t.Context(), c); err == nil || f.Class != Failed {
					t.Errorf("%+v, %v", f, err)
				}
			})
		}
		synctest.Wait() // they hang
		describeMany(t, c, 100)
		if took := time.Since(began); took > time.Second {
			t.Errorf("the other operation took %s", took)
		}
		hung.Wait()
		t.Logf("the hung operation took %s", time.Since(began))
		if n := c.options.Budget.connections.free; n != 16 {
			t.Errorf("%d of 16 connections are free at the end", n)
		}
	})
}

// TestManyHungOperations hangs more operations than there are connections: another one
// has its turn once the first calls have run out of time, and while the others are tried again.
func TestManyHungOperations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const timeout = 30 * time.Second
		c := inMemory(func(r *http.Request) (int, io.Reader, int64) {
			if !strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".DescribeModel") {
				<-r.Context().Done()
				return 500, strings.NewReader("{}"), 2
			}
			time.Sleep(10 * time.Millisecond)
			return 200, strings.NewReader(`{"ModelName": "m"}`), 18
		}).caller(Options{Concurrency: 64, Budget: NewBudget(16, 0), CallTimeout: timeout})
		began := time.Now()
		var hung sync.WaitGroup
		for i := range 20 {
			op := listModels
			op.Action = fmt.Sprint("sagemaker:List", i) // a lane of its own
			for range 20 {
				hung.Go(func() {
					if _, err := c.Call(t.Context(), &op, op.Input(""), nil); err == nil {
						t.Error("it has an answer")
					}
				})
			}
		}
		synctest.Wait() // they hang
		describeMany(t, c, 1000)
		if took := time.Since(began); took > 4*timeout {
			t.Errorf("the other operation took %s", took)
		}
		hung.Wait()
		b := &c.options.Budget.connections
		if b.free != 16 || len(b.waiting) != 0 || b.held != [3]int{} {
			t.Errorf("%d of 16 connections are free at the end, %d lanes wait, %d are held", b.free, len(b.waiting), b.held)
		}
		t.Logf("the hung operations took %s", time.Since(began))
	})
}

// TestStoppedWaits stops a run while calls wait for the limiter, for a connection, for a
// place in the lane, and for bytes.
func TestStoppedWaits(t *testing.T) {
	for name, o := range map[string]Options{
		"limiter":    {MaxRPS: 0.01},
		"connection": {Budget: NewBudget(1, 0)},
		"place":      {Concurrency: 1},
		"bytes":      {Budget: NewBudget(0, 1)},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				body := large(smallAnswer)
				o.CallTimeout = time.Hour
				c := inMemory(func(r *http.Request) (int, io.Reader, int64) {
					if name == "connection" || name == "place" {
						<-r.Context().Done()
					}
					return 200, strings.NewReader(body), int64(len(body))
				}).caller(o)
				ctx, cancel := context.WithCancel(t.Context())
				var done sync.WaitGroup
				for range 3 {
					done.Go(func() {
						_, _ = c.Pages(ctx, &listModels, listModels.Input(""), nil, func(reflect.Value) (Page, error) {
							<-ctx.Done()
							return Page{}, errors.New("stopped")
						})
					})
				}
				synctest.Wait()
				began := time.Now()
				cancel()
				done.Wait()
				if took := time.Since(began); took > 0 {
					t.Errorf("it took %s", took)
				}
			})
		})
	}
}

// TestIdleLane has a call that nothing answers, and one much later of which the first
// attempt alone has no answer: an operation of which no call was made meanwhile was not
// silent all the while.
func TestIdleLane(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var till time.Time
		hang := func(d time.Duration) { till = time.Now().Add(d) }
		c := inMemory(func(r *http.Request) (int, io.Reader, int64) {
			if time.Now().Before(till) {
				<-r.Context().Done()
				return 500, strings.NewReader("{}"), 2
			}
			return 200, strings.NewReader(`{"Models": []}`), 14
		}).caller(Options{GiveUpAfter: 10 * time.Minute})
		hang(5 * time.Minute)
		if _, err := call(t.Context(), c); err == nil {
			t.Fatal("it has an answer")
		}
		time.Sleep(15 * time.Minute)
		hang(20 * time.Second)
		if f, err := call(t.Context(), c); err != nil {
			t.Errorf("%+v, %v", f, err)
		}
	})
}
