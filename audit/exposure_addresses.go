package audit

import (
	"net/netip"
	"slices"
)

// notPublic4 and notPublic6 are the addresses that lead nowhere on the internet:
// the special purposes that IANA lists, but for those of documentation, which
// nothing forbids to route. Sources: RFC 6890; IANA IPv4 and IPv6 Special-Purpose
// Address Registries.
const (
	notPublic4 = "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.168.0.0/16 198.18.0.0/15 224.0.0.0/4 240.0.0.0/4"
	public6    = "2000::/3"
)

// A family is IPv4 or IPv6: which of its addresses are public.
type family struct {
	name      string
	public    netip.Prefix   // all public ones are in it
	notPublic []netip.Prefix // those of it that are not
}

func families() [2]family {
	return [2]family{
		{name: "IPv4", public: netip.MustParsePrefix("0.0.0.0/0"), notPublic: prefixesOf(notPublic4)},
		{name: "IPv6", public: netip.MustParsePrefix(public6)},
	}
}

// familyOf returns the index of a prefix's family in families.
func familyOf(p netip.Prefix) int {
	if p.Addr().Is4() {
		return 0
	}
	return 1
}

// parsePrefix reads a CIDR block; ok is false where it is none.
func parsePrefix(s string) (p netip.Prefix, ok bool) {
	p, err := netip.ParsePrefix(s)
	return p.Masked(), err == nil && !p.Addr().Is4In6()
}

// covers reports whether all addresses of p are in one of holes.
func covers(holes []netip.Prefix, p netip.Prefix) bool {
	var within []netip.Prefix
	for _, h := range holes {
		switch {
		case !h.Overlaps(p):
		case h.Bits() <= p.Bits():
			return true
		default:
			within = append(within, h)
		}
	}
	if len(within) == 0 {
		return false
	}
	low, high := halves(p)
	return covers(within, low) && covers(within, high)
}

// halves splits a prefix of more than one address in two.
func halves(p netip.Prefix) (low, high netip.Prefix) {
	bits := p.Bits()
	a := p.Addr().As16()
	at := bits
	if p.Addr().Is4() {
		at += 96
	}
	a[at/8] |= 0x80 >> (at % 8)
	second := netip.AddrFrom16(a)
	if p.Addr().Is4() {
		second = second.Unmap()
	}
	return netip.PrefixFrom(p.Addr(), bits+1), netip.PrefixFrom(second, bits+1)
}

// common returns the smaller of two prefixes where they overlap.
func common(a, b netip.Prefix) (netip.Prefix, bool) {
	if !a.Overlaps(b) {
		return netip.Prefix{}, false
	}
	if a.Bits() > b.Bits() {
		return a, true
	}
	return b, true
}

// hasPublic reports whether p has a public address outside of holes.
func (f *family) hasPublic(p netip.Prefix, holes []netip.Prefix) bool {
	p, ok := common(p, f.public)
	return ok && !covers(slices.Concat(f.notPublic, holes), p)
}

// disjoint returns the prefixes that no other one contains.
func disjoint(all []netip.Prefix) []netip.Prefix {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b netip.Prefix) int {
		if c := a.Addr().Compare(b.Addr()); c != 0 {
			return c
		}
		return a.Bits() - b.Bits()
	})
	var kept []netip.Prefix
	for _, p := range all {
		if n := len(kept); n == 0 || !kept[n-1].Overlaps(p) {
			kept = append(kept, p)
		}
	}
	return kept
}

// share returns which part of the public addresses all the prefixes together
// have: 1 is all.
func (f *family) share(all []netip.Prefix) float64 {
	var sum float64
	for _, p := range disjoint(all) {
		p, ok := common(p, f.public)
		if !ok {
			continue
		}
		sum += size(p)
		for _, h := range f.notPublic {
			if c, ok := common(p, h); ok {
				sum -= size(c)
			}
		}
	}
	all0 := size(f.public)
	for _, h := range f.notPublic {
		all0 -= size(h)
	}
	return max(sum, 0) / all0
}

// size returns how many addresses a prefix has.
func size(p netip.Prefix) float64 {
	n := 1.0
	for range p.Addr().BitLen() - p.Bits() {
		n *= 2
	}
	return n
}

// prefixesOf reads a list of CIDR blocks that the program has itself.
func prefixesOf(list string) []netip.Prefix {
	var all []netip.Prefix
	for _, s := range splitWords(list) {
		all = append(all, netip.MustParsePrefix(s))
	}
	return all
}
