package redact

import "math/bits"

// An automaton finds which of many words a text has, in one pass and in any case
// of letters (Aho and Corasick, "Efficient string matching", 1975). It keeps
// nothing of the text and allocates nothing, since every text of an inventory
// goes through it.
type automaton struct {
	class [256]uint8 // of each byte: those that no word has are 0
	width int        // number of classes
	next  []uint32   // by state and class: the state that follows, see step
	words [][]uint16 // by state: who asked for the words that end there
}

// hasWords marks a step to a state where words end.
const hasWords = 1 << 31

// A wordList is what one detector asks for.
type wordList []string

// newAutomaton panics where there are more lists than [owners] can hold.
func newAutomaton(lists []wordList) *automaton {
	if len(lists) > len(owners{})*64 {
		panic("redact: too many detectors")
	}
	a := &automaton{width: 1}
	for _, list := range lists {
		for _, word := range list {
			for i := range len(word) {
				if c := word[i]; a.class[c] == 0 {
					a.class[c] = uint8(a.width)
					a.width++
				}
			}
		}
	}
	for c := byte('a'); c <= 'z'; c++ {
		a.class[c-'a'+'A'] = a.class[c]
	}
	a.state()
	for owner, list := range lists {
		for _, word := range list {
			a.add(word, uint16(owner))
		}
	}
	a.link()
	return a
}

// step is how next has a state: the index of its transitions, marked where words
// end.
func (a *automaton) step(state uint16) uint32 {
	step := uint32(state) * uint32(a.width)
	if a.words[state] != nil {
		step |= hasWords
	}
	return step
}

// state makes a new state, whose transitions lead nowhere yet: to state 0.
func (a *automaton) state() uint16 {
	a.next = append(a.next, make([]uint32, a.width)...)
	a.words = append(a.words, nil)
	return uint16(len(a.words) - 1)
}

// add adds a word to the tree of all words.
func (a *automaton) add(word string, owner uint16) {
	at := 0
	for i := range len(word) {
		edge := at*a.width + int(a.class[word[i]])
		if a.next[edge] == 0 {
			s := a.state()
			a.next[edge] = uint32(s)
		}
		at = int(a.next[edge])
	}
	a.words[at] = append(a.words[at], owner)
}

// link leads each state on to where the longest end of what it stands for goes on,
// level by level.
func (a *automaton) link() {
	fail := make([]uint16, len(a.words))
	var queue []uint16
	for c := range a.width {
		if s := a.next[c]; s != 0 {
			queue = append(queue, uint16(s))
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		s := queue[0]
		a.words[s] = append(a.words[s], a.words[fail[s]]...)
		for c := range a.width {
			edge, other := int(s)*a.width+c, a.next[int(fail[s])*a.width+c]
			if a.next[edge] == 0 {
				a.next[edge] = other
				continue
			}
			fail[a.next[edge]] = uint16(other)
			queue = append(queue, uint16(a.next[edge]))
		}
	}
	for i, state := range a.next {
		a.next[i] = a.step(uint16(state))
	}
}

// owners is a set of those whose words a text has.
type owners [5]uint64

// each calls yield with each owner, in order.
func (o *owners) each(yield func(int) bool) {
	for w, word := range o {
		for ; word != 0; word &= word - 1 {
			if !yield(w*64 + bits.TrailingZeros64(word)) {
				return
			}
		}
	}
}

// scan returns who has a word in s; any is false where nobody has.
func (a *automaton) scan(s string) (o owners, any bool) {
	at, next := uint32(0), a.next
	for i := range len(s) {
		if at = next[at+uint32(a.class[s[i]])]; at&hasWords == 0 {
			continue
		}
		at &^= hasWords
		any = true
		for _, w := range a.words[at/uint32(a.width)] {
			o[w/64] |= 1 << (w % 64)
		}
	}
	return o, any
}
