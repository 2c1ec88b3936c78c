package main

import (
	"cmp"
	"context"
	"errors"
	"io"
	"strings"

	"passerelle/bot"
	"passerelle/bot/answer"
	"passerelle/bot/card"
	"passerelle/bot/cite"
	"passerelle/bot/terminal"
	"passerelle/cmd/passerelle/internal/config"
	"passerelle/retrieval/gazetteer"
)

type askCommand struct {
	Question []string `arg:"" help:"The question, or - for one question a line on standard input."`
	JSON     bool     `name:"json" help:"One JSON object an answer."`
	Explain  bool     `help:"With --json: each claim with the checks of its proof, and why they failed or not."`
	filterFlags
}

// Validate is called by kong.
func (c *askCommand) Validate() error {
	if c.Explain && !c.JSON {
		return errors.New("--explain adds to what --json prints; give both")
	}
	_, err := c.filter()
	return err
}

// Run answers one question or many.
func (c *askCommand) Run(p *program) error {
	filter, err := c.filter()
	if err != nil {
		return &usageError{err}
	}
	parts, err := p.open()
	if err != nil {
		return err
	}
	defer parts.Close()
	var gates cite.Gates
	if c.Explain {
		if gates, err = loadGates(parts.config.Proof); err != nil {
			return err
		}
	}
	each := func(ctx context.Context, _ int, text string) error {
		if language, ok := bot.Greeting(text); ok && !c.JSON { // programs get an answer, whatever they ask
			reply, err := parts.service.Run(ctx, "help", bot.Invocation{Language: cmp.Or(p.globals.Language, language)})
			if err != nil {
				return err
			}
			return output(p.printer(parts.texts).Card(card.Layout(parts.texts, reply)))
		}
		progress, end := p.progress(parts)
		reply, err := parts.service.Ask(ctx, bot.Question{Text: text, Language: p.globals.Language, Filter: filter, Progress: progress})
		end()
		if err != nil {
			return placeError(err)
		}
		if c.JSON && c.Explain {
			if reply, err = answer.Explain(reply, gates); err != nil {
				return err
			}
			return output(p.encoder().ExplainedAnswer(reply))
		}
		if c.JSON {
			return output(p.encoder().Answer(reply))
		}
		return output(p.printer(parts.texts).Card(card.Layout(parts.texts, bot.Reply{Language: reply.Language, Answer: &reply})))
	}
	return p.questions(parts, strings.Join(c.Question, " "), c.JSON, each)
}

// loadGates is newGates where nothing else needs the places.
func loadGates(c config.Proof) (cite.Gates, error) {
	places, err := gazetteer.Load()
	if err != nil {
		return cite.Gates{}, err
	}
	return newGates(c, places)
}

// questions runs each over a question, or over the lines of standard input for "-". The failure of a line does not keep
// the next from its answer.
func (p *program) questions(parts *parts, question string, asJSON bool, each func(ctx context.Context, n int, text string) error) error {
	if question != "-" {
		return p.say(parts.texts, unwrapOutput(each(p.ctx, 1, question)))
	}
	printer, answered, failed := p.printer(parts.texts), 0, false
	input := terminal.NewInput(p.in)
	for {
		text, n, err := input.Next(p.ctx)
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil && !asJSON && strings.TrimSpace(text) != "" {
			err = heading(printer, text, answered == 0)
			answered++
		}
		if err == nil {
			err = each(p.ctx, n, text)
		}
		switch {
		case err == nil:
			continue
		case p.ctx.Err() != nil:
			return p.ctx.Err()
		case isFatal(err):
			return unwrapOutput(err)
		case asJSON:
			if err := p.encoder().Failure(n, p.message(parts.texts, err)); err != nil {
				return err
			}
		default:
			failed = true
			if err := p.complain(parts, n, err); err != nil {
				return err
			}
		}
	}
	if failed {
		return errSaid
	}
	return nil
}

// heading sets an answer apart from the one before it, and says which question it is for.
func heading(printer *terminal.Printer, question string, first bool) error {
	if !first {
		if err := printer.Gap(); err != nil {
			return output(err)
		}
	}
	return output(printer.Question(question))
}
