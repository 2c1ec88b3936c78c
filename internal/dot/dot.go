// Package dot multiplies vectors of whole numbers, by AVX2 where the processor has it. Every processor gives the same.
package dot

// Product is the sum of the products of two vectors of one length, of which v holds int8 as bytes. It must not overflow 32
// bits: |q|·|v| < 2³¹.
func Product(q []int16, v []byte) int32 { return product(q, v) }

// portable is product in Go. The order of its additions changes nothing: they are of integers.
func portable(q []int16, v []byte) int32 {
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
