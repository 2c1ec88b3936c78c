package main

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passerelle/bot/llm"
	"passerelle/prompts"
)

// scripted is a model that remembers what it was asked.
type scripted struct {
	asked llm.Request
	text  string
	err   error
}

func (s *scripted) Complete(_ context.Context, r llm.Request) (llm.Response, error) {
	s.asked = r
	return llm.Response{Text: s.text}, s.err
}

func TestRewritingModel(t *testing.T) {
	m := &scripted{text: `{"question":"?"}`}
	said := []prompts.Message{{Role: "system", Content: "Rewrite."}, {Role: "user", Content: "et à Perm ?"}}
	got, err := rewritingModel{m}.Reply(t.Context(), said, json.RawMessage(`{}`))
	if err != nil || got != m.text {
		t.Errorf("replied %q, %v", got, err)
	}
	want := llm.Request{
		Messages: []llm.Message{{Role: llm.System, Content: "Rewrite."}, {Role: llm.User, Content: "et à Perm ?"}},
		Schema:   json.RawMessage(`{}`), SchemaName: "rewrite",
	}
	if diff := cmp.Diff(want, m.asked); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
	m.err = errors.New("busy")
	if _, err := (rewritingModel{m}).Reply(t.Context(), said, nil); !errors.Is(err, m.err) {
		t.Errorf("a model that fails returned %v", err)
	}
}
