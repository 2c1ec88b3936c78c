package retrieval

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Filter bars documents from a Result. The zero Filter bars none.
type Filter struct {
	Place    string // a name in any language; documents that name the place in their text or metadata pass
	After    Date   // documents that may be of a time after the end of it pass; those without a date don't
	Before   Date   // documents that may be of a time before its beginning pass; those without a date don't
	Kind     string // KindDigest, KindArticle or KindText
	Language string // of the original article, as Document.Language
}

// IsZero tells that nothing is barred.
func (f Filter) IsZero() bool { return f == Filter{} }

// Check tells what of a Filter no document could ever meet.
func (f Filter) Check() error {
	kinds := []string{KindDigest, KindArticle, KindText}
	if f.Kind != "" && !slices.Contains(kinds, f.Kind) {
		return fmt.Errorf("kind %q is none of %s", f.Kind, strings.Join(kinds, ", "))
	}
	if l := f.Language; l != "" && (len(l) < 2 || len(l) > 3 || strings.Trim(l, "abcdefghijklmnopqrstuvwxyz") != "") {
		return fmt.Errorf("language %q is no ISO 639 code such as fr, ru, en", l)
	}
	if !f.After.IsZero() && !f.Before.IsZero() && !f.After.To.Before(f.Before.From) {
		return fmt.Errorf("nothing is both after %s and before %s", f.After.Text, f.Before.Text)
	}
	return nil
}

// Passes tells whether a document meets all but Place, which takes an index to tell.
func (f Filter) Passes(d *Document) bool {
	switch {
	case f.Kind != "" && d.Kind != f.Kind, f.Language != "" && d.Language != f.Language:
		return false
	case f.After.IsZero() && f.Before.IsZero():
		return true
	}
	return Period{From: f.After.To, To: f.Before.From}.Meets(d.Date)
}

// Period is a time that a question speaks of.
type Period struct {
	Text string    // as the question has it
	From time.Time // first instant, UTC; zero for no beginning
	To   time.Time // first instant after the end, UTC; zero for no end
}

// Meets tells whether a date, as far as it is known, may lie within the period or reach into it; no date does not.
func (p Period) Meets(d Date) bool {
	return !d.IsZero() && (p.From.IsZero() || d.To.After(p.From)) && (p.To.IsZero() || d.From.Before(p.To))
}

// UnknownPlaceError says that Filter.Place names no place that is known.
type UnknownPlaceError struct {
	Name    string
	Nearest []string // places with names like it, in the question's language, likest first
}

func (e *UnknownPlaceError) Error() string {
	if len(e.Nearest) == 0 {
		return fmt.Sprintf("place %q is not known", e.Name)
	}
	return fmt.Sprintf("place %q is not known; the nearest are %s", e.Name, strings.Join(e.Nearest, ", "))
}
