package bot_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"passerelle/bot"
)

// rewriter gives the text that it is told to, for a question in French.
type rewriter struct {
	text  string
	asked []bot.Question
}

func (r *rewriter) Rewrite(_ context.Context, q bot.Question) bot.Rewriting {
	r.asked = append(r.asked, q)
	return bot.Rewriting{Text: r.text, Near: []string{"d"}}
}

func TestAskRewrites(t *testing.T) {
	earlier := []bot.Turn{{Question: "Qui est venu à Lyon ?", Answer: &bot.Answer{Language: "fr"}}}
	for name, c := range map[string]struct {
		earlier            []bot.Turn
		rewritten          string
		searched, reported string
		near               bool
	}{
		"a first message is not":       {nil, "never seen", "et à Marseille ?", "", false},
		"one behind another":           {earlier, "Qui est venu à Marseille ?", "Qui est venu à Marseille ?", "Qui est venu à Marseille ?", true},
		"one that stands on its own":   {earlier, "et à Marseille ?", "et à Marseille ?", "", true},
		"what became too long is left": {earlier, strings.Repeat("a", bot.MaxQuestionRunes+1), "et à Marseille ?", "", false},
		"so is what became nothing":    {earlier, " ? ", "et à Marseille ?", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			h, r := &echo{}, &rewriter{text: c.rewritten}
			s, err := bot.NewService(bot.Parts{
				Answerer: h, Rewriter: r, Library: shelf{}, Detect: func(string, string) string { return "fr" },
			})
			if err != nil {
				t.Fatal(err)
			}
			a, err := s.Ask(t.Context(), bot.Question{Text: " et à Marseille ? ", Earlier: c.earlier})
			if err != nil {
				t.Fatal(err)
			}
			if h.asked.Text != c.searched || a.Rewritten != c.reported || slices.Contains(h.asked.Near, "d") != c.near {
				t.Errorf("searched %q near %v, reported %q; want %q, %v, %q", h.asked.Text, h.asked.Near, a.Rewritten, c.searched, c.near, c.reported)
			}
			if len(r.asked) > 0 && (r.asked[0].Language != "fr" || r.asked[0].Text != "et à Marseille ?") {
				t.Errorf("the rewriter was asked %q in %q", r.asked[0].Text, r.asked[0].Language)
			}
		})
	}
}

// TestTurnsThatLeanAreMadeAgain: a question that was searched as another, which nobody kept, is made again by rules, of the
// turns before it, for the next message to lean on.
func TestTurnsThatLeanAreMadeAgain(t *testing.T) {
	turns := []bot.Turn{
		{Question: "Qui est venu à Lyon ?", Answer: &bot.Answer{Language: "fr"}},
		{Question: "et à Nice ?", Answer: &bot.Answer{Language: "fr"}, Leans: true},
		{Question: "quand ?", Answer: &bot.Answer{Language: "fr", Rewritten: "Quand sont-ils venus ?"}},
	}
	r := &rewriter{text: "Qui est venu à Nice ?"}
	s, err := bot.NewService(bot.Parts{Answerer: &echo{}, Rewriter: r, Library: shelf{}, Detect: func(string, string) string { return "fr" }})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Ask(t.Context(), bot.Question{Text: "et après ?", Earlier: turns}); err != nil {
		t.Fatal(err)
	}
	if len(r.asked) != 2 {
		t.Fatalf("rewritten %d times, want the turn that leans and the message", len(r.asked))
	}
	if again := r.asked[0]; again.Text != "et à Nice ?" || !again.Quotes || len(again.Earlier) != 1 {
		t.Errorf("made again: %+v", again)
	}
	if e := r.asked[1].Earlier; e[0].Answer.Rewritten != "" || e[1].Answer.Rewritten != "Qui est venu à Nice ?" || e[2].Answer.Rewritten != "Quand sont-ils venus ?" {
		t.Errorf("the message leans on %+v", e)
	}
	if turns[1].Answer.Rewritten != "" {
		t.Error("the caller's turns are changed")
	}
}
