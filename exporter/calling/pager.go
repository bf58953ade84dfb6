package calling

import (
	"context"
	"fmt"
	"hash/maphash"
	"reflect"
	"sync/atomic"

	"github.com/sgexport/sgexport/exporter/operation"
)

// An EndlessError says that pages do not end: a token came again, or pages
// bring nothing new.
type EndlessError struct{ What string }

func (e *EndlessError) Error() string { return "the pages do not end: " + e.What }

const (
	// barrenPages is how many pages in a row may bring only what is known already:
	// things that are made or deleted meanwhile move others over the border of two
	// pages, and not over three.
	barrenPages = 3
	// emptyPages is how many pages in a row may be empty, and say that there are
	// more. Services answer so where a filter takes little of what they look at.
	emptyPages = 100
)

// A Page is what the pager's caller made of one page.
type Page struct {
	Items int  // how many there were
	New   int  // of those, how many no earlier page had
	Last  bool // enough: no further page is asked for
}

// Pages calls an operation page by page, and f with each. It ends after the last
// page, and where pages do not end, however long the cycle. failure says why not
// all pages were read: an error of a call, or an [EndlessError]; what came before
// was given to f. err is an error of f, which ends the pages too.
func (c *Caller) Pages(ctx context.Context, op *operation.Operation, in reflect.Value, count *atomic.Int64, f func(out reflect.Value) (Page, error)) (failure, err error) {
	return c.PagesIn(ctx, op, in, count, "", f)
}

// PagesIn is Pages in another region than the caller's.
func (c *Caller) PagesIn(ctx context.Context, op *operation.Operation, in reflect.Value, count *atomic.Int64, region string, f func(out reflect.Value) (Page, error)) (failure, err error) {
	seed := maphash.MakeSeed()
	tokens := map[uint64]bool{}
	barren, empty := 0, 0
	for token := ""; ; {
		op.Page(in, token)
		out, page, failure, err := c.page(ctx, op, in, count, region, f)
		if failure != nil || err != nil {
			return failure, err
		}
		if token = op.Next(out); token == "" || page.Last {
			return nil, nil
		}
		hash := maphash.String(seed, token)
		if tokens[hash] {
			return &EndlessError{"the same token came twice"}, nil
		}
		tokens[hash] = true
		switch {
		case page.New > 0:
			barren, empty = 0, 0
		case page.Items > 0:
			barren++
		default:
			empty++
		}
		if barren >= barrenPages || empty >= emptyPages {
			return &EndlessError{fmt.Sprintf("%d pages in a row have brought nothing new", barren+empty)}, nil
		}
	}
}

// page makes one call, and f with its answer, which counts until f has returned.
func (c *Caller) page(ctx context.Context, op *operation.Operation, in reflect.Value, count *atomic.Int64, region string, f func(out reflect.Value) (Page, error)) (out reflect.Value, page Page, failure, err error) {
	p := c.portionOf(ctx, true)
	if !p.held {
		defer p.drop()
	}
	if out, failure = c.call(ctx, op, in, count, region, p); failure != nil {
		return out, page, failure, nil
	}
	page, err = f(out)
	return out, page, nil, err
}
