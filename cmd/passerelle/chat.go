package main

import (
	"passerelle/bot/terminal"
)

type chatCommand struct{}

// Run talks until the input ends.
func (*chatCommand) Run(p *program) error {
	parts, err := p.open()
	if err != nil {
		return err
	}
	defer parts.Close()
	chat := terminal.Chat{
		Service: parts.service, Texts: parts.texts, Printer: terminal.New(p.out, parts.texts, p.screen(p.out)),
		Language: p.globals.Language, Client: p.client(parts.texts),
	}
	if _, tty := terminalWidth(p.in); tty {
		chat.Prompt = "> "
	}
	return chat.Run(p.ctx, p.in, p.out)
}
