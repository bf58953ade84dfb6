package simulator

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
	"strings"
	"sync"
	"time"
)

// Options are the faults as a server takes them. The clock is what the buckets
// of throttle are filled by; it is called from many goroutines.
func (f Faults) Options(clock func() time.Time) Options {
	run := &faultRun{Faults: f, clock: clock, buckets: map[bucketOf]*bucketLevel{}, used: map[string]int{}}
	var o Options
	for _, r := range f.Rules {
		switch r.Fault {
		case "latency", "hang":
			o.Wait = run.wait
		case "empty":
			o.Empty = run.empty
		case "twice":
			o.Repeat = run.repeat
		case "vanish":
			o.Gone = run.gone
		case "huge":
			o.Edit = run.enlarge
		case "session":
			o.Session = r.Low
		default:
			o.Refuse = run.refuse
		}
	}
	return o
}

// A faultRun is faults with what they have to remember.
type faultRun struct {
	Faults
	clock func() time.Time

	mu      sync.Mutex // of what follows
	buckets map[bucketOf]*bucketLevel
	used    map[string]int // calls, by access key
}

// bucketOf says what a bucket is of.
type bucketOf struct {
	rule                    int
	account, region, action string
}

type bucketLevel struct {
	tokens float64
	at     time.Time
}

// named tells whether a rule is about such calls at all.
func (r *Rule) named(c Call) bool {
	if (r.Account != "" && r.Account != c.Account) || (r.Region != "" && r.Region != c.Region) {
		return false
	}
	for _, pattern := range r.Operations {
		if fits(pattern, c.Action) {
			return true
		}
	}
	return len(r.Operations) == 0
}

// takes tells whether a rule fits a call.
func (f *faultRun) takes(i int, c Call) bool {
	r := &f.Rules[i]
	if !r.named(c) || c.Number < r.First || (r.Last > 0 && c.Number > r.Last) {
		return false
	}
	return r.Share == 0 || dice(f.Seed+uint64(i), c.Action, c.Number).Float64() < r.Share
}

// wait is how long an answer takes; for ever where the operation hangs.
func (f *faultRun) wait(c Call) time.Duration {
	var sum time.Duration
	for i, r := range f.Rules {
		switch {
		case r.Fault != "latency" && r.Fault != "hang", !f.takes(i, c):
		case r.Fault == "hang":
			return math.MaxInt64
		case r.High > r.Low:
			sum += r.Low + time.Duration(dice(f.Seed+uint64(i)+1<<32, c.Action, c.Number).Int64N(int64(r.High-r.Low)+1))
		default:
			sum += r.Low
		}
	}
	return sum
}

// refuse is what takes the place of an answer.
func (f *faultRun) refuse(c Call) *Fault {
	for i := range f.Rules {
		if fault := f.refusal(i, c); fault != nil {
			return fault
		}
	}
	return nil
}

func (f *faultRun) refusal(i int, c Call) *Fault {
	r := &f.Rules[i]
	if r.Fault == "expire" {
		if f.hasExpired(r, c) {
			return &Fault{Like: LikeExpired}
		}
		return nil
	}
	if !f.takes(i, c) {
		return nil
	}
	switch r.Fault {
	case "throttle":
		if !f.pour(i, c) {
			return &Fault{Like: LikeThrottled}
		}
	case "deny":
		return &Fault{Like: LikeDenied}
	case "unknown":
		return &Fault{Like: LikeUnknown}
	case "tokens":
		if c.Further {
			return &Fault{Like: LikeBadToken}
		}
	case "cut":
		return &Fault{Drop: true}
	case "status":
		return r.statusFault()
	}
	return nil
}

func (r *Rule) statusFault() *Fault {
	fault := &Fault{Status: r.Status}
	switch {
	case r.Body == "empty":
		fault.NoBody = true
	case r.Body == "html":
		fault.Body, fault.ContentType = "<html><body>the proxy has a bad day</body></html>", "text/html"
	case r.Status == 503:
		fault.Code, fault.Message = "ServiceUnavailable", "The service is temporarily unavailable"
	case r.Status >= 500:
		fault.Code, fault.Message = "InternalFailure", "The request processing has failed because of an unknown error"
	default:
		fault.Code, fault.Message = "ValidationException", "The request is not valid"
	}
	return fault
}

// hasExpired counts a call of an access key.
func (f *faultRun) hasExpired(r *Rule, c Call) bool {
	switch {
	case c.AccessKey == "":
		return false
	case !r.Until.IsZero(): // those of sessions after that are others
		return !c.At.Before(r.Until) && !strings.HasPrefix(c.AccessKey, temporary)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.used[c.AccessKey]++
	return f.used[c.AccessKey] > r.Calls
}

// pour takes a token out of a bucket, and tells whether there was one.
func (f *faultRun) pour(i int, c Call) bool {
	r, now := &f.Rules[i], f.clock()
	f.mu.Lock()
	defer f.mu.Unlock()
	of := bucketOf{i, c.Account, c.Region, c.Action}
	b := f.buckets[of]
	if b == nil {
		b = &bucketLevel{tokens: r.Burst, at: now}
		f.buckets[of] = b
	}
	b.tokens = min(r.Burst, b.tokens+r.Rate*now.Sub(b.at).Seconds())
	b.at = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}

// empty tells whether a page is empty though it has a token. Were all pages, a
// listing would not end.
func (f *faultRun) empty(c Call) bool {
	for i, r := range f.Rules {
		if r.Fault == "empty" && f.takes(i, c) && (!c.Further || r.First > 0 || r.Share > 0 && r.Share < 1) {
			return true
		}
	}
	return false
}

func (f *faultRun) repeat(c Call) bool {
	for i, r := range f.Rules {
		if r.Fault == "twice" && f.takes(i, c) {
			return true
		}
	}
	return false
}

// gone tells whether an operation no longer knows a resource. The share is that
// of the resources, whichever call asks.
func (f *faultRun) gone(c Call, arn string) bool {
	for i, r := range f.Rules {
		if r.Fault != "vanish" || !r.named(c) || arn == "" || c.Number < r.First || (r.Last > 0 && c.Number > r.Last) {
			continue
		}
		if r.Names != "" && !matches(r.Names, arn[strings.LastIndex(arn, "/")+1:]) {
			continue
		}
		if r.Share == 0 || ofText(f.Seed+uint64(i), arn).Float64() < r.Share {
			return true
		}
	}
	return false
}

// ofText is the source of chance for a resource.
func ofText(seed uint64, text string) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(text)) // a hash takes everything
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

// enlarge makes a text of a document huge.
func (f *faultRun) enlarge(action string, doc map[string]any) []map[string]any {
	for i := range f.Rules {
		r := &f.Rules[i]
		if r.Fault != "huge" || !r.named(Call{Action: action, Account: r.Account, Region: r.Region}) {
			continue
		}
		if r.Share > 0 && ofText(f.Seed+uint64(i), canonicalName(doc)).Float64() >= r.Share {
			continue
		}
		enlargeText(doc, r.Bytes)
	}
	return []map[string]any{doc}
}

// canonicalName is some text that is of one document alone.
func canonicalName(doc map[string]any) string {
	var all strings.Builder
	for _, name := range sortedKeys(doc) {
		if text, ok := doc[name].(string); ok && (strings.HasSuffix(name, "Arn") || strings.HasSuffix(name, "Name")) {
			all.WriteString(name + text)
		}
	}
	return all.String()
}

// enlargeText lengthens the first member that may be long.
func enlargeText(doc map[string]any, bytes int) {
	for _, name := range sortedKeys(doc) {
		switch value := doc[name].(type) {
		case string:
			if strings.HasSuffix(name, "Description") || strings.HasSuffix(name, "Reason") {
				doc[name] = value + strings.Repeat("-", max(0, bytes-len(value)))
				return
			}
		case map[string]any:
			if name == "HyperParameters" {
				value["padding"] = strings.Repeat("-", bytes)
				return
			}
		}
	}
}
