package eval_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"passerelle/retrieval"
	"passerelle/retrieval/eval"
	"passerelle/retrieval/fusion"
)

// shelf lists for every question one sentence of its own document, which alone holds what is asked for, and three of
// another, which are nearer in meaning.
type shelf struct{ broken bool }

func (s shelf) Candidates(_ context.Context, q retrieval.Query, wanted func(retrieval.SentenceHit) bool) (hits []retrieval.SentenceHit, features []fusion.Features, _ error) {
	if s.broken {
		return nil, nil, errors.New("the shelf is gone")
	}
	own := &retrieval.Document{ID: "own-" + q.Text, Text: "Oui."}
	other := &retrieval.Document{ID: "other", Text: "Un. Deux. Trois."}
	add := func(d *retrieval.Document, start, end int, f fusion.Features) {
		hit := retrieval.SentenceHit{Span: retrieval.Span{Start: start, End: end}, Document: d}
		if wanted(hit) != (d == own) {
			panic("only the gold sentence is wanted")
		}
		hits, features = append(hits, hit), append(features, f)
	}
	add(other, 0, 3, fusion.Features{CosSentence: .9})
	add(other, 4, 9, fusion.Features{CosSentence: .9})
	add(other, 10, 16, fusion.Features{CosSentence: .9})
	add(own, 0, 4, fusion.Features{CosSentence: .8, Type: 1})
	return hits, features, nil
}

func asking(n int) (out []eval.Question) {
	for i := range n {
		for _, language := range []string{"fr", "ru"} {
			text := fmt.Sprint(i)
			out = append(out, eval.Question{Text: text, Language: language, Gold: []string{"own-" + text}, Sentence: "Oui."})
		}
	}
	return append(out, eval.Question{Text: "no sentence", Language: "fr", Gold: []string{"x"}})
}

func TestTune(t *testing.T) {
	got, err := eval.Tune(t.Context(), shelf{}, asking(30), fusion.Weights{CosSentence: 20})
	if err != nil {
		t.Fatal(err)
	}
	if !got.Better || got.Weights.Type <= 0 || len(got.Languages) != 2 {
		t.Errorf("%+v", got)
	}
	for _, l := range got.Languages {
		if l.N != 30 || l.Current != (eval.TunedHits{Fact4: 1}) || l.Learned != (eval.TunedHits{Document1: 1, Fact3: 1, Fact4: 1}) {
			t.Errorf("%+v", l)
		}
	}
	again, err := eval.Tune(t.Context(), shelf{}, asking(30), fusion.Weights{Type: 5})
	if err != nil || again.Better {
		t.Errorf("no better than what finds all already: %+v, %v", again, err)
	}
}

func TestTuneFails(t *testing.T) {
	if _, err := eval.Tune(t.Context(), shelf{}, asking(0), fusion.Weights{}); err == nil || !strings.Contains(err.Error(), "no question names the sentence") {
		t.Errorf("error %v", err)
	}
	if _, err := eval.Tune(t.Context(), shelf{broken: true}, asking(1), fusion.Weights{}); err == nil || !strings.Contains(err.Error(), "question 1: the shelf is gone") {
		t.Errorf("error %v", err)
	}
}

func TestBleve(t *testing.T) {
	b, err := eval.NewBleve(t.Context(), []*retrieval.Document{
		{ID: "usine", Title: "Une usine à Kalouga", Text: "Elle emploie trois mille personnes."},
		{ID: "fromage", Text: "Une fromagère enseigne son métier."},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	for question, want := range map[string]string{"les usines": "usine", "personne": "usine", "fromagères": "fromage", "сыр": "", "": ""} {
		r, err := b.Search(t.Context(), retrieval.Query{Text: question})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(eval.Ranked(r), " "); got != want {
			t.Errorf("%q finds %q, want %q", question, got, want)
		}
	}
}
