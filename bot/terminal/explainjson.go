package terminal

import "passerelle/retrieval"

type explanationJSON struct {
	Question int            `json:"question"`
	Text     string         `json:"text"`
	Language string         `json:"language"`
	AsksFor  string         `json:"asks_for"`
	Notice   string         `json:"notice"`
	Periods  []periodJSON   `json:"periods"`
	Words    []wordJSON     `json:"words"`
	Hits     []hitPartsJSON `json:"hits"`
	Expected *expectedJSON  `json:"expected,omitempty"`
}

type periodJSON struct {
	Text  string `json:"text"`
	First string `json:"first"` // day; "" for no beginning
	Last  string `json:"last"`  // day; "" for no end
}

type wordJSON struct {
	Word  string     `json:"word"`
	Name  bool       `json:"name"`
	Terms []termJSON `json:"terms"`
}

type termJSON struct {
	Term   string  `json:"term"`
	Weight float64 `json:"weight"`
	From   string  `json:"from"`
}

type hitPartsJSON struct {
	Rank     int           `json:"rank"` // 0 for a passage that is not among the hits
	Score    float64       `json:"score"`
	Document string        `json:"document"`
	Passage  string        `json:"passage"`
	Start    int           `json:"start"` // of the sentence
	End      int           `json:"end"`
	Sentence string        `json:"sentence"`
	Parts    []partJSON    `json:"parts"`
	Words    []matchesJSON `json:"words"`
}

type partJSON struct {
	Name   string  `json:"name"`
	Value  float64 `json:"value"`
	Weight float64 `json:"weight"`
	Score  float64 `json:"score"`
}

type matchesJSON struct {
	Word     string    `json:"word"`
	Sentence matchJSON `json:"sentence"`
	Passage  matchJSON `json:"passage"`
	Document matchJSON `json:"document"`
}

type matchJSON struct {
	termJSON
	IDF  float64 `json:"idf"`
	BM25 float64 `json:"bm25"`
}

type expectedJSON struct {
	Document     string           `json:"document"`
	DocumentRank int              `json:"document_rank"` // 0 where the filter bars it
	Missing      []string         `json:"missing"`
	Best         *hitPartsJSON    `json:"best,omitempty"`
	Differences  []differenceJSON `json:"differences"` // to the first hit
}

type differenceJSON struct {
	Name     string  `json:"name"`
	First    float64 `json:"first"`
	Expected float64 `json:"expected"`
	Worth    float64 `json:"worth"` // how much more it adds to the first hit's score
}

// Explanation writes how the hits of one question, which is numbered from 1, came about.
func (e *Encoder) Explanation(question int, x retrieval.Explanation) error {
	out := explanationJSON{
		Question: question, Text: x.Question, Language: x.Language, AsksFor: x.AsksFor, Notice: string(x.Warning),
		Periods: []periodJSON{}, Words: []wordJSON{}, Hits: []hitPartsJSON{},
	}
	for _, p := range x.Periods {
		one := periodJSON{Text: p.Text, First: dayOr(p.From, "")}
		if !p.To.IsZero() {
			one.Last = lastDay(p.To)
		}
		out.Periods = append(out.Periods, one)
	}
	for _, w := range x.Words {
		one := wordJSON{w.Text, w.Name, []termJSON{}}
		for _, t := range w.Terms {
			one.Terms = append(one.Terms, termJSON(t))
		}
		out.Words = append(out.Words, one)
	}
	for _, h := range x.Hits {
		out.Hits = append(out.Hits, hitParts(h))
	}
	if d := x.Expected; d != nil {
		one := &expectedJSON{Document: d.Document.ID, DocumentRank: d.DocumentRank, Missing: list(d.Missing()), Differences: []differenceJSON{}}
		if !d.Barred() {
			best := hitParts(d.ExplainedHit)
			one.Best = &best
			for _, diff := range differences(x.Hits[0], d.ExplainedHit) {
				one.Differences = append(one.Differences, differenceJSON{diff.name, diff.first, diff.expected, diff.worth})
			}
		}
		out.Expected = one
	}
	return e.write(out)
}

func hitParts(h retrieval.ExplainedHit) hitPartsJSON {
	d := h.Hit.Document
	out := hitPartsJSON{
		Rank: h.Rank, Score: h.Hit.Score, Document: d.ID, Passage: h.Hit.Passage.ID, Start: h.Sentence.Start, End: h.Sentence.End,
		Sentence: d.Text[h.Sentence.Start:h.Sentence.End], Parts: []partJSON{}, Words: []matchesJSON{},
	}
	for _, p := range h.Parts {
		out.Parts = append(out.Parts, partJSON{p.Name, p.Value, p.Weight, p.Score()})
	}
	of := func(m retrieval.TermMatch) matchJSON { return matchJSON{termJSON(m.ExplainedTerm), m.IDF, m.BM25} }
	for _, w := range h.Words {
		out.Words = append(out.Words, matchesJSON{w.Word, of(w.Sentence), of(w.Passage), of(w.Document)})
	}
	return out
}
