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

// Defaults of Parts.
const (
	DefaultPassageTokens = 4000
	DefaultContextTokens = 16_000
	DefaultReplyTokens   = 1200
	DefaultMaxPassages   = 20
	DefaultTimeout       = 30 * time.Second
)

// Parts are what an Answerer is made of. Extractive is required.
type Parts struct {
	Extractive bot.Answerer       // answers offline, and wherever the model's words cannot be shown
	Model      llm.Model          // nil to answer by Extractive alone
	Searcher   retrieval.Searcher // required with a Model
	Gates      cite.Gates         // what claims must pass; its Names are required with a Model
	// ContextTokens is what the model takes in one request, its reply of ReplyTokens included; PassageTokens and MaxPassages
	// bound the passages in it, by an estimate of their tokens. 0 for the defaults.
	ContextTokens, ReplyTokens, PassageTokens, MaxPassages int
	// Timeout is how long the model may take over one answer, with all that it is asked for; 0 for the default. Then the
	// answer is made of what is there.
	Timeout time.Duration
	// Judge has the model give a second opinion on each proven claim: one request a claim, with its quotes alone. It can only
	// reject, and a claim without an opinion is not shown.
	Judge bool
	Now   func() time.Time // nil for time.Now
	Log   *slog.Logger     // nil for none
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
