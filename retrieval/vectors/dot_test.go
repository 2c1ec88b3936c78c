package vectors_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"passerelle/retrieval/vectors"
)

// TestDotsOfRows holds what the processor has for several rows at once, in any order, some twice, numbered from anywhere,
// against products one by one.
func TestDotsOfRows(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for _, length := range []int{0, 1, 15, 16, 17, 48, 384} {
		q := make([]int16, length)
		for i := range q {
			q[i] = int16(r.IntN(65535) - 32767)
		}
		for n := range 30 {
			const first, rows = 1000, 9
			data := make([]byte, rows*length)
			for i := range data {
				data[i] = byte(r.IntN(255) - 127)
			}
			asked := make([]int32, n)
			for i := range asked {
				asked[i] = first + int32(r.IntN(rows))
			}
			got, want := make([]int32, n), make([]int32, n)
			vectors.DotsOfRows(q, data, asked, first, got)
			vectors.DotsOfRowsPortable(q, data, asked, first, want)
			if !slices.Equal(got, want) {
				t.Fatalf("%d components: %d, want %d", length, got, want)
			}
		}
	}
}

// TestEstimateSix holds what the processor has for estimates against Go, bit by bit.
func TestEstimateSix(t *testing.T) {
	const of = 50
	r := rand.New(rand.NewPCG(5, 5))
	for n := range 40 {
		rows := make([]uint64, 8*of)
		for i := range rows {
			switch i % 8 {
			case 6:
				rows[i] = uint64(math.Float32bits(r.Float32())) | uint64(math.Float32bits(r.Float32()/10))<<32
			case 7:
				rows[i] = uint64(math.Float32bits(float32(r.IntN(385))))
			default:
				rows[i] = r.Uint64()
			}
		}
		var planes [12]uint64
		for i := range planes {
			planes[i] = r.Uint64()
		}
		q := vectors.NewSixQuestion(planes, r.Float32(), r.Float32()/10, r.Float32()/10, r.Float32())
		places := make([]int32, n)
		for i := range places {
			places[i] = int32(r.IntN(of))
		}
		got, want := make([]float32, n), make([]float32, n)
		vectors.EstimateSix(rows, places, q, got)
		vectors.EstimateSixPortable(rows, places, q, want)
		if !slices.Equal(got, want) {
			t.Fatalf("%d rows: %v, want %v", n, got, want)
		}
	}
}
