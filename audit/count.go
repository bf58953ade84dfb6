package audit

// Found says how many answers are as bad as a level, or worse.
type Found struct {
	Known   int // so bad by what is known
	CouldBe int // so bad at worst, for something was not read
	Missing int // parts of the account of which no answer can be given that could be so bad
	Waived  int // would be among the first two, and are borne with
}

// Count counts the answers that are as bad as a level. What is waived counts apart.
func (r *Report) Count(level Level) Found {
	var f Found
	for a := range r.answers {
		switch rating := a.rated(); {
		case !rating.Worst().AtLeast(level):
		case rating.Waived != nil:
			f.Waived++
		case rating.Level.AtLeast(level):
			f.Known++
		default:
			f.CouldBe++
		}
	}
	for i := range r.Unknown {
		if u := &r.Unknown[i]; u.AnswersMissing && (u.CouldBe == "" || Level(u.CouldBe).AtLeast(level)) {
			f.Missing++
		}
	}
	return f
}

// Levels returns how many answers have each level by what is known, how many could be
// worse, and how many are waived, which count in neither.
func (r *Report) Levels() (known map[Level]int, unsure, waived int) {
	known = map[Level]int{}
	for a := range r.answers {
		rating := a.rated()
		if rating.Waived != nil {
			waived++
			continue
		}
		known[rating.Level]++
		if rating.CouldBe != "" {
			unsure++
		}
	}
	return known, unsure, waived
}
