package cite

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"passerelle/retrieval/analysis"
	"passerelle/retrieval/gazetteer"
	"passerelle/retrieval/lexicon"
)

// Names tells whether the people, places and bodies that a claim names stand in a text, in whatever of the three
// languages and two scripts either is written: places by the gazetteer, other names by their sound, bodies' names word by
// word through the lexicon. It is safe for concurrent use.
type Names struct {
	places  *gazetteer.Gazetteer
	lexicon *lexicon.Lexicon
}

// NewNames makes a Names.
func NewNames(places *gazetteer.Gazetteer, lex *lexicon.Lexicon) *Names { return &Names{places, lex} }

// Likeness from which a name is taken for another spelling. On 435 Russian towns, French and Russian spellings are this
// alike in .98, two random towns in .001; a name that the gazetteer knows as another place must be nearly equal.
const (
	likeEnough      = .65
	likeEnoughPlace = .95
)

// missing returns the names of a claim, and those of them that no evidence text has, as written in the claim.
func (n *Names) missing(claim string, evidence []string) (all, out []string) {
	language := analysis.DetectLanguage(claim)
	tokens := analysis.Tokens(claim, language)
	mentions := n.places.Find(claim, language)
	proof := n.read(evidence)
	proven := make([]bool, len(tokens))
	for i, t := range tokens {
		proven[i] = n.isProven(t, language, mentionOf(mentions, t), proof)
	}
	for i, t := range tokens {
		if !isName(tokens, i, mentionOf(mentions, t)) {
			continue
		}
		all = append(all, t.Text)
		if proven[i] {
			continue
		}
		// A first name may be left out of a quote that has the surname.
		if i+1 < len(tokens) && proven[i+1] && isName(tokens, i+1, nil) && mentionOf(mentions, t) == nil && adjacent(claim, t, tokens[i+1]) {
			continue
		}
		out = append(out, t.Text)
	}
	return all, out
}

// proofWords is what evidence names.
type proofWords struct {
	places map[string]bool // ids
	keys   []string        // of all its words, as names
	stems  map[string]bool
}

func (n *Names) read(evidence []string) proofWords {
	p := proofWords{places: map[string]bool{}, stems: map[string]bool{}}
	for _, text := range evidence {
		language := analysis.DetectLanguage(text)
		for _, m := range n.places.Find(text, language) {
			p.places[m.Place.ID] = true
		}
		for _, t := range analysis.Tokens(text, language) {
			p.stems[analysis.Stem(t.Text, language)] = true
			if t.Capital {
				p.keys = append(p.keys, analysis.NameForms(t.Text, language)...)
			}
		}
	}
	return p
}

func (n *Names) isProven(t analysis.Token, language string, m *gazetteer.Mention, proof proofWords) bool {
	if m != nil && proof.places[m.Place.ID] {
		return true
	}
	if proof.stems[analysis.Stem(t.Text, language)] {
		return true
	}
	enough := likeEnough
	if m != nil {
		enough = likeEnoughPlace
	}
	for _, form := range analysis.NameForms(t.Text, language) {
		if slices.ContainsFunc(proof.keys, func(k string) bool { return analysis.NameSimilarity(form, k) >= enough }) {
			return true
		}
	}
	if m != nil && m.Exact {
		return false // a place is proven as that place, not by a word's counterpart
	}
	for _, to := range []string{"fr", "ru", "en"} {
		if to == language {
			continue
		}
		for _, counterpart := range n.lexicon.Translate(t.Text, language, to) {
			if proof.stems[counterpart.Term] {
				return true
			}
		}
	}
	return false
}

// mentionOf returns the place that a token is part of; nil where it is none.
func mentionOf(mentions []gazetteer.Mention, t analysis.Token) *gazetteer.Mention {
	for i := range mentions {
		if m := &mentions[i]; m.Start <= t.Start && t.End <= m.End {
			return m
		}
	}
	return nil
}

// isName tells a word with a capital that is not there for the sentence's sake: the first word counts only as a known
// place, in capitals throughout, or before another name.
func isName(tokens []analysis.Token, i int, m *gazetteer.Mention) bool {
	t := tokens[i]
	if t.Number || !t.Capital || utf8.RuneCountInString(t.Text) < 2 {
		return false
	}
	if !t.First {
		return true
	}
	return m != nil || isAcronym(t.Text) || i+1 < len(tokens) && tokens[i+1].Capital && !tokens[i+1].First && !isStopWord(t.Text)
}

func isStopWord(w string) bool {
	folded := analysis.Fold(w)
	return slices.ContainsFunc([]string{"fr", "ru", "en"}, func(language string) bool { return analysis.IsStop(folded, language) })
}

func isAcronym(w string) bool { return !strings.ContainsFunc(w, unicode.IsLower) }

// adjacent tells that only a blank or hyphen stands between two words.
func adjacent(text string, a, b analysis.Token) bool {
	return strings.Trim(text[a.End:b.Start], " -\u00a0\u202f") == ""
}
