package discord

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
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
	known       chan struct{}     // closed when self and application are known
}

// Run connects, registers the commands and serves them until ctx is done, then finishes what is being answered, for at
// most drainTimeout. It returns nil after ctx is done, and an error when Discord cannot be reached or refuses the bot.
func (b *Bot) Run(ctx context.Context) error {
	client, release := b.client()
	defer release()
	calls, err := newRest(b.cfg.Token, client)
	if err != nil {
		return fmt.Errorf("discord: %w", err)
	}
	work, abandon := context.WithCancel(context.WithoutCancel(ctx)) // answers being written may end
	defer abandon()
	r := &run{
		Bot: b, rest: calls, log: b.cfg.Logger, work: work,
		seen: newMemory[struct{}](maxSeen), guilds: map[string]string{}, known: make(chan struct{}),
	}
	r.handlers.SetLimit(maxHandlers)
	if b.cfg.Endpoint != nil {
		defer b.cfg.Endpoint.serve(r.arrived)()
	}
	err = r.serve(ctx)
	return errors.Join(err, r.stop(abandon))
}

// serve connects all shards and registers the commands when the first of them is ready.
func (r *run) serve(ctx context.Context) error {
	if r.cfg.EndpointOnly {
		return r.withoutGateway(ctx)
	}
	shards, err := r.shards()
	if err != nil {
		return err
	}
	r.Bot.connected(until(ctx, shards.Ready))
	defer r.Bot.connected(nil)
	all, ctx := errgroup.WithContext(ctx)
	all.Go(func() error { return shards.Run(ctx) })
	all.Go(func() error {
		select {
		case <-ctx.Done():
			return nil
		case <-r.known:
		}
		return r.registered(ctx)
	})
	return all.Wait()
}

// until is ready, but from the moment that ctx is done nothing is: connections take a while to end.
func until(ctx context.Context, ready func(context.Context) error) func(context.Context) error {
	return func(asking context.Context) error {
		if ctx.Err() != nil {
			return errors.New("discord: ending")
		}
		return ready(asking)
	}
}

// withoutGateway serves what comes to the endpoint alone.
func (r *run) withoutGateway(ctx context.Context) error {
	application, err := r.rest.application(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return nil // told to stop while asking: that is no failure
		}
		return err
	}
	r.mu.Lock()
	r.application = application
	r.mu.Unlock()
	if err := r.registered(ctx); err != nil {
		return err
	}
	r.Bot.connected(until(ctx, func(context.Context) error { return nil }))
	defer r.Bot.connected(nil)
	<-ctx.Done()
	return nil
}

// registered announces the commands, once for all processes of the bot: by the one that has the first shard.
func (r *run) registered(ctx context.Context) error {
	if r.cfg.Shards.First > 0 {
		return nil
	}
	err := r.register(ctx)
	if ctx.Err() != nil {
		return nil //nolint:nilerr // told to stop while registering: that is no failure
	}
	return err
}

// register announces the commands. When Discord refuses them nothing would work as documented, so that is an error; when
// it is out of order, those registered the last time still stand.
func (r *run) register(ctx context.Context) error {
	r.mu.Lock()
	application := r.application
	r.mu.Unlock()
	changes, err := r.rest.register(ctx, application, r.cfg.Guild, r.commands)
	var refused *discordgo.RESTError
	if errors.As(err, &refused) && refused.Response.StatusCode < 500 {
		return err
	}
	if err != nil {
		r.log.Error("discord commands not registered", "error", err)
		return nil
	}
	r.log.Info("discord commands registered", "commands", len(r.commands), "changed", len(changes), "guild", r.cfg.Guild)
	return nil
}

// stop takes nothing new and waits for the handlers; the gateway is closed already.
func (r *run) stop(abandon func()) error {
	r.mu.Lock()
	r.stopped = true
	r.mu.Unlock()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = r.handlers.Wait() // they return no errors
	}()
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
