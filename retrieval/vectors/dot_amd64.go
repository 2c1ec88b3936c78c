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

// dots is dot with some rows of data, which are numbered from first.
func dots(q []int16, data []byte, rows []int32, first int, sums []int32) {
	if !cpu.X86.HasAVX2 || len(q)%dotBlock > 0 || len(q) == 0 || len(rows) == 0 {
		dotsPortable(q, data, rows, first, sums)
		return
	}
	for _, r := range rows { // the kernel checks nothing
		_ = data[(int(r)-first)*len(q)]
		_ = data[(int(r)-first+1)*len(q)-1]
	}
	sums = sums[:len(rows)]
	dotsAVX2(&q[0], &data[0], len(q)/dotBlock, &rows[0], len(rows), first, &sums[0])
}

//go:noescape
func dotAVX2(q *int16, v *byte, blocks int) int32

//go:noescape
func dotsAVX2(q *int16, data *byte, blocks int, rows *int32, n int, first int, sums *int32)
