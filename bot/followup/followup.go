// Package followup makes of a message that only makes sense after others ("et à Marseille ?", "а кто ещё был?") the
// question that its writer has in mind.
package followup

import (
	"cmp"
	"context"
	"slices"

	"passerelle/bot"
	"passerelle/retrieval"
	"passerelle/retrieval/gazetteer"
)

// Rewriter rewrites messages. It is safe for concurrent use.
type Rewriter struct {
	places *gazetteer.Gazetteer
	rules  map[string]rules
}

// New makes a Rewriter.
func New(places *gazetteer.Gazetteer) (*Rewriter, error) {
	r := &Rewriter{places: places, rules: map[string]rules{}}
	for _, language := range languages() {
		var err error
		if r.rules[language], err = readRules(language); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func languages() []string { return []string{retrieval.French, retrieval.Russian, retrieval.English} }

// Rewrite implements bot.Rewriter.
func (r *Rewriter) Rewrite(_ context.Context, q bot.Question) bot.Rewriting {
	alone := bot.Rewriting{Text: q.Text}
	if len(q.Earlier) == 0 || r.rules[q.Language] == nil {
		return alone
	}
	last := q.Earlier[len(q.Earlier)-1]
	base, language := last.Question, q.Language
	if a := last.Answer; a != nil && r.rules[a.Language] != nil {
		base, language = cmp.Or(a.Rewritten, base), a.Language
	}
	now := r.read(q.Text, q.Language)
	before := r.read(base, language)
	near := r.near(now, documents(last.Answer))
	if !now.leans(near != nil) {
		return alone
	}
	c := composer{places: r.places, now: now, before: before, held: near != nil}
	return bot.Rewriting{Text: c.text(), Near: ids(near)}
}

func ids(documents []*retrieval.Document) (out []string) {
	for _, d := range documents {
		out = append(out, d.ID)
	}
	return out
}

// documents are those that an answer cites, in the order of their citations.
func documents(a *bot.Answer) (out []*retrieval.Document) {
	if a == nil {
		return nil
	}
	for _, c := range a.Citations {
		if c.Document != nil && !slices.Contains(out, c.Document) {
			out = append(out, c.Document)
		}
	}
	return out
}
