package ingest_test

import (
	"io/fs"
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
