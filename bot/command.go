package bot

import (
	"context"
	"time"

	"passerelle/retrieval"
)

// Command is declared once and served by every surface. Its localised names and descriptions are texts of bot/locale
// under "command.NAME.name", "command.NAME.description", "command.NAME.OPTION.name" and "…OPTION.description".
type Command struct {
	Name       string // the base name, English, lower case
	Options    []Option
	Moderators bool // for those who manage a guild, and in guilds alone
	Private    bool // the reply is for the one who asked alone
	Community  bool // only where people meet: of no use in a terminal
	// OnMessages: its first option takes the text of a message that anybody wrote. Its name there is the text
	// "command.NAME.message".
	OnMessages bool
	Run        func(ctx context.Context, in Invocation) (Reply, error)
}

// Option is one argument of a Command. Its value is a string, whatever its Kind: a surface checks and converts.
type Option struct {
	Name     string
	Required bool
	Kind     Kind
	Most     int      // the largest Number; the least is 0
	Choices  []string // the only values of a Text, named by texts under "command.NAME.OPTION.VALUE"; nil for any
	// Complete lists what could stand for the typed text, best first; nil when the option has no completion.
	// The surface cuts the list to what it can show.
	Complete func(ctx context.Context, typed, language string) []Choice
}

// Kind is what an Option takes.
type Kind string

// Kinds of an Option.
const (
	Text    Kind = ""
	Number  Kind = "number"  // a whole number, in digits
	YesNo   Kind = "yes_no"  // "true" or "false"
	Channel Kind = "channel" // the id of a channel of the guild
)

// Choice is one completion: what a person sees and what the command gets.
type Choice struct{ Label, Value string }

// Invocation is one use of a Command.
type Invocation struct {
	Options  map[string]string // by the option's base name
	Language string            // of the person’s client, or "" to find out from the options; /ask goes by the question’s own
	ID       string            // of this use; a question is kept under it. "" keeps nothing
	At       time.Time         // when the person asked, which may be long before their turn; zero for when the command runs
	Who      string
	Where    string // the guild, or the private conversation
	Guild    string // "" outside guilds
	Channel  string
	Manages  bool // the person may change the guild's settings
	// ChannelName writes a channel's id as the surface shows it; nil for the id itself.
	ChannelName func(id string) string
	Earlier     []Turn
	Beyond      []Citation     // as of Question; read by /ask alone
	Progress    func(Progress) // as of Question; told by /ask alone
}

// Reply is what a Command returns; exactly one of its parts is set. bot/card lays it out for people.
type Reply struct {
	Language string // of all texts around quotes
	Answer   *Answer
	Dossier  *Dossier
	Sources  *Sources
	Help     *Help
	Settings *SettingsReply
	Privacy  *PrivacyReply
	Forgot   *Forgotten
	Stats    *Stats
	Check    *CheckReply
	Files    []File // that go with it
}

// File is something to keep of a reply.
type File struct {
	Name    string
	Content []byte
}

// SettingsReply is the reply to /settings.
type SettingsReply struct {
	Settings
	Changed bool
	Usual   Settings // what holds where a number or time of Settings is 0
	// ChannelNames are Channels as the surface shows them, in the same order.
	ChannelNames []string
}

// PrivacyReply is the reply to /privacy.
type PrivacyReply struct {
	Kept
	Retention time.Duration
}

// Forgotten is the reply to /forget: what was deleted, and what was found of the person afterwards.
type Forgotten struct{ Deleted, Left Kept }

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
