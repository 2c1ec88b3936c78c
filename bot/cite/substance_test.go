package cite_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"passerelle/bot/cite"
	"passerelle/retrieval"
	"passerelle/retrieval/alignment"
	"passerelle/retrieval/encoder"
)

func newSubstance(t testing.TB, model func() (*encoder.Model, error)) *cite.Substance {
	t.Helper()
	aligner, err := alignment.New(model, alignment.DefaultCacheBytes)
	if err != nil {
		t.Fatal(err)
	}
	s, err := cite.NewSubstance(aligner, lexiconOf(t), placesOf(t))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// substanceOf proves a claim by whole documents, each of which is its own quote, and gives the check of substance.
func substanceOf(t testing.TB, s *cite.Substance, title, claim string, quotes ...string) cite.Check {
	t.Helper()
	var sources []cite.Source
	var evidence []cite.Evidence
	for i, quote := range quotes {
		id := string(rune('a' + i))
		sources = append(sources, whole(id, &retrieval.Document{ID: id, Title: title, Text: quote}))
		evidence = append(evidence, cite.Evidence{ID: id, Quote: quote})
	}
	proof := proverOf(t, cite.Gates{Substance: s}, sources...).Prove(cite.Claim{Text: claim, Evidence: evidence})
	return checkOf(t, proof, cite.CheckSubstance)
}

func TestSubstance(t *testing.T) {
	s := newSubstance(t, new(encoder.Lazy).Model)
	const school = "Les élèves du lycée agricole ont planté des pommiers avec leurs correspondants russes pendant une semaine de pluie."
	const bridge = "La préfecture a fermé le pont aux camions parce que les piles étaient usées."
	for _, test := range []struct {
		name, claim string
		quotes      []string
		ok          bool
		why         string // a word of it
	}{
		{"the same words", "Les élèves ont planté des pommiers.", []string{school}, true, ""},
		{"reworded", "Pendant une semaine pluvieuse, des lycéens ont planté des pommiers avec leurs correspondants russes.", []string{school}, true, ""},
		{"English", "Pupils of the agricultural school planted apple trees with their Russian pen friends during a week of rain.", []string{school}, true, ""},
		{"Russian", "Ученики сельскохозяйственного лицея неделю сажали яблони вместе с русскими друзьями по переписке.", []string{school}, true, ""},
		{"a detail more", "Les élèves ont planté des pommiers, puis ont vendu la récolte à un supermarché.", []string{school}, false, "supermarché"},
		{"a detail more in English", "Pupils planted apple trees with their Russian pen friends and recorded a song in a studio.", []string{school}, false, "song"},
		{"a detail more in Russian", "Ученики сажали яблони с русскими друзьями и сняли фильм о войне.", []string{school}, false, "войне"},
		{"another thing", "The orchestra gave its first concert in the cathedral.", []string{school}, false, "orchestra"},
		{"of two quotes", "Pupils planted apple trees, and the bridge was closed to lorries.", []string{school, bridge}, true, ""},
		{"of one of two quotes", "Pupils planted apple trees, and the bridge was closed to lorries.", []string{school}, false, "bridge"},
		{"numbers and names alone", "En 2014, Lyon.", []string{bridge}, true, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := substanceOf(t, s, "", test.claim, test.quotes...)
			if got.OK != test.ok || !strings.Contains(got.Why, test.why) {
				t.Errorf("%s\n\tok %t, why %q; want %t, %q", test.claim, got.OK, got.Why, test.ok, test.why)
			}
		})
	}
}

func TestTitleProvesNoSubstance(t *testing.T) {
	s := newSubstance(t, new(encoder.Lazy).Model)
	const quote = "Les deux maires se sont vus pendant une heure à la préfecture."
	const claim = "Les deux maires ont inauguré une patinoire couverte."
	if c := substanceOf(t, s, "Les deux maires inaugurent une patinoire couverte", claim, quote); c.OK {
		t.Error("a claim is proven by its document's title")
	}
}

func TestWordsOfTheQuoteAreNotEncoded(t *testing.T) {
	s := newSubstance(t, func() (*encoder.Model, error) {
		t.Error("the encoder was loaded")
		return nil, errors.New("not here")
	})
	const quote = "Les élèves du lycée agricole ont planté des pommiers."
	for _, claim := range []string{quote, "Ont planté des pommiers les élèves d’un lycée agricole."} {
		if c := substanceOf(t, s, "", claim, quote); !c.OK || c.Looked == "" {
			t.Errorf("%s: %+v", claim, c)
		}
	}
}

func TestNothingIsProvenWithoutTheEncoder(t *testing.T) {
	s := newSubstance(t, func() (*encoder.Model, error) { return nil, errors.New("damaged") })
	c := substanceOf(t, s, "", "Pupils planted trees.", "Les élèves ont planté des pommiers.")
	if c.OK || !strings.Contains(c.Why, "damaged") {
		t.Errorf("%+v", c)
	}
}

// TestSubstanceOfClaimsDev holds what the check does alone, names and numbers unlooked at.
func TestSubstanceOfClaimsDev(t *testing.T) {
	s := newSubstance(t, new(encoder.Lazy).Model)
	type tally struct{ passed, all int }
	tallies := map[string]*tally{}
	for _, row := range readLabelled(t) {
		kind := row.why
		if row.label {
			kind = "true " + row.language
		}
		if tallies[kind] == nil {
			tallies[kind] = &tally{}
		}
		tallies[kind].all++
		if substanceOf(t, s, "", row.text, row.quote).OK {
			tallies[kind].passed++
		}
	}
	for kind, n := range tallies {
		t.Logf("%s: %d of %d pass", kind, n.passed, n.all)
	}
	for kind, least := range map[string]int{"true fr": 37, "true ru": 38, "true en": 38} {
		if n := tallies[kind]; n.all != 40 || n.passed < least {
			t.Errorf("%s: %d of %d pass, want %d", kind, n.passed, n.all, least)
		}
	}
	for kind, most := range map[string]int{"wrong-thing": 0, "invented": 2} {
		if n := tallies[kind]; n.all != 12 || n.passed > most {
			t.Errorf("%s: %d of %d pass, want at most %d", kind, n.passed, n.all, most)
		}
	}
}

// BenchmarkSubstance proves the claims of claims-dev.tsv against quotes whose vectors are kept; no claim is, since each has
// another number. The claims of "literal" are the quotes themselves.
func BenchmarkSubstance(b *testing.B) {
	s := newSubstance(b, new(encoder.Lazy).Model)
	rows := readLabelled(b)
	proveRow := func(r labelled, claim string) {
		prove(b, cite.Gates{Substance: s}, r.document, claimBy(r.quote, claim))
	}
	for _, r := range rows {
		proveRow(r, "Quelque chose d’autre.")
	}
	n := 0
	b.Run("reworded", func(b *testing.B) {
		for b.Loop() {
			n++
			r := rows[n%len(rows)]
			proveRow(r, fmt.Sprintf("%s %d", r.text, n))
		}
	})
	b.Run("literal", func(b *testing.B) {
		for b.Loop() {
			n++
			r := rows[n%len(rows)]
			proveRow(r, r.quote)
		}
	})
}
