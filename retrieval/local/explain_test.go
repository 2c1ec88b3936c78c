package local_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"passerelle/retrieval"
	"passerelle/retrieval/local"
)

// TestExplanationAddsUp: the parts of a hit are its score, and the words of each size of text are that part's value.
func TestExplanationAddsUp(t *testing.T) {
	s := open(t, local.Options{Documents: append(few(), dated(t)...)})
	for _, question := range []string{
		"Кто учит делать сыр на Урале?", "usine de voitures à Kalouga en 2010", "how many people work at the Kaluga plant", "film russe",
	} {
		q := retrieval.Query{Text: question}
		r := first(t, s, question)
		e, err := s.Explain(t.Context(), q, "")
		if err != nil {
			t.Fatal(err)
		}
		if len(e.Hits) != len(r.Hits) || e.Language != r.Language || len(e.Words) == 0 {
			t.Fatalf("%q: %d hits explained of %d, %d words", question, len(e.Hits), len(r.Hits), len(e.Words))
		}
		for i, h := range e.Hits {
			if h.Hit != r.Hits[i] || h.Rank != i+1 {
				t.Errorf("%q: hit %d is another", question, i+1)
			}
			sum, values := 0.0, map[string]float64{}
			for _, p := range h.Parts {
				sum += p.Score()
				values[p.Name] = p.Value
			}
			if math.Abs(sum-h.Hit.Score) > 1e-3 {
				t.Errorf("%q: parts of hit %d make %g, its score is %g", question, i+1, sum, h.Hit.Score)
			}
			var sentence, passage, document float64
			for _, w := range h.Words {
				sentence, passage, document = sentence+w.Sentence.BM25, passage+w.Passage.BM25, document+w.Document.BM25
				for _, m := range []retrieval.TermMatch{w.Sentence, w.Passage, w.Document} {
					if (m.Term == "") != (m.BM25 == 0) || m.IDF <= 0 || m.Term != "" && (m.From == "" || m.Weight <= 0) {
						t.Errorf("%q: %q matches as %+v", question, w.Word, m)
					}
				}
			}
			for name, got := range map[string]float64{"WordsSentence": sentence, "WordsPassage": passage, "WordsDocument": document} {
				if math.Abs(got-values[name]) > 1e-3 {
					t.Errorf("%q: words of hit %d make %s %g, it is %g", question, i+1, name, got, values[name])
				}
			}
		}
	}
}

func TestExplainedOrigins(t *testing.T) {
	s := open(t, local.Options{Documents: few()})
	for question, want := range map[string][2]string{ // question → a term and where it is from
		"usine Kalouga":     {"@", "place"},
		"калужский завод":   {"usin", "translation"},
		"usines":            {"usin", "word"},
		"концерт в Саратав": {"saratov", "sound"},
	} {
		e, err := s.Explain(t.Context(), retrieval.Query{Text: question}, "")
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(e.Words, func(w retrieval.ExplainedWord) bool {
			return slices.ContainsFunc(w.Terms, func(x retrieval.ExplainedTerm) bool {
				return (x.Term == want[0] || want[0] == "@" && x.Term[0] == '@') && x.From == want[1]
			})
		}) {
			t.Errorf("%q: no %s from %s in %+v", question, want[0], want[1], e.Words)
		}
	}
}

func TestExplainExpected(t *testing.T) {
	s := open(t, local.Options{Documents: append(few(), dated(t)...)})
	e, err := s.Explain(t.Context(), retrieval.Query{Text: "usine de voitures à Kalouga"}, "fromage")
	if err != nil {
		t.Fatal(err)
	}
	x := e.Expected
	if x.Document.ID != "fromage" || x.DocumentRank < 2 || x.Barred() || x.Hit.Document != x.Document || len(x.Parts) != len(e.Hits[0].Parts) {
		t.Errorf("expected %+v", x)
	}
	if !slices.Contains(x.Missing(), "Kalouga") || slices.Contains(e.Hits[0].Missing(), "Kalouga") {
		t.Errorf("missing are %q, in the winner %q", x.Missing(), e.Hits[0].Missing())
	}
	if e, err = s.Explain(t.Context(), retrieval.Query{Text: "usine de voitures à Kalouga"}, "usine"); err != nil || e.Expected.DocumentRank != 1 || e.Expected.Rank != 1 {
		t.Errorf("the winner is %+v, %v", e.Expected, err)
	}
	filter := retrieval.Filter{Place: "Lyon"}
	if e, err = s.Explain(t.Context(), retrieval.Query{Text: "film", Filter: filter}, "usine"); err != nil || !e.Expected.Barred() {
		t.Errorf("barred is %+v, %v", e.Expected, err)
	}
	if _, err = s.Explain(t.Context(), retrieval.Query{Text: "film"}, "nothing"); !errors.Is(err, local.ErrUnknownDocument) {
		t.Errorf("unknown document: %v", err)
	}
	if e, err = s.Explain(t.Context(), retrieval.Query{Text: " "}, "usine"); err != nil || len(e.Hits) > 0 {
		t.Errorf("empty question: %+v, %v", e, err)
	}
}
