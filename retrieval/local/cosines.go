package local

import (
	"math"
	"sync"

	"passerelle/retrieval/alignment"
	"passerelle/retrieval/fusion"
	"passerelle/retrieval/vectors"
)

// kind is a kind of text that has a vector.
type kind int

const (
	sentenceVector kind = iota // alone
	titledVector
	passageVector
	documentVector
	kinds
)

// rows are the rows of the vectors of all texts of each kind.
type rows [kinds][]int32

// cosines are the similarities of a question to texts, on the scale of the embedded model, worked out when they are asked
// for. Texts without a vector get the mean of their like, which moves none of them. The zero cosines are all 0.
type cosines struct {
	rows         rows
	question     *vectors.Question // nil for the zero cosines
	vector       []float32         // of the question
	words        *alignment.Text   // of the question; nil where they are still to be read
	scale, shift float32
	means        [kinds]float32
}

// of is the similarity to the n-th text of a kind.
func (c *cosines) of(k kind, n int) float32 {
	if c.question == nil {
		return 0
	}
	if dot := c.question.Dot(int(c.rows[k][n])); dot == dot { // not NaN
		return c.scale*dot + c.shift
	}
	return c.means[k]
}

// all are the similarities to texts of a kind that have these rows, in room where that holds them.
func (c *cosines) all(k kind, rows []int32, room []float32) []float32 {
	if c.question == nil {
		return zeros(room, len(rows))
	}
	out := c.question.Dots(rows, room)
	for i, dot := range out {
		if dot == dot { // not NaN
			out[i] = c.scale*dot + c.shift
		} else {
			out[i] = c.means[k]
		}
	}
	return out
}

// some are the similarities to some texts of a kind.
func (c *cosines) some(k kind, numbers []int32) []float32 {
	if c.question == nil {
		return make([]float32, len(numbers))
	}
	rows := make([]int32, len(numbers))
	for i, n := range numbers {
		rows[i] = c.rows[k][n]
	}
	return c.all(k, rows, nil)
}

// meanOf is of how many texts a mean is taken at most.
const meanOf = 2048

// findMeans works the means out; 0 for a kind of which no text has a vector.
func (c *cosines) findMeans() {
	for k := range kinds {
		sum, n := 0.0, 0
		for i := range spaced(len(c.rows[k]), meanOf) {
			if dot := float64(c.question.Dot(int(c.rows[k][i]))); !math.IsNaN(dot) {
				sum, n = sum+float64(c.scale)*dot+float64(c.shift), n+1
			}
		}
		c.means[k] = float32(sum / float64(max(n, 1)))
	}
}

// spaced yields all numbers below n, or where that is more than most, so many of them that lie as far apart as can be.
func spaced(n, most int) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		few := min(n, most)
		for i := range few {
			if !yield(i * n / few) {
				return
			}
		}
	}
}

// sketches keeps the sketches of the passages', the documents' and the sentences' vectors. They are made from the vectors
// that there are when a question first needs them, and again when there are a quarter more, or all: questions that come
// meanwhile wait, some seconds for a million passages.
type sketches struct {
	mu   sync.Mutex
	made *madeSketches
}

type madeSketches struct {
	passages, documents *vectors.Sketch
	sentences           *vectors.Sketch // what a sentence's own cosines are worth, with those of its first passage
	of                  int             // vectors of the union
}

func (s *sketches) get(u *vectors.Union, c *corpus, r rows, w fusion.Weights) *madeSketches {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := u.Len(); s.made == nil || n > s.made.of+s.made.of/4 || n > s.made.of && u.Whole() {
		ofPassages := make([]int32, len(c.sentences))
		for i := range ofPassages {
			ofPassages[i] = r[passageVector][c.sentences[i].first]
		}
		s.made = &madeSketches{
			passages: vectors.NewSketchOf(u, r[passageVector]), documents: vectors.NewSketchOf(u, r[documentVector]), of: n,
			sentences: vectors.NewSketchOfSums(u, vectors.Term{Rows: r[sentenceVector], Weight: w.CosSentence + w.CosNeighbour},
				vectors.Term{Rows: r[titledVector], Weight: w.CosTitled}, vectors.Term{Rows: ofPassages, Weight: w.CosPassage}),
		}
	}
	return s.made
}
