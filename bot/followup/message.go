package followup

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"passerelle/retrieval/analysis"
	"passerelle/retrieval/gazetteer"
)

// word is one word of a message, cut at everything that is neither letter nor digit.
type word struct {
	start, end int // bytes of the text
	folded     string
	capital    bool
	first      bool // it begins the message or a sentence, so that a capital says nothing
	number     bool
	hyphen     bool // a hyphen joins it to the word before
}

func cutWords(text string) (words []word, folded []string) {
	first := true
	start := -1
	flush := func(end int) {
		if start < 0 {
			return
		}
		part := text[start:end]
		letters := []rune(part)
		w := word{start: start, end: end, folded: analysis.Fold(part), first: first, capital: unicode.IsUpper(letters[0])}
		w.number = strings.IndexFunc(part, func(r rune) bool { return !unicode.IsDigit(r) }) < 0
		w.hyphen = start > 0 && strings.HasSuffix(text[:start], "-")
		words, folded = append(words, w), append(folded, w.folded)
		first, start = false, -1
	}
	for i, r := range text {
		switch {
		case unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.Mn, r):
			if start < 0 {
				start = i
			}
		default:
			flush(i)
			first = first || strings.ContainsRune(".!?…:\n", r)
		}
	}
	flush(len(text))
	return words, folded
}

// nameKind says what a name names. A name takes the place of one of its kind.
type nameKind int

const (
	otherName nameKind = iota // a person, a body, a firm, a product
	placeName
	yearName
)

// name is a name or a year within a message: the words from to up to but without end.
type name struct {
	from, end int
	kind      nameKind
	place     *gazetteer.Place // of a placeName
	adjective bool             // of a placeName: not its name itself
}

// message is a message read: its words, and what of them are names.
type message struct {
	text     string
	language string
	rules    rules
	words    []word
	folded   []string
	names    []name
	// weak are the names of the two countries, which every question here may hold and none is about.
	weak []name
	// content counts the words that say something and are no name.
	content int
}

func (r *Rewriter) read(text, language string) *message {
	m := &message{text: text, language: language, rules: r.rules[language]}
	m.words, m.folded = cutWords(text)
	named := make([]bool, len(m.words))
	m.readPlaces(r.parts.Places, named)
	m.readNames(named)
	slices.SortFunc(m.names, func(a, b name) int { return a.from - b.from })
	for i, w := range m.words {
		if !named[i] && m.says(w) || slices.ContainsFunc(m.weak, func(n name) bool { return n.from == i }) {
			m.content++
		}
	}
	return m
}

// readPlaces finds the places, and marks their words in named.
func (m *message) readPlaces(places *gazetteer.Gazetteer, named []bool) {
	for _, found := range places.Find(m.text, m.language) {
		n := name{from: -1, kind: placeName, place: found.Place, adjective: !found.Exact}
		for i, w := range m.words {
			if w.start >= found.Start && w.end <= found.End {
				if n.from < 0 {
					n.from = i
				}
				n.end, named[i] = i+1, true
			}
		}
		switch {
		case n.from < 0:
		case found.Place.Kind == gazetteer.Country && (found.Place.Country == "FR" || found.Place.Country == "RU"):
			m.weak = append(m.weak, n)
		default:
			m.names = append(m.names, n)
		}
	}
}

// readNames finds years and, by their capitals, the names of anything but places, and marks their words in named.
func (m *message) readNames(named []bool) {
	// "ET À MARSEILLE ?": capitals say nothing where there is nothing else.
	shouted := !strings.ContainsFunc(m.text, unicode.IsLower)
	for i, w := range m.words {
		switch {
		case named[i]:
		case w.number && isYear(w.folded):
			m.names, named[i] = append(m.names, name{from: i, end: i + 1, kind: yearName}), true
		case !shouted && m.isName(i):
			end := i + 1
			for end < len(m.words) && !named[end] && m.isName(end) && m.joined(end) {
				end++
			}
			m.names = append(m.names, name{from: i, end: end})
			for k := i; k < end; k++ {
				named[k] = true
			}
		}
	}
}

// isName tells a word that its capital makes a name. Behind an opening quotation mark or an article a capital counts as
// anywhere.
func (m *message) isName(i int) bool {
	w := m.words[i]
	if !w.capital || m.rules.at(calendar, []string{w.folded}, 0) > 0 {
		return false
	}
	quoted := w.start > 0 && strings.ContainsAny(lastRune(m.text[:w.start]), "«“\"„")
	return !w.first || quoted || strings.ToUpper(m.text[w.start:w.end]) == m.text[w.start:w.end] && w.end-w.start > 2
}

func lastRune(s string) string {
	s = strings.TrimRight(s, " \u00a0\u202f")
	r := []rune(s)
	if len(r) == 0 {
		return ""
	}
	return string(r[len(r)-1])
}

// joined tells that nothing but blanks, hyphens or an apostrophe stands between a word and the one before.
func (m *message) joined(i int) bool {
	return strings.Trim(m.text[m.words[i-1].end:m.words[i].start], " -'’\u00a0\u202f") == ""
}

// says tells a word that says something: no stop word, none that asks.
func (m *message) says(w word) bool {
	return utf8.RuneCountInString(w.folded) > 1 && !analysis.IsStop(w.folded, m.language) && m.rules.at(interrogate, []string{w.folded}, 0) == 0
}

// isYear tells the years that documents may speak of.
func isYear(s string) bool {
	return len(s) == 4 && (s[0] == '1' && s[1] >= '0' || s[0] == '2' && s[1] == '0')
}
