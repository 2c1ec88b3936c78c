package gazetteer_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"passerelle/retrieval/gazetteer"
)

func load(t testing.TB) *gazetteer.Gazetteer {
	t.Helper()
	g, err := gazetteer.Load()
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// found writes mentions as "surface=French name", with ~ for what is no exact name.
func found(g *gazetteer.Gazetteer, text, language string) []string {
	var got []string
	for _, m := range g.Find(text, language) {
		sign := "="
		if !m.Exact {
			sign = "~"
		}
		got = append(got, text[m.Start:m.End]+sign+g.Name(m.Place, "fr"))
	}
	return got
}

func TestFind(t *testing.T) {
	g := load(t)
	for _, c := range []struct{ language, text, want string }{
		{"fr", "délégation irkoutsk lyon", "irkoutsk=Irkoutsk lyon=Lyon"},
		{"fr", "Délégation irkoutsk lyon", "irkoutsk=Irkoutsk lyon=Lyon"},
		{"fr", "Le gouverneur de la région d’Irkoutsk à Saint-Pétersbourg", "région d’Irkoutsk=Région d’Irkoutsk Saint-Pétersbourg=Saint-Pétersbourg"},
		{"fr", "L'oblast d'Irkoutsk et la ville d'Irkoutsk", "oblast d'Irkoutsk=Région d’Irkoutsk Irkoutsk=Irkoutsk"},
		{"fr", "De saint petersbourg à Nijni-Novgorod, puis Léningrad", "Nijni-Novgorod=Nijni Novgorod Léningrad=Saint-Pétersbourg"},
		{"fr", "saint petersbourg", "saint petersbourg=Saint-Pétersbourg"},
		{"fr", "Les entreprises lyonnaises et moscovites", "lyonnaises~Lyon moscovites~Moscou"},
		{"fr", "Vladimir Poutine est né à Leningrad, pas à Vladimir.", "Leningrad=Saint-Pétersbourg Vladimir=Vladimir"},
		{"fr", "Maxime Gorki et Alexandre Pouchkine à Paris", "Paris=Paris"},
		{"fr", "Une belle orange au nord, un cognac, la vienne et des tours", ""},
		{"fr", "une orange au nord de tours", ""},
		{"fr", "On se retrouve à Orange, dans le Nord, puis à Tours.", "Orange=Orange Nord=Nord Tours=Tours"},
		{"fr", "Paris, Lyon", "Paris=Paris Lyon=Lyon"},
		{"fr", "Saint. Rien, Pétersbourg", "Pétersbourg=Saint-Pétersbourg"},
		{"fr", "le SARS", ""},
		{"ru", "Когда Иркутск приезжал в Лион?", "Иркутск=Irkoutsk Лион=Lyon"},
		{"ru", "Правительство Иркутской области в Санкт-Петербурге", "Иркутской области=Région d’Irkoutsk Санкт-Петербурге=Saint-Pétersbourg"},
		{"ru", "делегация из иркутска в лионе", "иркутска=Irkoutsk лионе=Lyon"},
		{"ru", "В Нижнем Новгороде, Набережных Челнах и Мытищах", "Нижнем Новгороде=Nijni Novgorod Набережных Челнах=Naberejnye Tchelny Мытищах=Mytichtchi"},
		{"ru", "из Мытищ в Ростов-на-Дону, Питер, Череповца", "Мытищ=Mytichtchi Ростов-на-Дону=Rostov-sur-le-Don Питер=Saint-Pétersbourg Череповца=Tcherepovets"},
		{"ru", "лионские и калужские предприятия, иркутский губернатор", "лионские~Lyon калужские~Kalouga иркутский~Irkoutsk"},
		{"ru", "По мере того как на Южную Корею смотрел А. Чехов", "Южную Корею=Corée du Sud"},
		{"ru", "мирный лесной остров у зимы", ""},
		{"en", "Muscovites met businesses of Kaluga region and the Republic of Tatarstan.", "Muscovites~Moscou Kaluga region=Région de Kalouga Republic of Tatarstan=Tatarstan"},
		{"en", "st. petersburg and nizhny novgorod", "st. petersburg=Saint-Pétersbourg nizhny novgorod=Nijni Novgorod"},
		{"en", "a nice gap", ""},
		{"en", "Moscow's mayor in Nice", "Moscow=Moscou Nice=Nice"},
		{"en", "Yoshkar-Ola, Tol’yatti", "Yoshkar-Ola=Iochkar-Ola Tol’yatti=Togliatti"},
		{"", "", ""},
	} {
		if got := strings.Join(found(g, c.text, c.language), " "); got != c.want {
			t.Errorf("%q\n got  %s\n want %s", c.text, got, c.want)
		}
	}
}

func TestLookup(t *testing.T) {
	g := load(t)
	for want, names := range map[string][]string{
		"Irkoutsk": {"Irkoutsk", "irkoutsk", "IRKOUTSK", "Иркутск", "иркутске", "Irkutsk", "à Irkoutsk", "d’Irkoutsk", "  irkoutsk ", "в Иркутске"},
		"Région d’Irkoutsk": {"région d'Irkoutsk", "Région d’Irkoutsk", "oblast d'irkoutsk", "Иркутская область", "иркутской области", "Irkutsk region",
			"Irkutsk Oblast"},
		"Saint-Pétersbourg": {"saint petersbourg", "Saint Petersburg", "st. petersburg", "Питер", "санкт петербург", "saintpetersbourg", "Leningrad", "Санкт-Петербурге"},
		"Tcheliabinsk":      {"Chelyabinsk", "Tcheliabinsk", "Челябинск", "tchelyabinsk"},
		"La Rochelle":       {"La Rochelle", "la rochelle", "Ла-Рошель"},
		"Bachkirie":         {"Bachkirie", "Башкортостан", "Bashkortostan", "Башкирия", "république de Bachkirie"},
		"Lyon":              {"Lyon", "Лион", "lyonnais"},
	} {
		for _, name := range names {
			place, ok := g.Lookup(name)
			if !ok {
				t.Errorf("%q is no place, want %s", name, want)
			} else if got := g.Name(place, "fr"); got != want {
				t.Errorf("%q is %s, want %s", name, got, want)
			}
		}
	}
	for _, name := range []string{"", "?", "Tombouctou", "irkoutsk lyon", "délégation irkoutsk", "🙂", "\xff"} {
		if place, ok := g.Lookup(name); ok {
			t.Errorf("%q is %s, want no place", name, g.Name(place, "fr"))
		}
	}
}

func TestMisspelt(t *testing.T) {
	g := load(t)
	for name, want := range map[string]string{
		"irkoutk": "Irkoutsk", "иркуцк": "Irkoutsk", "tcheliabink": "Tcheliabinsk", "Екатеренбург": "Ekaterinbourg", "mosow": "Moscou",
		"Strasburg": "Strasbourg", "Grenobel": "Grenoble", "Kazna": "Kazan", "калугга": "Kalouga",
	} {
		if near := g.Nearest(name, 3); len(near) == 0 || g.Name(near[0], "fr") != want {
			t.Errorf("%q: the nearest are %v, want %s first", name, near, want)
		}
	}
	if place, ok := g.Guess("irkoutk"); !ok || g.Name(place, "fr") != "Irkoutsk" {
		t.Errorf("irkoutk is guessed to be %v", place)
	}
	for _, name := range []string{"Tombouctou", "zzzz", ""} {
		if place, ok := g.Guess(name); ok {
			t.Errorf("%q is guessed to be %s", name, g.Name(place, "fr"))
		}
	}
	if got := g.Nearest("Irkoutsk", 0); len(got) != 0 {
		t.Errorf("none were asked for, got %d", len(got))
	}
}

func TestPlaces(t *testing.T) {
	g := load(t)
	kinds := []gazetteer.Kind{gazetteer.City, gazetteer.Region, gazetteer.Department, gazetteer.Country, gazetteer.Area}
	for _, p := range g.Places() {
		if !slices.Contains(kinds, p.Kind) {
			t.Errorf("%s has the kind %q", p.ID, p.Kind)
		}
		if len(p.Names("fr"))+len(p.Names("ru"))+len(p.Names("en")) == 0 {
			t.Errorf("%s has no name", p.ID)
		}
		for _, id := range p.Related {
			if _, ok := g.Place(id); !ok || id == p.ID {
				t.Errorf("%s is related to %s", p.ID, id)
			}
		}
	}
	city, _ := g.Lookup("Irkoutsk")
	region, _ := g.Lookup("région d'Irkoutsk")
	if city == region || !slices.Contains(city.Related, region.ID) || !slices.Contains(region.Related, city.ID) {
		t.Errorf("Irkutsk %v and its region %v are not two related places", city, region)
	}
}

func TestTwinnings(t *testing.T) {
	g := load(t)
	pairs := g.Twinnings()
	if len(pairs) != 28 {
		t.Errorf("%d twinnings, want 28", len(pairs))
	}
	for _, pair := range pairs {
		for _, name := range []string{pair.French, pair.Russian, pair.RussianName} {
			if _, ok := g.Lookup(name); !ok {
				t.Errorf("%s of %v is no place", name, pair)
			}
		}
	}
}

func FuzzFind(f *testing.F) {
	g := load(f)
	for _, seed := range []string{"d’Irkoutsk", "Санкт-Петербурге", "saint petersbourg", "\xff\xd0", "İstanbul", "e\u0301vian", "'''s", "Наб\u00adережных Челнов", "лионски"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		for _, m := range g.Find(text, "") {
			if m.Start < last || m.End <= m.Start || m.End > len(text) || m.Place == nil {
				t.Fatalf("%q: mention %d–%d after %d", text, m.Start, m.End, last)
			}
			if utf8.ValidString(text) && !utf8.ValidString(text[m.Start:m.End]) {
				t.Fatalf("%q: %d–%d is not on letters", text, m.Start, m.End)
			}
			last = m.End
		}
		g.Guess(text)
	})
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := gazetteer.Load(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFind(b *testing.B) {
	g := load(b)
	const text = "Le gouverneur de la région d’Irkoutsk, Sergueï Levtchenko, est venu à Paris et à Lyon avec une délégation."
	b.ReportAllocs()
	for b.Loop() {
		g.Find(text, "fr")
	}
}
