package bleveindex_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"passerelle/retrieval/analysis"
	"passerelle/retrieval/bleveindex"
)

// TestLookup holds what is added up at once, walked through with gaps and asked one by one against one another, with room
// for all postings and with none.
func TestLookup(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	const n = 700
	var units []bleveindex.Unit
	for i := range n {
		u := bleveindex.Unit{Level: bleveindex.Sentence, Number: i}
		for range 1 + r.IntN(30) {
			u.Terms = append(u.Terms, "w"+strconv.Itoa(int(math.Abs(r.NormFloat64())*30)))
		}
		units = append(units, u)
	}
	r.Shuffle(n, func(i, j int) { units[i], units[j] = units[j], units[i] })
	s := segment(t, units)
	for _, cache := range []int64{0, 3000, 1 << 20} {
		x := joined(t, cache, whole(s))
		for range 50 {
			var question []analysis.Word
			for range 1 + r.IntN(5) {
				var w analysis.Word
				for range 1 + r.IntN(4) {
					w.Add("w"+strconv.Itoa(r.IntN(110)), []float64{1, 1, .63, .19}[r.IntN(4)])
				}
				question = append(question, w)
			}
			found, err := x.Look(t.Context(), bleveindex.Sentence, question)
			if err != nil {
				t.Fatal(err)
			}
			checkLookup(t, r, found, len(question), n)
		}
	}
}

func checkLookup(t *testing.T, r *rand.Rand, found *bleveindex.Lookup, words, n int) {
	t.Helper()
	const bm25Weight, coverWeight, least = 2, 3, .5
	sums := make([]float32, n)
	found.AddTo(sums, bm25Weight, coverWeight)
	total := float32(0)
	for w := range words {
		total += found.IDF(w)
	}
	walk, gaps := found.Walk(), found.Walk()
	together := 0.0
	for u := range n {
		bm25, cover := walk.At(u)
		if want := bm25Weight*bm25 + coverWeight*cover; math.Abs(float64(sums[u]-want)) > 1e-4 {
			t.Fatalf("unit %d gets %v, want %v", u, sums[u], want)
		}
		if r.IntN(9) == 0 {
			if b, c := gaps.At(u); b != bm25 || c != cover {
				t.Fatalf("unit %d is worth %v and %v after a gap, %v and %v without", u, b, c, bm25, cover)
			}
		}
		shares, strong := float32(0), 0.0
		for w := range words {
			s := found.Share(w, u)
			shares += s * found.IDF(w)
			if s >= least {
				strong += float64(s)
			}
		}
		if math.Abs(float64(shares/total-cover)) > 1e-5 {
			t.Fatalf("unit %d has shares of %v, covers %v", u, shares/total, cover)
		}
		together = max(together, strong)
	}
	if got := found.Together(least); math.Abs(got-together) > 1e-6 {
		t.Fatalf("together %v, want %v", got, together)
	}
}

// TestCacheIsBounded: what a question needs is found again when there is no room for any of it.
func TestCacheIsBounded(t *testing.T) {
	var units []bleveindex.Unit
	for i := range 200 {
		units = append(units, bleveindex.Unit{Level: bleveindex.Passage, Number: i, Terms: []string{"a", "b" + strconv.Itoa(i%7)}})
	}
	const most = 4000 // two lists of 200 postings
	x := joined(t, most, whole(segment(t, units)))
	var scores [][]float32
	for range 2 {
		for _, term := range []string{"a", "b0", "b1", "b2", "b3", "b4", "b5", "b6"} {
			s, err := x.Scores(t.Context(), bleveindex.Passage, words(term))
			if err != nil {
				t.Fatal(err)
			}
			scores = append(scores, s.BM25)
			if got := bleveindex.CachedBytes(x); got > most || got == 0 {
				t.Fatalf("%d bytes are kept, %d at most are expected", got, most)
			}
		}
	}
	for i := range scores[:8] {
		if !slices.Equal(scores[i], scores[i+8]) {
			t.Errorf("question %d has other scores the second time", i)
		}
	}
}
