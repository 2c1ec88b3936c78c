package local

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"passerelle/retrieval"
	"passerelle/retrieval/analysis"
	"passerelle/retrieval/bleveindex"
	"passerelle/retrieval/expansion"
	"passerelle/retrieval/gazetteer"
)

// analyser turns a corpus into what the index keeps.
type analyser struct {
	places    *gazetteer.Gazetteer
	languages []string // by document
}

// units lists all sentences, passages and documents with their terms.
func (a *analyser) units(c *corpus) []bleveindex.Unit {
	units := make([]bleveindex.Unit, 0, len(c.sentences)+len(c.passages)+len(c.documents))
	a.languages = make([]string, len(c.documents))
	for d, doc := range c.documents {
		a.languages[d] = analysis.DetectLanguage(titled(doc, doc.Text))
		text := strings.Join([]string{doc.Title, header(doc), strings.Join(doc.Organisations, ", "), doc.Text}, "\n")
		u := bleveindex.Unit{Level: bleveindex.Document, Number: d, Terms: a.terms(text, a.languages[d])}
		u.Names, u.Spellings = vocabulary(text, a.languages[d])
		units = append(units, u)
	}
	for n, p := range c.passages {
		doc := c.documents[p.document]
		text := strings.Join([]string{doc.Title, header(doc), p.Text}, "\n")
		units = append(units, bleveindex.Unit{Level: bleveindex.Passage, Number: n, Terms: a.terms(text, a.languages[p.document])})
	}
	for n, s := range c.sentences {
		units = append(units, bleveindex.Unit{Level: bleveindex.Sentence, Number: n, Terms: a.terms(c.text(s), a.languages[s.document])})
	}
	return units
}

// header is what a document's metadata adds to its words: places, people and the date in figures and words.
func header(d *retrieval.Document) string {
	parts := append(slices.Clone(d.Places), d.People...)
	if !d.Date.IsZero() {
		parts = append(parts, monthsOf(d.Date)...)
	}
	return strings.Join(parts, ", ")
}

// monthsOf names the years of a date and, where it is known to the month, the months.
func monthsOf(d retrieval.Date) []string {
	var out []string
	for t := d.From; t.Before(d.To) && len(out) < 24; t = time.Date(t.Year(), t.Month()+1, 1, 0, 0, 0, 0, time.UTC) {
		if year := t.Format("2006"); !slices.Contains(out, year) {
			out = append(out, year)
		}
		if len(d.Text) > len("2006") {
			out = append(out, frenchMonths[t.Month()-1])
		}
	}
	return out
}

// frenchMonths: the digests are French, and questions in other languages meet French words through the lexicon.
var frenchMonths = [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}

// terms are the stems of a text's words, its numbers and the places it names.
func (a *analyser) terms(text, language string) []string {
	tokens := analysis.Tokens(text, language)
	terms := make([]string, 0, len(tokens))
	for _, t := range tokens {
		switch {
		case t.Number:
			terms = append(terms, t.Text)
		case len(t.Text) < 2, analysis.IsStop(analysis.Fold(t.Text), language) && (!t.Capital || t.First):
		default:
			terms = append(terms, analysis.Stem(t.Text, language))
		}
	}
	for _, m := range a.places.Find(text, language) {
		terms = append(terms, expansion.ConceptTerm(m.Place.ID))
	}
	return terms
}

// vocabulary lists the names of a text, and its words that get another stem when they are typed without accents.
func vocabulary(text, language string) (names []bleveindex.Name, spellings []bleveindex.Spelling) {
	for _, t := range analysis.Tokens(text, language) {
		if t.Number || strings.ContainsAny(t.Text, "|") {
			continue
		}
		word := strings.ToLower(t.Text)
		if t.Capital && !t.First && utf8.RuneCountInString(word) > 2 && !analysis.IsStop(analysis.Fold(word), language) {
			names = append(names, bleveindex.Name{Text: word, Language: language})
		}
		term, typed := analysis.Stem(word, language), analysis.Fold(word)
		if typed != word && analysis.Stem(typed, language) != term {
			spellings = append(spellings, bleveindex.Spelling{Typed: typed, Term: term})
		}
	}
	return names, spellings
}
