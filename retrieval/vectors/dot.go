package vectors

import (
	"math"

	"passerelle/internal/dot"
)

// sixteen rounds a vector to 16 bits: no sum of products with int8 overflows 32 bits, as |q|·|v| ≤ 32767·127·√dim.
func sixteen(q []float32) (whole []int16, unit float32) {
	var top float32
	for _, v := range q {
		top = max(top, v, -v)
	}
	unit = max(top, 1e-30) / 32767
	whole = make([]int16, len(q))
	for i, v := range q {
		whole[i] = int16(math.RoundToEven(float64(v / unit)))
	}
	return whole, unit
}

func dotsPortable(q []int16, data []byte, rows []int32, first int, sums []int32) {
	for i, r := range rows {
		at := (int(r) - first) * len(q)
		sums[i] = dot.Product(q, data[at:at+len(q)])
	}
}

// quantise writes a vector as int8 and returns what they are to be multiplied by.
func quantise(v []float32, out []byte) (scale float32) {
	var top float32
	for _, x := range v {
		top = max(top, x, -x)
	}
	scale = max(top, 1e-30) / 127
	for i, x := range v {
		out[i] = byte(int8(math.RoundToEven(float64(x / scale))))
	}
	return scale
}
