package local_test

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"passerelle/retrieval"
	"passerelle/retrieval/ingest"
	"passerelle/retrieval/local"
	"passerelle/seeds"
)

func document(id, title, text string) *retrieval.Document {
	return &retrieval.Document{ID: id, Title: title, Text: text, Kind: retrieval.KindText}
}

func few() []*retrieval.Document {
	return []*retrieval.Document{
		document("usine", "Une usine à Kalouga", "Un constructeur français a ouvert une usine de voitures à Kalouga en 2010. Elle emploie trois mille personnes."),
		document("choeur", "Un chœur à Nantes", "Le chœur d’enfants de Saratov a chanté à Nantes pendant une semaine. Le public était nombreux."),
		document("fromage", "Du fromage en Oural", "Une fromagère savoyarde enseigne son métier près de Perm. Dix élèves suivent ses cours."),
	}
}

func open(t testing.TB, o local.Options) *local.Searcher {
	t.Helper()
	if o.Name == "" {
		o.Name = "test"
	}
	s, err := local.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// segment is the folder of the only segment of an index of this name.
func segment(t *testing.T, dir, name string) string {
	t.Helper()
	all := segments(t, dir, name)
	if len(all) != 1 {
		t.Fatalf("%d segments: %q", len(all), all)
	}
	return all[0]
}

func segments(t *testing.T, dir, name string) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, name+"-*"))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func first(t *testing.T, s *local.Searcher, question string) retrieval.Result {
	t.Helper()
	r, err := s.Search(t.Context(), retrieval.Query{Text: question})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Hits) == 0 || len(r.Sentences) == 0 || len(r.Documents) == 0 {
		t.Fatalf("%q finds nothing", question)
	}
	return r
}

func TestThreeLanguagesFindOneDocument(t *testing.T) {
	s := open(t, local.Options{Documents: few()})
	for question, want := range map[string]string{
		"Où a-t-on ouvert une usine de voitures ?": "usine", "Где открыли автомобильный завод?": "usine", "car plant kaluga": "usine", "калужский завод": "usine",
		"Qui a chanté à Nantes ?": "choeur", "хор из Саратова": "choeur", "Saratov children's choir": "choeur",
		"fromage oural": "fromage", "Сколько учеников учится делать сыр?": "fromage", "Who teaches cheese making near Perm?": "fromage",
	} {
		r := first(t, s, question)
		if got := r.Hits[0].Document.ID; got != want || r.Documents[0].Document.ID != want {
			t.Errorf("%q finds %s, want %s", question, got, want)
		}
		for _, hit := range r.Hits {
			if p := hit.Passage; hit.Document.Text[p.Start:p.End] != p.Text {
				t.Errorf("passage %s is not where it says", p.ID)
			}
		}
		if !strings.HasSuffix(strings.TrimSpace(r.Sentences[0].Text()), ".") {
			t.Errorf("%q is no sentence", r.Sentences[0].Text())
		}
	}
}

func TestLimitAndEmptyQuestion(t *testing.T) {
	s := open(t, local.Options{Documents: few()})
	r, err := s.Search(t.Context(), retrieval.Query{Text: "Kalouga", Limit: 2})
	if err != nil || len(r.Hits) > 2 || len(r.Sentences) != 2 || len(r.Documents) != 2 {
		t.Errorf("%d hits, %d sentences, %d documents, %v", len(r.Hits), len(r.Sentences), len(r.Documents), err)
	}
	for _, text := range []string{"", " \n", "?!", "\xff"} {
		if _, err := s.Search(t.Context(), retrieval.Query{Text: text}); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Search(ctx, retrieval.Query{Text: "Kalouga"}); err == nil {
		t.Error("a cancelled search succeeds")
	}
}

func TestConcurrentSearches(t *testing.T) {
	s := open(t, local.Options{Documents: few()})
	want := first(t, s, "usine de voitures").Sentences
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			r, err := s.Search(t.Context(), retrieval.Query{Text: "usine de voitures"})
			if err != nil || !slices.Equal(r.Sentences, want) {
				t.Errorf("another answer beside others: %v", err)
			}
		})
	}
	wg.Wait()
}

func TestRebuiltOnlyWhenNeeded(t *testing.T) {
	dir := t.TempDir()
	build := func(documents []*retrieval.Document) string {
		var said bytes.Buffer
		s, err := local.Open(t.Context(), local.Options{Dir: dir, Name: "x", Documents: documents, Progress: &said})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		return said.String()
	}
	documents := few()
	if said := build(documents); !strings.HasPrefix(said, "indexed 3 documents") {
		t.Errorf("first: %q", said)
	}
	slices.Reverse(documents)
	if said := build(documents); said != "" {
		t.Errorf("the same documents in another order: %q", said)
	}
	documents[0].Title += "!"
	if said := build(documents); !strings.HasPrefix(said, "indexed") {
		t.Errorf("after a change: %q", said)
	}
	segment(t, dir, "x")
}

// TestDamagedIndexIsRebuilt cuts, changes and removes each file of an index in turn.
func TestDamagedIndexIsRebuilt(t *testing.T) {
	dir := t.TempDir()
	o := local.Options{Dir: dir, Name: "x", Documents: few()}
	open(t, o)
	path := segment(t, dir, "x")
	var files []string
	err := filepath.WalkDir(path, func(file string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, file)
		}
		return err
	})
	if err != nil || len(files) < 4 {
		t.Fatalf("files %q, %v", files, err)
	}
	for _, file := range files {
		for name, damage := range map[string]func(data []byte) error{
			"cut":     func(data []byte) error { return os.WriteFile(file, data[:len(data)/2], 0o644) },
			"changed": func(data []byte) error { data[len(data)/3] ^= 0x20; return os.WriteFile(file, data, 0o644) },
			"gone":    func([]byte) error { return os.Remove(file) },
		} {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := damage(data); err != nil {
				t.Fatal(err)
			}
			var said bytes.Buffer
			o.Progress = &said
			s, err := local.Open(t.Context(), o)
			if err != nil {
				t.Fatalf("%s %s: %v", file, name, err)
			}
			first(t, s, "Kalouga")
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			if strings.Count(said.String(), "warning: ") != 1 {
				t.Errorf("%s %s: said %q", file, name, said.String())
			}
		}
	}
}

// TestProcessesBuildOnce lets several openers race for one directory; each has its own lock, as processes have.
func TestProcessesBuildOnce(t *testing.T) {
	dir := t.TempDir()
	var mu sync.Mutex
	var said bytes.Buffer
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			var own bytes.Buffer
			s, err := local.Open(t.Context(), local.Options{Dir: dir, Name: "x", Documents: few(), Progress: &own})
			if err != nil {
				t.Error(err)
				return
			}
			if _, err := s.Search(t.Context(), retrieval.Query{Text: "Kalouga"}); err != nil {
				t.Error(err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			said.Write(own.Bytes())
		})
	}
	wg.Wait()
	if n := strings.Count(said.String(), "indexed"); n != 1 {
		t.Errorf("built %d times: %s", n, said.String())
	}
}

func TestOpenErrors(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]local.Options{
		"no documents":        {Name: "x"},
		"no name":             {Documents: few()},
		"a name with slash":   {Documents: few(), Name: "../x"},
		"two equal ids":       {Documents: append(few(), document("usine", "", "Autre.")), Name: "x"},
		"directory is a file": {Documents: few(), Name: "x", Dir: file},
	} {
		if s, err := local.Open(t.Context(), o); err == nil {
			t.Errorf("%s: opens", name)
			_ = s.Close()
		}
	}
}

func TestTemporaryDirectoryIsRemoved(t *testing.T) {
	s, err := local.Open(t.Context(), local.Options{Name: "x", Documents: few()})
	if err != nil {
		t.Fatal(err)
	}
	path := s.Stats().Path
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("%s is left: %v", path, err)
	}
}

// TestSeedsVectors holds the committed vectors against the digests: none missing, none left over, a sample the same when
// encoded again. `go generate ./seeds` mends it.
func TestSeedsVectors(t *testing.T) {
	documents, err := ingest.Load(seeds.Files())
	if err != nil {
		t.Fatal(err)
	}
	again, err := local.Encode(t.Context(), documents, seeds.Vectors())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(again, seeds.Vectors()) {
		t.Error("seeds/vectors.bin is not of these digests")
	}
	sample := documents[len(documents)/2 : len(documents)/2+1]
	fresh, err := local.Encode(t.Context(), sample, nil)
	if err != nil {
		t.Fatal(err)
	}
	known, err := local.Encode(t.Context(), sample, seeds.Vectors())
	if err != nil {
		t.Fatal(err)
	}
	if different := differing(fresh, known); different > len(fresh)/100 {
		t.Errorf("encoded again, %d of %d bytes of the vectors differ", different, len(fresh))
	}
}

// differing counts bytes; portable kernels round a few components otherwise.
func differing(a, b []byte) (n int) {
	if len(a) != len(b) {
		return max(len(a), len(b))
	}
	for i := range a {
		if a[i] != b[i] {
			n++
		}
	}
	return n
}
