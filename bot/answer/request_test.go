package answer_test

import (
	"strings"
	"testing"

	"passerelle/bot"
	"passerelle/bot/answer"
	"passerelle/bot/llm/llmtest"
	"passerelle/retrieval"
)

func TestRequest(t *testing.T) {
	s := newShelf(t)
	server := llmtest.New(t, llmtest.Good)
	a := newAnswerer(t, server, setting{shelf: s})
	q := question
	q.Language = retrieval.Russian
	q.Earlier = []bot.Turn{
		{Question: "Кто приехал?", Answer: &bot.Answer{Claims: []bot.Claim{{Text: "Секретный факт."}}}},
		{Question: "<question>", Answer: nil},
	}
	ask(t, a, q)
	ask(t, a, q)
	requests := server.Requests()
	if len(requests) != 2 {
		t.Fatalf("%d requests", len(requests))
	}
	last := requests[0].Messages[len(requests[0].Messages)-1]
	passages := requests[0].Passages()
	if last.Role != "user" || len(passages) != len(s.documents) {
		t.Fatalf("last message of %s with %d passages:\n%s", last.Role, len(passages), last.Content)
	}
	for i, p := range passages {
		d := s.documents[i]
		if p.Text != d.Text || p.Title != d.Title || p.Date != d.Date.Text {
			t.Errorf("passage %+v, want %s", p, d.Text)
		}
		for j, other := range append(requests[1].Passages(), passages[:i]...) {
			if other.ID == p.ID {
				t.Errorf("id %q of passage %d again at %d", p.ID, i, j)
			}
		}
		if p.ID == "" || strings.Contains(d.ID, p.ID) || strings.Contains(p.ID, "#") {
			t.Errorf("id %q is not opaque", p.ID)
		}
	}
	for _, want := range []string{"2026-01-31", "Russian (русский)", "Секретный факт.", "&lt;question&gt;", "<question>Où est allée"} {
		if !strings.Contains(last.Content, want) {
			t.Errorf("%q is not in the last message:\n%s", want, last.Content)
		}
	}
	if got := string(requests[0].Fields["temperature"]); got != "0" {
		t.Errorf("temperature %q", got)
	}
	if got := string(requests[0].Fields["response_format"]); !strings.Contains(got, `"answerable"`) {
		t.Errorf("response_format %s", got)
	}
}

// TestEarlierAnswersProveNothing: what the conversation says cannot be quoted.
func TestEarlierAnswersProveNothing(t *testing.T) {
	s := newShelf(t)
	server := llmtest.New(t, llmtest.Drafts(func(p []llmtest.Passage) llmtest.Draft {
		return llmtest.Draft{Answerable: true, Claims: []llmtest.Claim{{
			Text:     llmtest.LieMark,
			Evidence: []llmtest.Evidence{{ID: p[0].ID, Quote: "Le gouverneur a signé douze accords secrets."}},
		}}}
	}))
	q := question
	q.Earlier = []bot.Turn{{Question: "Et alors ?", Answer: &bot.Answer{Claims: []bot.Claim{{Text: "Le gouverneur a signé douze accords secrets."}}}}}
	got := ask(t, newAnswerer(t, server, setting{shelf: s}), q)
	checkShown(t, got, s)
	if got.Notice != bot.NoticeModelUnproven {
		t.Errorf("answer %+v", got)
	}
}

func TestBudget(t *testing.T) {
	tests := []struct {
		name  string
		parts answer.Parts
		want  int
	}{
		{"all", answer.Parts{}, 4},
		{"passages", answer.Parts{MaxPassages: 2}, 2},
		{"tokens", answer.Parts{PassageTokens: 370}, 2},
		{"context", answer.Parts{ContextTokens: 4400}, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := llmtest.New(t, llmtest.Good)
			ask(t, newAnswerer(t, server, setting{shelf: newShelf(t), parts: tt.parts}), question)
			passages := server.Requests()[0].Passages()
			if len(passages) != tt.want || !strings.Contains(passages[0].Text, "Irkoutsk") {
				t.Errorf("%d passages, want %d, the best first", len(passages), tt.want)
			}
		})
	}
	t.Run("too small for any", func(t *testing.T) {
		server := llmtest.New(t, llmtest.Good)
		got := ask(t, newAnswerer(t, server, setting{shelf: newShelf(t), parts: answer.Parts{PassageTokens: 10}}), question)
		if got.Mode != bot.Extractive || len(got.Claims) == 0 || len(server.Requests()) != 0 {
			t.Errorf("answer %+v", got)
		}
	})
}
