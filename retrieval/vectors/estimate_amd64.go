package vectors

import "golang.org/x/sys/cpu"

// estimateSix is estimateSixPortable by the processor's own counting of bits.
func estimateSix(rows []uint64, places []int32, q *sixQuestion, out []float32) {
	if !cpu.X86.HasPOPCNT || !cpu.X86.HasAVX || len(places) == 0 {
		estimateSixPortable(rows, places, q, out)
		return
	}
	for _, p := range places { // the kernel checks nothing
		_ = rows[int(p)*sixStride]
		_ = rows[int(p)*sixStride+sixStride-1]
	}
	out = out[:len(places)]
	estimateSixPOPCNT(&rows[0], &places[0], len(places), q, &out[0])
}

//go:noescape
func estimateSixPOPCNT(rows *uint64, places *int32, n int, q *sixQuestion, out *float32)
