package analysis_test

import (
	"slices"
	"testing"

	"passerelle/retrieval/analysis"
)

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"Évêque": "eveque", "cœur": "coeur", "naïf": "naif", "Хрущёв": "хрущев", "Йошкар": "йошкар", "l’été": "l'ete",
		"co\u00adopération": "cooperation", "ﬁn": "fin", "e\u0301": "e", "plain": "plain", "Saint‑Malo": "saint-malo", "И\u0306": "й",
	} {
		if got := analysis.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestTokens(t *testing.T) {
	for _, c := range []struct {
		language, text string
		want           []string
	}{
		{"fr", "L’accord d'Irkoutsk, qu’il signe", []string{"accord", "Irkoutsk", "il", "signe"}},
		{"fr", "aujourd’hui à Saint-Malo", []string{"aujourd", "hui", "à", "Saint", "Malo"}},
		{"en", "Lyon's mayor's trip", []string{"Lyon", "mayor", "trip"}},
		{"fr", "1 500 francs, 1\u202f500\u202f000 euros, 3,5 % en 2018", []string{"1500", "francs", "1500000", "euros", "3,5", "en", "2018"}},
		{"en", "1,500 people on 26.11", []string{"1500", "people", "on", "26.11"}},
		{"fr", "le 26 2018", []string{"le", "26", "2018"}},
		{"ru", "Ростов-на-Дону, 12-й", []string{"Ростов", "на", "Дону", "12", "й"}},
		{"fr", "", nil},
		{"fr", "’ ' _ - …", nil},
	} {
		var got []string
		for _, tok := range analysis.Tokens(c.text, c.language) {
			got = append(got, tok.Text)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("Tokens(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

func FuzzTokens(f *testing.F) {
	for _, s := range []string{"L’accord 1 500", "Lyon's", "Ростов-на-Дону", "\xff'\xfe", "_a_", "''s"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		last := 0
		for _, tok := range analysis.Tokens(s, "fr") {
			if tok.Start < last || tok.End <= tok.Start || tok.End > len(s) {
				t.Fatalf("token %+v of %q", tok, s)
			}
			last = tok.End
		}
		analysis.DetectLanguage(s)
		analysis.Stem(s, "fr")
	})
}

func TestStem(t *testing.T) {
	for _, pair := range [][3]string{
		{"fr", "délégations", "délégation"}, {"fr", "signée", "signer"}, {"ru", "делегации", "делегация"}, {"ru", "Калуги", "Калуга"},
		{"en", "delegations", "delegation"}, {"ru", "партнёры", "партнер"},
	} {
		if a, b := analysis.Stem(pair[1], pair[0]), analysis.Stem(pair[2], pair[0]); a != b {
			t.Errorf("%s: %q and %q", pair[1], a, b)
		}
	}
}

func TestDetectLanguage(t *testing.T) {
	for text, want := range map[string]string{
		"Qui dirigeait la délégation d'Irkoutsk à Lyon ?": "fr", "qui a visite boiron": "fr", "délégation irkoutsk lyon date": "fr",
		"combien de villes jumelees": "fr", "jumelage le plus ancien": "fr", "usine renault togliatti fermeture": "fr",
		"Who led the Irkutsk delegation to Lyon?": "en", "when did irkutsk visit lyon": "en", "how many twin towns": "en",
		"oldest twinning": "en", "renault plant togliatti closed": "en", "kaluga governor": "en",
		"Irkoutsk": "fr", "Moscou": "fr", "Levtchenko": "fr", "Moscow": "en", "Chelyabinsk": "en",
		"когда Иркутск приезжал в Лион": "ru", "Где завод L'Oréal?": "ru", "": "fr", "?!": "fr",
	} {
		if got := analysis.DetectLanguage(text); got != want {
			t.Errorf("DetectLanguage(%q) = %s, want %s", text, got, want)
		}
	}
}

func TestDetectLanguageOr(t *testing.T) {
	for _, c := range []struct{ text, fallback, want string }{
		{"Irkoutsk", "en", "en"}, {"Irkoutsk", "ru", "ru"}, {"", "en", "en"}, {"2018 ?", "ru", "ru"},
		{"Qui dirigeait la délégation ?", "en", "fr"}, {"Who led it?", "fr", "en"}, {"Иркутск", "fr", "ru"},
	} {
		if got := analysis.DetectLanguageOr(c.text, c.fallback); got != c.want {
			t.Errorf("DetectLanguageOr(%q, %s) = %s, want %s", c.text, c.fallback, got, c.want)
		}
	}
}
