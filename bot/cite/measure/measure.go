// Package measure tells how well claims are proven: it builds wrong and true claims from a corpus, has them proven, and
// counts. What is built is the same each time. The French claims are the corpus's own sentences, reworded by rule; the
// Russian and English ones are translations of them by hand (translations.tsv). Wrong claims are true ones with one thing
// made wrong; each rule looks whether the wrong value stands in the quote, its title or its date, so that no claim that
// is called wrong is true after all. What rules cannot see, they do not build: who did what to whom is in the
// hand-written sets alone.
package measure

import (
	"context"
	"fmt"

	"passerelle/bot/cite"
	"passerelle/retrieval"
)

// Kind is how a claim is wrong; True where it is not.
type Kind string

// Kinds of built claims. Labelled sets may have others.
const (
	True            Kind = "true"
	Number          Kind = "number"           // another number
	Date            Kind = "date"             // another year, month or day
	Name            Kind = "name"             // another person
	Place           Kind = "place"            // another place of the same kind and country
	Body            Kind = "body"             // another company or institution
	NegationDropped Kind = "negation-dropped" // yes for the quote's no
	NegationAdded   Kind = "negation-added"   // no for the quote's yes
	Plan            Kind = "plan-as-done"     // done for the quote's plan
	Speaker         Kind = "speaker-dropped"  // a fact for what the quote says that somebody said
	Altered         Kind = "quote-altered"    // a true claim; a word of its quote is another
	WrongID         Kind = "wrong-id"         // a true claim; its quote is said to stand in another passage
	OtherThing      Kind = "another-thing"    // a true claim with a quote about something else
	Invented        Kind = "invented"         // a true claim with a detail more, of three words or more that say something
	InventedShort   Kind = "invented-short"   // a true claim with a detail more, of one or two such words
)

// Kinds lists the kinds of wrong claims that are built, in the order of the table.
func Kinds() []Kind {
	return []Kind{Altered, WrongID, Number, Date, Name, Place, Body, NegationDropped, NegationAdded, Plan, Speaker, OtherThing, Invented, InventedShort}
}

// Sample is one claim to be proven.
type Sample struct {
	Kind     Kind
	Language string
	Sources  []cite.Source // of the request
	Claim    cite.Claim
}

// Wrong tells that the claim must not be proven.
func (s Sample) Wrong() bool { return s.Kind != True }

// Result is a sample with what its proof came to.
type Result struct {
	Sample
	Proof cite.Proof
}

// Right tells that the proof came to what is so.
func (r Result) Right() bool { return r.Proof.Proven() != r.Wrong() }

// Run proves all samples. each is called for every one, in their order; it may be nil.
func Run(ctx context.Context, samples []Sample, gates cite.Gates, each func(Result)) (Report, error) {
	var report Report
	for i, s := range samples {
		if err := ctx.Err(); err != nil {
			return report, err
		}
		prover, err := cite.New(s.Sources, gates)
		if err != nil {
			return report, fmt.Errorf("claim %d (%s): %w", i+1, s.Kind, err)
		}
		r := Result{s, prover.Prove(s.Claim)}
		report.add(r)
		if each != nil {
			each(r)
		}
	}
	return report, nil
}

// languages in the order of the table.
func languages() []string { return []string{retrieval.French, retrieval.Russian, retrieval.English} }
