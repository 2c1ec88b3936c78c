package main

import (
	"passerelle/bot/locale"
	"passerelle/retrieval"
)

type documentsCommand struct {
	JSON bool `name:"json" help:"One JSON object a document."`
}

// Run lists all documents.
func (c *documentsCommand) Run(p *program) error {
	texts, documents, err := p.documents()
	if err != nil {
		return err
	}
	if c.JSON {
		return p.encoder().Documents(documents)
	}
	return p.printer(texts).Documents(documents, p.client(texts))
}

// documents reads the corpus that is set, without its index, and the texts to speak of it.
func (p *program) documents() (*locale.Texts, []*retrieval.Document, error) {
	settings, err := p.settings()
	if err != nil {
		return nil, nil, err
	}
	texts, err := locale.Load()
	if err != nil {
		return nil, nil, err
	}
	documents, _, err := corpus(settings)
	return texts, documents, err
}
