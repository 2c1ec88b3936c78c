package bot

import (
	"context"

	"passerelle/retrieval"
)

// Command is declared once and served by every surface. Its localised names and descriptions are texts of bot/locale
// under "command.NAME.name", "command.NAME.description", "command.NAME.OPTION.name" and "…OPTION.description".
type Command struct {
	Name    string // the base name, English, lower case
	Options []Option
	Run     func(ctx context.Context, in Invocation) (Reply, error)
}

// Option is one string argument of a Command.
type Option struct {
	Name     string
	Required bool
	// Complete lists what could stand for the typed text, best first; nil when the option has no completion.
	// The surface cuts the list to what it can show.
	Complete func(ctx context.Context, typed, language string) []Choice
}

// Choice is one completion: what a person sees and what the command gets.
type Choice struct{ Label, Value string }

// Invocation is one use of a Command.
type Invocation struct {
	Options  map[string]string // by the option's base name
	Language string            // of the person’s client, or "" to find out from the options; /ask goes by the question’s own
	Who      string
	Where    string
	Earlier  []Turn
	Progress func(Progress) // as of Question; told by /ask alone
}

// Reply is what a Command returns; exactly one of its parts is set. bot/card lays it out for people.
type Reply struct {
	Language string // of all texts around quotes
	Answer   *Answer
	Dossier  *Dossier
	Sources  *Sources
	Help     *Help
}

// Dossier is the reply to /delegation.
type Dossier struct {
	Asked       string   // the place as the person wrote it
	Place       string   // the place that was understood, named in the reply's language; "" when unknown
	Nearest     []string // for an unknown place: names like it, in the reply's language
	Mentioned   bool     // documents name the place, delegations or not
	Instead     []string // where nothing is told of the place: others, with delegations, named in the reply's language
	Delegations []retrieval.Delegation
	Citations   []Citation // every Fact's document and span is one of these
}

// Sources is the reply to /sources: what the bot has read.
type Sources struct {
	About       string // what the list was narrowed to; "" for all
	Total       int    // documents in the corpus
	Documents   []*retrieval.Document
	Publishers  []Publisher
	First, Last retrieval.Date
}

// Publisher is a source with the number of its documents.
type Publisher struct {
	Name      string
	Documents int
}

// Help is the reply to /help.
type Help struct {
	Commands []Command
	Places   []string // some with delegations, named in the reply's language, best first
}
