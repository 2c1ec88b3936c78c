package dossier

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"passerelle/retrieval"
)

// A number of four digits between these is a year.
const (
	firstYear = 1900
	lastYear  = 2100
)

// otherTime tells a sentence that dates what it tells to another time than the document's: another year, or a month that
// is not the document's nor the one before or after. A sentence without a date, or a document without, tells of no other.
func (r *reader) otherTime(s sentence, d retrieval.Date) bool {
	if d.IsZero() {
		return false
	}
	first, last := d.From, d.To.Add(-time.Nanosecond)
	dated, inside := false, false
	for word := range strings.FieldsSeq(s.normal) {
		year, err := strconv.Atoi(word)
		if err != nil || len(word) != len("2006") || year < firstYear || year > lastYear {
			continue
		}
		dated = true
		inside = inside || first.Year() <= year && year <= last.Year()
	}
	if dated && !inside {
		return true
	}
	if last.Sub(first) > maxJourney {
		return false
	}
	dated, inside = false, false
	for month := 1; month <= 12; month++ {
		if !r.cues.in(fmt.Sprintf("month %d", month), s.normal) {
			continue
		}
		dated = true
		for _, day := range [...]time.Time{first, last} {
			apart := (month - int(day.Month()) + 12) % 12
			inside = inside || apart <= 1 || apart == 11
		}
	}
	return dated && !inside
}
