package main

import "strings"

type sourcesCommand struct {
	About []string `arg:"" optional:"" help:"A place, a person, an organisation or a publisher."`
}

// Run tells what has been read.
func (c *sourcesCommand) Run(p *program) error {
	return p.command("sources", map[string]string{"about": strings.Join(c.About, " ")}, nil)
}

type helpCommand struct{}

// Run tells how to ask and how to read an answer, in the person's language; --help tells of flags.
func (*helpCommand) Run(p *program) error { return p.command("help", nil, nil) }
