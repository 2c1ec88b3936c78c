// Package answer makes answers out of what a search finds. Extractive quotes; Generative lets a model write and shows
// only what bot/cite proves, and quotes where nothing is left.
package answer

import (
	"errors"
	"log/slog"
	"time"

	"passerelle/bot"
	"passerelle/bot/cite"
	"passerelle/bot/llm"
	"passerelle/retrieval"
)

// DefaultPassageRunes bounds the passages that a model gets, in runes of their texts and titles. French and English come
// to about four runes a token and Russian to two or three, so this is 3,000 to 6,000 tokens.
const DefaultPassageRunes = 12_000

// DefaultMaxPassages bounds the passages that a model gets.
const DefaultMaxPassages = 12

// Parts are what an Answerer is made of. Extractive is required.
type Parts struct {
	Extractive bot.Answerer       // answers offline, and wherever the model's words cannot be shown
	Model      llm.Model          // nil to answer by Extractive alone
	Searcher   retrieval.Searcher // required with a Model
	Gates      cite.Gates         // what claims must pass; its Names are required with a Model
	// PassageRunes and MaxPassages bound what the model is given; 0 for the defaults.
	PassageRunes, MaxPassages int
	Now                       func() time.Time // nil for time.Now
	Log                       *slog.Logger     // nil for none
}

// New returns the Answerer that the parts make: generative with a Model, else the extractive one as it is.
func New(p Parts) (bot.Answerer, error) {
	if p.Extractive == nil {
		return nil, errors.New("answer: an extractive answerer is needed, with or without a model")
	}
	if p.Model == nil {
		return p.Extractive, nil
	}
	g, err := NewGenerative(p)
	if err != nil {
		return nil, err // not g: a nil *Generative would be a bot.Answerer that is not nil
	}
	return g, nil
}
