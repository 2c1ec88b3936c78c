package local_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"passerelle/retrieval"
	"passerelle/retrieval/local"
)

func date(t *testing.T, text string) retrieval.Date {
	t.Helper()
	d, err := retrieval.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// dated are four reports of one festival in two towns.
func dated(t *testing.T) []*retrieval.Document {
	t.Helper()
	var out []*retrieval.Document
	for _, d := range []struct{ id, date, kind, language, place, town string }{
		{"lyon-2014", "2014-06", retrieval.KindDigest, "fr", "Lyon", "Lyon"},
		{"lyon-2018", "2018-11-26/2018-11-29", retrieval.KindArticle, "ru", "", "la capitale des Gaules"},
		{"nantes-2018", "2018", retrieval.KindDigest, "fr", "Nantes", "Nantes"},
		{"nantes", "", retrieval.KindText, "", "", "Nantes"},
	} {
		one := &retrieval.Document{
			ID: d.id, Title: "Un festival du film russe", Date: date(t, d.date), Kind: d.kind, Language: d.language,
			Text: "Le festival du film russe a réuni un public nombreux à " + d.town + ". Les films ont plu, dit l’organisateur " + d.id + ".",
		}
		if d.place != "" {
			one.Places = []string{d.place}
		}
		out = append(out, one)
	}
	out[2].Places = append(out[2].Places, "Nice")
	out[1].Text += " Les films ont aussi été montrés aux Lyonnais."
	return out
}

func TestFilters(t *testing.T) {
	s := open(t, local.Options{Documents: dated(t)})
	for name, c := range map[string]struct {
		filter retrieval.Filter
		want   string
	}{
		"none":               {retrieval.Filter{}, "lyon-2014 lyon-2018 nantes nantes-2018"},
		"place":              {retrieval.Filter{Place: "Lyon"}, "lyon-2014 lyon-2018"},
		"place in Russian":   {retrieval.Filter{Place: "Лион"}, "lyon-2014 lyon-2018"},
		"place of metadata":  {retrieval.Filter{Place: "Nice"}, "nantes-2018"},
		"place nobody names": {retrieval.Filter{Place: "Irkoutsk"}, ""},
		"after":              {retrieval.Filter{After: date(t, "2014")}, "lyon-2018 nantes-2018"},
		"after a day":        {retrieval.Filter{After: date(t, "2018-11-28")}, "lyon-2018 nantes-2018"},
		"after its last day": {retrieval.Filter{After: date(t, "2018-11-29")}, "nantes-2018"},
		"after its year":     {retrieval.Filter{After: date(t, "2018")}, ""},
		"before":             {retrieval.Filter{Before: date(t, "2018")}, "lyon-2014"},
		"between":            {retrieval.Filter{After: date(t, "2017"), Before: date(t, "2018-11-27")}, "lyon-2018 nantes-2018"},
		"kind":               {retrieval.Filter{Kind: retrieval.KindText}, "nantes"},
		"language":           {retrieval.Filter{Language: "ru"}, "lyon-2018"},
		"several":            {retrieval.Filter{Place: "Lyon", Kind: retrieval.KindDigest, Before: date(t, "2020")}, "lyon-2014"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := s.Search(t.Context(), retrieval.Query{Text: "festival du film russe", Filter: c.filter})
			if err != nil {
				t.Fatal(err)
			}
			found := map[string]bool{}
			for _, h := range r.Documents {
				found[h.Document.ID] = true
			}
			var got []string
			for _, d := range s.Documents() {
				if found[d.ID] {
					got = append(got, d.ID)
				}
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("found %q, want %q", got, c.want)
			}
			for _, h := range r.Hits {
				if !found[h.Document.ID] {
					t.Errorf("hit %s is barred", h.Passage.ID)
				}
			}
			for _, h := range r.Sentences {
				if !found[h.Document.ID] {
					t.Errorf("sentence of %s is barred", h.Document.ID)
				}
			}
			if a := r.Signals.Answerable; a != a || a > 100 || a < -100 {
				t.Errorf("answerable %v", a)
			}
		})
	}
}

func TestFilterErrors(t *testing.T) {
	s := open(t, local.Options{Documents: dated(t)})
	search := func(f retrieval.Filter) error {
		_, err := s.Search(t.Context(), retrieval.Query{Text: "festival", Language: "fr", Filter: f})
		return err
	}
	var unknown *retrieval.UnknownPlaceError
	if err := search(retrieval.Filter{Place: "Irkoustkoe"}); !errors.As(err, &unknown) || !slices.Contains(unknown.Nearest, "Irkoutsk") {
		t.Errorf("misspelt place: %v", err)
	}
	for name, f := range map[string]retrieval.Filter{
		"kind":     {Kind: "poem"},
		"language": {Language: "français"},
		"dates":    {After: date(t, "2018"), Before: date(t, "2018-06")},
	} {
		if err := search(f); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestPeriodsOfQuestions: a question's own years put documents of these first, and bar none.
func TestPeriodsOfQuestions(t *testing.T) {
	s := open(t, local.Options{Documents: dated(t)})
	for question, want := range map[string]string{
		"festival du film russe après 2016":            "2018",
		"фестиваль русского кино после 2016 года":      "2018",
		"Russian film festival before 2016":            "2014",
		"un festival du film russe entre 2013 et 2015": "2014",
	} {
		r := first(t, s, question)
		if len(r.Periods) != 1 {
			t.Errorf("%q: periods %v", question, r.Periods)
		}
		if d := r.Documents[0].Document; !strings.HasPrefix(d.Date.Text, want) {
			t.Errorf("%q finds %s first", question, d.ID)
		}
		if len(r.Documents) != 4 {
			t.Errorf("%q bars documents: %d are left", question, len(r.Documents))
		}
	}
}

// TestNoDocumentCrowdsOutOthers: a long report's third passage does not stand before a short one that is hardly worse.
func TestNoDocumentCrowdsOutOthers(t *testing.T) {
	long := document("long", "Festival", strings.Repeat("Le festival du film russe a ouvert ses portes devant un public nombreux. ", 60))
	short := document("court", "Festival", "Le festival du film russe a fermé ses portes devant un public nombreux.")
	s := open(t, local.Options{Documents: append(few(), long, short)})
	e, err := s.Explain(t.Context(), retrieval.Query{Text: "le festival du film russe a ouvert ses portes"}, "court")
	if err != nil {
		t.Fatal(err)
	}
	if e.Expected.Rank < 2 {
		t.Fatalf("the other report is at %d", e.Expected.Rank)
	}
	passed := 0
	for i, h := range e.Hits {
		last := h.Parts[len(h.Parts)-1]
		if i >= e.Expected.Rank && last.Name == "Crowded" && h.Hit.Score-last.Score() > e.Hits[e.Expected.Rank-1].Hit.Score {
			passed++
		}
		if i > 0 && h.Hit.Score > e.Hits[i-1].Hit.Score {
			t.Errorf("hits' scores rise at %d", i+1)
		}
	}
	if passed == 0 {
		t.Errorf("the other report, at %d of %d, has passed none of the long one's passages", e.Expected.Rank, len(e.Hits))
	}
}
