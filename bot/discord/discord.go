// Package discord is the surface in Discord: slash commands with completion, mentions, replies and direct messages come
// in over the gateway, cards go out over REST. Every limit and every peculiarity of Discord lives here.
//
// The library underneath, discordgo, is kept on a short lead: it knows addresses and decodes events; connections are
// package gateway's, and what to send twice and who owns a goroutine is decided here.
package discord

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"passerelle/bot"
	"passerelle/bot/discord/gateway"
	"passerelle/bot/locale"
)

// Config is what a Bot needs to reach Discord.
type Config struct {
	Token  string       // the bot's, without "Bot "; required, never logged
	API    string       // scheme and host that replace those of every REST call; "" for Discord's own
	Guild  string       // id of the guild to register the commands in, at once, for development; "" for everywhere
	Logger *slog.Logger // nil for none

	// AnswerTimeout is how long the Service may take over an answer, to be sent afterwards; the person is told when it is
	// up. 0 for DefaultAnswerTimeout, at most MaxAnswerTimeout.
	AnswerTimeout time.Duration

	// MessageContent tells that the bot has been granted the intent of that name: then a question in a thread that the bot
	// opened needs no mention.
	MessageContent bool
	Community      Community

	Shards       gateway.Range                  // of this process; the zero Range for all that Discord recommends
	Observer     gateway.Observer               // told of the shards' connections; nil for nobody
	Calls        func(route string, status int) // told of each request to Discord, without ids; 0 where nothing came back; may be nil
	Endpoint     *Endpoint                      // a second way in for interactions; nil for none
	EndpointOnly bool                           // no gateway: commands alone, for mentions and messages come over the gateway
}

// Service runs the commands.
type Service interface {
	Commands() []bot.Command
	// Run runs a command. The text of an error is fit for logs, not for the person who asked.
	Run(ctx context.Context, name string, in bot.Invocation) (bot.Reply, error)
}

// Bot serves the commands of a Service in Discord.
type Bot struct {
	cfg       Config
	api       *url.URL // nil for Discord's own
	service   Service
	texts     *locale.Texts
	commands  []*discordgo.ApplicationCommand
	question  string // the option of askCommand that free text fills
	complete  map[string]map[string]completion
	declared  map[string]bot.Command
	onMessage map[string]string // the commands by their names in the menu of a message
	notes     bot.Notes
	channels  *memory[channel]        // what is known of channels, by id
	shown     *memory[[]bot.Citation] // further quotes that people were shown, by person and question

	mu       sync.Mutex
	shardsUp func(context.Context) error // nil while Run does not serve
}

// New makes a Bot. An error tells what in the configuration, the commands or their texts cannot be used.
func New(cfg Config, service Service, texts *locale.Texts) (*Bot, error) {
	cfg.Token = strings.TrimSpace(cfg.Token)
	if scheme, token, _ := strings.Cut(cfg.Token+" ", " "); scheme == "Bot" {
		cfg.Token = strings.TrimSpace(token)
	}
	if cfg.Token == "" {
		return nil, errors.New("no Discord token: set DISCORD_TOKEN, or name a file that holds it with discord.token_file")
	}
	if strings.ContainsFunc(cfg.Token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, errors.New("the Discord token holds a space or another character that no token has: copy it again")
	}
	if cfg.AnswerTimeout < 0 || cfg.AnswerTimeout > MaxAnswerTimeout {
		return nil, fmt.Errorf("discord: %s for an answer is not between 0 and %s", cfg.AnswerTimeout, MaxAnswerTimeout)
	}
	cfg.AnswerTimeout = cmp.Or(cfg.AnswerTimeout, DefaultAnswerTimeout)
	if cfg.EndpointOnly && cfg.Endpoint == nil {
		return nil, errors.New("discord: without the gateway an endpoint is needed: set discord.public_key")
	}
	if service == nil || texts == nil {
		return nil, errors.New("discord: a service and texts are required")
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	b := &Bot{cfg: cfg, service: service, texts: texts, complete: map[string]map[string]completion{},
		declared: map[string]bot.Command{}, onMessage: map[string]string{}, notes: cfg.Community.Notes, channels: newMemory[channel](maxChannels),
		shown: newMemory[[]bot.Citation](maxReaders)}
	if b.notes == nil {
		b.notes = newMemoryNotes()
	}
	var err error
	if b.api, err = parseAPI(cfg.API); err != nil {
		return nil, err
	}
	if b.commands, err = describe(texts, service.Commands()); err != nil {
		return nil, fmt.Errorf("discord commands: %w", err)
	}
	if b.question, err = questionOption(service.Commands()); err != nil {
		return nil, fmt.Errorf("discord commands: %w", err)
	}
	for _, c := range service.Commands() {
		b.declared[c.Name] = c
		if c.OnMessages && len(c.Options) > 0 {
			b.onMessage[messageCommand(texts, c)] = c.Name
		}
		b.complete[c.Name] = map[string]completion{}
		for _, o := range c.Options {
			if o.Complete != nil {
				b.complete[c.Name][o.Name] = o.Complete
			}
		}
	}
	return b, nil
}

// Ready says why the bot does not serve everybody, such as a shard that is not connected; nil when it does.
func (b *Bot) Ready(ctx context.Context) error {
	b.mu.Lock()
	ready := b.shardsUp
	b.mu.Unlock()
	if ready == nil {
		return errors.New("discord: not connected")
	}
	return ready(ctx)
}

func (b *Bot) connected(ready func(context.Context) error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.shardsUp = ready
}

// client makes the client of all calls; release closes its connections.
func (b *Bot) client() (_ *http.Client, release func()) {
	base := http.DefaultTransport.(*http.Transport).Clone()
	base.MaxIdleConnsPerHost = maxIdle
	if b.cfg.Calls == nil {
		return newClient(base, b.api), base.CloseIdleConnections
	}
	return newClient(counted{base, b.cfg.Calls}, b.api), base.CloseIdleConnections
}

func parseAPI(address string) (*url.URL, error) {
	if address == "" {
		return nil, nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("discord.api %q is no address: write it with its scheme, such as http://localhost:8080", address)
	}
	// Every call brings its own /api/v9, so an address that ends in /api means the same without.
	if path := strings.Trim(u.Path, "/"); path != "" && path != "api" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return nil, fmt.Errorf("discord.api %q: only a scheme and a host can be replaced, such as %s://%s", u.Redacted(), u.Scheme, u.Host)
	}
	return u, nil
}
