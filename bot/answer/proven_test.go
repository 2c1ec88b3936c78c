package answer_test

import (
	"testing"

	"passerelle/bot"
	"passerelle/bot/answer"
	"passerelle/bot/cite"
	"passerelle/internal/tsvtest"
	"passerelle/retrieval"
	"passerelle/retrieval/ingest"
)

// TestExtractiveIsProven: what is quoted passes the proof that a model's claims must pass, for nothing.
func TestExtractiveIsProven(t *testing.T) {
	searcher := seedsSearcher(t)
	extractive, proven := answer.NewExtractive(searcher), 0
	for _, row := range tsvtest.Read(t, "testdata/seedfacts.tsv", askedIn...) {
		for _, language := range askedIn {
			text := row[language]
			a := ask(t, extractive, bot.Question{Text: text})
			for i, claim := range a.Claims {
				c := a.Citations[claim.Citations[0]-1]
				// The passage is not told again: the whole document stands for it.
				whole := &retrieval.Passage{ID: c.Passage, Document: c.Document.ID, End: len(c.Document.Text), Text: c.Document.Text}
				prover, err := cite.New([]cite.Source{{ID: "p", Document: c.Document, Passage: whole}}, gates(t))
				if err != nil {
					t.Fatal(err)
				}
				proof := prover.Prove(cite.Claim{Text: claim.Text, Evidence: []cite.Evidence{{ID: "p", Quote: c.Quote()}}})
				if !proof.Proven() {
					t.Errorf("%q, claim %d: %q: %+v", text, i+1, claim.Text, proof.Failed())
				}
				proven++
			}
		}
	}
	t.Logf("%d claims", proven)
	if proven < 180 {
		t.Errorf("only %d claims", proven)
	}
}

// TestEverySentenceProvesItself, of all seeds: each could be quoted.
func TestEverySentenceProvesItself(t *testing.T) {
	failed, all := 0, 0
	for _, d := range seedDocuments(t) {
		whole := &retrieval.Passage{ID: d.ID, Document: d.ID, End: len(d.Text), Text: d.Text}
		prover, err := cite.New([]cite.Source{{ID: "p", Document: d, Passage: whole}}, gates(t))
		if err != nil {
			t.Fatal(err)
		}
		for _, span := range ingest.Sentences(d.Text) {
			sentence := d.Text[span.Start:span.End]
			all++
			if proof := prover.Prove(cite.Claim{Text: sentence, Evidence: []cite.Evidence{{ID: "p", Quote: sentence}}}); !proof.Proven() {
				failed++
				t.Logf("%s: %q: %+v", d.ID, sentence, proof.Failed())
			}
		}
	}
	t.Logf("%d of %d sentences fail", failed, all)
	if failed*200 > all {
		t.Errorf("%d of %d sentences do not prove themselves", failed, all)
	}
}
