package main

import (
	"fmt"

	"passerelle/bot/locale"
)

// startCommand is passerelle without a command.
type startCommand struct{}

// Run is the bot where there is a token, else the chat, and says which and why.
func (*startCommand) Run(p *program) error {
	settings, err := p.settings()
	if err != nil {
		return err
	}
	texts, err := locale.Load()
	if err != nil {
		return err
	}
	token, err := settings.Discord.Secret()
	if err != nil {
		return err
	}
	if !token.IsSet() {
		fmt.Fprintln(p.err, texts.Text(p.client(texts), "cli.chat_reason", nil))
		return (&chatCommand{}).Run(p)
	}
	origin := "DISCORD_TOKEN"
	if !settings.Discord.Token.IsSet() {
		origin = "discord.token_file"
	}
	fmt.Fprintln(p.err, texts.Text(p.client(texts), "cli.bot_reason", locale.Data{"Origin": origin}))
	return (&botCommand{}).Run(p)
}
