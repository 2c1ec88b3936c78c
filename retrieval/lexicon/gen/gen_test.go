package main

import (
	"compress/gzip"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// The data that needs nothing from outside is what this program makes today.
func TestDataIsUpToDate(t *testing.T) {
	fromGlossary, err := glossary("../glossary.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for source, p := range map[string]pairs{"glossary": fromGlossary, "regions": regions()} {
		committed, err := os.ReadFile("../data/" + source + ".tsv")
		if err != nil {
			t.Fatal(err)
		}
		if p.text(headers[source], termsMost[source]) != string(committed) {
			t.Errorf("data/%s.tsv is stale: go run ./retrieval/lexicon/gen -glossary retrieval/lexicon/glossary.tsv -regions", source)
		}
	}
}

func TestGlossaryErrors(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"too few columns": {"ru\ten\tfr\nзавод\tplant\n", ":2: 2 columns, not 3"},
		"a stop word":     {"ru\ten\tfr\nзавод\tthe\tusine\n", `:2: "the"`},
		"a long phrase":   {"# a comment\nru\ten\tfr\nзавод\tbig_red_plant\tusine\n", `:3: "big_red_plant"`},
	} {
		path := filepath.Join(t.TempDir(), "glossary.tsv")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := glossary(path); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
	}
}

func TestAlign(t *testing.T) {
	row := func(fr, ru, en string) map[string]string { return map[string]string{"fr": fr, "ru": ru, "en": en} }
	found := align([]map[string]string{
		row("le maire rouge", "красный мэр", "the red mayor"), row("l'usine rouge", "красный завод", "the red factory"),
		row("le maire noir", "чёрный мэр", "the black mayor"), row("l'usine noire", "чёрный завод", "the black factory"),
	})
	for _, c := range []struct{ from, key, to, want, not string }{
		{"ru", "мэр", "fr", "mair", "roug"}, {"en", "factori", "fr", "usin", "noir"}, {"fr", "noir", "ru", "черн", "мэр"},
	} {
		terms := found[direction{c.from, c.to}][c.key]
		if terms[c.want] <= terms[c.not] || terms[c.want] < .6 {
			t.Errorf("%s: %v, want %s", c.key, terms, c.want)
		}
	}
}

func TestReadDictionary(t *testing.T) {
	path := filepath.Join(t.TempDir(), "freedict-fra-rus.dict.dz")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	zipped := gzip.NewWriter(file)
	_, err = zipped.Write([]byte("Publisher: somebody\n\nusine /y.zin/ <n, fem>\n1. заво́д, фа́брика\n(Industrie) Lieu\n2. [[предприя́тие|предприятие]]\nEnsemble\n" +
		"maire /mɛʁ/ <n, masc>\nмэр 2.\nPremier officier\nvide <adj>\n"))
	if err := errors.Join(err, zipped.Close()); err != nil {
		t.Fatal(err)
	}
	got, err := readDictionary(path)
	want := []entry{{"usine", "завод", 0}, {"usine", "фабрика", 0}, {"usine", "предприятие", 1}, {"maire", "мэр", 0}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, %v; want %v", got, err, want)
	}
	if _, err := readDictionary("gen_test.go"); err == nil {
		t.Error("a file that is no dictionary is read")
	}
}

// A word that two languages between confirm counts more than one that only one does.
func TestMeet(t *testing.T) {
	bridges := make(map[string]map[string]*bridge)
	at(bridges, "fin", "en").add([]entry{{"factory", "tehdas", 0}, {"spring", "kevät", 0}, {"spring", "jousi", 0}}, false)
	at(bridges, "fin", "fr").add([]entry{{"usine", "tehdas", 0}, {"printemps", "kevät", 0}, {"ressort", "jousi", 0}}, false)
	at(bridges, "pol", "en").add([]entry{{"fabryka", "factory", 0}}, true)
	at(bridges, "pol", "fr").add([]entry{{"fabryka", "usine", 0}}, true)
	out := make(pairs)
	meet(out, "fr", "en", bridges)
	french := out[direction{"en", "fr"}]
	if got := french["factori"]["usin"]; got != confirmed {
		t.Errorf("factory: %v", french["factori"])
	}
	if got := french["spring"]; got["printemp"] != unconfirmed || got["ressort"] != unconfirmed {
		t.Errorf("spring: %v", got)
	}
}

func TestStems(t *testing.T) {
	for word, want := range map[string][]string{"побратим": {"побрат", "побратим"}, "завод": {"завод"}} {
		if got := stems(word, "ru"); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, want %v", word, got, want)
		}
	}
}
