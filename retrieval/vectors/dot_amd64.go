package vectors

import "golang.org/x/sys/cpu"

const dotBlock = 16 // components

// dot is the sum of the products of two vectors of one length. v's components are int8.
func dot(q []int16, v []byte) int32 {
	if !cpu.X86.HasAVX2 {
		return dotPortable(q, v)
	}
	v = v[:len(q)]
	blocks := len(q) / dotBlock
	sum := int32(0)
	if blocks > 0 {
		sum = dotAVX2(&q[0], &v[0], blocks)
	}
	return sum + dotPortable(q[blocks*dotBlock:], v[blocks*dotBlock:])
}

//go:noescape
func dotAVX2(q *int16, v *byte, blocks int) int32
