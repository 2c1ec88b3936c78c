package fusion_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"passerelle/retrieval/fusion"
)

// TestLearn draws gold candidates by known weights and finds about these.
func TestLearn(t *testing.T) {
	want := fusion.Weights{CosTitled: 40, WordsPassage: .2, Type: 1.5}
	random := rand.New(rand.NewPCG(1, 2))
	var examples []fusion.Example
	for range 2000 {
		e := fusion.Example{}
		var shares []float64
		sum := 0.
		for range 20 {
			f := fusion.Features{
				CosTitled: .8 + .1*random.Float32(), CosSentence: .8 + .1*random.Float32(),
				WordsPassage: 20 * random.Float32(), Type: float32(random.IntN(2)),
			}
			e.Candidates = append(e.Candidates, f)
			sum += math.Exp(float64(want.Score(f)))
			shares = append(shares, sum)
		}
		drawn := random.Float64() * sum
		e.Gold = []int{slices.IndexFunc(shares, func(s float64) bool { return s >= drawn })}
		examples = append(examples, e)
	}
	got := fusion.Learn(examples, fusion.LearnOptions{L2: 1e-6})
	near := func(name string, got, want, tolerance float32) {
		if got < want-tolerance || got > want+tolerance {
			t.Errorf("%s %v, want %v", name, got, want)
		}
	}
	near("CosTitled", got.CosTitled, want.CosTitled, 3)
	near("CosSentence", got.CosSentence, 0, 3)
	near("WordsPassage", got.WordsPassage, want.WordsPassage, .02)
	near("Type", got.Type, want.Type, .15)
	near("CosDocument", got.CosDocument, 0, 1e-3)

	held := fusion.Learn(examples, fusion.LearnOptions{L2: 1e4, Prior: fusion.Weights{Type: 3}})
	near("Type held by L2", held.Type, 3, .01)
}

func TestLearnNothing(t *testing.T) {
	prior := fusion.Weights{CosTitled: 40, Type: 1}
	for name, examples := range map[string][]fusion.Example{
		"no examples": nil,
		"no gold":     {{Candidates: make([]fusion.Features, 3)}},
		"all gold":    {{Candidates: make([]fusion.Features, 2), Gold: []int{0, 1}}},
	} {
		got := fusion.Learn(examples, fusion.LearnOptions{L2: .02, Prior: prior})
		if math.Abs(float64(got.CosTitled-prior.CosTitled)) > 1e-3 || math.Abs(float64(got.Type-prior.Type)) > 1e-3 {
			t.Errorf("%s: %+v, want the prior", name, got)
		}
	}
}

func TestWeightsFile(t *testing.T) {
	w, err := fusion.DefaultWeights()
	if err != nil {
		t.Fatal(err)
	}
	if w.CosTitled <= 0 || w.WordsPassage <= 0 {
		t.Errorf("default weights %+v", w)
	}
	file, err := w.JSON()
	if err != nil {
		t.Fatal(err)
	}
	again, err := fusion.ReadWeights(file)
	if err != nil || again != w {
		t.Errorf("%+v comes back as %+v, %v", w, again, err)
	}
	if len(fusion.Names()) != len(w.Vector()) || fusion.WeightsOf(w.Vector()) != w {
		t.Errorf("vector %v of %v", w.Vector(), fusion.Names())
	}
	for _, broken := range []string{"", "[]", `{"Cos":1}`, `{"Type":"much"}`} {
		if _, err := fusion.ReadWeights([]byte(broken)); err == nil || !strings.HasPrefix(err.Error(), "weights: ") {
			t.Errorf("%q: %v", broken, err)
		}
	}
}
