package dot_test

import (
	"math/rand/v2"
	"testing"

	"passerelle/internal/dot"
)

// TestProduct holds what the processor has against Go, at every length up to some blocks, at the ends of the range too.
func TestProduct(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for n := range 200 {
		q, v := make([]int16, n), make([]byte, n)
		for i := range q {
			q[i], v[i] = int16(r.IntN(65535)-32767), byte(r.IntN(255)-127)
			if n%3 == 0 {
				q[i], v[i] = 32767, 256-127
			}
		}
		if got, want := dot.Product(q, v), dot.Portable(q, v); got != want {
			t.Fatalf("%d components: %d, want %d", n, got, want)
		}
	}
}

func BenchmarkProduct(b *testing.B) {
	q, v := make([]int16, 384), make([]byte, 384)
	for name, product := range map[string]func([]int16, []byte) int32{"processor": dot.Product, "portable": dot.Portable} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				product(q, v)
			}
		})
	}
}
