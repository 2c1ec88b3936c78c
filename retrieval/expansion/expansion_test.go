package expansion_test

import (
	"slices"
	"testing"

	"passerelle/retrieval/analysis"
	"passerelle/retrieval/expansion"
	"passerelle/retrieval/gazetteer"
	"passerelle/retrieval/lexicon"
)

// newExpander knows a few French words and names.
func newExpander(t testing.TB) *expansion.Expander {
	t.Helper()
	places, err := gazetteer.Load()
	if err != nil {
		t.Fatal(err)
	}
	lex, err := lexicon.Load()
	if err != nil {
		t.Fatal(err)
	}
	known := []string{"deleg", "irkoutsk", "lyon", "usin", "levtchenko", "sign"}
	return expansion.New(expansion.Vocabulary{
		Names: []expansion.Name{{Text: "levtchenko", Language: "fr"}, {Text: "chapcha", Language: "fr"},
			{Text: "joulebino", Language: "fr"}, {Text: "ivanovskaïa", Language: "fr"}, {Text: "vakchov", Language: "fr"}, {Text: "vakchovo", Language: "fr"}},
		Spellings: map[string][]string{"signee": {"sign"}},
		Languages: []string{"fr"},
		Has:       func(term string) bool { return slices.Contains(known, term) },
	}, places, lex)
}

func find(words []analysis.Word, text string) (analysis.Word, bool) {
	i := slices.IndexFunc(words, func(w analysis.Word) bool { return w.Text == text })
	if i < 0 {
		return analysis.Word{}, false
	}
	return words[i], true
}

func TestWords(t *testing.T) {
	e := newExpander(t)
	for _, c := range []struct {
		language, question, word string
		term                     string
		least                    float64
		name                     bool
	}{
		{"fr", "Qui dirigeait la délégation ?", "délégation", "deleg", 1, false},
		{"fr", "la convention signee", "signee", "sign", 1, false},
		{"ru", "Когда делегация приехала?", "делегация", "deleg", .5, false},
		{"en", "Which factory was built?", "factory", "usin", .5, false},
		{"ru", "губернатор Левченко", "Левченко", "levtchenko", .9, true},
		{"en", "who is levchenko", "levchenko", "levtchenko", .9, true},
		{"en", "Mayor Shapsha came", "Shapsha", "chapch", .9, true},
		{"ru", "в Иркутске", "Иркутске", "irkoutsk", .9, true},
		{"en", "when did irkutsk come", "irkutsk", "irkoutsk", .9, true},
		{"en", "the council of Zhulebino", "Zhulebino", "joulebino", 1, true},
		{"ru", "в станице Ивановская", "Ивановская", "ivanovskai", 1, true},
		{"fr", "que s’est-il passé en 2018 ?", "2018", "2018", 1, true},
	} {
		words := e.Words(c.question, c.language)
		w, ok := find(words, c.word)
		if !ok {
			t.Errorf("%q has no word %q: %+v", c.question, c.word, words)
			continue
		}
		weight := 0.0
		for _, a := range w.Alternatives {
			if a.Term == c.term {
				weight = a.Weight
			}
		}
		if weight < c.least || w.Name != c.name {
			t.Errorf("%q: %+v, want %s at least at %v, a name: %v", c.question, w, c.term, c.least, c.name)
		}
	}
}

// TestNameAsItIs prefers a name that sounds as the word does to one that does so when a Russian ending is cut off.
func TestNameAsItIs(t *testing.T) {
	w, ok := find(newExpander(t).Words("посёлок Вакшово", "ru"), "Вакшово")
	if !ok {
		t.Fatal("the name is no word")
	}
	weights := map[string]float64{}
	for _, a := range w.Alternatives {
		weights[a.Term] = a.Weight
	}
	if town, other := weights["vakchovo"], weights["vakchov"]; other == 0 || town < other+.2 {
		t.Errorf("Vakchovo weighs %v and Vakchov %v: %+v", town, other, w.Alternatives)
	}
}

func TestOnePlaceInThreeLanguages(t *testing.T) {
	e := newExpander(t)
	concept := ""
	for _, question := range []struct{ language, text string }{{"fr", "à Saint-Pétersbourg"}, {"ru", "в Санкт-Петербурге"}, {"en", "in Saint Petersburg"}} {
		words := e.Words(question.text, question.language)
		if len(words) != 1 || !words[0].Name || words[0].Alternatives[0].Weight != 1 {
			t.Fatalf("%q is %+v, want one name", question.text, words)
		}
		if got := words[0].Alternatives[0].Term; concept != "" && got != concept {
			t.Errorf("%q is %s, another is %s", question.text, got, concept)
		} else {
			concept = got
		}
	}
}

func TestStopWordsAndRepetition(t *testing.T) {
	e := newExpander(t)
	if words := e.Words("de la et du qui", "fr"); len(words) != 0 {
		t.Errorf("stop words are %+v", words)
	}
	if words := e.Words("Lyon, une usine, Lyon", "fr"); len(words) != 2 {
		t.Errorf("Lyon is asked for twice: %+v", words)
	}
	if words := e.Words("", "fr"); len(words) != 0 {
		t.Errorf("nothing is %+v", words)
	}
}

func FuzzWords(f *testing.F) {
	e := newExpander(f)
	for _, s := range []string{"Qui dirigeait la délégation d’Irkoutsk ?", "ростов-на-дону 1 500", "\xff", "a|b"} {
		f.Add(s, "fr")
		f.Add(s, "ru")
	}
	f.Fuzz(func(t *testing.T, question, language string) {
		for _, w := range e.Words(question, language) {
			for _, a := range w.Alternatives {
				if a.Term == "" || a.Weight <= 0 || a.Weight > 1 {
					t.Fatalf("%q: %+v", question, w)
				}
			}
		}
	})
}
