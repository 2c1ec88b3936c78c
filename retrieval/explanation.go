package retrieval

// Explanation tells how a Searcher came to rank as it did.
type Explanation struct {
	Question string
	Language string // as given or found
	AsksFor  string // "number", "date", "person", "place", or "" for nothing that can be told by its form
	Periods  []Period
	Words    []ExplainedWord
	Hits     []ExplainedHit // those of the Result, in its order
	Expected *ExpectedDocument
	Warning  SearcherNotice
}

// ExplainedWord is a word of the question with the terms that may stand for it in documents.
type ExplainedWord struct {
	Text  string
	Name  bool // taken for a name or a year
	Terms []ExplainedTerm
}

// ExplainedTerm is one of these terms.
type ExplainedTerm struct {
	Term   string // a stem, a number, or @ and the id of a place
	Weight float64
	From   string // how the term came to stand for the word: "word", "synonym", "translation", "sound", …
}

// ExplainedHit is a passage with its best sentence, and what made its score: the sum of Parts.
type ExplainedHit struct {
	Rank     int // from 1; 0 for a passage that is not among the hits
	Hit      Hit
	Sentence Span // bytes of the document's Text
	Parts    []ScorePart
	Words    []WordMatches // for each word of the question
}

// ScorePart is one feature of a sentence: Value times Weight is what it adds to the score.
type ScorePart struct {
	Name          string
	Value, Weight float64
}

// Score is what the part adds.
func (p ScorePart) Score() float64 { return p.Value * p.Weight }

// WordMatches is what a word of the question is worth in the sentence, its passage and its document, each with titles,
// places, people and dates where the index adds them.
type WordMatches struct {
	Word                        string
	Sentence, Passage, Document TermMatch
}

// TermMatch is the term that is worth most; its Term is "" where there is none.
type TermMatch struct {
	ExplainedTerm
	IDF  float64 // of the word at this size of text
	BM25 float64 // what the word adds to the BM25 score
}

// ExpectedDocument tells why a document is not above, by its best sentence.
type ExpectedDocument struct {
	ExplainedHit
	Document     *Document
	DocumentRank int // among all documents, from 1; 0 where the filter bars it
}

// Barred tells that the query's Filter leaves the document out; nothing else is known of it then.
func (d *ExpectedDocument) Barred() bool { return d.DocumentRank == 0 }

// Missing lists the question's words that no term of the document stands for.
func (h ExplainedHit) Missing() (words []string) {
	for _, w := range h.Words {
		if w.Document.Term == "" {
			words = append(words, w.Word)
		}
	}
	return words
}
