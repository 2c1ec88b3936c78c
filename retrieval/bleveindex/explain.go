package bleveindex

import (
	"context"

	"passerelle/retrieval/analysis"
)

// Match is what one of a question's words is worth in a unit.
type Match struct {
	IDF         float32 // of the word: that of the union of its alternatives
	Alternative int     // index of the one that is worth most in the unit; -1 where it has none
	BM25        float32 // what the word adds to the unit's score
}

// Matches takes a unit's score of Scores apart: a Match for each word, in their order.
func (x *Index) Matches(ctx context.Context, l Level, words []analysis.Word, unit int) ([]Match, error) {
	found, err := x.Look(ctx, l, words)
	if err != nil {
		return nil, err
	}
	out := make([]Match, len(words))
	for i, w := range words {
		all := found.words[i]
		m := Match{IDF: all.idf, Alternative: -1}
		if at, ok := all.find(unit); ok {
			m.BM25 = all.postings[at].weight * m.IDF
		}
		best := float32(0)
		for j, a := range w.Alternatives {
			one, err := x.term(ctx, l, a.Term)
			if err != nil {
				return nil, err
			}
			if at, ok := one.find(unit); ok {
				if worth := float32(a.Weight) * one.postings[at].weight; worth > best {
					best, m.Alternative = worth, j
				}
			}
		}
		out[i] = m
	}
	return out, nil
}
