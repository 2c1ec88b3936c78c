package cite

import (
	"slices"
	"strings"

	"passerelle/retrieval"
	"passerelle/retrieval/analysis"
)

// wordSet is a text as far as its likeness to others goes.
type wordSet struct {
	words []foundWord
	terms map[string]bool
	names []string // keys of words with a capital
}

// foundWord is a word, number or place with the terms that it may have in another text, its own first.
type foundWord struct {
	terms        []string
	keys         []string // of a name
	name, number bool
}

// country tells a country or its adjective.
func (w foundWord) country() bool { return strings.HasPrefix(w.terms[0], "@"+countryID) }

// countryID begins the ids of countries in the gazetteer.
const countryID = "iso:"

func (s wordSet) has(w foundWord) bool {
	if slices.ContainsFunc(w.terms, func(term string) bool { return s.terms[term] }) {
		return true
	}
	for _, key := range w.keys {
		if slices.ContainsFunc(s.names, func(k string) bool { return analysis.NameSimilarity(key, k) >= likeEnough }) {
			return true
		}
	}
	return false
}

// likenessReader reads texts by the tables of the names' check; without these, words are alike by their stems alone.
type likenessReader struct{ tables *Names }

// claim reads a text to be looked for: each word with its synonyms, and its counterparts in other languages.
func (r *likenessReader) claim(text string) wordSet {
	language := analysis.DetectLanguage(text)
	return r.read(text, language, func(word string) []string { return r.counterparts(word, language) })
}

// quote reads a text to be looked in.
func (r *likenessReader) quote(text string) wordSet {
	return r.read(text, analysis.DetectLanguage(text), func(string) []string { return nil })
}

func (r *likenessReader) read(text, language string, counterparts func(word string) []string) wordSet {
	out := wordSet{terms: map[string]bool{}}
	places := r.places(text, language, &out)
	for _, t := range analysis.Tokens(text, language) {
		if !t.Number && isStopWord(t.Text) {
			continue
		}
		stem := analysis.Stem(t.Text, language)
		out.terms[stem] = true
		if t.Capital {
			out.names = append(out.names, analysis.NameForms(t.Text, language)...)
		}
		if slices.ContainsFunc(places, func(p retrieval.Span) bool { return p.Start <= t.Start && t.End <= p.End }) {
			continue // counted as the place
		}
		w := foundWord{terms: []string{stem}, number: t.Number, name: t.Capital && !t.First}
		if w.name {
			w.keys = analysis.NameForms(t.Text, language)
		}
		if !t.Number {
			w.terms = append(w.terms, counterparts(t.Text)...)
		}
		out.words = append(out.words, w)
	}
	return out
}

// places adds the places of a text to its words, and returns where they stand.
func (r *likenessReader) places(text, language string, out *wordSet) (spans []retrieval.Span) {
	if r.tables == nil {
		return nil
	}
	for _, m := range r.tables.places.Find(text, language) {
		term := "@" + m.Place.ID
		out.terms[term] = true
		out.words = append(out.words, foundWord{terms: []string{term}, name: true})
		spans = append(spans, retrieval.Span{Start: m.Start, End: m.End})
	}
	return spans
}

func (r *likenessReader) counterparts(word, language string) (terms []string) {
	if r.tables == nil {
		return nil
	}
	for _, to := range []string{retrieval.French, retrieval.Russian, retrieval.English} {
		found := r.tables.lexicon.Synonyms(word, language)
		if to != language {
			found = r.tables.lexicon.Translate(word, language, to)
		}
		for _, c := range found {
			terms = append(terms, c.Term)
		}
	}
	return terms
}
