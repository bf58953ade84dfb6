package audit

// Found says how many answers are as bad as a level, or worse.
type Found struct {
	Known   int // so bad by what is known
	CouldBe int // so bad at worst, for something was not read
	Missing int // parts of the account of which no answer can be given
}

// Count counts the answers that are as bad as a level.
func (r *Report) Count(level Level) Found {
	var f Found
	for rating := range r.ratings {
		switch {
		case rating.Level.AtLeast(level):
			f.Known++
		case rating.Worst().AtLeast(level):
			f.CouldBe++
		}
	}
	for i := range r.Unknown {
		if r.Unknown[i].AnswersMissing {
			f.Missing++
		}
	}
	return f
}

// Levels returns how many answers have each level by what is known, and how many
// could be worse.
func (r *Report) Levels() (known map[Level]int, unsure int) {
	known = map[Level]int{}
	for rating := range r.ratings {
		known[rating.Level]++
		if rating.CouldBe != "" {
			unsure++
		}
	}
	return known, unsure
}

// ratings yields the rating of every answer and finding.
func (r *Report) ratings(yield func(Rating) bool) {
	for v := range r.EachInvoker {
		if !yield(v.Rating) {
			return
		}
	}
	_ = each(r.Bearer, func(v *Bearer) Rating { return v.Rating }, yield) &&
		each(r.Openers, func(v *Opener) Rating { return v.Rating }, yield) &&
		each(r.Roles, func(v *Role) Rating { return v.Rating }, yield) &&
		each(r.Exposure, func(v *Exposure) Rating { return v.Rating }, yield) &&
		each(r.Assume, func(v *Assume) Rating { return v.Rating }, yield) &&
		each(r.Escalations, func(v *Escalation) Rating { return v.Rating }, yield) &&
		each(r.Buckets, func(v *Bucket) Rating { return v.Rating }, yield) &&
		each(r.Findings, func(v *Finding) Rating { return Rating{Level: v.Severity} }, yield)
}

func each[T any](list []T, of func(*T) Rating, yield func(Rating) bool) bool {
	for i := range list {
		if !yield(of(&list[i])) {
			return false
		}
	}
	return true
}
