// Package retrieval is the library's front door: documents, passages, queries, hits, and the Searcher that every index
// serves. It imports nothing of the house, so that an index, a dossier and a chat bot can agree on these words without
// knowing one another.
package retrieval

import (
	"fmt"
	"strings"
	"time"
)

// Languages of questions and answers, as ISO 639-1 codes.
const (
	French  = "fr"
	Russian = "ru"
	English = "en"
)

// Kinds of document.
const (
	KindDigest  = "digest"  // a summary of an article in our own words
	KindArticle = "article" // an article as published
	KindText    = "text"    // a plain text file without metadata
)

// Document is an article or a digest of one.
type Document struct {
	ID            string
	Title         string
	Source        string // the publisher
	URL           string // "" where there is none; else http or https
	Date          Date
	Language      string // of the original article, which a digest may not be written in; "" when not known
	Kind          string // KindDigest, KindArticle or KindText
	Places        []string
	People        []string
	Organisations []string
	Text          string // the body, UTF-8; every offset into a document is a byte offset into Text
}

// Passage is a stretch of whole sentences of a document.
type Passage struct {
	ID         string // unique in the corpus: document id, "#", number from 1
	Document   string // its document's ID
	Start, End int    // bytes of the document's Text
	Text       string // Text[Start:End]
	Sentences  []Span // its sentences, in order, as bytes of the document's Text
}

// Span is a stretch of a document's Text, in bytes.
type Span struct{ Start, End int }

// Date is a day, month, year or a period between two of them, as precisely as it is known.
type Date struct {
	Text string    // as written: "2018-11-26/2018-11-29", "2017-05", "2024"; "" when not known
	From time.Time // first instant, UTC; zero when not known
	To   time.Time // first instant after the end, UTC
}

// IsZero tells that no date is known.
func (d Date) IsZero() bool { return d.Text == "" }

// ParseDate reads a year, a month, a day, or two of them joined by "/". The empty text is the zero Date.
func ParseDate(text string) (Date, error) {
	if text == "" {
		return Date{}, nil
	}
	first, last, period := strings.Cut(text, "/")
	from, to, err := parseDay(first)
	if err != nil {
		return Date{}, err
	}
	if period {
		var begin time.Time
		if begin, to, err = parseDay(last); err != nil {
			return Date{}, err
		}
		if begin.Before(from) {
			return Date{}, fmt.Errorf("date %q ends before it begins", text)
		}
	}
	return Date{Text: text, From: from, To: to}, nil
}

func parseDay(s string) (from, to time.Time, err error) {
	for _, form := range []struct {
		layout              string
		years, months, days int
	}{{"2006", 1, 0, 0}, {"2006-01", 0, 1, 0}, {"2006-01-02", 0, 0, 1}} {
		if len(s) != len(form.layout) {
			continue
		}
		if from, err = time.Parse(form.layout, s); err == nil {
			return from, from.AddDate(form.years, form.months, form.days), nil
		}
	}
	return from, to, fmt.Errorf("date %q is not a year, a month or a day (2024, 2017-05, 2018-11-26), nor two of them joined by /", s)
}
