package local

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"passerelle/retrieval"
	"passerelle/retrieval/gazetteer"
)

var update = flag.Bool("update", false, "write the goldens anew")

// TestFormat keeps the terms of sample texts: when they change, indexes built before are useless, and format must be
// raised with them.
func TestFormat(t *testing.T) {
	places, err := gazetteer.Load()
	if err != nil {
		t.Fatal(err)
	}
	date, err := retrieval.ParseDate("2018-11-26/2019-01")
	if err != nil {
		t.Fatal(err)
	}
	c, err := newCorpus([]*retrieval.Document{
		{ID: "fr", Title: "L’usine d’Irkoutsk", Date: date, Places: []string{"Irkoutsk", "Lyon"}, People: []string{"Sergueï Levtchenko"},
			Text: "La délégation lyonnaise, forte de 1 500 personnes, est signée « ici ». Les élèves de Saint-Pétersbourg jouent à Moscou."},
		{ID: "ru", Title: "Калужский завод", Text: "Делегация Калуги приехала во Францию. Партнёры подписали 12 соглашений в Ростове-на-Дону."},
		{ID: "en", Title: "Kaluga's plant", Text: "The Kaluga delegation has signed two agreements in Lyons. Muscovites came as well."},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	a := &analyser{places: places}
	var b strings.Builder
	fmt.Fprintf(&b, "format %d\n", format)
	for _, u := range a.units(c) {
		fmt.Fprintln(&b, u.Level, u.Number, strings.Join(u.Terms, " "), u.Names, u.Spellings)
	}
	const golden = "testdata/terms.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("the terms have changed: raise format and run with -update\ngot:\n%s\nwant:\n%s", b.String(), want)
	}
}

// TestFingerprint: an index cut otherwise, or of other documents, is another.
func TestFingerprint(t *testing.T) {
	of := func(change func(*cut), encoder string) string {
		d := &retrieval.Document{ID: "a", Title: "Titre", Text: "Une phrase. Une autre phrase."}
		c := newCut(d, textSum(d))
		change(c)
		c.sum = sumOf(textSum(d), c.passages)
		r, err := recipe(encoder)
		if err != nil {
			t.Fatal(err)
		}
		return fingerprint(r, membersOf([]*cut{c}))
	}
	same := func(*cut) {}
	seen := map[string]string{}
	for name, f := range map[string]string{
		"as it is":        of(same, "e"),
		"another encoder": of(same, "f"),
		"other sentences": of(func(c *cut) { c.passages[0].Sentences = c.passages[0].Sentences[:1] }, "e"),
		"other passages":  of(func(c *cut) { c.passages[0].End-- }, "e"),
		"another text":    of(func(c *cut) { c.document.Text += " " }, "e"),
		"other metadata":  of(func(c *cut) { c.document.People = []string{"Titre"} }, "e"),
	} {
		if other, ok := seen[f]; ok {
			t.Errorf("%s and %s have one fingerprint", name, other)
		}
		seen[f] = name
	}
	if again := of(same, "e"); seen[again] != "as it is" {
		t.Error("one corpus has two fingerprints")
	}
}
