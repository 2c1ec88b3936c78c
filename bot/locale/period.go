package locale

import (
	"strconv"
	"strings"
	"time"
)

// Period writes a date, or a period "FROM/TO" of dates, in words: "26–29 November 2018", "mai 2017", "2024". Dates are
// years, months or days in the form 2006-01-02. What is not such a date is returned as it is.
func (t *Texts) Period(code, date string) string {
	first, last, period := strings.Cut(date, "/")
	from, ok := parseDay(first)
	if !ok {
		return date
	}
	if !period || first == last {
		return t.day(code, from)
	}
	to, ok := parseDay(last)
	if !ok {
		return date
	}
	if from.precision != to.precision {
		return t.join(code, "date.range.long", t.day(code, from), t.day(code, to))
	}
	switch sameYear, sameMonth := from.Year() == to.Year(), from.Month() == to.Month(); {
	case from.precision == yearly:
		return t.Text(code, "date.years", Data{"From": from.Format("2006"), "To": to.Format("2006")})
	case from.precision == monthly && sameYear:
		months := t.join(code, "date.range.short", t.month(code, "date.month.", from), t.month(code, "date.month.", to))
		return t.Text(code, "date.month", Data{"Month": months, "Year": to.Format("2006")})
	case from.precision == daily && sameYear && sameMonth:
		days := t.join(code, "date.range.short", t.ordinal(code, from), t.ordinal(code, to))
		return t.Text(code, "date.day", Data{"Day": days, "Month": t.month(code, "date.month_of.", to), "Year": to.Format("2006")})
	case from.precision == daily && sameYear:
		begin := t.Text(code, "date.day_of_month", Data{"Day": t.ordinal(code, from), "Month": t.month(code, "date.month_of.", from)})
		return t.join(code, "date.range.long", begin, t.day(code, to))
	}
	return t.join(code, "date.range.long", t.day(code, from), t.day(code, to))
}

type precision int

const (
	yearly precision = iota
	monthly
	daily
)

type day struct {
	time.Time
	precision
}

func parseDay(s string) (day, bool) {
	for p, layout := range []string{"2006", "2006-01", "2006-01-02"} {
		if at, err := time.Parse(layout, s); err == nil {
			return day{at, precision(p)}, true
		}
	}
	return day{}, false
}

func (t *Texts) day(code string, d day) string {
	year := d.Format("2006")
	switch d.precision {
	case yearly:
		return t.Text(code, "date.year", Data{"Year": year})
	case monthly:
		return t.Text(code, "date.month", Data{"Month": t.month(code, "date.month.", d), "Year": year})
	}
	return t.Text(code, "date.day", Data{"Day": t.ordinal(code, d), "Month": t.month(code, "date.month_of.", d), "Year": year})
}

// ordinal writes the day of the month; its first day has a form of its own in French.
func (t *Texts) ordinal(code string, d day) string {
	if d.Day() == 1 {
		return t.Text(code, "date.first", nil)
	}
	return strconv.Itoa(d.Day())
}

// month names the month by itself (date.month.) or after a day (date.month_of.): Russian declines it.
func (t *Texts) month(code, prefix string, d day) string {
	return t.Text(code, prefix+d.Format("01"), nil)
}

func (t *Texts) join(code, key, from, to string) string {
	return t.Text(code, key, Data{"From": from, "To": to})
}
