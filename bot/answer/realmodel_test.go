//go:build realmodel

package answer_test

import (
	"context"
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"passerelle/bot"
	"passerelle/bot/answer"
	"passerelle/bot/llm"
)

// replies keeps what a model says.
type replies struct {
	llm.Model
	mu   sync.Mutex
	said []string
}

func (r *replies) Complete(ctx context.Context, in llm.Request) (llm.Response, error) {
	out, err := r.Model.Complete(ctx, in)
	if err == nil {
		r.mu.Lock()
		r.said = append(r.said, out.Text)
		r.mu.Unlock()
	}
	return out, err
}

// TestRealModel asks a model that is really there the questions of testdata/realmodel.tsv over the seeds and prints how
// many of its claims were proven. The server is that of PASSERELLE_LLM_BASE_URL, PASSERELLE_LLM_MODEL and
// PASSERELLE_LLM_KEY; PASSERELLE_LLM_CONTEXT_TOKENS is what it takes in a request (8192 where it is not said).
func TestRealModel(t *testing.T) {
	base, name := os.Getenv("PASSERELLE_LLM_BASE_URL"), os.Getenv("PASSERELLE_LLM_MODEL")
	if base == "" || name == "" {
		t.Fatal("set PASSERELLE_LLM_BASE_URL and PASSERELLE_LLM_MODEL to a server that is running")
	}
	room := 8192
	if set := os.Getenv("PASSERELLE_LLM_CONTEXT_TOKENS"); set != "" {
		var err error
		if room, err = strconv.Atoi(set); err != nil {
			t.Fatal(err)
		}
	}
	const replyTokens = 700
	client, err := llm.New(llm.Config{
		BaseURL: base, Model: name, Key: os.Getenv("PASSERELLE_LLM_KEY"), Timeout: 15 * time.Minute, MaxTokens: replyTokens, Stream: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	model := &replies{Model: client}
	searcher := seedsSearcher(t)
	a, err := answer.New(answer.Parts{
		Extractive: answer.NewExtractive(searcher), Searcher: searcher, Model: model, Gates: gates(t),
		ContextTokens: room, ReplyTokens: replyTokens, PassageTokens: 800, Timeout: 30 * time.Minute,
	})
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile("testdata/realmodel.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var asked, written, shown, heard int
	for _, row := range strings.Split(strings.TrimSpace(string(file)), "\n")[1:] {
		language, text, _ := strings.Cut(row, "\t")
		begun := time.Now()
		model.said = nil
		got, err := a.Answer(t.Context(), bot.Question{Text: text, Language: language})
		if err != nil {
			t.Fatal(err)
		}
		asked++
		proven := 0
		if got.Mode == bot.Generative {
			proven = len(got.Claims)
		}
		claims := 0
		for _, said := range model.said {
			var draft struct{ Claims []json.RawMessage }
			if json.Unmarshal([]byte(said), &draft) == nil {
				claims += len(draft.Claims)
				heard++
			}
		}
		written, shown = written+claims, shown+proven
		t.Logf("%s: %s, %s, notice %q, %d replies, %d claims, %d shown, %.0f s", text, got.Status, got.Mode, got.Notice, len(model.said), claims, proven, time.Since(begun).Seconds())
		for _, c := range got.Claims {
			if got.Mode == bot.Generative {
				t.Logf("    %s", c.Text)
			}
		}
	}
	t.Logf("%d questions, %d claims written in %d replies, %d proven and shown", asked, written, heard, shown)
	if heard == 0 {
		t.Error("no reply was the JSON that was asked for")
	}
}
