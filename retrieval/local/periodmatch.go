package local

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"passerelle/retrieval"
	"passerelle/retrieval/analysis"
)

// timeMatch is a time read up to a token.
type timeMatch struct {
	end      int
	from, to time.Time
}

// periodMatcher matches patterns against the tokens of one text.
type periodMatcher struct {
	reader *PeriodReader
	tokens []periodToken
	times  map[int][]timeMatch // read so far, by first token
}

// captured is what the classes of a pattern stood for, in order.
type captured struct {
	values  map[string]int
	periods []timeMatch
}

// best is the longest match that begins at a token; end is i for none.
func (m *periodMatcher) best(i int) (best retrieval.Period, end int) {
	end = i
	for _, p := range m.reader.says {
		m.match(p.elements, i, captured{}, func(at int, c captured) {
			if at <= end {
				return
			}
			if period, ok := relate(p.relation, c); ok {
				best, end = period, at
			}
		})
	}
	return best, end
}

// match calls found for every way in which the elements match from token i.
func (m *periodMatcher) match(elements []periodElement, i int, c captured, found func(end int, c captured)) {
	if len(elements) == 0 {
		found(i, c)
		return
	}
	e, rest := elements[0], elements[1:]
	if e.optional {
		m.match(rest, i, c, found)
	}
	if i >= len(m.tokens) {
		return
	}
	if e.class == "" {
		for _, w := range e.words {
			if m.tokens[i].text == w {
				m.match(rest, i+1, c, found)
				return
			}
		}
		return
	}
	if e.class == "{P}" {
		for _, t := range m.timesAt(i) {
			next := c
			next.periods = append(c.periods[:len(c.periods):len(c.periods)], t)
			m.match(rest, t.end, next, found)
		}
		return
	}
	value, end, ok := m.class(e.class, i)
	if !ok {
		return
	}
	next := captured{values: map[string]int{e.class: value}, periods: c.periods}
	for k, v := range c.values {
		if k != e.class {
			next.values[k] = v
		}
	}
	if first, twice := c.values[e.class]; twice { // {Y} - {Y}: the first is kept beside the second
		next.values["first "+e.class] = first
	}
	m.match(rest, end, next, found)
}

// timesAt lists the times that begin at a token.
func (m *periodMatcher) timesAt(i int) []timeMatch {
	if known, ok := m.times[i]; ok {
		return known
	}
	out := []timeMatch{}
	for _, p := range m.reader.times {
		m.match(p.elements, i, captured{}, func(end int, c captured) {
			if from, to, ok := timeOf(p.value, c.values); ok {
				out = append(out, timeMatch{end, from, to})
			}
		})
	}
	m.times[i] = out
	return out
}

// class reads one value of a class.
func (m *periodMatcher) class(class string, i int) (value, end int, ok bool) {
	t := m.tokens[i]
	digits := t.end - t.start
	switch class {
	case "{Y}":
		return m.year(i)
	case "{D}":
		return t.number, i + 1, t.number >= 1 && t.number <= 31 && digits <= 2
	case "{K}":
		return t.number, i + 1, t.number >= 1 && t.number <= 12 && digits <= 2
	case "{Z}":
		return t.number, i + 1, t.number >= minYear && t.number <= maxYear && t.number%10 == 0 && digits == 4
	case "{T}":
		year := 1900 + t.number
		if t.number < 20 {
			year += 100
		}
		return year, i + 1, t.number >= 0 && t.number%10 == 0 && digits == 2
	case "{N}":
		if t.number >= 0 {
			return t.number, i + 1, t.number > 0 && t.number <= 21
		}
	}
	words := m.reader.words[class]
	if value, ok = words[t.text]; ok {
		return value, i + 1, true
	}
	for n := len(t.text); n > 0 && t.letters; n-- {
		if value, ok = words[t.text[:n]+"*"]; ok {
			return value, i + 1, true
		}
	}
	return 0, i, false
}

// year reads a year with the words that go with one: l'an 2000, the year 2018, 2018 г., 2018-го года.
func (m *periodMatcher) year(i int) (value, end int, ok bool) {
	is := func(i int, words ...string) bool {
		for _, w := range words {
			if i < len(m.tokens) && m.tokens[i].text == w {
				return true
			}
		}
		return false
	}
	if is(i, "an", "annee", "year", "год", "году", "года") {
		i++
	}
	if i >= len(m.tokens) {
		return 0, i, false
	}
	t := m.tokens[i]
	if t.end-t.start != 4 || t.number < minYear || t.number > maxYear {
		return 0, i, false
	}
	end = i + 1
	ending := func(i int) bool { return is(i, "м", "го", "му", analysis.Fold("й"), "ом", "ого") }
	if is(end, "-") && ending(end+1) {
		end += 2
	} else if ending(end) && m.tokens[end].start == t.end {
		end++
	}
	if is(end, "год", "года", "году", "годом", "г") {
		end++
		if is(end, ".") && is(end-1, "г") {
			end++
		}
	}
	return t.number, end, true
}

// periodToken is a run of letters or of figures, or another sign; blanks and apostrophes are none.
type periodToken struct {
	start, end int
	text       string // folded
	number     int    // -1 for none
	letters    bool
}

func periodTokens(text string) []periodToken {
	var out []periodToken
	kind := func(c rune) int {
		switch {
		case unicode.IsLetter(c), unicode.IsMark(c):
			return 1
		case '0' <= c && c <= '9':
			return 2
		}
		return 0
	}
	for i := 0; i < len(text); {
		c, size := utf8.DecodeRuneInString(text[i:])
		end := i + size
		k := kind(c)
		for k != 0 && end < len(text) {
			next, size := utf8.DecodeRuneInString(text[end:])
			if kind(next) != k {
				break
			}
			end += size
		}
		if k != 0 || !unicode.IsSpace(c) && !strings.ContainsRune("'’ʼ‘", c) {
			t := periodToken{start: i, end: end, text: analysis.Fold(text[i:end]), number: -1, letters: k == 1}
			if n, err := strconv.Atoi(text[i:end]); k == 2 && err == nil {
				t.number = n
			}
			out = append(out, t)
		}
		i = end
	}
	return out
}
