package simulator

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Faults are what a [Server] does wrong, as values. What they do depends on the
// seed, the rules and the calls, and on nothing else, but for the clock that
// buckets are filled by.
type Faults struct {
	Seed  uint64
	Rules []Rule
}

// A Rule is one fault. Waits of several rules add up; of those that take the
// place of an answer, the first one that fits does.
type Rule struct {
	Fault string // one of [FaultNames]

	// Which calls: all of these must fit.
	Account, Region string   // "": any
	Operations      []string // "ListModels" or "s3:GetBucket*", of which one fits; nil: all
	First, Last     int      // of the calls of an operation, counted from 1; 0: no bound
	Share           float64  // of the calls, of vanish and huge of the resources; 0: all

	Low, High   time.Duration // latency; session: Low
	Rate, Burst float64       // throttle: calls a second, and how many at once
	Status      int           // status
	Body        string        // status: "" an error of the API, "empty", "html"
	Calls       int           // expire: how many calls an access key is good for
	Until       time.Time     // expire: when all access keys so far end
	Names       string        // vanish: pattern of the last part of ARNs; "": all
	Bytes       int           // huge
}

// A faultForm is a fault as it is written.
type faultForm struct {
	name, value, doc string
	calls            bool // it names operations
	read             func(r *Rule, value string) error
}

// faultForms are all faults, as [ParseFault] reads them.
func faultForms() []faultForm {
	return []faultForm{
		{"latency", "TIME or TIME-TIME", "answers come later, by a time within bounds", true, readLatency},
		{"throttle", "RATE/BURST", "no more than RATE calls a second, BURST at once; each operation has its own bucket", true, readBucket},
		{"status", "STATUS, or STATUS+empty or STATUS+html", "an answer of that status: an error of the API, no body, or a page of a proxy", true, readStatus},
		{"cut", "", "the connection ends in the middle of the answer", true, nil},
		{"hang", "", "no answer ever comes", true, nil},
		{"deny", "", "the caller may not", true, nil},
		{"unknown", "", "there is no such operation", true, nil},
		{"tokens", "", "tokens of further pages have expired", true, nil},
		{"empty", "", "listings begin with an empty page that has a token; with @, so are those pages", true, nil},
		{"twice", "", "pages begin with the last item of the page before", true, nil},
		{"vanish", "NAMES, or nothing for all", "resources that these operations no longer know", true, readNames},
		{"huge", "BYTES, as 20MB", "a description, reason or hyperparameter of each resource that has one is so long", true, readBytes},
		{"expire", "CALLS or TIME", "access keys are good for so many calls, or until then", false, readExpiry},
		{"session", "TIME", "how long credentials of AssumeRole are good for", false, readSessionLength},
	}
}

// FaultNames are the names of all faults.
func FaultNames() []string {
	var all []string
	for _, f := range faultForms() {
		all = append(all, f.name)
	}
	return all
}

// FaultHelp says of each fault how it is written and what it does, a line each.
func FaultHelp() [][2]string {
	var all [][2]string
	for _, f := range faultForms() {
		form := f.name
		if f.calls {
			form += ":OPERATION"
		}
		if f.value != "" {
			form += "=" + f.value
		}
		all = append(all, [2]string{form, f.doc})
	}
	return all
}

// ParseFault reads a fault as it is written on a command line:
//
//	NAME:[ACCOUNT/][REGION/]OPERATION[+OPERATION...][=VALUE][@WHICH]
//	NAME=VALUE
//
// An operation is one as ListModels, or an IAM action, with * for any text.
// WHICH calls of an operation: 5% of them, 3 the third, 3- from the third on,
// 3-5. See [FaultHelp].
func ParseFault(text string) (Rule, error) {
	fail := func(format string, args ...any) (Rule, error) {
		return Rule{}, fmt.Errorf("fault %q: %w", text, fmt.Errorf(format, args...))
	}
	head, which, selected := strings.Cut(text, "@")
	head, value, given := strings.Cut(head, "=")
	name, calls, named := strings.Cut(head, ":")
	forms := faultForms()
	at := slices.IndexFunc(forms, func(f faultForm) bool { return f.name == name })
	if at < 0 {
		return fail("there is no fault %q; there are %s", name, strings.Join(FaultNames(), ", "))
	}
	form, r := forms[at], Rule{Fault: name}
	switch {
	case form.calls && !named:
		return fail("want the operation after %s:, as in %s:ListModels, or * for all", name, name)
	case !form.calls && (named || selected):
		return fail("%s takes neither operations nor @", name)
	case form.read == nil && given:
		return fail("%s takes no value", name)
	case form.read != nil && !given && name != "vanish":
		return fail("want a value: %s=%s", head, form.value)
	}
	if form.calls {
		if err := r.readOperations(calls); err != nil {
			return fail("%w", err)
		}
	}
	if given {
		if err := form.read(&r, value); err != nil {
			return fail("want %s after the =: %w", form.value, err)
		}
	}
	if selected {
		if err := r.readWhich(which); err != nil {
			return fail("%w", err)
		}
	}
	return r, nil
}

// ParseFaults reads several faults.
func ParseFaults(seed uint64, texts ...string) (Faults, error) {
	f := Faults{Seed: seed}
	for _, text := range texts {
		r, err := ParseFault(text)
		if err != nil {
			return Faults{}, err
		}
		f.Rules = append(f.Rules, r)
	}
	return f, nil
}

// readOperations reads where a fault is. What no operation is called is a
// mistake.
func (r *Rule) readOperations(text string) error {
	for {
		place, rest, more := strings.Cut(text, "/")
		switch {
		case !more:
		case accountName.MatchString(place) && r.Account == "":
			r.Account = place
		case regionName.MatchString(place) && r.Region == "":
			r.Region = place
		default:
			return fmt.Errorf("%q is neither an account nor a region", place)
		}
		if !more {
			break
		}
		text = rest
	}
	for _, operation := range strings.Split(text, "+") {
		if !slices.ContainsFunc(actions(), func(action string) bool { return fits(operation, action) }) {
			return fmt.Errorf("no operation is called %q", operation)
		}
		r.Operations = append(r.Operations, operation)
	}
	return nil
}

// fits tells whether a pattern of operations takes an IAM action.
func fits(pattern, action string) bool {
	if strings.Contains(pattern, ":") {
		return matches(pattern, action)
	}
	return matches(pattern, action[strings.Index(action, ":")+1:])
}

// actions are the IAM actions of all operations.
func actions() []string {
	var all []string
	for _, v := range services() {
		for name := range v.operations {
			all = append(all, v.action(name))
		}
	}
	t := kinds()
	for name := range t.byList {
		all = append(all, "sagemaker:"+name)
	}
	for name := range t.byDescribe {
		all = append(all, "sagemaker:"+name)
	}
	return append(all, "sagemaker:Search", "sagemaker:ListTags")
}

// readWhich reads what stands after the @.
func (r *Rule) readWhich(text string) error {
	if share, ok := strings.CutSuffix(text, "%"); ok {
		n, err := strconv.ParseFloat(share, 64)
		if err != nil || n <= 0 || n > 100 {
			return fmt.Errorf("%q is no share: want one above 0%% and up to 100%%", text)
		}
		r.Share = n / 100
		return nil
	}
	first, last, ranged := strings.Cut(text, "-")
	var err error
	if r.First, err = strconv.Atoi(first); err != nil || r.First < 1 {
		return fmt.Errorf("%q after the @ is neither a share, as 5%%, nor calls, as 3, 3- or 3-5", text)
	}
	switch {
	case !ranged:
		r.Last = r.First
	case last != "":
		if r.Last, err = strconv.Atoi(last); err != nil || r.Last < r.First {
			return fmt.Errorf("%q after the @ are no calls: want 3-5", text)
		}
	}
	return nil
}

func readLatency(r *Rule, value string) (err error) {
	low, high, ranged := strings.Cut(value, "-")
	if r.Low, err = positive(low); err != nil {
		return err
	}
	r.High = r.Low
	if ranged {
		if r.High, err = positive(high); err == nil && r.High < r.Low {
			err = fmt.Errorf("%s is less than %s", high, low)
		}
	}
	return err
}

func positive(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err == nil && d <= 0 {
		err = fmt.Errorf("%s is not above zero", text)
	}
	return d, err
}

func readBucket(r *Rule, value string) error {
	rate, burst, _ := strings.Cut(value, "/")
	var err1, err2 error
	r.Rate, err1 = strconv.ParseFloat(rate, 64)
	r.Burst, err2 = strconv.ParseFloat(burst, 64)
	if err1 != nil || err2 != nil || !(r.Rate > 0) || !(r.Burst >= 1) {
		return fmt.Errorf("%q is not as 10/20", value)
	}
	return nil
}

func readStatus(r *Rule, value string) (err error) {
	status, body, _ := strings.Cut(value, "+")
	if r.Status, err = strconv.Atoi(status); err != nil || r.Status < 400 || r.Status > 599 {
		return fmt.Errorf("%q is no status of an error", status)
	}
	if r.Body = body; body != "" && body != "empty" && body != "html" {
		return fmt.Errorf("a body is empty or html, not %q", body)
	}
	return nil
}

func readNames(r *Rule, value string) error {
	if r.Names = value; value == "" {
		return fmt.Errorf("there is none")
	}
	return nil
}

func readBytes(r *Rule, value string) error {
	number, factor := value, 1
	for suffix, n := range map[string]int{"kB": 1e3, "MB": 1e6} {
		if rest, ok := strings.CutSuffix(value, suffix); ok {
			number, factor = rest, n
		}
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > 1e9/factor {
		return fmt.Errorf("%q is no number of bytes", value)
	}
	r.Bytes = n * factor
	return nil
}

func readExpiry(r *Rule, value string) (err error) {
	if r.Calls, err = strconv.Atoi(value); err == nil {
		if r.Calls < 0 {
			return fmt.Errorf("%d is below zero", r.Calls)
		}
		return nil
	}
	r.Calls = 0
	if r.Until, err = time.Parse(time.RFC3339, value); err != nil {
		return fmt.Errorf("%q is neither a number nor a time as 2026-01-02T15:04:05Z", value)
	}
	return nil
}

func readSessionLength(r *Rule, value string) (err error) {
	r.Low, err = positive(value)
	return err
}
