package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"passerelle/bot"
	"passerelle/bot/discord"
	"passerelle/bot/discord/gateway"
	"passerelle/bot/web"
	"passerelle/cmd/passerelle/internal/config"
)

type botCommand struct{}

// answerMargin is what an answer may take in Discord beside the time that its model is given.
const answerMargin = time.Minute

// Run serves Discord until it is interrupted, which is how it is meant to end.
func (*botCommand) Run(p *program) (err error) {
	settings, err := p.settings()
	if err != nil {
		return err
	}
	token, err := settings.Discord.Secret()
	if err != nil {
		return err
	}
	if !token.IsSet() {
		return errNoToken
	}
	log := p.logger(settings.Log)
	shared, err := openCommunity(p.ctx, settings, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, shared.Close()) }()
	watch, err := newObserved(settings, log)
	if err != nil {
		return err
	}
	defer watch.Close(p.ctx)
	parts, err := openParts(p.ctx, settings, p.globals.Wait, p.err, log, shared.with, watch.with)
	if err != nil {
		return err
	}
	defer parts.Close()
	served, endpoint, err := newDiscord(settings, token, parts, shared, watch, log)
	if err != nil {
		return err
	}
	page, err := watch.listen(p.ctx, settings.Web, endpoint, served.Ready)
	if err != nil {
		return err
	}
	warm(p.ctx, parts.service)
	return live(p.ctx, served, page, shared, &follower{
		settings: settings, searcher: parts.searcher, changed: func() { warm(p.ctx, parts.service) }, log: log,
	})
}

// readsAheadAfter is when the bot begins to read ahead: a start has better things to do.
const readsAheadAfter = 10 * time.Second

// live serves until ctx is done, and ends in the order in which people and machines notice least: no new questions are
// taken and answers finished first, the web, which says meanwhile that nothing new is taken, goes last, and the store
// after all that use it. Page may be nil.
func live(ctx context.Context, served *discord.Bot, page *web.Server, shared *community, corpus *follower) error {
	last, stop := context.WithCancel(context.WithoutCancel(ctx))
	all, serving := errgroup.WithContext(ctx)
	all.Go(func() error {
		defer stop()
		return served.Run(serving)
	})
	all.Go(func() error {
		shared.expire(last)
		return nil
	})
	all.Go(func() error {
		select {
		case <-serving.Done():
		case <-time.After(readsAheadAfter):
			corpus.searcher.ReadAhead(serving)
		}
		return nil
	})
	all.Go(func() error {
		corpus.run(serving)
		return nil
	})
	if page != nil {
		all.Go(func() error { return page.Serve(last) })
	}
	return all.Wait()
}

// newDiscord makes the bot, and the endpoint that interactions may come in by where there is one; shared and watch are nil
// where nobody is served.
func newDiscord(c config.Config, token config.Secret, parts *parts, shared *community, watch *observed, log *slog.Logger) (*discord.Bot, http.Handler, error) {
	shards, err := gateway.ParseRange(c.Discord.Shards)
	if err != nil {
		return nil, nil, &config.Error{Problems: []config.Problem{{Text: "discord." + err.Error()}}}
	}
	cfg := discord.Config{
		Token: token.Reveal(), API: c.Discord.API, Guild: c.Discord.Guild, Logger: log,
		AnswerTimeout:  min(c.Answer.Timeout+answerMargin, discord.MaxAnswerTimeout),
		MessageContent: c.Discord.MessageContent, Shards: shards, EndpointOnly: !c.Discord.Gateway,
	}
	var endpoint http.Handler
	if c.Discord.PublicKey != "" {
		if cfg.Endpoint, err = discord.NewEndpoint(c.Discord.PublicKey); err != nil {
			return nil, nil, err
		}
		endpoint = cfg.Endpoint
	}
	if shared != nil {
		cfg.Community = discord.Community{
			Settings: shared.store, Archive: shared.store, Notes: shared.store, Limits: shared.limits, Library: parts.searcher,
		}
	}
	if watch != nil {
		watch.measure(&cfg)
	}
	served, err := discord.New(cfg, bot.Greeter{Service: parts.service}, parts.texts)
	return served, endpoint, err
}

// warm has the dossiers drawn before anybody waits for them: Discord gives a completion three seconds, people less.
func warm(ctx context.Context, service *bot.Service) {
	command, ok := service.Command("delegation")
	if !ok {
		return
	}
	for _, o := range command.Options {
		if o.Complete != nil {
			o.Complete(ctx, "", "fr")
		}
	}
}
