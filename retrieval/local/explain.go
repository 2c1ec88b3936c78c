package local

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"passerelle/retrieval"
	"passerelle/retrieval/analysis"
	"passerelle/retrieval/bleveindex"
	"passerelle/retrieval/fusion"
)

// ErrUnknownDocument: no document of the index has that id.
var ErrUnknownDocument = errors.New("no document has that id")

func (s *view) explain(ctx context.Context, q retrieval.Query, expected string) (retrieval.Explanation, error) {
	document, known := s.corpus.number[expected]
	if expected != "" && !known {
		return retrieval.Explanation{}, fmt.Errorf("%q: %w", expected, ErrUnknownDocument)
	}
	q = complete(q)
	e := retrieval.Explanation{Question: q.Text, Language: q.Language}
	if strings.TrimSpace(q.Text) == "" {
		return e, nil
	}
	defer s.contact.traffic.enter()()
	thorough := s.thorough
	if known { // its rank among all
		thorough = len(s.corpus.passages)
	}
	f, err := s.rankAmong(ctx, q, thorough)
	if err != nil {
		return e, err
	}
	e.AsksFor, e.Periods, e.Warning = string(f.asked), f.periods, f.notice
	for _, w := range f.words {
		one := retrieval.ExplainedWord{Text: w.Text, Name: w.Name}
		for _, a := range w.Alternatives {
			one.Terms = append(one.Terms, explainedTerm(a))
		}
		e.Words = append(e.Words, one)
	}
	for i, p := range s.hits(f, q.Limit) {
		hit, err := s.explainHit(ctx, f, p)
		if err != nil {
			return e, err
		}
		hit.Rank = i + 1
		e.Hits = append(e.Hits, hit)
	}
	if known {
		e.Expected, err = s.explainExpected(ctx, f, document, e.Hits)
	}
	return e, err
}

func (s *view) explainExpected(ctx context.Context, f *found, document int, hits []retrieval.ExplainedHit) (*retrieval.ExpectedDocument, error) {
	e := &retrieval.ExpectedDocument{Document: s.corpus.documents[document]}
	best := slices.IndexFunc(f.order, func(n int) bool { return s.corpus.sentences[n].document == document })
	if best < 0 {
		return e, nil
	}
	above := map[int]bool{}
	for _, n := range f.order[:best] {
		above[s.corpus.sentences[n].document] = true
	}
	e.DocumentRank = 1 + len(above)
	var err error
	e.ExplainedHit, err = s.explainHit(ctx, f, placed{sentence: f.order[best], score: f.of(f.order[best]).score})
	for _, h := range hits {
		if h.Hit.Passage == e.Hit.Passage {
			e.Rank = h.Rank
		}
	}
	return e, err
}

func (s *view) explainHit(ctx context.Context, f *found, p placed) (retrieval.ExplainedHit, error) {
	sentence := s.corpus.sentences[p.sentence]
	h := retrieval.ExplainedHit{Hit: s.hit(p), Sentence: sentence.Span}
	values, weights := f.of(p.sentence).Vector(), s.weights.Vector()
	for i, name := range fusion.Names() {
		h.Parts = append(h.Parts, retrieval.ScorePart{Name: name, Value: values[i], Weight: weights[i]})
	}
	if p.crowded != 0 {
		h.Parts = append(h.Parts, retrieval.ScorePart{Name: "Crowded", Value: float64(p.crowded), Weight: -1})
	}
	h.Words = make([]retrieval.WordMatches, len(f.words))
	for i, w := range f.words {
		h.Words[i].Word = w.Text
	}
	passage, err := s.scoredPassage(ctx, f, p.sentence)
	if err != nil {
		return h, err
	}
	for _, level := range []struct {
		bleveindex.Level
		unit int
		of   func(*retrieval.WordMatches) *retrieval.TermMatch
	}{
		{bleveindex.Sentence, p.sentence, func(w *retrieval.WordMatches) *retrieval.TermMatch { return &w.Sentence }},
		{bleveindex.Passage, passage, func(w *retrieval.WordMatches) *retrieval.TermMatch { return &w.Passage }},
		{bleveindex.Document, sentence.document, func(w *retrieval.WordMatches) *retrieval.TermMatch { return &w.Document }},
	} {
		matches, err := s.words.Matches(ctx, level.Level, f.words, level.unit)
		if err != nil {
			return h, err
		}
		for i, m := range matches {
			t := level.of(&h.Words[i])
			t.IDF, t.BM25 = float64(m.IDF), float64(m.BM25)
			if m.Alternative >= 0 {
				t.ExplainedTerm = explainedTerm(f.words[i].Alternatives[m.Alternative])
			}
		}
	}
	return h, nil
}

// scoredPassage is the passage of a sentence, of two that it may stand in, that its features are of.
func (s *view) scoredPassage(ctx context.Context, f *found, n int) (int, error) {
	sentence, best, nearest := s.corpus.sentences[n], 0, float32(math.Inf(1))
	for p := sentence.first; p <= sentence.last; p++ {
		matches, err := s.words.Matches(ctx, bleveindex.Passage, f.words, p)
		if err != nil {
			return 0, err
		}
		off := f.of(n).WordsPassage
		for _, m := range matches {
			off -= m.BM25
		}
		if off = max(off, -off); off < nearest {
			best, nearest = p, off
		}
	}
	return best, nil
}

func explainedTerm(a analysis.Alternative) retrieval.ExplainedTerm {
	return retrieval.ExplainedTerm{Term: a.Term, Weight: a.Weight, From: string(a.From)}
}
