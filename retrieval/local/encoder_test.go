package local_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"passerelle/retrieval"
	"passerelle/retrieval/embeddings"
	"passerelle/retrieval/embeddings/embeddingstest"
	"passerelle/retrieval/local"
)

func service(t *testing.T, server *embeddingstest.Server, model string) *embeddings.Client {
	t.Helper()
	client, err := embeddings.New(embeddings.Config{
		BaseURL: server.URL, PassageModel: model, QueryPrefix: "query: ", PassagePrefix: "passage: ", Batch: 4, Timeout: time.Minute,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	})
	return client
}

// complete waits for the goroutine that makes vectors.
func complete(t *testing.T, s *local.Searcher) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := s.Complete(ctx); err != nil {
		t.Fatalf("no vectors in a minute: %v", err)
	}
}

func wantVectors(t *testing.T, s *local.Searcher, all bool) {
	t.Helper()
	if st := s.Stats(); st.Texts == 0 || (st.Vectors == st.Texts) != all {
		t.Errorf("%d of %d vectors, want all: %v", st.Vectors, st.Texts, all)
	}
}

func TestAnotherEncoder(t *testing.T) {
	server := embeddingstest.New(t, embeddingstest.Good)
	o := local.Options{Dir: t.TempDir(), Name: "x", Documents: few(), Encoder: service(t, server, "a"), Batch: 4}
	s := open(t, o)
	wantVectors(t, s, true)
	if r := first(t, s, "usine de voitures"); r.Documents[0].Document.ID != "usine" || r.Warning != "" {
		t.Errorf("found %s, warning %q", r.Documents[0].Document.ID, r.Warning)
	}
	requests := server.Requests()
	for _, r := range requests[:len(requests)-1] {
		for _, text := range r.Input {
			if !strings.HasPrefix(text, "passage: ") || len(r.Input) > 4 {
				t.Errorf("%d texts, %q", len(r.Input), text)
			}
		}
	}
	if last := requests[len(requests)-1]; last.Input[0] != "query: usine de voitures" {
		t.Errorf("the question was sent as %q", last.Input)
	}

	again := open(t, o)
	if n := len(server.Requests()); n != len(requests) {
		t.Errorf("opened again, %d requests more", n-len(requests))
	}
	otherOptions := o
	otherOptions.Encoder = service(t, server, "b")
	other := open(t, otherOptions)
	if n := len(server.Requests()) - len(requests); n < 2 {
		t.Errorf("another model took over the vectors of the first: %d requests", n)
	}
	prints := map[string]bool{s.Stats().Fingerprint: true, other.Stats().Fingerprint: true, open(t, local.Options{Documents: few()}).Stats().Fingerprint: true}
	if len(prints) != 3 || again.Stats().Fingerprint != s.Stats().Fingerprint {
		t.Errorf("three encoders have %d fingerprints", len(prints))
	}
}

// Away when the index is built: words answer and say so. Back again: the first question that the service hears has the
// rest made.
func TestServiceComesBack(t *testing.T) {
	server := embeddingstest.New(t, embeddingstest.Status(http.StatusServiceUnavailable))
	dir := t.TempDir()
	o := local.Options{Dir: dir, Name: "x", Documents: few(), Encoder: service(t, server, "a")}
	s := open(t, o)
	wantVectors(t, s, false)
	for question, want := range map[string]string{"usine de voitures": "usine", "Qui enseigne le fromage ?": "fromage", "chœur à Nantes": "choeur"} {
		r := first(t, s, question)
		if r.Warning != retrieval.WithoutMeaning || r.Documents[0].Document.ID != want || r.Signals.Answerable < 0 {
			t.Errorf("%q: found %s, answerable %.1f, warning %q", question, r.Documents[0].Document.ID, r.Signals.Answerable, r.Warning)
		}
	}
	server.Become(embeddingstest.Good)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for s.Stats().Vectors < s.Stats().Texts && ctx.Err() == nil {
		first(t, s, "usine de voitures")
	}
	complete(t, s)
	wantVectors(t, s, true)
	if r := first(t, s, "usine de voitures"); r.Warning != "" {
		t.Errorf("warning %q with the service back", r.Warning)
	}

	// Away at question time: the same, and nothing is lost.
	server.Become(embeddingstest.Reset)
	if r := first(t, s, "usine de voitures"); r.Warning != retrieval.WithoutMeaning || r.Documents[0].Document.ID != "usine" {
		t.Errorf("found %s, warning %q", r.Documents[0].Document.ID, r.Warning)
	}
	wantVectors(t, open(t, o), true)
}

func TestWaitFailsWithoutService(t *testing.T) {
	server := embeddingstest.New(t, embeddingstest.Status(http.StatusUnauthorized))
	s, err := local.Open(t.Context(), local.Options{Name: "x", Documents: few(), Encoder: service(t, server, "a"), Wait: true})
	if err == nil {
		_ = s.Close()
		t.Fatal("opens without vectors")
	}
	if !strings.Contains(err.Error(), "embeddings.key_file") {
		t.Errorf("error %v does not say what to do", err)
	}
}

// Another model under the same name: its vectors are never compared with those before.
func TestDimensionChanges(t *testing.T) {
	server := embeddingstest.New(t, embeddingstest.Good)
	o := local.Options{Dir: t.TempDir(), Name: "x", Documents: few(), Encoder: service(t, server, "a")}
	open(t, o)
	server.Become(embeddingstest.Edited(func(items []embeddingstest.Item) []embeddingstest.Item {
		for i := range items {
			items[i].Numbers = items[i].Numbers[1:]
		}
		return items
	}))
	o.Encoder = service(t, server, "a")
	if r := first(t, open(t, o), "usine de voitures"); r.Warning != retrieval.WithoutMeaning {
		t.Errorf("warning %q", r.Warning)
	}
	o.Documents = append(few(), document("neuf", "", "Un document ajouté."))
	o.Wait = true
	if s, err := local.Open(t.Context(), o); err == nil || !strings.Contains(err.Error(), "name the model otherwise") {
		t.Errorf("error %v", err)
		if err == nil {
			_ = s.Close()
		}
	}
}

// TestBatchesOfAnyForm gives the searcher encoders that break their promise.
func TestBadEncoders(t *testing.T) {
	for name, e := range map[string]local.Encoder{
		"no name":     faulty{name: ""},
		"a long name": faulty{name: strings.Repeat("x", 5000)},
		"too few":     faulty{name: "x", passages: [][]float32{{1}}},
		"empty":       faulty{name: "x", passages: make([][]float32, 64)},
	} {
		s, err := local.Open(t.Context(), local.Options{Name: "x", Documents: few(), Encoder: e, Wait: true})
		if err == nil {
			t.Errorf("%s: opens", name)
			_ = s.Close()
		}
	}
}

type faulty struct {
	name     string
	passages [][]float32
}

func (f faulty) Name() string                                     { return f.name }
func (f faulty) Query(context.Context, string) ([]float32, error) { return nil, nil }
func (f faulty) Passages(_ context.Context, texts []string) ([][]float32, error) {
	return f.passages[:min(len(f.passages), len(texts))], permanent{}
}

type permanent struct{}

func (permanent) Error() string   { return "broken" }
func (permanent) Temporary() bool { return false }

// many are documents of more texts than an opener waits for.
func many() []*retrieval.Document {
	var out []*retrieval.Document
	for i := range 700 {
		out = append(out, document(fmt.Sprintf("d%03d", i), fmt.Sprintf("Titre %d", i), fmt.Sprintf("La fabrique numéro %d est à Perm. Elle a %d ouvriers.", i, i+7)))
	}
	return append(out, few()...)
}

// held is an encoder that waits to be let on before each batch.
type held struct {
	local.Encoder
	next chan struct{}
	made atomic.Int64
}

func (h *held) Passages(ctx context.Context, texts []string) ([][]float32, error) {
	select {
	case <-h.next:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	h.made.Add(int64(len(texts)))
	return h.Encoder.Passages(ctx, texts)
}

// Words are searchable at once; vectors follow, are used as they come, and those made when the searcher is closed are not
// made again.
func TestVectorsFollow(t *testing.T) {
	server := embeddingstest.New(t, embeddingstest.Good)
	h := &held{Encoder: service(t, server, "a"), next: make(chan struct{})}
	o := local.Options{Dir: t.TempDir(), Name: "x", Documents: many(), Encoder: h, Batch: 500}
	s, err := local.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	texts := s.Stats().Texts
	if texts <= 2000 || s.Stats().Vectors != 0 {
		t.Fatalf("%d of %d vectors at once", s.Stats().Vectors, texts)
	}
	if r := first(t, s, "usine de voitures à Kalouga"); r.Warning != retrieval.WithoutMeaning || r.Documents[0].Document.ID != "usine" {
		t.Errorf("found %s, warning %q", r.Documents[0].Document.ID, r.Warning)
	}
	h.next <- struct{}{}
	h.next <- struct{}{} // taken when the first batch is in its place
	if r := first(t, s, "usine de voitures à Kalouga"); r.Warning != retrieval.PartialMeaning || r.Documents[0].Document.ID != "usine" {
		t.Errorf("found %s, warning %q", r.Documents[0].Document.ID, r.Warning)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	complete(t, s)

	idle := o
	idle.Idle = true
	half := open(t, idle)
	saved := half.Stats().Vectors
	if saved < 500 || saved >= texts {
		t.Errorf("%d vectors are saved", saved)
	}
	complete(t, half)
	wantVectors(t, half, false)

	close(h.next)
	h.made.Store(0)
	o.Wait = true
	wantVectors(t, open(t, o), true)
	if int(h.made.Load()) != texts-saved {
		t.Errorf("%d vectors made, %d of %d were saved", h.made.Load(), saved, texts)
	}
}

// A second process waits for the first one's vectors instead of making its own.
func TestVectorsAreMadeOnce(t *testing.T) {
	server := embeddingstest.New(t, embeddingstest.Good)
	h := &held{Encoder: service(t, server, "a"), next: make(chan struct{})}
	o := local.Options{Dir: t.TempDir(), Name: "x", Documents: many(), Encoder: h, Batch: 500}
	one, two := open(t, o), open(t, o)
	close(h.next)
	complete(t, one)
	complete(t, two)
	wantVectors(t, one, true)
	wantVectors(t, two, true)
	if n := int(h.made.Load()); n != one.Stats().Texts {
		t.Errorf("%d vectors made for %d texts", n, one.Stats().Texts)
	}
}

// Added documents cost their own vectors alone.
func TestAddedDocuments(t *testing.T) {
	server := embeddingstest.New(t, embeddingstest.Good)
	h := &held{Encoder: service(t, server, "a"), next: make(chan struct{})}
	close(h.next)
	o := local.Options{Dir: t.TempDir(), Name: "x", Documents: few(), Encoder: h}
	before := open(t, o).Stats().Texts
	h.made.Store(0)
	o.Documents = append(few(), document("neuf", "Un four à pain", "Un boulanger de Lille a bâti un four à Omsk. Le pain est bon."))
	if after := open(t, o).Stats().Texts; int(h.made.Load()) != after-before {
		t.Errorf("%d vectors made for %d new texts", h.made.Load(), after-before)
	}
}

// A damaged file of vectors costs the vectors and a line, and not the index.
func TestDamagedVectorsAreMadeAgain(t *testing.T) {
	o := local.Options{Dir: t.TempDir(), Name: "x", Documents: few()}
	open(t, o)
	path := segment(t, o.Dir, o.Name)
	words, err := os.Stat(filepath.Join(path, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(path, "vectors.bin"), []byte("passerelle"), 0o644); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	o.Progress = &said
	wantVectors(t, open(t, o), true)
	after, err := os.Stat(filepath.Join(path, "manifest.json"))
	if err != nil || !after.ModTime().Equal(words.ModTime()) {
		t.Errorf("the words were built again, %v", err)
	}
	if strings.Count(said.String(), "\n") != 1 || !strings.Contains(said.String(), "vectors") {
		t.Errorf("said %q", said.String())
	}
}
