package answer_test

import (
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"passerelle/bot"
	"passerelle/bot/answer"
	"passerelle/bot/cite"
	"passerelle/bot/llm"
	"passerelle/bot/llm/llmtest"
	"passerelle/retrieval"
	"passerelle/retrieval/alignment"
	"passerelle/retrieval/encoder"
	"passerelle/retrieval/gazetteer"
	"passerelle/retrieval/lexicon"
)

const testKey = "sk-secret-0123456789"

// A model that never answers must run into soon; no other test is meant to reach never.
const (
	never = time.Minute
	soon  = 60 * time.Millisecond
)

type setting struct {
	shelf   *shelf
	timeout time.Duration // of a request to the model
	stream  bool
	log     *slog.Logger
	parts   answer.Parts
}

func newAnswerer(t *testing.T, server *llmtest.Server, s setting) bot.Answerer {
	t.Helper()
	if s.timeout == 0 {
		s.timeout = never
	}
	model, err := llm.New(llm.Config{BaseURL: server.URL, Model: "test-model", Key: testKey, Timeout: s.timeout, Stream: s.stream})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := model.Close(); err != nil {
			t.Error(err)
		}
	})
	if s.parts.Extractive == nil {
		s.parts.Extractive = answer.NewExtractive(s.shelf)
	}
	s.parts.Model, s.parts.Searcher, s.parts.Gates, s.parts.Log = model, s.shelf, gates(t), s.log
	s.parts.Now = func() time.Time { return time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC) }
	a, err := answer.New(s.parts)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// gates are the checks of claims, as the program makes them.
func gates(t *testing.T) cite.Gates {
	t.Helper()
	g, err := programGates()
	if err != nil {
		t.Fatal(err)
	}
	return g
}

var programGates = sync.OnceValues(func() (cite.Gates, error) {
	places, err := gazetteer.Load()
	if err != nil {
		return cite.Gates{}, err
	}
	lex, err := lexicon.Load()
	if err != nil {
		return cite.Gates{}, err
	}
	aligner, err := alignment.New(new(encoder.Lazy).Model, alignment.DefaultCacheBytes)
	if err != nil {
		return cite.Gates{}, err
	}
	return cite.NewGates(places, lex, aligner)
})

func ask(t *testing.T, a bot.Answerer, q bot.Question) bot.Answer {
	t.Helper()
	got, err := a.Answer(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

var question = bot.Question{Text: "Où est allée la région d’Irkoutsk ?", Language: retrieval.French}

// checkShown holds of every answer: each claim is cited, each citation is used, numbered from 1 and stands in its
// document, and nothing of a lie is shown.
func checkShown(t *testing.T, a bot.Answer, s *shelf) {
	t.Helper()
	used := map[int]bool{}
	for _, c := range a.Claims {
		if len(c.Citations) == 0 {
			t.Errorf("claim %q has no citation", c.Text)
		}
		for _, n := range c.Citations {
			used[n] = true
			if n < 1 || n > len(a.Citations) {
				t.Errorf("claim %q cites [%d] of %d", c.Text, n, len(a.Citations))
			}
		}
		if strings.Contains(c.Text, llmtest.LieMark) {
			t.Errorf("a lie is shown: %q", c.Text)
		}
	}
	for i, c := range a.Citations {
		if c.N != i+1 || !used[c.N] {
			t.Errorf("citation %d has number %d, used %v", i+1, c.N, used[c.N])
		}
		if !slices.Contains(s.documents, c.Document) || c.Quote() == "" || c.Passage != c.Document.ID+"#1" {
			t.Errorf("citation %+v", c)
		}
	}
}
