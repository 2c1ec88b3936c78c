//go:build !amd64

package vectors

func dots(q []int16, data []byte, rows []int32, first int, sums []int32) {
	dotsPortable(q, data, rows, first, sums)
}

func estimateSix(rows []uint64, places []int32, q *sixQuestion, out []float32) {
	estimateSixPortable(rows, places, q, out)
}
