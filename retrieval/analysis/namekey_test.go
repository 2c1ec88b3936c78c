package analysis_test

import (
	"slices"
	"strings"
	"testing"

	"passerelle/retrieval/analysis"
)

func TestNameKeyMeets(t *testing.T) {
	for _, names := range [][]string{
		{"Levtchenko", "Levchenko", "Левченко"},
		{"Tcheliabinsk", "Chelyabinsk", "Челябинск"},
		{"Khrouchtchev", "Khrushchev", "Хрущёв", "Хрущев"},
		{"Kalouga", "Kaluga", "Калуга"},
		{"Iakoutsk", "Yakutsk", "Якутск"},
		{"Irkoutsk", "Irkutsk", "Иркутск", "IRKOUTSK"},
		{"Ijevsk", "Izhevsk", "Ижевск"},
		{"Nijni", "Nizhny", "Nizhniy", "Нижний"},
		{"Chapsha", "Shapsha", "Chapcha", "Шапша"},
		{"Jeleznogorsk", "Zheleznogorsk", "Железногорск"},
		{"Kimelfeld", "Кимельфельд"},
		{"Guelendjik", "Gelendzhik", "Геленджик"},
		{"Sergueï", "Sergei", "Sergey", "Сергей"},
		{"Koroliov", "Korolev", "Korolyov", "Королёв"},
		{"Fiodor", "Fyodor", "Фёдор"},
		{"Romanov", "Romanoff", "Романов"},
		{"Ekaterinbourg", "Yekaterinburg", "Екатеринбург"},
		{"Aleksandr", "Alexandr", "Александр"},
		{"Lyon", "Лион"},
		{"Bordeaux", "Бордо"},
		{"Besançon", "Besanc\u0327on", "Безансон"},
		{"Montpellier", "Монпелье"},
		{"Avignon", "Авиньон"},
	} {
		want := analysis.NameKey(names[0], "fr")
		if want == "" {
			t.Errorf("%s has an empty key", names[0])
		}
		for _, name := range names[1:] {
			if got := analysis.NameKey(name, ""); got != want {
				t.Errorf("%s has key %s, %s has %s", names[0], want, name, got)
			}
		}
	}
}

func TestNameFormsMeet(t *testing.T) {
	for _, c := range []struct{ word, language, name string }{
		{"Калуги", "ru", "Kalouga"},
		{"калужский", "ru", "Kalouga"},
		{"калужской", "ru", "Kalouga"},
		{"Иркутске", "ru", "Irkoutsk"},
		{"иркутского", "ru", "Irkoutsk"},
		{"иркутянами", "ru", "Irkout"},
		{"лионский", "ru", "Lyon"},
		{"лионцы", "ru", "Lyon"},
		{"москвичей", "ru", "Moskva"},
		{"Левченко", "ru", "Levtchenko"},
		{"Хрущёвым", "ru", "Khrouchtchev"},
		{"Нижнего", "ru", "Nijni"},
		{"lyonnais", "fr", "Lyon"},
		{"lyonnaises", "fr", "Lyon"},
		{"Parisian", "en", "Paris"},
		{"Yakutsk's", "en", "Iakoutsk"},
		{"Calais", "fr", "Кале"},
		{"Orléans", "fr", "Орлеан"},
		{"Angers", "fr", "Анже"},
	} {
		want := analysis.Skeleton(analysis.NameKey(c.name, ""))
		var skeletons []string
		for _, key := range analysis.NameForms(c.word, c.language) {
			skeletons = append(skeletons, analysis.Skeleton(key))
		}
		if !slices.Contains(skeletons, want) && !slices.Contains(skeletons, want+"s") {
			t.Errorf("%s has skeletons %v, none is that of %s, %s", c.word, skeletons, c.name, want)
		}
	}
	if got := analysis.NameForms("1812 —", "fr"); got != nil {
		t.Errorf("a word without letters has keys %v", got)
	}
}

func TestNameSimilarity(t *testing.T) {
	for _, c := range []struct {
		a, b       string
		least, max float64
	}{
		{"Irkoutsk", "Иркутск", 1, 1},
		{"Alexandre", "Александр", .95, .95},
		{"irkoutk", "Irkoutsk", .5, .8},
		{"Levtchenko", "Levtchinko", .65, .85},
		{"Tcheliabinsk", "Tchelabinks", .4, .8},
		{"Mourmansk", "mourmanskais", .7, .7},
		{"Lyon", "Lille", 0, 0},
		{"Nice", "Nantes", 0, 0},
		{"Omsk", "Tomsk", 0, .6},
		{"", "", 0, 0},
		{"Irkoutsk", "", 0, 0},
	} {
		got := analysis.NameSimilarity(analysis.NameKey(c.a, ""), analysis.NameKey(c.b, ""))
		if got < c.least || got > c.max {
			t.Errorf("%s and %s are alike by %.2f, not from %.2f to %.2f", c.a, c.b, got, c.least, c.max)
		}
		if back := analysis.NameSimilarity(analysis.NameKey(c.b, ""), analysis.NameKey(c.a, "")); back != got {
			t.Errorf("%s and %s are alike by %.2f, the other way round by %.2f", c.a, c.b, got, back)
		}
	}
}

func FuzzName(f *testing.F) {
	for _, seed := range []string{"Irkoutsk", "Хрущёв", "œuvre", "d’Évian", "\xff", "İ", "Ꮳ", "ß"} {
		f.Add(seed, "Бордо")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		key := analysis.NameKey(a, "fr")
		if strings.Trim(key, "abdefghiklmnoprstuvzS") != "" {
			t.Fatalf("%q has the key %q", a, key)
		}
		analysis.NameForms(a, "ru")
		if s := analysis.NameSimilarity(key, analysis.NameKey(b, "ru")); s < 0 || s > 1 {
			t.Fatalf("%q and %q are alike by %v", a, b, s)
		}
	})
}

func BenchmarkNameSimilarity(b *testing.B) {
	keys := [...]string{"irkusk", "leSenko", "kaluga", "selabinsk", "monpele", "bordo", "ekaterinburg"}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		analysis.NameSimilarity("irkuk", keys[i%len(keys)])
	}
}
