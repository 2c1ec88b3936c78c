package ingest_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"passerelle/retrieval/ingest"
)

func TestStamp(t *testing.T) {
	day := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	folder := func(change func(fstest.MapFS)) fstest.MapFS {
		files := fstest.MapFS{
			"a.md": {Data: []byte("un"), ModTime: day}, "sub/b.txt": {Data: []byte("deux"), ModTime: day},
			"c.pdf": {Data: []byte("trois"), ModTime: day}, ".git/d.md": {Data: []byte("quatre"), ModTime: day},
		}
		change(files)
		return files
	}
	stamp := func(change func(fstest.MapFS)) [32]byte {
		s, err := ingest.Stamp(folder(change))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	before := stamp(func(fstest.MapFS) {})
	for name, c := range map[string]struct {
		change func(fstest.MapFS)
		same   bool
	}{
		"nothing":               {change: func(fstest.MapFS) {}, same: true},
		"a file that is passed": {change: func(f fstest.MapFS) { f["c.pdf"].Data = nil }, same: true},
		"a hidden folder":       {change: func(f fstest.MapFS) { f[".git/d.md"].Data = nil }, same: true},
		"another size":          {change: func(f fstest.MapFS) { f["a.md"].Data = []byte("une") }},
		"another time":          {change: func(f fstest.MapFS) { f["a.md"].ModTime = day.Add(time.Millisecond) }},
		"a new file":            {change: func(f fstest.MapFS) { f["sub/e.md"] = &fstest.MapFile{ModTime: day} }},
		"a removed file":        {change: func(f fstest.MapFS) { delete(f, "sub/b.txt") }},
		"another name":          {change: func(f fstest.MapFS) { f["sub/c.txt"] = f["sub/b.txt"]; delete(f, "sub/b.txt") }},
	} {
		if (stamp(c.change) == before) != c.same {
			t.Errorf("%s: want the same stamp: %v", name, c.same)
		}
	}
	if _, err := ingest.Stamp(gone{}); err == nil {
		t.Error("a folder that is gone has a stamp")
	}
}

// gone is a folder that was removed.
type gone struct{}

func (gone) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// TestStampOfLinks: a folder whose files are links, as Kubernetes mounts them, has another stamp when these lead elsewhere.
func TestStampOfLinks(t *testing.T) {
	dir := t.TempDir()
	for version, text := range map[string]string{"..1": "un texte", "..2": "un autre texte"} {
		if err := os.Mkdir(filepath.Join(dir, version), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, version, "a.md"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	link := func(from, to string) {
		if err := os.Symlink(from, filepath.Join(dir, to)); err != nil {
			t.Skipf("no links here: %v", err)
		}
	}
	link("..1", "..data")
	link(filepath.Join("..data", "a.md"), "a.md")
	before, err := ingest.Stamp(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "..data")); err != nil {
		t.Fatal(err)
	}
	link("..2", "..data")
	after, err := ingest.Stamp(os.DirFS(dir))
	if err != nil || after == before {
		t.Errorf("the same stamp, %v", err)
	}
}
