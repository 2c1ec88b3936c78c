package cite

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"passerelle/retrieval/lexicon"
)

// Force tells whether a claim says with what force its quotes say it: whether it drops or adds a negation, tells a plan as
// done, or tells as a fact what somebody says. It looks for the words that say so (force/*.txt) and for the words of the
// claim that speak of the same. It is safe for concurrent use.
type Force struct {
	lexicon *lexicon.Lexicon
	aligner Aligner
}

// NewForce makes a Force. Words of the claim and of the quotes are brought together by the aligner, or, where it is nil, by
// their stems, the lexicon and the sound of names.
func NewForce(lex *lexicon.Lexicon, aligner Aligner) *Force { return &Force{lex, aligner} }

// stated is a quote beside a claim.
type stated struct {
	quoted
	toClaim   links
	fromClaim links
}

// link brings the words of a claim and a quote together; by themselves where the aligner cannot, and names always: to an
// encoder all countries are alike.
func (f *Force) link(claim, quote *reading) links {
	own := wordLinks(f.lexicon, claim, quote)
	if f.aligner == nil {
		return own
	}
	list, err := f.aligner.Align(Written{claim.text, claim.language}, Written{quote.text, quote.language})
	if err != nil {
		return own
	}
	out := alignedLinks(list, claim, quote)
	for i, w := range claim.words {
		if w.capital && !w.first || slices.ContainsFunc(out[i], func(j int) bool { return quote.words[j].capital && !quote.words[j].first }) {
			out[i] = own[i]
		}
	}
	return out
}

// touched tells that words of the quote stand in the same clause, or part, as a word.
func (s *stated) touched(i int, same func(a, b *cueWord) bool) bool {
	for j := s.from; j < s.upTo; j++ {
		if same(&s.words[i], &s.words[j]) {
			return true
		}
	}
	return false
}

func sameClause(a, b *cueWord) bool { return a.clause == b.clause }
func samePart(a, b *cueWord) bool   { return a.part == b.part }

// finding is what a check looked at and why it failed.
type finding struct{ looked, why string }

func (f finding) both() (looked, why string) { return f.looked, f.why }

// forceFaults is what Force finds.
type forceFaults struct{ negation, plan, speaker, roles finding }

// check makes the checks of a claim's force. Who repeats a quote says it with its force.
func (f *Force) check(claim *reading, quotes []quoted) (out forceFaults) {
	answered := false // a quote bears the claim's own negation
	added := ""
	for _, q := range quotes {
		if strings.TrimSpace(q.quote) == strings.TrimSpace(claim.text) {
			return forceFaults{}
		}
		s := &stated{quoted: q, fromClaim: f.link(claim, q.reading)}
		s.toClaim = s.fromClaim.reversed(len(s.words))
		out.negation.see(s, cueNegates, cueStops)
		out.plan.see(s, cuePlan, cueRumour)
		out.speaker.see(s, cueSays, cueAside)
		if hit, ok := conflict(s.reading, claim, s.toClaim, s.from, s.upTo); ok {
			out.negation.fail("the quote from passage %s denies (%q), and the claim does not", s.id, s.written(hit))
		}
		if hit, ok := conflict(claim, s.reading, s.fromClaim, 0, len(claim.words)); ok {
			added = fmt.Sprintf("the claim denies (%q), and its quotes do not", claim.written(hit))
		} else {
			answered = true
		}
		if hit, ok := s.planned(claim); ok {
			out.plan.fail("the quote from passage %s speaks of what is not done or not certain (%q), and the claim tells it as done", s.id, s.written(hit))
		}
		if hit, ok := s.spoken(claim); ok {
			out.speaker.fail("in the quote from passage %s somebody says it (%q), and the claim names nobody who does", s.id, s.written(hit))
		}
		if who := s.swapped(claim); who != "" {
			out.roles.fail("the claim sets %q on the other side of what is done than the quote from passage %s", who, s.id)
		}
	}
	if added != "" && !answered {
		out.negation.fail("%s", added)
	}
	return out
}

// see notes the cues of a quote.
func (f *finding) see(s *stated, kinds ...cueKind) {
	for _, k := range kinds {
		for _, h := range s.hits[k] {
			f.looked = strings.TrimPrefix(f.looked+", "+s.written(h), ", ")
		}
	}
}

// fail gives the first reason.
func (f *finding) fail(format string, args ...any) {
	if f.why == "" {
		f.why = fmt.Sprintf(format, args...)
	}
}

// written is a cue as it stands in the text.
func (r *reading) written(h cueHit) string {
	return bounded(r.text[r.words[h.From].Start:r.words[h.To-1].End])
}

// Reaches, in words.
const (
	focusWords  = 3 // content words that a negation is said of
	answerReach = 4 // from a word to the negation that bears on it
)

// conflict looks for a negation of a, in clauses with words from..upTo, that b does not have at the words that say the same.
func conflict(a, b *reading, toB links, from, upTo int) (cueHit, bool) {
	for _, kind := range []cueKind{cueNegates, cueStops} {
		for _, h := range a.hits[kind] {
			if !a.clauseWithin(h, from, upTo) {
				continue
			}
			if unanswered(a, b, toB, h, kind) {
				return h, true
			}
		}
	}
	return cueHit{}, false
}

// unanswered tells that b has no negation where it says what h denies in a. The first word of h's focus that b has too
// decides; where b has none of them, b as a whole.
func unanswered(a, b *reading, toB links, h cueHit, kind cueKind) bool {
	b = b.without(repeated(a, toB, h))
	inClause := func(w *cueWord) bool { return w.clause == a.words[h.From].clause }
	for n, i := range a.focus(h, kind) {
		if len(toB[i]) == 0 {
			continue
		}
		if n == 0 {
			return !slices.ContainsFunc(toB[i], b.negatedAt) && !b.deniesOf(toB, a, inClause) && (kind != cueStops || !b.negatedAnywhere())
		}
		// Not the denied word, which b says in another way, but what is said of it.
		return !b.negatedAnywhere() && b.clauseMostly(toB, toB[i][0], a, inClause)
	}
	return !b.negatedAnywhere() && a.mostly(toB, inClause)
}

// repeated lists the cues of b that say words of a which deny by themselves: "renoncé" is no answer to "pas renoncé".
func repeated(a *reading, toB links, but cueHit) map[int]bool {
	out := map[int]bool{}
	for _, kind := range []cueKind{cueStops, cueDenies} {
		for _, h := range a.hits[kind] {
			if h == but || slices.ContainsFunc(a.hits[cueNegates], func(n cueHit) bool { return n.From < h.To && h.From < n.To }) {
				continue
			}
			for i := h.From; i < h.To; i++ {
				for _, j := range toB[i] {
					out[j] = true
				}
			}
		}
	}
	return out
}

// without returns the reading without the words that stop or deny at these places.
func (r *reading) without(places map[int]bool) *reading {
	if len(places) == 0 {
		return r
	}
	out := *r
	for _, kind := range []cueKind{cueStops, cueDenies} {
		out.hits[kind] = slices.DeleteFunc(slices.Clone(r.hits[kind]), func(h cueHit) bool { return places[h.From] })
	}
	return &out
}

// deniesOf tells that a clause with a negation says words of a that are of a kind; links lead from a.
func (r *reading) deniesOf(from links, a *reading, kind func(*cueWord) bool) bool {
	for i, to := range from {
		if kind(&a.words[i]) && slices.ContainsFunc(to, r.negatedAt) {
			return true
		}
	}
	return false
}

// clauseMostly tells that at least half of the words of a clause that say what a says, say words of a kind; links lead
// from a.
func (r *reading) clauseMostly(from links, at int, a *reading, kind func(*cueWord) bool) bool {
	of, all := 0, 0
	for i, to := range from {
		for _, j := range to {
			if r.words[j].clause == r.words[at].clause {
				all++
				if kind(&a.words[i]) {
					of++
				}
			}
		}
	}
	return 2*of >= all
}

func (r *reading) clauseWithin(h cueHit, from, upTo int) bool {
	for i := from; i < upTo; i++ {
		if r.words[i].clause == r.words[h.From].clause {
			return true
		}
	}
	return false
}

// focus lists the content words that a negation is said of, the nearest first: those inside and after it, and for a verb
// that stops something those before it too.
func (r *reading) focus(h cueHit, kind cueKind) []int {
	var out []int
	first := h.From + 1
	if kind == cueStops {
		first = h.From
	}
	for i := first; i < len(r.words) && r.words[i].stretch == r.words[h.From].stretch && len(out) < focusWords; i++ {
		if len(out) > 0 && joinsClauses[r.words[i].form] {
			break
		}
		if r.says(i) {
			out = append(out, i)
		}
	}
	for i := h.From - 1; kind == cueStops && i >= 0 && r.words[i].clause == r.words[h.From].clause && len(out) < 2*focusWords; i-- {
		if r.says(i) {
			out = append(out, i)
		}
	}
	return out
}

// joinsClauses are words after which another thing may be said.
var joinsClauses = map[string]bool{"et": true, "and": true, "и": true}

// negatedAt tells that a word stands near one that denies, in whatever way.
func (r *reading) negatedAt(i int) bool {
	for _, kind := range []cueKind{cueNegates, cueStops, cueDenies} {
		for _, h := range r.hits[kind] {
			if r.words[h.From].clause == r.words[i].clause || r.words[h.From].part == r.words[i].part && h.From <= i+answerReach && h.To-1 >= i-answerReach {
				return true
			}
		}
	}
	return false
}

func (r *reading) negatedAnywhere() bool {
	return len(r.hits[cueNegates])+len(r.hits[cueStops])+len(r.hits[cueDenies]) > 0
}

// mostly tells that at least half of the words that have a counterpart are of a kind. Names and numbers, which many
// clauses may share, count only where there are no other words.
func (r *reading) mostly(to links, kind func(*cueWord) bool) bool {
	var of, all, names, allNames int
	for i := range r.words {
		if len(to[i]) == 0 {
			continue
		}
		w := &r.words[i]
		name := w.capital && !w.first || unicode.IsDigit(rune(w.form[0]))
		hit := kind(w)
		switch {
		case name && hit:
			names++
			fallthrough
		case name:
			allNames++
		case hit:
			of++
			fallthrough
		default:
			all++
		}
	}
	if all == 0 {
		return allNames > 0 && 2*names >= allNames
	}
	return 2*of >= all
}
