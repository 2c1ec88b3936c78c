// Package cite proves claims. A claim is one sentence with quotes that are said to stand in passages of a request; it
// may be shown only when its Proof says so. What is shown beside it are the source's own bytes, never the quote as
// somebody typed it.
//
// Checked are so far: the evidence (each quote stands in the passage it names), the numbers (each number and month of the
// claim stands in its quotes, their titles or dates), negation (a claim does not say yes where its quotes were cut from a
// no, or the reverse) and the names (each person, place and body that the claim names stands there too, in whatever
// script). Not checked yet: plans told as done, who did what to whom, and whether a quote
// speaks of what the claim says at all.
package cite

import (
	"fmt"
	"strings"

	"passerelle/retrieval"
)

// Source is a passage as it was given in one request.
type Source struct {
	ID       string // in that request
	Document *retrieval.Document
	Passage  *retrieval.Passage
}

// Claim is what is to be proven.
type Claim struct {
	Text     string
	Evidence []Evidence
}

// Evidence is a quote as somebody wrote it and the passage it is said to stand in.
type Evidence struct {
	ID    string // a Source's
	Quote string
}

// Proof is the verdict on one claim.
type Proof struct {
	Checks []Check // in the order in which they were made, failed or not
	Quotes []Quote // what of the evidence was found, in its order, none twice
}

// Check is one part of a Proof.
type Check struct {
	Name string // CheckEvidence, CheckNumbers, CheckNegation, CheckNames
	OK   bool
	Why  string // what failed and what it was looked for in; "" when OK. For operators, in English
}

// Names of checks.
const (
	CheckEvidence = "evidence"
	CheckNumbers  = "numbers"
	CheckNegation = "negation"
	CheckPlan     = "plan"
	CheckSpeaker  = "speaker"
	CheckNames    = "names"
)

// Quote is a quote where it was found.
type Quote struct {
	Source
	retrieval.Span // bytes of the Document's Text
}

// Text returns the source's bytes.
func (q Quote) Text() string { return q.Document.Text[q.Start:q.End] }

// Proven tells that every check was made and passed.
func (p Proof) Proven() bool {
	for _, c := range p.Checks {
		if !c.OK {
			return false
		}
	}
	return len(p.Checks) > 0 && len(p.Quotes) > 0
}

// Failed lists the checks that failed.
func (p Proof) Failed() []Check {
	var out []Check
	for _, c := range p.Checks {
		if !c.OK {
			out = append(out, c)
		}
	}
	return out
}

// Prover proves claims against the passages of one request. It is safe for concurrent use.
type Prover struct {
	sources map[string]source
	gates   Gates
}

// Gates are the checks of a claim that need tables of their own; one that is nil is not made. A program shares one Gates
// among all its requests.
type Gates struct {
	Names *Names
	Force *Force
}

type source struct {
	Source
	text *normalText
	// title and date are evidence for numbers, each read as a text of its own.
	title, date factSet
}

// New returns a Prover for these passages. It fails when two have the same id, or when a passage is not the stretch of
// its document that it says it is: then no offset would be true.
func New(sources []Source, gates Gates) (*Prover, error) {
	p := &Prover{sources: make(map[string]source, len(sources)), gates: gates}
	for _, s := range sources {
		if s.Document == nil || s.Passage == nil {
			return nil, fmt.Errorf("passage %q of the request: document or passage is missing", s.ID)
		}
		if _, twice := p.sources[s.ID]; twice {
			return nil, fmt.Errorf("passage %q is twice in the request", s.ID)
		}
		start, end, text := s.Passage.Start, s.Passage.End, s.Document.Text
		if start < 0 || end < start || end > len(text) || text[start:end] != s.Passage.Text {
			return nil, fmt.Errorf("passage %s is not bytes %d to %d of document %s", s.Passage.ID, start, end, s.Document.ID)
		}
		p.sources[s.ID] = source{
			Source: s,
			text:   normalise(s.Passage.Text),
			title:  readFacts(s.Document.Title),
			date:   dateFacts(s.Document.Date),
		}
	}
	return p, nil
}

// Prove gives the verdict on a claim.
func (p *Prover) Prove(c Claim) Proof {
	var proof Proof
	evidence := Check{Name: CheckEvidence}
	evidence.Why = p.evidence(c, &proof)
	evidence.OK = evidence.Why == ""
	numbers := Check{Name: CheckNumbers}
	numbers.Why = p.numbers(c, proof.Quotes)
	numbers.OK = numbers.Why == ""
	negation := Check{Name: CheckNegation}
	negation.Why = p.negation(c, proof.Quotes)
	var plan, speaker Check
	if p.gates.Force != nil {
		denied, planned, spoken := p.gates.Force.check(c.Text, proof.Quotes)
		if negation.Why == "" {
			negation.Why = denied
		}
		plan = Check{Name: CheckPlan, OK: planned == "", Why: planned}
		speaker = Check{Name: CheckSpeaker, OK: spoken == "", Why: spoken}
	}
	negation.OK = negation.Why == ""
	proof.Checks = append(proof.Checks, evidence, numbers, negation)
	if p.gates.Force != nil {
		proof.Checks = append(proof.Checks, plan, speaker)
	}
	if p.gates.Names != nil {
		names := Check{Name: CheckNames}
		names.Why = p.namesWhy(c, proof.Quotes)
		names.OK = names.Why == ""
		proof.Checks = append(proof.Checks, names)
	}
	return proof
}

// evidence finds the quotes of a claim and says what is wrong with them.
func (p *Prover) evidence(c Claim, proof *Proof) (why string) {
	var faults []string
	if strings.TrimSpace(c.Text) == "" {
		faults = append(faults, "the claim says nothing")
	}
	if len(c.Evidence) == 0 {
		faults = append(faults, "no quote is given")
	}
	long := false
	for i, e := range c.Evidence {
		s, known := p.sources[e.ID]
		if !known {
			faults = append(faults, fmt.Sprintf("quote %d: no passage of this request has the id %q", i+1, bounded(e.ID)))
			continue
		}
		span, found := s.text.findQuote(e.Quote)
		if !found {
			faults = append(faults, fmt.Sprintf("quote %d does not stand in passage %s", i+1, s.ID))
			continue
		}
		words := s.Passage.Text[span.Start:span.End]
		short := wordCount(words) < minQuoteWords
		if short && !wholeNameOrNumber(s.Passage.Text, span) {
			faults = append(faults, fmt.Sprintf("quote %d has fewer than %d words and is no whole name or number", i+1, minQuoteWords))
			continue
		}
		if !short && contentWords(words) < minContentWords {
			faults = append(faults, fmt.Sprintf("quote %d has fewer than %d words that say anything", i+1, minContentWords))
			continue
		}
		long = long || !short
		proof.add(Quote{Source: s.Source, Span: retrieval.Span{Start: s.Passage.Start + span.Start, End: s.Passage.Start + span.End}})
	}
	if len(faults) == 0 && !long && saysMore(c.Text, proof.Quotes) {
		faults = append(faults, "it is proven by names and numbers alone and says more than they do")
	}
	return strings.Join(faults, "; ")
}

func (p *Proof) add(q Quote) {
	for _, have := range p.Quotes {
		if have.Document == q.Document && have.Span == q.Span {
			return
		}
	}
	p.Quotes = append(p.Quotes, q)
}

// numbers says which numbers and months of a claim stand neither in its quotes nor in their titles and dates.
func (p *Prover) numbers(c Claim, quotes []Quote) (why string) {
	var texts []factSet
	for _, q := range quotes {
		s := p.sources[q.ID]
		texts = append(texts, readFacts(q.Text()), s.title, s.date)
	}
	missing := readFacts(c.Text).missingFrom(texts)
	if len(missing) == 0 {
		return ""
	}
	return "not in the quotes, their titles or dates: " + strings.Join(missing, ", ")
}

// namesWhy says which names of a claim stand neither in its quotes nor in their titles.
func (p *Prover) namesWhy(c Claim, quotes []Quote) (why string) {
	var texts []string
	for _, q := range quotes {
		texts = append(texts, q.Text(), q.Document.Title)
	}
	missing := p.gates.Names.missing(c.Text, texts)
	if len(missing) == 0 {
		return ""
	}
	return "not in the quotes or their titles: " + bounded(strings.Join(missing, ", "))
}

// maxWhyRunes bounds what a verdict repeats of a claim.
const maxWhyRunes = 40

func bounded(s string) string {
	if r := []rune(s); len(r) > maxWhyRunes {
		return string(r[:maxWhyRunes]) + "…"
	}
	return s
}
