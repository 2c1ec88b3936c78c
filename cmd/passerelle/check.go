package main

import (
	"fmt"
	"io"
	"strings"

	"passerelle/bot"
)

// checkCommand is what Fact-check does in Discord.
type checkCommand struct {
	Text []string `arg:"" help:"What somebody claims, or - for all of standard input."`
	JSON bool     `name:"json" help:"One JSON object."`
}

// maxCheckedBytes is more than any text that is checked takes in UTF-8.
const maxCheckedBytes = 64 << 10

// Run checks the text's sentences.
func (c *checkCommand) Run(p *program) error {
	text := strings.Join(c.Text, " ")
	if text == "-" {
		content, err := io.ReadAll(io.LimitReader(p.in, maxCheckedBytes))
		if err != nil {
			return fmt.Errorf("check: standard input: %w", err)
		}
		text = string(content)
	}
	var show func(bot.Reply) error
	if c.JSON {
		show = func(r bot.Reply) error { return p.encoder().Check(*r.Check) }
	}
	return p.command("check", map[string]string{"text": text}, show, func(parts *parts) { parts.checks = true })
}
