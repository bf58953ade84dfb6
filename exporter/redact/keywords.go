package redact

import "math/bits"

// A finder finds which of many words a text has, in one pass and in any case of
// letters. Every text of an inventory goes through it, so it keeps nothing of the text,
// allocates nothing, and looks at most bytes once: a table says which three bytes a word
// may begin with, and only from these on it goes down the tree of all words.
type finder struct {
	coarse [256]uint8                // of each byte: one of 32 groups
	begins [1 << (3 * 5) / 64]uint64 // bits, by the groups of three bytes

	class [256]uint8 // of each byte: those that no word has are 0
	width int        // number of classes
	next  []uint16   // by state and class: the state that follows, 0 where none does
	words [][]uint16 // by state: who asked for the word that ends there
}

// A wordList is what one detector asks for.
type wordList []string

// newFinder panics where there are more lists than [owners] can hold.
func newFinder(lists []wordList) *finder {
	if len(lists) > len(owners{})*64 {
		panic("redact: too many detectors")
	}
	f := &finder{width: 1}
	for _, list := range lists {
		for _, word := range list {
			for i := range len(word) {
				f.addByte(word[i])
			}
		}
	}
	for c := byte('a'); c <= 'z'; c++ {
		f.class[c-'a'+'A'], f.coarse[c-'a'+'A'] = f.class[c], f.coarse[c]
	}
	f.state()
	for owner, list := range lists {
		for _, word := range list {
			f.add(word, uint16(owner))
			f.addBegin(word)
		}
	}
	return f
}

// Groups of bytes. Letters have one each, before these; what no word has is in group 0.
const (
	groupDigit = iota + 27
	groupHyphen
	groupBlank
	groupAt // a word by itself, behind which may be anything
	groupOther
)

func (f *finder) addByte(c byte) {
	if f.class[c] == 0 {
		f.class[c] = uint8(f.width)
		f.width++
	}
	switch {
	case 'a' <= c && c <= 'z':
		f.coarse[c] = c - 'a' + 1
	case isDigit(c):
		f.coarse[c] = groupDigit
	case c == '-' || c == '_':
		f.coarse[c] = groupHyphen
	case c == ' ':
		f.coarse[c] = groupBlank
	case c == '@':
		f.coarse[c] = groupAt
	default:
		f.coarse[c] = groupOther
	}
}

// addBegin notes which groups a word begins with. Behind a short one may be anything.
func (f *finder) addBegin(word string) {
	first, free := uint32(0), 0
	for i := range 3 {
		first <<= 5
		if i < len(word) {
			first |= uint32(f.coarse[word[i]])
		} else {
			free += 5
		}
	}
	for rest := range uint32(1) << free {
		f.begins[(first|rest)/64] |= 1 << ((first | rest) % 64)
	}
}

// state makes a new state, whose transitions lead nowhere yet: to state 0.
func (f *finder) state() uint16 {
	f.next = append(f.next, make([]uint16, f.width)...)
	f.words = append(f.words, nil)
	return uint16(len(f.words) - 1)
}

// add adds a word to the tree of all words.
func (f *finder) add(word string, owner uint16) {
	at := 0
	for i := range len(word) {
		edge := at*f.width + int(f.class[word[i]])
		if f.next[edge] == 0 {
			s := f.state()
			f.next[edge] = s
		}
		at = int(f.next[edge])
	}
	f.words[at] = append(f.words[at], owner)
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
func (f *finder) scan(s string) (o owners, any bool) {
	const three = 1<<(3*5) - 1
	groups := uint32(0)
	for i := range len(s) {
		groups = (groups<<5 | uint32(f.coarse[s[i]])) & three
		if f.begins[groups/64]>>(groups%64)&1 != 0 && i >= 2 && f.walk(s[i-2:], &o) {
			any = true
		}
	}
	for i := max(0, len(s)-2); i < len(s); i++ { // a word may be as short as a byte
		any = f.walk(s[i:], &o) || any
	}
	return o, any
}

// walk notes who has a word that s begins with.
func (f *finder) walk(s string, o *owners) (any bool) {
	at := 0
	for i := range len(s) {
		if at = int(f.next[at*f.width+int(f.class[s[i]])]); at == 0 {
			return any
		}
		for _, w := range f.words[at] {
			o[w/64] |= 1 << (w % 64)
			any = true
		}
	}
	return any
}
