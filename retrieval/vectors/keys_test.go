package vectors_test

import (
	"math/rand/v2"
	"testing"

	"passerelle/retrieval/vectors"
)

// TestRow holds rows against the texts' order, at sizes around those at which the index of keys has more runs, with texts
// that come twice.
func TestRow(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 4, 5, 31, 32, 33, 1000, 4095, 4096, 5000} {
		all := texts(n)
		listed := append([]string{}, all...)
		r := rand.New(rand.NewPCG(1, uint64(n)))
		for range n / 3 { // again, after the first time
			listed = append(listed, all[r.IntN(n)])
		}
		s := vectors.New("m", listed)
		if s.Rows() != n {
			t.Fatalf("%d texts have %d rows", n, s.Rows())
		}
		for i, text := range all {
			if row, ok := s.Row(vectors.KeyOf(text)); !ok || row != i {
				t.Fatalf("%d texts: %q has row %d, %t", n, text, row, ok)
			}
		}
		for _, k := range []vectors.Key{{}, {255, 255, 255, 255, 255, 255, 255, 255, 255}, vectors.KeyOf("foreign")} {
			if _, ok := s.Row(k); ok {
				t.Errorf("%d texts: %x has a row", n, k)
			}
		}
	}
}

func BenchmarkNew(b *testing.B) {
	all := texts(100_000)
	b.ReportAllocs()
	for b.Loop() {
		vectors.New("m", all)
	}
}
