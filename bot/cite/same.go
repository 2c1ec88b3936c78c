package cite

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"passerelle/retrieval/analysis"
)

//go:embed names/same.tsv
var sameFile string

// sameNames is names/same.tsv; never changed.
var sameNames = mustReadSame(sameFile)

// sameTable finds the names that are translated, not spelt.
type sameTable map[string][]sameName // by their first word, as a stem and folded

// sameName is one name: a line of the table and the words it takes, each as a stem and folded.
type sameName struct {
	line  int
	words [][2]string
	// initials tells a name that is written in capitals throughout: "or" is not OR.
	initials bool
}

// mustReadSame panics on a broken table: it is a part of the program, read once when the program begins.
func mustReadSame(file string) sameTable {
	t := sameTable{}
	for i, line := range strings.Split(file, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		columns := strings.Split(line, "\t")
		if len(columns) != 3 {
			panic(fmt.Sprintf("names/same.tsv:%d: want three columns: %q", i+1, line))
		}
		for k, language := range []string{"fr", "ru", "en"} {
			for _, name := range strings.Split(columns[k], ", ") {
				t.add(i+1, name, language)
			}
		}
	}
	return t
}

func (t sameTable) add(line int, name, language string) {
	s := sameName{line: line, initials: isAcronym(name)}
	for _, token := range analysis.Tokens(name, language) {
		if folded := analysis.Fold(token.Text); len(s.words) == 0 || !analysis.IsStop(folded, language) {
			s.words = append(s.words, [2]string{analysis.Stem(token.Text, language), folded})
		}
	}
	if len(s.words) == 0 {
		return
	}
	for _, first := range slices.Compact([]string{s.words[0][0], s.words[0][1]}) {
		t[first] = append(t[first], s)
	}
}

// find gives, for each token, the lines of the table that it is part of a name of.
func (t sameTable) find(tokens []analysis.Token, language string) [][]int {
	out := make([][]int, len(tokens))
	for i, token := range tokens {
		folded := analysis.Fold(token.Text)
		if !token.Capital && analysis.IsStop(folded, language) {
			continue // est is the verb sooner than the east
		}
		stem := analysis.Stem(token.Text, language)
		names := t[stem]
		if folded != stem {
			names = append(slices.Clone(names), t[folded]...)
		}
		for _, name := range names {
			if name.initials && strings.ContainsFunc(token.Text, unicode.IsLower) {
				continue
			}
			for _, k := range name.match(tokens, i, language) {
				if !slices.Contains(out[k], name.line) {
					out[k] = append(out[k], name.line)
				}
			}
		}
	}
	return out
}

// match gives the tokens of a name whose first word is the i-th; function words between are passed over.
func (s *sameName) match(tokens []analysis.Token, i int, language string) []int {
	at := []int{i}
	for k, j := 1, i+1; k < len(s.words); j++ {
		if j >= len(tokens) {
			return nil
		}
		folded := analysis.Fold(tokens[j].Text)
		switch {
		case folded == s.words[k][1] || analysis.Stem(tokens[j].Text, language) == s.words[k][0]:
			at = append(at, j)
			k++
		case !analysis.IsStop(folded, language):
			return nil
		}
	}
	return at
}
