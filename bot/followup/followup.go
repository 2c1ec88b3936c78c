// Package followup makes of a message that only makes sense after others ("et à Marseille ?", "а кто ещё был?") the
// question that its writer has in mind: by rules, or by a language model whose question is checked. Earlier answers are
// no evidence; which documents they cite tells what the conversation is about.
package followup

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"time"

	"passerelle/bot"
	"passerelle/prompts"
	"passerelle/retrieval"
	"passerelle/retrieval/gazetteer"
)

// Parts are what a Rewriter is made of. Places is required.
type Parts struct {
	Places  *gazetteer.Gazetteer
	Model   Model         // nil: rules alone rewrite
	Timeout time.Duration // of the model; 0 for DefaultTimeout
	Log     *slog.Logger  // nil for none
}

// Rewriter is a bot.Rewriter. It is safe for concurrent use.
type Rewriter struct {
	parts  Parts
	rules  map[string]rules
	schema json.RawMessage
}

// New reads the rules of all languages. An error names the missing part, or what is wrong with the program's own data.
func New(p Parts) (*Rewriter, error) {
	if p.Places == nil {
		return nil, errors.New("followup: a rewriter needs a gazetteer")
	}
	if p.Timeout <= 0 {
		p.Timeout = DefaultTimeout
	}
	if p.Log == nil {
		p.Log = slog.New(slog.DiscardHandler)
	}
	r := &Rewriter{parts: p, rules: map[string]rules{}}
	var err error
	for _, language := range []string{retrieval.French, retrieval.Russian, retrieval.English} {
		if r.rules[language], err = readRules(language); err != nil {
			return nil, err
		}
	}
	if r.schema, err = prompts.RewriteSchema(); err != nil {
		return nil, err
	}
	return r, nil
}

// Rewrite implements bot.Rewriter. The last turn that was more than a greeting is what a message leans on.
func (r *Rewriter) Rewrite(ctx context.Context, q bot.Question) bot.Rewriting {
	alone := bot.Rewriting{Text: q.Text}
	for len(q.Earlier) > 0 && greets(q.Earlier[len(q.Earlier)-1].Question) {
		q.Earlier = q.Earlier[:len(q.Earlier)-1]
	}
	if len(q.Earlier) == 0 || r.rules[q.Language] == nil || greets(q.Text) {
		return alone
	}
	last := q.Earlier[len(q.Earlier)-1]
	now, cited := r.read(q.Text, q.Language), documents(last.Answer)
	near := r.near(now, cited)
	leans := now.leans(near != nil)
	if r.parts.Model != nil && !q.Quotes && (leans || now.mayLean()) {
		text, err := r.ask(ctx, q, cited)
		switch {
		case err != nil:
			r.parts.Log.WarnContext(ctx, "the model rewrote no question, rules do", "error", err)
		case strings.EqualFold(text, q.Text):
			return alone
		default:
			return bot.Rewriting{Text: text, Near: ids(r.near(r.read(text, q.Language), cited))}
		}
	}
	if !leans {
		return alone
	}
	c := composer{places: r.parts.Places, now: now, before: r.before(last, q.Language), held: near != nil}
	return bot.Rewriting{Text: c.text(), Near: ids(near)}
}

func greets(text string) bool {
	_, ok := bot.Greeting(text)
	return ok
}

// before reads the question of a turn as it was searched.
func (r *Rewriter) before(t bot.Turn, language string) *message {
	text := t.Question
	if a := t.Answer; a != nil && r.rules[a.Language] != nil {
		text, language = cmp.Or(a.Rewritten, text), a.Language
	}
	return r.read(text, language)
}

func ids(documents []*retrieval.Document) (out []string) {
	for _, d := range documents {
		out = append(out, d.ID)
	}
	return out
}
