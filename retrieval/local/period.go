package local

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"passerelle/retrieval"
	"passerelle/retrieval/analysis"
)

//go:embed period.tsv
var periodData string

// Bounds of what is taken for a year, and of how much is read in one question.
const (
	minYear    = 1800
	maxYear    = 2099
	maxPeriods = 8
)

// PeriodReader reads what times a question speaks of: "en 2018", "после 2022 года", "in the nineties". Times that take
// today's date to understand ("last year") are not read. It is safe for concurrent use.
type PeriodReader struct {
	words map[string]map[string]int // class → word, or beginning of a word and *, → value
	times []periodPattern
	says  []periodPattern
}

// periodPattern is one row of the data.
type periodPattern struct {
	relation string // "" for a time
	elements []periodElement
	value    string // of a time that is words alone: a decade's first year, or c and a century
}

// periodElement is one place of a pattern: words of which one must stand, or a class.
type periodElement struct {
	words    []string
	class    string
	optional bool
}

// NewPeriodReader reads the embedded patterns. It fails only if the program was built with broken ones.
func NewPeriodReader() (*PeriodReader, error) {
	r := &PeriodReader{words: map[string]map[string]int{}}
	n := 0
	for line := range strings.Lines(periodData) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := r.add(strings.Split(line, "\t")); err != nil {
			return nil, fmt.Errorf("period.tsv, line %d: %w", n, err)
		}
	}
	return r, nil
}

func (r *PeriodReader) add(row []string) error {
	if row[0] == "word" {
		if len(row) != 4 {
			return fmt.Errorf("%d columns, not 4", len(row))
		}
		value, err := strconv.Atoi(row[2])
		if err != nil {
			return err
		}
		class := "{" + row[1] + "}"
		if r.words[class] == nil {
			r.words[class] = map[string]int{}
		}
		for w := range strings.FieldsSeq(row[3]) {
			r.words[class][analysis.Fold(w)] = value
		}
		return nil
	}
	if len(row) != 2 {
		return fmt.Errorf("%d columns, not 2", len(row))
	}
	var p periodPattern
	for field := range strings.FieldsSeq(row[1]) {
		if value, ok := strings.CutPrefix(field, "="); ok {
			p.value = value
			continue
		}
		if field == "?" {
			p.elements[len(p.elements)-1].optional = true
			continue
		}
		e := periodElement{}
		field, e.optional = strings.CutSuffix(field, "?")
		if strings.HasPrefix(field, "{") {
			e.class = field
		} else {
			for w := range strings.SplitSeq(field, "|") {
				e.words = append(e.words, analysis.Fold(w))
			}
		}
		p.elements = append(p.elements, e)
	}
	if row[0] == "time" {
		r.times = append(r.times, p)
		return nil
	}
	p.relation = row[0]
	r.says = append(r.says, p)
	return nil
}

// Read returns the periods that a text in any of the three languages speaks of, in their order, without overlaps.
func (r *PeriodReader) Read(text string) []retrieval.Period {
	m := periodMatcher{reader: r, tokens: periodTokens(text), times: map[int][]timeMatch{}}
	var out []retrieval.Period
	for i := 0; i < len(m.tokens) && len(out) < maxPeriods; {
		period, end := m.best(i)
		if end == i {
			i++
			continue
		}
		period.Text = text[m.tokens[i].start:m.tokens[end-1].end]
		out = append(out, period)
		i = end
	}
	return out
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

// timeOf makes a time of the values of a pattern.
func timeOf(words string, v map[string]int) (from, to time.Time, ok bool) {
	if century, ok := strings.CutPrefix(words, "c"); ok {
		n, err := strconv.Atoi(century)
		v = map[string]int{"{C}": n}
		if err != nil {
			return from, to, false
		}
	} else if n, err := strconv.Atoi(words); words != "" && err == nil {
		v = map[string]int{"{W}": n}
	}
	date := func(year, month, day int) time.Time {
		return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	}
	year, hasYear := v["{Y}"]
	month := max(v["{M}"], v["{K}"])
	switch {
	case hasYear && v["{D}"] > 0:
		from = date(year, month, v["{D}"])
		return from, from.AddDate(0, 0, 1), from.Day() == v["{D}"] // 31 April is no day
	case hasYear && month > 0:
		from = date(year, month, 1)
		return from, from.AddDate(0, 1, 0), true
	case hasYear && v["{S}"] > 0:
		from = date(year, v["{S}"], 1)
		if v["{S}"] == 12 { // the winter of a year is its beginning and its end
			return date(year, 1, 1), date(year+1, 3, 1), true
		}
		return from, from.AddDate(0, 3, 0), true
	case hasYear:
		return date(year, 1, 1), date(year+1, 1, 1), true
	}
	if decade := max(v["{Z}"], v["{T}"], v["{W}"], v["{A}"]); decade > 0 {
		return date(decade, 1, 1), date(decade+10, 1, 1), true
	}
	if century := max(v["{N}"], v["{C}"]); century > 0 {
		return date(century*100-99, 1, 1), date(century*100+1, 1, 1), true
	}
	return from, to, false
}

// relate says what period a relation to a time, or to two, is.
func relate(relation string, c captured) (retrieval.Period, bool) {
	var first, last timeMatch
	switch {
	case len(c.periods) > 0:
		first, last = c.periods[0], c.periods[len(c.periods)-1]
	case c.values["{Y}"] > 0:
		var ok bool
		if last.from, last.to, ok = timeOf("", map[string]int{"{Y}": c.values["{Y}"]}); !ok {
			return retrieval.Period{}, false
		}
		first = last
		if year, twice := c.values["first {Y}"]; twice {
			first.from, first.to, _ = timeOf("", map[string]int{"{Y}": year})
		}
	default:
		return retrieval.Period{}, false
	}
	switch relation {
	case "in":
		return retrieval.Period{From: first.from, To: first.to}, true
	case "after":
		return retrieval.Period{From: first.to}, true
	case "since":
		return retrieval.Period{From: first.from}, true
	case "before":
		return retrieval.Period{To: first.from}, true
	case "until":
		return retrieval.Period{To: first.to}, true
	}
	return between(first, last, c.values)
}

// between spans two times. Where the first is a day or a month alone, the last says of what month or year.
func between(first, last timeMatch, v map[string]int) (retrieval.Period, bool) {
	from := first.from
	switch end := last.from; {
	case v["{D}"] > 0:
		from = time.Date(end.Year(), end.Month(), v["{D}"], 0, 0, 0, 0, time.UTC)
		if last.to.Sub(last.from) > 24*time.Hour {
			return retrieval.Period{}, false
		}
	case v["{M}"] > 0:
		from = time.Date(end.Year(), time.Month(v["{M}"]), 1, 0, 0, 0, 0, time.UTC)
	}
	return retrieval.Period{From: from, To: last.to}, from.Before(last.to)
}
