package local

import (
	"fmt"
	"slices"
	"strings"

	"passerelle/retrieval/expansion"
	"passerelle/retrieval/fusion"
	"passerelle/retrieval/gazetteer"
	"passerelle/retrieval/lexicon"
)

// Part is something of the search that Options.Without switches off, to measure what it is worth; "" is nothing.
type Part string

// Parts that are not one weight of the ranking or one source of the lexicon; Parts lists all.
const (
	meaningPart   Part = "meaning" // all cosines
	wordsPart     Part = "words"   // BM25 and coverage at all sizes
	lexiconPart   Part = "lexicon" // counterparts in other languages and synonyms
	synonymsPart  Part = "synonyms"
	soundsPart    Part = "names by sound"
	placesPart    Part = "places"
	spellingsPart Part = "spellings without accents"
)

const lexiconPrefix = "lexicon: "

// Parts lists what can be switched off: groups of signals, each signal by its name in fusion.Weights, the lexicon and each
// of its sources, and the other ways in which a question's words are expanded.
func Parts() []Part {
	parts := []Part{meaningPart}
	for _, name := range fusion.Names() {
		if name == "WordsSentence" {
			parts = append(parts, wordsPart)
		}
		parts = append(parts, Part(name))
	}
	parts = append(parts, lexiconPart)
	for _, source := range lexicon.Sources() {
		parts = append(parts, lexiconPrefix+Part(source))
	}
	return append(parts, synonymsPart, soundsPart, placesPart, spellingsPart)
}

func (p Part) check() error {
	if p != "" && !slices.Contains(Parts(), p) {
		return fmt.Errorf("the search has no part %q, only %q", p, Parts())
	}
	return nil
}

// weights are those that are left without the part.
func (p Part) weights(w fusion.Weights) fusion.Weights {
	values := w.Vector()
	for i, name := range fusion.Names() {
		isWords := strings.HasPrefix(name, "Words") || strings.HasPrefix(name, "Cover")
		if p == Part(name) || p == meaningPart && strings.HasPrefix(name, "Cos") || p == wordsPart && isWords {
			values[i] = 0
		}
	}
	return fusion.WeightsOf(values)
}

func (p Part) lexicon() (*lexicon.Lexicon, error) {
	sources := lexicon.Sources()
	if name, ok := strings.CutPrefix(string(p), lexiconPrefix); ok {
		sources = slices.DeleteFunc(sources, func(s lexicon.Source) bool { return string(s) == name })
	}
	if p == lexiconPart {
		sources = nil
	}
	return lexicon.LoadOnly(sources...)
}

func (p Part) expander(vocab expansion.Vocabulary, places *gazetteer.Gazetteer, lex *lexicon.Lexicon) *expansion.Expander {
	var found expansion.Places = places
	var known expansion.Lexicon = lex
	switch p {
	case synonymsPart:
		known = withoutSynonyms{lex}
	case placesPart:
		found = withoutPlaces{places}
	case soundsPart:
		vocab.Names = nil
	case spellingsPart:
		vocab.Spellings = nil
	}
	return expansion.New(vocab, found, known)
}

type withoutSynonyms struct{ *lexicon.Lexicon }

func (withoutSynonyms) Synonyms(string, string) []lexicon.Translation { return nil }

type withoutPlaces struct{ *gazetteer.Gazetteer }

func (withoutPlaces) Find(string, string) []gazetteer.Mention { return nil }
