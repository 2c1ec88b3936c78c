package local_test

import (
	"strconv"
	"testing"

	"passerelle/internal/tsvtest"
	"passerelle/retrieval"
	"passerelle/retrieval/analysis"
	"passerelle/retrieval/gazetteer"
	"passerelle/retrieval/local"
)

// town is a row of testdata/towns.tsv.
type town struct{ french, russian, english, russianFrom, gazetteer string }

func readTowns(t *testing.T) (towns []town) {
	t.Helper()
	for _, row := range tsvtest.Read(t, "testdata/towns.tsv", "fr", "ru", "en", "ru_from", "gazetteer") {
		towns = append(towns, town{row["fr"], row["ru"], row["en"], row["ru_from"], row["gazetteer"]})
	}
	return towns
}

// TestTowns asks for small towns, whose French names no list of ours has, in Cyrillic and in English, alone and in a
// question. One document a town differs from the others in its name alone; those of all Russian towns whose French name is
// known stand among them.
func TestTowns(t *testing.T) {
	if testing.Short() {
		t.Skip("asks 2,000 questions")
	}
	towns := readTowns(t)
	if len(towns) < 500 {
		t.Fatalf("%d towns", len(towns))
	}
	places, err := gazetteer.Load()
	if err != nil {
		t.Fatal(err)
	}
	var documents []*retrieval.Document
	taken := map[string]string{} // French name → document
	add := func(name string) {
		if _, ok := taken[name]; ok {
			return
		}
		id := "town-" + strconv.Itoa(len(documents))
		taken[name] = id
		documents = append(documents, &retrieval.Document{
			ID: id, Kind: retrieval.KindText, Language: retrieval.French, Text: "À " + name + ", le conseil municipal s’est réuni mardi.",
		})
	}
	named := map[string]bool{} // in Russian: two towns of one name can't be told apart
	for _, town := range towns {
		add(town.french)
		named[analysis.Fold(town.russian)] = true
	}
	for _, p := range places.Places() {
		french, russian := p.Names("fr"), p.Names("ru")
		if p.Kind == gazetteer.City && p.Country == "RU" && len(french) > 0 && len(russian) > 0 && !named[analysis.Fold(russian[0])] {
			add(french[0])
		}
	}
	s := open(t, local.Options{Name: "towns", Documents: documents, Places: places, Wait: true})
	for _, form := range []struct {
		name, language string
		ask            func(town) string
	}{
		{"Cyrillic", "ru", func(t town) string { return t.russian }},
		{"English", "en", func(t town) string { return t.english }},
		{"Russian question", "ru", func(t town) string { return "делегация из " + t.russianFrom }},
		{"English question", "en", func(t town) string { return "what was decided in " + t.english + "?" }},
	} {
		for _, known := range []string{"none", "english"} {
			asked, right := 0, 0
			for _, town := range towns {
				if town.gazetteer != known {
					continue
				}
				question := form.ask(town)
				r, err := s.Search(t.Context(), retrieval.Query{Text: question, Language: form.language})
				if err != nil {
					t.Fatal(err)
				}
				asked++
				if r.Documents[0].Document.ID == taken[town.french] {
					right++
				} else {
					t.Logf("%q finds %q, not %s", question, r.Documents[0].Document.Text, town.french)
				}
			}
			share := float64(right) / float64(asked)
			t.Logf("%s, gazetteer %s: %d of %d, %.4f", form.name, known, right, asked, share)
			if asked < 200 || share < .98 {
				t.Errorf("%s, gazetteer %s: %d of %d towns are found first", form.name, known, right, asked)
			}
		}
	}
}
