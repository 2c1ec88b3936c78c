package local_test

import (
	"slices"
	"strings"
	"testing"

	"passerelle/retrieval"
	"passerelle/retrieval/fusion"
	"passerelle/retrieval/local"
)

// TestWithout opens one index without each part, and shows for some that it is that part which is off: a question that
// it alone answers finds its document no longer by the words' or the meaning's lead.
func TestWithout(t *testing.T) {
	dir := t.TempDir()
	open(t, local.Options{Dir: dir, Documents: few(), Wait: true})
	score := func(without local.Part, question, document string) float64 {
		s := open(t, local.Options{Dir: dir, Documents: few(), Wait: true, Without: without})
		r := first(t, s, question)
		i := slices.IndexFunc(r.Documents, func(d retrieval.DocumentHit) bool { return d.Document.ID == document })
		if i < 0 {
			t.Fatalf("%q finds no %s without %q", question, document, without)
		}
		return r.Documents[i].Score
	}
	for _, c := range []struct {
		part               local.Part
		question, document string
	}{
		{"meaning", "usine", "usine"}, {"CosTitled", "usine", "usine"}, {"words", "usine", "usine"}, {"WordsDocument", "usine", "usine"},
		{"Type", "Combien de gens à Kalouga ?", "usine"}, {"lexicon", "завод", "usine"},
		{"places", "нантский хор", "choeur"}, {"names by sound", "Saratow", "choeur"},
	} {
		if all, without := score("", c.question, c.document), score(c.part, c.question, c.document); without >= all {
			t.Errorf("%q: %.3f without %s, %.3f with it", c.question, without, c.part, all)
		}
	}
	for _, part := range local.Parts() {
		first(t, open(t, local.Options{Dir: dir, Documents: few(), Wait: true, Without: part}), "usine")
	}
	s, err := local.Open(t.Context(), local.Options{Name: "x", Documents: few(), Without: "luck"})
	if err == nil || !strings.Contains(err.Error(), `no part "luck"`) {
		t.Errorf("error %v", err)
		_ = s.Close()
	}
}

func TestOwnWeights(t *testing.T) {
	s := open(t, local.Options{Documents: few(), Wait: true, Weights: &fusion.Weights{WordsSentence: 1}})
	if s.Weights() != (fusion.Weights{WordsSentence: 1}) {
		t.Errorf("weights %+v", s.Weights())
	}
	hits, features, err := s.Candidates(t.Context(), retrieval.Query{Text: "enfants de Saratov", Language: "fr"}, func(retrieval.SentenceHit) bool { return false })
	if err != nil || len(hits) != len(features) || len(hits) < 6 {
		t.Fatalf("%d candidates with %d features, %v", len(hits), len(features), err)
	}
	for i, h := range hits {
		if h.Score != float64(features[i].WordsSentence) || i > 0 && hits[i-1].Score < h.Score {
			t.Errorf("candidate %d: score %v of %+v", i, h.Score, features[i])
		}
	}
}
