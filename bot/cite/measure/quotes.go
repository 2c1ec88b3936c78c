package measure

import (
	"math/rand/v2"
	"slices"
	"strings"
	"unicode/utf8"

	"passerelle/bot/cite"
	"passerelle/retrieval"
)

// alterQuote changes one word inside a quote, or puts one in. A word less would leave two true fragments, which a proof
// may take apart, and one at an end a shorter true quote.
func (b *builder) alterQuote(one base, r *rand.Rand) (Sample, bool) {
	words := strings.Split(one.quote, " ")
	const fewest = 6
	if len(words) < fewest {
		return Sample{}, false
	}
	donor := strings.Fields(pick(r, b.bases).quote)
	word := strings.Trim(pick(r, donor), ".,;:!?()«»")
	i := 2 + r.IntN(len(words)-fewest+2)
	if utf8.RuneCountInString(word) < 3 || strings.ContainsAny(words[i], "«»") || holds(one.passage.Text, word) {
		return Sample{}, false
	}
	changed := slices.Clone(words)
	switch bare := strings.Trim(words[i], ".,;:!?()"); {
	case r.IntN(4) == 0:
		changed = slices.Insert(changed, i, word)
	case bare == "":
		return Sample{}, false
	default:
		changed[i] = strings.Replace(words[i], bare, word, 1)
	}
	quote := strings.Join(changed, " ")
	if strings.Contains(one.passage.Text, quote) {
		return Sample{}, false
	}
	return b.sample(one, one.text, quote, r), true
}

// wrongID says that a quote stands in a passage that it does not stand in, where the right one is not in the request, or
// gives an id that no passage has.
func (b *builder) wrongID(one base, r *rand.Rand) (Sample, bool) {
	s := b.sample(one, one.text, one.quote, r)
	if r.IntN(2) == 0 {
		s.Claim.Evidence[0].ID = "p" + string(rune('1'+len(s.Sources)))
		return s, true
	}
	s.Sources = s.Sources[1:]
	if len(s.Sources) == 0 {
		return Sample{}, false
	}
	s.Claim.Evidence[0].ID = s.Sources[0].ID
	return s, true
}

// Claims and quotes that share less than this of their words speak of different things.
const anotherThing = .35

// otherThing gives a claim another sentence's quote: of the same document, or of any.
func (b *builder) otherThing(one base, r *rand.Rand) (Sample, bool) {
	near := r.IntN(2) == 0
	own := stems(one.quote)
	for range 200 {
		other := pick(r, b.bases)
		if other.language != retrieval.French || other.quote == one.quote || near != (other.document == one.document) {
			continue
		}
		if its := stems(other.quote); shared(own, its) >= anotherThing || shared(its, own) >= anotherThing {
			continue
		}
		s := b.sample(other, one.text, other.quote, r)
		if other.passage != one.passage {
			s.Sources[1] = cite.Source{ID: s.Sources[1].ID, Document: one.document, Passage: one.passage}
		}
		return s, true
	}
	return Sample{}, false
}

// invent adds one of some details that the quote does not speak of.
func (b *builder) invent(details []inLanguages) func(one base, r *rand.Rand) (string, bool) {
	return func(one base, r *rand.Rand) (string, bool) {
		body, ok := strings.CutSuffix(one.text, ".")
		if !ok {
			return "", false
		}
		known := stems(one.quote)
		const tries = 10
		for range tries {
			tail := pick(r, details)
			if shared(stems(tail[retrieval.French]), known) == 0 {
				return body + ", " + tail[one.language] + ".", true
			}
		}
		return "", false
	}
}
