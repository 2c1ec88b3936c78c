package answer

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"passerelle/bot"
	"passerelle/bot/cite"
	"passerelle/retrieval"
)

// checkedPassages is how many passages, the nearest to a sentence, are looked through for its quote.
const checkedPassages = 6

// Checker finds what documents say of sentences that somebody wrote. It is safe for concurrent use.
type Checker struct {
	searcher  retrieval.Searcher
	gates     cite.Gates
	sentences func(text string) []retrieval.Span
}

// NewChecker checks by the passages of a searcher; sentences cuts a text into its sentences.
func NewChecker(s retrieval.Searcher, gates cite.Gates, sentences func(string) []retrieval.Span) (*Checker, error) {
	if s == nil || sentences == nil || gates.Names == nil {
		return nil, errors.New("answer: checking needs a searcher, names to prove and a way to find sentences")
	}
	return &Checker{s, gates, sentences}, nil
}

// Check implements bot.Checker. A sentence without a letter, and one that asks, claims nothing.
func (c *Checker) Check(ctx context.Context, text, language string) (checked []bot.Checked, left int, err error) {
	n := 0
	for _, span := range c.sentences(text) {
		sentence := strings.Join(strings.Fields(text[span.Start:span.End]), " ")
		if !strings.ContainsFunc(sentence, unicode.IsLetter) || strings.HasSuffix(sentence, "?") {
			continue
		}
		if len(checked) == bot.MaxCheckedSentences {
			left++
			continue
		}
		one, err := c.sentence(ctx, sentence, language)
		if err != nil {
			return nil, 0, err
		}
		for i := range one.Citations {
			n++
			one.Citations[i].N = n
		}
		checked = append(checked, one)
	}
	return checked, left, nil
}

func (c *Checker) sentence(ctx context.Context, text, language string) (bot.Checked, error) {
	out := bot.Checked{Text: text, Verdict: bot.NotCovered}
	found, err := c.searcher.Search(ctx, retrieval.Query{Text: text, Language: language, Limit: checkedPassages})
	if err != nil {
		return out, fmt.Errorf("search: %w", err)
	}
	var sources []cite.Source
	for _, h := range found.Hits {
		sources = append(sources, cite.Source{ID: h.Passage.ID, Document: h.Document, Passage: h.Passage})
	}
	if len(sources) == 0 {
		return out, nil
	}
	prover, err := cite.New(sources, c.gates)
	if err != nil {
		return out, fmt.Errorf("passages of a search: %w", err)
	}
	finding := cite.NewFinder(prover).Find(text)
	out.Verdict = map[cite.Verdict]bot.Verdict{
		cite.Supported: bot.Supported, cite.Contradicted: bot.Contradicted, cite.NotCovered: bot.NotCovered,
	}[finding.Verdict]
	if out.Verdict == bot.NotCovered {
		return out, nil
	}
	for _, q := range finding.Proof.Quotes {
		out.Citations = append(out.Citations, bot.Citation{Document: q.Document, Passage: q.Passage.ID, Span: q.Span, Instructs: instructs(q.Passage.Text)})
	}
	return out, nil
}
