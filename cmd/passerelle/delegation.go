package main

import (
	"strings"

	"passerelle/bot"
)

type delegationCommand struct {
	Place []string `arg:"" help:"A town or region, in any of the three languages."`
	JSON  bool     `name:"json" help:"One JSON object."`
}

// Run tells of the delegations of a place.
func (c *delegationCommand) Run(p *program) error {
	var show func(bot.Reply) error
	if c.JSON {
		show = func(r bot.Reply) error { return p.encoder().Dossier(*r.Dossier) }
	}
	return p.command("delegation", map[string]string{"place": strings.Join(c.Place, " ")}, show)
}
