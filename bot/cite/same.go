package cite

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"passerelle/retrieval/analysis"
)

//go:embed names/*.tsv
var sameFiles embed.FS

// sameNames are names/same.tsv and names/places.tsv; terms is names/terms.tsv. Never changed.
var (
	sameNames = mustReadSame("names/same.tsv", "names/places.tsv")
	terms     = mustReadSame("names/terms.tsv")
)

// sameTable finds the names that are translated, not spelt.
type sameTable map[string][]sameName // by their first word, as a stem and folded

// sameName is one name: a line of the table and the words it takes, each as a stem and folded.
type sameName struct {
	line     int // counted through all files of the table
	language string
	words    [][2]string
	// initials tells a name that is written in capitals throughout: "or" is not OR.
	initials bool
}

// mustReadSame panics on a broken table: it is a part of the program, read once when the program begins.
func mustReadSame(names ...string) sameTable {
	t := sameTable{}
	line := 0
	for _, name := range names {
		file, err := sameFiles.ReadFile(name)
		if err != nil {
			panic(err)
		}
		for i, text := range strings.Split(string(file), "\n") {
			line++
			if text == "" || text[0] == '#' {
				continue
			}
			columns := strings.Split(text, "\t")
			if len(columns) != 3 {
				panic(fmt.Sprintf("%s:%d: want three columns: %q", name, i+1, text))
			}
			for k, language := range []string{"fr", "ru", "en"} {
				for _, name := range strings.Split(columns[k], ", ") {
					t.add(line, name, language)
				}
			}
		}
	}
	return t
}

func (t sameTable) add(line int, name, language string) {
	s := sameName{line: line, language: language, initials: isAcronym(name)}
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
			if name.language != language && !token.Capital {
				continue // the court of a French text is no cour
			}
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
