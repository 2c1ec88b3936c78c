package bleveindex_test

import (
	"math"
	"math/rand/v2"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"passerelle/retrieval/bleveindex"
)

// madeDocument is a document of two passages of two sentences each.
type madeDocument struct {
	sentences [4][]string
	names     []bleveindex.Name
	spellings []bleveindex.Spelling
}

func makeDocument(r *rand.Rand) (d madeDocument) {
	word := func() string { return "w" + strconv.Itoa(int(math.Abs(r.NormFloat64())*20)) }
	for i := range d.sentences {
		for range 1 + r.IntN(12) {
			d.sentences[i] = append(d.sentences[i], word())
		}
	}
	d.names = []bleveindex.Name{{Text: word(), Language: "fr"}, {Text: word(), Language: "ru"}}
	d.spellings = []bleveindex.Spelling{{Typed: word(), Term: word()}}
	return d
}

// unitsOf are the units of documents numbered in their order.
func unitsOf(documents []madeDocument) (units []bleveindex.Unit) {
	for d, doc := range documents {
		var all []string
		for i, terms := range doc.sentences {
			units = append(units, bleveindex.Unit{Level: bleveindex.Sentence, Number: 4*d + i, Terms: terms})
			all = append(all, terms...)
			if i%2 == 1 {
				passage := append(append([]string{}, doc.sentences[i-1]...), terms...)
				units = append(units, bleveindex.Unit{Level: bleveindex.Passage, Number: 2*d + i/2, Terms: passage})
			}
		}
		units = append(units, bleveindex.Unit{Level: bleveindex.Document, Number: d, Terms: all, Names: doc.names, Spellings: doc.spellings})
	}
	return units
}

// TestSegments: an index of several segments, of each of which something is removed, is to every question what an index of
// the remaining documents alone is.
func TestSegments(t *testing.T) {
	for seed := range uint64(5) {
		r := rand.New(rand.NewPCG(seed, 1))
		var kept []madeDocument
		var members []bleveindex.Member
		for range 1 + r.IntN(4) {
			documents := make([]madeDocument, 1+r.IntN(40))
			for i := range documents {
				documents[i] = makeDocument(r)
			}
			m := bleveindex.Member{Segment: segment(t, unitsOf(documents))}
			for i, d := range documents {
				to := int32(len(kept))
				if i > 0 && r.IntN(3) == 0 {
					to = bleveindex.Removed
				} else {
					kept = append(kept, d)
				}
				m.Numbers[bleveindex.Document] = append(m.Numbers[bleveindex.Document], to)
				for p := range int32(2) {
					m.Numbers[bleveindex.Passage] = append(m.Numbers[bleveindex.Passage], place(to, 2, p))
				}
				for s := range int32(4) {
					m.Numbers[bleveindex.Sentence] = append(m.Numbers[bleveindex.Sentence], place(to, 4, s))
				}
			}
			members = append(members, m)
		}
		compareIndexes(t, r, joined(t, 1<<20, members...), open(t, unitsOf(kept)))
	}
}

// place is the number of the n-th of each document's units.
func place(document, each, n int32) int32 {
	if document == bleveindex.Removed {
		return bleveindex.Removed
	}
	return document*each + n
}

func compareIndexes(t *testing.T, r *rand.Rand, got, want *bleveindex.Index) {
	t.Helper()
	for range 30 {
		question := words("w"+strconv.Itoa(r.IntN(60)), "w"+strconv.Itoa(r.IntN(60)))
		question[0].Add("w"+strconv.Itoa(r.IntN(60)), .5)
		for _, l := range []bleveindex.Level{bleveindex.Sentence, bleveindex.Passage, bleveindex.Document} {
			g, err := got.Scores(t.Context(), l, question)
			if err != nil {
				t.Fatal(err)
			}
			w, err := want.Scores(t.Context(), l, question)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(g, w) {
				t.Fatalf("level %d: %v has other scores", l, question)
			}
		}
	}
	gotNames, err1 := got.Names()
	wantNames, err2 := want.Names()
	if err1 != nil || err2 != nil || len(gotNames) == 0 || !reflect.DeepEqual(gotNames, wantNames) {
		t.Errorf("names %v (%v), want %v (%v)", gotNames, err1, wantNames, err2)
	}
	gotSpellings, err1 := got.Spellings()
	wantSpellings, err2 := want.Spellings()
	if err1 != nil || err2 != nil || len(gotSpellings) == 0 || !reflect.DeepEqual(gotSpellings, wantSpellings) {
		t.Errorf("spellings %v (%v), want %v (%v)", gotSpellings, err1, wantSpellings, err2)
	}
}

func TestNumbersAreChecked(t *testing.T) {
	s := segment(t, []bleveindex.Unit{
		{Level: bleveindex.Sentence, Number: 0, Terms: []string{"a"}}, {Level: bleveindex.Sentence, Number: 1, Terms: []string{"b"}},
	})
	for name, numbers := range map[string][]int32{
		"too few": {0}, "twice": {0, 0}, "a gap": {0, 2}, "below 0": {0, -2}, "none for one, a gap for the other": {bleveindex.Removed, 1},
	} {
		m := bleveindex.Member{Segment: s}
		m.Numbers[bleveindex.Sentence] = numbers
		if _, err := bleveindex.New([]bleveindex.Member{m}, 0); err == nil {
			t.Errorf("%s: numbers %v make an index", name, numbers)
		}
	}
}

// TestNumberOutsideLevel: what Build is given is numbered without gaps.
func TestNumberOutsideLevel(t *testing.T) {
	err := bleveindex.Build(t.Context(), t.TempDir()+"/x", []bleveindex.Unit{{Level: bleveindex.Passage, Number: 1, Terms: []string{"a"}}})
	if err == nil || !strings.Contains(err.Error(), "unit 1") {
		t.Errorf("a unit out of bounds is built: %v", err)
	}
}

func FuzzUnitLengths(f *testing.F) {
	f.Add([]byte{2, 1, 200, 1, 0, 0})
	f.Add([]byte{255, 255, 255, 255, 255, 255, 255, 255, 255, 1})
	f.Fuzz(func(t *testing.T, file []byte) {
		again, err := bleveindex.RereadUnitLengths(file)
		if err != nil {
			return
		}
		once, err := bleveindex.RereadUnitLengths(again)
		if err != nil || !reflect.DeepEqual(again, once) {
			t.Errorf("%v becomes %v, then %v (%v)", file, again, once, err)
		}
	})
}
