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

// sameNames are names/same.tsv and names/places.tsv; never changed.
var sameNames = mustReadSame("names/same.tsv", "names/places.tsv")

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

// analysed is a text cut into tokens, each with its stem and its folded form, which several tables look up.
type analysed struct {
	text, language string
	tokens         []analysis.Token
	stems, folded  []string
}

func analyse(text, language string) *analysed {
	a := &analysed{text: text, language: language, tokens: analysis.Tokens(text, language)}
	a.stems, a.folded = make([]string, len(a.tokens)), make([]string, len(a.tokens))
	for i, t := range a.tokens {
		a.stems[i], a.folded[i] = analysis.Stem(t.Text, language), analysis.Fold(t.Text)
	}
	return a
}

// find gives, for each token, the lines of the table that it is part of a name of.
func (t sameTable) find(a *analysed) [][]int {
	out := make([][]int, len(a.tokens))
	for i, token := range a.tokens {
		folded, stem := a.folded[i], a.stems[i]
		names := t[stem]
		if folded != stem && len(t[folded]) > 0 {
			names = append(slices.Clone(names), t[folded]...)
		}
		if len(names) == 0 || !token.Capital && analysis.IsStop(folded, a.language) {
			continue // est is the verb sooner than the east
		}
		for _, name := range names {
			if name.language != a.language && !token.Capital {
				continue // the court of a French text is no cour
			}
			if name.initials && strings.ContainsFunc(token.Text, unicode.IsLower) {
				continue
			}
			for _, k := range name.match(a, i) {
				if !slices.Contains(out[k], name.line) {
					out[k] = append(out[k], name.line)
				}
			}
		}
	}
	return out
}

// match gives the tokens of a name whose first word is the i-th; function words between are passed over.
func (s *sameName) match(a *analysed, i int) []int {
	at := []int{i}
	for k, j := 1, i+1; k < len(s.words); j++ {
		if j >= len(a.tokens) {
			return nil
		}
		switch {
		case a.folded[j] == s.words[k][1] || a.stems[j] == s.words[k][0]:
			at = append(at, j)
			k++
		case !analysis.IsStop(a.folded[j], a.language):
			return nil
		}
	}
	return at
}
