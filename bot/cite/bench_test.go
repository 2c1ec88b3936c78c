package cite_test

import (
	"fmt"
	"testing"

	"passerelle/bot/cite"
	"passerelle/retrieval/alignment"
	"passerelle/retrieval/encoder"
)

// BenchmarkAllChecks proves the claims of claims-dev.tsv by all checks, each in a request of its own, so that nothing but the
// quotes' vectors is kept from one to the next. In "rules" the claims' vectors are kept too: what is left is what the rules
// and the comparison of words cost. In "claim" each is encoded, since each has another number.
func BenchmarkAllChecks(b *testing.B) {
	aligner, err := alignment.New(new(encoder.Lazy).Model, 4*alignment.DefaultCacheBytes)
	if err != nil {
		b.Fatal(err)
	}
	gates := gatesWith(b, cite.NewWordVectors(aligner))
	if gates.Substance, err = cite.NewSubstance(aligner, lexiconOf(b), placesOf(b)); err != nil {
		b.Fatal(err)
	}
	rows := readLabelled(b)
	prove := func(r labelled, claim string) {
		p, err := cite.New([]cite.Source{{ID: "p", Document: r.document, Passage: wholePassage(r.document)}}, gates)
		if err != nil {
			b.Fatal(err)
		}
		p.Prove(cite.Claim{Text: claim, Evidence: []cite.Evidence{{ID: "p", Quote: r.quote}}})
	}
	for _, r := range rows {
		prove(r, r.text)
	}
	n := 0
	b.Run("rules", func(b *testing.B) {
		for b.Loop() {
			n++
			prove(rows[n%len(rows)], rows[n%len(rows)].text)
		}
	})
	b.Run("claim", func(b *testing.B) {
		for b.Loop() {
			n++
			prove(rows[n%len(rows)], fmt.Sprintf("%s %d", rows[n%len(rows)].text, n))
		}
	})
}
