package alignment

import (
	"math"

	"passerelle/internal/dot"
	"passerelle/retrieval/encoder"
)

// vector is a vector of length 1 in one byte a number: each is q·step. The cosine of two is off by some .002.
type vector struct {
	q    []byte // int8; nil for a word without a vector
	step float32
}

func quantise(v []float32) vector {
	if v == nil {
		return vector{}
	}
	var most float32
	for _, x := range v {
		most = max(most, x, -x)
	}
	if most == 0 {
		return vector{}
	}
	out := vector{q: make([]byte, len(v)), step: most / math.MaxInt8}
	for i, x := range v {
		out.q[i] = byte(int8(math.Round(float64(x / out.step))))
	}
	return out
}

// wide is a vector to be compared with many.
type wide struct {
	room [encoder.Dim]int16
	q    []int16
	step float32
}

func (w *wide) set(v vector) {
	w.q, w.step = w.room[:len(v.q)], v.step
	for i, b := range v.q {
		w.q[i] = int16(int8(b))
	}
}

// cosine is 0 where either word has no vector.
func (w *wide) cosine(v vector) float64 {
	if len(w.q) == 0 || v.q == nil {
		return 0
	}
	return float64(dot.Product(w.q, v.q)) * float64(w.step) * float64(v.step)
}
