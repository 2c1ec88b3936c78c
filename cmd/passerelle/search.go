package main

import (
	"context"
	"strings"

	"passerelle/retrieval"
)

type searchCommand struct {
	Question []string `arg:"" help:"What to look for, or - for one question a line on standard input."`
	Limit    int      `help:"Passages a question." default:"10" placeholder:"N"`
	JSON     bool     `name:"json" help:"One JSON object a passage."`
}

// maxHits bounds --limit; a longer list is nobody's reading.
const maxHits = 1000

// Validate is called by kong.
func (c *searchCommand) Validate() error { return within("--limit", c.Limit, 1, maxHits) }

// Run lists the passages for one question or many.
func (c *searchCommand) Run(p *program) error {
	parts, err := p.open()
	if err != nil {
		return err
	}
	defer parts.Close()
	search := func(ctx context.Context, n int, text string) error {
		if err := searchable(text); err != nil {
			return err
		}
		result, err := parts.searcher.Search(ctx, retrieval.Query{Text: text, Language: p.globals.Language, Limit: c.Limit})
		if err != nil {
			return err
		}
		if c.JSON {
			return output(p.encoder().Hits(n, result.Hits))
		}
		return output(p.printer(parts.texts).Hits(result.Hits, result.Language))
	}
	return p.questions(parts, strings.Join(c.Question, " "), c.JSON, search)
}
