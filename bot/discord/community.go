package discord

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"passerelle/bot"
	"passerelle/bot/limits"
	"passerelle/retrieval"
)

// Community is what serving many people takes beside a Service. With its zero value a Bot has neither settings nor limits
// nor votes, and forgets at its end what buttons and conversations need.
type Community struct {
	Settings bot.SettingsStore
	Archive  bot.Archive // takes the votes
	Notes    bot.Notes
	Limits   Limits
	Library  Library // of the documents that answers cite
}

// Limits decides who may ask now; package limits has it.
type Limits interface {
	Admit(w limits.Who) (release func(), err error)
	Turn(ctx context.Context, guild string) (done func(), err error)
}

// Library finds a document by its id.
type Library interface {
	Document(id string) (*retrieval.Document, bool)
}

// asked is one use of a command, from wherever it comes.
type asked struct {
	command  string
	in       bot.Invocation
	settings bot.Settings
	language string // of what is said about it
	private  bool   // the reply is for the one who asked alone
	before   string // the id of the question that the conversation before it ended with
	shared   bool   // others asked in that conversation, too
	more     string // the id of the question of which further quotes are wanted; "" for a question of its own
}

// free tells that a command is neither limited nor bound to channels: one must always learn how to ask, change settings
// and be forgotten.
func (b *Bot) free(command string) bool {
	return command == helpCommand || b.declared[command].Community && command != statsCommand // which counts what is kept
}

// settings are those of a guild. A store that is out of order changes nothing but that: the usual holds.
func (r *run) settings(ctx context.Context, guild string) bot.Settings {
	if r.cfg.Community.Settings == nil || guild == "" {
		return bot.Settings{Guild: guild}
	}
	ctx, cancel := context.WithTimeout(ctx, settingsTimeout)
	defer cancel()
	s, err := r.cfg.Community.Settings.Settings(ctx, guild)
	if err != nil {
		r.log.Error("discord settings of a guild not read", "guild", guild, "error", err)
		return bot.Settings{Guild: guild}
	}
	return s
}

// heard tells that the bot answers in a channel: where the settings name some, in those and in their threads.
func (r *run) heard(ctx context.Context, s bot.Settings, id string) bool {
	return len(s.Channels) == 0 || slices.Contains(s.Channels, id) || slices.Contains(s.Channels, r.channel(ctx, id).Parent)
}

// admit asks the limits, which may refuse with a *bot.UserError. Call release when the question is answered.
func (r *run) admit(a asked) (release func(), err error) {
	if r.cfg.Community.Limits == nil || r.free(a.command) {
		return func() {}, nil
	}
	return r.cfg.Community.Limits.Admit(limits.Who{
		Person: a.in.Who, Channel: a.in.Channel, Guild: a.in.Guild, PerPerson: a.settings.PerPerson, PerGuild: a.settings.PerGuild,
	})
}

// turn waits until an answer for the guild may be made; call done when it is.
func (r *run) turn(ctx context.Context, command, guild string) (done func(), err error) {
	if r.cfg.Community.Limits == nil || r.free(command) {
		return func() {}, nil
	}
	return r.cfg.Community.Limits.Turn(ctx, guild)
}

// elsewhere says where the bot answers, to one who asked in another channel.
func (r *run) elsewhere(s bot.Settings, language string) message {
	var mentions []string
	for _, id := range s.Channels {
		if id != "" && strings.Trim(id, "0123456789") == "" {
			mentions = append(mentions, "<#"+id+">")
		}
	}
	return made(textOf(r.texts.Text(language, "discord.elsewhere", map[string]any{"Channels": strings.Join(mentions, ", ")})))
}

// channel is what is known of a channel.
type channel struct {
	Name   string                `json:"name"`
	Parent string                `json:"parent_id"` // the channel of a thread, the category of another
	Type   discordgo.ChannelType `json:"type"`
}

func (c channel) thread() bool {
	return c.Type == discordgo.ChannelTypeGuildNewsThread || c.Type == discordgo.ChannelTypeGuildPublicThread || c.Type == discordgo.ChannelTypeGuildPrivateThread
}

// channel asks Discord once what a channel is; it is zero when that cannot be known, or not soon enough: somebody waits
// for the acknowledgement. Then a thread is none of the channels of the settings, and asked again the next time.
func (r *run) channel(ctx context.Context, id string) channel {
	if known, ok := r.channels.lookUp(id); ok {
		return known
	}
	ctx, cancel := context.WithTimeout(ctx, channelTimeout)
	defer cancel()
	found, err := r.rest.channel(ctx, id)
	if err != nil {
		r.log.Debug("discord channel not known", "channel", id, "error", err)
		if code := status(err); code == http.StatusForbidden || code == http.StatusNotFound {
			r.channels.put(id, channel{}) // asked again and again, Discord would shut the bot out
		}
		return channel{}
	}
	r.channels.put(id, found)
	return found
}

// channelName shows a channel of the settings by its name, else by its id.
func (r *run) channelName(ctx context.Context) func(id string) string {
	return func(id string) string {
		if name := r.channel(ctx, id).Name; name != "" {
			return "#" + name
		}
		return "#" + id
	}
}

// memoryNotes keeps a bounded number of notes while the program runs.
type memoryNotes struct {
	answers, conversations *memory[bot.Note]
}

func newMemoryNotes() memoryNotes {
	return memoryNotes{newMemory[bot.Note](maxNotes), newMemory[bot.Note](maxNotes)}
}

// KeepAnswer implements bot.Notes.
func (m memoryNotes) KeepAnswer(_ context.Context, n bot.Note) error {
	m.answers.put(n.Key, n)
	return nil
}

// Answer implements bot.Notes.
func (m memoryNotes) Answer(_ context.Context, key string) (bot.Note, bool, error) {
	n, ok := m.answers.lookUp(key)
	return n, ok, nil
}

// KeepConversation implements bot.Notes.
func (m memoryNotes) KeepConversation(_ context.Context, n bot.Note) error {
	m.conversations.put(n.Key, n)
	return nil
}

// Conversation implements bot.Notes.
func (m memoryNotes) Conversation(_ context.Context, key string) (bot.Note, bool, error) {
	n, ok := m.conversations.lookUp(key)
	return n, ok, nil
}

// fresh tells that a note is of less than a time ago.
func fresh(n bot.Note, within time.Duration) bool { return time.Since(n.At) < within }
