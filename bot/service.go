package bot

import (
	"context"

	"passerelle/retrieval"
)

// Delegations draws dossiers from the documents.
type Delegations interface {
	// Of finds the delegations from or to a place, named in any of the three languages, with small typos.
	Of(ctx context.Context, place, language string) (retrieval.PlaceDelegations, error)
	// Complete lists names of places with delegations that begin with, or are like, what was typed; at most limit.
	Complete(typed, language string, limit int) []string
}

// Parts is what a Service is made of. All but Delegations are required.
type Parts struct {
	Answerer    Answerer
	Library     retrieval.Library
	Delegations Delegations
	Detect      func(text string) string // the language of a text: fr, ru or en
}

// Service answers questions and runs commands. It is safe for concurrent use.
type Service struct {
	parts    Parts
	commands []Command
}
