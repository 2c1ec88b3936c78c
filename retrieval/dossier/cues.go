package dossier

import (
	_ "embed"
	"slices"
	"strings"
	"unicode"

	"passerelle/retrieval/analysis"
)

//go:embed data/cues.txt
var cuesFile string

// cues are the words of the data file that tell what a sentence is about, by class. A phrase is held as it is compared:
// folded, between blanks, without the last blank where any ending will do.
type cues map[string][]string

func readCues() cues {
	c := make(cues)
	class := ""
	for line := range strings.Lines(cuesFile) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			class, _, _ = strings.Cut(line[1:], "]")
		default:
			stem, open := strings.CutSuffix(line, "*")
			phrase := normal(stem)
			if open {
				phrase = strings.TrimSuffix(phrase, " ")
			}
			c[class] = append(c[class], phrase)
		}
	}
	return c
}

// in tells whether a normalised text has a phrase of the class.
func (c cues) in(class, normalised string) bool {
	for _, phrase := range c[class] {
		if strings.Contains(normalised, phrase) {
			return true
		}
	}
	return false
}

// without tells whether a normalised text has a phrase of the class that is none of another class.
func (c cues) without(class, other, normalised string) bool {
	return slices.ContainsFunc(c[class], func(phrase string) bool {
		return !slices.Contains(c[other], phrase) && strings.Contains(normalised, phrase)
	})
}

// normal folds a text to words between single blanks, one at each end.
func normal(text string) string {
	var b strings.Builder
	b.Grow(len(text) + 2)
	b.WriteByte(' ')
	blank := true
	for _, r := range analysis.Fold(text) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
			blank = false
		case !blank:
			b.WriteByte(' ')
			blank = true
		}
	}
	if !blank {
		b.WriteByte(' ')
	}
	return b.String()
}
