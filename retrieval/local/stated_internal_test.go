package local

import (
	"context"
	"strings"
	"testing"
	"unicode/utf8"

	"passerelle/retrieval"
)

// fair is a digest that says who, when, how many and where, each in a sentence of its own.
func fair(t testing.TB) *Searcher {
	t.Helper()
	s, err := Open(t.Context(), Options{Name: "fair", Wait: true, Documents: []*retrieval.Document{
		{ID: "foire", Title: "La foire de Penza", Places: []string{"Penza", "Béthune"}, People: []string{"Irina Sokolova"},
			Text: "La foire de Penza présente les produits de Béthune. Irina Sokolova dirige la délégation de la ville. " +
				"Le pavillon a été inauguré le 12 mars 2016. On y compte 45 exposants et la bière coule. " +
				"Les visiteurs dorment à l’hôtel Volga."},
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func readAll(t testing.TB, s *Searcher, question, language string) map[string]statement {
	t.Helper()
	f, err := s.current.rank(t.Context(), complete(retrieval.Query{Text: question, Language: language}))
	if err != nil {
		t.Fatal(err)
	}
	read, err := s.current.read(t.Context(), f, len(f.order))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]statement{}
	for i, x := range read.statements {
		out[s.current.corpus.text(s.current.corpus.sentences[f.order[i]])] = x
	}
	return out
}

// TestStatementsAnswer: of all sentences the one that states what is asked is taken for it, and holds a value of the kind.
func TestStatementsAnswer(t *testing.T) {
	s := fair(t)
	for name, c := range map[string]struct{ language, question, want string }{
		"who":               {"fr", "Qui dirige la délégation de Penza ?", "Irina"},
		"who, Russian":      {"ru", "Кто возглавляет делегацию Пензы?", "Irina"},
		"when":              {"en", "When was the pavilion opened in Penza?", "12 mars"},
		"when, typed":       {"ru", "пенза павильон дата открытия", "12 mars"},
		"how many":          {"fr", "Combien d'exposants compte la foire de Penza ?", "45"},
		"how many, Russian": {"ru", "Сколько участников выставки в Пензе?", "45"},
		"number, keywords":  {"en", "penza fair number of exhibitors", "45"},
		"which":             {"en", "At which hotel do visitors of the Penza fair sleep?", "Volga"},
	} {
		t.Run(name, func(t *testing.T) {
			best, at := 0., ""
			for sentence, x := range readAll(t, s, c.question, c.language) {
				if logit := s.stated.logit(x[:], c.language); at == "" || logit > best {
					best, at = logit, sentence
				}
				if holds := x[statedHolds] == 1; strings.Contains(sentence, c.want) && !holds {
					t.Errorf("%q holds nothing that %q asks for", sentence, c.question)
				}
			}
			if !strings.Contains(at, c.want) {
				t.Errorf("%q is taken for the answer to %q", at, c.question)
			}
		})
	}
}

// TestStatementsLack: what the same sentence does not say lowers what it is worth.
func TestStatementsLack(t *testing.T) {
	s := fair(t)
	for name, c := range map[string]struct{ language, sentence, told, untold string }{
		"another relation": {"fr", "On y compte 45 exposants et la bière coule.", "Combien d'exposants y a-t-il à Penza ?", "Combien d'ouvriers y a-t-il à Penza ?"},
		"another noun":     {"en", "Les visiteurs dorment à l’hôtel Volga.", "Which hotel do the visitors sleep at?", "Which bridge do the visitors paint?"},
		"another act":      {"ru", "Le pavillon a été inauguré le 12 mars 2016.", "Когда открыли павильон?", "Когда продали корабль?"},
		"another place":    {"fr", "Irina Sokolova dirige la délégation de la ville.", "Qui dirige la délégation de Penza ?", "Qui dirige la délégation de Tokyo ?"},
	} {
		t.Run(name, func(t *testing.T) {
			told, untold := readAll(t, s, c.told, c.language)[c.sentence], readAll(t, s, c.untold, c.language)[c.sentence]
			if a, b := s.stated.logit(told[:], c.language), s.stated.logit(untold[:], c.language); a <= b {
				t.Errorf("%q is worth %.2f for %q, %.2f for %q", c.sentence, a, c.told, b, c.untold)
			}
		})
	}
}

// TestWants: what kind of answer a question wants.
func TestWants(t *testing.T) {
	s := fair(t)
	for question, c := range map[string]struct {
		language string
		want     wants
		head     string
	}{
		"Quel architecte a dessiné la gare ?":   {"fr", wantsPerson, "architecte"},
		"Quelle est la hauteur de la tour ?":    {"fr", wantsNumber, "hauteur"},
		"gare de penza hauteur":                 {"fr", wantsNumber, ""},
		"Quel fromage vend-on à Penza ?":        {"fr", wantsWhich, "fromage"},
		"nom du pavillon de penza":              {"fr", wantsWhich, ""},
		"Pourquoi la foire a-t-elle fermé ?":    {"fr", wantsAnything, ""},
		"Какой мост построили в Пензе?":         {"ru", wantsWhich, "мост"},
		"Сколько человек приехало?":             {"ru", wantsNumber, "человек"},
		"Where is the fair?":                    {"en", wantsPlace, ""},
		"Which street is the pavilion in?":      {"en", wantsWhich, "street"},
		"penza pavilion opening date":           {"en", wantsDate, ""},
		"What did the visitors of Penza drink?": {"en", wantsWhich, "visitors"},
	} {
		f, err := s.current.rank(t.Context(), complete(retrieval.Query{Text: question, Language: c.language}))
		if err != nil {
			t.Fatal(err)
		}
		text, err := s.aligner.Text(question, c.language)
		if err != nil {
			t.Fatal(err)
		}
		r := s.current.ask.request(f, text, make([]float32, len(f.words)))
		head := ""
		if r.head >= 0 {
			head = text.Words[r.head].Text
		}
		if r.wants != c.want || head != c.head {
			t.Errorf("%q wants %q by %q, want %q by %q", question, r.wants, head, c.want, c.head)
		}
	}
}

// TestReadingIsBounded: a question of any length and in any language is judged.
func TestReadingIsBounded(t *testing.T) {
	s := fair(t)
	for name, q := range map[string]retrieval.Query{
		"long":             {Text: strings.Repeat("Кто руководит делегацией Пензы ", 3000), Language: "ru"},
		"no words":         {Text: "??? … !!!", Language: "fr"},
		"another language": {Text: "Wer leitet die Delegation?", Language: "de"},
		"broken":           {Text: "qui \xff\xfe dirige", Language: "fr"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := s.Search(context.Background(), q)
			if err != nil {
				t.Fatal(err)
			}
			if a := r.Signals.Answerable; len(r.Sentences) > 0 && !(a > -100 && a < 100) {
				t.Errorf("judged %v", a)
			}
		})
	}
	if got := clip(strings.Repeat("я", maxReadBytes)); len(got) > maxReadBytes || !utf8.ValidString(got) {
		t.Errorf("clipped to %d bytes, valid: %v", len(got), utf8.ValidString(got))
	}
}

// TestJudgesAreWhole: what is embedded fits what is measured, and more of what a sentence states never counts against it.
func TestJudgesAreWhole(t *testing.T) {
	js, err := readJudges(answerable)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range js.Stated.Signals {
		if i != statedOpening && s.W < 0 {
			t.Errorf("%s weighs %.3f", s.Name, s.W)
		}
	}
	for name, j := range map[string]judge{"Large": js.Large, "Words": js.Words} {
		if w := j.Signals[signalStated].W; w <= 0 {
			t.Errorf("%s weighs what is stated by %.3f", name, w)
		}
	}
	for _, file := range []string{``, `{}`, `{"Stated":{"Signals":[]}}`, `[]`} {
		if _, err := readJudges([]byte(file)); err == nil {
			t.Errorf("%q is taken for judges", file)
		}
	}
	if _, err := readAskWords("number\tfr"); err == nil {
		t.Error("a line without words is taken")
	}
}

// BenchmarkRead is what reading adds to a search, word vectors of the sentences kept.
func BenchmarkRead(b *testing.B) {
	s := fair(b)
	f, err := s.current.rank(b.Context(), complete(retrieval.Query{Text: "Combien d'exposants compte la foire de Penza ?", Language: "fr"}))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := s.current.read(b.Context(), f, statedRead); err != nil {
			b.Fatal(err)
		}
	}
}
