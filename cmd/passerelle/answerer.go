package main

import (
	"log/slog"

	"passerelle/bot"
	"passerelle/bot/answer"
	"passerelle/bot/llm"
	"passerelle/cmd/passerelle/internal/config"
	"passerelle/retrieval"
	"passerelle/retrieval/gazetteer"
	"passerelle/retrieval/ingest"
)

// newAnswerer answers by quotes, through a model unless that is nil.
func newAnswerer(c config.Config, model llm.Model, s retrieval.Searcher, places *gazetteer.Gazetteer, log *slog.Logger) (bot.Answerer, error) {
	quotes := answer.NewExtractive(s)
	if model == nil {
		return quotes, nil
	}
	gates, err := newGates(c.Proof, places)
	if err != nil {
		return nil, err
	}
	return answer.New(answer.Parts{
		Extractive: quotes, Model: model, Searcher: s, Gates: gates, Log: log,
		ContextTokens: c.LLM.ContextTokens, ReplyTokens: c.LLM.MaxTokens, Timeout: c.Answer.Timeout, Judge: c.Proof.Judge,
	})
}

// newChecker finds what the documents say of texts that people wrote.
func newChecker(c config.Proof, s retrieval.Searcher, places *gazetteer.Gazetteer) (bot.Checker, error) {
	gates, err := newGates(c, places)
	if err != nil {
		return nil, err
	}
	return answer.NewChecker(s, gates, ingest.Sentences)
}

func newModel(c config.LLM) (*llm.Client, error) {
	settings, err := modelSettings(c)
	if err != nil {
		return nil, err
	}
	return llm.New(settings)
}

func modelSettings(c config.LLM) (llm.Config, error) {
	key, err := c.Secret()
	if err != nil {
		return llm.Config{}, err
	}
	return llm.Config{
		BaseURL: c.BaseURL, Model: c.Model, Key: key.Reveal(), Timeout: c.Timeout, MaxTokens: c.MaxTokens,
		MaxTokensField: c.MaxTokensField, OmitTemperature: c.OmitTemperature, ResponseFormat: c.ResponseFormat,
		StrictSchema: c.StrictSchema, Stream: c.Stream, StreamUsage: c.StreamOptions,
	}, nil
}
