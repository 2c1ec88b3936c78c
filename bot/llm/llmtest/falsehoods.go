package llmtest

import (
	"regexp"
	"strings"
)

// Falsehoods lists lies told over true quotes: each claim is a sentence of a passage but for the one thing that makes it
// false, and its quote is that sentence. They are written for passages in French.
func Falsehoods() []Lie {
	var out []Lie
	for _, f := range []struct{ name, find, put string }{
		{"number", `\b\d{2,3} (hectares|entreprises|élèves)`, "930 $1"},
		{"number in words", `\b(?:deux|trois|dix) (classes|jours|ministres)`, "sept $1"},
		{"month", `\b(?:janvier|mars|novembre) (20\d\d)`, "juillet $1"},
		{"year", `(janvier|mars|novembre) 20\d\d`, "$1 2009"},
		{"name", `gouverneur \p{Lu}\p{L}+ \p{Lu}\p{L}+`, "gouverneur Anatole Bressac"},
		{"place", `à (?:Lyon|Kalouga)`, "à Marseille"},
		{"negation", `n’a pas (\p{Ll}+)`, "a $1"},
		{"plan", `prévoit d’ouvrir`, "a ouvert"},
		{"speaker", `^Selon la direction, l`, "L"},
		{"invented detail", `\.$`, " et a signé avec la mairie un contrat de livraison de gaz."},
		{"role swap", `^La ville de (\p{Lu}\p{L}+) a invité celle de (\p{Lu}\p{L}+)`, "La ville de $2 a invité celle de $1"},
	} {
		pattern := regexp.MustCompile(f.find)
		out = append(out, Lie{f.name, func(passages []Passage) []Claim {
			for _, p := range passages {
				for sentence := range strings.SplitAfterSeq(p.Text, ". ") {
					sentence = strings.TrimSpace(sentence)
					if pattern.MatchString(sentence) {
						return []Claim{{Text: pattern.ReplaceAllString(sentence, f.put), Evidence: []Evidence{{ID: p.ID, Quote: sentence}}}}
					}
				}
			}
			return nil
		}})
	}
	return append(out, Lie{"another thing", func(passages []Passage) []Claim {
		if len(passages) < 2 {
			return nil
		}
		return []Claim{{Text: firstSentence(passages[1].Text), Evidence: []Evidence{{ID: passages[0].ID, Quote: firstSentence(passages[0].Text)}}}}
	}})
}
