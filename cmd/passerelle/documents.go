package main

import "passerelle/bot/locale"

type documentsCommand struct {
	JSON bool `name:"json" help:"One JSON object a document."`
}

// Run lists all documents.
func (c *documentsCommand) Run(p *program) error {
	settings, err := p.settings()
	if err != nil {
		return err
	}
	texts, err := locale.Load()
	if err != nil {
		return err
	}
	documents, _, err := corpus(settings)
	if err != nil {
		return err
	}
	if c.JSON {
		return p.encoder().Documents(documents)
	}
	return p.printer(texts).Documents(documents, p.client(texts))
}
