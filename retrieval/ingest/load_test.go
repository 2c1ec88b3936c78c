package ingest_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"passerelle/retrieval"
	"passerelle/retrieval/ingest"
	"passerelle/seeds"
)

func folder(files map[string]string) fstest.MapFS {
	fsys := make(fstest.MapFS)
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

func TestLoad(t *testing.T) {
	docs, err := ingest.Load(folder(map[string]string{
		"b/lyon.md": `---
id: lyon-2019
title: Lyon : l’accueil d'Irkoutsk   # a comment
source: "CCI : France"
url: https://example.org/a?b=c
date: 2019-09-19/2019-09-20
language: FR
kind: digest
places: [Lyon, Irkoutsk]
people:
  - Sergueï Levtchenko
organisations: []
---

Une phrase.
Une autre.

`,
		"a.md":            "\uFEFF--- \r\nid: a\r\ntitle: 2024\r\ndate: 2024\r\n---\r\nUn.\r\n\r\nDeux.\r\n",
		"notes/Perm.TXT":  "# Perm et Lyon\n\nUn texte.",
		"notes/long.txt":  strings.Repeat("Sans titre ", 20) + "\nSuite.",
		"notes/line.txt":  "Une seule ligne.",
		".git/broken.md":  "no front matter",
		".hidden.md":      "no front matter",
		"picture.png":     "\x00",
		"cafe\u0301.txt":  "Un texte.",
		"notes/README.rs": "fn main() {}",
	}))
	if err != nil {
		t.Fatal(err)
	}
	date := func(text string) retrieval.Date {
		d, err := retrieval.ParseDate(text)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	want := []*retrieval.Document{
		{ID: "Perm", Title: "Perm et Lyon", Kind: "text", Text: "# Perm et Lyon\n\nUn texte."},
		{ID: "a", Title: "2024", Date: date("2024"), Kind: "text", Text: "Un.\n\nDeux."},
		{ID: "café", Title: "café", Kind: "text", Text: "Un texte."},
		{ID: "line", Title: "line", Kind: "text", Text: "Une seule ligne."},
		{ID: "long", Title: "long", Kind: "text", Text: strings.Repeat("Sans titre ", 20) + "\nSuite."},
		{
			ID: "lyon-2019", Title: "Lyon : l’accueil d'Irkoutsk", Source: "CCI : France", URL: "https://example.org/a?b=c",
			Date: date("2019-09-19/2019-09-20"), Language: "fr", Kind: "digest",
			Places: []string{"Lyon", "Irkoutsk"}, People: []string{"Sergueï Levtchenko"}, Text: "Une phrase.\nUne autre.",
		},
	}
	if diff := cmp.Diff(want, docs); diff != "" {
		t.Error(diff)
	}
}

func TestLoadNamesEveryProblem(t *testing.T) {
	for name, c := range map[string]struct {
		file string
		want []string // beginnings of the lines of the error
	}{
		"no front matter":  {"Un texte.", []string{"x.md:1: does not begin with front matter"}},
		"empty file":       {"", []string{"x.md:1: does not begin with front matter"}},
		"unterminated":     {"---\nid: x\ntitle: y\n", []string{"x.md:1: front matter is not closed"}},
		"empty matter":     {"---\n---\ntexte", []string{"x.md:1: id: is missing", "x.md:1: title: is missing"}},
		"null id":          {"---\nid:\ntitle: y\n---\ntexte", []string{"x.md:2: id: is missing"}},
		"empty body":       {"---\nid: x\ntitle: y\n---\n \n", []string{"x.md:4: there is no text"}},
		"unknown field":    {"---\nid: x\ntitle: y\nauthor: z\n---\ntexte", []string{"x.md:4: author: is not a field"}},
		"capital field":    {"---\nid: x\nTitle: y\n---\ntexte", []string{"x.md:3: Title: is not a field", "x.md:1: title: is missing"}},
		"twice":            {"---\nid: x\ntitle: y\ntitle: z\n---\ntexte", []string{"x.md:4: title: front matter is not valid YAML: "}},
		"title a list":     {"---\nid: x\ntitle: [y]\n---\ntexte", []string{"x.md:3: title: must be text, is a list"}},
		"title a mapping":  {"---\nid: x\ntitle: {y: z}\n---\ntexte", []string{"x.md:3: title: must be text, is a mapping"}},
		"title two lines":  {"---\nid: x\ntitle: |\n  y\n  z\n---\ntexte", []string{"x.md:3: title: must be one line"}},
		"places a text":    {"---\nid: x\ntitle: y\nplaces: Lyon\n---\ntexte", []string{"x.md:4: places: must be a list"}},
		"place a list":     {"---\nid: x\ntitle: y\nplaces: [Lyon, [Perm]]\n---\ntexte", []string{"x.md:4: places: item 2 must be text, is a list"}},
		"place empty":      {"---\nid: x\ntitle: y\nplaces: [Lyon, \"\"]\n---\ntexte", []string{"x.md:4: places: item 2 is empty"}},
		"alias":            {"---\nid: &a x\ntitle: *a\n---\ntexte", []string{"x.md:2: id: must be text, is a YAML anchor", "x.md:3: title: must be text, is a YAML anchor"}},
		"date":             {"---\nid: x\ntitle: y\ndate: 2019-13\n---\ntexte", []string{`x.md:4: date: date "2019-13" is not`}},
		"date backwards":   {"---\nid: x\ntitle: y\ndate: 2019/2018\n---\ntexte", []string{"x.md:4: date: date \"2019/2018\" ends before"}},
		"url scheme":       {"---\nid: x\ntitle: y\nurl: javascript:alert(1)\n---\ntexte", []string{"x.md:4: url: "}},
		"url without host": {"---\nid: x\ntitle: y\nurl: https:///a\n---\ntexte", []string{"x.md:4: url: "}},
		"url relative":     {"---\nid: x\ntitle: y\nurl: example.org\n---\ntexte", []string{"x.md:4: url: "}},
		"url with secret":  {"---\nid: x\ntitle: y\nurl: https://me:secret@example.org\n---\ntexte", []string{"x.md:4: url: must not hold a user name"}},
		"kind":             {"---\nid: x\ntitle: y\nkind: novel\n---\ntexte", []string{`x.md:4: kind: "novel" is not`}},
		"language":         {"---\nid: x\ntitle: y\nlanguage: français\n---\ntexte", []string{`x.md:4: language: "français" is not`}},
		"id with a mark":   {"---\nid: 'x#1'\ntitle: y\n---\ntexte", []string{`x.md:2: id: "x#1" has a character`}},
		"invalid UTF-8":    {"---\nid: x\ntitle: y\n---\ntexte\n\xe9t\xe9", []string{"x.md:6: byte 0xE9 is not UTF-8"}},
		"NUL":              {"---\nid: x\ntitle: y\n---\r\ntexte\x00", []string{"x.md:5: has a NUL byte"}},
		"UTF-16":           {"\xff\xfe-\x00", []string{"x.md: is UTF-16"}},
		"not a mapping":    {"---\n- id\n---\ntexte", []string{"x.md:2: front matter is not a list of fields"}},
		"open quote":       {"---\nid: x\ntitle: 'y\n---\ntexte", []string{"x.md:3: title: front matter is not valid YAML: "}},
		"tab":              {"---\nid: x\n\ttitle: y\n---\ntexte", []string{"x.md:3: id: front matter is not valid YAML: "}},
		"large matter":     {"---\nid: " + strings.Repeat("x", 70_000) + "\n---\ntexte", []string{"x.md:1: front matter has 70005 bytes"}},
		"many at once": {"---\ntitle: y\nurl: x\ndate: then\nauthor: z\n---\n", []string{
			"x.md:5: author: is not a field", "x.md:1: id: is missing", "x.md:3: url: ", "x.md:4: date: ", "x.md:6: there is no text",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			checkProblems(t, map[string]string{"x.md": c.file, "sound.txt": "Un texte."}, c.want)
		})
	}
}

func TestLoadNamesEveryFile(t *testing.T) {
	checkProblems(t, map[string]string{
		"a.md":       "---\nid: same\ntitle: y\n---\ntexte",
		"b/b.md":     "---\ntitle: y\nid: same\n---\ntexte",
		"c.md":       "texte",
		"empty.txt":  " \n",
		"f#.txt":     "texte",
		"g/same.txt": "texte",
	}, []string{
		`b/b.md:3: id: "same" is already the id of a.md:2`,
		"c.md:1: does not begin",
		"empty.txt:1: there is no text",
		`f#.txt: id: "f#" has a character`,
		`g/same.txt:1: id: "same" is already the id of a.md:2`,
	})
}

func checkProblems(t *testing.T, files map[string]string, want []string) {
	t.Helper()
	docs, err := ingest.Load(folder(files))
	if err == nil || docs != nil {
		t.Fatalf("%d documents, error %v", len(docs), err)
	}
	if p, ok := errors.AsType[*ingest.Problem](err); !ok || p.File == "" {
		t.Errorf("no Problem in %#v", err)
	}
	got := strings.Split(err.Error(), "\n")
	if !slices.EqualFunc(got, want, strings.HasPrefix) {
		t.Errorf("got\n%s\nwant\n%s", err, strings.Join(want, "\n"))
	}
}

func TestLoadEmptyFolder(t *testing.T) {
	if docs, err := ingest.Load(folder(map[string]string{"a.pdf": "x"})); err == nil || !strings.Contains(err.Error(), "no .md or .txt") {
		t.Errorf("%d documents, error %v", len(docs), err)
	}
}

func TestSeedsLoad(t *testing.T) {
	docs, err := ingest.Load(seeds.Files())
	if err != nil {
		t.Fatal(err)
	}
	if len(docs) != 322 {
		t.Errorf("%d digests, not 322", len(docs))
	}
	for _, doc := range docs {
		if doc.Kind != retrieval.KindDigest || doc.Source == "" || doc.Date.IsZero() || doc.Language == "" || len(doc.Places) == 0 {
			t.Errorf("%s: kind %q, source %q, date %q, language %q, places %q", doc.ID, doc.Kind, doc.Source, doc.Date.Text, doc.Language, doc.Places)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add("---\nid: x\ntitle: a : b # c\nplaces: [Lyon, Perm]\n---\n\nUn texte. Deux.\n")
	f.Add("\uFEFF---\r\nid: 'x\r\n}\r\n---\r\n")
	f.Add("---\nid: &a [x\ntitle: <<: *a\n--- \n")
	f.Fuzz(func(t *testing.T, file string) {
		docs, err := ingest.Load(folder(map[string]string{"x.md": file}))
		if err != nil {
			for line := range strings.SplitSeq(err.Error(), "\n") {
				if !strings.HasPrefix(line, "x.md") {
					t.Fatalf("an error without its file: %q", line)
				}
			}
			return
		}
		doc := docs[0]
		if doc.ID == "" || doc.Title == "" || doc.Text == "" || strings.ContainsAny(doc.Text, "\r\x00") {
			t.Fatalf("a document without what it must have, or with what it may not: %+v", doc)
		}
		checkSpans(t, doc.Text, ingest.Sentences(doc.Text))
		checkPassages(t, doc)
	})
}
