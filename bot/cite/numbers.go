package cite

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"passerelle/retrieval"
)

// factSet is the numbers and months that one text says. A day and its month must be proven by one and the same text:
// "31 mai" is not proven by a quote with a 31 in it and a title with a May.
type factSet struct{ facts []fact }

// fact is one number or month of a text.
type fact struct {
	retrieval.Span // bytes of the text
	text           string
	values         []float64 // what it may mean: "1,500" is 1500 or 1.5
	month          bool      // values is a month, 1 to 12
	percent        bool
	weak           bool // serves as evidence, and need not be proven: the 2 of CO2, a word
	dated          int  // a day beside its month: that month; 0 otherwise
}

// missingFrom lists the facts that none of the texts says, as they are written.
func (c factSet) missingFrom(texts []factSet) []string {
	var missing []string
	for _, f := range c.facts {
		if f.weak {
			continue
		}
		if !slices.ContainsFunc(texts, func(t factSet) bool { return t.say(f) }) {
			missing = append(missing, bounded(f.text))
		}
	}
	return missing
}

func (c factSet) say(f fact) bool {
	if f.dated != 0 && !c.hold(fact{month: true, values: []float64{float64(f.dated)}}) {
		return false
	}
	return c.hold(f)
}

func (c factSet) hold(f fact) bool {
	return slices.ContainsFunc(c.facts, func(e fact) bool { return e.proves(f) })
}

func (e fact) proves(f fact) bool {
	if e.month != f.month || f.percent && !e.percent {
		return false
	}
	for _, a := range e.values {
		for _, b := range f.values {
			if math.Abs(a-b) <= 1e-9*math.Max(math.Abs(a), math.Abs(b)) {
				return true
			}
		}
	}
	return false
}

// readFacts reads a text in French, Russian or English; which of them it is need not be known.
func readFacts(text string) factSet {
	digits := digitFacts(text)
	facts := append(slices.Clone(digits), monthFacts(text)...)
	for _, f := range wordFacts(text) {
		// The "millions" of "20 millions" is no number of its own.
		if !slices.ContainsFunc(digits, func(d fact) bool { return d.Start < f.End && f.Start < d.End }) {
			facts = append(facts, f)
		}
	}
	slices.SortStableFunc(facts, func(a, b fact) int { return a.Start - b.Start })
	facts = shareUnits(text, facts)
	bindDays(text, facts)
	return factSet{facts}
}

// dateFacts reads the days, months and years of a document's date.
func dateFacts(d retrieval.Date) factSet {
	var out factSet
	for _, day := range strings.Split(d.Text, "/") {
		for i, part := range strings.Split(day, "-") {
			n, err := strconv.Atoi(part)
			if err != nil {
				continue
			}
			out.facts = append(out.facts, fact{text: part, values: []float64{float64(n)}})
			if i == 1 {
				out.facts = append(out.facts, fact{text: part, values: []float64{float64(n)}, month: true})
			}
		}
	}
	return out
}

// digitFacts reads the numbers written in digits.
func digitFacts(text string) []fact {
	var out []fact
	for _, run := range digitRuns(text) {
		written := text[run.Start:run.End]
		if parts := datedParts(written); parts != nil {
			at := run.Start
			for i, part := range parts {
				value, _ := strconv.ParseFloat(part, 64) // one to four digits always parse
				span := retrieval.Span{Start: at, End: at + len(part)}
				month := i == 1 && value <= 12
				out = append(out, fact{Span: span, text: written, values: []float64{value}, weak: month})
				if month {
					out = append(out, fact{Span: span, text: written, values: []float64{value}, month: true})
				}
				at += len(part) + 1
			}
			continue
		}
		f := fact{Span: run, text: written, values: readings(written)}
		before, _ := utf8.DecodeLastRuneInString(text[:run.Start])
		f.weak = run.Start > 0 && unicode.IsLetter(before)
		f.applyUnit(text)
		f.text = text[f.Start:f.End]
		out = append(out, f)
	}
	return out
}

var (
	percentAfter = regexp.MustCompile(`(?i)^[\s\p{Zs}]*(?:%|pour[\s\p{Zs}]cent\b|per ?cent\b|процент)`)
	decadeAfter  = regexp.MustCompile(`^(?:['’]?s(?:[^\p{L}]|$)|-(?:е|х|ые|ых|ми|м)(?:[^\p{L}]|$))`)
	decadeBefore = regexp.MustCompile(`(?i)années[\s\p{Zs}]$`)
	scaleAfter   = regexp.MustCompile(`^[\s\p{Zs}]*(?:(?:de[\s\p{Zs}])?([\p{L}]+))`)
	scales       = []struct {
		word   *regexp.Regexp
		factor []float64 // several where languages, or units, share the word
	}{
		{regexp.MustCompile(`^(?i:mille|milliers?|thousands?|тыс|тысяч\p{L}*)$`), []float64{1e3}},
		{regexp.MustCompile(`^(?i:millions?|mio|mln|млн|миллион\p{L}*)$`), []float64{1e6}},
		{regexp.MustCompile(`^(?i:milliards?|mds?|mrds?|bn|млрд|миллиард\p{L}*)$`), []float64{1e9}},
		{regexp.MustCompile(`^(?i:billions?)$`), []float64{1e9, 1e12}},
		{regexp.MustCompile(`^(?i:trillions?|трлн|триллион\p{L}*)$`), []float64{1e12, 1e18}},
		{regexp.MustCompile(`^[mM]$`), []float64{1, 1e6}},
		{regexp.MustCompile(`^[kKк]$`), []float64{1, 1e3}},
	}
)

// applyUnit takes in what follows a number: per cent, a scale, a plural that makes it a decade.
func (e *fact) applyUnit(text string) {
	for {
		m := scaleAfter.FindStringSubmatchIndex(text[e.End:])
		if m == nil {
			break
		}
		factor := scaleOf(text[e.End+m[2] : e.End+m[3]])
		if factor == nil {
			break
		}
		e.values = times(e.values, factor)
		e.End += m[1]
	}
	rest := text[e.End:]
	if m := percentAfter.FindString(rest); m != "" {
		e.percent = true
		e.End += len(m)
	}
	if decadeAfter.MatchString(rest) || decadeBefore.MatchString(lately(text, e.Start)) {
		for _, v := range e.values {
			if v >= 100 {
				e.values = append(e.values, math.Mod(v, 100))
			}
		}
	}
}

// lately returns the few bytes before position end: what patterns anchored at their end look at.
func lately(text string, end int) string {
	const reach = 24
	return text[max(0, end-reach):end]
}

func scaleOf(word string) []float64 {
	for _, s := range scales {
		if s.word.MatchString(word) {
			return s.factor
		}
	}
	return nil
}

func times(values, factors []float64) []float64 {
	var out []float64
	for _, v := range values {
		for _, f := range factors {
			out = append(out, v*f)
		}
	}
	return out
}

var between = regexp.MustCompile(`^[\s\p{Zs}]*(?:[-–—]|à|a|et|ou|to|and|or|до|и|или|по)[\s\p{Zs}]*$`)

// shareUnits gives the first number of a range the unit of the second: "40 à 50 %", "20 to 30 million".
func shareUnits(text string, facts []fact) []fact {
	for i := 0; i+1 < len(facts); i++ {
		a, b := &facts[i], facts[i+1]
		if a.month || b.month || a.End > b.Start || !between.MatchString(text[a.End:b.Start]) {
			continue
		}
		a.percent = a.percent || b.percent
		words := strings.FieldsFunc(b.text, func(r rune) bool { return !unicode.IsLetter(r) })
		for _, w := range words {
			if factor := scaleOf(w); factor != nil {
				a.values = append(a.values, times(a.values, factor)...)
			}
		}
	}
	return facts
}

// digitRuns finds the numbers written in digits, with the marks inside them: "1 500", "1,500.25", "26.11.2018".
func digitRuns(text string) []retrieval.Span {
	var out []retrieval.Span
	for i := 0; i < len(text); {
		if !isDigit(text, i) {
			i++
			continue
		}
		start := i
		for isDigit(text, i) {
			i++
		}
		for {
			mark, size := utf8.DecodeRuneInString(text[i:])
			digits := 0
			for isDigit(text, i+size+digits) {
				digits++
			}
			grouped := digits == 3 && strings.ContainsRune(" \u00a0\u202f\u2009'’", mark) && groupsSoFar(text[start:i])
			if digits == 0 || !grouped && mark != '.' && mark != ',' {
				break
			}
			i += size + digits
		}
		out = append(out, retrieval.Span{Start: start, End: i})
	}
	return out
}

func isDigit(text string, i int) bool { return i < len(text) && '0' <= text[i] && text[i] <= '9' }

// groupsSoFar tells that digits may be the beginning of a number in groups of three: at most three, then threes.
func groupsSoFar(written string) bool {
	for i, group := range strings.FieldsFunc(written, func(r rune) bool { return !unicode.IsDigit(r) }) {
		if len(group) > 3 || i > 0 && len(group) != 3 {
			return false
		}
	}
	return written[0] != '0' && !strings.ContainsAny(written, ".,")
}

// readings lists what digits with marks may mean: a comma or point is a decimal mark in one language and parts
// thousands in another.
func readings(written string) []float64 {
	digits := strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' || r == '.' || r == ',' {
			return r
		}
		return -1
	}, written)
	var out []float64
	add := func(s string) {
		if v, err := strconv.ParseFloat(s, 64); err == nil && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	last := strings.LastIndexAny(digits, ".,")
	plain := strings.NewReplacer(".", "", ",", "")
	if last < 0 {
		add(digits)
		return out
	}
	// The last mark as a decimal mark, unless the same mark stands twice.
	if strings.Count(digits, digits[last:last+1]) == 1 {
		add(plain.Replace(digits[:last]) + "." + digits[last+1:])
	}
	groups := strings.FieldsFunc(digits, func(r rune) bool { return r == '.' || r == ',' })
	thousands := len(groups[0]) <= 3
	for _, g := range groups[1:] {
		thousands = thousands && len(g) == 3
	}
	if thousands {
		add(plain.Replace(digits))
	}
	if len(out) == 0 { // "1.2.3": no number, but the same figures prove it
		for _, g := range groups {
			add(g)
		}
	}
	return out
}

var dottedDate = regexp.MustCompile(`^(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})$`)

// datedParts takes "26.11.2018" apart; nil for what is no date.
func datedParts(written string) []string {
	if m := dottedDate.FindStringSubmatch(written); m != nil {
		return m[1:]
	}
	return nil
}
