package cite

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"passerelle/retrieval"
)

// evidence finds the quotes of a claim; it says which were moved or taken apart, and what is wrong with them.
func (p *Prover) evidence(c Claim, proof *Proof) (looked, why string) {
	var faults, notes []string
	if strings.TrimSpace(c.Text) == "" {
		faults = append(faults, "the claim says nothing")
	}
	if len(c.Evidence) == 0 {
		faults = append(faults, "no quote is given")
	}
	long := false
	for i, e := range c.Evidence {
		if _, known := p.sources[e.ID]; !known {
			faults = append(faults, fmt.Sprintf("quote %d: no passage of this request has the id %q", i+1, bounded(e.ID)))
			continue
		}
		at, spans := p.locate(e)
		if len(spans) == 0 {
			faults = append(faults, fmt.Sprintf("quote %d does not stand in passage %s", i+1, bounded(e.ID)))
			continue
		}
		if at.ID != e.ID {
			notes = append(notes, fmt.Sprintf("quote %d stands in passage %s, not %s", i+1, at.ID, e.ID))
		}
		if len(spans) > 1 {
			notes = append(notes, fmt.Sprintf("quote %d is stitched of %d", i+1, len(spans)))
		}
		for _, span := range spans {
			short, fault := weigh(at.Passage.Text, span)
			if fault != "" {
				faults = append(faults, fmt.Sprintf("quote %d %s", i+1, fault))
				continue
			}
			long = long || !short
			proof.add(Quote{Source: at.Source, Span: retrieval.Span{Start: at.Passage.Start + span.Start, End: at.Passage.Start + span.End}, Cited: e.ID})
		}
	}
	if len(faults) == 0 && !long && saysMore(c.Text, proof.Quotes) {
		faults = append(faults, "it is proven by names and numbers alone and says more than they do")
	}
	return strings.Join(notes, "; "), strings.Join(faults, "; ")
}

// weigh tells whether a quote is short, and what keeps it from proving anything.
func weigh(text string, span retrieval.Span) (short bool, fault string) {
	quote := text[span.Start:span.End]
	short = wordCount(quote) < minQuoteWords
	switch {
	case short && !wholeNameOrNumber(text, span):
		fault = fmt.Sprintf("has fewer than %d words and is no whole name or number", minQuoteWords)
	case !short && contentWords(quote) < minContentWords:
		fault = fmt.Sprintf("has fewer than %d words that say anything", minContentWords)
	}
	return short, fault
}

func (p *Proof) add(q Quote) {
	for _, have := range p.Quotes {
		if have.Document == q.Document && have.Span == q.Span {
			return
		}
	}
	p.Quotes = append(p.Quotes, q)
}

// locate finds where a quote stands: whole in the passage that it names, whole in another of the request, or stitched of
// stretches of one passage, that which it names first. A short one is not looked for elsewhere: it may stand anywhere.
func (p *Prover) locate(e Evidence) (source, []retrieval.Span) {
	named := p.sources[e.ID]
	if span, ok := named.text.findQuote(e.Quote); ok {
		return named, []retrieval.Span{span}
	}
	if wordCount(e.Quote) < minQuoteWords {
		return named, nil
	}
	others := make([]string, 0, len(p.sources))
	for id := range p.sources {
		if id != e.ID {
			others = append(others, id)
		}
	}
	slices.Sort(others)
	for _, id := range others {
		if span, ok := p.sources[id].text.findQuote(e.Quote); ok {
			return p.sources[id], []retrieval.Span{span}
		}
	}
	for _, id := range append([]string{e.ID}, others...) {
		if spans := p.sources[id].text.stitched(e.Quote); len(spans) > 0 {
			return p.sources[id], spans
		}
	}
	return named, nil
}

// omission is what people put where they leave something out.
var omission = regexp.MustCompile(`[\[(]\s*(?:…|\.{3})\s*[\])]|…|\.{3,}`)

// Limits of stitched quotes.
const (
	maxStitched      = 4   // stretches
	maxStitchedWords = 120 // of a quote that is looked at for a seam without a mark
	minOmittedWords  = 3   // fewer were not left out at a seam but altered
)

// stitched returns the stretches, in their order, of which a quote was put together: parted by marks of omission, or two
// without any. Each must have minQuoteWords.
func (n *normalText) stitched(quote string) []retrieval.Span {
	parts := slices.DeleteFunc(omission.Split(quote, -1), func(s string) bool { return !strings.ContainsFunc(s, isWordRune) })
	if len(parts) > 1 {
		return n.inOrder(parts, 0)
	}
	words := strings.Fields(quote)
	if len(words) > maxStitchedWords {
		return nil
	}
	for cut := len(words) - minQuoteWords; cut >= minQuoteWords; cut-- {
		halves := []string{strings.Join(words[:cut], " "), strings.Join(words[cut:], " ")}
		if spans := n.inOrder(halves, minOmittedWords); spans != nil {
			return spans
		}
	}
	return nil
}

// inOrder finds all of the parts, each after the one before and at least so many words further; nil unless it finds all.
func (n *normalText) inOrder(parts []string, apart int) []retrieval.Span {
	if len(parts) > maxStitched {
		return nil
	}
	var out []retrieval.Span
	from := 0
	for _, part := range parts {
		if wordCount(part) < minQuoteWords {
			return nil
		}
		span, ok := n.findQuote(part)
		if !ok || span.Start < from || len(out) > 0 && wordCount(n.source[from:span.Start]) < apart {
			return nil
		}
		out, from = append(out, span), span.End
	}
	return out
}
