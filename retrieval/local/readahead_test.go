package local_test

import (
	"context"
	"testing"

	"passerelle/retrieval"
	"passerelle/retrieval/local"
	"passerelle/seeds"
)

func TestReadAhead(t *testing.T) {
	documents := seedDocuments(t)[:20]
	s := open(t, local.Options{Name: "some", Documents: documents, Vectors: seeds.Vectors(), Wait: true})
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if n := s.ReadAhead(stopped); n != 0 {
		t.Errorf("%d sentences read after it was told to stop", n)
	}
	if n, want := s.ReadAhead(t.Context()), s.Stats().Sentences; n != want {
		t.Errorf("%d sentences read of %d", n, want)
	}
}

// BenchmarkSearchReadAhead asks each question once, so that no sentence is known from the question before.
func BenchmarkSearchReadAhead(b *testing.B) {
	s := open(b, local.Options{Name: "seeds", Documents: seedDocuments(b), Vectors: seeds.Vectors(), Wait: true})
	b.Logf("%d of %d sentences read", s.ReadAhead(b.Context()), s.Stats().Sentences)
	questions := readQuestions(b, developmentSet)
	b.ResetTimer()
	for i := range b.N {
		q := questions[i%len(questions)]
		if _, err := s.Search(b.Context(), retrieval.Query{Text: q.Text, Language: q.Language}); err != nil {
			b.Fatal(err)
		}
	}
}
