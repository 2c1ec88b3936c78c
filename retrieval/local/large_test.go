package local_test

import (
	"slices"
	"testing"

	"passerelle/retrieval"
	"passerelle/retrieval/local"
	"passerelle/seeds"
)

// TestLargeCorpusFindsAsMuch asks the questions of the sets with all sentences rated and the best read by the encoder, and as
// a large corpus is asked: with the question read by one pass, and sentences' words as they lie packed beside vectors. What a
// shortlist loses beside that, TestShortlist measures.
func TestLargeCorpusFindsAsMuch(t *testing.T) {
	if testing.Short() {
		t.Skip("packs two thousand sentences")
	}
	s := open(t, local.Options{Name: "seeds", Documents: seedDocuments(t), Vectors: seeds.Vectors(), Wait: true})
	if err := s.PackSentences(t.Context()); err != nil {
		t.Fatal(err)
	}
	type found struct{ documents, first, four, answerable int }
	measure := func(packed bool) (f found, asked int) {
		s.ReadPacked(packed)
		for _, q := range slices.Concat(readQuestions(t, developmentSet), readQuestions(t, ownSet)) {
			for _, l := range questionLanguages() {
				r, err := s.Search(t.Context(), retrieval.Query{Text: q.text[l], Language: l})
				if err != nil {
					t.Fatal(err)
				}
				asked++
				f.documents += one(slices.Contains(q.Gold, r.Documents[0].Document.ID))
				is := func(h retrieval.SentenceHit) bool { return h.Text() == q.Sentence }
				f.first += one(is(r.Sentences[0]))
				f.four += one(slices.ContainsFunc(r.Sentences[:4], is))
				f.answerable += one(r.Signals.Answerable > 0)
			}
		}
		return f, asked
	}
	small, asked := measure(false)
	large, _ := measure(true)
	t.Logf("of %d questions, read by the encoder %+v, packed %+v (document first, sentence first, among four, answerable)", asked, small, large)
	const noise = 6 // questions
	if large.documents < small.documents-noise || large.first < small.first-noise || large.four < small.four-noise {
		t.Errorf("a large corpus loses more than %d questions", noise)
	}
}

func one(is bool) int {
	if is {
		return 1
	}
	return 0
}
