package measure

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"passerelle/retrieval"
)

// figure is a number in digits that stands for itself: not part of a name such as M11 or G20, nor of an ordinal.
var figure = regexp.MustCompile(`\d{1,3}(?:[ \x{a0}\x{202f}.,]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?`)

// numberWords are small numbers in words, 2 first. A swapped figure must not stand in the quote as a word either.
var numberWords = map[string][]string{
	retrieval.French:  strings.Fields("deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"),
	retrieval.English: strings.Fields("two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"),
	retrieval.Russian: strings.Fields("два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать"),
}

const firstNumberWord = 2

// wordPatterns finds each of them.
var wordPatterns = patternsOf(numberWords)

func patternsOf(words map[string][]string) map[string][]*regexp.Regexp {
	out := map[string][]*regexp.Regexp{}
	for language, list := range words {
		for _, w := range list {
			out[language] = append(out[language], phrase(`(?i:`+w+`)`))
		}
	}
	return out
}

var months = map[string][][]string{
	retrieval.French:  {strings.Fields("janvier février mars avril mai juin juillet août septembre octobre novembre décembre")},
	retrieval.English: {strings.Fields("January February March April May June July August September October November December")},
	retrieval.Russian: {
		strings.Fields("января февраля марта апреля мая июня июля августа сентября октября ноября декабря"),
		strings.Fields("январе феврале марте апреле мае июне июле августе сентябре октябре ноябре декабре"),
	},
}

// place of a figure in a text
type spot struct {
	start, end int
	text       string
}

// figures lists the figures of a text that are dates, and those that are not.
func figures(text, language string) (dates, others []spot) {
	for _, m := range figure.FindAllStringIndex(text, -1) {
		s := spot{m[0], m[1], text[m[0]:m[1]]}
		before, after := text[:m[0]], text[m[1]:]
		if stuck.MatchString(before) || ordinal.MatchString(after) {
			continue
		}
		switch {
		case isYear(s.text) || beforeMonth(after, language) || language == retrieval.English && afterMonth(before):
			dates = append(dates, s)
		case !rangeOfDays.MatchString(after):
			others = append(others, s)
		}
	}
	return dates, others
}

var (
	stuck       = regexp.MustCompile(`(?:[\p{L}№°/-]|№ |n° |No\. )$`)
	ordinal     = regexp.MustCompile(`^(?:[-‑]?\p{L}|[-–/]\d|\.\d)`)
	rangeOfDays = regexp.MustCompile(`^ ?(?:et|au|à|and|to|по|и|–|-|ou) \d+ `)
)

func isYear(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && len(s) == 4 && n >= 1500 && n <= 2100
}

func beforeMonth(after, language string) bool {
	word := strings.ToLower(strings.Trim(firstWord(after), ".,;:"))
	for _, form := range months[language] {
		if slices.ContainsFunc(form, func(m string) bool { return strings.ToLower(m) == word }) {
			return true
		}
	}
	return false
}

func afterMonth(before string) bool {
	words := strings.Fields(before)
	return len(words) > 0 && slices.Contains(months[retrieval.English][0], words[len(words)-1])
}

func firstWord(text string) string {
	if words := strings.Fields(text); len(words) > 0 {
		return words[0]
	}
	return ""
}

// values lists the numbers of a text as far as digits and small words tell them.
func values(text string) map[string]bool {
	out := map[string]bool{}
	for _, f := range figure.FindAllString(text, -1) {
		out[digitsOf(f)] = true
		for _, part := range digits.FindAllString(f, -1) {
			out[strings.TrimLeft(part, "0")] = true
		}
	}
	for _, patterns := range wordPatterns {
		for i, re := range patterns {
			if re.MatchString(text) {
				out[strconv.Itoa(i+firstNumberWord)] = true
			}
		}
	}
	return out
}

var digits = regexp.MustCompile(`\d+`)

func digitsOf(figure string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, figure)
}

// swapNumber puts another number in the place of one that is no date, in digits or in words.
func swapNumber(b base, r *rand.Rand) (string, bool) {
	_, spots := figures(b.text, b.language)
	taken := values(b.evidence())
	if len(spots) == 0 {
		return swapNumberWord(b, r, taken)
	}
	s := pick(r, spots)
	for range 20 {
		changed := otherDigits(s.text, r)
		if d := digitsOf(changed); !taken[d] && !taken[strings.TrimLeft(d, "0")] {
			return b.text[:s.start] + changed + b.text[s.end:], true
		}
	}
	return "", false
}

// otherDigits changes the first digit of a figure, or all of a short one.
func otherDigits(figure string, r *rand.Rand) string {
	out := []byte(figure)
	out[0] = byte('1' + r.IntN(9))
	if len(out) > 1 && out[1] >= '0' && out[1] <= '9' {
		out[1] = byte('0' + r.IntN(10))
	}
	return string(out)
}

func swapNumberWord(b base, r *rand.Rand, taken map[string]bool) (string, bool) {
	words := numberWords[b.language]
	for i, re := range wordPatterns[b.language] {
		if !re.MatchString(b.text) {
			continue
		}
		for range 20 {
			j := r.IntN(len(words))
			if j != i && !taken[strconv.Itoa(j+firstNumberWord)] {
				return rewrite(b.text, re, words[j])
			}
		}
	}
	return "", false
}

// swapDate puts another year, month or day in the place of one. What lies within the document's own date is no other.
func swapDate(b base, r *rand.Rand) (string, bool) {
	days, _ := figures(b.text, b.language)
	taken := values(b.evidence())
	var choices []func() (string, bool)
	for _, s := range days {
		choices = append(choices, func() (string, bool) { return swapDayOrYear(b, s, r, taken) })
	}
	for _, form := range months[b.language] {
		for i, m := range form {
			if !strings.Contains(b.text, m) {
				continue
			}
			if re := phrase(m); re.MatchString(b.text) {
				choices = append(choices, func() (string, bool) { return swapMonth(b, re, form, i, r) })
			}
		}
	}
	if len(choices) == 0 {
		return "", false
	}
	return pick(r, choices)()
}

func swapDayOrYear(b base, s spot, r *rand.Rand, taken map[string]bool) (string, bool) {
	n, err := strconv.Atoi(s.text)
	if err != nil {
		return "", false
	}
	for range 20 {
		other := 1 + r.IntN(28)
		if isYear(s.text) {
			other = n - 9 + r.IntN(19)
			d := b.document.Date
			if other == n || !d.IsZero() && other >= d.From.Year() && other <= d.To.Year() || inDecade(b.evidence(), other) {
				continue
			}
		}
		if text := strconv.Itoa(other); !taken[text] {
			return b.text[:s.start] + text + b.text[s.end:], true
		}
	}
	return "", false
}

// inDecade tells that a text speaks of the years 1970, so that 1974 is not told to be wrong.
func inDecade(text string, year int) bool {
	decade := strconv.Itoa(year / 10 * 10)
	return strings.Contains(text, "années "+decade) || strings.Contains(text, "années "+decade[2:])
}

func swapMonth(b base, re *regexp.Regexp, form []string, i int, r *rand.Rand) (string, bool) {
	if b.language == retrieval.English && form[i] == "May" && !regexp.MustCompile(`May \d|\d May|in May|early May|late May`).MatchString(b.text) {
		return "", false
	}
	for range 20 {
		j := r.IntN(len(form))
		french := months[retrieval.French][0][j]
		if j == i || phrase(french).MatchString(strings.ToLower(b.evidence())) || monthWithin(b.document.Date, j+1) {
			continue
		}
		return rewrite(b.text, re, form[j])
	}
	return "", false
}

// monthWithin tells that a document's date, where it is known to the month, has a month in it.
func monthWithin(d retrieval.Date, month int) bool {
	if d.IsZero() || len(d.Text) <= len("2006") {
		return false
	}
	const maxMonths = 12
	for t, n := d.From, 0; t.Before(d.To) && n < maxMonths; t, n = t.AddDate(0, 1, 0), n+1 {
		if int(t.Month()) == month {
			return true
		}
	}
	return int(d.To.AddDate(0, 0, -1).Month()) == month
}
