package local

import (
	"context"

	"passerelle/retrieval"
	"passerelle/retrieval/fusion"
)

// learnedOn is how many of the best sentences weights are learned on; those below are as good as never above them.
const learnedOn = 100

func (s *view) candidates(ctx context.Context, q retrieval.Query, wanted func(retrieval.SentenceHit) bool) ([]retrieval.SentenceHit, []fusion.Features, error) {
	f, err := s.rankAmong(ctx, q, len(s.corpus.passages))
	if err != nil {
		return nil, nil, err
	}
	if err := s.reread(ctx, f, learnedOn); err != nil { // as any of them may be among the best by other weights
		return nil, nil, err
	}
	var hits []retrieval.SentenceHit
	var features []fusion.Features
	for place, n := range f.order {
		hit := s.sentenceHit(n, f)
		if place < learnedOn || wanted(hit) {
			hits = append(hits, hit)
			features = append(features, f.of(n).Features)
		}
	}
	return hits, features, nil
}
