package main

import (
	"passerelle/bot/terminal"
)

type chatCommand struct {
	JSON bool `name:"json" help:"For programs: a message a line on standard input, an empty line begins a new conversation; one JSON object a message."`
}

// Run talks until the input ends.
func (c *chatCommand) Run(p *program) error {
	parts, err := p.open()
	if err != nil {
		return err
	}
	defer parts.Close()
	if c.JSON {
		conversations := terminal.Conversations{
			Service: parts.service, Encoder: p.encoder(), Language: p.globals.Language,
			Message: func(err error) string { return p.message(parts.texts, err) },
		}
		return conversations.Run(p.ctx, p.in)
	}
	chat := terminal.Chat{
		Service: parts.service, Texts: parts.texts, Printer: terminal.New(p.out, parts.texts, p.screen(p.out)),
		Language: p.globals.Language, Client: p.client(parts.texts),
	}
	if _, tty := terminalWidth(p.in); tty {
		chat.Prompt = "> "
	}
	return chat.Run(p.ctx, p.in, p.out)
}
