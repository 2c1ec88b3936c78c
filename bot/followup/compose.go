package followup

import (
	"slices"
	"strings"
	"unicode/utf8"

	"passerelle/retrieval/gazetteer"
)

// Bounds on what is carried from one question into the next, so that a long conversation does not pile up.
const (
	maxCarriedNames = 6
	maxCarriedWords = 24
)

// composer writes the question that a message has in mind.
type composer struct {
	places      *gazetteer.Gazetteer
	now, before *message
	held        bool // the documents spoken of hold all names of the message
}

// text is the question. "Et à Perm ?" takes the question before with Perm in its place; anything else is asked as it
// stands, with what the question before was about behind it.
func (c composer) text() string {
	if c.now.content == 0 && !c.now.asks() && c.now.language == c.before.language {
		if text, ok := c.replace(); ok {
			return text
		}
	}
	body := strings.TrimSpace(c.now.text[c.now.words[c.now.opens()].start:])
	context := c.context()
	if len(context) == 0 {
		return body
	}
	end := strings.TrimRight(body, " \u00a0\u202f?!.…")
	return end + " (" + strings.Join(context, ", ") + ")" + body[len(end):]
}

// context is what the question before was about: its names, or all that it says where it has at most one, for a name
// finds the documents and more words only draw the answer back to what was asked before. A message with something new
// needs those words: nothing else says what is asked.
func (c composer) context() []string {
	var names []string
	for _, n := range c.before.names {
		if t := c.before.spoken(n.from, n.end); !c.displaced(n) && !strings.Contains(c.now.text, t) && len(names) < maxCarriedNames {
			names = append(names, t)
		}
	}
	if c.held && len(names) > 1 || c.now.language != c.before.language {
		return names
	}
	return c.stretches()
}

// displaced tells that something new has taken the place of a name.
func (c composer) displaced(n name) bool {
	return !c.held && slices.ContainsFunc(c.now.names, func(o name) bool { return o.kind == n.kind })
}

// stretches are the question before without the words that ask and without displaced names, cut where one of these stood.
func (c composer) stretches() (out []string) {
	m := c.before
	gone, said := make([]bool, len(m.words)), make([]bool, len(m.words))
	for i, w := range m.words {
		gone[i], said[i] = m.rules.at(interrogate, m.folded[:i+1], i) > 0, m.says(w)
	}
	for _, n := range m.names {
		for i := n.from; i < n.end; i++ {
			gone[i], said[i] = c.displaced(n), true
		}
	}
	left := maxCarriedWords
	for from := 0; from < len(m.words) && left > 0; from++ {
		if gone[from] || !said[from] {
			continue
		}
		end := from + 1
		for i := end; i < len(m.words) && !gone[i] && i-from < left; i++ {
			if said[i] {
				end = i + 1
			}
		}
		out = append(out, m.spoken(from, end))
		left -= end - from
		from = end - 1
	}
	return out
}

// replace puts the message's names each in the place of one of its kind in the question before.
func (c composer) replace() (string, bool) {
	type exchange struct {
		start, end int // bytes of the question before
		text       string
	}
	var all []exchange
	taken := map[int]bool{}
	for _, n := range c.now.names {
		at := c.place(n, taken)
		if at < 0 {
			return "", false
		}
		taken[at] = true
		o := c.before.names[at]
		from, leads := c.now.lead(n)
		x := exchange{text: c.now.spoken(from, n.end)}
		x.start, x.end = c.before.stretch(o.from, o.end)
		switch old, led := c.before.lead(o); {
		case n.adjective:
			x.text = c.places.Name(n.place, c.now.language)
		case leads && led:
			x.start = c.before.words[old].start
		case leads:
			x.text = c.now.spoken(n.from, n.end)
		}
		all = append(all, x)
	}
	slices.SortFunc(all, func(a, b exchange) int { return b.start - a.start })
	text := c.before.text
	for _, x := range all {
		text = text[:x.start] + x.text + text[x.end:]
	}
	return text, len(all) > 0
}

// place finds the name of the question before that a name stands in for: of its kind, of places the likest, the last of
// those that are as good; where there is none of its kind, any but a year. -1 for none.
func (c composer) place(n name, taken map[int]bool) int {
	at, best := -1, 0
	for i, o := range c.before.names {
		fit := 0
		switch {
		case taken[i]:
		case o.kind == n.kind && n.kind == placeName:
			fit = 2 + alike(n.place, o.place)
		case o.kind == n.kind:
			fit = 2
		case o.kind != yearName && n.kind != yearName:
			fit = 1
		}
		if fit > 0 && fit >= best {
			at, best = i, fit
		}
	}
	return at
}

// alike tells how like two places are: of one country and kind, of one country, of neither.
func alike(a, b *gazetteer.Place) int {
	switch {
	case a.Country == b.Country && a.Kind == b.Kind:
		return 2
	case a.Country == b.Country:
		return 1
	}
	return 0
}

// lead is where the preposition of a name stands, or else its article; leads tells the former.
func (m *message) lead(n name) (from int, leads bool) {
	i := n.from
	before := func(k kind) bool {
		return i > m.opens() && m.joined(i) && m.rules.at(k, m.folded[:i], i-1) > 0
	}
	for before(particle) {
		i--
	}
	if before(preposition) {
		return i - 1, true
	}
	return i, false
}

const openingMarks, closingMarks = "«“„\"", "»”“\""

// spoken is the text of some words.
func (m *message) spoken(from, end int) string {
	start, stop := m.stretch(from, end)
	return m.text[start:stop]
}

// stretch is where some words stand, with the quotation marks around or within them.
func (m *message) stretch(from, end int) (start, stop int) {
	start, stop = m.words[from].start, m.words[end-1].end
	before := strings.TrimRight(m.text[:start], " \u00a0\u202f")
	if r, size := utf8.DecodeLastRuneInString(before); size > 0 && strings.ContainsRune(openingMarks, r) {
		start = len(before) - size
	}
	if strings.ContainsAny(m.text[start:stop], openingMarks) {
		rest := strings.TrimLeft(m.text[stop:], " \u00a0\u202f")
		if r, size := utf8.DecodeRuneInString(rest); size > 0 && strings.ContainsRune(closingMarks, r) {
			stop = len(m.text) - len(rest) + size
		}
	}
	return start, stop
}
