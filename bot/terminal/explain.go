package terminal

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"passerelle/retrieval"
)

// Explanation prints how hits came about, in English: it is for who works on the search.
func (p *Printer) Explanation(e retrieval.Explanation) error {
	l := &lines{width: p.width}
	about := "language " + e.Language
	if e.AsksFor != "" {
		about += ", asks for a " + e.AsksFor
	}
	l.add(p.title, "", e.Question)
	l.add(p.aside, "", about)
	for _, period := range e.Periods {
		l.add(p.aside, "", fmt.Sprintf("speaks of %q: %s to %s", period.Text, dayOr(period.From, "any time"), lastDay(period.To)))
	}
	if e.Warning != "" {
		l.add(p.notice, "", "notice: "+string(e.Warning))
	}
	l.gap()
	l.add(p.title, "", "Words, and the terms that may stand for them")
	for _, w := range e.Words {
		name := ""
		if w.Name {
			name = " (a name)"
		}
		var terms []string
		for _, t := range w.Terms {
			terms = append(terms, fmt.Sprintf("%s %.2f %s", t.Term, t.Weight, t.From))
		}
		l.add(plain, "  "+Clean(w.Text)+name+": ", strings.Join(terms, "; "))
	}
	for _, h := range e.Hits {
		l.gap()
		p.explainedHit(l, fmt.Sprintf("%d. ", h.Rank), h)
	}
	if e.Expected != nil {
		l.gap()
		p.expected(l, e)
	}
	return l.writeTo(p.out)
}

func (p *Printer) explainedHit(l *lines, label string, h retrieval.ExplainedHit) {
	d := h.Hit.Document
	l.addPieces(label, piece{p.title, Clean(d.Title)}, piece{p.mark, Clean(h.Hit.Passage.ID)}, piece{p.aside, fmt.Sprintf("%.3f", h.Hit.Score)})
	l.add(plain, "   ", d.Text[h.Sentence.Start:h.Sentence.End])
	var rows [][]string
	for _, part := range h.Parts {
		if part.Score() != 0 {
			rows = append(rows, []string{part.Name, number(part.Value), "×", number(part.Weight), "=", number(part.Score())})
		}
	}
	rows = append(rows, []string{"score", "", "", "", "=", number(h.Hit.Score)})
	table(l, rows)
	rows = [][]string{{"word", "in the sentence", "in the passage", "in the document"}}
	for _, w := range h.Words {
		rows = append(rows, []string{w.Word, match(w.Sentence), match(w.Passage), match(w.Document)})
	}
	table(l, rows)
}

// expected sets the best sentence of a document beside that of the first hit.
func (p *Printer) expected(l *lines, e retrieval.Explanation) {
	x := e.Expected
	switch {
	case x.Barred():
		l.add(p.title, "", fmt.Sprintf("Expected: %s is barred by the filter.", x.Document.ID))
		return
	case x.DocumentRank == 1:
		l.add(p.title, "", fmt.Sprintf("Expected: %s is the first document.", x.Document.ID))
		return
	}
	first := e.Hits[0]
	l.add(p.title, "", fmt.Sprintf("Expected: %s is document %d, %.3f below %s", x.Document.ID, x.DocumentRank, first.Hit.Score-x.Hit.Score, first.Hit.Document.ID))
	p.explainedHit(l, "   ", x.ExplainedHit)
	l.gap()
	l.add(p.title, "", fmt.Sprintf("What %s has that %s has not, by what it is worth", first.Hit.Document.ID, x.Document.ID))
	rows := [][]string{{"part", "first", "expected", "worth"}}
	for _, d := range differences(first, x.ExplainedHit) {
		rows = append(rows, []string{d.name, number(d.first), number(d.expected), signed(d.worth)})
	}
	table(l, rows)
	l.add(plain, "   words that the document lacks: ", listed(x.Missing()))
	l.add(plain, "   of these the first has: ", listed(without(x.Missing(), first.Missing())))
}

// difference is one part of two scores.
type difference struct {
	name                   string
	first, expected, worth float64
}

// differences lists the parts of two scores that differ, those that speak most for the first at the top.
func differences(first, expected retrieval.ExplainedHit) []difference {
	byName := map[string]*difference{}
	var names []string
	of := func(name string) *difference {
		if byName[name] == nil {
			byName[name] = &difference{name: name}
			names = append(names, name)
		}
		return byName[name]
	}
	for _, part := range first.Parts {
		d := of(part.Name)
		d.first = part.Value
		d.worth += part.Score()
	}
	for _, part := range expected.Parts {
		d := of(part.Name)
		d.expected = part.Value
		d.worth -= part.Score()
	}
	var out []difference
	for _, name := range names {
		if d := byName[name]; d.worth != 0 {
			out = append(out, *d)
		}
	}
	slices.SortStableFunc(out, func(a, b difference) int { return cmp.Compare(b.worth, a.worth) })
	return out
}

// table adds rows in columns, indented; a line too long for the screen is not wrapped.
func table(l *lines, rows [][]string) {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		clean := make([]string, len(row))
		for i, cell := range row {
			clean[i] = Clean(cell)
		}
		fmt.Fprintln(w, "   "+strings.Join(clean, "\t"))
	}
	_ = w.Flush() // into memory
	for line := range strings.Lines(b.String()) {
		l.done = append(l.done, strings.TrimRight(line, " \n"))
	}
}

func match(m retrieval.TermMatch) string {
	if m.Term == "" {
		return fmt.Sprintf("– (idf %.2f)", m.IDF)
	}
	return fmt.Sprintf("%s %.2f %s, idf %.2f: %.2f", m.Term, m.Weight, m.From, m.IDF, m.BM25)
}

func number(x float64) string { return fmt.Sprintf("%.3f", x) }

func signed(x float64) string { return fmt.Sprintf("%+.3f", x) }

func listed(words []string) string {
	if len(words) == 0 {
		return "none"
	}
	return strings.Join(words, ", ")
}

func without(words, others []string) []string {
	return slices.DeleteFunc(slices.Clone(words), func(w string) bool { return slices.Contains(others, w) })
}

func dayOr(t time.Time, open string) string {
	if t.IsZero() {
		return open
	}
	return t.Format(time.DateOnly)
}

// lastDay is the day before an end.
func lastDay(end time.Time) string {
	if !end.IsZero() {
		end = end.AddDate(0, 0, -1)
	}
	return dayOr(end, "any time")
}
