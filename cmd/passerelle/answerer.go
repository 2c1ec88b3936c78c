package main

import (
	"log/slog"

	"passerelle/bot"
	"passerelle/bot/answer"
	"passerelle/bot/llm"
	"passerelle/cmd/passerelle/internal/config"
	"passerelle/retrieval"
	"passerelle/retrieval/gazetteer"
)

// newAnswerer answers by quotes, through a model unless that is nil.
func newAnswerer(model *llm.Client, s retrieval.Searcher, places *gazetteer.Gazetteer, log *slog.Logger) (bot.Answerer, error) {
	quotes := answer.NewExtractive(s)
	if model == nil {
		return quotes, nil
	}
	gates, err := newGates(places)
	if err != nil {
		return nil, err
	}
	return answer.New(answer.Parts{Extractive: quotes, Model: model, Searcher: s, Gates: gates, Log: log})
}

func newModel(c config.LLM) (*llm.Client, error) {
	key, err := c.Secret()
	if err != nil {
		return nil, err
	}
	return llm.New(llm.Config{
		BaseURL: c.BaseURL, Model: c.Model, Key: key.Reveal(), Timeout: c.Timeout, MaxTokens: c.MaxTokens,
		MaxTokensField: c.MaxTokensField, OmitTemperature: c.OmitTemperature, ResponseFormat: c.ResponseFormat,
	})
}
