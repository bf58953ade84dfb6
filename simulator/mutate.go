package simulator

import (
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// stubborn is how many answers to an action get a mutation that can make a
// listing endless.
const stubborn = 40

// Mutator returns a function for [Options.Mutate] that turns about one answer
// in every into one that the API would not give; with 0 or 1 it is all of them.
// What it does depends on the seed, the action, the number of the call and the
// body, and on nothing else. Besides, for about one action in every, the first
// 40 answers that have a token get one that begins the listing again, so that
// listings go round in circles, or for the impatient do not end. Answers of STS
// stay as they are, unless also has "sts".
func Mutator(seed uint64, every int, also ...string) func(action string, call int, body []byte) []byte {
	return func(action string, call int, body []byte) []byte {
		_, out := Mutation(seed, every, action, call, body, also...)
		return out
	}
}

// Mutation is what [Mutator] makes of an answer, with the name of what it did;
// the name is "" for an answer that it leaves alone.
func Mutation(seed uint64, every int, action string, call int, body []byte, also ...string) (name string, out []byte) {
	if service, _, _ := strings.Cut(action, ":"); service == "sts" && !slices.Contains(also, service) {
		return "", body
	}
	all, every := mutations(), max(every, 1)
	if once := dice(seed, action, 0); call <= stubborn && once.IntN(every) == 0 {
		endless := slices.DeleteFunc(slices.Clone(all), func(m mutation) bool { return !m.endless })
		m := endless[once.IntN(len(endless))]
		if out, ok := m.of(body, call, dice(seed, action, call)); ok {
			return m.name, out
		}
	}
	roll := dice(seed, action, call)
	if roll.IntN(every) != 0 {
		return "", body
	}
	first := roll.IntN(len(all))
	for i := range all { // not every mutation fits every answer
		m := all[(first+i)%len(all)]
		if out, ok := m.of(body, call, roll); ok {
			return m.name, out
		}
	}
	return "", body
}

// dice is the source of chance for one call.
func dice(seed uint64, action string, call int) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(action + "\x00" + strconv.Itoa(call))) // a hash takes everything
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

// A mutation is one way to spoil an answer. It tells whether it could.
type mutation struct {
	name    string
	endless bool // repeated, it makes a listing endless
	spoil   func(*answer) bool
}

// of is the body that the mutation makes of an answer.
func (m mutation) of(body []byte, call int, roll *rand.Rand) ([]byte, bool) {
	a := newAnswer(body, call, roll)
	if !m.spoil(a) {
		return nil, false
	}
	return a.bytes(), true
}

func mutations() []mutation {
	return []mutation{
		{name: "member removed", spoil: removeMember},
		{name: "member of another type", spoil: changeType},
		{name: "member null", spoil: func(a *answer) bool { return a.put(anything, nil) }},
		{name: "member twice", spoil: repeatMember},
		{name: "list emptied", spoil: func(a *answer) bool { return a.put(isList, []any{}) }},
		{name: "item twice", spoil: repeatItem},
		{name: "token of an earlier page", spoil: func(a *answer) bool { return a.token(a.earlier()) }},
		{name: "token always the same", endless: true, spoil: func(a *answer) bool { return a.token(a.begin(0)) }},
		{name: "token new, items not", endless: true, spoil: func(a *answer) bool { return a.token(a.begin(a.call)) }},
		{name: "page empty", spoil: emptyPage},
		{name: "pages empty", endless: true, spoil: func(a *answer) bool { return a.token(a.begin(a.call)) && emptyPage(a) }},
		{name: "token unknown", spoil: unknownToken},
		{name: "status of another", spoil: swapStatus},
		{name: "time that is none", spoil: oddTime},
		{name: "number huge", spoil: hugeNumber},
		{name: "name of another", spoil: swapName},
		{name: "text not UTF-8", spoil: badText},
		{name: "key not UTF-8", spoil: badKey},
		{name: "text with controls", spoil: controls},
		{name: "deep", spoil: deep},
		{name: "body cut", spoil: cut},
		{name: "body of another encoding", spoil: recode},
		{name: "body empty", spoil: func(a *answer) bool { return a.whole("") }},
		{name: "body an empty object", spoil: func(a *answer) bool { return a.whole("{}") }},
		{name: "body a message", spoil: func(a *answer) bool { return a.whole(`{"message":"x"}`) }},
		{name: "body an array", spoil: func(a *answer) bool { return a.whole("[" + string(a.body) + "]") }},
	}
}
