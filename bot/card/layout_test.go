package card_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"passerelle/bot"
	"passerelle/bot/card"
	"passerelle/bot/locale"
	"passerelle/retrieval"
)

// Read only; go test needs a flag at package level.
var update = flag.Bool("update", false, "write the goldens")

func TestLayout(t *testing.T) {
	texts, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	for name, reply := range replies(t) {
		t.Run(name, func(t *testing.T) {
			got := &txtar.Archive{}
			for _, language := range texts.Languages() {
				reply.Language = language
				c := card.Layout(texts, reply)
				checkCitations(t, c)
				got.Files = append(got.Files, txtar.File{Name: language, Data: []byte(dump(c))})
			}
			path := filepath.Join("testdata", strings.ReplaceAll(name, " ", "-")+".txtar")
			if *update {
				if err := os.WriteFile(path, txtar.Format(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if string(txtar.Format(got)) != string(want) {
				t.Errorf("differs from %s (-update writes it); got:\n%s", path, txtar.Format(got))
			}
		})
	}
}

// checkCitations fails on a number without its source, and on a source that no one cites.
func checkCitations(t *testing.T, c card.Card) {
	t.Helper()
	sources := map[int]bool{}
	for _, s := range c.Sources {
		if s.Quote == "" && s.Label == "" || sources[s.N] {
			t.Errorf("%s: source %d is empty or twice there", c.Language, s.N)
		}
		sources[s.N] = true
	}
	cited := map[int]bool{}
	for _, section := range c.Sections {
		for _, item := range section.Items {
			for _, n := range item.Citations {
				cited[n] = true
				if !sources[n] {
					t.Errorf("%s: %q cites %d, which is no source", c.Language, item.Text, n)
				}
			}
		}
	}
	for n := range sources {
		if !cited[n] {
			t.Errorf("%s: nothing cites the source %d", c.Language, n)
		}
	}
}

// dump writes a card for a golden: what is there, in order, and nothing else.
func dump(c card.Card) string {
	var b strings.Builder
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\n", name, value)
		}
	}
	line("title", c.Title)
	line("lead", c.Lead)
	for _, s := range c.Sections {
		fmt.Fprintf(&b, "section: %s\n", s.Heading)
		for _, item := range s.Items {
			kind := "  item"
			if item.Quote {
				kind = "  quote"
			}
			line(kind, fmt.Sprintf("%s %v (%s)", item.Text, item.Citations, item.Date))
		}
	}
	for _, s := range c.Sources {
		line(fmt.Sprintf("source %d", s.N), strings.Join([]string{s.Label, s.Title, s.Publisher, s.Date, s.URL, s.Document}, " | "))
		line("  quote", s.Quote)
	}
	for _, n := range c.Notices {
		line("notice", n)
	}
	for _, s := range c.Suggestions {
		line("suggestion", s)
	}
	return b.String()
}

func document(t *testing.T, d retrieval.Document, date string) *retrieval.Document {
	t.Helper()
	parsed, err := retrieval.ParseDate(date)
	if err != nil {
		t.Fatal(err)
	}
	d.Date = parsed
	return &d
}

// cited finds the quote in the document.
func cited(t *testing.T, n int, d *retrieval.Document, quote string) bot.Citation {
	t.Helper()
	start := strings.Index(d.Text, quote)
	if start < 0 {
		t.Fatalf("%q is not in %s", quote, d.ID)
	}
	return bot.Citation{N: n, Document: d, Span: retrieval.Span{Start: start, End: start + len(quote)}}
}

func replies(t *testing.T) map[string]bot.Reply {
	digest := document(t, retrieval.Document{
		ID: "visite", Title: "Une visite à Lyon", Source: "Le Courrier", URL: "https://courrier.example/visite", Kind: retrieval.KindDigest,
		Places: []string{"Irkoutsk", "Lyon"}, Text: "Le gouverneur vient à Lyon. Il signe un accord. Trois entreprises suivent.",
	}, "2018-11-26/2018-11-29")
	article := document(t, retrieval.Document{
		ID: "retour", Title: "Le retour", Source: "La Gazette", Kind: retrieval.KindArticle, Places: []string{"Kalouga"},
		Text: "Lyon rend la visite.",
	}, "2019-05")
	hostile := document(t, retrieval.Document{
		ID: "hostile", Title: "Titre\x1b[31m\nrouge\u202e", Text: "Rien.", Kind: retrieval.KindText,
	}, "")
	quoting := document(t, retrieval.Document{
		ID: "festival", Title: "La «\u00a0Sibérie inconnue\u00a0» à “Lyon”", Text: "Rien.", Kind: retrieval.KindDigest,
	}, "2010")
	all := []*retrieval.Document{digest, article, hostile}

	visit, signed, back := "Le gouverneur vient à Lyon.", "Il signe un accord.", "Lyon rend la visite."
	citations := []bot.Citation{cited(t, 1, digest, visit), cited(t, 2, digest, signed), cited(t, 3, article, back)}
	quotes := []bot.Claim{{Text: visit, Citations: []int{1}}, {Text: signed, Citations: []int{2}}, {Text: back, Citations: []int{3}}}
	fact := func(text string, c bot.Citation) retrieval.Fact {
		return retrieval.Fact{Text: text, Document: c.Document.ID, Span: c.Span}
	}

	called := func(text, name string, c bot.Citation) retrieval.Fact {
		f := fact(text, c)
		f.Called = name
		return f
	}

	answer := func(a bot.Answer) bot.Reply { return bot.Reply{Answer: &a} }
	return map[string]bot.Reply{
		"extractive":                answer(bot.Answer{Status: bot.Answered, Mode: bot.Extractive, Claims: quotes, Citations: citations, Notice: bot.NoticeModelTimeout}),
		"answered with more to ask": answer(bot.Answer{Status: bot.Answered, Mode: bot.Extractive, Claims: quotes[:1], Citations: citations[:1], Nearest: all[:1], Places: []string{"Irkoutsk", "Lyon"}}),
		"generative": answer(bot.Answer{Status: bot.Answered, Mode: bot.Generative, Citations: citations, Notice: bot.NoticeModelPartly, Claims: []bot.Claim{
			{Text: "Le gouverneur est venu, puis Lyon a rendu la visite.", Citations: []int{1, 3}},
			{Text: signed, Citations: []int{2}},
			{Text: "Rien ne le prouve.", Citations: []int{9}},
		}}),
		"claim that is no quote": answer(bot.Answer{Status: bot.Answered, Mode: bot.Extractive, Citations: citations[:1], Claims: []bot.Claim{
			{Text: "Le gouverneur vient à Paris.", Citations: []int{1}},
		}}),
		"related": answer(bot.Answer{Status: bot.Related, Mode: bot.Extractive, Claims: quotes[:1], Citations: citations[:1], Nearest: all[:2], Places: []string{"Irkoutsk", "Lyon"},
			Unknown: []string{"Quimper"}, Notice: bot.NoticeWithoutMeaning}),
		"refused":                        answer(bot.Answer{Status: bot.Refused, Nearest: all, Unknown: []string{"Zorglub", "Bulg\x07roz"}}),
		"refused beside quotation marks": answer(bot.Answer{Status: bot.Refused, Nearest: []*retrieval.Document{quoting}}),
		"refused by nothing":             answer(bot.Answer{Status: bot.Refused}),
		"dossier": {Dossier: &bot.Dossier{Asked: "irkoutsk", Place: "Irkoutsk", Citations: citations, Delegations: []retrieval.Delegation{
			{Title: "Le retour", Date: article.Date, From: []string{"Lyon"}, To: []string{"Irkoutsk"}, Visited: []retrieval.Fact{called("Irkoutsk", "Иркутск", citations[2])}},
			{Title: "Une visite à Lyon", Date: digest.Date, From: []string{"Irkoutsk"}, To: []string{"Paris", "Lyon"},
				Head:   []retrieval.Fact{fact("le gouverneur", citations[0])},
				Signed: []retrieval.Fact{fact("un accord", citations[1]), {Text: "sans preuve", Document: "visite"}},
			},
			{Title: "À venir", Date: article.Date, From: []string{"Lyon"}, To: []string{"Irkoutsk"}, Announced: true,
				Planned: []retrieval.Fact{fact("Trois entreprises suivent.", citations[1])}, Followed: []retrieval.Fact{fact("Il signe un accord.", citations[1])}},
			{Title: "Rien d’autre", Date: article.Date, Told: []retrieval.Fact{fact("Lyon rend la visite.", citations[2])}},
			{Title: "Sans date", Members: []retrieval.Fact{fact("le gouverneur", citations[0])}},
		}}},
		"dossier of one":                   {Dossier: &bot.Dossier{Place: "Lyon", Citations: citations[:1], Delegations: []retrieval.Delegation{{Date: digest.Date, Head: []retrieval.Fact{fact("le gouverneur", citations[0])}}}}},
		"dossier without journeys":         {Dossier: &bot.Dossier{Asked: "brest", Place: "Brest", Mentioned: true, Instead: []string{"Lyon"}}},
		"unknown place":                    {Dossier: &bot.Dossier{Asked: "Irkx\u202ek", Nearest: []string{"Irkoutsk", "Omsk"}, Instead: []string{"Irkoutsk"}}},
		"unknown place in quotation marks": {Dossier: &bot.Dossier{Asked: "« Là »", Instead: []string{"Lyon", "Irkoutsk"}}},
		"nowhere":                          {Dossier: &bot.Dossier{Asked: "???"}},
		"sources": {Sources: &bot.Sources{Total: 322, First: digest.Date, Last: article.Date, Publishers: []bot.Publisher{
			{Name: "Le Courrier", Documents: 300}, {Name: "La Gazette", Documents: 21}, {Name: "", Documents: 1},
		}}},
		"sources of many publishers": {Sources: &bot.Sources{Total: 20, Publishers: slices.Repeat([]bot.Publisher{{Name: "Le Courrier", Documents: 1}}, 15)}},
		"sources about":              {Sources: &bot.Sources{About: "lyon", Total: 322, Documents: all}},
		"sources about nothing":      {Sources: &bot.Sources{About: "mars\x00", Total: 322}},
		"help": {Help: &bot.Help{Places: []string{"Lyon", "Irkoutsk", "Иркутск"}, Commands: []bot.Command{
			{Name: "ask", Options: []bot.Option{{Name: "question", Required: true}}},
			{Name: "sources", Options: []bot.Option{{Name: "about"}}},
		}}},
		"help without places": {Help: &bot.Help{}},
		"nothing":             {},
	}
}
