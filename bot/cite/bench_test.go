package cite_test

import (
	"testing"

	"passerelle/bot/cite"
)

// BenchmarkRules is what the rules cost a claim, without the encoder: the mean over claims-dev.tsv.
func BenchmarkRules(b *testing.B) {
	gates := loadGates(b)
	rows := readLabelled(b)
	provers := make([]*cite.Prover, len(rows))
	for i, row := range rows {
		p, err := cite.New([]cite.Source{{ID: "p", Document: row.document, Passage: wholePassage(row.document)}}, gates)
		if err != nil {
			b.Fatal(err)
		}
		provers[i] = p
	}
	for n := 0; b.Loop(); n++ {
		i := n % len(rows)
		provers[i].Prove(cite.Claim{Text: rows[i].text, Evidence: []cite.Evidence{{ID: "p", Quote: rows[i].quote}}})
	}
}
