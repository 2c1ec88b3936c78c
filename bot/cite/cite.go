// Package cite proves claims. A claim is one sentence with quotes that are said to stand in passages of a request; it
// may be shown only when its Proof says so. What is shown beside it are the source's own bytes, never the quote as
// somebody typed it.
//
// The checks, each with what it looked at and why it failed:
//
//   - evidence: each quote stands in a passage of the request. One that stands in another than it names is moved there, one
//     stitched of several stretches of a passage is taken apart, and the check says so.
//   - numbers: each number, date and year of the claim stands in its quotes, their titles or dates. A year counts nothing,
//     a day needs its month, "plus de 100" is not "moins de 100". Which number is said of which thing is not looked at.
//   - negation: a claim does not say yes where its quotes say no, or stop, or the reverse.
//   - plan: it does not tell as done what its quotes plan, expect or suppose.
//   - speaker: it does not tell as a fact what its quotes let somebody say. That it names the right one is left to names.
//   - roles: where somebody sells, invites or receives, the claim leaves each on his side (force/roles.txt).
//   - names: each person, place and body stands there too, in whatever script and spelling.
//   - substance: the quotes speak of what the claim says: each of its words that says something has a counterpart there.
//   - age: it does not say "now" of an old source.
//
// Negation, plan, speaker and roles (Force) go by words listed in force/, and by which words of the claim say the same as
// which of the quote: an Aligner tells, or the lexicon. Substance goes by the same vectors, and has neither names nor numbers
// proven by them.
package cite

import (
	"cmp"
	"fmt"
	"strings"
	"sync"
	"time"

	"passerelle/retrieval"
	"passerelle/retrieval/alignment"
	"passerelle/retrieval/analysis"
	"passerelle/retrieval/gazetteer"
	"passerelle/retrieval/lexicon"
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
	Name   string // one of the names below
	OK     bool
	Looked string // what of the claim was looked for, or found to look at; "" where there was nothing
	Why    string // what failed and what it was looked for in; "" when OK. For operators, in English
}

// Names of checks.
const (
	CheckEvidence  = "evidence"
	CheckNumbers   = "numbers"
	CheckNegation  = "negation"
	CheckPlan      = "plan"
	CheckSpeaker   = "speaker"
	CheckRoles     = "roles"
	CheckNames     = "names"
	CheckSubstance = "substance"
	CheckAge       = "age"
	CheckLikeness  = "likeness" // of a Finder alone
)

// Quote is a quote where it was found.
type Quote struct {
	Source
	retrieval.Span // bytes of the Document's Text
	// Cited is the id under which the quote was given; not that of its Source where it was moved.
	Cited string
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
	titles  titles
}

// titles are what the titles of a request name, once a claim has asked.
type titles struct {
	mu   sync.Mutex
	read map[titleIn]*namedText
}

// titleIn is a document's title; language is that of a title that does not tell.
type titleIn struct {
	document *retrieval.Document
	language string
}

func (t *titles) names(n *Names, d *retrieval.Document, language string) *namedText {
	t.mu.Lock()
	defer t.mu.Unlock()
	key := titleIn{d, language}
	if t.read[key] == nil {
		if t.read == nil {
			t.read = map[titleIn]*namedText{}
		}
		t.read[key] = n.read(d.Title, analysis.DetectLanguageOr(d.Title, language))
	}
	return t.read[key]
}

// Gates are the checks of a claim that need tables of their own; one that is nil is not made. A program shares one Gates
// among all its requests.
type Gates struct {
	Names     *Names
	Force     *Force // also of roles
	Substance *Substance
	// MaxAge is from what age of its source on a claim may not say "now"; 0 lets it.
	MaxAge time.Duration
	Now    func() time.Time // time.Now where nil
}

// NewGates makes all checks but that of age. It fails only when the tables inside the binary are broken.
func NewGates(places *gazetteer.Gazetteer, lex *lexicon.Lexicon, aligner *alignment.Aligner) (Gates, error) {
	substance, err := NewSubstance(aligner, lex, places)
	if err != nil {
		return Gates{}, err
	}
	return Gates{Names: NewNames(places, lex), Force: NewForce(lex, NewWordVectors(aligner)), Substance: substance}, nil
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
			title:  readFacts(s.Document.Title).onlyYears(),
			date:   dateFacts(s.Document.Date).onlyYears(),
		}
	}
	return p, nil
}

// Prove gives the verdict on a claim.
func (p *Prover) Prove(c Claim) Proof {
	var proof Proof
	proof.check(CheckEvidence, func() (looked, why string) { return p.evidence(c, &proof) })
	quotes := proof.Quotes
	facts := readFacts(c.Text)
	proof.check(CheckNumbers, func() (looked, why string) { return p.numbers(facts, quotes) })
	claim, sentences := read(c.Text), make([]quoted, len(quotes))
	for i, q := range quotes {
		sentences[i] = readQuote(q)
	}
	var force forceFaults
	if p.gates.Force != nil {
		force = p.gates.Force.check(claim, sentences)
	}
	proof.check(CheckNegation, func() (looked, why string) {
		return force.negation.looked, cmp.Or(negation(claim, sentences), force.negation.why)
	})
	if p.gates.Force != nil {
		proof.check(CheckPlan, force.plan.both)
		proof.check(CheckSpeaker, force.speaker.both)
		proof.check(CheckRoles, force.roles.both)
	}
	if p.gates.Names != nil {
		proof.check(CheckNames, func() (looked, why string) { return p.names(claim, quotes, sentences) })
	}
	if p.gates.Substance != nil {
		proof.check(CheckSubstance, func() (looked, why string) { return p.gates.Substance.check(claim, facts, quotes, sentences) })
	}
	if p.gates.MaxAge > 0 {
		proof.check(CheckAge, func() (looked, why string) { return p.age(claim, quotes) })
	}
	return proof
}

// check makes one check.
func (p *Proof) check(name string, look func() (looked, why string)) {
	looked, why := look()
	p.Checks = append(p.Checks, Check{Name: name, OK: why == "", Looked: boundedTo(looked, maxLookedRunes), Why: why})
}

// numbers says which numbers and months a claim has, and which of them stand neither in its quotes nor in their titles
// and dates.
func (p *Prover) numbers(facts factSet, quotes []Quote) (looked, why string) {
	var texts []factSet
	seen := map[*retrieval.Document]bool{}
	for _, q := range quotes {
		texts = append(texts, readFacts(q.Text()))
		if s := p.sources[q.ID]; !seen[q.Document] {
			seen[q.Document] = true
			texts = append(texts, s.title, s.date)
		}
	}
	if missing := facts.missingFrom(texts); len(missing) > 0 {
		why = "not in the quotes, their titles or dates: " + strings.Join(missing, ", ")
	}
	return facts.list(), why
}

// names says which names a claim has, and which of them stand neither in its quotes nor in their titles.
func (p *Prover) names(claim *reading, quotes []Quote, sentences []quoted) (looked, why string) {
	var texts namedTexts
	seen := map[*retrieval.Document]bool{}
	for i, q := range quotes {
		texts = append(texts, p.gates.Names.read(q.Text(), sentences[i].language))
		if !seen[q.Document] {
			seen[q.Document] = true
			texts = append(texts, p.titles.names(p.gates.Names, q.Document, sentences[i].language))
		}
	}
	all, missing := p.gates.Names.missing(claim.text, claim.language, texts)
	if len(missing) > 0 {
		why = "not in the quotes or their titles: " + bounded(strings.Join(missing, ", "))
	}
	return strings.Join(all, ", "), why
}

// maxWhyRunes bounds what a verdict repeats of a claim.
const maxWhyRunes = 40

// maxLookedRunes bounds what a verdict says it looked at.
const maxLookedRunes = 200

func bounded(s string) string { return boundedTo(s, maxWhyRunes) }

func boundedTo(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
