package local

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"

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
