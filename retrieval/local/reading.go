package local

import (
	"slices"
	"strings"
	"unicode/utf8"

	"passerelle/retrieval/analysis"
	"passerelle/retrieval/fusion"
)

// known are the people and places that the documents' metadata name, by folded word.
type known struct{ people, places map[string]bool }

func newKnown(c *corpus) known {
	k := known{people: map[string]bool{}, places: map[string]bool{}}
	for _, d := range c.documents {
		for _, p := range d.People {
			addNameWords(k.people, p, 3)
		}
		for _, p := range d.Places {
			addNameWords(k.places, p, 4)
		}
	}
	for _, common := range []string{"saint", "sainte"} {
		delete(k.places, common)
	}
	return k
}

func addNameWords(set map[string]bool, name string, least int) {
	for _, t := range analysis.Tokens(name, "fr") {
		if t.Capital && utf8.RuneCountInString(t.Text) >= least {
			set[analysis.Fold(t.Text)] = true
		}
	}
}

// reader tells whether sentences hold what one question asks for, and does not hold itself.
type reader struct {
	known known
	types *fusion.Types
	asked fusion.AnswerType
	own   map[string]bool // what the question names already: terms and folded words
	last  map[string]bool // the last name of the question, which is the surname of a person asked about: sure terms alone
}

func (k known) reader(f *found, types *fusion.Types) reader {
	r := reader{known: k, types: types, asked: f.asked, own: map[string]bool{}}
	for _, w := range f.words {
		r.own[strings.ToLower(w.Text)] = true
		r.own[analysis.Fold(w.Text)] = true
		for _, a := range w.Alternatives {
			if a.Weight >= .5 {
				r.own[a.Term] = true
			}
		}
	}
	for i := len(f.words) - 1; i >= 0 && r.last == nil; i-- {
		if w := f.words[i]; w.Name {
			r.last = map[string]bool{analysis.Fold(w.Text): true}
			for _, a := range w.Alternatives {
				r.last[a.Term] = r.last[a.Term] || a.Weight >= sureName
			}
		}
	}
	return r
}

// holds is 1 for a sentence with a person, date, number or place that the question does not name, .4 for one with what
// looks like a person's full name.
func (r reader) holds(sentence string) float32 {
	switch r.asked {
	case fusion.ADate:
		return r.any(r.types.Dates(sentence))
	case fusion.ANumber:
		return r.any(r.types.Numbers(sentence))
	case fusion.APerson:
		if r.names(sentence, r.known.people) {
			return 1
		}
		if r.types.HasFullName(sentence) {
			return .4
		}
	case fusion.AnOffice:
		return r.office(sentence)
	case fusion.ALeader:
		return r.leader(sentence)
	case fusion.APlace:
		if r.names(sentence, r.known.places) {
			return 1
		}
	}
	return 0
}

func (r reader) any(values []string) float32 {
	if slices.ContainsFunc(values, func(v string) bool { return !r.own[v] }) {
		return 1
	}
	return 0
}

// leader is 4 for a sentence with a person whom the question does not name and with what says that one leads, 1 for
// such a person alone, and less where the sentence receives guests.
func (r reader) leader(sentence string) float32 {
	if !r.names(sentence, r.known.people) {
		return 0
	}
	leads, receives := r.types.Leads(sentence)
	switch {
	case receives:
		return -.5
	case leads:
		return 4
	}
	return 1
}

// sureName is the weight from which an alternative is the same name.
const sureName = .76

// Where an office is told of a name: in apposition after it ("X, gouverneur de …"), or so many words before it ("le
// gouverneur de la région d’Irkoutsk, X").
const (
	officeWordsBefore = 6
	officeWordsAfter  = 4
)

// officeTold is worth more than a type that is found somewhere in a sentence: it is told of the very name.
const officeTold = 3

// office is officeTold for a sentence that tells the office of somebody whom the question names, .3 for one that names both.
func (r reader) office(sentence string) float32 {
	tokens := analysis.Tokens(sentence, "fr")
	named := false
	for i, t := range tokens {
		if !t.Capital || !r.last[analysis.Fold(t.Text)] && !r.last[analysis.Stem(t.Text, "fr")] {
			continue
		}
		named = true
		begin := tokens[max(0, i-officeWordsBefore)].Start
		if r.types.HasOffice(sentence[begin:t.Start]) {
			return officeTold
		}
		rest := sentence[t.End:]
		if strings.HasPrefix(rest, ",") && i+1 < len(tokens) {
			end := tokens[min(len(tokens)-1, i+officeWordsAfter)].End
			if r.types.HasOffice(sentence[t.End:end]) {
				return officeTold
			}
		}
	}
	if named && r.types.HasOffice(sentence) {
		return .3
	}
	return 0
}

func (r reader) names(sentence string, set map[string]bool) bool {
	for _, t := range analysis.Tokens(sentence, "fr") {
		if folded := analysis.Fold(t.Text); t.Capital && set[folded] && !r.own[folded] && !r.own[analysis.Stem(t.Text, "fr")] {
			return true
		}
	}
	return false
}
