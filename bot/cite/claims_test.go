package cite_test

import (
	"strings"
	"testing"

	"passerelle/bot/cite"
	"passerelle/internal/tsvtest"
	"passerelle/retrieval"
	"passerelle/retrieval/alignment"
	"passerelle/retrieval/encoder"
)

// labelled is a row of testdata/claims-dev.tsv: a claim about one sentence of a document, written by hand, true or false
// in one of ten ways.
type labelled struct {
	document                   *retrieval.Document
	quote, language, text, why string
	label                      bool
}

func readLabelled(t testing.TB) []labelled {
	t.Helper()
	var out []labelled
	for _, row := range tsvtest.Read(t, "testdata/claims-dev.tsv", "doc", "title", "date", "quote", "lang", "claim", "label", "kind") {
		out = append(out, labelled{
			document: &retrieval.Document{ID: row["doc"], Title: row["title"], Date: dateOf(t, row["date"]), Text: row["quote"]},
			quote:    row["quote"], language: row["lang"], text: row["claim"], label: row["label"] == "true", why: row["kind"],
		})
	}
	return out
}

// TestClaimsDev holds the figures of the rules: few true claims are lost, and what is false in a way that rules can see is
// caught, with the words of a claim and its quote brought together by the lexicon or by the encoder. An invented detail is
// not for rules to see.
func TestClaimsDev(t *testing.T) {
	aligner, err := alignment.New(new(encoder.Lazy).Model, alignment.DefaultCacheBytes)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name    string
		aligner cite.Aligner
		kept    map[string]int // of 40 true claims a language
		blocked map[string]int // of 12 false claims a kind
	}{
		{"by lexicon", nil, map[string]int{"fr": 40, "ru": 39, "en": 39}, map[string]int{
			"number": 12, "date": 12, "name": 12, "place": 12, "wrong-thing": 12,
			"plan-as-done": 12, "speaker-dropped": 12, "negation": 10, "role-swap": 9, "invented": 0,
		}},
		{"by encoder", cite.NewWordVectors(aligner), map[string]int{"fr": 40, "ru": 39, "en": 39}, map[string]int{
			"number": 12, "date": 12, "name": 12, "place": 12, "wrong-thing": 12,
			"plan-as-done": 12, "speaker-dropped": 12, "negation": 11, "role-swap": 9, "invented": 0,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			passed, all := proveLabelled(t, tt.aligner)
			for language, floor := range tt.kept {
				kind := "true " + language
				t.Logf("%s: %d of %d kept", kind, passed[kind], all[kind])
				if all[kind] != 40 || passed[kind] < floor {
					t.Errorf("%s: %d of %d kept, want %d", kind, passed[kind], all[kind], floor)
				}
			}
			for kind, floor := range tt.blocked {
				caught := all[kind] - passed[kind]
				t.Logf("%s: %d of %d blocked (passed: fr %d, ru %d, en %d)", kind, caught, all[kind], passed[kind+" fr"], passed[kind+" ru"], passed[kind+" en"])
				if all[kind] != 12 || caught < floor {
					t.Errorf("%s: %d of %d blocked, want %d", kind, caught, all[kind], floor)
				}
			}
			if kinds := len(tt.kept) + len(tt.blocked); len(all) != kinds {
				t.Errorf("%d kinds of claims, want %d", len(all), kinds)
			}
		})
	}
}

// proveLabelled counts the claims that pass, and all, by kind: "true fr", "number"; passed has false ones by language too.
func proveLabelled(t *testing.T, aligner cite.Aligner) (passed, all map[string]int) {
	t.Helper()
	passed, all = map[string]int{}, map[string]int{}
	gates := gatesWith(t, aligner)
	for _, row := range readLabelled(t) {
		kind := row.why
		if row.label {
			kind = "true " + row.language
		}
		all[kind]++
		proof := prove(t, gates, row.document, claimBy(row.quote, row.text))
		if proof.Proven() {
			passed[kind]++
			passed[kind+" "+row.language]++
		}
		switch {
		case row.label && !proof.Proven():
			t.Logf("lost: %s\n\tquote: %s\n\t%v", row.text, row.quote, proof.Failed())
		case !row.label && proof.Proven() && row.why != "invented":
			t.Logf("missed: %s: %s\n\tquote: %s (%s)", row.why, row.text, row.quote, row.document.Date.Text)
		}
	}
	return passed, all
}

// TestNegationOfFragments holds what the check of negations costs and catches, without Force, when only parts of the
// sentences of claims-dev.tsv are quoted.
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
			tallies[kind].all++
			if c := checkOf(t, proofOf(t, row.document.Text, strings.Join(part, " "), row.text), cite.CheckNegation); !c.OK {
				tallies[kind].failed++
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
