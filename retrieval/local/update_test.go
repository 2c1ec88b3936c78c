package local_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"passerelle/retrieval"
	"passerelle/retrieval/bleveindex"
	"passerelle/retrieval/local"
)

// TestUpdateIsAsMadeAnew: after any additions, replacements and removals each question has the very result that an index has
// which was made of the documents that there are now; and the index that lies on the disk then is theirs.
func TestUpdateIsAsMadeAnew(t *testing.T) {
	for seed := range uint64(2) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 8))
			source := newZipf(40 + seed).documents(360)
			var said bytes.Buffer
			o := local.Options{Dir: t.TempDir(), Name: "x", Documents: source[:20], Encoder: madeUp{}, Batch: 256, Progress: &said}
			s := open(t, o)
			most := 0
			for step := range 6 {
				now := somewhatChanged(r, s.Documents(), source)
				change, err := s.Update(t.Context(), now)
				if err != nil {
					t.Fatal(err)
				}
				if got := s.Stats().Documents; got != len(now) || change.IsZero() {
					t.Fatalf("step %d: %d documents, want %d; changed %+v", step, got, len(now), change)
				}
				most = max(most, s.Stats().Segments)
				complete(t, s)
				compareSearchers(t, r, s, open(t, local.Options{Name: "new", Documents: now, Encoder: madeUp{}, Batch: 256, Wait: true}))
			}
			if most < 2 {
				t.Error("never was there more than one segment")
			}
			o.Documents = s.Documents()
			said.Reset()
			again := open(t, o)
			compareSearchers(t, r, s, again)
			if said.Len() > 0 || again.Stats().Fingerprint != s.Stats().Fingerprint {
				t.Errorf("opened again it was made anew: %q", said.String())
			}
			if st := s.Stats(); len(segments(t, o.Dir, o.Name)) != st.Segments {
				t.Errorf("%d segments, on the disk %q", st.Segments, segments(t, o.Dir, o.Name))
			}
		})
	}
}

// somewhatChanged replaces a few documents, removes some, and adds some of the source, in a new order.
func somewhatChanged(r *rand.Rand, now, source []*retrieval.Document) []*retrieval.Document {
	out := slices.Clone(now)
	for range 1 + r.IntN(3) {
		i := r.IntN(len(out))
		changed := *out[i]
		changed.Text += " " + source[r.IntN(len(source))].Title + " est ajouté."
		out[i] = &changed
	}
	for range r.IntN(6) {
		if len(out) > 5 {
			out = slices.Delete(out, 0, 1)
			out = append(out[1:], out[0])
		}
	}
	for range 1 + r.IntN(12) {
		d := source[r.IntN(len(source))]
		if !slices.ContainsFunc(out, func(o *retrieval.Document) bool { return o.ID == d.ID }) {
			out = append(out, d)
		}
	}
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// compareSearchers asks both some questions, with all sentences rated and with a shortlist.
func compareSearchers(t *testing.T, r *rand.Rand, got, want *local.Searcher) {
	t.Helper()
	if !reflect.DeepEqual(got.Documents(), want.Documents()) {
		t.Fatal("they have other documents")
	}
	for i, question := range newZipf(r.Uint64()).questions(4) {
		long, short := 0, 0
		if i%2 == 1 {
			long, short = 30, 10
		}
		for _, one := range []*local.Searcher{got, want} {
			one.Shortlist(long, short)
			one.ReadPacked(long > 0)
		}
		q := retrieval.Query{Text: question, Language: "fr"}
		g, err := got.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		w, err := want.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if len(w.Hits) == 0 || !reflect.DeepEqual(g, w) {
			t.Fatalf("%q (shortlist %d): another result than that of an index made anew", question, long)
		}
	}
}

// TestSearchWhileUpdating: documents of one state all have its number; no result is of two states, and none is of a state
// before one that was complete when it was asked.
func TestSearchWhileUpdating(t *testing.T) {
	state := func(n int) (documents []*retrieval.Document) {
		for i := range 6 + n%3 {
			documents = append(documents, document(fmt.Sprintf("d%d", (i+n)%9), fmt.Sprintf("État %d", n),
				fmt.Sprintf("Une délégation de Kalouga est venue à Lyon. Elle portait le numéro %d. Le sujet %d était le fromage.", n, i)))
		}
		return documents
	}
	s := open(t, local.Options{Documents: state(0), Encoder: madeUp{}})
	const states = 25
	done := make(chan struct{})
	var g errgroup.Group
	for range 3 {
		g.Go(func() error {
			last := ""
			for {
				select {
				case <-done:
					return nil
				default:
				}
				r, err := s.Search(t.Context(), retrieval.Query{Text: "délégation de Kalouga à Lyon", Language: "fr"})
				if err != nil {
					return err
				}
				title, err := oneState(r)
				if err != nil {
					return err
				}
				if before := number(last); number(title) < before {
					return fmt.Errorf("%q after %q", title, last)
				}
				last = title
			}
		})
	}
	var failed error
	for n := 1; n <= states && failed == nil; n++ {
		_, failed = s.Update(t.Context(), state(n))
	}
	close(done)
	if err := errors.Join(failed, g.Wait()); err != nil {
		t.Fatal(err)
	}
	if title, err := oneState(first(t, s, "délégation")); err != nil || number(title) != states {
		t.Errorf("at the end %q is found, %v", title, err)
	}
}

func number(title string) (n int) {
	_, _ = fmt.Sscanf(title, "État %d", &n)
	return n
}

// oneState is the title that all documents of a result have.
func oneState(r retrieval.Result) (title string, err error) {
	if len(r.Hits) == 0 {
		return "", errors.New("nothing is found")
	}
	title = r.Hits[0].Document.Title
	for _, h := range r.Hits {
		if h.Document.Title != title || !strings.Contains(h.Document.Text, fmt.Sprintf("numéro %d.", number(title))) {
			return "", fmt.Errorf("one result has %q and %q", title, h.Document.Title)
		}
	}
	return title, nil
}

// TestUpdateFails: what can't be made leaves everything as it was.
func TestUpdateFails(t *testing.T) {
	s := open(t, local.Options{Documents: few()})
	want := first(t, s, "fromage")
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, update := range map[string]func() (local.Change, error){
		"no document": func() (local.Change, error) { return s.Update(t.Context(), nil) },
		"two of one id": func() (local.Change, error) {
			return s.Update(t.Context(), append(few(), document("usine", "", "Une autre.")))
		},
		"cancelled": func() (local.Change, error) {
			return s.Update(cancelled, append(few(), document("neuf", "Neuf", "Un document nouveau.")))
		},
	} {
		if change, err := update(); err == nil {
			t.Errorf("%s: no error, %+v", name, change)
		}
		if got := first(t, s, "fromage"); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: another result than before", name)
		}
	}
	if change, err := s.Update(t.Context(), few()); err != nil || !change.IsZero() {
		t.Errorf("the same documents: %+v, %v", change, err)
	}
	change, err := s.Update(t.Context(), append(few()[1:], document("neuf", "Neuf", "Un document nouveau sur Omsk.")))
	if want := (local.Change{Added: 1, Removed: 1}); err != nil || change != want {
		t.Errorf("changed %+v, want %+v, %v", change, want, err)
	}
	if got := first(t, s, "Omsk"); got.Hits[0].Document.ID != "neuf" {
		t.Errorf("Omsk finds %s", got.Hits[0].Document.ID)
	}
	if _, ok := s.Document("usine"); ok {
		t.Error("a removed document is there")
	}
}

// TestUpdateAfterClose is an error like any other question's.
func TestUpdateAfterClose(t *testing.T) {
	s, err := local.Open(t.Context(), local.Options{Name: "x", Documents: few()})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Update(t.Context(), few()[:2]); !errors.Is(err, bleveindex.ErrClosed) {
		t.Errorf("update: %v", err)
	}
	if _, err := s.Search(t.Context(), retrieval.Query{Text: "fromage"}); !errors.Is(err, bleveindex.ErrClosed) {
		t.Errorf("search: %v", err)
	}
	if st := s.Stats(); st != (local.Stats{}) || s.Documents() != nil {
		t.Errorf("stats %+v, %d documents", st, len(s.Documents()))
	}
}

// TestUpdateWhileVectorsCome: what the making of vectors had begun goes on with the new documents.
func TestUpdateWhileVectorsCome(t *testing.T) {
	h := &held{Encoder: madeUp{}, next: make(chan struct{})}
	documents := newZipf(5).documents(500)
	s := open(t, local.Options{Documents: documents[:120], Encoder: h, Batch: 16})
	for range 3 {
		h.next <- struct{}{}
	}
	updated := make(chan error, 1)
	go func() {
		_, err := s.Update(t.Context(), documents[5:130])
		updated <- err
	}()
	for done := false; !done; {
		select {
		case h.next <- struct{}{}:
		case err := <-updated:
			if err != nil {
				t.Fatal(err)
			}
			done = true
		}
	}
	close(h.next)
	complete(t, s)
	wantVectors(t, s, true)
	want := open(t, local.Options{Name: "new", Documents: documents[5:130], Encoder: h, Wait: true})
	compareSearchers(t, rand.New(rand.NewPCG(1, 1)), s, want)
}

// TestDocumentComesBack: one that was removed before the index was opened is taken from the segment that has it, or indexed
// again under the name of that segment.
func TestDocumentComesBack(t *testing.T) {
	o := local.Options{Dir: t.TempDir(), Name: "x", Documents: few()[:2]}
	s, err := local.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	o.Documents = few()[:1]
	s = open(t, o)
	for _, now := range [][]*retrieval.Document{few()[:2], few()[1:2], few()} {
		if _, err := s.Update(t.Context(), now); err != nil {
			t.Fatal(err)
		}
		if got := s.Stats().Documents; got != len(now) || first(t, s, "chœur de Saratov à Nantes").Documents[0].Document.ID != "choeur" {
			t.Errorf("%d documents, want %d with the choir", got, len(now))
		}
		wantVectors(t, s, true)
	}
	segment(t, o.Dir, o.Name)
}

// TestEmptyDocuments have a vector of their title, and stand in nobody's way.
func TestEmptyDocuments(t *testing.T) {
	s := open(t, local.Options{Documents: []*retrieval.Document{document("vide", "", "")}, Encoder: madeUp{}, Wait: true})
	if r, err := s.Search(t.Context(), retrieval.Query{Text: "fromage", Language: "fr"}); err != nil || len(r.Hits) != 0 {
		t.Errorf("an empty corpus has %d hits, %v", len(r.Hits), err)
	}
	if _, err := s.Update(t.Context(), append(few(), document("vide", "Sans texte", " "))); err != nil {
		t.Fatal(err)
	}
	complete(t, s)
	wantVectors(t, s, true)
	if r := first(t, s, "fromage"); r.Warning != "" || r.Documents[0].Document.ID != "fromage" {
		t.Errorf("found %s, warning %q", r.Documents[0].Document.ID, r.Warning)
	}
}

// TestSentenceWithAGap: a sentence that is too long to be read word by word, for the blanks in it, has its vector all the same.
func TestSentenceWithAGap(t *testing.T) {
	s := open(t, local.Options{Documents: append(few(), document("long", "Un code", "Voici le code"+strings.Repeat(" ", 60_000)+"de la porte."))})
	wantVectors(t, s, true)
	if r := first(t, s, "fromage"); r.Warning != "" || r.Documents[0].Document.ID != "fromage" {
		t.Errorf("found %s, warning %q", r.Documents[0].Document.ID, r.Warning)
	}
}
