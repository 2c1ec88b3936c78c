package vectors

import "math"

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

// dotPortable is dot in Go. The order of its additions changes nothing: they are of integers.
func dotPortable(q []int16, v []byte) int32 {
	var a, b, c, d int32
	v = v[:len(q)]
	i := 0
	for ; i+4 <= len(q); i += 4 {
		x, y := q[i:i+4:i+4], v[i:i+4:i+4]
		a += int32(x[0]) * int32(int8(y[0]))
		b += int32(x[1]) * int32(int8(y[1]))
		c += int32(x[2]) * int32(int8(y[2]))
		d += int32(x[3]) * int32(int8(y[3]))
	}
	for ; i < len(q); i++ {
		a += int32(q[i]) * int32(int8(v[i]))
	}
	return a + b + c + d
}

func dotsPortable(q []int16, data []byte, rows []int32, first int, sums []int32) {
	for i, r := range rows {
		at := (int(r) - first) * len(q)
		sums[i] = dotPortable(q, data[at:at+len(q)])
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
