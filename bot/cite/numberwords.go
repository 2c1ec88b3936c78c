package cite

import (
	_ "embed"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"passerelle/retrieval"
)

//go:embed numberwords.tsv
var numberWordsFile string

// numberWords is numberwords.tsv by the first letter of the words; never changed.
var numberWords = mustReadNumberWords(numberWordsFile)

type numberWord struct {
	value float64
	must  bool // a claim that says it must prove it
	word  *regexp.Regexp
}

// mustReadNumberWords panics on a broken table: it is a part of the program, read once when the program begins.
func mustReadNumberWords(file string) map[rune][]numberWord {
	out := map[rune][]numberWord{}
	for i, line := range strings.Split(file, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		columns := strings.Split(line, "\t")
		if len(columns) != 3 || columns[0] != "must" && columns[0] != "may" {
			panic(fmt.Sprintf("numberwords.tsv:%d: want must or may, a number and a pattern: %q", i+1, line))
		}
		value, err := strconv.ParseFloat(columns[1], 64)
		if err != nil {
			panic(fmt.Sprintf("numberwords.tsv:%d: %v", i+1, err))
		}
		for _, one := range alternatives(columns[2]) {
			first, _ := utf8.DecodeRuneInString(one)
			out[first] = append(out[first], numberWord{value, columns[0] == "must", regexp.MustCompile(`^(?:` + one + `)$`)})
		}
	}
	return out
}

// alternatives cuts a pattern at the bars outside of brackets.
func alternatives(pattern string) []string {
	var out []string
	depth, start := 0, 0
	for i, r := range pattern {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth--
		case r == '|' && depth == 0:
			out = append(out, pattern[start:i])
			start = i + 1
		}
	}
	return append(out, pattern[start:])
}

// word is one word of a text, folded.
type word struct {
	retrieval.Span
	folded string
}

// words cuts a text at everything but letters, so that "vingt-six" is two words.
func words(text string) []word {
	var out []word
	start := -1
	end := func(i int) {
		if start >= 0 {
			out = append(out, word{retrieval.Span{Start: start, End: i}, foldWord(text[start:i])})
		}
		start = -1
	}
	for i, r := range text {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsMark(r):
			end(i)
		case start < 0:
			start = i
		}
	}
	end(len(text))
	return out
}

// foldWord gives a word in lower case without accents; й stays.
func foldWord(s string) string {
	s = strings.ToLower(strings.ReplaceAll(norm.NFC.String(s), "œ", "oe"))
	var b strings.Builder
	for _, r := range s {
		if r == 'й' {
			b.WriteRune(r)
			continue
		}
		for _, d := range norm.NFD.String(string(r)) {
			if !unicode.IsMark(d) {
				b.WriteRune(d)
			}
		}
	}
	return b.String()
}

// wordFacts reads numbers written in words, and Roman numerals, which are evidence only.
func wordFacts(text string) []fact {
	var out []fact
	var number composed
	emit := func() {
		if v, ok := number.value(); ok {
			out = append(out, fact{Span: number.Span, text: text[number.Start:number.End], values: v, weak: !number.must})
		}
		number = composed{}
	}
	for _, w := range words(text) {
		if number.begun && !joins(text[number.End:w.Start]) {
			emit()
		}
		if number.begun && (w.folded == "et" || w.folded == "and") {
			number.End = w.End
			continue
		}
		if v, must, ok := wordValue(w.folded); !ok {
			emit()
		} else {
			if !number.take(v, w.Span) {
				emit()
				number.take(v, w.Span)
			}
			number.must = number.must || must
		}
		if v, ok := romanValue(text[w.Start:w.End]); ok {
			out = append(out, fact{Span: w.Span, text: text[w.Start:w.End], values: []float64{v}, weak: true})
		}
	}
	emit()
	return out
}

// joins tells that two number words may be parts of one number.
func joins(between string) bool {
	return strings.TrimFunc(between, func(r rune) bool { return unicode.IsSpace(r) || r == '-' || r == '‑' }) == ""
}

func wordValue(folded string) (value float64, must, ok bool) {
	first, _ := utf8.DecodeRuneInString(folded)
	for _, n := range numberWords[first] {
		if n.word.MatchString(folded) {
			return n.value, n.must, true
		}
	}
	if factor := scaleOf(folded); len(factor) > 0 && factor[0] > 1 {
		return factor[0], false, true
	}
	return 0, false, false
}

// composed is a number that is being put together from words: (total + group).
type composed struct {
	retrieval.Span
	total, group float64
	begun, must  bool
}

// take adds a word, or returns false when it begins another number.
func (c *composed) take(v float64, s retrieval.Span) bool {
	if !c.begun {
		*c = composed{Span: s, begun: true}
		if v >= 1000 {
			c.total = v
		} else {
			c.group = v
		}
		return true
	}
	tens := math.Mod(c.group, 100)
	switch {
	case v >= 1000:
		if c.group == 0 {
			if c.total == 0 || c.total >= v {
				return false
			}
			c.total *= v
		} else {
			c.total += c.group * v
			c.group = 0
		}
	case v == 100 && c.group > 0 && c.group < 10: // deux cents
		c.group *= 100
	case v == 20 && tens == 4: // quatre-vingts
		c.group += 76
	case v < 1 || v != math.Trunc(v):
		return false
	case c.group == 0 && v < 1000, // mille neuf…
		tens == 0 && v < 100,                            // cent deux
		tens >= 20 && math.Mod(tens, 10) == 0 && v < 10, // vingt-six
		(tens == 60 || tens == 80) && v < 20,            // soixante-douze
		tens == 10 && v >= 7 && v < 10:                  // dix-sept
		c.group += v
	default:
		return false
	}
	c.End = s.End
	return true
}

func (c *composed) value() ([]float64, bool) {
	return []float64{c.total + c.group}, c.begun
}

var roman = regexp.MustCompile(`^(X{0,3}|XL|L?X{0,3})(IX|IV|V?I{0,3})(?:e|er|è?me|th)?$`)

// romanValue reads I to LXXXIX: centuries, congresses, districts.
func romanValue(word string) (float64, bool) {
	m := roman.FindStringSubmatch(word)
	if m == nil || m[1]+m[2] == "" {
		return 0, false
	}
	values := map[byte]float64{'I': 1, 'V': 5, 'X': 10, 'L': 50}
	digits := m[1] + m[2]
	total := 0.0
	for i := range len(digits) {
		v := values[digits[i]]
		if i+1 < len(digits) && values[digits[i+1]] > v {
			v = -v
		}
		total += v
	}
	return total, true
}

var months = []*regexp.Regexp{
	regexp.MustCompile(`^(?:janvier|january|январ[ьяюе]м?)$`),
	regexp.MustCompile(`^(?:fevrier|february|феврал[ьяюе]м?)$`),
	regexp.MustCompile(`^(?:mars|march|март(?:а|у|е|ом)?)$`),
	regexp.MustCompile(`^(?:avril|april|апрел[ьяюе]м?)$`),
	regexp.MustCompile(`^(?:mai|may|ма(?:й|я|ю|е|ем))$`),
	regexp.MustCompile(`^(?:juin|june|июн[ьяюе]м?)$`),
	regexp.MustCompile(`^(?:juillet|july|июл[ьяюе]м?)$`),
	regexp.MustCompile(`^(?:aout|august|август(?:а|у|е|ом)?)$`),
	regexp.MustCompile(`^(?:septembre|september|сентябр[ьяюе]м?)$`),
	regexp.MustCompile(`^(?:octobre|october|октябр[ьяюе]м?)$`),
	regexp.MustCompile(`^(?:novembre|november|ноябр[ьяюе]м?)$`),
	regexp.MustCompile(`^(?:decembre|december|декабр[ьяюе]м?)$`),
}

var (
	digitNear     = regexp.MustCompile(`\d(?:st|nd|rd|th|er)?[\s\p{Zs}]*(?:of[\s\p{Zs}])?$`)
	digitNext     = regexp.MustCompile(`^[\s\p{Zs}]*\d`)
	temporalWords = regexp.MustCompile(`(?i)\b(?:in|since|until|by|last|early|late|mid|from|to|and|of)[\s\p{Zs}-]$`)
)

// monthFacts reads the names of months. "may", "march" and "mars" are months only where something says so.
func monthFacts(text string) []fact {
	var out []fact
	for _, w := range words(text) {
		for i, month := range months {
			if !month.MatchString(w.folded) || !isMonth(text, w) {
				continue
			}
			out = append(out, fact{Span: w.Span, text: text[w.Start:w.End], values: []float64{float64(i + 1)}, month: true})
		}
	}
	return out
}

func isMonth(text string, w word) bool {
	capital := startsWith(text[w.Start:w.End], unicode.IsUpper)
	beside := digitNear.MatchString(lately(text, w.Start)) || digitNext.MatchString(text[w.End:])
	switch w.folded {
	case "may", "march":
		return capital && (beside || temporalWords.MatchString(lately(text, w.Start)))
	case "mars":
		return !capital || beside
	case "august":
		return capital
	}
	return true
}

var (
	dayThenMonth = regexp.MustCompile(`^(?:st|nd|rd|th|er|-?го|-?е)?[\s\p{Zs}]*(?:of[\s\p{Zs}])?$`)
	monthThenDay = regexp.MustCompile(`^[\s\p{Zs}]*$`)
)

const daysInMonth = 31

// bindDays notes for each day of a month which month it stands beside, through ranges: "du 26 au 29 novembre".
func bindDays(text string, facts []fact) {
	for i, m := range facts {
		if !m.month || m.weak {
			continue
		}
		month := int(m.values[0])
		gap := dayThenMonth
		for j, next := i-1, m; j >= 0; j-- {
			d := &facts[j]
			if d.weak || d.End > next.Start {
				continue
			}
			if !d.isDay() || !gap.MatchString(text[d.End:next.Start]) {
				break
			}
			d.dated = month
			gap, next = dayRange, *d
		}
		if i+1 < len(facts) && facts[i+1].isDay() && facts[i+1].dated == 0 && monthThenDay.MatchString(text[m.End:facts[i+1].Start]) {
			facts[i+1].dated = month
		}
	}
}

var dayRange = regexp.MustCompile(`^(?:er)?[\s\p{Zs}]*(?:[-–—,]|au|et|to|and|по|и)[\s\p{Zs}]*(?:le[\s\p{Zs}])?$`)

func (f fact) isDay() bool {
	return !f.month && !f.percent && len(f.values) == 1 && f.values[0] >= 1 && f.values[0] <= daysInMonth && f.values[0] == math.Trunc(f.values[0])
}
