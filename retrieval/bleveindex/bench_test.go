package bleveindex_test

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"passerelle/retrieval/bleveindex"
)

// BenchmarkTopK searches with everything decoded, and with a cache that holds nothing.
func BenchmarkTopK(b *testing.B) {
	for name, cache := range map[string]int64{"decoded": 1 << 26, "cold": 0} {
		b.Run(name, func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 1))
			x := openLive(b, cache)
			var put []bleveindex.Entry
			for i := range 10_000 {
				put = append(put, bleveindex.Entry{ID: strconv.Itoa(i), Terms: passage(r, 20_000, 120)})
			}
			if err := x.Apply(b.Context(), put, nil); err != nil {
				b.Fatal(err)
			}
			var asked [][]string
			for range 64 {
				asked = append(asked, append(passage(r, 20_000, 8), "w0"))
			}
			i := 0
			for b.Loop() {
				if _, err := x.TopK(b.Context(), asked[i%len(asked)], 10); err != nil {
					b.Fatal(err)
				}
				i++
			}
		})
	}
}
