package cite

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

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
	fraction       bool  // a part of a whole, in words: 0.5 is 50 % too
	roman, ordinal bool  // a Roman numeral; a place in an order, written in digits
	code           bool  // the 2 of CO2 and of m2: neither proves nor needs proof
	vague          bool  // a plural such as "dozens", which says no number of them
	counts         bool  // it counts what follows it: no year does
	yearOnly       bool  // of a title or a document's date: counts nothing
	limit          limit // what stands before it
	weak           bool  // serves as evidence, and need not be proven: a word such as "one" or "third"
	dated          int   // a day beside its month: that month; 0 otherwise
	bare           bool  // may be a day though its month stands elsewhere: "en mai : le 28"
}

// missingFrom lists the facts that none of the texts says, or that they say less often, as they are written.
func (c factSet) missingFrom(texts []factSet) []string {
	var missing []string
	often := c.often()
	for _, f := range c.facts {
		if f.weak {
			continue
		}
		if !slices.ContainsFunc(texts, func(t factSet) bool { return t.say(f) }) {
			missing = append(missing, bounded(f.text))
		} else if need := often[f.values[0]]; need > 1 && !f.roman {
			often[f.values[0]] = 0 // is looked at once
			if need > timesIn(texts, f) {
				missing = append(missing, bounded(f.text)+" so often")
			}
		}
	}
	return missing
}

// minTwice is from where on a number that a text needs twice must stand twice: smaller ones are said in ways that differ.
const minTwice = 10

// often counts how often a text needs its numbers, dates and Roman numerals left out.
func (c factSet) often() map[float64]int {
	out := map[float64]int{}
	for _, f := range c.facts {
		if !f.weak && !f.roman && f.dated == 0 && !f.month && !f.isYear() && len(f.values) > 0 && f.values[0] >= minTwice {
			out[f.values[0]]++
		}
	}
	return out
}

func timesIn(texts []factSet, f fact) int {
	n := 0
	for _, t := range texts {
		for _, e := range t.facts {
			if e.proves(f) {
				n++
			}
		}
	}
	return max(n, 1) // it was proven at least once
}

// isYear tells a year, which one date may give to a text that says it twice.
func (e fact) isYear() bool {
	return len(e.values) == 1 && e.values[0] >= firstYear && e.values[0] <= lastYear && !e.counts
}

// list gives the facts that need proof, as they are written.
func (c factSet) list() string {
	var out []string
	for _, f := range c.facts {
		if !f.weak {
			out = append(out, bounded(f.text))
		}
	}
	return strings.Join(out, ", ")
}

func (c factSet) say(f fact) bool {
	return slices.ContainsFunc(c.facts, func(e fact) bool {
		if f.dated != e.dated && (e.dated != 0 || !e.bare || !c.names(f.dated)) {
			return false
		}
		return e.proves(f)
	})
}

// onlyYears marks the years of a title or date, so that they prove no count.
func (c factSet) onlyYears() factSet {
	for i, f := range c.facts {
		c.facts[i].yearOnly = !f.month && len(f.values) == 1 && f.values[0] >= firstYear && f.values[0] <= lastYear
	}
	return c
}

// Years that titles and dates may have.
const (
	firstYear = 1500
	lastYear  = 2100
)

// names tells that a month stands in the text.
func (c factSet) names(month int) bool {
	return slices.ContainsFunc(c.facts, func(e fact) bool { return e.month && e.values[0] == float64(month) })
}

// proves compares two facts whatever dates they are part of.
func (e fact) proves(f fact) bool {
	const wholeInPercent = 100
	ownUnit, otherUnit := 1.0, 1.0
	switch {
	case e.code || e.month != f.month || e.roman && !f.roman && !f.ordinal,
		e.vague && !f.vague && !f.weak, e.yearOnly && f.counts, e.limit != 0 && e.limit == -f.limit:
		return false
	case e.percent && f.fraction:
		otherUnit = wholeInPercent
	case e.fraction && f.percent:
		ownUnit = wholeInPercent
	case f.percent && !e.percent:
		return false
	}
	for _, a := range times(e.values, []float64{ownUnit}) {
		for _, b := range times(f.values, []float64{otherUnit}) {
			if math.Abs(a-b) <= 1e-9*math.Max(math.Abs(a), math.Abs(b)) {
				return true
			}
		}
	}
	return false
}

// readFacts reads a text in French, Russian or English; which of them it is need not be known.
func readFacts(text string) factSet {
	text = plainDigits(text)
	digits := digitFacts(text)
	facts := append(slices.Clone(digits), monthFacts(text)...)
	for _, f := range wordFacts(text) {
		// The "millions" of "20 millions" is no number of its own.
		if !slices.ContainsFunc(digits, func(d fact) bool { return d.Start < f.End && f.Start < d.End }) {
			facts = append(facts, f)
		}
	}
	slices.SortStableFunc(facts, func(a, b fact) int { return a.Start - b.Start })
	for i := range facts {
		facts[i].limit = limitBefore(text, facts[i].Start)
		facts[i].counts = counting(text, facts[i])
	}
	facts = shareUnits(text, facts)
	bindDays(text, facts)
	return factSet{facts}
}

// digitFacts reads the numbers written in digits.
func digitFacts(text string) []fact {
	runs := digitRuns(text)
	if len(runs) == 0 {
		return nil
	}
	out := numericDateFacts(text, runs)
	if strings.ContainsRune(text, fractionSlash) {
		for _, m := range characterFraction.FindAllStringSubmatchIndex(text, -1) {
			out = append(out, fractionFact(text, m))
		}
	}
	for _, run := range runs {
		if overlapsAny(out, run) {
			continue
		}
		f := fact{Span: run, text: text[run.Start:run.End]}
		f.values = readings(f.text)
		f.code = codeBefore.MatchString(lately(text, run.Start)) || unitBefore.MatchString(lately(text, run.Start)) && powerAlone.MatchString(text[run.Start:])
		f.weak = f.code
		f.ordinal = ordinalAfter.MatchString(text[run.End:])
		f.applyUnit(text)
		f.text = text[f.Start:f.End]
		out = append(out, f)
	}
	return out
}

var (
	characterFraction = regexp.MustCompile(`(?:(\d{1,6}) ?)?\b(\d)⁄(\d{1,2})`)
	// codeBefore is what stands before the number of "CO2", "G20": a few capitals and nothing before them.
	codeBefore = regexp.MustCompile(`(?:^|[^\p{L}\p{N}])\p{Lu}{1,3}$`)
	unitBefore = regexp.MustCompile(`(?:^|[^\p{L}])(?:[kcdmh]?m|к?м|см)$`)
	powerAlone = regexp.MustCompile(`^[23](?:[^\p{N}\p{L}]|$)`)
	// ordinalAfter follows the digits of an ordinal, and those of a century, which is one in all three languages.
	ordinalAfter = regexp.MustCompile(`^(?:(?:e|er|[èe]?re|i?[èe]me|st|nd|rd|th|-(?:й|я|е|го|му|м|ой|ый|ая|х))(?:[^\p{L}]|$)|[\s\p{Zs}]*(?:si[èe]cle|centur|век))`)
)

// fractionFact reads "2 1⁄2": m are the places of the whole, the numerator and the denominator.
func fractionFact(text string, m []int) fact {
	group := func(i int) float64 {
		if m[2*i] < 0 {
			return 0
		}
		v, _ := strconv.ParseFloat(text[m[2*i]:m[2*i+1]], 64) // a few digits always parse
		return v
	}
	span := retrieval.Span{Start: m[0], End: m[1]}
	f := fact{Span: span, text: text[m[0]:m[1]], values: []float64{group(1) + group(2)/max(1, group(3))}, fraction: group(1) == 0}
	f.applyUnit(text)
	return f
}

var (
	percentAfter = regexp.MustCompile(`(?i)^[\s\p{Zs}]*(?:%|pour[\s\p{Zs}]cent\b|per ?cent\b|процент)`)
	decadeAfter  = regexp.MustCompile(`^(?:['’]?s(?:[^\p{L}]|$)|-(?:е|х|ые|ых|ми|м)(?:[^\p{L}]|$))`)
	decadeBefore = regexp.MustCompile(`(?i)années[\s\p{Zs}]$`)
	scaleAfter   = regexp.MustCompile(`^[\s\p{Zs}]*(?:(?:de[\s\p{Zs}])?([\p{L}]+))`)
	moneyAfter   = regexp.MustCompile(`^[\s\p{Zs}]*(?:\p{Sc}|(?:d['’]|de[\s\p{Zs}])?(?i:euros?\b|dollars?\b|roubles?\b|rubles?\b|eur\b|usd\b|rub\b|евро|доллар|руб))`)
	moneyBefore  = regexp.MustCompile(`\p{Sc}[\s\p{Zs}]*$`)
	scales       = []struct {
		word   *regexp.Regexp
		factor []float64 // several where languages, or units, share the word
	}{
		{regexp.MustCompile(`^(?i:mille|milliers?|thousands?|тыс|тысяч(?:[аиуе]|ей|ью|ам|ами|ах)?|kEUR|kUSD)$`), []float64{1e3}},
		{regexp.MustCompile(`^(?i:millions?|mio|mln|млн|миллион(?:[аыуе]|ов|ом|ам|ами|ах)?|MEUR|MUSD)$`), []float64{1e6}},
		{regexp.MustCompile(`^(?i:milliards?|mds?|mrds?|bn|млрд|миллиард(?:[аыуе]|ов|ом|ам|ами|ах)?)$`), []float64{1e9}},
		{regexp.MustCompile(`^(?i:billions?)$`), []float64{1e9, 1e12}},
		{regexp.MustCompile(`^(?i:trillions?|трлн|триллион(?:[аыуе]|ов|ом|ам|ами|ах)?)$`), []float64{1e12, 1e18}},
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
		if len(factor) > 1 && factor[0] == 1 && (moneyAfter.MatchString(text[e.End+m[1]:]) || moneyBefore.MatchString(lately(text, e.Start))) {
			factor = factor[1:] // neither metres nor kelvins cost anything
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
