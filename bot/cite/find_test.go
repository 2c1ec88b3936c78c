package cite_test

import (
	"fmt"
	"strings"
	"testing"

	"passerelle/bot/cite"
	"passerelle/retrieval"
	"passerelle/retrieval/encoder"
)

const (
	harbour = "Le port de Brest a reçu 40 navires en 2015. La compagnie Armorique y emploie 300 marins. " +
		"En 2016, elle doit ouvrir une école de navigation avec la ville de Gdansk. Le maire François Cuillandre n’a pas signé l’accord."
	orchard = "Les vergers de la région de Tambov donnent surtout des pommes. Des experts d’Angers y ont planté 12 variétés de poires en 2014."
)

func finder(t *testing.T, texts ...string) *cite.Finder {
	t.Helper()
	var sources []cite.Source
	for i, text := range texts {
		id := string(rune('a' + i))
		sources = append(sources, whole(id, &retrieval.Document{ID: id, Text: text}))
	}
	return cite.NewFinder(proverOf(t, loadGates(t), sources...))
}

func TestFinder(t *testing.T) {
	tests := map[string]struct {
		text    string
		verdict cite.Verdict
		quote   string // a part of the quote found
		id      string
	}{
		"same language":      {"Quarante navires sont venus au port de Brest en 2015.", cite.Supported, "40 navires", "a"},
		"across languages":   {"Эксперты из Анже посадили 12 сортов груш в 2014 году.", cite.Supported, "12 variétés", "b"},
		"in two sentences":   {"La compagnie Armorique ouvre en 2016 une école de navigation avec Gdansk.", cite.Supported, "Armorique y emploie 300 marins. En 2016", "a"},
		"another number":     {"Le port de Brest a reçu 55 navires en 2015.", cite.Contradicted, "40 navires", "a"},
		"another year":       {"Experts from Angers planted 12 varieties of pear trees in 2011.", cite.Contradicted, "12 variétés de poires", "b"},
		"another place":      {"Des experts de Nantes y ont planté 12 variétés de poires en 2014.", cite.Contradicted, "12 variétés de poires", "b"},
		"a no where none is": {"Le port de Brest n’a pas reçu 40 navires en 2015.", cite.Contradicted, "40 navires", "a"},
		"another thing":      {"Le festival de jazz attire des foules à Bordeaux.", cite.NotCovered, "", ""},
		"a word in common":   {"L’accord sur les tarifs douaniers divise les députés de Madrid.", cite.NotCovered, "", ""},
		"of some other such": {"Le port a reçu 55 navires.", cite.NotCovered, "40 navires", "a"},
		"nothing":            {" ", cite.NotCovered, "", ""},
	}
	f := finder(t, harbour, orchard)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := f.Find(test.text)
			if got.Verdict != test.verdict {
				t.Fatalf("verdict %s, want %s; failed: %v of %v", got.Verdict, test.verdict, got.Proof.Failed(), got.Claim.Evidence)
			}
			if test.id == "" {
				return
			}
			e := got.Claim.Evidence[0]
			if e.ID != test.id || !strings.Contains(e.Quote, test.quote) {
				t.Fatalf("found %q in %s, want %q in %s", e.Quote, e.ID, test.quote, test.id)
			}
		})
	}
}

func TestFinderWithoutPassages(t *testing.T) {
	if got := finder(t).Find("Brest a reçu 40 navires."); got.Verdict != cite.NotCovered || len(got.Claim.Evidence) > 0 || got.Proof.Proven() {
		t.Errorf("%+v", got)
	}
}

// TestFinderOnClaimsDev holds what a search for quotes makes of the hand-written claims, among the sentences of all of them:
// true ones are supported, those with another number, date, name or place are not, and most of these are contradicted.
func TestFinderOnClaimsDev(t *testing.T) {
	rows := readLabelled(t)
	var sources []cite.Source
	id := map[string]string{}
	for _, row := range rows {
		if id[row.quote] == "" {
			id[row.quote] = "p" + row.document.ID + string(rune('0'+len(sources)))
			sources = append(sources, whole(id[row.quote], row.document))
		}
	}
	f := cite.NewFinder(proverOf(t, loadGates(t), sources...))
	verdicts := map[string]map[cite.Verdict]int{}
	right, all := 0, 0
	for _, row := range rows {
		kind := row.why
		if row.label {
			kind = "true"
		}
		found := f.Find(row.text)
		if verdicts[kind] == nil {
			verdicts[kind] = map[cite.Verdict]int{}
		}
		verdicts[kind][found.Verdict]++
		if row.label {
			all++
			if found.Verdict == cite.Supported && strings.Contains(row.quote, found.Claim.Evidence[0].Quote) {
				right++
			}
		}
	}
	t.Logf("the right quote for %d of %d true claims", right, all)
	contradicted, swapped := 0, 0
	for _, kind := range []string{"true", "number", "date", "name", "place", "negation", "wrong-thing"} {
		v := verdicts[kind]
		t.Logf("%s: %v", kind, v)
		switch kind {
		case "number", "date", "name", "place":
			contradicted += v[cite.Contradicted]
			swapped += v[cite.Contradicted] + v[cite.NotCovered] + v[cite.Supported]
			if v[cite.Supported] > 0 {
				t.Errorf("%s: %d supported", kind, v[cite.Supported])
			}
		}
	}
	if right < 100 || all != 120 {
		t.Errorf("the right quote for %d of %d true claims, want 100 of 120", right, all)
	}
	if contradicted < 24 || swapped != 48 {
		t.Errorf("%d of %d swapped numbers, dates, names and places are contradicted, want 24 of 48", contradicted, swapped)
	}
}

// Where the passage that a true claim was made of is away, what others say neither supports nor contradicts it.
func TestFinderLeavesAlone(t *testing.T) {
	rows := readLabelled(t)
	gates := loadGates(t)
	gates.Substance = newSubstance(t, new(encoder.Lazy).Model)
	verdicts := map[cite.Verdict]int{}
	for _, row := range rows {
		if !row.label {
			continue
		}
		var sources []cite.Source
		seen := map[string]bool{}
		for i, other := range rows {
			if other.document.Title == row.document.Title || seen[other.quote] {
				continue
			}
			seen[other.quote] = true
			sources = append(sources, whole(fmt.Sprint("p", i), other.document))
		}
		got := cite.NewFinder(proverOf(t, gates, sources...)).Find(row.text)
		if verdicts[got.Verdict]++; got.Verdict != cite.NotCovered {
			t.Logf("%s: %s\n  by %s", got.Verdict, row.text, got.Claim.Evidence[0].Quote)
		}
	}
	t.Logf("%v", verdicts)
	if wrong, all := verdicts[cite.Supported]+verdicts[cite.Contradicted], len(rows)/2; wrong > 4 || wrong+verdicts[cite.NotCovered] != all {
		t.Errorf("%d of %d claims have a verdict from passages on other things", wrong, all)
	}
}
