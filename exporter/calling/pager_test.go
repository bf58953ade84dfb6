package calling

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
)

// readPages reads all pages of models.
func readPages(t *testing.T, h http.HandlerFunc) (got []string, calls int64, failure error) {
	t.Helper()
	c := serve(t, Options{}, h)
	var count atomic.Int64
	known := map[string]bool{}
	failure, err := c.Pages(t.Context(), &listModels, listModels.Input(""), &count, func(out reflect.Value) (Page, error) {
		p := Page{}
		for _, n := range names(out) {
			p.Items++
			if !known[n] {
				known[n] = true
				p.New++
				got = append(got, n)
			}
		}
		return p, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.Calls() != count.Load() {
		t.Errorf("the caller counts %d calls, the pager %d", c.Calls(), count.Load())
	}
	return got, count.Load(), failure
}

func TestPages(t *testing.T) {
	cycle := func(tokens ...string) http.HandlerFunc {
		var n atomic.Int64
		return func(w http.ResponseWriter, r *http.Request) {
			i := int(n.Add(1)) - 1
			saying(200, page(tokens[i%len(tokens)], fmt.Sprint("m", i)))(w, r)
		}
	}
	for _, c := range []struct {
		name  string
		h     http.HandlerFunc
		want  []string
		calls int64
		code  string // "" for pages that end
	}{
		{"one", paged(page("", "a")), []string{"a"}, 1, ""},
		{"none", paged(page("")), nil, 1, ""},
		{"three", paged(page("1", "a"), page("2", "b"), page("", "c")), []string{"a", "b", "c"}, 3, ""},
		{"an empty one between", paged(page("1", "a"), page("2"), page("", "c")), []string{"a", "c"}, 3, ""},
		{"an empty token", paged(`{"Models": [], "NextToken": ""}`), nil, 1, ""},
		{"the same token, new items", cycle("A"), []string{"m0", "m1"}, 2, "EndlessPages"},
		{"A, B, A, new items", cycle("A", "B"), []string{"m0", "m1", "m2"}, 3, "EndlessPages"},
		{"A, B, C, A, new items", cycle("A", "B", "C"), []string{"m0", "m1", "m2", "m3"}, 4, "EndlessPages"},
		{"A, B, B", paged(page("A", "a"), page("B", "b"), page("B", "c")), []string{"a", "b", "c"}, 3, "EndlessPages"},
		{"fails on the third", paged(page("1", "a"), page("2", "b"), ""), []string{"a", "b"}, 3, "ValidationException"},
		{"fails on the first", paged(""), nil, 1, "ValidationException"},
		{"no answer on the second", paged(page("1", "a"), `{}`), []string{"a"}, 2, "NoAnswer"},
	} {
		got, calls, failure := readPages(t, c.h)
		code := ""
		if failure != nil {
			code = Classify(t.Context(), failure).Code
		}
		if !slices.Equal(got, c.want) || calls != c.calls || code != c.code {
			t.Errorf("%s: read %v in %d calls, failure %v", c.name, got, calls, failure)
		}
	}
}

// TestNothingNew serves pages without end, each with a token of its own.
func TestNothingNew(t *testing.T) {
	for _, c := range []struct {
		name  string
		names []string
		most  int64
	}{
		{"the same items", []string{"a", "b"}, 1 + barrenPages},
		{"none", nil, emptyPages},
	} {
		var n atomic.Int64
		got, calls, failure := readPages(t, func(w http.ResponseWriter, r *http.Request) {
			saying(200, page(fmt.Sprint("t", n.Add(1)), c.names...))(w, r)
		})
		var endless *EndlessError
		if !errors.As(failure, &endless) || !slices.Equal(got, c.names) || calls > c.most {
			t.Errorf("%s: read %v in %d calls, failure %v", c.name, got, calls, failure)
		}
	}
}

// TestSomeNew is patient with pages of which a few bring nothing new.
func TestSomeNew(t *testing.T) {
	var bodies, want []string
	for i := range 20 {
		name := fmt.Sprint("m", i)
		want = append(want, name)
		bodies = append(bodies, page(fmt.Sprint(i, "a"), name), page(fmt.Sprint(i, "b"), name), page(fmt.Sprint(i, "c"), name), page(fmt.Sprint(i, "d")))
	}
	bodies = append(bodies, page(""))
	got, calls, failure := readPages(t, paged(bodies...))
	if failure != nil || !slices.Equal(got, want) || calls != int64(len(bodies)) {
		t.Errorf("read %d in %d calls, failure %v", len(got), calls, failure)
	}
}

// TestAlternatingPages alternates what is empty with what is known already.
func TestAlternatingPages(t *testing.T) {
	var n atomic.Int64
	_, calls, failure := readPages(t, func(w http.ResponseWriter, r *http.Request) {
		i := n.Add(1)
		if i%2 == 0 {
			saying(200, page(fmt.Sprint("t", i)))(w, r)
			return
		}
		saying(200, page(fmt.Sprint("t", i), "a"))(w, r)
	})
	if failure == nil || calls > 20 {
		t.Errorf("%d calls, failure %v", calls, failure)
	}
}

func TestLastPage(t *testing.T) {
	c := serve(t, Options{}, paged(page("1", "a"), page("2", "b"), page("3", "c")))
	read := 0
	failure, err := c.Pages(t.Context(), &listModels, listModels.Input(""), nil, func(reflect.Value) (Page, error) {
		read++
		return Page{Items: 1, New: 1, Last: read == 2}, nil
	})
	if failure != nil || err != nil || read != 2 || c.Calls() != 2 {
		t.Errorf("%d pages, %d calls, %v, %v", read, c.Calls(), failure, err)
	}
}

func TestPagesEndWithErrorOfCaller(t *testing.T) {
	full := errors.New("the disk is full")
	c := serve(t, Options{}, paged(page("1", "a"), page("2", "b")))
	failure, err := c.Pages(t.Context(), &listModels, listModels.Input(""), nil, func(reflect.Value) (Page, error) {
		return Page{Items: 1, New: 1}, full
	})
	if failure != nil || !errors.Is(err, full) || c.Calls() != 1 {
		t.Errorf("%d calls, %v, %v", c.Calls(), failure, err)
	}
}

// TestTokensAreSent gives each token back as it came.
func TestTokensAreSent(t *testing.T) {
	var bodies []string
	h := paged(page("a b\"ü", "a"), page("", "b"))
	_, _, failure := readPages(t, func(w http.ResponseWriter, r *http.Request) {
		text := make([]byte, r.ContentLength)
		_, _ = r.Body.Read(text)
		bodies = append(bodies, string(text))
		h(w, r)
	})
	if failure != nil || len(bodies) != 2 || strings.Contains(bodies[0], "NextToken") || !strings.Contains(bodies[1], `"NextToken":"a b\"ü"`) || !strings.Contains(bodies[1], `"MaxResults":100`) {
		t.Errorf("%q, %v", bodies, failure)
	}
}
