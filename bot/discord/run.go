package discord

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"
	"golang.org/x/sync/errgroup"
)

// run is one connection's time, from Run's start to its end.
type run struct {
	*Bot
	rest     rest
	log      *slog.Logger
	work     context.Context // of the handlers; it outlives Run's ctx by drainTimeout
	handlers errgroup.Group
	seen     *memory[struct{}] // events handled; a resumed session may bring them again

	mu          sync.Mutex
	stopped     bool
	self        string // the bot's user id
	application string
	guilds      map[string]string // the guilds' languages, by id
}

// Run connects, registers the commands and serves them until ctx is done, then finishes what is being answered, for at
// most drainTimeout. It returns nil after ctx is done, and an error when Discord cannot be reached or refuses the bot.
func (b *Bot) Run(ctx context.Context) error {
	base := http.DefaultTransport.(*http.Transport).Clone()
	defer base.CloseIdleConnections()
	client := newClient(base, b.api)
	gateway, err := newLink(b.cfg.Token, client)
	if err != nil {
		return fmt.Errorf("discord: %w", err)
	}
	if b.cfg.MessageContent {
		gateway.session.Identify.Intents |= discordgo.IntentMessageContent
	}
	work, abandon := context.WithCancel(context.WithoutCancel(ctx)) // answers being written may end
	defer abandon()
	r := &run{
		Bot: b, rest: rest{gateway.session, client}, log: b.cfg.Logger, work: work,
		seen: newMemory[struct{}](maxSeen), guilds: map[string]string{},
	}
	r.handlers.SetLimit(maxHandlers)
	gateway.session.AddHandler(r.ready)
	gateway.session.AddHandler(func(*discordgo.Session, *discordgo.Resumed) { r.log.Info("discord session resumed") })
	gateway.session.AddHandler(r.guild)
	gateway.session.AddHandler(r.interaction)
	gateway.session.AddHandler(r.message)

	err = r.serve(ctx, gateway)
	return errors.Join(err, r.stop(gateway, abandon))
}

func (r *run) serve(ctx context.Context, gateway *link) error {
	report := func(err error, pause time.Duration) {
		r.log.Warn("discord gateway not reached", "error", err, "pause", pause)
	}
	registered := false
	for {
		if err := gateway.open(ctx, report); err != nil {
			if ctx.Err() != nil {
				return nil //nolint:nilerr // told to stop while connecting: that is no failure
			}
			return err
		}
		if !registered {
			if err := r.register(ctx); err != nil {
				if ctx.Err() != nil {
					return nil //nolint:nilerr // told to stop while registering: that is no failure
				}
				return err
			}
			registered = true
		}
		select {
		case <-ctx.Done():
			return nil
		case <-gateway.lost:
			r.log.Warn("discord gateway lost")
		}
	}
}

// register announces the commands. When Discord refuses them nothing would work as documented, so that is an error; when
// it is out of order, those registered the last time still stand.
func (r *run) register(ctx context.Context) error {
	r.mu.Lock()
	application := r.application
	r.mu.Unlock()
	if application == "" {
		return errors.New("discord gateway: READY named no application")
	}
	err := r.rest.register(ctx, application, r.cfg.Guild, r.commands)
	var refused *discordgo.RESTError
	if errors.As(err, &refused) && refused.Response.StatusCode < 500 {
		return err
	}
	if err != nil {
		r.log.Error("discord commands not registered", "error", err)
		return nil
	}
	r.log.Info("discord commands registered", "commands", len(r.commands), "guild", r.cfg.Guild)
	return nil
}

// stop takes nothing new, closes the gateway and waits for the handlers.
func (r *run) stop(gateway *link, abandon func()) error {
	r.mu.Lock()
	r.stopped = true
	r.mu.Unlock()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = r.handlers.Wait() // they return no errors
	}()
	_ = gateway.session.Close() // nothing is left to be told to a server that is gone
	select {
	case <-done:
		return nil
	case <-time.After(drainTimeout):
	}
	abandon()
	select {
	case <-done:
		r.log.Warn("discord answers abandoned at the end")
		return nil
	case <-time.After(abandonTimeout):
		return errors.New("discord: a handler did not end in time")
	}
}

// panicked makes an error of a recovered panic: the type and the stack, not the value, which may quote a question.
func panicked(p any) error { return fmt.Errorf("panic of type %T\n%s", p, debug.Stack()) }

// handle runs work in a goroutine that Run waits for. Work bounds its own steps: what one takes is not the next one's.
func (r *run) handle(event, channel string, work func(ctx context.Context)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stopped {
		return
	}
	started := r.handlers.TryGo(func() error {
		defer func() {
			if p := recover(); p != nil {
				r.log.Error("discord handler failed", "event", event, "channel", channel, "error", panicked(p))
			}
		}()
		work(r.work)
		return nil
	})
	if !started {
		r.log.Error("discord event dropped: too many at once", "event", event, "channel", channel, "limit", maxHandlers)
	}
}

func (r *run) ready(_ *discordgo.Session, e *discordgo.Ready) {
	if e.User == nil || e.Application == nil {
		return
	}
	r.mu.Lock()
	r.self, r.application = e.User.ID, e.Application.ID
	r.mu.Unlock()
	r.log.Info("discord connected", "application", e.Application.ID, "guilds", len(e.Guilds))
}

func (r *run) guild(_ *discordgo.Session, e *discordgo.GuildCreate) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.guilds[e.ID] = language(e.PreferredLocale)
}
