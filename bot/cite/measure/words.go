package measure

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"passerelle/retrieval"
	"passerelle/retrieval/analysis"
)

// phrase compiles a pattern that matches whole words only, of either script; \b of package regexp knows but ASCII. Group 1
// is what stands before, the last group what stands behind; both go back in.
func phrase(pattern string) *regexp.Regexp {
	return regexp.MustCompile(`(^|[^\p{L}\p{M}\d])` + pattern + `($|[^\p{L}\p{M}\d])`)
}

// rewrite puts with in the place of the first match of a phrase, between what stands around it. with may name groups.
func rewrite(text string, re *regexp.Regexp, with string) (string, bool) {
	m := re.FindStringSubmatchIndex(text)
	if m == nil {
		return text, false
	}
	n := len(m)/2 - 1
	out := re.ExpandString(nil, "${1}"+with, text, m)
	return text[:m[0]] + string(out) + text[m[2*n]:], true
}

// capitalised begins a sentence.
func capitalised(text string) string { return firstRune(text, unicode.ToUpper) }

// uncapitalised goes on with one.
func uncapitalised(text string) string { return firstRune(text, unicode.ToLower) }

func firstRune(text string, change func(rune) rune) string {
	r, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return text
	}
	return string(change(r)) + text[size:]
}

// stems are the words of a French text that say something.
func stems(text string) map[string]bool {
	out := map[string]bool{}
	for _, t := range analysis.Tokens(text, retrieval.French) {
		if !analysis.IsStop(analysis.Fold(t.Text), retrieval.French) {
			out[analysis.Stem(t.Text, retrieval.French)] = true
		}
	}
	return out
}

// shared is the share of a's stems that b has.
func shared(a, b map[string]bool) float64 {
	n := 0
	for stem := range a {
		if b[stem] {
			n++
		}
	}
	return float64(n) / float64(max(len(a), 1))
}

// holds tells that a text has a word, whatever its case and accents.
func holds(text, word string) bool {
	return strings.Contains(analysis.Fold(text), analysis.Fold(word))
}
