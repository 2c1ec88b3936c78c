package main

import (
	"context"
	"io"

	"passerelle/bot"
	"passerelle/bot/answer"
	"passerelle/retrieval/eval"
	"passerelle/retrieval/gazetteer"
	"passerelle/retrieval/local"
)

// What is searched for a message that leans on another, for --context.
const (
	contextNone     = "none"     // the message alone
	contextJoined   = "joined"   // both messages, one behind the other
	contextQuestion = "question" // the message rewritten
	contextAll      = "all"      // the message rewritten, near the documents of the first answer, as a conversation has it
)

// measureFollowUps asks the first message of each pair, and measures the search for the second. It is always rules that
// rewrite here: what a model makes of a message differs from one time to the next.
func (c *evalCommand) measureFollowUps(p *program) error {
	settings, err := p.settings()
	if err != nil {
		return err
	}
	documents, _, err := corpus(settings)
	if err != nil {
		return err
	}
	known := make(map[string]bool, len(documents))
	for _, d := range documents {
		known[d.ID] = true
	}
	var pairs []eval.FollowUp
	for _, path := range c.Files {
		err := readFile(path, func(r io.Reader) error {
			read, err := eval.ReadFollowUps(r, p.globals.Language, func(id string) bool { return known[id] })
			pairs = append(pairs, read...)
			return err
		})
		if err != nil {
			return err
		}
	}
	places, err := gazetteer.Load()
	if err != nil {
		return err
	}
	log := p.logger(settings.Log)
	rewriter, err := newRewriter(nil, places, log)
	if err != nil {
		return err
	}
	searcher, err := openIndex(p.ctx, settings, local.Options{Places: places, Progress: p.err, Log: log, Wait: true})
	if err != nil {
		return err
	}
	defer searcher.Close()
	questions, err := searchedAs(p.ctx, pairs, c.Context, answer.NewExtractive(searcher), rewriter)
	if err != nil {
		return err
	}
	return c.measure(p, searcher, questions)
}

// searchedAs gives the second messages as they are searched.
func searchedAs(ctx context.Context, pairs []eval.FollowUp, as string, answerer bot.Answerer, rewriter bot.Rewriter) (out []eval.Question, err error) {
	for _, pair := range pairs {
		q := pair.Question
		switch as {
		case contextJoined:
			q.Text = pair.First + " " + q.Text
		case contextQuestion, contextAll:
			first, err := answerer.Answer(ctx, bot.Question{Text: pair.First, Language: q.Language})
			if err != nil {
				return nil, err
			}
			r := rewriter.Rewrite(ctx, bot.Question{
				Text: q.Text, Language: q.Language, Earlier: []bot.Turn{{Question: pair.First, Answer: &first}},
			})
			q.Text = r.Text
			if as == contextAll {
				q.Near = r.Near
			}
		}
		out = append(out, q)
	}
	return out, nil
}
