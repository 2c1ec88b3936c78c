package terminal

import (
	"fmt"

	"passerelle/bot"
	"passerelle/bot/locale"
	"passerelle/retrieval"
)

// Verdict is what the proof of one claim came to.
type Verdict struct {
	N      int // of the claim, from 1
	Text   string
	Proven bool
	Found  string // what a search for a quote came to: "supported", "contradicted", "not_covered"; "" where a quote was given
	Checks []bot.Check
	Quotes []FoundQuote
	// Tried is the evidence that a search came up with.
	Tried []Evidence
}

// FoundQuote is a quote where it stands.
type FoundQuote struct {
	ID             string // of its passage
	retrieval.Span        // bytes of the passage's text
	Text           string
}

// Evidence is a quote with the passage that it is said to stand in.
type Evidence struct {
	ID    string `json:"id"`
	Quote string `json:"quote"`
}

type verdictJSON struct {
	Proven   bool        `json:"proven"`
	Verdict  string      `json:"verdict,omitempty"`
	Checks   []checkJSON `json:"checks"`
	Quotes   []quoteJSON `json:"quotes"`
	Evidence []Evidence  `json:"evidence,omitempty"` // found
}

type quoteJSON struct {
	ID    string `json:"id"`
	Start int    `json:"start"` // bytes of the passage's text
	End   int    `json:"end"`
	Text  string `json:"text"`
}

// Verdict writes the verdict on one claim.
func (e *Encoder) Verdict(v Verdict) error {
	out := verdictJSON{Proven: v.Proven, Verdict: v.Found, Checks: checks(v.Checks), Quotes: []quoteJSON{}, Evidence: v.Tried}
	for _, q := range v.Quotes {
		out.Quotes = append(out.Quotes, quoteJSON{q.ID, q.Start, q.End, q.Text})
	}
	return e.write(out)
}

// Verdict prints the verdict on one claim: whether it is proven, by which quotes, and each check with what it failed for.
func (p *Printer) Verdict(v Verdict, language string) error {
	l := &lines{width: p.width}
	if v.N > 1 {
		l.done = append(l.done, "")
	}
	key := "cli.prove.unproven"
	switch {
	case v.Found != "":
		key = "cli.prove." + v.Found
	case v.Proven:
		key = "cli.prove.proven"
	}
	style := p.mark
	if !v.Proven {
		style = p.notice
	}
	l.addPieces(fmt.Sprintf("%d. ", v.N), piece{p.title, Clean(v.Text)})
	l.add(style, "   ", p.texts.Text(language, key, nil))
	for _, c := range v.Checks {
		p.check(l, c, language)
	}
	for _, q := range v.Quotes {
		where := p.texts.Text(language, "cli.prove.where", locale.Data{"ID": Clean(q.ID), "Start": q.Start, "End": q.End})
		l.addPieces("   ", piece{plain, p.quote(language, q.Text)}, piece{p.aside, where})
	}
	return l.writeTo(p.out)
}

func (p *Printer) check(l *lines, c bot.Check, language string) {
	name := c.Name
	if key := "cli.prove.check." + c.Name; p.texts.Has(key) {
		name = p.texts.Text(language, key, nil)
	}
	pieces := []piece{{plain, Clean(name)}}
	mark := "   ✓ "
	if !c.OK {
		mark = "   ✗ "
		pieces = append(pieces, piece{p.notice, "— " + Clean(c.Why)})
	} else if c.Looked != "" {
		pieces = append(pieces, piece{p.aside, "— " + Clean(c.Looked)})
	}
	l.addPieces(mark, pieces...)
}
