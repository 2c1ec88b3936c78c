package local

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"passerelle/retrieval"
)

// TestManifestOfOtherCounts: what a manifest says of documents is not believed, though its checksum is right.
func TestManifestOfOtherCounts(t *testing.T) {
	dir := t.TempDir()
	documents := []*retrieval.Document{
		{ID: "a", Text: "Une phrase. Une autre."}, {ID: "b", Text: "Une phrase d’ailleurs. Une autre encore."},
	}
	build := func() (*Searcher, string) {
		s, err := Open(t.Context(), Options{Dir: dir, Name: "x", Documents: documents})
		if err != nil {
			t.Fatal(err)
		}
		return s, s.current.segments[0].path
	}
	for name, change := range map[string]func(all []memberDocument){
		"sentences moved":      func(all []memberDocument) { all[0].Sentences++; all[1].Sentences-- },
		"passages below 0":     func(all []memberDocument) { all[0].Passages -= 2; all[1].Passages += 2 },
		"one document twice":   func(all []memberDocument) { all[1] = all[0] },
		"sentences past count": func(all []memberDocument) { all[0].Sentences += 1 << 40; all[1].Sentences -= 1 << 40 },
	} {
		s, path := build()
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		m, err := readManifest(path)
		if err != nil {
			t.Fatal(err)
		}
		change(m.Documents)
		data, err := m.bytes()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(path, manifestName), data, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := readManifest(path); err != nil && !errors.Is(err, errDamaged) {
			t.Errorf("%s: %v", name, err)
		}
		if s, _ = build(); s.Stats().Sentences != 4 {
			t.Errorf("%s: %d sentences after it was opened again", name, s.Stats().Sentences)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}
