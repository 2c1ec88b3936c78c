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

// dateFacts reads the days, months and years of a document's date. A day proves only a day of its month.
func dateFacts(d retrieval.Date) factSet {
	var out factSet
	for _, day := range strings.Split(d.Text, "/") {
		month := 0
		for i, part := range strings.Split(day, "-") {
			n, err := strconv.Atoi(part)
			if err != nil {
				continue
			}
			f := fact{text: part, values: []float64{float64(n)}}
			switch i {
			case 1:
				f.month, month = true, n
			case 2:
				f.dated = month
			}
			out.facts = append(out.facts, f)
		}
	}
	return out
}

// numericDates are dates in digits, and in what order their groups are day, month and year.
var numericDates = []struct {
	pattern          *regexp.Regexp
	day, month, year int
}{
	{regexp.MustCompile(`\b(\d{4})-(\d{2})-(\d{2})\b`), 3, 2, 1},
	{regexp.MustCompile(`\b(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})\b`), 1, 2, 3},
	{regexp.MustCompile(`\b(\d{1,2})/(\d{1,2})/(\d{4})\b`), 1, 2, 3},
	{regexp.MustCompile(`\b(\d{1,2})/(\d{1,2})/(\d{4})\b`), 2, 1, 3}, // American, where the first is no date
}

const monthsInYear = 12

// numericDateFacts reads the dates written in digits; runs are the numbers of the text.
func numericDateFacts(text string, runs []retrieval.Span) []fact {
	var out []fact
	if !slices.ContainsFunc(runs, func(r retrieval.Span) bool {
		return strings.Contains(text[r.Start:r.End], ".") || r.End < len(text) && (text[r.End] == '-' || text[r.End] == '/')
	}) {
		return nil
	}
	for _, form := range numericDates {
		for _, m := range form.pattern.FindAllStringSubmatchIndex(text, -1) {
			whole := retrieval.Span{Start: m[0], End: m[1]}
			cuts := slices.ContainsFunc(runs, func(r retrieval.Span) bool {
				return r.Start < whole.Start && whole.Start < r.End || r.Start < whole.End && whole.End < r.End
			})
			if cuts || overlapsAny(out, whole) {
				continue
			}
			part := func(group int) fact {
				span := retrieval.Span{Start: m[2*group], End: m[2*group+1]}
				value, _ := strconv.ParseFloat(text[span.Start:span.End], 64) // one to four digits always parse
				return fact{Span: span, text: text[m[0]:m[1]], values: []float64{value}}
			}
			day, month, year := part(form.day), part(form.month), part(form.year)
			if n := month.values[0]; !day.isDay() || n < 1 || n > monthsInYear {
				continue
			}
			day.dated, month.month = int(month.values[0]), true
			out = append(out, day, month, year)
		}
	}
	return out
}

func overlapsAny(facts []fact, s retrieval.Span) bool {
	return slices.ContainsFunc(facts, func(f fact) bool { return f.Start < s.End && s.Start < f.End })
}

// months are the names of months, folded, and which they are; never changed.
var months = monthNames()

// monthNames spells each month in French and English, in full and short, and in the Russian cases.
func monthNames() map[string]int {
	const hard, soft = "а у е ом", "ь я ю е ем"
	names := []struct{ latin, stem, endings string }{
		{"janvier january jan janv", "январ", soft},
		{"fevrier february feb fevr", "феврал", soft},
		{"mars march", "март", hard},
		{"avril april apr avr", "апрел", soft},
		{"mai may", "ма", "й я ю е ем"},
		{"juin june", "июн", soft},
		{"juillet july jul juil", "июл", soft},
		{"aout august aug", "август", hard},
		{"septembre september sep sept", "сентябр", soft},
		{"octobre october oct", "октябр", soft},
		{"novembre november nov", "ноябр", soft},
		{"decembre december dec", "декабр", soft},
	}
	out := map[string]int{"март": 3, "август": 8}
	for i, n := range names {
		for _, name := range strings.Fields(n.latin) {
			out[name] = i + 1
		}
		for _, ending := range strings.Fields(n.endings) {
			out[n.stem+ending] = i + 1
		}
	}
	return out
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
		if month := months[w.folded]; month > 0 && isMonth(text, w) {
			out = append(out, fact{Span: w.Span, text: text[w.Start:w.End], values: []float64{float64(month)}, month: true})
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
	case "jan", "janv", "feb", "fevr", "apr", "avr", "jul", "juil", "aug", "sep", "sept", "oct", "nov", "dec": // "sept" is seven too
		return abbreviated.MatchString(text[w.End:]) && digitNear.MatchString(lately(text, w.Start)) || capital && digitNext.MatchString(strings.TrimPrefix(text[w.End:], "."))
	}
	return true
}

// abbreviated follows a month's short name.
var abbreviated = regexp.MustCompile(`^(?:\.|[\s\p{Zs}]*\d|[,;)]|$)`)

const daysInMonth = 31

// bindDays notes for each day of a month which month it stands beside, through ranges: "du 26 au 29 novembre".
func bindDays(text string, facts []fact) {
	for i := len(facts) - 1; i >= 0; i-- {
		f := &facts[i]
		f.bare = f.isDay() && standsBare.MatchString(text[f.End:])
		if i+1 < len(facts) && f.isDay() && facts[i+1].bare && f.End <= facts[i+1].Start {
			f.bare = f.bare || dayRange.MatchString(text[f.End:facts[i+1].Start])
		}
	}
	for i, m := range facts {
		if !m.month || overlapsAny(facts[:i], m.Span) || overlapsAny(facts[i+1:], m.Span) {
			continue
		}
		month := int(m.values[0])
		gap := dayThenMonth
		for j, next := i-1, m; j >= 0; j-- {
			d := &facts[j]
			if d.dated != 0 || d.End > next.Start {
				continue
			}
			if !d.isDay() || !gap.MatchString(text[d.End:next.Start]) {
				if d.weak {
					continue
				}
				break
			}
			d.dated = month
			gap, next = dayRange, *d
		}
		if !englishMonth.MatchString(m.text) {
			continue // only English sets the day after the month
		}
		gap = monthThenDay
		for j, before := i+1, m; j < len(facts); j++ {
			d := &facts[j]
			if !d.isDay() || d.dated != 0 || !gap.MatchString(text[before.End:max(before.End, d.Start)]) {
				break
			}
			d.dated = month
			gap, before = dayRangeAfter, *d
		}
	}
}

var (
	dayThenMonth  = regexp.MustCompile(`^(?:st|nd|rd|th|er|-?го|-?е)?[\s\p{Zs}]*(?:of[\s\p{Zs}])?$`)
	monthThenDay  = regexp.MustCompile(`^[\s\p{Zs}]*$`)
	dayRange      = regexp.MustCompile(`^(?:er)?[\s\p{Zs}]*(?:[-–—,]|,?[\s\p{Zs}]*(?:au|et|puis|to|and|then|до|по|и))[\s\p{Zs}]*(?:le[\s\p{Zs}])?$`)
	dayRangeAfter = regexp.MustCompile(`^(?:st|nd|rd|th)?[\s\p{Zs}]*(?:[-–—]|to|and)[\s\p{Zs}]*$`)
	englishMonth  = regexp.MustCompile(`^(?i:january|february|march|april|may|june|july|august|september|october|november|december)$`)
	// standsBare follows a number that counts nothing: "le 28, …".
	standsBare = regexp.MustCompile(`^(?:st|nd|rd|th|er|-?го|-?е)?[\s\p{Zs}]*(?:[.,;:!?)»"”]|$)`)
)

func (e fact) isDay() bool {
	return !e.month && !e.code && !e.roman && !e.percent && len(e.values) == 1 && e.values[0] >= 1 && e.values[0] <= daysInMonth && e.values[0] == math.Trunc(e.values[0])
}
