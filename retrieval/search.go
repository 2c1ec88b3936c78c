package retrieval

import "context"

// Searcher finds the passages and sentences that answer a question. It is safe for concurrent use.
type Searcher interface {
	// Search returns what it found, best first; finding nothing is a Result without hits, not an error.
	// An error leaves nothing behind; the caller may ask again.
	Search(ctx context.Context, q Query) (Result, error)
}

// Library gives the documents behind a Searcher's hits.
type Library interface {
	// Document returns the document of that id.
	Document(id string) (*Document, bool)
	// Documents returns all, in the order of their ids. The caller must not change them.
	Documents() []*Document
}

// Query is a question to a Searcher.
type Query struct {
	Text     string
	Language string // French, Russian, English, or "" to find out from Text
	Limit    int    // hits wanted; 0 means DefaultLimit
	Filter   Filter // what documents must be; what Text says of times and places bars none
	// Near are the ids of documents that the question is known to be about, best first: they rank higher, and bar none.
	Near []string
}

// DefaultLimit is how many hits a Query without a Limit gets.
const DefaultLimit = 10

// Result is what a Searcher found for one Query.
type Result struct {
	Language  string         // of the question, as given or found
	Periods   []Period       // times that the question speaks of; documents of these are preferred
	Hits      []Hit          // passages, best first, at most Query.Limit
	Sentences []SentenceHit  // the best sentences of the whole corpus, best first, at most Query.Limit
	Documents []DocumentHit  // best first, at most Query.Limit
	Signals   Signals        // what tells a subject that the corpus treats from one that it does not
	Warning   SearcherNotice // what the searcher had to do without
}

// SearcherNotice says what a Searcher had to do without; "" is nothing.
type SearcherNotice string

const (
	// WithoutMeaning: no vectors could be had, words alone were searched.
	WithoutMeaning SearcherNotice = "without_meaning"
	// PartialMeaning: some texts have no vector yet and were found by their words alone.
	PartialMeaning SearcherNotice = "partial_meaning"
)

// Hit is a passage and its score. Scores are comparable within one Result only.
type Hit struct {
	Passage  *Passage
	Document *Document
	Score    float64
}

// SentenceHit is one sentence of a passage and its score.
type SentenceHit struct {
	Span
	Passage  *Passage
	Document *Document
	Score    float64
}

// Text returns the sentence, byte for byte.
func (s SentenceHit) Text() string { return s.Document.Text[s.Start:s.End] }

// DocumentHit is a document with the score of its best sentence.
type DocumentHit struct {
	Document *Document
	Score    float64
}

// Signals measure how well the corpus covers a question. All are 0 for a Result without hits.
type Signals struct {
	Answerable   float64  // logit that the subject is treated: above 0 more likely than not
	UnknownNames []string // names of the question that no document has, as written in it
	Unknown      float64  // 0 to 1: share of the question's words, by idf, that no document has in any form
	MissingYears []string // years of the question that the best document does not have
	Coverage     float64  // 0 to 1: share of the question's words, by idf, in the best sentence with its title
	Told         bool     // the best sentences tell the office of the very person whom the question asks about
	TypeFound    bool     // the best sentence holds what is asked for (a person, date, number, place), or nothing special is asked for
}
