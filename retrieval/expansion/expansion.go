// Package expansion turns a question into words with all the terms that documents may have in their place: its own stems,
// other spellings of names in two scripts, places as concepts, counterparts in the documents' languages.
package expansion

import (
	"slices"
	"unicode/utf8"

	"passerelle/retrieval/analysis"
	"passerelle/retrieval/gazetteer"
	"passerelle/retrieval/lexicon"
)

// Vocabulary is what an expander must know of the documents.
type Vocabulary struct {
	Names     []Name                 // capitalised words
	Spellings map[string][]string    // a word typed without accents → the terms it may be
	Languages []string               // those that the documents are written in
	Has       func(term string) bool // tells a term that stands in the documents
}

// Name is a capitalised word of the documents.
type Name struct {
	Text     string // lower case, with accents
	Language string
}

// Places finds the places that a question names: a gazetteer.Gazetteer.
type Places interface {
	Find(text, language string) []gazetteer.Mention
	Name(p *gazetteer.Place, language string) string
}

// Lexicon knows what may stand for a word: a lexicon.Lexicon.
type Lexicon interface {
	Translate(word, from, to string) []lexicon.Translation
	Synonyms(word, language string) []lexicon.Translation
}

// Expander expands questions. It is safe for concurrent use.
type Expander struct {
	places     Places
	lexicon    Lexicon
	vocab      Vocabulary
	names      []nameEntry
	bySkeleton map[string][]int32 // skeletons of the names' keys → indexes into names
}

type nameEntry struct {
	term string
	keys []string
}

// Weights of what may stand for a word. A word's own terms weigh 1, names that sound like it by their likeness,
// counterparts in another language by the lexicon's weight.
const (
	weightConcept    = 1.0
	weightPlaceName  = .9 // a word of a place's name that is one word
	weightPlacePart  = .5 // a word of a place's name that is several
	sureLikeness     = .9 // names less alike count only where nothing else is known of the word
	leastLikeness    = .4
	weightSameScript = .8 // on likeness, where question and documents are in one language and spelling is no puzzle
	weightInflected  = .7 // on the likeness of a name that only sounds so when inflected, where another sounds so as it is
	weightSynonym    = .7 // on a synonym's weight
	minNameLetters   = 4  // of a word typed in small letters that may be a name
)

// New makes an expander for documents with this vocabulary.
func New(vocab Vocabulary, places Places, lex Lexicon) *Expander {
	e := &Expander{places: places, lexicon: lex, vocab: vocab, bySkeleton: map[string][]int32{}}
	for _, n := range vocab.Names {
		entry := nameEntry{term: analysis.Stem(n.Text, n.Language)}
		for _, k := range analysis.NameForms(n.Text, n.Language) {
			entry.keys = append(entry.keys, k)
			s := analysis.Skeleton(k)
			if list := e.bySkeleton[s]; len(list) == 0 || list[len(list)-1] != int32(len(e.names)) {
				e.bySkeleton[s] = append(list, int32(len(e.names)))
			}
		}
		e.names = append(e.names, entry)
	}
	return e
}

// Words reads a question. Stop words are left out; a place of several words is one word.
func (e *Expander) Words(question, language string) []analysis.Word {
	tokens := analysis.Tokens(question, language)
	small := typedSmall(tokens)
	mentions := e.places.Find(question, language)
	var words []analysis.Word
	for i := 0; i < len(tokens); i++ {
		t := tokens[i]
		for len(mentions) > 0 && mentions[0].End <= t.Start {
			mentions = mentions[1:]
		}
		if len(mentions) > 0 && mentions[0].Start <= t.Start && t.Start < mentions[0].End {
			m := mentions[0]
			last := i
			for last+1 < len(tokens) && tokens[last+1].Start < m.End {
				last++
			}
			w := analysis.Word{Text: question[m.Start:m.End], Name: true}
			w.AddFrom(analysis.FromPlace, ConceptTerm(m.Place.ID), weightConcept)
			if last == i {
				e.addOwn(&w, t, language)
				e.addCounterparts(&w, t.Text, language)
			}
			e.addPlaceNames(&w, m.Place)
			if !m.Exact || !e.named(m.Place) { // Ivanovskaïa is a town too, not only of Ivanovo
				e.addSounds(&w, tokens[i:last+1], language)
			}
			words = append(words, w)
			i = last
			continue
		}
		named := t.Capital && !t.First
		if !named && analysis.IsStop(analysis.Fold(t.Text), language) || len(t.Text) < 2 && !t.Number {
			continue
		}
		words = append(words, e.word(t, language, small))
	}
	return unique(words)
}

// typedSmall tells a question without a capital after its first word: any of its words may be a name.
func typedSmall(tokens []analysis.Token) bool {
	for i, t := range tokens {
		if i > 0 && t.Capital {
			return false
		}
	}
	return true
}

func (e *Expander) word(t analysis.Token, language string, small bool) analysis.Word {
	w := analysis.Word{Text: t.Text, Name: t.Number && len(t.Text) == 4 || t.Capital && !t.First}
	e.addOwn(&w, t, language)
	if t.Number {
		return w
	}
	e.addCounterparts(&w, t.Text, language)
	if !t.Capital && !(small && utf8.RuneCountInString(t.Text) >= minNameLetters) {
		return w
	}
	known := e.known(w)
	best := e.addNames(&w, t.Text, language, known)
	if !known && best >= sureLikeness {
		w.Name = true
	}
	return w
}

// addOwn adds the word's own terms, with and without accents.
func (e *Expander) addOwn(w *analysis.Word, t analysis.Token, language string) {
	if t.Number {
		w.AddFrom(analysis.FromWord, t.Text, 1)
		return
	}
	w.AddFrom(analysis.FromWord, analysis.Stem(t.Text, language), 1)
	for _, term := range e.vocab.Spellings[analysis.Fold(t.Text)] {
		w.AddFrom(analysis.FromSpelling, term, 1)
	}
}

// addCounterparts adds what the word may be in the documents' other languages.
func (e *Expander) addCounterparts(w *analysis.Word, text, language string) {
	for _, to := range e.vocab.Languages {
		if to == language {
			for _, t := range e.lexicon.Synonyms(text, language) {
				w.AddFrom(analysis.FromSynonym, t.Term, weightSynonym*t.Weight)
			}
			continue
		}
		for _, t := range e.lexicon.Translate(text, language, to) {
			w.AddFrom(analysis.FromTranslation, t.Term, t.Weight)
		}
	}
}

func (e *Expander) addPlaceNames(w *analysis.Word, p *gazetteer.Place) {
	for _, language := range e.vocab.Languages {
		parts := analysis.Tokens(e.places.Name(p, language), language)
		weight := weightPlaceName
		if len(parts) > 1 {
			weight = weightPlacePart
		}
		for _, part := range parts {
			if !analysis.IsStop(analysis.Fold(part.Text), language) && utf8.RuneCountInString(part.Text) > 2 {
				w.AddFrom(analysis.FromPlaceName, analysis.Stem(part.Text, language), weight)
			}
		}
	}
}

// named tells a place whose name in each of the documents' languages is known.
func (e *Expander) named(p *gazetteer.Place) bool {
	return !slices.ContainsFunc(e.vocab.Languages, func(language string) bool { return len(p.Names(language)) == 0 })
}

// addSounds adds the documents' names that sound like the words of a place's name: of a small town often only one spelling
// is known, and its name in the documents is another.
func (e *Expander) addSounds(w *analysis.Word, tokens []analysis.Token, language string) {
	known := e.known(*w)
	for _, t := range tokens {
		if !analysis.IsStop(analysis.Fold(t.Text), language) {
			e.addNames(w, t.Text, language, known)
		}
	}
}

// known tells that the documents have the word itself, or a sure counterpart.
func (e *Expander) known(w analysis.Word) bool {
	for _, a := range w.Alternatives {
		if a.Weight >= sureLikeness && e.vocab.Has(a.Term) {
			return true
		}
	}
	return false
}

// addNames adds the documents' names that sound like the word, and returns how like the nearest is.
func (e *Expander) addNames(w *analysis.Word, text, language string, known bool) float64 {
	forms := analysis.NameForms(text, language)
	share := 1.0
	if len(e.vocab.Languages) == 1 && e.vocab.Languages[0] == language {
		share = weightSameScript
	}
	least := leastLikeness
	if known {
		least = sureLikeness
	}
	var found []likeName
	for _, f := range forms {
		for _, i := range e.bySkeleton[analysis.Skeleton(f)] {
			found = appendLike(found, e.names[i], forms, least)
		}
	}
	if !known && !slices.ContainsFunc(found, func(n likeName) bool { return n.like >= sureLikeness }) {
		for _, n := range e.names {
			found = appendLike(found, n, forms, least)
		}
	}
	same := slices.ContainsFunc(found, func(n likeName) bool { return n.same })
	best := 0.0
	for _, n := range found {
		best = max(best, n.like)
		weight := n.like * share
		if same && !n.same {
			weight *= weightInflected
		}
		w.AddFrom(analysis.FromSound, n.term, weight)
	}
	return best
}

// likeName is a name of the documents that sounds like a word.
type likeName struct {
	term string
	like float64
	same bool // sounds as the word does, neither of them inflected
}

func appendLike(found []likeName, n nameEntry, forms []string, least float64) []likeName {
	like := 0.0
	for _, f := range forms {
		for _, k := range n.keys {
			like = max(like, analysis.NameSimilarity(f, k))
		}
	}
	if like < least || like == 0 {
		return found
	}
	return append(found, likeName{n.term, like, forms[0] == n.keys[0]})
}

// unique leaves out words whose terms another has: "Lyon et Lyon" asks for Lyon once.
func unique(words []analysis.Word) []analysis.Word {
	var out []analysis.Word
	for _, w := range words {
		same := func(o analysis.Word) bool { return slices.Equal(o.Alternatives, w.Alternatives) }
		if !slices.ContainsFunc(out, same) {
			out = append(out, w)
		}
	}
	return out
}

// ConceptTerm is the term of a place in an index; no word of a text is equal to it.
func ConceptTerm(placeID string) string { return "@" + placeID }
