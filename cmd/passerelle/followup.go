package main

import (
	"context"
	"encoding/json"
	"log/slog"

	"passerelle/bot/followup"
	"passerelle/bot/llm"
	"passerelle/prompts"
	"passerelle/retrieval/gazetteer"
)

// newRewriter rewrites messages that lean on others by rules, and through a model unless that is nil.
func newRewriter(model llm.Model, places *gazetteer.Gazetteer, log *slog.Logger) (*followup.Rewriter, error) {
	p := followup.Parts{Places: places, Log: log}
	if model != nil {
		p.Model = rewritingModel{model}
	}
	return followup.New(p)
}

// rewritingModel is a language model as package followup asks it.
type rewritingModel struct{ model llm.Model }

// Reply implements followup.Model.
func (m rewritingModel) Reply(ctx context.Context, messages []prompts.Message, schema json.RawMessage) (string, error) {
	request := llm.Request{Schema: schema, SchemaName: "rewrite"}
	for _, said := range messages {
		request.Messages = append(request.Messages, llm.Message{Role: said.Role, Content: said.Content})
	}
	response, err := m.model.Complete(ctx, request)
	return response.Text, err
}
