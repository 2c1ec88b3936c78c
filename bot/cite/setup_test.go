package cite_test

import (
	"testing"

	"passerelle/bot/cite"
	"passerelle/retrieval"
	"passerelle/retrieval/gazetteer"
	"passerelle/retrieval/lexicon"
)

// loadGates are the rules without the encoder.
func loadGates(t testing.TB) cite.Gates {
	t.Helper()
	return gatesWith(t, nil)
}

func gatesWith(t testing.TB, aligner cite.Aligner) cite.Gates {
	t.Helper()
	lex := lexiconOf(t)
	return cite.Gates{Names: cite.NewNames(placesOf(t), lex), Force: cite.NewForce(lex, aligner)}
}

func lexiconOf(t testing.TB) *lexicon.Lexicon {
	t.Helper()
	lex, err := lexicon.Load()
	if err != nil {
		t.Fatal(err)
	}
	return lex
}

func placesOf(t testing.TB) *gazetteer.Gazetteer {
	t.Helper()
	places, err := gazetteer.Load()
	if err != nil {
		t.Fatal(err)
	}
	return places
}

// whole is a document as one passage that a model may quote by an id.
func whole(id string, d *retrieval.Document) cite.Source {
	return cite.Source{ID: id, Document: d, Passage: wholePassage(d)}
}

func wholePassage(d *retrieval.Document) *retrieval.Passage {
	return &retrieval.Passage{ID: d.ID + "#1", Document: d.ID, End: len(d.Text), Text: d.Text}
}

func proverOf(t testing.TB, gates cite.Gates, sources ...cite.Source) *cite.Prover {
	t.Helper()
	p, err := cite.New(sources, gates)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// prove proves a claim by a document alone, whose id is p.
func prove(t testing.TB, gates cite.Gates, d *retrieval.Document, c cite.Claim) cite.Proof {
	t.Helper()
	return proverOf(t, gates, whole("p", d)).Prove(c)
}

// claimBy is a claim with one quote of p.
func claimBy(quote, claim string) cite.Claim {
	return cite.Claim{Text: claim, Evidence: []cite.Evidence{{ID: "p", Quote: quote}}}
}

// proofOf proves a claim by one quote from a document whose date is 26 to 29 November 2018; the names are not looked at.
func proofOf(t testing.TB, text, quote, claim string) cite.Proof {
	t.Helper()
	d := &retrieval.Document{ID: "d", Date: dateOf(t, "2018-11-26/2018-11-29"), Text: text}
	return prove(t, cite.Gates{}, d, claimBy(quote, claim))
}

func dateOf(t testing.TB, text string) retrieval.Date {
	t.Helper()
	date, err := retrieval.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return date
}

// checkOf is a check that a proof must have made.
func checkOf(t testing.TB, proof cite.Proof, name string) cite.Check {
	t.Helper()
	for _, c := range proof.Checks {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("%s was not checked: %+v", name, proof.Checks)
	return cite.Check{}
}
