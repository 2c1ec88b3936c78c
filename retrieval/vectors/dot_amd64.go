package vectors

import "golang.org/x/sys/cpu"

const dotBlock = 16 // components

// dots is dot.Product with some rows of data, which are numbered from first.
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
func dotsAVX2(q *int16, data *byte, blocks int, rows *int32, n int, first int, sums *int32)
