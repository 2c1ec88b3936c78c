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
	out := make([]Match, len(words))
	acc := newAccumulator(x.stats.Units[l])
	for i, w := range words {
		if err := x.collect(ctx, acc, l, w.Alternatives); err != nil {
			return nil, err
		}
		m := Match{IDF: acc.idf(), Alternative: -1}
		m.BM25 = acc.best[unit] * m.IDF
		acc.reset()
		best := float32(0)
		for j, a := range w.Alternatives {
			list, err := x.postings(ctx, l, a.Term)
			if err != nil {
				return nil, err
			}
			for _, p := range list {
				if worth := float32(a.Weight) * p.weight; int(p.unit) == unit && worth > best {
					best, m.Alternative = worth, j
				}
			}
		}
		out[i] = m
	}
	return out, nil
}
