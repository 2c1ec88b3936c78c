package main

import (
	"errors"
	"time"

	"passerelle/bot"
	"passerelle/bot/discord"
)

type botCommand struct{}

// answerMargin is what an answer may take in Discord beside the time that its model is given.
const answerMargin = time.Minute

// Run serves Discord until it is interrupted, which is how it is meant to end.
func (*botCommand) Run(p *program) error {
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
	parts, err := openParts(p.ctx, settings, p.globals.Wait, p.err, log)
	if err != nil {
		return err
	}
	defer parts.Close()
	served, err := discord.New(discord.Config{
		Token: token.Reveal(), API: settings.Discord.API, Guild: settings.Discord.Guild, Logger: log,
		AnswerTimeout: min(settings.Answer.Timeout+answerMargin, discord.MaxAnswerTimeout),
	}, bot.Greeter{Service: parts.service}, parts.texts)
	if err != nil {
		return err
	}
	warm(p, parts.service)
	return served.Run(p.ctx)
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
