package main

import (
	"passerelle/bot/cite"
	"passerelle/cmd/passerelle/internal/config"
	"passerelle/retrieval/alignment"
	"passerelle/retrieval/encoder"
	"passerelle/retrieval/gazetteer"
	"passerelle/retrieval/lexicon"
)

// newGates makes all checks that a claim must pass, wherever it comes from: the same for a model's claims as for those of
// passerelle prove and for those that passerelle eval --proof makes. The encoder is loaded by the first claim that needs it.
func newGates(c config.Proof, places *gazetteer.Gazetteer) (cite.Gates, error) {
	lex, err := lexicon.Load()
	if err != nil {
		return cite.Gates{}, err
	}
	aligner, err := alignment.New(new(encoder.Lazy).Model, alignment.DefaultCacheBytes)
	if err != nil {
		return cite.Gates{}, err
	}
	gates, err := cite.NewGates(places, lex, aligner)
	gates.MaxAge = c.MaxAge
	return gates, err
}
