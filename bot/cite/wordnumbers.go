package cite

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"passerelle/retrieval"
)

// wordFacts reads numbers written in words, and Roman numerals.
func wordFacts(text string) []fact {
	r := wordReader{text: text, words: words(text)}
	for i := range r.words {
		r.read(i)
	}
	r.emit()
	return r.out
}

// wordReader puts numbers together from the words of a text.
type wordReader struct {
	text   string
	words  []word
	number composed
	out    []fact
}

func (r *wordReader) read(i int) {
	w := r.words[i]
	if r.number.begun && !joins(r.text[r.number.reached:w.Start]) {
		r.emit()
	}
	if r.number.begun && r.leads(i) {
		r.number.reached = w.End
		return
	}
	if f, ok := romanFact(r.text, w); ok {
		r.out = append(r.out, f)
	}
	n, ok := wordValue(w.folded)
	if !ok || r.meansOther(i, n) {
		r.emit()
		return
	}
	if n.kind == kindShare {
		if r.share(i, n) {
			return
		}
		n.kind = kindMay
	}
	if n.kind == kindPart && n.value < .5 && r.number.begun && r.share(i, numberWord{kind: kindShare, value: 1 / n.value}) {
		return // две трети
	}
	switch {
	case w.folded == "neuf" && (r.countsPlural(i) || r.countedNine(i)):
		n.kind = kindMust
	case w.folded == "neuf" && !r.number.begun && r.saysNew(i):
		return
	case strings.HasPrefix(w.folded, "quarantaine") && (i+1 == len(r.words) || r.words[i+1].folded != "de" && r.words[i+1].folded != "d"):
		n.kind = kindMay // the quarantine of the sick
	}
	if !r.number.take(n, w.Span) {
		r.emit()
		r.number.take(n, w.Span)
	}
	r.number.must = r.number.must || n.kind != kindMay
}

// leads tells a small word inside a number: "vingt et un", "half a million", "dizaines de milliers", "два с половиной".
func (r *wordReader) leads(i int) bool {
	next := ""
	if i+1 < len(r.words) {
		next = r.words[i+1].folded
	}
	n, number := wordValue(next)
	switch r.words[i].folded {
	case "et", "and":
		r.number.linked = true
		return number || next == "a"
	case "a":
		return number && (r.number.linked && n.kind == kindPart || r.number.part && (n.value >= thousand || n.kind == kindGroup))
	case "с":
		r.number.linked = number && n.kind == kindPart
		return r.number.linked
	case "de", "of":
		return number && n.value >= thousand && r.number.grouped
	}
	return false
}

// meansOther tells a number word that says no number where it stands.
func (r *wordReader) meansOther(i int, n numberWord) bool {
	w := r.words[i]
	before := ""
	if i > 0 {
		before = r.words[i-1].folded
	}
	switch {
	case n.kind == kindPart: // half a year is "the first half", and a "half-day" is called otherwise elsewhere
		return ofOrder.MatchString(before) || strings.HasPrefix(r.text[w.End:], "-") && !r.beforeGroup(i)
	case n.value == hundred && strings.HasPrefix(w.folded, "cent"): // "pour cent", "50 cents", "21st century"
		return before == "pour" || before == "per" || endsWith(strings.TrimSpace(r.text[:w.Start]), unicode.IsDigit) || centuryOf(r.text, w)
	case n.value == hundred:
		return centuryOf(r.text, w)
	}
	return false
}

// ofOrder comes before a half that is one of two.
var ofOrder = regexp.MustCompile(`^(?:premiere|second|seconde|deuxieme|autre|first|other|latter|перв\p{L}+|втор\p{L}+|друг\p{L}+)$`)

// centuryOf tells the word "century" after its number, which says no hundred.
func centuryOf(text string, w word) bool {
	return centuryAfter.MatchString(text[w.Start:]) && numeralBefore.MatchString(lately(text, w.Start))
}

var numeralBefore = regexp.MustCompile(`(?:\d|[IVXLХ])(?:-?\p{L}{1,3})?[\s\p{Zs}]*$`)

// countsPlural tells that a plural follows a number word at once: "neuf régions", where "un port neuf" is new.
func (r *wordReader) countsPlural(i int) bool {
	if i+1 >= len(r.words) || !joins(r.text[r.words[i].End:r.words[i+1].Start]) {
		return false
	}
	next := r.words[i+1].folded
	return (strings.HasSuffix(next, "s") || strings.HasSuffix(next, "x")) && !isStopWord(next)
}

// beforeGroup tells that a dozen or the like follows: half-dozen.
func (r *wordReader) beforeGroup(i int) bool {
	if i+1 == len(r.words) {
		return false
	}
	n, number := wordValue(r.words[i+1].folded)
	return number && n.kind == kindGroup
}

// countedNine tells a nine by what stands around it where no plural follows: "les neuf", "un sur neuf", "neuf d’entre elles".
func (r *wordReader) countedNine(i int) bool {
	if i > 0 && (ofPlural[r.words[i-1].folded] || beforeNumber[r.words[i-1].folded]) {
		return true
	}
	if i+2 >= len(r.words) {
		return false
	}
	next, second := r.words[i+1].folded, r.words[i+2].folded
	_, number := wordValue(second)
	until := r.text[r.words[i+1].Start:r.words[i+1].End] == "à" // and no verb
	return (next == "d" || next == "de") && (second == "entre" || ofPlural[second]) || (until || next == "ou" || next == "sur") && number
}

// beforeNumber are prepositions that no adjective follows without its noun.
var beforeNumber = map[string]bool{"sur": true, "par": true, "pour": true, "avec": true, "sous": true, "entre": true, "contre": true, "pendant": true, "durant": true, "depuis": true, "apres": true, "avant": true, "vers": true}

var ofPlural = map[string]bool{"les": true, "des": true, "ces": true, "ses": true, "leurs": true, "aux": true, "nos": true, "vos": true, "mes": true, "tes": true, "sont": true, "etaient": true}

// saysNew tells the neuf of a new thing: after its noun, or after a word that goes with it.
func (r *wordReader) saysNew(i int) bool {
	if i == 0 || !joins(r.text[r.words[i-1].End:r.words[i].Start]) {
		return false
	}
	before := r.words[i-1].folded
	return before == "tout" || before == "flambant" || before == "a" || before == "de" || !isStopWord(before)
}

// share reads a third or a fourth as a part of a whole where the words around say so: "un tiers", "a third of".
func (r *wordReader) share(i int, n numberWord) bool {
	if i == 0 || !joins(r.text[r.words[i-1].End:r.words[i].Start]) {
		return false
	}
	count := 0.0
	start := r.words[i-1].Start
	switch before := r.words[i-1].folded; before {
	case "un", "one", "одна", "одну":
		count = 1
	case "deux", "two", "две":
		count = 2
	case "trois", "three", "три":
		count = 3
	case "a", "le":
		if i+1 < len(r.words) && slices.Contains([]string{"of", "de", "des", "du"}, r.words[i+1].folded) {
			count = 1
		}
	}
	if count == 0 {
		return false
	}
	r.number = composed{} // the count is no number of its own
	span := retrieval.Span{Start: start, End: r.words[i].End}
	r.out = append(r.out, fact{Span: span, text: r.text[span.Start:span.End], values: []float64{count / n.value}, fraction: true})
	return true
}

// emit ends the number that is being read.
func (r *wordReader) emit() {
	c := r.number
	r.number = composed{}
	if !c.begun {
		return
	}
	value := c.total + c.group
	f := fact{Span: c.Span, text: r.text[c.Start:c.End], values: []float64{value}, weak: !c.must, fraction: value > 0 && value < 1}
	f.vague = manyOf[foldWord(f.text)]
	if m := percentAfter.FindString(r.text[c.End:]); m != "" {
		f.percent = true
		f.fraction = false
	}
	r.out = append(r.out, f)
}

// manyOf are plurals that say no number: "plusieurs dizaines" proves no ten.
var manyOf = map[string]bool{
	"dizaines": true, "douzaines": true, "vingtaines": true, "centaines": true, "milliers": true, "millions": true, "milliards": true,
	"dozens": true, "tens": true, "hundreds": true, "thousands": true, "billions": true,
	"десятки": true, "десятков": true, "сотни": true, "сотен": true, "тысячи": true, "тысяч": true, "миллионы": true, "миллионов": true,
}

const (
	hundred  = 100
	thousand = 1000
)

// composed is a number that is being put together from words: total + group.
type composed struct {
	retrieval.Span
	reached      int // the end of the last word looked at
	total, group float64
	scale        float64 // of the last word that was a thousand or more
	begun, must  bool
	linked       bool // an "and" stands before the next word
	part         bool // the last word was a half
	grouped      bool // the last word was a dozen, a hundred or more
}

// take adds a word, or returns false when it begins another number.
func (c *composed) take(n numberWord, s retrieval.Span) bool {
	v := n.value
	if !c.begun {
		*c = composed{Span: s, begun: true}
		if v >= thousand {
			c.total, c.scale = v, v
		} else {
			c.group = v
		}
	} else if !c.add(n) {
		return false
	}
	c.End, c.reached = s.End, s.End
	c.linked = false
	c.part = n.kind == kindPart
	c.grouped = n.kind == kindGroup || v >= hundred
	return true
}

func (c *composed) add(n numberWord) bool {
	v, tens := n.value, math.Mod(c.group, hundred)
	switch {
	case c.linked && v > 0 && v < 1 && c.group > 0: // two and a half
		c.group += v
	case c.linked && v > 0 && v < 1 && c.scale > 0: // deux millions et demi
		c.total += v * c.scale
	case v >= thousand:
		if c.group == 0 {
			if c.total == 0 || c.total >= v {
				return false
			}
			c.total *= v
		} else {
			c.total += c.group * v
			c.group = 0
		}
		c.scale = v
	case n.kind == kindGroup && c.group > 0 && c.group < v && c.group < 10: // two dozen
		c.group *= v
	case v == hundred && c.group > 0 && c.group < 10: // deux cents
		c.group *= hundred
	case v == 20 && tens == 4: // quatre-vingts
		c.group += 76
	case v < 1 || v != math.Trunc(v):
		return false
	case c.group == 0 && v < thousand, // mille neuf…
		tens == 0 && v < hundred,                        // cent deux
		tens >= 20 && math.Mod(tens, 10) == 0 && v < 10, // vingt-six
		(tens == 60 || tens == 80) && v < 20,            // soixante-douze
		tens == 10 && v >= 7 && v < 10:                  // dix-sept
		c.group += v
	default:
		return false
	}
	return true
}
