package main

import (
	"passerelle/bot/cite"
	"passerelle/retrieval/gazetteer"
	"passerelle/retrieval/lexicon"
)

// newGates makes all checks that a claim must pass, wherever it comes from: the same for a model's claims as for those of
// passerelle prove and for those that passerelle eval --proof makes.
func newGates(places *gazetteer.Gazetteer) (cite.Gates, error) {
	lex, err := lexicon.Load()
	if err != nil {
		return cite.Gates{}, err
	}
	return cite.Gates{Names: cite.NewNames(places, lex)}, nil
}
