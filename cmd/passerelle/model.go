package main

import (
	"passerelle/bot/llm"
	"passerelle/cmd/passerelle/internal/config"
)

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
