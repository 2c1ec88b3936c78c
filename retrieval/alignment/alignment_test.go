package alignment_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"passerelle/retrieval/alignment"
	"passerelle/retrieval/encoder"
)

const mebibyte = 1 << 20

func newAligner(t testing.TB, cacheBytes int) (*alignment.Aligner, *int) {
	t.Helper()
	calls := new(int)
	var lazy encoder.Lazy
	a, err := alignment.New(func() (*encoder.Model, error) { *calls++; return lazy.Model() }, cacheBytes)
	if err != nil {
		t.Fatal(err)
	}
	return a, calls
}

func textOf(t testing.TB, a *alignment.Aligner, text, language string) *alignment.Text {
	t.Helper()
	out, err := a.Text(text, language)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestWordsFindTheirTranslations takes sentences that are in no evaluation set.
func TestWordsFindTheirTranslations(t *testing.T) {
	a, _ := newAligner(t, mebibyte)
	quote := "Le boulanger du village a vendu son vieux four à une école d’hôtellerie l’hiver dernier."
	for _, test := range []struct {
		language, text string
		pairs          map[string]string // words of the text and their counterparts in the quote
	}{
		{"en", "Last winter the baker sold his old oven to a hotel school.", map[string]string{
			"winter": "hiver", "baker": "boulanger", "sold": "vendu", "old": "vieux", "oven": "four", "school": "école",
		}},
		{"ru", "Прошлой зимой пекарь продал старую печь школе.", map[string]string{
			"зимой": "hiver", "пекарь": "boulanger", "продал": "vendu", "старую": "vieux", "печь": "four", "школе": "école",
		}},
		{"fr", "L’hiver dernier, une école a acheté le four de l’artisan.", map[string]string{
			"hiver": "hiver", "école": "école", "four": "four",
		}},
	} {
		text, other := textOf(t, a, test.text, test.language), textOf(t, a, quote, "fr")
		links := alignment.Align(text, other).Links
		for word, counterpart := range test.pairs {
			i := slices.IndexFunc(text.Words, func(w alignment.Word) bool { return w.Text == word })
			if i < 0 || text.At(text.Words[i].Start) != i || text.At(text.Words[i].End-1) != i {
				t.Fatalf("%s: At does not find %q", test.language, word)
			}
			l := links[i]
			if l.Word < 0 || other.Words[l.Word].Text != counterpart || l.Logit < 0 {
				t.Errorf("%s: %q has the counterpart %+v, want %q", test.language, word, l, counterpart)
			}
		}
	}
}

func TestWhatIsNotSpokenOfHasALowLogit(t *testing.T) {
	a, _ := newAligner(t, mebibyte)
	quote := textOf(t, a, "Le boulanger du village a vendu son vieux four à une école d’hôtellerie l’hiver dernier.", "fr")
	text := textOf(t, a, "The baker sold his oven to a school and published a volume of poems.", "en")
	links := alignment.Align(text, quote).Links
	for i, w := range text.Words {
		if invented := w.Text == "published" || w.Text == "volume" || w.Text == "poems"; invented && links[i].Logit > -1 {
			t.Errorf("%q has a counterpart: %+v", w.Text, links[i])
		}
	}
}

func TestAlignOverSeveralTextsIsOfAllTheirWords(t *testing.T) {
	a, _ := newAligner(t, mebibyte)
	first, second := textOf(t, a, "Le maire a planté un chêne.", "fr"), textOf(t, a, "La chorale a chanté trois airs.", "fr")
	text := textOf(t, a, "The choir sang and the mayor planted an oak.", "en")
	al := alignment.Align(text, first, second)
	for word, want := range map[string]int{"choir": 1, "sang": 1, "mayor": 0, "oak": 0} {
		for i, w := range text.Words {
			if w.Text == word && al.Links[i].Text != want {
				t.Errorf("%q is found in text %d, want %d", word, al.Links[i].Text, want)
			}
		}
	}
	if len(al.Back) != 2 || len(al.Back[0]) != len(first.Words) || len(al.Back[1]) != len(second.Words) {
		t.Errorf("Back has the wrong shape: %v", al.Back)
	}
}

func TestAlignWithNothing(t *testing.T) {
	a, _ := newAligner(t, mebibyte)
	text, nothing := textOf(t, a, "The choir sang.", "en"), textOf(t, a, " … ", "fr")
	for name, al := range map[string]alignment.Alignment{"no text": alignment.Align(text), "no words": alignment.Align(text, nothing)} {
		if len(al.Links) != 3 || al.Links[0].Word != -1 || al.Links[0].Logit >= 0 {
			t.Errorf("%s: %+v", name, al.Links)
		}
	}
	if al := alignment.Align(nothing, text); len(al.Links) != 0 {
		t.Errorf("a text without words has links: %+v", al.Links)
	}
}

func TestTextsAreKept(t *testing.T) {
	a, calls := newAligner(t, 60_000) // some 100 words
	first := textOf(t, a, "La chorale a chanté.", "fr")
	if *calls != 1 || textOf(t, a, "La chorale a chanté.", "fr") != first || *calls != 1 {
		t.Errorf("a text that is kept was made again: %d calls", *calls)
	}
	if textOf(t, a, "La chorale a chanté.", "en") == first {
		t.Error("a text is kept without its language")
	}
	for i := range 60 {
		textOf(t, a, fmt.Sprintf("Le texte numéro %d est un autre.", i), "fr")
	}
	if textOf(t, a, "La chorale a chanté.", "fr") == first {
		t.Error("the cache has no bound")
	}
	none, calls := newAligner(t, 0)
	textOf(t, none, "Un chêne.", "fr")
	textOf(t, none, "Un chêne.", "fr")
	if *calls != 2 {
		t.Errorf("a cache of 0 bytes keeps texts: %d calls", *calls)
	}
}

func TestTextFails(t *testing.T) {
	a, _ := newAligner(t, mebibyte)
	broken, err := alignment.New(func() (*encoder.Model, error) { return nil, errors.New("no model") }, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name           string
		a              *alignment.Aligner
		text, language string
		want           string
	}{
		{"language", a, "ein Chor", "de", `language "de"`},
		{"encoder", broken, "un chœur", "fr", "no model"},
		{"length", a, strings.Repeat("un chœur ", 2000), "fr", "too long"},
		{"bytes", a, strings.Repeat("a", 1<<20), "fr", "too long"},
	} {
		if _, err := test.a.Text(test.text, test.language); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q", test.name, err, test.want)
		}
	}
}

func TestLongTextsAreReadInWindows(t *testing.T) {
	a, _ := newAligner(t, 8*mebibyte)
	long := textOf(t, a, strings.Repeat("Le maire a planté un chêne devant la gare. ", 60)+"La chorale a chanté.", "fr")
	text := textOf(t, a, "The choir sang.", "en")
	links := alignment.Align(text, long).Links
	if i := text.At(4); long.Words[links[i].Word].Text != "chorale" {
		t.Errorf("choir is %q", long.Words[links[i].Word].Text)
	}
}

func TestConcurrentUse(t *testing.T) {
	var lazy encoder.Lazy
	a, err := alignment.New(lazy.Model, 30_000)
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for g := range 4 {
		group.Go(func() {
			for i := range 10 {
				text, err := a.Text(fmt.Sprintf("La ville %d a planté %d arbres.", i%3, g), "fr")
				if err != nil || len(text.Words) != 7 {
					t.Errorf("error %v", err)
				}
			}
		})
	}
	group.Wait()
}

func FuzzText(f *testing.F) {
	a, _ := newAligner(f, 0)
	other := textOf(f, a, "La chorale a chanté trois airs.", "fr")
	f.Add("l’e\u0301glise \xff\xcc de  Калуги, 1\u202f500 …", "ru")
	f.Add("a_b's can't №5", "en")
	f.Fuzz(func(t *testing.T, text, language string) {
		made, err := a.Text(text, language)
		if err != nil {
			return
		}
		links := alignment.Align(made, other).Links
		if len(links) != len(made.Words) {
			t.Fatalf("%q: %d links for %d words", text, len(links), len(made.Words))
		}
		for i, l := range links {
			if l.Cosine < -1.01 || l.Cosine > 1.01 || l.Word >= len(other.Words) || made.At(made.Words[i].Start) != i {
				t.Errorf("%q: word %d is %+v", text, i, l)
			}
		}
	})
}
