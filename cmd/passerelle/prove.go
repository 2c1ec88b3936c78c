package main

import (
	"fmt"
	"io"

	"passerelle/bot"
	"passerelle/bot/cite"
	"passerelle/bot/locale"
	"passerelle/bot/terminal"
)

type proveCommand struct {
	Claims string `help:"The claims and the passages, in JSON: {\"passages\":[{\"id\",\"text\",\"title\",\"date\"}],\"claims\":[{\"text\",\"evidence\":[{\"id\",\"quote\"}]}]}; - for standard input." required:"" placeholder:"FILE"`
	Find   bool   `help:"Look in the passages for the quote of each claim that comes without."`
	JSON   bool   `name:"json" help:"One JSON object a claim, in their order."`
}

// Run proves each claim by the passages of the file alone: no corpus is read and no index opened.
func (c *proveCommand) Run(p *program) error {
	texts, err := locale.Load()
	if err != nil {
		return err
	}
	settings, err := p.settings()
	if err != nil {
		return err
	}
	gates, err := loadGates(settings.Proof)
	if err != nil {
		return err
	}
	request, err := c.read(p.in)
	if err != nil {
		return err
	}
	prover, err := cite.New(request.Sources, gates)
	if err != nil {
		return err
	}
	var finder *cite.Finder
	for i, claim := range request.Claims {
		if err := p.ctx.Err(); err != nil {
			return err
		}
		verdict := terminal.Verdict{N: i + 1, Text: claim.Text}
		if c.Find && len(claim.Evidence) == 0 {
			if finder == nil {
				finder = cite.NewFinder(prover)
			}
			found := finder.Find(claim.Text)
			verdict.Found, verdict.Proven = string(found.Verdict), found.Proof.Proven()
			for _, e := range found.Claim.Evidence {
				verdict.Tried = append(verdict.Tried, terminal.Evidence(e))
			}
			verdict.Checks, verdict.Quotes = proofParts(found.Proof)
		} else {
			proof := prover.Prove(claim)
			verdict.Proven = proof.Proven()
			verdict.Checks, verdict.Quotes = proofParts(proof)
		}
		if err := c.show(p, texts, verdict); err != nil {
			return err
		}
	}
	return nil
}

func (c *proveCommand) show(p *program, texts *locale.Texts, v terminal.Verdict) error {
	if c.JSON {
		return p.encoder().Verdict(v)
	}
	return p.printer(texts).Verdict(v, p.client(texts))
}

func (c *proveCommand) read(in io.Reader) (request cite.Request, err error) {
	read := func(r io.Reader) (err error) {
		request, err = cite.ReadRequest(r)
		return err
	}
	if c.Claims != "-" {
		return request, readFile(c.Claims, read)
	}
	if err := read(in); err != nil {
		return request, fmt.Errorf("standard input: %w", err)
	}
	return request, nil
}

func proofParts(p cite.Proof) (checks []bot.Check, quotes []terminal.FoundQuote) {
	for _, c := range p.Checks {
		checks = append(checks, bot.Check(c))
	}
	for _, q := range p.Quotes {
		quotes = append(quotes, terminal.FoundQuote{ID: q.ID, Span: q.Span, Text: q.Text()})
	}
	return checks, quotes
}
