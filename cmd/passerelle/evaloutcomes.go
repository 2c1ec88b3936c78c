package main

import (
	"io"
	"maps"
	"slices"
	"strings"

	"passerelle/bot"
	"passerelle/bot/answer"
	"passerelle/retrieval/eval"
	"passerelle/retrieval/local"
)

// outcome is what became of questions of one kind.
type outcome struct {
	Kind     string   `json:"kind"` // "" for all that the set says no kind of
	N        int      `json:"n"`
	Answered float64  `json:"answered"`
	Related  float64  `json:"related"`
	Refused  float64  `json:"refused"`
	Shown    *float64 `json:"shown,omitempty"` // share of those with a sentence that answers where it is among the quotes

	shown, sentences int
}

// measureOutcomes answers each question by quotes, and prints for each kind, and at last for all, what became of them.
func (c *evalCommand) measureOutcomes(p *program) error {
	settings, err := p.settings()
	if err != nil {
		return err
	}
	var questions []eval.Asked
	for _, path := range c.Files {
		err := readFile(path, func(r io.Reader) error {
			read, err := eval.ReadAsked(r, p.globals.Language)
			questions = append(questions, read...)
			return err
		})
		if err != nil {
			return err
		}
	}
	searcher, err := openIndex(p.ctx, settings, local.Options{Progress: p.err, Log: p.logger(settings.Log), Wait: true})
	if err != nil {
		return err
	}
	defer searcher.Close()
	answerer := answer.NewExtractive(searcher)
	kinds, all := map[string]*outcome{}, &outcome{Kind: "all"}
	for _, q := range questions {
		a, err := answerer.Answer(p.ctx, bot.Question{Text: q.Text, Language: q.Language})
		if err != nil {
			return err
		}
		if kinds[q.Kind] == nil {
			kinds[q.Kind] = &outcome{Kind: q.Kind}
		}
		kinds[q.Kind].count(q, a)
		all.count(q, a)
	}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		if err := p.encoder().Object(kinds[kind].shares()); err != nil {
			return err
		}
	}
	return p.encoder().Object(all.shares())
}

func (o *outcome) count(q eval.Asked, a bot.Answer) {
	o.N++
	switch a.Status {
	case bot.Answered:
		o.Answered++
	case bot.Related:
		o.Related++
	case bot.Refused:
		o.Refused++
	}
	if q.Sentence == "" {
		return
	}
	o.sentences++
	if slices.ContainsFunc(a.Citations, func(c bot.Citation) bool { return strings.Contains(c.Quote(), q.Sentence) }) {
		o.shown++
	}
}

func (o *outcome) shares() outcome {
	out, n := *o, float64(max(o.N, 1))
	out.Answered, out.Related, out.Refused = out.Answered/n, out.Related/n, out.Refused/n
	if o.sentences > 0 {
		shown := float64(o.shown) / float64(o.sentences)
		out.Shown = &shown
	}
	return out
}
