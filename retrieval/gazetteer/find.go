package gazetteer

import (
	"strings"
	"unicode/utf8"
)

// Mention is a place named in a text.
type Mention struct {
	Start, End int // bytes of the text
	Place      *Place
	Exact      bool // a name of the place, inflected or not; false for an adjective or its inhabitants
}

// Find returns the places that a text names, in order, without overlaps, the longest name at each point. Names need a
// capital unless the text is typed without any (but for its first letter), as people chat; adjectives need none. A word
// that is more often something else (nice, tours, Vladimir before a surname) is taken for a place only where its capital
// tells. Names of all three languages are looked for in any text, whatever its language.
func (g *Gazetteer) Find(text, _ string) []Mention {
	words := splitWords(nil, text)
	chat := typedWithoutCapitals(words)
	var mentions []Mention
	for i := 0; i < len(words); {
		m := g.trie.longest(words[i:])
		if m.place == 0 || !g.accepts(text, words, i, m, chat) {
			i++
			continue
		}
		mentions = append(mentions, Mention{
			Start: words[i].start, End: words[i+m.words-1].end, Place: &g.places[m.place-1], Exact: !m.adjective,
		})
		i += m.words
	}
	return mentions
}

// typedWithoutCapitals tells a text whose only capital is its first letter, if any.
func typedWithoutCapitals(words []word) bool {
	for i, w := range words {
		if w.capital && i > 0 {
			return false
		}
	}
	return true
}

// minChatName is how many letters a name has that is recognised without a capital.
const minChatName = 3

// accepts tells whether a match is meant as a place.
func (g *Gazetteer) accepts(text string, words []word, i int, m match, chat bool) bool {
	w, place := words[i], &g.places[m.place-1]
	if m.words > 1 {
		return w.capital || chat || m.adjective || words[i+m.words-1].capital
	}
	kind := g.ambiguity(w)
	if m.adjective {
		return kind != commonWord
	}
	if !w.capital {
		return chat && kind != commonWord && utf8.RuneCountInString(w.folded) >= minChatName && !obscure(place, w.folded)
	}
	if w.acronym && obscure(place, w.folded) {
		return false
	}
	beforeCapital := i+1 < len(words) && words[i+1].capital && words[i+1].joined
	if kind == commonWord && (w.first && len(words) > 1 || beforeCapital) || kind == firstName && beforeCapital {
		return false
	}
	if kind != surname && (place.Country != "RU" || !likeSurname(w.folded)) {
		return true
	}
	if afterFirstName(text, words, i) {
		return false
	}
	return place.Population >= minTownOverSurname || len(words) <= 3 || chat || i > 0 && placePreposition(words[i-1].folded)
}

// minTownOverSurname is how many people live in a town whose name rather means the town than a person of that name.
const minTownOverSurname = 100_000

// placePreposition tells a word that a town follows rather than a person.
func placePreposition(folded string) bool {
	switch folded {
	case "a", "vers", "in", "near", "ville", "town", "city", "в", "во", "из", "под", "город", "города", "городе", "г":
		return true
	}
	return false
}

// obscure tells a small town without a French name, which a word in small letters hardly means.
func obscure(p *Place, folded string) bool {
	const people, letters = 20_000, 6
	return p.Country == "RU" && p.Kind == City && p.Population < people && utf8.RuneCountInString(folded) < letters
}

// ambiguity tells what else a word may be; Russian ones are listed by their stems too.
func (g *Gazetteer) ambiguity(w word) ambiguity {
	if kind, ok := g.ambiguous[w.folded]; ok || !w.cyrillic {
		return kind
	}
	if kind, ok := g.ambiguous[w.folded+"*"]; ok {
		return kind
	}
	for _, endings := range [...][]string{nounEndings[:], adjectiveEndings[:]} {
		for s := range cut(w.folded, endings) {
			if kind, ok := g.ambiguous[s+"*"]; ok {
				return kind
			}
		}
	}
	return ""
}

// likeSurname tells a name that could be a Russian surname.
func likeSurname(folded string) bool {
	for _, ending := range [...]string{"ov", "ev", "in", "ine", "ski", "sky", "ova", "eva", "ina", "ов", "ев", "ин", "ский", "ова", "ева", "ина"} {
		if strings.HasSuffix(folded, ending) {
			return true
		}
	}
	return false
}

// afterFirstName tells a word after a first name or an initial: Alexandre Pouchkine, М. Горький.
func afterFirstName(text string, words []word, i int) bool {
	if i == 0 || !words[i-1].capital {
		return false
	}
	before := words[i-1]
	between := text[before.end:words[i].start]
	letters := utf8.RuneCountInString(before.folded)
	return between == " " && letters > 2 || strings.TrimSpace(between) == "." && letters <= 2
}
