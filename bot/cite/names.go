package cite

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"passerelle/retrieval"
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

	respellings []respelling
}

// NewNames makes a Names.
func NewNames(places *gazetteer.Gazetteer, lex *lexicon.Lexicon) *Names {
	return &Names{places, lex, newRespellings()}
}

// Likeness from which a name is taken for another spelling. On 435 Russian towns, French and Russian spellings are this
// alike in .98, two random towns in .001; a name that the gazetteer knows as another place must be nearly equal.
const (
	likeEnough      = .65
	likeEnoughPlace = .95
)

// missing returns the names of a claim, and those of them that no evidence text has, as written in the claim.
func (n *Names) missing(claim, language string, proof namedTexts) (all, out []string) {
	a := analyse(claim, language)
	tokens := a.tokens
	mentions := n.places.Find(claim, language)
	same := sameNames.find(a)
	proven := make([]bool, len(tokens))
	named := make([]bool, len(tokens))
	for i, t := range tokens {
		m := mentionOf(mentions, t)
		named[i] = isName(tokens, i, m) || n.isUncommon(claim, t, language)
		if named[i] {
			proven[i] = proof.haveSame(same[i]) || n.isProven(t, a.stems[i], language, m, proof)
		}
	}
	for i, t := range tokens {
		if !named[i] {
			continue
		}
		all = append(all, t.Text)
		if proven[i] {
			continue
		}
		// A first name may be left out of a quote that has the surname, and no other first name before it.
		if next := i + 1; next < len(tokens) && proven[next] && named[next] && mentionOf(mentions, t) == nil && adjacent(claim, t, tokens[next]) &&
			proof.haveAlone(analysis.NameForms(tokens[next].Text, language)) {
			continue
		}
		out = append(out, t.Text)
	}
	return all, out
}

// namedText is what a text names, as evidence. It is never changed.
type namedText struct {
	language string
	places   map[string]bool // ids
	keys     []string        // of its words with a capital, as names
	written  []string        // those of them to be compared with a Latin spelling
	stems    map[string]bool // of all its words
	same     map[int]bool    // lines of the table of names that are translated
	alone    []string        // keys of the words with a capital that no other such word stands before
	names    []spelling      // its words with a capital, and those in small letters behind them: Alliance française
}

func (n *Names) read(text, language string) *namedText {
	out := &namedText{language: language, places: map[string]bool{}, stems: map[string]bool{}, same: map[int]bool{}}
	for _, m := range n.places.Find(text, language) {
		out.places[m.Place.ID] = true
	}
	a := analyse(text, language)
	for _, lines := range sameNames.find(a) {
		for _, line := range lines {
			out.same[line] = true
		}
	}
	for i, t := range a.tokens {
		out.stems[a.stems[i]] = true
		if !t.Capital {
			if afterName(text, a.tokens, i) {
				out.names = append(out.names, n.spelling(t.Text, language, likeEnoughPlace))
			}
			continue
		}
		forms := analysis.NameForms(t.Text, language)
		out.names = append(out.names, n.spelling(t.Text, language, likeReading))
		out.keys = append(out.keys, forms...)
		out.written = append(out.written, analysis.WrittenForms(t.Text, language)...)
		if before := i - 1; before < 0 || !a.tokens[before].Capital || a.tokens[before].First && isStopWord(a.tokens[before].Text) || !adjacent(text, a.tokens[before], t) {
			out.alone = append(out.alone, forms...)
		}
	}
	return out
}

// sounds tells that a name is spelt or sounds like one of the text. Two Latin spellings are compared as they are written:
// Gelos is not Gel, though neither might sound its last letters.
func (t *namedText) sounds(name, language string, least float64) bool {
	if anyAlike(analysis.WrittenForms(name, language), t.written, least) {
		return true
	}
	return (t.language == retrieval.Russian || analysis.IsCyrillic(name)) && anyAlike(analysis.NameForms(name, language), t.keys, least)
}

// namedTexts are those that one claim has as evidence.
type namedTexts []*namedText

func (e namedTexts) any(is func(t *namedText) bool) bool { return slices.ContainsFunc(e, is) }

func (e namedTexts) haveSame(lines []int) bool {
	return len(lines) > 0 && e.any(func(t *namedText) bool {
		return slices.ContainsFunc(lines, func(line int) bool { return t.same[line] })
	})
}

// haveAlone tells a surname that stands somewhere without a first name.
func (e namedTexts) haveAlone(forms []string) bool {
	return e.any(func(t *namedText) bool { return anyAlike(forms, t.alone, likeEnough) })
}

func anyAlike(forms, keys []string, least float64) bool {
	return slices.ContainsFunc(forms, func(form string) bool {
		return slices.ContainsFunc(keys, func(k string) bool { return analysis.NameSimilarity(form, k) >= least })
	})
}

func (n *Names) isProven(t analysis.Token, stem, language string, m *gazetteer.Mention, proof namedTexts) bool {
	if proof.any(func(e *namedText) bool { return m != nil && e.places[m.Place.ID] || e.stems[stem] }) {
		return true
	}
	enough := likeEnough
	if m != nil {
		enough = likeEnoughPlace
	}
	if proof.any(func(e *namedText) bool { return e.sounds(t.Text, language, enough) }) {
		return true
	}
	if m != nil && m.Exact {
		return false // a place is proven as that place, not by a word's counterpart
	}
	return proof.any(func(e *namedText) bool {
		return e.language != language && slices.ContainsFunc(n.lexicon.Translate(t.Text, language, e.language), func(c lexicon.Translation) bool {
			return e.stems[c.Term]
		})
	}) || m == nil && n.isTranscribed(t.Text, language, proof)
}

// afterName tells a word in small letters that a name may go on with: at most restReach words behind a capital.
func afterName(text string, tokens []analysis.Token, i int) bool {
	const restReach = 2
	for k := i - 1; k >= 0 && k >= i-restReach && adjacent(text, tokens[k], tokens[k+1]); k-- {
		if tokens[k].Capital {
			return true
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
	if t.Number || !t.Capital || utf8.RuneCountInString(t.Text) < 2 || t.Text == "No" && i+1 < len(tokens) && tokens[i+1].Number {
		return false
	}
	if !t.First {
		return true
	}
	return m != nil || isAcronym(t.Text) || i+1 < len(tokens) && tokens[i+1].Capital && !tokens[i+1].First && !isStopWord(t.Text)
}

// isUncommon tells a word that begins a sentence, or a quotation inside one, and is no word that the lexicon knows: a
// name, sooner than not. Russian words have too many forms for the lexicon to know them all, so that without a quotation
// mark they count only in the form of a name that does something.
func (n *Names) isUncommon(text string, t analysis.Token, language string) bool {
	if !t.First || !t.Capital || t.Number || utf8.RuneCountInString(t.Text) < minUncommonRunes || isStopWord(t.Text) || openers[analysis.Fold(t.Text)] {
		return false
	}
	before := strings.TrimRight(text[:t.Start], "«“„\" \u00a0\u202f")
	quoted := before != strings.TrimRight(text[:t.Start], " \u00a0\u202f") && (before != "" || closesSoon(text[t.End:]))
	if analysis.IsCyrillic(t.Text) && !quoted && !namesSomebody(t.Text) {
		return false
	}
	if _, number := wordValue(foldWord(t.Text)); number {
		return false
	}
	return !n.isCommon(t.Text, language)
}

// namesSomebody tells the nominative of most Russian surnames, first names and companies: Макрон, Левченко, Петрова,
// Вяземский, Сбербанк. Adjectives, adverbs and other cases end otherwise.
func namesSomebody(word string) bool {
	word = strings.ToLower(word)
	if strings.HasSuffix(word, "ский") || strings.HasSuffix(word, "цкий") || strings.HasSuffix(word, "ская") || strings.HasSuffix(word, "цкая") || strings.HasSuffix(word, "ко") {
		return true
	}
	last, _ := utf8.DecodeLastRuneInString(word)
	return strings.ContainsRune("абвгджзклмнпрстфхцчшщ", last)
}

// isCommon tells a word that the lexicon knows as none of the names.
func (n *Names) isCommon(word, language string) bool {
	for _, to := range []string{"fr", "ru", "en"} {
		if to == language {
			continue
		}
		for _, counterpart := range n.lexicon.Translate(word, language, to) {
			if counterpart.Weight >= minCounterpart && !spelt(word, language, counterpart.Term, to) {
				return true
			}
		}
	}
	return false
}

// minCounterpart is the weight from which a counterpart tells that the lexicon knows a word.
const minCounterpart = .5

// spelt tells that a counterpart is the word itself, as names are in every language.
func spelt(word, language, counterpart, to string) bool {
	keys := analysis.NameForms(counterpart, to)
	return slices.ContainsFunc(analysis.NameForms(word, language), func(form string) bool {
		return slices.ContainsFunc(keys, func(k string) bool { return analysis.NameSimilarity(form, k) >= sameSpelling })
	})
}

// sameSpelling is how alike two words of one spelling are; lexicons hold stems.
const sameSpelling = .8

// closesSoon tells that a quotation ends after a few words, as one around a name does.
func closesSoon(rest string) bool {
	const nameBytes = 40
	end := strings.IndexAny(rest, "»“”\"")
	return end >= 0 && end <= nameBytes
}

// openers begin sentences, have no counterparts of their own, and are no stop words of the analysis.
var openers = map[string]bool{
	"chez": true, "lors": true, "lorsque": true, "puisque": true, "quoique": true, "parmi": true, "hormis": true, "durant": true, "voici": true, "voila": true, "concernant": true,
	"whether": true, "upon": true, "amid": true, "unlike": true, "whereas": true, "whose": true, "hence": true, "thus": true, "albeit": true,
}

// minUncommonRunes is the length of a word from which the lexicon may be asked whether it is one.
const minUncommonRunes = 4

func isStopWord(w string) bool {
	folded := analysis.Fold(w)
	return slices.ContainsFunc([]string{"fr", "ru", "en"}, func(language string) bool { return analysis.IsStop(folded, language) })
}

func isAcronym(w string) bool { return !strings.ContainsFunc(w, unicode.IsLower) }

// adjacent tells that only a blank or hyphen stands between two words.
func adjacent(text string, a, b analysis.Token) bool {
	return strings.Trim(text[a.End:b.Start], " -\u00a0\u202f") == ""
}
