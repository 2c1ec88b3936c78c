package main

import (
	"context"
	"errors"
	"fmt"

	"passerelle/bot"
	"passerelle/bot/discord"
)

// commandsCommand compares and registers Discord's commands; passerelle bot registers them by itself when it starts.
type commandsCommand struct {
	Diff commandsDiff `cmd:"" help:"Say what sync would change: + added, - removed, ~ changed."`
	Sync commandsSync `cmd:"" help:"Register the commands where they differ, all with one call."`
}

var errNoToken = errors.New("no Discord token: set DISCORD_TOKEN, or name a file that holds it with discord.token_file; README.md says how to get one")

type commandsDiff struct{}

type commandsSync struct{}

// Run asks Discord and changes nothing.
func (commandsDiff) Run(p *program) error { return p.commands((*discord.Bot).Diff) }

// Run registers the commands, in the one guild of discord.guild or everywhere.
func (commandsSync) Run(p *program) error { return p.commands((*discord.Bot).Sync) }

func (p *program) commands(do func(*discord.Bot, context.Context) ([]discord.Change, error)) (err error) {
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
	// What commands there are is all that is wanted of a community.
	parts, err := openParts(p.ctx, settings, p.globals.Wait, p.err, log, func(p *parts) { p.community = &bot.Community{} })
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, parts.Close()) }()
	described, err := discord.New(discord.Config{
		Token: token.Reveal(), API: settings.Discord.API, Guild: settings.Discord.Guild, Logger: log,
	}, parts.service, parts.texts)
	if err != nil {
		return err
	}
	changes, err := do(described, p.ctx)
	if err != nil {
		return err
	}
	for _, c := range changes {
		if _, err := fmt.Fprintf(p.out, "%s %s\n", c.Kind, c.Command); err != nil {
			return err
		}
	}
	if len(changes) == 0 {
		_, err = fmt.Fprintln(p.out, "nothing to change")
	}
	return err
}
