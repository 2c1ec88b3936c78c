package bleveindex_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"passerelle/retrieval/analysis"
	"passerelle/retrieval/bleveindex"
)

func words(terms ...string) []analysis.Word {
	var out []analysis.Word
	for _, t := range terms {
		w := analysis.Word{Text: t}
		w.Add(t, 1)
		out = append(out, w)
	}
	return out
}

// open builds a segment and opens an index of it alone.
func open(t *testing.T, units []bleveindex.Unit) *bleveindex.Index {
	t.Helper()
	return joined(t, 1<<20, whole(segment(t, units)))
}

func segment(t *testing.T, units []bleveindex.Unit) *bleveindex.Segment {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x")
	if err := bleveindex.Build(t.Context(), path, units); err != nil {
		t.Fatal(err)
	}
	s, err := bleveindex.OpenSegment(path)
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

// whole is a segment whose units keep their numbers.
func whole(s *bleveindex.Segment) bleveindex.Member {
	m := bleveindex.Member{Segment: s}
	for l := range m.Numbers {
		for n := range s.Units(bleveindex.Level(l)) {
			m.Numbers[l] = append(m.Numbers[l], int32(n))
		}
	}
	return m
}

func joined(t *testing.T, cache int64, members ...bleveindex.Member) *bleveindex.Index {
	t.Helper()
	x, err := bleveindex.New(members, cache)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// TestExactBM25 holds the scores against BM25 computed from the definition, on random texts.
func TestExactBM25(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var units []bleveindex.Unit
	texts := make([][]string, 300)
	total := 0
	for i := range texts {
		for range 1 + r.IntN(40) {
			texts[i] = append(texts[i], "w"+strconv.Itoa(int(math.Abs(r.NormFloat64())*20)))
		}
		total += len(texts[i])
		units = append(units, bleveindex.Unit{Level: bleveindex.Passage, Number: i, Terms: texts[i]},
			bleveindex.Unit{Level: bleveindex.Sentence, Number: i, Terms: []string{"w1", "other"}})
	}
	x := open(t, units)
	question := words("w1", "w7", "w30", "absent")
	question[1].Add("w8", .5)
	got, err := x.Scores(t.Context(), bleveindex.Passage, question)
	if err != nil {
		t.Fatal(err)
	}
	average := float64(total) / float64(len(texts))
	for i, text := range texts {
		want := 0.0
		for _, w := range question {
			df, best := 0.0, 0.0
			for j, other := range texts {
				share := 0.0
				for _, a := range w.Alternatives {
					tf := 0.0
					for _, term := range other {
						if term == a.Term {
							tf++
						}
					}
					if tf > 0 {
						share = max(share, a.Weight)
						if j == i {
							best = max(best, a.Weight*tf*2.2/(tf+1.2*(.25+.75*float64(len(text))/average)))
						}
					}
				}
				df += share
			}
			want += best * math.Log(1+(float64(len(texts))-df+.5)/(df+.5))
		}
		if math.Abs(want-float64(got.BM25[i])) > 1e-4 {
			t.Fatalf("unit %d: %v, want %v", i, got.BM25[i], want)
		}
	}
}

func TestVocabularyAndCoverage(t *testing.T) {
	x := open(t, []bleveindex.Unit{
		{Level: bleveindex.Document, Number: 0, Terms: []string{"a", "b"}, Names: []bleveindex.Name{{Text: "калуга", Language: "ru"}}},
		{Level: bleveindex.Document, Number: 1, Terms: []string{"b"}, Spellings: []bleveindex.Spelling{{Typed: "signee", Term: "sign"}}},
	})
	names, err := x.Names()
	if err != nil || len(names) != 1 || names[0] != (bleveindex.Name{Text: "калуга", Language: "ru"}) {
		t.Errorf("names %v, %v", names, err)
	}
	spellings, err := x.Spellings()
	if err != nil || len(spellings) != 1 || spellings[0] != (bleveindex.Spelling{Typed: "signee", Term: "sign"}) {
		t.Errorf("spellings %v, %v", spellings, err)
	}
	idf, has, err := x.Coverage(t.Context(), bleveindex.Document, words("a", "b", "c"), []int{1, 0})
	if err != nil || has[0][0] != 0 || has[0][1] != 1 || has[1][0] != 1 || has[2][1] != 0 || !(idf[0] > idf[1] && idf[2] > idf[0]) {
		t.Errorf("idf %v, has %v, %v", idf, has, err)
	}
	strongest, err := x.Strongest(t.Context(), bleveindex.Document, words("a", "c"))
	if err != nil || strongest[0] != 1 || strongest[1] != 0 {
		t.Errorf("strongest %v, %v", strongest, err)
	}
}

func TestDamaged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	var units []bleveindex.Unit
	for i := range 50 {
		units = append(units, bleveindex.Unit{Level: bleveindex.Sentence, Number: i, Terms: []string{"t" + strconv.Itoa(i)}})
	}
	if err := bleveindex.Build(t.Context(), path, units); err != nil {
		t.Fatal(err)
	}
	segments, err := filepath.Glob(filepath.Join(path, "bleve", "store", "*.zap"))
	if err != nil || len(segments) == 0 {
		t.Fatalf("segments %v, %v", segments, err)
	}
	for _, size := range []int64{0, 10, 200} {
		if err := os.Truncate(segments[0], size); err != nil {
			t.Fatal(err)
		}
		if s, err := bleveindex.OpenSegment(path); err == nil {
			t.Errorf("an index cut to %d bytes opens: %v units", size, s.Units(bleveindex.Sentence))
			_ = s.Close()
		}
	}
	if err := os.RemoveAll(filepath.Join(path, "bleve")); err != nil {
		t.Fatal(err)
	}
	if _, err := bleveindex.OpenSegment(path); err == nil {
		t.Error("an index without segments opens")
	}
}

func TestBuildStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := bleveindex.Build(ctx, filepath.Join(t.TempDir(), "x"), []bleveindex.Unit{{Terms: []string{"a"}}})
	if err == nil {
		t.Error("a cancelled build succeeds")
	}
}

// TestCloseWhileSearching: what is read stays mapped until it is read.
func TestCloseWhileSearching(t *testing.T) {
	var units []bleveindex.Unit
	for i := range 400 {
		units = append(units, bleveindex.Unit{Level: bleveindex.Sentence, Number: i, Terms: []string{"t" + strconv.Itoa(i), "all"}})
	}
	s := segment(t, units)
	x := joined(t, 0, whole(s)) // what is kept needs no segment
	var wg sync.WaitGroup
	begun := make(chan struct{}, 4)
	for g := range 4 {
		wg.Go(func() {
			for i := 0; ; i++ {
				_, err := x.Scores(t.Context(), bleveindex.Sentence, words("all", "t"+strconv.Itoa((g*100+i)%400)))
				if i == 5 {
					begun <- struct{}{}
				}
				if errors.Is(err, bleveindex.ErrClosed) {
					return
				}
				if err != nil {
					t.Errorf("search %d: %v", i, err)
					return
				}
			}
		})
	}
	for range 4 {
		<-begun
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	wg.Wait()
	if err := s.Close(); err != nil {
		t.Errorf("closed twice: %v", err)
	}
}
