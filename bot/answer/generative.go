package answer

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

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
}

// NewGenerative returns a Generative of these parts, all of which it needs but those that have defaults.
func NewGenerative(p Parts) (*Generative, error) {
	if p.Extractive == nil || p.Model == nil || p.Searcher == nil || p.Gates.Names == nil {
		return nil, errors.New("answer: a generative answerer needs an extractive one, a model, a searcher and names to prove")
	}
	if p.PassageRunes == 0 {
		p.PassageRunes = DefaultPassageRunes
	}
	if p.MaxPassages == 0 {
		p.MaxPassages = DefaultMaxPassages
	}
	if p.PassageRunes < 0 || p.MaxPassages < 0 {
		return nil, fmt.Errorf("answer: bounds on passages must not be negative: %d runes, %d passages", p.PassageRunes, p.MaxPassages)
	}
	if p.Now == nil {
		p.Now = time.Now
	}
	if p.Log == nil {
		p.Log = slog.New(slog.DiscardHandler)
	}
	schema, err := prompts.AnswerSchema()
	if err != nil {
		return nil, err
	}
	return &Generative{parts: p, schema: schema}, nil
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
	found, err := g.parts.Searcher.Search(ctx, retrieval.Query{Text: q.Text, Language: q.Language, Filter: q.Filter})
	if err != nil {
		return bot.Answer{}, fmt.Errorf("search: %w", err)
	}
	quoted, err := g.quote(ctx, q, found)
	if err != nil {
		return bot.Answer{}, err
	}
	sources := g.choose(found)
	if len(sources) == 0 {
		return quoted, nil
	}
	prover, err := cite.New(sources, g.parts.Gates)
	if err != nil {
		return bot.Answer{}, fmt.Errorf("passages for the model: %w", err)
	}
	written, err := g.ask(ctx, q, quoted.Language, sources)
	if errors.Is(err, context.Canceled) {
		return bot.Answer{}, err
	}
	if err != nil {
		quoted.Notice = g.notice(ctx, err)
		return quoted, nil
	}
	if !*written.Answerable {
		return unstated(quoted, found), nil
	}
	claims, dropped := g.prove(ctx, prover, written, sources)
	if len(claims) == 0 {
		quoted.Notice = bot.NoticeModelUnproven
		return quoted, nil
	}
	return compose(quoted, claims, dropped, found), nil
}

// choose takes the passages for the model, best first: those of the hits and those of the best sentences, by the sum of
// their reciprocal ranks (RRF), until the budget is used up, and gives each an id that nobody can know beforehand.
func (g *Generative) choose(found retrieval.Result) []cite.Source {
	const rankOffset = 60 // Cormack, Clarke, Büttcher 2009
	type ranked struct {
		cite.Source
		score float64
	}
	var all []*ranked
	byPassage := map[string]*ranked{}
	add := func(p *retrieval.Passage, d *retrieval.Document, rank int) {
		if p == nil || d == nil {
			return
		}
		if byPassage[p.ID] == nil {
			byPassage[p.ID] = &ranked{Source: cite.Source{Document: d, Passage: p}}
			all = append(all, byPassage[p.ID])
		}
		byPassage[p.ID].score += 1 / float64(rankOffset+rank)
	}
	for i, h := range found.Hits {
		add(h.Passage, h.Document, i)
	}
	counted := map[string]bool{} // a passage's best sentence counts, not how many it has
	for i, s := range found.Sentences {
		if s.Passage != nil && !counted[s.Passage.ID] {
			counted[s.Passage.ID] = true
			add(s.Passage, s.Document, i)
		}
	}
	slices.SortStableFunc(all, func(a, b *ranked) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		}
		return 0
	})
	var out []cite.Source
	left := g.parts.PassageRunes
	for _, r := range all {
		left -= utf8.RuneCountInString(r.Passage.Text) + utf8.RuneCountInString(r.Document.Title)
		if left < 0 || len(out) == g.parts.MaxPassages {
			break
		}
		r.ID = newID()
		out = append(out, r.Source)
	}
	return out
}

// newID returns nine random characters that begin with a letter: 40 bits, which no document can guess and a model can
// copy without a slip.
func newID() string { return "p" + strings.ToLower(rand.Text()[:8]) }

// ask has the model write.
func (g *Generative) ask(ctx context.Context, q bot.Question, language string, sources []cite.Source) (draft, error) {
	prompt := prompts.Answer{
		Today:    g.parts.Now().Format(time.DateOnly),
		Language: language,
		Question: bounded(q.Text, maxQuestionRunes),
		Earlier:  earlier(q.Earlier),
	}
	for _, s := range sources {
		prompt.Passages = append(prompt.Passages, prompts.Passage{
			ID: s.ID, Date: s.Document.Date.Text, Title: s.Document.Title, Text: s.Passage.Text,
		})
	}
	messages, err := prompt.Messages()
	if err != nil {
		return draft{}, err
	}
	request := llm.Request{Schema: g.schema, SchemaName: "answer"}
	for _, m := range messages {
		request.Messages = append(request.Messages, llm.Message{Role: m.Role, Content: m.Content})
	}
	begun := g.parts.Now()
	response, err := g.parts.Model.Complete(ctx, request)
	if err != nil {
		return draft{}, err
	}
	g.parts.Log.DebugContext(ctx, "model answered", "model", response.Model, "took", g.parts.Now().Sub(begun),
		"prompt_tokens", response.PromptTokens, "completion_tokens", response.CompletionTokens)
	return readDraft(response.Text)
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

// proven is one sentence with the quotes that prove it.
type proven struct {
	text   string
	quotes []cite.Quote
}

// prove keeps the sentences that are proven and counts the others. No sentence is kept twice.
func (g *Generative) prove(ctx context.Context, prover *cite.Prover, d draft, sources []cite.Source) (kept []proven, dropped int) {
	ids := make([]string, len(sources))
	for i, s := range sources {
		ids[i] = s.ID
	}
	references := idMarks(ids)
	for _, c := range d.Claims {
		claim := cite.Claim{}
		for _, e := range c.Evidence {
			claim.Evidence = append(claim.Evidence, cite.Evidence(e))
		}
		said := sentences(cleanClaim(references.ReplaceAllString(c.Text, "")))
		if len(said) == 0 {
			dropped++
		}
		for _, claim.Text = range said {
			if slices.ContainsFunc(kept, func(k proven) bool { return k.text == claim.Text }) {
				continue
			}
			proof := prover.Prove(claim)
			if !proof.Proven() || utf8.RuneCountInString(claim.Text) > maxClaimRunes {
				dropped++
				g.parts.Log.DebugContext(ctx, "claim dropped", "claim", claim.Text, "failed", proof.Failed())
				continue
			}
			kept = append(kept, proven{claim.Text, proof.Quotes})
		}
	}
	return kept[:min(len(kept), maxShownClaims)], dropped
}

// compose makes the answer of proven sentences. Where the search holds that the subject is not treated at all, a model's
// word that it is does not make it an answer: it is shown as what the articles say.
func compose(quoted bot.Answer, claims []proven, dropped int, found retrieval.Result) bot.Answer {
	out := bot.Answer{
		Status:   bot.Answered,
		Mode:     bot.Generative,
		Language: quoted.Language,
		Unknown:  quoted.Unknown,
	}
	if quoted.Status == bot.Refused {
		out.Status, out.Nearest = bot.Related, quoted.Nearest
	}
	out.Notice = searchNotice(found.Warning)
	if dropped > 0 {
		out.Notice = bot.NoticeModelPartly
	}
	for _, c := range claims {
		claim := bot.Claim{Text: c.text}
		for _, q := range c.quotes {
			n := citation(&out, q)
			if !slices.Contains(claim.Citations, n) {
				claim.Citations = append(claim.Citations, n)
			}
		}
		out.Claims = append(out.Claims, claim)
	}
	return out
}

// citation returns the number of the citation of a quote, which it adds where no claim has cited these bytes yet.
func citation(a *bot.Answer, q cite.Quote) int {
	for _, c := range a.Citations {
		if c.Document == q.Document && c.Span == q.Span {
			return c.N
		}
	}
	n := len(a.Citations) + 1
	a.Citations = append(a.Citations, bot.Citation{N: n, Document: q.Document, Passage: q.Passage.ID, Span: q.Span})
	return n
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
