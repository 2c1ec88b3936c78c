package alignment

import (
	"math"

	"passerelle/retrieval/encoder"
)

// vector is a vector of length 1 in one byte a number: each is q·step. The cosine of two is off by some .002.
type vector struct {
	q    []int8 // nil for a word without one
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
	out := vector{q: make([]int8, len(v)), step: most / math.MaxInt8}
	for i, x := range v {
		out.q[i] = int8(math.Round(float64(x / out.step)))
	}
	return out
}

// cosine is 0 where either word has no vector.
func cosine(a, b vector) float64 {
	if a.q == nil || b.q == nil {
		return 0
	}
	p, q := a.q[:encoder.Dim], b.q[:encoder.Dim]
	var s0, s1, s2, s3 int32 // four sums: one would be a chain that the processor waits on
	for i := 0; i < encoder.Dim; i += 4 {
		s0 += int32(p[i]) * int32(q[i])
		s1 += int32(p[i+1]) * int32(q[i+1])
		s2 += int32(p[i+2]) * int32(q[i+2])
		s3 += int32(p[i+3]) * int32(q[i+3])
	}
	return float64(s0+s1+s2+s3) * float64(a.step) * float64(b.step)
}
