package main

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"passerelle/bot"
	"passerelle/bot/discord"
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
		return errors.New("no Discord token: set DISCORD_TOKEN, or name a file that holds it with discord.token_file; README.md says how to get one")
	}
	log := p.logger(settings.Log)
	shared, err := openCommunity(p.ctx, settings, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, shared.Close()) }()
	parts, err := openParts(p.ctx, settings, p.globals.Wait, p.err, log, shared.with)
	if err != nil {
		return err
	}
	defer parts.Close()
	served, err := newDiscord(settings, token, parts, shared, log)
	if err != nil {
		return err
	}
	warm(p, parts.service)
	// The store is closed after the last that uses it.
	ctx, stop := context.WithCancel(p.ctx)
	var keeping sync.WaitGroup
	defer keeping.Wait()
	defer stop()
	keeping.Go(func() { shared.expire(ctx) })
	return served.Run(p.ctx)
}

// newDiscord makes the bot; shared is nil where nobody is served.
func newDiscord(c config.Config, token config.Secret, parts *parts, shared *community, log *slog.Logger) (*discord.Bot, error) {
	cfg := discord.Config{
		Token: token.Reveal(), API: c.Discord.API, Guild: c.Discord.Guild, Logger: log,
		AnswerTimeout:  min(c.Answer.Timeout+answerMargin, discord.MaxAnswerTimeout),
		MessageContent: c.Discord.MessageContent,
	}
	if shared != nil {
		cfg.Community = discord.Community{
			Settings: shared.store, Archive: shared.store, Notes: shared.store, Limits: shared.limits, Library: parts.searcher,
		}
	}
	return discord.New(cfg, bot.Greeter{Service: parts.service}, parts.texts)
}

// warm has the dossiers drawn before anybody waits for them: Discord gives a completion three seconds, people less.
func warm(p *program, service *bot.Service) {
	command, ok := service.Command("delegation")
	if !ok {
		return
	}
	for _, o := range command.Options {
		if o.Complete != nil {
			o.Complete(p.ctx, "", "fr")
		}
	}
}
