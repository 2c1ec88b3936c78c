package answer

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"passerelle/bot"
	"passerelle/bot/cite"
	"passerelle/bot/llm"
	"passerelle/prompts"
	"passerelle/retrieval"
)

// Bounds on what of a person's words goes into a prompt, in runes and turns.
const (
	maxQuestionRunes = 2000
	maxEarlierRunes  = 600 // of one question or answer
	maxEarlierTurns  = 4
)

// maxShownClaims bounds an answer. What a model adds after that is rarely to the point.
const maxShownClaims = 6

// Generative answers in a model's words, each sentence of them proven by quotes. Whatever the model does, an answer
// comes: the extractive one, which is made before the model is asked and so cannot be lost to a model that takes too
// long, with a Notice that says why.
type Generative struct {
	parts  Parts
	schema json.RawMessage
	judge  json.RawMessage // the schema of a second opinion
	rules  phrases         // of what the model is told
}

// NewGenerative returns a Generative of these parts, all of which it needs but those that have defaults.
func NewGenerative(p Parts) (*Generative, error) {
	if p.Extractive == nil || p.Model == nil || p.Searcher == nil || p.Gates.Names == nil {
		return nil, errors.New("answer: a generative answerer needs an extractive one, a model, a searcher and names to prove")
	}
	p.PassageTokens = cmp.Or(p.PassageTokens, DefaultPassageTokens)
	p.ContextTokens = cmp.Or(p.ContextTokens, DefaultContextTokens)
	p.ReplyTokens = cmp.Or(p.ReplyTokens, DefaultReplyTokens)
	p.MaxPassages = cmp.Or(p.MaxPassages, DefaultMaxPassages)
	p.Timeout = cmp.Or(p.Timeout, DefaultTimeout)
	if min(p.PassageTokens, p.ContextTokens, p.ReplyTokens, p.MaxPassages, int(p.Timeout)) < 0 {
		return nil, errors.New("answer: bounds on passages, tokens and time must not be negative")
	}
	if p.Now == nil {
		p.Now = time.Now
	}
	if p.Log == nil {
		p.Log = slog.New(slog.DiscardHandler)
	}
	g := &Generative{parts: p}
	var err error
	if g.schema, err = prompts.AnswerSchema(); err != nil {
		return nil, err
	}
	if g.judge, err = prompts.JudgeSchema(); err != nil {
		return nil, err
	}
	told, err := prompts.Answer{Today: p.Now().Format(time.DateOnly), Language: retrieval.English}.Messages()
	if err != nil {
		return nil, err
	}
	g.rules = phrasesOf(told[0].Content, told[len(told)-1].Content)
	return g, nil
}

// quote makes the answer that is shown where the model's can't be: of the same search where the extractive answerer can
// take one.
func (g *Generative) quote(ctx context.Context, q bot.Question, found retrieval.Result) (bot.Answer, error) {
	if e, ok := g.parts.Extractive.(interface {
		FromResult(r retrieval.Result) bot.Answer
	}); ok {
		return e.FromResult(found), nil
	}
	return g.parts.Extractive.Answer(ctx, q)
}

// Answer implements bot.Answerer.
func (g *Generative) Answer(ctx context.Context, q bot.Question) (bot.Answer, error) {
	if q.Quotes || len(q.Beyond) > 0 {
		return g.parts.Extractive.Answer(ctx, q)
	}
	tell(q, bot.Progress{Step: bot.Searching, Language: q.Language})
	found, err := g.parts.Searcher.Search(ctx, retrieval.Query{Text: q.Text, Language: q.Language, Filter: q.Filter, Near: q.Near, Limit: g.parts.MaxPassages})
	if err != nil {
		return bot.Answer{}, fmt.Errorf("search: %w", err)
	}
	quoted, err := g.quote(ctx, q, found)
	if err != nil {
		return bot.Answer{}, err
	}
	if quoted.Status == bot.Refused && hopeless(found) {
		return quoted, nil // no passage is worth a model's time, and its words about others would only mislead
	}
	prompt := prompts.Answer{
		Today:    g.parts.Now().Format(time.DateOnly),
		Language: quoted.Language,
		Question: bounded(q.Text, maxQuestionRunes),
		Earlier:  earlier(q.Earlier),
	}
	sources, err := g.choose(found, prompt)
	if err != nil {
		return bot.Answer{}, err
	}
	if len(sources) == 0 {
		return quoted, nil
	}
	prover, err := cite.New(sources, g.parts.Gates)
	if err != nil {
		return bot.Answer{}, fmt.Errorf("passages for the model: %w", err)
	}
	for _, s := range sources {
		prompt.Passages = append(prompt.Passages, prompts.Passage{
			ID: s.ID, Date: s.Document.Date.Text, Title: s.Document.Title, Text: s.Passage.Text,
		})
	}
	bounded, cancel := context.WithTimeout(ctx, g.parts.Timeout)
	defer cancel()
	w := &writing{Generative: g, question: q, prompt: prompt, prover: prover, references: idMarks(sources)}
	err = w.write(bounded)
	if errors.Is(err, context.Canceled) {
		return bot.Answer{}, err
	}
	return w.answer(ctx, quoted, found, err), nil
}

// answer makes the answer of what was written: the quoted one where none of it can be shown.
func (w *writing) answer(ctx context.Context, quoted bot.Answer, found retrieval.Result, err error) bot.Answer {
	switch {
	case err != nil:
		quoted.Notice = w.notice(ctx, err)
		return quoted
	case w.unanswerable:
		return unstated(quoted, found)
	case len(w.kept) == 0:
		quoted.Notice, quoted.Dropped = bot.NoticeModelUnproven, w.dropped
		return quoted
	}
	out := bot.Answer{
		Status: bot.Answered, Mode: bot.Generative, Language: quoted.Language, Unknown: quoted.Unknown,
		Notice: searchNotice(found.Warning),
	}
	if out.Dropped = w.dropped; w.dropped > 0 {
		out.Notice = bot.NoticeModelPartly
	}
	out.Claims, out.Citations = compose(w.kept)
	return out
}

func tell(q bot.Question, p bot.Progress) {
	if q.Progress != nil {
		q.Progress(p)
	}
}

// earlier gives the conversation so far as context. Answers are told by their claims; none of it is evidence.
func earlier(turns []bot.Turn) []prompts.Exchange {
	var out []prompts.Exchange
	for _, t := range turns[max(0, len(turns)-maxEarlierTurns):] {
		e := prompts.Exchange{Question: bounded(t.Question, maxEarlierRunes)}
		if t.Answer != nil {
			var said []string
			for _, c := range t.Answer.Claims {
				said = append(said, c.Text)
			}
			e.Answer = bounded(strings.Join(said, " "), maxEarlierRunes)
		}
		out = append(out, e)
	}
	return out
}

func bounded(s string, runes int) string {
	if r := []rune(s); len(r) > runes {
		return string(r[:runes]) + "…"
	}
	return s
}

// notice says what to tell a reader of a model's failure, and the log what to tell an operator.
func (g *Generative) notice(ctx context.Context, err error) bot.Notice {
	g.parts.Log.WarnContext(ctx, "model failed, quotes are shown instead", "error", err)
	var failed *llm.Error
	switch {
	case errors.Is(err, ErrGarbled):
		return bot.NoticeModelGarbled
	case !errors.As(err, &failed):
		return bot.NoticeModelDown
	}
	if failed.Detail != "" {
		g.parts.Log.DebugContext(ctx, "the model's server said", "detail", failed.Detail)
	}
	switch failed.Kind {
	case llm.Timeout:
		return bot.NoticeModelTimeout
	case llm.Busy:
		return bot.NoticeModelBusy
	case llm.Refused:
		return bot.NoticeModelRefused
	case llm.Garbled:
		return bot.NoticeModelGarbled
	default:
		return bot.NoticeModelDown
	}
}

// unstated is the extractive answer when the model says that the passages do not state what is asked: the quotes may
// then be shown as what the articles say, and not as the answer.
func unstated(quoted bot.Answer, found retrieval.Result) bot.Answer {
	if quoted.Status != bot.Answered {
		return quoted
	}
	quoted.Status = bot.Related
	if len(quoted.Nearest) == 0 {
		for _, d := range found.Documents[:min(maxNearest, len(found.Documents))] {
			quoted.Nearest = append(quoted.Nearest, d.Document)
		}
	}
	return quoted
}
