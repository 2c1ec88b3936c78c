package main

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"passerelle/cmd/passerelle/internal/config"
	"passerelle/retrieval"
)

// followed is a folder of documents with a follower that nothing but the test has look at it.
type followed struct {
	*follower
	*testing.T
	said     bytes.Buffer
	warmings int
}

func follow(t *testing.T) *followed {
	t.Helper()
	c := config.Default()
	c.Data, c.Corpus = t.TempDir(), t.TempDir()
	if err := os.CopyFS(c.Corpus, os.DirFS(filepath.Join("testdata", "corpus"))); err != nil {
		t.Fatal(err)
	}
	p, err := openParts(t.Context(), c, true, t.Output(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	f := &followed{T: t}
	f.follower = &follower{settings: c, searcher: p.searcher, changed: func() { f.warmings++ }, log: slog.New(slog.NewTextHandler(&f.said, nil))}
	return f
}

func (f *followed) write(name, text string) {
	f.Helper()
	if err := os.WriteFile(filepath.Join(f.settings.Corpus, name), []byte(text), 0o600); err != nil {
		f.Fatal(err)
	}
}

func (f *followed) find(question string) string {
	f.Helper()
	r, err := f.searcher.Search(f.Context(), retrieval.Query{Text: question, Language: "fr"})
	if err != nil || len(r.Hits) == 0 {
		f.Fatalf("%q finds nothing, %v", question, err)
	}
	return r.Hits[0].Document.ID
}

func TestFollow(t *testing.T) {
	f := follow(t)
	looks := func(n int) {
		for range n {
			f.look(t.Context())
		}
	}
	looks(3)
	if f.warmings != 0 || f.said.Len() > 0 {
		t.Fatalf("with nothing changed: %q", f.said.String())
	}

	f.write("pain.txt", "Du pain à Omsk\n\nUn boulanger de Lille a bâti un four à Omsk.")
	looks(1)
	f.write("pain.txt", "Du pain à Omsk\n\nUn boulanger de Lille a bâti un grand four à Omsk.")
	looks(1)
	if f.warmings != 0 {
		t.Error("a file is read while it is written")
	}
	looks(1)
	if f.warmings != 1 || f.find("four du boulanger à Omsk") != "pain" || !strings.Contains(f.said.String(), "added=1 replaced=0 removed=0") {
		t.Errorf("a new file is not followed: %d, %s", f.warmings, f.said.String())
	}
	looks(2)
	if f.warmings != 1 {
		t.Error("one change is followed twice")
	}

	f.said.Reset()
	f.write("casse.md", "---\ntitle: sans fin\n")
	looks(4)
	if f.warmings != 1 || strings.Count(f.said.String(), "level=ERROR") != 1 || !strings.Contains(f.said.String(), "casse.md") {
		t.Errorf("a broken file: %s", f.said.String())
	}
	if f.find("four du boulanger à Omsk") != "pain" {
		t.Error("a broken file costs others")
	}
	if err := os.Remove(filepath.Join(f.settings.Corpus, "casse.md")); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(f.settings.Corpus, "pain.txt")); err != nil {
		t.Fatal(err)
	}
	looks(2)
	if _, ok := f.searcher.Document("pain"); ok || f.warmings != 2 {
		t.Error("a removed file is still found")
	}

	f.said.Reset()
	if err := os.RemoveAll(f.settings.Corpus); err != nil {
		t.Fatal(err)
	}
	looks(3)
	if strings.Count(f.said.String(), "level=ERROR") != 1 || len(f.searcher.Documents()) == 0 {
		t.Errorf("a folder that is gone: %s", f.said.String())
	}
}
