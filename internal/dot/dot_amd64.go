package dot

import "golang.org/x/sys/cpu"

const block = 16 // components

func product(q []int16, v []byte) int32 {
	if !cpu.X86.HasAVX2 {
		return portable(q, v)
	}
	v = v[:len(q)]
	blocks := len(q) / block
	sum := int32(0)
	if blocks > 0 {
		sum = avx2(&q[0], &v[0], blocks)
	}
	return sum + portable(q[blocks*block:], v[blocks*block:])
}

//go:noescape
func avx2(q *int16, v *byte, blocks int) int32
