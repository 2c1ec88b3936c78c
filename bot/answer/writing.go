package answer

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"unicode/utf8"

	"passerelle/bot"
	"passerelle/bot/cite"
	"passerelle/bot/llm"
	"passerelle/prompts"
)

// Bounds on what a model is told of the claims that were dropped, in claims and in runes of each and of its faults.
const (
	maxFaults     = 5
	maxFaultRunes = 200
)

// writing is one question's way through the model: each claim is proven when the last of it has come.
type writing struct {
	*Generative
	question   bot.Question
	prompt     prompts.Answer
	prover     *cite.Prover
	references *regexp.Regexp // marks that a model puts behind sentences

	step         bot.Step
	kept         []proven
	faults       []prompts.Fault // of the reply that is being read
	dropped      int             // claims for which nothing better came
	unanswerable bool            // the model says so
	shown        bool            // what is kept may be told as progress
}

// proven is one sentence with its proof.
type proven struct {
	text  string
	proof cite.Proof
}

// write has the model write, and mend once what could not be proven. An error means that no reply came.
func (w *writing) write(ctx context.Context) error {
	w.tell(bot.Reading)
	written, err := w.reply(ctx)
	if err != nil {
		return err
	}
	if !*written.Answerable {
		w.kept, w.unanswerable = nil, true
		return nil
	}
	if w.dropped = len(w.faults); w.dropped > 0 && len(w.kept) < maxShownClaims {
		if err := w.repair(ctx); err != nil {
			return err
		}
	}
	w.kept = w.kept[:min(len(w.kept), maxShownClaims)]
	if w.parts.Judge {
		return w.judgeAll(ctx)
	}
	return nil
}

// repair asks once for better claims in place of those that were dropped. Where the model fails at it, what is proven
// stays.
func (w *writing) repair(ctx context.Context) error {
	w.prompt.Dropped = w.faults[:min(len(w.faults), maxFaults)]
	before := len(w.kept)
	w.faults = nil
	w.tell(bot.Checking)
	mended, err := w.reply(ctx)
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case err != nil:
		w.kept = w.kept[:before]
		w.parts.Log.WarnContext(ctx, "model did not mend its claims", "error", err)
	case !*mended.Answerable:
		w.kept = w.kept[:before]
		w.unanswerable = before == 0
	default:
		w.dropped = max(0, w.dropped-(len(w.kept)-before), len(w.faults))
	}
	return nil
}

// reply asks the model once and takes its claims as they come.
func (w *writing) reply(ctx context.Context) (draft, error) {
	messages, err := w.prompt.Messages()
	if err != nil {
		return draft{}, err
	}
	var reader *draftReader
	reader = newDraftReader(func(c draftClaim) {
		w.take(ctx, c)
		// A model may still say that its claims are no answer.
		w.shown = (w.shown || reader.answerable()) && !w.parts.Judge
		w.tell(w.step)
	})
	heard := false
	response, err := w.complete(ctx, llm.Request{
		Messages: inWire(messages), Schema: w.schema, SchemaName: "answer",
		OnText: func(piece string) {
			if !heard && w.step == bot.Reading {
				w.tell(bot.Writing)
			}
			heard = true
			reader.write(piece)
		},
	})
	if err != nil {
		return draft{}, err
	}
	if !heard {
		reader.write(response.Text)
	}
	return reader.finish()
}

func (w *writing) complete(ctx context.Context, r llm.Request) (llm.Response, error) {
	begun := w.parts.Now()
	response, err := w.parts.Model.Complete(ctx, r)
	if err == nil {
		w.parts.Log.DebugContext(ctx, "model answered", "model", response.Model, "took", w.parts.Now().Sub(begun),
			"prompt_tokens", response.PromptTokens, "completion_tokens", response.CompletionTokens)
	}
	return response, err
}

func inWire(messages []prompts.Message) []llm.Message {
	var out []llm.Message
	for _, m := range messages {
		out = append(out, llm.Message{Role: m.Role, Content: m.Content})
	}
	return out
}

// take proves a claim sentence by sentence. No sentence is kept twice.
func (w *writing) take(ctx context.Context, c draftClaim) {
	claim := cite.Claim{}
	for _, e := range c.Evidence {
		claim.Evidence = append(claim.Evidence, cite.Evidence(e))
	}
	said := sentences(cleanClaim(w.references.ReplaceAllString(c.Text, "")))
	if len(said) == 0 {
		w.drop(ctx, "", "the claim says nothing")
	}
	for _, claim.Text = range said {
		if slices.ContainsFunc(w.kept, func(k proven) bool { return k.text == claim.Text }) {
			continue
		}
		proof := w.prover.Prove(claim)
		if why := w.why(claim.Text, proof); why != "" {
			w.drop(ctx, claim.Text, why)
			continue
		}
		w.kept = append(w.kept, proven{claim.Text, proof})
	}
}

// why says what keeps a sentence from being shown; "" for nothing.
func (w *writing) why(text string, proof cite.Proof) string {
	switch {
	case utf8.RuneCountInString(text) > maxClaimRunes:
		return "it is too long"
	case w.rules.in(text, proof.Quotes):
		return "it repeats these rules instead of the passages"
	case mixesScripts(text, proof.Quotes):
		return "a word of it mixes letters of two alphabets"
	case proof.Proven():
		return ""
	}
	return faultsOf(proof)
}

func (w *writing) drop(ctx context.Context, text, why string) {
	w.parts.Log.DebugContext(ctx, "claim dropped", "claim", text, "why", why)
	w.faults = append(w.faults, prompts.Fault{Claim: bounded(text, maxFaultRunes), Why: bounded(why, maxFaultRunes)})
}

// tell says how far the answer has come.
func (w *writing) tell(step bot.Step) {
	w.step = step
	p := bot.Progress{Step: step, Language: w.prompt.Language, Passages: len(w.prompt.Passages)}
	if w.shown {
		p.Claims, p.Citations = compose(w.kept[:min(len(w.kept), maxShownClaims)])
	}
	tell(w.question, p)
}
