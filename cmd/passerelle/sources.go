package main

import "strings"

type sourcesCommand struct {
	About []string `arg:"" optional:"" help:"A place, a person, an organisation or a publisher."`
}

// Run tells what has been read.
func (c *sourcesCommand) Run(p *program) error {
	return p.command("sources", map[string]string{"about": strings.Join(c.About, " ")}, nil)
}
