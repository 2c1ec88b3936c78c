package encoder

import "golang.org/x/sys/cpu"

// available lists the kernels that this processor can run, the fastest last. SDOT came with ARMv8.2; processors without it
// (Cortex-A53, A57, A72: Raspberry Pi 4 and before) take the portable ones.
func available() []kernels {
	list := []kernels{portable()}
	if !cpu.ARM64.HasASIMDDP {
		return list
	}
	return append(list, kernels{
		name: "NEON SDOT",
		quantise: func(x []float32, q []int8, s []scaled) {
			quantiseNEON(&x[0], len(x)/group, &q[0], &s[0])
		},
		multiply: multiplyNEON,
		addNorm:  func(x, y, w, b []float32) { addNormNEON(&x[0], &y[0], &w[0], &b[0]) },
		gelu:     func(x []float32) { geluNEON(&x[0], len(x)) },
		scores:   func(q, k, p []float32) { scoresNEON(&q[0], &k[0], &p[0], len(p)) },
		softmax:  func(p []float32, scale float32) float32 { return softmaxNEON(&p[0], len(p), scale) },
		mix: func(p, q, v, y []float32, f, g float32) {
			mixNEON(&p[0], &q[0], &v[0], &y[0], len(p), f, g)
		},
	})
}

func multiplyNEON(W *matrix, q []int8, s []scaled, y []float32, T int) {
	G := W.cols / group
	for r := 0; r < W.rows; r += 8 {
		c := W.w[r/block*G*cell:]
		scales, nibbles := &c[r%block*2], &c[2*block+r%block*4]
		for t := 0; t < T; t += 4 {
			dot4NEON(scales, nibbles, &q[t*W.cols], &s[t*G], &W.bias[r], &y[t*W.rows+r], G, W.rows)
		}
	}
}

//go:noescape
func quantiseNEON(x *float32, groups int, q *int8, s *scaled)

// eight rows, four tokens: scales at w, nibbles at n
//
//go:noescape
func dot4NEON(w, n *byte, q *int8, s *scaled, bias, y *float32, G, stride int)

//go:noescape
func addNormNEON(x, y, w, b *float32)

//go:noescape
func geluNEON(x *float32, n int)

//go:noescape
func scoresNEON(q, k, p *float32, n int)

//go:noescape
func softmaxNEON(p *float32, n int, scale float32) float32

//go:noescape
func mixNEON(p, q, v, y *float32, n int, f, f2 float32)
