package local

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"passerelle/retrieval"
	"passerelle/retrieval/bleveindex"
)

// fakeCut is a document of so many sentences.
func fakeCut(id, sum string, sentences int) *cut {
	c := newCut(&retrieval.Document{ID: id}, [32]byte{})
	c.sum, c.sentences = sum, make([]sentence, sentences)
	return c
}

func fakeSegment(path string, cuts []*cut) candidate {
	return candidate{path: path, manifest: manifest{Documents: membersOf(cuts)}}
}

// TestPlanCoversOnce: whatever segments there are, each document is taken from one of them or built, and when that is built
// nothing more is.
func TestPlanCoversOnce(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		all := make([]*cut, 40)
		for i := range all {
			all[i] = fakeCut(fmt.Sprintf("d%02d", i/2), fmt.Sprint(i%2), 1+r.IntN(30)) // each in two versions
		}
		some := func() (out []*cut) {
			for i := 0; i < len(all); i += 2 {
				if r.IntN(2) == 0 {
					out = append(out, all[i+r.IntN(2)])
				}
			}
			return out
		}
		var candidates []candidate
		for i := range r.IntN(6) {
			candidates = append(candidates, fakeSegment(fmt.Sprint(i), some()))
		}
		c, err := corpusOf(some())
		if err != nil {
			t.Fatal(err)
		}
		uses, rest := plan(c, candidates, "")
		checkCover(t, c, uses, rest)
		shuffled := slices.Clone(candidates)
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if _, again := plan(c, shuffled, ""); !slices.Equal(rest, again) {
			t.Fatalf("seed %d: another plan of the same segments in another order", seed)
		}
		if len(rest) > 0 {
			uses, rest = plan(c, append(candidates, fakeSegment("built", rest)), "built")
			checkCover(t, c, uses, rest)
			if len(rest) > 0 {
				t.Fatalf("seed %d: %d documents are missing after what was missing is built", seed, len(rest))
			}
		}
	}
}

func checkCover(t *testing.T, c *corpus, uses []use, rest []*cut) {
	t.Helper()
	times := make([]int, len(c.cuts))
	for _, u := range uses {
		for i, d := range u.documents {
			if d == bleveindex.Removed {
				continue
			}
			times[d]++
			if m := u.manifest.Documents[i]; m.ID != c.cuts[d].document.ID || m.Sum != c.cuts[d].sum {
				t.Fatalf("%v is taken for %s", m, c.cuts[d].document.ID)
			}
		}
	}
	for _, one := range rest {
		times[c.number[one.document.ID]]++
	}
	if slices.ContainsFunc(times, func(n int) bool { return n != 1 }) {
		t.Fatalf("documents are taken %v times", times)
	}
}

// TestPlanKeepsFewSegments: documents that come one by one leave few segments, and each is built again a few times only.
func TestPlanKeepsFewSegments(t *testing.T) {
	const documents, most, mostBuilt = 700, 8, 7
	var cuts []*cut
	var candidates []candidate
	built := 0
	for i := range documents {
		cuts = append(cuts, fakeCut(fmt.Sprintf("d%05d", i), "", 12))
		c, err := corpusOf(slices.Clone(cuts))
		if err != nil {
			t.Fatal(err)
		}
		uses, rest := plan(c, candidates, "")
		built += len(rest)
		candidates = candidates[:0]
		for _, u := range uses {
			candidates = append(candidates, u.candidate)
		}
		candidates = append(candidates, fakeSegment(fmt.Sprint(i), rest))
		if len(candidates) > most {
			t.Fatalf("%d documents are in %d segments", i+1, len(candidates))
		}
	}
	if built > mostBuilt*documents {
		t.Errorf("%d documents were indexed for %d that came", built, documents)
	}
	t.Logf("%d segments at the end, %d documents indexed for %d", len(candidates), built, documents)
}
