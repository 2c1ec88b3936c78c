package local

import (
	"context"

	"passerelle/retrieval"
	"passerelle/retrieval/fusion"
)

// candidates is how many of the best sentences weights are learned on; those below are as good as never above them.
const candidates = 100

// Candidates lists the best sentences for a question with what the ranking knows of each, and after them those that wanted
// tells, where they are not among the best.
func (s *Searcher) Candidates(ctx context.Context, q retrieval.Query, wanted func(retrieval.SentenceHit) bool) ([]retrieval.SentenceHit, []fusion.Features, error) {
	f, err := s.rankAmong(ctx, q, len(s.corpus.passages))
	if err != nil {
		return nil, nil, err
	}
	if err := s.reread(ctx, f, candidates); err != nil { // as any of them may be among the best by other weights
		return nil, nil, err
	}
	var hits []retrieval.SentenceHit
	var features []fusion.Features
	for place, n := range f.order {
		hit := s.sentenceHit(n, f)
		if place < candidates || wanted(hit) {
			hits = append(hits, hit)
			features = append(features, f.of(n).Features)
		}
	}
	return hits, features, nil
}

// Weights are those of the ranking.
func (s *Searcher) Weights() fusion.Weights { return s.weights }
