package terminal_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"passerelle/bot"
	"passerelle/bot/card"
	"passerelle/bot/locale"
	"passerelle/bot/terminal"
	"passerelle/retrieval"
)

var update = flag.Bool("update", false, "write the goldens anew")

func texts(t testing.TB) *locale.Texts {
	t.Helper()
	texts, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

func answered() card.Card {
	return card.Card{
		Language: "fr", Title: "Ce que disent les articles",
		Sections: []card.Section{{Items: []card.Item{
			{Text: "La délégation, conduite par\nSergueï Levtchenko, est venue à Lyon\u00a0; elle a vu la ville.", Quote: true, Citations: []int{1}, Date: "26–29 novembre 2018"},
			{Text: "Левченко был губернатором Иркутской области.", Quote: true, Citations: []int{1, 2}},
		}}, {Heading: "Membres", Items: []card.Item{{Text: "Sergueï Levtchenko, gouverneur", Citations: []int{2}}}}},
		Sources: []card.Source{
			{N: 1, Label: "résumé de « Une délégation »", Document: "une-delegation", Publisher: "CCI France Russie", Date: "novembre 2018", URL: "https://example.org/une/adresse/qui/ne/se/coupe/pas/meme/longue"},
			{N: 2, Label: "Иркутск", Document: "irkutsk", Quote: "Левченко был губернатором."},
			{N: 3, Label: "résumé de « Une délégation »", Document: "une-delegation"},
			{N: 4, Label: "Иркутск", Document: "irkutsk", Quote: "Он приехал в Лион."},
		},
		Notices:     []string{"Le modèle de langue n’a pas répondu à temps."},
		Suggestions: []string{"Qui dirigeait la délégation ?"},
	}
}

func TestCardGoldens(t *testing.T) {
	path := filepath.Join("testdata", "card.txtar")
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i, file := range archive.Files {
		options := map[string]terminal.Options{"pipe": {}, "narrow": {Width: 40}, "wide": {Width: 400}}[file.Name]
		var b strings.Builder
		if err := terminal.New(&b, texts(t), options).Card(answered()); err != nil {
			t.Fatal(err)
		}
		if *update {
			archive.Files[i].Data = []byte(b.String())
			continue
		}
		if diff := cmp.Diff(string(file.Data), b.String()); diff != "" {
			t.Errorf("%s (-golden +now):\n%s", file.Name, diff)
		}
	}
	if *update {
		if err := os.WriteFile(path, txtar.Format(archive), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWidthHolds(t *testing.T) {
	for _, width := range []int{20, 33, 60, 100} {
		var b strings.Builder
		if err := terminal.New(&b, texts(t), terminal.Options{Width: width, Color: true}).Card(answered()); err != nil {
			t.Fatal(err)
		}
		for line := range strings.SplitSeq(b.String(), "\n") {
			if w := ansi.StringWidth(line); w > width && strings.Contains(strings.TrimSpace(ansi.Strip(line)), " ") {
				t.Errorf("width %d: a line of %d columns that could be broken: %q", width, w, line)
			}
		}
	}
}

func TestColours(t *testing.T) {
	var coloured, bare strings.Builder
	if err := terminal.New(&coloured, texts(t), terminal.Options{Color: true}).Card(answered()); err != nil {
		t.Fatal(err)
	}
	if err := terminal.New(&bare, texts(t), terminal.Options{}).Card(answered()); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(coloured.String(), "\x1b[") || strings.Contains(bare.String(), "\x1b") {
		t.Errorf("with colours %q\nwithout %q", coloured.String(), bare.String())
	}
	if ansi.Strip(coloured.String()) != bare.String() {
		t.Error("colours change the words")
	}
}

const hostile = "a\x1b[31mred\x1b]0;title\x07\x9b2J\u009b2J\u202egnirts\x00\x7f\xff\r\nb"

func TestNothingDrivesTheTerminal(t *testing.T) {
	d := &retrieval.Document{ID: hostile, Title: hostile, Source: hostile, URL: hostile, Date: retrieval.Date{Text: hostile}, Text: hostile, Places: []string{hostile}}
	p := retrieval.Passage{ID: hostile, Text: hostile}
	answer := bot.Answer{Status: bot.Answered, Language: "fr", Claims: []bot.Claim{{Text: hostile, Citations: []int{1}}},
		Citations: []bot.Citation{{N: 1, Document: d, Passage: hostile, Span: retrieval.Span{Start: 0, End: len(hostile)}}}}
	for name, write := range map[string]func(io.Writer) error{
		"card": func(w io.Writer) error {
			return terminal.New(w, texts(t), terminal.Options{}).Card(card.Card{
				Title: hostile, Lead: hostile, Notices: []string{hostile}, Suggestions: []string{hostile},
				Sections: []card.Section{{Heading: hostile, Items: []card.Item{{Text: hostile, Date: hostile}, {Text: hostile, Quote: true}}}},
				Sources:  []card.Source{{Label: hostile, Publisher: hostile, Date: hostile, URL: hostile, Quote: hostile}},
			})
		},
		"document": func(w io.Writer) error { return terminal.New(w, texts(t), terminal.Options{}).Document(d, "fr") },
		"documents": func(w io.Writer) error {
			return terminal.New(w, texts(t), terminal.Options{}).Documents([]*retrieval.Document{d}, "fr")
		},
		"hits": func(w io.Writer) error {
			return terminal.New(w, texts(t), terminal.Options{}).Hits([]retrieval.Hit{{Passage: &p, Document: d}}, "fr")
		},
		"answer as JSON":   func(w io.Writer) error { return terminal.NewEncoder(w).Answer(answer) },
		"document as JSON": func(w io.Writer) error { return terminal.NewEncoder(w).Document(d) },
		"error": func(w io.Writer) error {
			return terminal.New(w, texts(t), terminal.Options{}).Line(terminal.Message(texts(t), "fr", errors.New(hostile)))
		},
	} {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			if err := write(&b); err != nil {
				t.Fatal(err)
			}
			for _, r := range b.String() {
				if r != '\n' && (unicode.IsControl(r) || !strings.HasSuffix(name, "JSON") && unicode.Is(unicode.Bidi_Control, r)) {
					t.Fatalf("%U reaches the terminal: %q", r, b.String())
				}
			}
			if !strings.Contains(b.String(), "red") || !utf8.ValidString(b.String()) {
				t.Errorf("the words are gone: %q", b.String())
			}
		})
	}
}

func TestJSONContract(t *testing.T) {
	date, err := retrieval.ParseDate("2018-11-26/2018-11-29")
	if err != nil {
		t.Fatal(err)
	}
	d := &retrieval.Document{ID: "d", Title: "T <&>", Source: "S", URL: "https://e.org/?a&b", Date: date, Kind: "digest", Language: "fr", Text: "Il a dit « \u0085oui\u007f »."}
	span := retrieval.Span{Start: 3, End: len(d.Text)}
	citation := bot.Citation{N: 1, Document: d, Passage: "d#1", Span: span}
	p := &retrieval.Passage{ID: "d#1", Document: "d", Start: 3, End: len(d.Text), Text: d.Text[3:]}
	const aboutDocument = `"title":"T <&>","source":"S","url":"https://e.org/?a&b","date":"2018-11-26/2018-11-29"`
	const quote = `"a dit « \u0085oui\u007f »."`
	for name, c := range map[string]struct {
		write func(*terminal.Encoder) error
		want  string
	}{
		"answer": {
			func(e *terminal.Encoder) error {
				return e.Answer(bot.Answer{Status: bot.Answered, Mode: bot.Extractive, Language: "fr", Claims: []bot.Claim{{Text: "C", Citations: []int{1}}}, Citations: []bot.Citation{citation}})
			},
			`{"status":"answered","mode":"extractive","language":"fr","notice":"","claims":[{"text":"C","citations":[1]}],"citations":[{"n":1,"document":"d","passage":"d#1",` + aboutDocument + `,"kind":"digest","quote":` + quote + `,"start":3,"end":22}]}`,
		},
		"refusal has empty lists": {
			func(e *terminal.Encoder) error {
				return e.Answer(bot.Answer{Status: bot.Refused, Mode: bot.Extractive, Language: "ru", Notice: bot.NoticeModelTimeout})
			},
			`{"status":"refused","mode":"extractive","language":"ru","notice":"model_timeout","claims":[],"citations":[]}`,
		},
		"hits": {
			func(e *terminal.Encoder) error {
				return e.Hits(4, []retrieval.Hit{{Passage: p, Document: d, Score: 1.5}, {Passage: p, Document: d, Score: .5}})
			},
			`{"question":4,"rank":1,"score":1.5,"document":"d","passage":"d#1","title":"T <&>","date":"2018-11-26/2018-11-29","start":3,"end":22,"text":` + quote + "}\n" +
				`{"question":4,"rank":2,"score":0.5,"document":"d","passage":"d#1","title":"T <&>","date":"2018-11-26/2018-11-29","start":3,"end":22,"text":` + quote + `}`,
		},
		"failure": {
			func(e *terminal.Encoder) error { return e.Failure(2, "no") },
			`{"question":2,"error":"no"}`,
		},
		"documents": {
			func(e *terminal.Encoder) error { return e.Documents([]*retrieval.Document{d}) },
			`{"id":"d",` + aboutDocument + `,"language":"fr","kind":"digest","places":[],"people":[],"organisations":[],"bytes":22}`,
		},
		"dossier": {
			func(e *terminal.Encoder) error {
				return e.Dossier(bot.Dossier{Asked: "x", Place: "X", Citations: []bot.Citation{citation}, Delegations: []retrieval.Delegation{{Title: "D", Date: date, From: []string{"X"}, Head: []retrieval.Fact{{Text: "H", Document: "d", Span: span}}}}})
			},
			`{"asked":"x","place":"X","nearest":[],"delegations":[{"title":"D","documents":[],"date":"2018-11-26/2018-11-29","from":["X"],"to":[],"head":[{"text":"H","citations":[1]}],"members":[],"visited":[],"met":[],"companies":[],"signed":[],"told":[],"planned":[],"followed":[],"announced":false}],"citations":[{"n":1,"document":"d","passage":"d#1",` + aboutDocument + `,"kind":"digest","quote":` + quote + `,"start":3,"end":22}]}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			if err := c.write(terminal.NewEncoder(&b)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want+"\n", b.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	var b strings.Builder
	if err := terminal.NewEncoder(&b).Document(d); err != nil {
		t.Fatal(err)
	}
	var shown struct{ Text string }
	if err := json.Unmarshal([]byte(b.String()), &shown); err != nil {
		t.Fatal(err)
	}
	if got := shown.Text[span.Start:span.End]; got != citation.Quote() {
		t.Errorf("text[start:end] is %q, the quote %q", got, citation.Quote())
	}
}

func TestInput(t *testing.T) {
	long := strings.Repeat("x", 70<<10)
	in := terminal.NewInput(strings.NewReader("\uFEFFun\r\n\nbad \xff\n" + long + "\nfin"))
	want := []struct {
		text string
		bad  string
	}{{text: "un"}, {text: ""}, {bad: "not UTF-8"}, {bad: "longer than"}, {text: "fin"}}
	for i, w := range want {
		text, n, err := in.Next(t.Context())
		if n != i+1 || text != w.text || (err == nil) != (w.bad == "") || err != nil && (!errors.Is(err, terminal.ErrLine) || !strings.Contains(err.Error(), w.bad)) {
			t.Errorf("line %d: %q, %d, %v, want %q %q", i+1, text, n, err, w.text, w.bad)
		}
	}
	if _, _, err := in.Next(t.Context()); !errors.Is(err, io.EOF) {
		t.Errorf("at the end: %v", err)
	}
}

func TestInputStopsWaiting(t *testing.T) {
	r, w := io.Pipe()
	defer w.Close()
	ctx, cancel := context.WithCancel(t.Context())
	in := terminal.NewInput(r)
	cancel()
	if _, _, err := in.Next(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func FuzzInput(f *testing.F) {
	f.Add([]byte("a\nb"))
	f.Add([]byte("\xff\r\n\uFEFF"))
	f.Fuzz(func(t *testing.T, content []byte) {
		in := terminal.NewInput(strings.NewReader(string(content)))
		for last := 0; ; {
			text, n, err := in.Next(t.Context())
			if errors.Is(err, io.EOF) {
				if want := strings.Count(string(content), "\n"); last != want && last != want+1 {
					t.Errorf("%d lines read of %q", last, content)
				}
				return
			}
			if n != last+1 || strings.Contains(text, "\n") || !utf8.ValidString(text) {
				t.Errorf("line %d after %d: %q", n, last, text)
			}
			last = n
		}
	})
}

func FuzzClean(f *testing.F) {
	f.Add(hostile)
	f.Fuzz(func(t *testing.T, text string) {
		for _, r := range terminal.Clean(text) {
			if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
				t.Errorf("%U in %q", r, terminal.Clean(text))
			}
		}
	})
}
