package main

import (
	"context"
	"errors"
	"strings"

	"passerelle/bot"
	"passerelle/retrieval"
	"passerelle/retrieval/local"
)

type searchCommand struct {
	Question []string `arg:"" help:"What to look for, or - for one question a line on standard input."`
	Limit    number   `help:"Passages a question." default:"10" placeholder:"N"`
	JSON     bool     `name:"json" help:"One JSON object a passage; with --explain, a question."`
	Explain  bool     `help:"Tell for each passage what made its score."`
	Expect   string   `help:"Tell also why this document is not above; implies --explain." placeholder:"DOCUMENT"`
	filterFlags
}

// maxHits bounds --limit; a longer list is nobody's reading.
const maxHits = 1000

// Validate is called by kong.
func (c *searchCommand) Validate() error {
	_, err := c.filter()
	return errors.Join(within("--limit", c.Limit, 1, maxHits), err)
}

// Run lists the passages for one question or many.
func (c *searchCommand) Run(p *program) error {
	filter, err := c.filter()
	if err != nil {
		return &usageError{err}
	}
	parts, err := p.open()
	if err != nil {
		return err
	}
	defer parts.Close()
	each := c.list
	if c.Explain || c.Expect != "" {
		each = c.explain
	}
	search := func(ctx context.Context, n int, text string) error {
		if err := searchable(text); err != nil {
			return err
		}
		query := retrieval.Query{Text: text, Language: p.globals.Language, Limit: int(c.Limit), Filter: filter}
		return placeError(each(ctx, p, parts, n, query))
	}
	return p.questions(parts, strings.Join(c.Question, " "), c.JSON, search)
}

func (c *searchCommand) list(ctx context.Context, p *program, parts *parts, n int, q retrieval.Query) error {
	result, err := parts.searcher.Search(ctx, q)
	if err != nil {
		return err
	}
	if c.JSON {
		return output(p.encoder().Hits(n, result.Hits))
	}
	return output(p.printer(parts.texts).Hits(result.Hits, result.Language))
}

func (c *searchCommand) explain(ctx context.Context, p *program, parts *parts, n int, q retrieval.Query) error {
	explanation, err := parts.searcher.Explain(ctx, q, c.Expect)
	if errors.Is(err, local.ErrUnknownDocument) {
		near := strings.Join(nearest(c.Expect, parts.searcher.Documents()), ", ")
		return &bot.UserError{Key: "cli.unknown_document", Data: map[string]any{"Asked": c.Expect, "Nearest": near}}
	}
	if err != nil {
		return err
	}
	if c.JSON {
		return output(p.encoder().Explanation(n, explanation))
	}
	return output(p.printer(parts.texts).Explanation(explanation))
}
