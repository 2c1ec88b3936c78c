package dossier_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"passerelle/retrieval"
	"passerelle/retrieval/dossier"
	"passerelle/retrieval/gazetteer"
	"passerelle/retrieval/ingest"
	"passerelle/seeds"
)

var update = flag.Bool("update", false, "write the golden files anew")

// shelf is a library of the documents given to it.
type shelf []*retrieval.Document

func (s shelf) Documents() []*retrieval.Document { return s }

func (s shelf) Document(id string) (*retrieval.Document, bool) {
	i := slices.IndexFunc(s, func(d *retrieval.Document) bool { return d.ID == id })
	if i < 0 {
		return nil, false
	}
	return s[i], true
}

func newDossiers(t testing.TB, library retrieval.Library) *dossier.Dossiers {
	t.Helper()
	places, err := gazetteer.Load()
	if err != nil {
		t.Fatal(err)
	}
	return dossier.New(library, places, ingest.Sentences)
}

func seedLibrary(t testing.TB) shelf {
	t.Helper()
	documents, err := ingest.Load(seeds.Files())
	if err != nil {
		t.Fatal(err)
	}
	return documents
}

func of(t testing.TB, d *dossier.Dossiers, place, language string) retrieval.PlaceDelegations {
	t.Helper()
	answer, err := d.Of(context.Background(), place, language)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// lines are the facts of a delegation with what they are.
func lines(d retrieval.Delegation) []struct {
	what  string
	facts []retrieval.Fact
} {
	return []struct {
		what  string
		facts []retrieval.Fact
	}{
		{"told", d.Told}, {"head", d.Head}, {"member", d.Members}, {"visited", d.Visited}, {"met", d.Met}, {"company", d.Companies},
		{"signed", d.Signed}, {"followed", d.Followed}, {"planned", d.Planned},
	}
}

func TestIrkutskInAnySpelling(t *testing.T) {
	library := seedLibrary(t)
	d := newDossiers(t, library)
	want := of(t, d, "Irkoutsk", "fr")
	if want.Place != "Irkoutsk" {
		t.Fatalf("the place is %q", want.Place)
	}
	for _, name := range []string{"irkoutsk", "Иркутск", "Irkutsk", "irkoutk", "d’Irkoutsk", "из Иркутска"} {
		if got := of(t, d, name, "fr"); !reflect.DeepEqual(got, want) {
			t.Errorf("%s gives other delegations than Irkoutsk: %d of %q, not %d", name, len(got.Delegations), got.Place, len(want.Delegations))
		}
	}
	region := of(t, d, "région d’Irkoutsk", "ru")
	if region.Place != "Иркутская область" || len(region.Delegations) != len(want.Delegations) {
		t.Errorf("the region %q has %d delegations, the town %d", region.Place, len(region.Delegations), len(want.Delegations))
	}
	i := slices.IndexFunc(want.Delegations, func(d retrieval.Delegation) bool { return d.Date.Text == "2018-11-26/2018-11-29" })
	if i < 0 {
		t.Fatal("the delegation of November 2018 is missing")
	}
	journey := want.Delegations[i]
	if len(journey.Head) != 1 || journey.Head[0].Text != "Sergueï Levtchenko, gouverneur de la région d’Irkoutsk" {
		t.Errorf("it was led by %v", journey.Head)
	}
	if !slices.Equal(journey.To, []string{"Paris", "Lyon"}) {
		t.Errorf("it went to %v", journey.To)
	}
	if n := len(journey.Members) + len(journey.Met); n < 8 {
		t.Errorf("it has %d further people and bodies, want at least 8", n)
	}
	if len(journey.Documents) < 3 {
		t.Errorf("it is told by %v, want the sister digests too", journey.Documents)
	}
}

// TestEveryLineIsQuoted proves that each line stands in the sentence it points to.
func TestEveryLineIsQuoted(t *testing.T) {
	library := seedLibrary(t)
	d := newDossiers(t, library)
	n := 0
	for _, country := range []string{"Russie", "France"} {
		for _, journey := range of(t, d, country, "fr").Delegations {
			if journey.Title == "" || len(journey.Documents) == 0 || len(journey.From) == 0 || len(journey.To) == 0 {
				t.Errorf("%q is told by %v, from %v to %v", journey.Title, journey.Documents, journey.From, journey.To)
			}
			if len(journey.Facts()) == 0 {
				t.Errorf("%q is told without any proof", journey.Title)
			}
			for _, line := range lines(journey) {
				for _, f := range line.facts {
					n++
					document, ok := library.Document(f.Document)
					if !ok || !slices.Contains(journey.Documents, f.Document) {
						t.Fatalf("%q is cited from %q", f.Text, f.Document)
					}
					if !slices.Contains(ingest.Sentences(document.Text), f.Span) {
						t.Fatalf("%q: %v is no sentence of %s", f.Text, f.Span, f.Document)
					}
					quote := document.Text[f.Start:f.End]
					name, role, _ := strings.Cut(f.Text, ", ")
					if !strings.Contains(quote, name) || !strings.Contains(quote, role) {
						t.Errorf("%s: %q does not stand in %q", line.what, f.Text, quote)
					}
				}
			}
		}
	}
	if n == 0 {
		t.Error("no line at all")
	}
}

func TestGolden(t *testing.T) {
	library := seedLibrary(t)
	d := newDossiers(t, library)
	path := filepath.Join("testdata", "delegations.txtar")
	archive := &txtar.Archive{Comment: []byte("What /delegation tells of some places, from the seeds.\n")}
	for _, place := range []string{"Irkoutsk", "Kalouga", "Tatarstan", "Lyon", "Nice", "Oulianovsk", "Tikhvine", "Rostov"} {
		archive.Files = append(archive.Files, txtar.File{Name: place, Data: []byte(render(of(t, d, place, "fr")))})
	}
	got := txtar.Format(archive)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("the delegations differ from %s; look at them with go test -update and git diff", path)
	}
}

func render(answer retrieval.PlaceDelegations) string {
	var b strings.Builder
	for _, journey := range answer.Delegations {
		when := journey.Date.Text
		if journey.Announced {
			when += " (announced)"
		}
		fmt.Fprintf(&b, "%s\n%s | %s → %s | %s\n", journey.Title, when,
			strings.Join(journey.From, ", "), strings.Join(journey.To, ", "), strings.Join(journey.Documents, " "))
		for _, line := range lines(journey) {
			for _, f := range line.facts {
				fmt.Fprintf(&b, "  %s: %s [%s %d–%d]\n", line.what, f.Text, f.Document, f.Start, f.End)
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestUnknownPlace(t *testing.T) {
	d := newDossiers(t, seedLibrary(t))
	for _, c := range []struct {
		place, language string
		understood      string
		nearest         string // one of the names proposed
	}{
		{"Tombouctou", "fr", "", ""},
		{"Irkout", "fr", "", "Irkoutsk"},
		{"Voronesch", "ru", "", "Воронеж"},
		{"", "fr", "", ""},
		{"Шатору", "en", "Châteauroux", ""},
	} {
		got := of(t, d, c.place, c.language)
		if got.Place != c.understood || len(got.Delegations) != 0 {
			t.Errorf("%q is understood as %q with %d delegations, want %q without", c.place, got.Place, len(got.Delegations), c.understood)
		}
		if c.nearest != "" && !slices.Contains(got.Nearest, c.nearest) {
			t.Errorf("%q is like %v, want %s among them", c.place, got.Nearest, c.nearest)
		}
	}
}

func TestComplete(t *testing.T) {
	d := newDossiers(t, seedLibrary(t))
	for _, c := range []struct{ typed, language, want string }{
		{"irk", "fr", "Irkoutsk"}, {"ирк", "ru", "Иркутск"}, {"irk", "ru", "Иркутск"}, {"kal", "en", "Kaluga"}, {"irkoutk", "fr", "Irkoutsk"},
		{"saint-p", "fr", "Saint-Pétersbourg"}, {"", "fr", "Paris"},
	} {
		if got := d.Complete(c.typed, c.language, 8); !slices.Contains(got, c.want) || len(got) > 8 {
			t.Errorf("%q is completed to %v, want %s among at most 8", c.typed, got, c.want)
		}
	}
	if got := d.Complete("irk", "fr", 0); len(got) != 0 {
		t.Errorf("none were asked for, got %v", got)
	}
	if got := d.Complete("zzz", "fr", 8); len(got) != 0 {
		t.Errorf("zzz is completed to %v", got)
	}
}

// A reader sees places named in the asked-for language, and the document's own name where it differs.
func TestPlacesInTheLanguageOfTheReader(t *testing.T) {
	d := newDossiers(t, seedLibrary(t))
	for language, want := range map[string]string{
		"fr": "Tatarstan → Marseille, Provence-Alpes-Côte d’Azur | Marseille ()",
		"ru": "Татарстан → Марсель, Прованс — Альпы — Лазурный берег | Marseille (Марсель)",
		"en": "Tatarstan → Marseille, Provence-Alpes-Côte d’Azur | Marseille ()",
	} {
		found := of(t, d, "Marseille", language).Delegations
		i := slices.IndexFunc(found, func(d retrieval.Delegation) bool { return slices.Contains(d.Documents, "tatarstan-paca-ru") })
		if i < 0 {
			t.Fatalf("%s: the journey from Tatarstan is missing", language)
		}
		j := found[i]
		got := fmt.Sprintf("%s → %s", strings.Join(j.From, ", "), strings.Join(j.To, ", "))
		for _, f := range j.Visited {
			got += fmt.Sprintf(" | %s (%s)", f.Text, f.Called)
		}
		if got != want {
			t.Errorf("%s: %s, want %s", language, got, want)
		}
	}
}

// What With gives, Of has delegations for.
func TestWith(t *testing.T) {
	library := seedLibrary(t)
	d := newDossiers(t, library)
	var names []string
	for _, document := range library {
		names = append(names, document.Places...)
	}
	for _, language := range []string{"fr", "ru", "en"} {
		got, err := d.With(context.Background(), append(names, "zzz", ""), language)
		if err != nil || len(got) == 0 {
			t.Fatalf("%s: %v, %v", language, got, err)
		}
		for _, place := range append(got, d.Complete("", language, 5)...) {
			if found := of(t, d, place, language); len(found.Delegations) == 0 {
				t.Errorf("%s: %s has no delegations", language, place)
			}
		}
	}
	got, err := d.With(context.Background(), []string{"Poissy", "Иркутск", "Irkutsk", "Novotcherkassk", "Lyon", "Lyonn"}, "fr")
	if err != nil || !slices.Equal(got, []string{"Irkoutsk", "Lyon"}) {
		t.Errorf("with delegations: %v, %v", got, err)
	}
	if got, err := newDossiers(t, shelf(nil)).With(context.Background(), []string{"Lyon"}, "fr"); err != nil || len(got) != 0 {
		t.Errorf("an empty library has %v, %v", got, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := d.With(ctx, []string{"Lyon"}, "fr"); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled question gives %v", err)
	}
}

func TestOfHonoursContext(t *testing.T) {
	d := newDossiers(t, shelf(nil))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := d.Of(ctx, "Lyon", "fr"); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled question gives %v", err)
	}
}

func TestSmallDocuments(t *testing.T) {
	date, err := retrieval.ParseDate("2019-05-14")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name     string
		document retrieval.Document
		want     string // lines, "" for no delegation at all
	}{
		{"ministers in brackets", retrieval.Document{Text: "Une délégation de Kalouga, conduite par le gouverneur Pavel Essaïev, s’est rendue à Lyon. " +
			"Elle comprenait deux ministres, Oleg Petrov (Santé) et Elena Bykova (Tourisme).",
			People: []string{"Pavel Essaïev", "Oleg Petrov", "Elena Bykova"}, Places: []string{"Kalouga", "Lyon"}},
			"head: Pavel Essaïev, gouverneur; member: Oleg Petrov (Santé); member: Elena Bykova (Tourisme); visited: Lyon"},
		{"hosts", retrieval.Document{Text: "Une délégation de Lyon est en visite à Perm. Elle a été reçue par Igor Smirnov, maire de Perm, et a rencontré Paul Durand, consul de France.",
			People: []string{"Igor Smirnov", "Paul Durand"}, Places: []string{"Perm"}},
			"visited: Perm; met: Igor Smirnov, maire de Perm; met: Paul Durand, consul de France"},
		{"named, not met", retrieval.Document{Text: "Une délégation de Lyon est en visite à Perm. La ville admire Youri Gagarine et Victor Hugo.",
			People: []string{"Youri Gagarine", "Victor Hugo"}, Places: []string{"Perm"}},
			"visited: Perm"},
		{"an office called delegation", retrieval.Document{Text: "La Délégation pour l’action extérieure publie à Paris un guide de la coopération avec Perm.",
			Places: []string{"Paris", "Perm"}}, ""},
		{"plans are no facts", retrieval.Document{Text: "Une délégation de Kalouga est en visite à Lyon. Elle doit rencontrer Paul Durand, maire de Lyon, et visiter le Musée des Tissus. " +
			"Deux accords doivent être signés demain. L’orchestre doit se produire le soir.",
			People: []string{"Paul Durand"}, Organisations: []string{"Musée des Tissus"}, Places: []string{"Kalouga", "Lyon"}},
			"visited: Lyon; planned: Elle doit rencontrer Paul Durand, maire de Lyon, et visiter le Musée des Tissus.; planned: Deux accords doivent être signés demain."},
		{"a debt is no plan", retrieval.Document{Text: "Une délégation de Kalouga est en visite à Lyon. La ville doit ses échanges aux marchands.", Places: []string{"Kalouga", "Lyon"}},
			"visited: Lyon"},
		{"agreements of before", retrieval.Document{Text: "Une délégation de Kalouga est en visite à Lyon. Elle est la deuxième, un an après la signature de l’accord. " +
			"Un premier protocole a été signé en 1967. Le 14 mai, les deux villes ont signé une convention.", Places: []string{"Kalouga", "Lyon"}},
			"visited: Lyon; signed: Le 14 mai, les deux villes ont signé une convention."},
		{"what came of it", retrieval.Document{Text: "Une délégation de Kalouga est en visite à Lyon. Les deux maires ont décidé d’échanger des médecins.", Places: []string{"Kalouga", "Lyon"}},
			"visited: Lyon; followed: Les deux maires ont décidé d’échanger des médecins."},
		{"a governor who comes leads", retrieval.Document{Text: "Oleg Petrov, maire de Kalouga, et Igor Smirnov, président de l’office de tourisme de Kalouga, accompagnés d’élus, sont venus en visite à Lyon avec une délégation.",
			People: []string{"Igor Smirnov", "Oleg Petrov"}, Places: []string{"Kalouga", "Lyon"}},
			"head: Oleg Petrov, maire de Kalouga; member: Igor Smirnov, président de l’office de tourisme de Kalouga; visited: Lyon"},
		{"one who only meets at home does not", retrieval.Document{Text: "Oleg Petrov, maire de Kalouga, a rencontré des élus. Une délégation de Kalouga est en visite à Lyon.",
			People: []string{"Oleg Petrov"}, Places: []string{"Kalouga", "Lyon"}},
			"member: Oleg Petrov, maire de Kalouga; visited: Lyon"},
		{"spoken of, not met", retrieval.Document{Text: "Une délégation de Lyon est en visite à Perm. Igor Smirnov, adjoint, l’a reçue dans la résidence du gouverneur Oleg Petrov.",
			People: []string{"Igor Smirnov", "Oleg Petrov"}, Places: []string{"Perm"}},
			"visited: Perm; met: Igor Smirnov, adjoint"},
		{"no journey", retrieval.Document{Text: "À Lyon et à Perm, la neige est tombée.", Places: []string{"Lyon", "Perm"}}, ""},
		{"nothing", retrieval.Document{}, ""},
		{"a title alone", retrieval.Document{Title: "Une délégation de Lyon à Perm", Places: []string{"Lyon", "Perm"}}, ""},
		{"nothing but the journey", retrieval.Document{Text: "Le temps était beau. Une délégation de la Savoie a séjourné dans la région de Perm.", Places: []string{"Savoie", "région de Perm"}},
			"told: Une délégation de la Savoie a séjourné dans la région de Perm."},
		{"no metadata", retrieval.Document{Text: "Une délégation de Lyon s’est rendue à Perm."}, "visited: Perm"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.document.ID, c.document.Date = "d", date
			d := newDossiers(t, shelf{&c.document})
			var got []string
			for _, journey := range of(t, d, "Perm", "fr").Delegations {
				for _, line := range lines(journey) {
					for _, f := range line.facts {
						got = append(got, line.what+": "+f.Text)
					}
				}
			}
			for _, journey := range of(t, d, "Kalouga", "fr").Delegations {
				for _, line := range lines(journey) {
					for _, f := range line.facts {
						got = append(got, line.what+": "+f.Text)
					}
				}
			}
			if s := strings.Join(got, "; "); s != c.want {
				t.Errorf("\n got  %s\n want %s", s, c.want)
			}
		})
	}
}

// changing is a library whose documents change.
type changing struct{ shelf }

// TestLibraryChanges: after each change of the library the delegations are those that dossiers drawn anew have.
func TestLibraryChanges(t *testing.T) {
	all := seedLibrary(t)
	library := &changing{all[:100]}
	d := newDossiers(t, library)
	for _, now := range []shelf{all[:100], all, all[50:], slices.Concat(all[:20], all[60:]), all} {
		library.shelf = now
		fresh := newDossiers(t, now)
		for _, place := range []string{"Irkoutsk", "Lyon", "Kalouga", "Nijni Novgorod"} {
			got, err := d.Of(t.Context(), place, "fr")
			if err != nil {
				t.Fatal(err)
			}
			want, err := fresh.Of(t.Context(), place, "fr")
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%d documents: %s has other delegations than when drawn anew", len(now), place)
			}
		}
	}
}
