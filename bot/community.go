package bot

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"
)

// Settings are what the moderators of a guild chose. The zero value of each is what holds where they chose nothing.
type Settings struct {
	Guild     string
	Channels  []string      // ids of the channels where the bot answers; none for all
	Language  string        // of what the bot says by itself; "" for that of the person's client
	Quotes    bool          // quotes alone: no model writes, although the program has one
	Threads   bool          // an answer to a mention opens a thread, in which one asks on without mentions
	PerPerson int           // questions of one person in an hour; 0 for the program's own
	PerGuild  int           // questions of the guild in an hour; 0 for the program's own
	Retention time.Duration // how long questions and answers are kept; 0 for the program's own
}

// Asked is one question with what became of it.
type Asked struct {
	ID       string // of the question
	Guild    string // "" for a private conversation
	Channel  string
	Who      string
	At       time.Time
	Text     string
	Language string
	Status   Status
	Mode     Mode
	Notice   Notice
	Took     time.Duration
}

// Vote is what a person thinks of an answer.
type Vote struct {
	Question string // its id
	Who      string
	Good     bool
	Reason   string // in the person's words; "" for none
	At       time.Time
}

// Kept counts what is kept of a person.
type Kept struct {
	Questions, Votes, Answers, Conversations int
	First                                    time.Time // of the oldest; zero where nothing is kept
}

// Total is the number of all that is kept.
func (k Kept) Total() int { return k.Questions + k.Votes + k.Answers + k.Conversations }

// Stats sums up the questions of a guild, or of all.
type Stats struct {
	Since                      time.Time
	Questions                  int
	Answered, Related, Refused int
	Generative                 int // answers of which a model wrote a sentence
	Good, Bad                  int // votes
	People                     int
	MedianTook                 time.Duration
	Unanswered                 []Asked // refused and related, newest first, at most MaxUnanswered
}

// MaxUnanswered bounds Stats.Unanswered.
const MaxUnanswered = 500

// Judged is a question with its votes, for an evaluation set.
type Judged struct {
	Asked
	Votes  []Vote
	Answer json.RawMessage // as the surface kept it; nil when it is gone
}

// Community is what a bot needs that many people share. All of it but Now and Log is required.
type Community struct {
	Settings SettingsStore
	Archive  Archive
	Privacy  Privacy
	Usual    Settings         // what holds where a guild chose nothing: PerPerson, PerGuild and Retention
	Now      func() time.Time // nil for time.Now
	Log      *slog.Logger     // what could not be kept or read; nil for none
}

// SettingsStore keeps the settings of guilds.
type SettingsStore interface {
	// Settings returns the settings of a guild; those of a guild that never saved any are zero but for Guild.
	Settings(ctx context.Context, guild string) (Settings, error)
	// SaveSettings replaces the settings of a guild. When it returns nil they outlive the process.
	SaveSettings(ctx context.Context, s Settings) error
}

// Archive keeps what people asked and what they think of the answers.
type Archive interface {
	// Record keeps a question; one of the same id is replaced.
	Record(ctx context.Context, a Asked) error
	// Vote keeps a person's vote on a question; a later one replaces it, but without a reason leaves that of the same vote.
	// It is an error when the question is not kept.
	Vote(ctx context.Context, v Vote) error
	// Stats sums up since a time; guild "" is all of them.
	Stats(ctx context.Context, guild string, since time.Time) (Stats, error)
	// Judged lists the questions with votes, newest first, until yield returns an error, which it returns; guild "" is all
	// of them.
	Judged(ctx context.Context, guild string, yield func(Judged) error) error
}

// Privacy tells what is kept of a person, and deletes it.
type Privacy interface {
	Kept(ctx context.Context, who string) (Kept, error)
	// Forget deletes all that is kept of a person, and returns what that was and what Kept says after. What that person
	// began before at and is still under way, such as an answer, is not kept when it is done.
	Forget(ctx context.Context, who string, at time.Time) (deleted, left Kept, err error)
}

// Notes keeps what a surface needs later of an answer or a conversation, each in a form of its own.
type Notes interface {
	// KeepAnswer keeps what the buttons of an answer need, under the id of its question.
	KeepAnswer(ctx context.Context, n Note) error
	// Answer returns what KeepAnswer kept; false where there is nothing, or nothing any more.
	Answer(ctx context.Context, key string) (Note, bool, error)
	// KeepConversation keeps a conversation under the id of a message, thread or channel.
	KeepConversation(ctx context.Context, n Note) error
	// Conversation returns what KeepConversation kept; false where there is nothing, or nothing any more.
	Conversation(ctx context.Context, key string) (Note, bool, error)
}

// Note is one thing that Notes keeps.
type Note struct {
	Key   string // by which it is found again
	Guild string
	Who   string    // the person whom it is about; deleted with what else is kept of that person
	At    time.Time // when that person began what it is of
	Body  json.RawMessage
}
