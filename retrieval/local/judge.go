package local

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"passerelle/retrieval/alignment"
)

// judges weigh signals. Stated reads sentences. Of the others, margins, shares and medians over a few dozen documents say
// something else than over hundreds, so there are two: Large was learned on the seeds, Small on drawings of 1 to 80 of the
// seeds' documents, by signals that mean the same among few. Words judges instead of Large when there are no vectors.
// TestFit tells how they are learned, and learns them again.
type judges struct{ Stated, Large, Small, Words judge }

// fewDocuments is how many documents Small judges up to.
const fewDocuments = 100

// judge is a logistic regression over standardised signals, with a bias and a scale a language: encoders and lexicons do
// not do equally well in all. Without a scale it is 1.
type judge struct {
	Signals     []weighed
	Bias, Scale map[string]float64
}

type weighed struct {
	Name               string
	Mean, Deviation, W float64
}

//go:embed answerable.json
var answerable []byte

func readJudges(file []byte) (js judges, err error) {
	if err := json.Unmarshal(file, &js); err != nil {
		return js, fmt.Errorf("answerable.json: %w", err)
	}
	if n := len(js.Stated.Signals); n != statedCount {
		return js, fmt.Errorf("answerable.json reads sentences by %d signs, not %d", n, statedCount)
	}
	for _, j := range []judge{js.Large, js.Small, js.Words} {
		if len(j.Signals) != signalCount {
			return js, fmt.Errorf("answerable.json weighs %d signals, not %d", len(j.Signals), signalCount)
		}
	}
	return js, nil
}

// of returns the judges for a corpus of so many documents: with vectors, and by words alone.
func (js judges) of(documents int) (full, words judge) {
	if documents <= fewDocuments {
		return js.Small, js.Small.withoutCosines()
	}
	return js.Large, js.Words
}

// readingCacheBytes holds the word vectors of some 2,500 sentences.
const readingCacheBytes = 24 << 20

func (s *shared) startJudges() (err error) {
	js, err := readJudges(answerable)
	if err != nil {
		return err
	}
	s.judges, s.stated = js, js.Stated
	if s.ask, err = readAskWords(askedFile); err != nil {
		return err
	}
	if s.aligner, err = alignment.New(s.model.Model, readingCacheBytes); err != nil {
		return err
	}
	s.packer = newPacker(s.aligner)
	return nil
}

// withoutCosines takes the cosines for what they are on average.
func (j judge) withoutCosines() judge {
	j.Signals = slices.Clone(j.Signals)
	for i := range min(signalOverMedian+1, len(j.Signals)) {
		j.Signals[i].W = 0
	}
	return j
}

// logit takes signals that are not known, which are NaN, for what they are on average.
func (j judge) logit(x []float64, language string) float64 {
	sum := j.Bias[language]
	for i, s := range j.Signals {
		if !math.IsNaN(x[i]) {
			sum += s.W * (x[i] - s.Mean) / s.Deviation
		}
	}
	if scale := j.Scale[language]; scale > 0 {
		return scale * sum
	}
	return sum
}

// best is the logit of the statement that has the highest; NaN for none.
func (j judge) best(statements []statement, language string) float64 {
	best := math.NaN()
	for _, x := range statements {
		if logit := j.logit(x[:], language); math.IsNaN(best) || logit > best {
			best = logit
		}
	}
	return best
}
