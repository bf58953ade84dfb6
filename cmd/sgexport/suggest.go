package main

import (
	"cmp"
	"slices"
	"strings"

	"github.com/xrash/smetrics"
)

// didYouMean returns text with the words that are nearest to one that is not
// valid, or "" where none is near.
func didYouMean(word string, valid []string) string { return didYouMeanAny(nearest(word, valid)) }

func didYouMeanAny(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return "; did you mean " + strings.Join(words, ", ") + "?"
}

// nearest are at most three words, the nearest first.
func nearest(word string, valid []string) []string {
	type near struct {
		word  string
		score float64
	}
	var all []near
	for _, v := range valid {
		if score := smetrics.JaroWinkler(strings.ToLower(word), strings.ToLower(v), 0.7, 4); score > 0.75 {
			all = append(all, near{v, score})
		}
	}
	slices.SortStableFunc(all, func(a, b near) int { return cmp.Compare(b.score, a.score) })
	var words []string
	for _, n := range all[:min(3, len(all))] {
		words = append(words, n.word)
	}
	return words
}
