package cite_test

import (
	"os"
	"strings"
	"testing"

	"passerelle/bot/cite"
	"passerelle/retrieval"
	"passerelle/retrieval/gazetteer"
	"passerelle/retrieval/lexicon"
)

// labelled is a row of testdata/claims-dev.tsv: a claim about one sentence of a document, written by hand, true or false
// in one of ten ways.
type labelled struct {
	document                   *retrieval.Document
	quote, language, text, why string
	label                      bool
}

func readLabelled(t *testing.T) []labelled {
	t.Helper()
	file, err := os.ReadFile("testdata/claims-dev.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var out []labelled
	for i, line := range strings.Split(strings.TrimSpace(string(file)), "\n")[1:] {
		f := strings.Split(line, "\t")
		if len(f) != 8 {
			t.Fatalf("claims-dev.tsv:%d: %d columns", i+2, len(f))
		}
		date, err := retrieval.ParseDate(f[2])
		if err != nil {
			t.Fatalf("claims-dev.tsv:%d: %v", i+2, err)
		}
		out = append(out, labelled{
			document: &retrieval.Document{ID: f[0], Title: f[1], Date: date, Text: f[3]},
			quote:    f[3], language: f[4], text: f[5], label: f[6] == "true", why: f[7],
		})
	}
	return out
}

// TestClaimsDev holds the figures of the checks made so far: few true claims are lost, and all false numbers, dates, names
// and places are caught, and all that is told of another thing. Of the other five ways of being false it holds the little
// that is caught by the way.
func TestClaimsDev(t *testing.T) {
	type tally struct{ passed, all int }
	true3 := map[string]*tally{"fr": {}, "ru": {}, "en": {}}
	falses := map[string]*tally{}
	gates := loadGates(t)
	for _, row := range readLabelled(t) {
		proof := prove(t, gates, row.document, cite.Claim{
			Text: row.text, Evidence: []cite.Evidence{{ID: "p", Quote: row.quote}},
		})
		count := true3[row.language]
		if !row.label {
			if falses[row.why] == nil {
				falses[row.why] = &tally{}
			}
			count = falses[row.why]
		}
		count.all++
		if proof.Proven() {
			count.passed++
		} else if row.label {
			t.Logf("lost: %s\n\tquote: %s\n\t%v", row.text, row.quote, proof.Failed())
		} else {
			continue
		}
		if !row.label && row.why != "invented" {
			t.Logf("missed: %s\n\tquote: %s (%s)", row.text, row.quote, row.document.Date.Text)
		}
	}
	for language, floor := range map[string]int{"fr": 40, "ru": 35, "en": 39} {
		if n := true3[language]; n.all != 40 || n.passed < floor {
			t.Errorf("true claims kept, %s: %d of %d, want %d", language, n.passed, n.all, floor)
		}
	}
	// A floor of 0 says that nothing looks for it in a whole sentence.
	floors := map[string]int{
		"number": 12, "date": 12, "name": 12, "place": 12, "wrong-thing": 12,
		"plan-as-done": 2, "role-swap": 1, "negation": 0, "invented": 0, "speaker-dropped": 0,
	}
	if len(falses) != len(floors) {
		t.Errorf("%d ways of being false, want %d", len(falses), len(floors))
	}
	for why, floor := range floors {
		n := falses[why]
		if n == nil || n.all != 12 {
			t.Errorf("false by %s: %+v, want 12", why, n)
			continue
		}
		t.Logf("false by %s: %d of %d blocked", why, n.all-n.passed, n.all)
		if n.all-n.passed < floor {
			t.Errorf("false by %s: %d of %d blocked, want %d", why, n.all-n.passed, n.all, floor)
		}
	}
}

// TestNegationOfFragments holds what the check of negations costs and catches when only parts of the sentences of
// claims-dev.tsv are quoted. Some of the words that imply a negation were written with these sentences in sight.
func TestNegationOfFragments(t *testing.T) {
	type tally struct{ failed, all int }
	tallies := map[string]*tally{"true": {}, "negation": {}, "other": {}}
	for _, row := range readLabelled(t) {
		kind := "other"
		if row.label {
			kind = "true"
		} else if row.why == "negation" {
			kind = row.why
		}
		words := strings.Fields(row.quote)
		n := len(words)
		for _, part := range [][]string{words[:n/2], words[n/2:], words[:n-1], words[1:], words[n/4 : 3*n/4]} {
			for _, c := range proofOf(t, row.document.Text, strings.Join(part, " "), row.text).Checks {
				if c.Name != cite.CheckNegation {
					continue
				}
				tallies[kind].all++
				if !c.OK {
					tallies[kind].failed++
				}
			}
		}
	}
	for kind, n := range tallies {
		t.Logf("%s: %d of %d fail", kind, n.failed, n.all)
	}
	if n := tallies["true"]; n.all != 600 || n.failed > 2 {
		t.Errorf("true claims lost by negation: %d of %d", n.failed, n.all)
	}
	if n := tallies["negation"]; n.all != 60 || n.failed < 7 {
		t.Errorf("claims false by negation: %d of %d blocked", n.failed, n.all)
	}
}

func loadGates(t testing.TB) cite.Gates {
	t.Helper()
	places, err := gazetteer.Load()
	if err != nil {
		t.Fatal(err)
	}
	lex, err := lexicon.Load()
	if err != nil {
		t.Fatal(err)
	}
	return cite.Gates{Names: cite.NewNames(places, lex), Force: cite.NewForce(lex, nil)}
}

func prove(t *testing.T, gates cite.Gates, d *retrieval.Document, c cite.Claim) cite.Proof {
	t.Helper()
	p, err := cite.New([]cite.Source{{ID: "p", Document: d, Passage: wholePassage(d)}}, gates)
	if err != nil {
		t.Fatal(err)
	}
	return p.Prove(c)
}

func wholePassage(d *retrieval.Document) *retrieval.Passage {
	return &retrieval.Passage{ID: d.ID + "#1", Document: d.ID, End: len(d.Text), Text: d.Text}
}
