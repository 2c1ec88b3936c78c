package cite

import (
	"cmp"
	"math"
	"slices"

	"passerelle/retrieval"
	"passerelle/retrieval/ingest"
)

// Verdict is what passages say of a text that somebody wrote without naming a source.
type Verdict string

// The three verdicts of a Finder.
const (
	Supported    Verdict = "supported"    // a quote proves it
	Contradicted Verdict = "contradicted" // a quote tells of the same thing with another number, name or force
	NotCovered   Verdict = "not_covered"  // no quote proves it, and none tells of the same thing
)

// Finding is the best that passages hold for a text.
type Finding struct {
	Verdict Verdict
	// Claim is the text with the quote that proves it; else with the one that comes closest, unless no sentence shares
	// anything with it.
	Claim Claim
	Proof Proof
}

// Finder finds quotes for texts that come without any. It is safe for concurrent use.
type Finder struct {
	prover *Prover
	read   *likenessReader
	all    []candidate
	titles map[string]wordSet // by a passage's id
	single bool               // all passages are of one document
	rarity map[string]float64 // of a term, among the sentences
	unseen float64            // the rarity of a term that no sentence has
}

// candidate is a sentence, or two that follow each other, as evidence.
type candidate struct {
	evidence Evidence
	words    wordSet
}

// maxProven is how many candidates of a text are proven, the likest first.
const maxProven = 12

// NewFinder returns a Finder of the sentences, and pairs of neighbouring ones, of a prover's passages.
func NewFinder(p *Prover) *Finder {
	f := &Finder{prover: p, read: &likenessReader{p.gates.Names}, titles: map[string]wordSet{}, rarity: map[string]float64{}}
	sentences, documents := 0, map[*retrieval.Document]bool{}
	for _, id := range p.ids() {
		documents[p.sources[id].Document] = true
		text := p.sources[id].Passage.Text
		f.titles[id] = f.read.quote(p.sources[id].Document.Title)
		spans := ingest.Sentences(text)
		for i, s := range spans {
			one := f.read.quote(text[s.Start:s.End])
			for term := range one.terms {
				f.rarity[term]++
			}
			sentences++
			f.all = append(f.all, candidate{Evidence{id, text[s.Start:s.End]}, one})
			if i > 0 {
				pair := text[spans[i-1].Start:s.End]
				f.all = append(f.all, candidate{Evidence{id, pair}, f.read.quote(pair)})
			}
		}
	}
	for term, n := range f.rarity {
		f.rarity[term] = math.Log(1 + float64(sentences)/n)
	}
	f.unseen = math.Log(1 + float64(sentences))
	f.single = len(documents) == 1
	return f
}

// ids lists the ids of the passages in an order that is always the same.
func (p *Prover) ids() []string {
	ids := make([]string, 0, len(p.sources))
	for id := range p.sources {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// Find proves a text by the best quote that the passages hold.
func (f *Finder) Find(text string) Finding {
	claim := f.read.claim(text)
	ranked := f.rank(claim)
	var best Finding
	doubted := false // a quote proves it, and shares too little with it: then no other contradicts it
	for i, r := range ranked {
		one := Claim{Text: text, Evidence: []Evidence{r.evidence}}
		proof := f.prover.Prove(one)
		shared, _ := f.share(claim, r.words, anyWord)
		if proof.Proven() && (shared >= supportedFrom || len(f.all) <= fewCandidates) {
			return Finding{Supported, one, proof}
		}
		doubted = doubted || proof.Proven()
		if i == 0 || len(proof.Failed()) < len(best.Proof.Failed()) && r.score >= nearlyBest*ranked[0].score {
			best = Finding{NotCovered, one, proof}
			if contradicts(proof) && f.contradictedBy(claim, r.candidate) {
				best.Verdict = Contradicted
			}
		}
	}
	if doubted {
		best.Verdict = NotCovered
		if best.Proof.Proven() {
			best.Proof.Checks = append(best.Proof.Checks, Check{Name: CheckLikeness, Why: "the quote shares too few words with it to speak of the same thing"})
		}
	}
	if len(ranked) == 0 {
		none := Claim{Text: text}
		return Finding{NotCovered, none, f.prover.Prove(none)}
	}
	return best
}

// nearlyBest is the share of the first candidate's likeness that another needs to be shown in its place because fewer of
// its checks fail.
const nearlyBest = .8

type rankedCandidate struct {
	candidate
	score float64
}

// rank returns the likest candidates that share anything with a claim.
func (f *Finder) rank(claim wordSet) []rankedCandidate {
	var out []rankedCandidate
	for _, c := range f.all {
		if score := f.likeness(claim, c.words); score > 0 {
			out = append(out, rankedCandidate{c, score})
		}
	}
	slices.SortStableFunc(out, func(a, b rankedCandidate) int {
		// Of equally like ones the shorter is the better quote.
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(len(a.evidence.Quote), len(b.evidence.Quote)))
	})
	return out[:min(maxProven, len(out))]
}

// pairCost is the share of its likeness that each word of a quote costs it: enough for a sentence to come before a pair
// that holds it and adds nothing.
const pairCost = .002

func (f *Finder) likeness(claim, quote wordSet) float64 {
	sum := 0.0
	for _, w := range claim.words {
		if quote.has(w) {
			sum += f.weight(w)
		}
	}
	if sum == 0 {
		return 0
	}
	return sum / (1 + pairCost*float64(len(quote.words)))
}

func (f *Finder) weight(w foundWord) float64 {
	if r, ok := f.rarity[w.terms[0]]; ok {
		return r
	}
	return f.unseen
}

// What a quote must share with a claim, by rarity: to support it, as a proof alone lets a quote through that lies near by
// chance when hundreds are tried; and to tell of the same thing, names and numbers left out, because those are what a
// contradiction gets wrong.
const (
	supportedFrom = .5
	fewCandidates = 60 // of three or four passages, among which chance finds little
	sameThing     = .55
	minSameWords  = 2
)

// contradictedBy tells that a quote speaks of the very thing that a claim speaks of. One delegation had fifty members and
// another twenty, which contradicts nobody: so the quote, with the title above it, has at least half of the claim's names
// and numbers, countries left out, unless there is but one document to speak of.
func (f *Finder) contradictedBy(claim wordSet, c candidate) bool {
	share, words := f.share(claim, c.words, func(w foundWord) bool { return !w.name && !w.number })
	if words < minSameWords || share < sameThing {
		return false
	}
	if f.single {
		return true
	}
	title := f.titles[c.evidence.ID]
	all, found := 0, 0
	for _, w := range claim.words {
		if !w.name && !w.number || w.country() {
			continue
		}
		all++
		if c.words.has(w) || w.name && title.has(w) {
			found++
		}
	}
	return found > 0 && 2*found >= all
}

// share is what of those of a claim's words that count a quote has, by rarity, and how many it has.
func (f *Finder) share(claim, quote wordSet, counts func(foundWord) bool) (share float64, words int) {
	shared, all := 0.0, 0.0
	for _, w := range claim.words {
		if !counts(w) {
			continue
		}
		all += f.weight(w)
		if quote.has(w) {
			shared += f.weight(w)
			words++
		}
	}
	if all == 0 {
		return 0, 0
	}
	return shared / all, words
}

func anyWord(foundWord) bool { return true }

// contradicts tells that what failed of a proof is what a contradiction fails by: the quote stands where it should, and
// says something else.
func contradicts(p Proof) bool {
	failed := p.Failed()
	return len(failed) > 0 && !slices.ContainsFunc(failed, func(c Check) bool {
		return c.Name == CheckEvidence || c.Name == CheckSubstance || c.Name == CheckAge
	})
}
