package lexicon_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"passerelle/retrieval/analysis"
	"passerelle/retrieval/lexicon"
)

var languages = []string{"fr", "ru", "en"}

func load(t testing.TB) *lexicon.Lexicon {
	t.Helper()
	l, err := lexicon.Load()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func hasTerm(found []lexicon.Translation, term string) bool {
	return slices.ContainsFunc(found, func(t lexicon.Translation) bool { return t.Term == term })
}

func TestTranslate(t *testing.T) {
	l := load(t)
	for _, c := range []struct{ from, word, to, want string }{
		{"ru", "завода", "fr", "usine"}, {"ru", "мэром", "fr", "maire"}, {"ru", "соглашения", "fr", "accords"},
		{"ru", "школьники", "fr", "élèves"}, {"ru", "побратимами", "fr", "jumelée"}, {"ru", "Выставку", "fr", "exposition"},
		{"ru", "январе", "fr", "janvier"}, {"ru", "подписали", "fr", "signé"}, {"ru", "вакцины", "fr", "vaccins"},
		{"en", "factories", "fr", "usine"}, {"en", "mayor", "fr", "maire"}, {"en", "agreements", "fr", "accord"},
		{"en", "cheese", "fr", "fromages"}, {"en", "Signed", "fr", "signer"}, {"en", "twinned", "fr", "jumelage"},
		{"fr", "usines", "ru", "заводы"}, {"fr", "jumelage", "en", "twinning"}, {"fr", "ambassadeur", "ru", "посол"},
		{"ru", "губернатор", "en", "governor"}, {"en", "vineyards", "ru", "виноградник"}, {"en", "patients", "ru", "пациент"},
	} {
		if found := l.Translate(c.word, c.from, c.to); !hasTerm(found, analysis.Stem(c.want, c.to)) {
			t.Errorf("%s (%s → %s) has no %s: %v", c.word, c.from, c.to, c.want, found)
		}
	}
}

func TestPhrase(t *testing.T) {
	l := load(t)
	for _, c := range []struct{ from, first, second, to, want string }{
		{"en", "twin", "towns", "fr", "jumelées"}, {"ru", "торговой", "палаты", "fr", "chambre"}, {"fr", "villes", "jumelées", "ru", "побратимы"},
		{"ru", "сельского", "хозяйства", "en", "agriculture"},
	} {
		if found := l.Phrase(c.first, c.second, c.from, c.to); !hasTerm(found, analysis.Stem(c.want, c.to)) {
			t.Errorf("%s %s (%s → %s) has no %s: %v", c.first, c.second, c.from, c.to, c.want, found)
		}
	}
}

func TestUnknownWords(t *testing.T) {
	l := load(t)
	for _, c := range [][3]string{{"фывапр", "ru", "fr"}, {"", "en", "fr"}, {"usine", "fr", "fr"}, {"usine", "fr", "de"}, {"usine 10", "fr", "en"}, {"\t", "fr", "en"}} {
		if found := l.Translate(c[0], c[1], c[2]); len(found) > 0 {
			t.Errorf("Translate(%q): %v", c, found)
		}
	}
}

func TestLoadOnly(t *testing.T) {
	if _, err := lexicon.LoadOnly("nothing"); err == nil || !strings.Contains(err.Error(), "nothing") {
		t.Errorf("a source that is not there: %v", err)
	}
	l, err := lexicon.LoadOnly(lexicon.Parallel)
	if err != nil {
		t.Fatal(err)
	}
	if found := l.Phrase("twin", "towns", "en", "fr"); len(found) > 0 {
		t.Errorf("the glossary is not switched off: %v", found)
	}
}

func TestReplace(t *testing.T) {
	l := load(t)
	for name, c := range map[string]struct{ text, want string }{
		"nothing": {"", "no section"}, "no section": {"# header\nзавод\tusin 10\n", "no section"},
		"not closed": {"#\n[ru fr\nзавод\tusin 10\n", "first line"}, "cut off": {"#\n[ru fr]\nзавод\tusin", "cut off"},
	} {
		if _, err := l.Replace(lexicon.Parallel, c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
	}
	other, err := l.Replace(lexicon.Parallel, "#\n[ru fr]\nабракадабр\tformul 7 mot x\nя\tje 3\n")
	if err != nil {
		t.Fatal(err)
	}
	if found := other.Translate("абракадабра", "ru", "fr"); len(found) == 0 || found[0] != (lexicon.Translation{Term: "formul", Weight: .7}) {
		t.Errorf("the new file is not read: %v", found)
	}
	if l.Translate("абракадабры", "ru", "fr") != nil && hasTerm(l.Translate("абракадабры", "ru", "fr"), "formul") {
		t.Error("the old lexicon has changed")
	}
}

// Every file is sorted as the search expects, holds every key and term once, and is not a stem of something else.
func TestData(t *testing.T) {
	total := 0
	for _, source := range lexicon.Sources() {
		path := "data/" + string(source) + ".tsv"
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		total += len(text)
		directions := strings.Count(string(text), "\n[")
		if directions != 6 {
			t.Errorf("%s has %d directions, not 6", path, directions)
		}
		if !strings.Contains(string(text[:400]), "Licence") {
			t.Errorf("%s: the header names no licence", path)
		}
		only, err := lexicon.LoadOnly(source)
		if err != nil {
			t.Fatal(err)
		}
		from, to, last, n := "", "", "", 0
		for line := range strings.Lines(string(text)) {
			n++
			line = strings.TrimSuffix(line, "\n")
			switch {
			case line == "" || strings.HasPrefix(line, "#"):
				continue
			case strings.HasPrefix(line, "["):
				from, to, _ = strings.Cut(strings.Trim(line, "[]"), " ")
				last = ""
				if !slices.Contains(languages, from) || !slices.Contains(languages, to) || from == to {
					t.Fatalf("%s:%d: %s", path, n, line)
				}
				continue
			}
			key, fields, ok := strings.Cut(line, "\t")
			if !ok || key <= last {
				t.Fatalf("%s:%d: %q after %q", path, n, key, last)
			}
			last = key
			terms := strings.Split(fields, " ")
			seen := map[string]bool{}
			for i := 0; i < len(terms); i += 2 {
				if seen[terms[i]] {
					t.Errorf("%s:%d: %s twice", path, n, terms[i])
				}
				seen[terms[i]] = true
			}
			if len(terms) != 2*len(seen) {
				t.Errorf("%s:%d: %q", path, n, fields)
			}
			if strings.Contains(key, " ") || analysis.Stem(key, from) != key {
				continue // not a word that Translate could be asked
			}
			found := only.Translate(key, from, to)
			if len(found) != min(len(seen), 8) {
				t.Errorf("%s:%d: %s gives %v", path, n, key, found)
			}
			for _, f := range found {
				if f.Weight <= 0 || f.Weight > 1 || !seen[f.Term] {
					t.Errorf("%s:%d: %s gives %v", path, n, key, f)
				}
			}
		}
	}
	const most = 3 << 20
	if total > most {
		t.Errorf("%d bytes in the binary, at most %d", total, most)
	}
}

func FuzzTranslate(f *testing.F) {
	for _, s := range []string{"завод", "usine", "ville jumelée", "\xff", "[ru fr]", "a\tb\n", ""} {
		f.Add(s, uint8(1), uint8(0))
	}
	l := load(f)
	f.Fuzz(func(t *testing.T, word string, from, to uint8) {
		a, b := languages[int(from)%3], languages[int(to)%3]
		seen := map[string]bool{}
		last := 1.0
		for _, x := range append(l.Phrase(word, word, a, b), l.Translate(word, a, b)...) {
			if x.Term == "" || x.Weight <= 0 || x.Weight > 1 {
				t.Fatalf("%q: %v", word, x)
			}
		}
		for _, x := range l.Translate(word, a, b) {
			if seen[x.Term] || x.Weight > last {
				t.Fatalf("%q: %v twice or out of order", word, x)
			}
			seen[x.Term], last = true, x.Weight
		}
	})
}

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		load(b)
	}
}

func BenchmarkTranslate(b *testing.B) {
	l := load(b)
	b.ReportAllocs()
	for b.Loop() {
		l.Translate("соглашение", "ru", "fr")
	}
}
