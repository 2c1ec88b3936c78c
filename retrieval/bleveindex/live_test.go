package bleveindex_test

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"passerelle/retrieval/bleveindex"
)

func openLive(t testing.TB, cache int64) *bleveindex.Live {
	t.Helper()
	x, err := bleveindex.OpenLive(filepath.Join(t.TempDir(), "live"), cache)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	return x
}

// bruteForce is BM25 of all passages that have one of the terms, best first, from the definition alone.
func bruteForce(passages map[string][]string, terms []string) []bleveindex.Hit {
	total, with := 0, 0
	df := map[string]int{}
	for _, text := range passages {
		total += len(text)
		if len(text) > 0 {
			with++
		}
		seen := map[string]bool{}
		for _, t := range text {
			if !seen[t] {
				seen[t] = true
				df[t]++
			}
		}
	}
	average := float64(total) / float64(max(with, 1))
	var hits []bleveindex.Hit
	for id, text := range passages {
		score := 0.0
		for _, q := range terms {
			tf := 0.0
			for _, t := range text {
				if t == q {
					tf++
				}
			}
			idf := math.Log(1 + (float64(with)-float64(df[q])+.5)/(float64(df[q])+.5))
			score += idf * tf * 2.2 / (tf + 1.2*(.25+.75*float64(len(text))/average))
		}
		if score > 0 {
			hits = append(hits, bleveindex.Hit{ID: id, Score: score})
		}
	}
	slices.SortFunc(hits, func(a, b bleveindex.Hit) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), strings.Compare(a.ID, b.ID))
	})
	return hits
}

// compare fails unless got is a top k of want: the same scores in order, and each passage with its own score. Passages of
// one score may take each other's place.
func compare(got, want []bleveindex.Hit, k int) error {
	score := map[string]float64{}
	for _, h := range want {
		score[h.ID] = h.Score
	}
	if len(got) != min(k, len(want)) {
		return fmt.Errorf("%d hits, want %d", len(got), min(k, len(want)))
	}
	seen := map[string]bool{}
	for i, h := range got {
		const rounding = 1e-12 // 64 bits, summed in another order
		if math.Abs(h.Score-want[i].Score) > rounding*want[i].Score || math.Abs(h.Score-score[h.ID]) > rounding*h.Score || seen[h.ID] {
			return fmt.Errorf("hit %d is %v, want %v; its own score is %v", i, h, want[i], score[h.ID])
		}
		seen[h.ID] = true
	}
	return nil
}

// passage is a random text of Zipf's words.
func passage(r *rand.Rand, words, most int) []string {
	out := make([]string, r.IntN(most+1))
	for i := range out {
		out[i] = "w" + strconv.Itoa(int(math.Pow(float64(words), r.Float64()))-1)
	}
	return out
}

// TestTopKIsExact holds the answers against brute force while random corpora grow, change and shrink, with a cache that
// holds everything and one that holds next to nothing.
func TestTopKIsExact(t *testing.T) {
	for _, c := range []struct {
		seed                         uint64
		rounds, size, words, longest int
		cache                        int64
	}{
		{1, 12, 60, 30, 12, 1 << 20},
		{2, 12, 60, 400, 60, 1 << 12},
		{3, 5, 3000, 800, 20, 1 << 22}, // several windows in a segment
		{4, 4, 2500, 50, 8, 1 << 22},   // many equal scores
	} {
		t.Run(strconv.FormatUint(c.seed, 10), func(t *testing.T) {
			r := rand.New(rand.NewPCG(c.seed, 8))
			x := openLive(t, c.cache)
			passages := map[string][]string{}
			for round := range c.rounds {
				var put []bleveindex.Entry
				var remove []string
				for range c.size {
					id := strconv.Itoa(r.IntN(c.size * 3))
					if r.IntN(4) == 0 && !slices.ContainsFunc(put, func(e bleveindex.Entry) bool { return e.ID == id }) {
						remove = append(remove, id)
						delete(passages, id)
						continue
					}
					if slices.Contains(remove, id) {
						continue
					}
					text := passage(r, c.words, c.longest)
					put = append(put, bleveindex.Entry{ID: id, Terms: text})
					passages[id] = text
				}
				if err := x.Apply(t.Context(), put, remove); err != nil {
					t.Fatal(err)
				}
				if round == c.rounds-2 {
					if err := x.Compact(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				for range 25 {
					question := append(passage(r, c.words, 8), "absent")
					k := 1 + r.IntN(20)
					got, err := x.TopK(t.Context(), question, k)
					if err != nil {
						t.Fatal(err)
					}
					if err := compare(got, bruteForce(passages, question), k); err != nil {
						t.Fatalf("round %d, %d for %v: %v", round, k, question, err)
					}
				}
			}
			if n, err := x.Len(); err != nil || n != len(passages) {
				t.Errorf("%d passages, %v; want %d", n, err, len(passages))
			}
		})
	}
}

// TestAnswersAreOfOneSnapshot has writers replace all passages of a group at once, by ones of the next generation, and
// readers that fail when they see two generations, or not the whole group, or scores that no generation has.
func TestAnswersAreOfOneSnapshot(t *testing.T) {
	const groups, members, generations = 3, 7, 12
	x := openLive(t, 1<<14)
	write := func(group, generation int) error {
		var put []bleveindex.Entry
		for m := range members {
			terms := []string{"group" + strconv.Itoa(group), "all"}
			for range m + 1 {
				terms = append(terms, "pad")
			}
			put = append(put, bleveindex.Entry{ID: fmt.Sprintf("%d-%d-%d", group, generation, m), Terms: terms})
		}
		var remove []string
		for m := range members {
			remove = append(remove, fmt.Sprintf("%d-%d-%d", group, generation-1, m))
		}
		return x.Apply(t.Context(), put, remove)
	}
	for g := range groups {
		if err := write(g, 0); err != nil {
			t.Fatal(err)
		}
	}
	question := func(g int) []string { return []string{"group" + strconv.Itoa(g), "all"} }
	var want [groups][]bleveindex.Hit // every generation has the same lengths and frequencies, so the same scores
	for g := range groups {
		var err error
		if want[g], err = x.TopK(t.Context(), question(g), members); err != nil || len(want[g]) != members {
			t.Fatal(want[g], err)
		}
	}
	var writers, readers sync.WaitGroup
	done := make(chan struct{})
	for g := range groups {
		writers.Go(func() {
			for generation := 1; generation <= generations; generation++ {
				if err := write(g, generation); err != nil {
					t.Error(err)
				}
			}
		})
		readers.Go(func() {
			last := 0
			for {
				select {
				case <-done:
					return
				default:
				}
				hits, err := x.TopK(t.Context(), question(g), members)
				if err != nil || len(hits) != members {
					t.Errorf("%v, %v", hits, err)
					return
				}
				for i, h := range hits {
					var group, generation, member int
					if _, err := fmt.Sscanf(h.ID, "%d-%d-%d", &group, &generation, &member); err != nil {
						t.Error(err)
					}
					if i == 0 {
						if generation < last {
							t.Errorf("generation %d after %d", generation, last)
						}
						last = generation
					}
					if group != g || generation != last || h.Score != want[g][i].Score {
						t.Errorf("hit %d of generation %d is %v; want %v of one generation", i, last, h, want[g][i].Score)
						return
					}
				}
			}
		})
	}
	writers.Wait()
	close(done)
	readers.Wait()
	for g := range groups {
		hits, err := x.TopK(t.Context(), question(g), members)
		if err != nil || len(hits) != members || !strings.HasPrefix(hits[0].ID, fmt.Sprintf("%d-%d-", g, generations)) {
			t.Errorf("in the end %v, %v", hits, err)
		}
	}
}

func TestLiveIsKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "live")
	x, err := bleveindex.OpenLive(path, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Apply(t.Context(), []bleveindex.Entry{{ID: "a", Terms: []string{"Тула", "tula"}}, {ID: "b", Terms: []string{"tula"}}}, nil); err != nil {
		t.Fatal(err)
	}
	if err := x.Apply(t.Context(), nil, []string{"b", "none"}); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(x.Close(), x.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := x.TopK(t.Context(), []string{"tula"}, 1); !errors.Is(err, bleveindex.ErrClosed) {
		t.Errorf("a closed index answers: %v", err)
	}
	if x, err = bleveindex.OpenLive(path, 1<<20); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	}()
	hits, err := x.TopK(t.Context(), []string{"tula", "Тула"}, 5)
	if err != nil || len(hits) != 1 || hits[0].ID != "a" {
		t.Errorf("%v, %v", hits, err)
	}
}

func TestLiveRefuses(t *testing.T) {
	x := openLive(t, 1<<20)
	for name, e := range map[string]bleveindex.Entry{
		"no name":        {Terms: []string{"a"}},
		"an empty term":  {ID: "a", Terms: []string{""}},
		"a term of two":  {ID: "a", Terms: []string{"a\u00a0b"}},
		"a line's break": {ID: "a", Terms: []string{"a\n"}},
	} {
		if err := x.Apply(t.Context(), []bleveindex.Entry{e}, nil); err == nil {
			t.Errorf("%s passes", name)
		}
	}
	for _, k := range []int{0, -1, 1 << 30} {
		if _, err := x.TopK(t.Context(), []string{"a"}, k); err == nil {
			t.Errorf("%d hits are given", k)
		}
	}
	if hits, err := x.TopK(t.Context(), nil, 3); err != nil || len(hits) != 0 {
		t.Errorf("an empty index and no terms: %v, %v", hits, err)
	}
}
