package local

import (
	"strconv"
	"strings"
	"time"

	"passerelle/retrieval"
)

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
