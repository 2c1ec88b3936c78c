package cite

import (
	"fmt"
	"slices"
	"strings"

	"passerelle/retrieval/alignment"
	"passerelle/retrieval/analysis"
	"passerelle/retrieval/gazetteer"
	"passerelle/retrieval/lexicon"
)

// Substance tells whether quotes speak of what a claim says: whether each of its words that says something has a
// counterpart among theirs, in whichever of the three languages, and whether those that have none stand together, as the
// words of an invented detail do. Numbers and names are left to their own checks. substance.tsv holds its weights, and
// substance_fit_test.go makes them. It is safe for concurrent use.
type Substance struct {
	aligner *alignment.Aligner
	lexicon *lexicon.Lexicon
	places  *gazetteer.Gazetteer
	terms   sameTable // names/terms.tsv
	model   substanceModel
}

// NewSubstance makes a Substance. It fails only when the table inside the binary is broken.
func NewSubstance(aligner *alignment.Aligner, lex *lexicon.Lexicon, places *gazetteer.Gazetteer) (*Substance, error) {
	model, err := readSubstance(substanceFile)
	if err != nil {
		return nil, fmt.Errorf("substance.tsv: %w", err)
	}
	return &Substance{aligner, lex, places, mustReadSame("names/terms.tsv"), model}, nil
}

// check says which words of a claim were looked for in its quotes, and why these do not speak of it.
func (s *Substance) check(claim *reading, facts factSet, quotes []Quote, sentences []quoted) (looked, why string) {
	texts := make([]Written, len(quotes))
	for i, q := range quotes {
		texts[i] = Written{q.Text(), sentences[i].language}
	}
	m, err := s.match(Written{claim.text, claim.language}, facts, texts)
	switch {
	case err != nil:
		return "", "it cannot be compared with its quotes: " + err.Error()
	case len(m.words) == 0:
		return "", ""
	}
	looked = bounded(m.list())
	if m.literal {
		return looked, ""
	}
	if fault := s.model.subject.fault(m); fault != "" {
		return looked, "the quotes speak of another thing: they have nothing for " + fault
	}
	if fault := s.model.detail.fault(m); fault != "" {
		return looked, "the quotes have nothing for " + fault
	}
	return looked, ""
}

// match is a claim beside its quotes.
type match struct {
	language string // of the claim
	words    []wordMatch
	literal  bool // each word stands in the quotes as it is: nothing else was looked at
}

// wordMatch is a word of the claim that needs a counterpart.
type wordMatch struct {
	alignment.Word
	link       alignment.Link
	around     [4]float64 // the cosines of the words one and two before it and behind it, whatever these say; past an end its own
	distance   int        // from it to the word nearest to its counterpart, in words
	stem       bool       // its stem stands in the quotes
	translated float64    // the highest weight of a translation that stands there, 0 for none
	synonym    float64    // the same of a synonym
	term       bool       // it is part of a term of names/terms.tsv that the quotes have in any language
}

func (m match) list() string {
	texts := make([]string, len(m.words))
	for i, w := range m.words {
		texts[i] = w.Text
	}
	return strings.Join(texts, ", ")
}

// match compares a claim with its quotes. Where all its words stand in them, nothing is encoded.
func (s *Substance) match(claim Written, facts factSet, quotes []Written) (match, error) {
	m := match{language: claim.Language}
	words := s.aligner.Words(claim.Text, m.language)
	needed := s.needed(claim, facts, words)
	stems := map[string]map[string]bool{} // by language
	there := map[int]bool{}               // lines of terms
	for _, quote := range quotes {
		language := quote.Language
		if stems[language] == nil {
			stems[language] = map[string]bool{}
		}
		others := s.aligner.Words(quote.Text, language)
		for _, w := range others {
			stems[language][w.Stem] = true
		}
		for _, lines := range s.terms.find(analysedWords(others, language)) {
			for _, line := range lines {
				there[line] = true
			}
		}
	}
	m.literal = true
	for i, w := range words {
		if !needed[i] {
			continue
		}
		stem := stems[m.language][w.Stem]
		m.literal = m.literal && stem
		m.words = append(m.words, wordMatch{Word: w, stem: stem})
	}
	if m.literal {
		return m, nil
	}
	said := s.terms.find(analysedWords(words, m.language))
	links, err := s.links(claim, quotes)
	if err != nil {
		return match{}, err
	}
	next := 0
	for i := range words {
		if !needed[i] {
			continue
		}
		w := &m.words[next]
		next++
		w.link = links[i]
		w.distance = w.link.Nearest - i
		for k, d := range []int{-1, 1, -2, 2} {
			w.around[k] = w.link.Cosine
			if i+d >= 0 && i+d < len(links) {
				w.around[k] = links[i+d].Cosine
			}
		}
		w.translated, w.synonym = s.counterparts(w.Text, m.language, stems)
		w.term = slices.ContainsFunc(said[i], func(line int) bool { return there[line] })
	}
	return m, nil
}

func (s *Substance) links(claim Written, quotes []Written) ([]alignment.Link, error) {
	text, err := s.aligner.Text(claim.Text, claim.Language)
	if err != nil {
		return nil, err
	}
	others := make([]*alignment.Text, len(quotes))
	for i, quote := range quotes {
		if others[i], err = s.aligner.Text(quote.Text, quote.Language); err != nil {
			return nil, err
		}
	}
	return alignment.Align(text, others...).Links, nil
}

// counterparts looks for what the lexicon has for a word among the stems of the quotes.
func (s *Substance) counterparts(word, from string, stems map[string]map[string]bool) (translated, synonym float64) {
	for to, there := range stems {
		found := s.lexicon.Synonyms
		if to != from {
			found = func(word, from string) []lexicon.Translation { return s.lexicon.Translate(word, from, to) }
		}
		for _, t := range found(word, from) {
			if !there[t.Term] {
				continue
			}
			if to == from {
				synonym = max(synonym, t.Weight)
			} else {
				translated = max(translated, t.Weight)
			}
		}
	}
	return translated, synonym
}

// needed tells which words of a claim need a counterpart: those that say something, numbers, months and names left out.
func (s *Substance) needed(claim Written, facts factSet, words []alignment.Word) []bool {
	tokens := tokensOf(words)
	mentions := s.places.Find(claim.Text, claim.Language)
	out := make([]bool, len(words))
	for i, w := range words {
		mention := mentionOf(mentions, w.Token)
		number := slices.ContainsFunc(facts.facts, func(f fact) bool { return f.Start < w.End && w.Start < f.End })
		out[i] = w.Content && !number && mention == nil && !isName(tokens, i, mention)
	}
	return out
}

func tokensOf(words []alignment.Word) []analysis.Token {
	out := make([]analysis.Token, len(words))
	for i, w := range words {
		out[i] = w.Token
	}
	return out
}

func analysedWords(words []alignment.Word, language string) *analysed {
	a := &analysed{language: language, tokens: tokensOf(words), stems: make([]string, len(words)), folded: make([]string, len(words))}
	for i, w := range words {
		a.stems[i], a.folded[i] = w.Stem, analysis.Fold(w.Text)
	}
	return a
}
